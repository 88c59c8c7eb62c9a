import ApplianceConfiguration
import ApplianceModel
import ApplianceRuntime
import FileStore
import Foundation
import LogDelivery
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import TestKit
import Testing

/// Pushes with a disk buffer on real sockets, to collectors that close in one way or another;
/// judged by what the collector's program read.
@Suite struct OrderlyCloseTests {
  private struct Result: Sendable {
    let outcome: LiveOutcome
    let totals: LedgerTotals
    let events: [RunEvent]
    /// Bodies of lines that the collector read, and those that were logged; without header lines.
    let read: Set<Substring>
    let logged: [Substring]
    let connections: Int

    var missing: Int { self.logged.count { !self.read.contains($0) } }
  }

  private static let headers = ["Info: Begin Logfile", "Info: Version: ", "Info: Time offset"]

  /// Runs to the end.
  private static func run(
    _ manner: PlainCollector.Manner, _ mode: DeliveryMode, messages: Int, rate: TrafficRate,
    _ change: (inout DeliverySettings) -> Void = { _ in }
  ) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("close-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let output = try OutputFolder(path: folder.path)
    let collector = try PlainCollector(manner)
    var delivery = DeliverySettings(mode: Setting(mode))
    change(&delivery)
    var subscription = Fixtures.pushed(name: "Mail_Log")
    subscription.retrieval = .syslogPush(
      SyslogPushSettings(
        host: Setting("127.0.0.1"), port: Setting(collector.port), transport: Setting(.tcp),
        delivery: delivery))
    let configuration = Fixtures.configuration(subscriptions: [subscription], routes: [])
    let events = NIOLockedValueBox<[RunEvent]>([])
    // A run at full speed holds its loop.
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loop = group.next()
    let done = loop.makePromise(of: (LiveOutcome, [SubscriptionLedger]).self)
    let deadline = loop.scheduleTask(in: .seconds(300)) { done.fail(ChannelError.eof) }
    loop.execute {
      var live: LiveAppliance?
      do {
        var options = ApplianceOptions()
        options.rate = rate
        options.messagesMax = messages
        live = try LiveAppliance(
          loop: loop, configuration: configuration, zone: Fixtures.johannesburg,
          options: options, settings: LiveSettings(), output: output,
          onEvent: { event in events.withLockedValue { $0.append(event) } },
          onEnd: { outcome in
            done.succeed((outcome, live?.ledgers ?? []))
            live = nil
          })
        live?.start()
      } catch {
        done.fail(error)
      }
    }
    let (outcome, ledgers) = try await done.futureResult.get()
    deadline.cancel()
    try await group.shutdownGracefully()
    try await collector.finish()
    return Result(
      outcome: outcome, totals: try #require(ledgers.first).totals,
      events: events.withLockedValue { $0 },
      read: Set(
        String(decoding: collector.read, as: UTF8.self).split(separator: "\n").compactMap { line in
          line.firstRange(of: " Mail_Log: ").map { line[$0.upperBound...] }
        }),
      logged: try Self.record(output), connections: collector.connections)
  }

  private static func record(_ output: OutputFolder) throws -> [Substring] {
    let folder = "\(output.path)/logs/Mail_Log"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    return try names.flatMap { name in
      try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
        .split(separator: "\n").map { $0.dropFirst(25) }
    }
    .filter { line in !self.headers.contains { line.hasPrefix($0) } }
  }

  /// The collector has read nothing and closes in order: no line is received, and each may be lost.
  @Test func fromAServerThatReadNothingNothingIsReceived() async throws {
    let result = try await Self.run(
      .readsNothing, .atLeastOnce, messages: 5, rate: .perSecond(200))
    let totals = result.totals
    #expect(result.outcome == .finished)
    #expect(result.read.isEmpty && result.missing > 0)
    #expect(totals.received == 0)
    #expect(totals.acknowledged == totals.accepted)
    #expect(totals.closedInOrder == totals.accepted)
    #expect(totals.lostAtMost >= UInt64(result.missing))
    #expect(!result.events.contains { $0.detail.contains("all of it read") })
  }

  @Test func closeConfirmsWhereThatIsSet() async throws {
    let result = try await Self.run(
      .reads, .atLeastOnce, messages: 5, rate: .perSecond(200)
    ) { $0.closeConfirms = Setting(true) }
    #expect(result.missing == 0)
    #expect(result.totals.received == result.totals.accepted)
    #expect(result.totals.lostAtMost == 0)
  }

  /// The smallest buffer there is, and a window that is larger on loopback.
  @Test(
    arguments: [DeliveryMode.buffered, .atLeastOnce],
    [TrafficRate.maximum, .perSecond(300)])
  func serverThatReadsGetsAll(_ mode: DeliveryMode, _ rate: TrafficRate) async throws {
    let result = try await Self.run(.reads, mode, messages: 300, rate: rate) {
      $0.bufferBytesMax = Setting(65_536)
    }
    #expect(result.outcome == .finished)
    #expect(result.missing == 0)
    #expect(result.totals.lost == 0, "\(result.totals)")
    #expect(!result.events.contains { $0.kind == .bufferFull || $0.kind == .pushFailed })
    #expect(result.logged.count > 2500)
    if mode == .atLeastOnce { #expect(result.connections > 5) }
  }

  /// It goes on however the collector closes.
  @Test(arguments: [PlainCollector.Manner.closesFirst, .resets])
  func serverThatClosesOtherwiseGetsAll(_ manner: PlainCollector.Manner) async throws {
    let result = try await Self.run(
      manner, .atLeastOnce, messages: 10, rate: .perSecond(200))
    #expect(result.outcome == .finished)
    #expect(result.missing == 0)
    #expect(result.totals.lost == 0 && result.totals.received == 0, "\(result.totals)")
    #expect(result.totals.isBalanced)
  }
}
