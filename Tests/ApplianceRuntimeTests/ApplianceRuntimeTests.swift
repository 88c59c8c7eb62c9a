import ApplianceModel
import ApplianceRuntime
import FileStore
import Foundation
import LabPeers
import LiveNetwork
import LogDelivery
import NIOCore
import NIOPosix
import Simulation
import Support
import TestKit
import Testing

@Suite struct ZoneDatabaseTests {
  private static let june2015 = SimInstant(secondsSinceEpoch: 1_435_215_003)

  @Test func johannesburgIsTwoHoursAheadAllYear() throws {
    let zone = try #require(
      ZoneDatabase.zone(named: "Africa/Johannesburg", from: Self.june2015))
    #expect(zone.offsetSeconds(at: Self.june2015) == 7200)
    #expect(zone.transitions.isEmpty)
  }

  @Test func zurichChangesInOctober() throws {
    let zone = try #require(ZoneDatabase.zone(named: "Europe/Zurich", from: Self.june2015))
    let first = try #require(zone.transitions.first)
    // 2015-10-25T01:00:00Z.
    #expect(first.start == SimInstant(secondsSinceEpoch: 1_445_734_800))
    #expect(first.offsetSeconds == 3600)
    #expect(zone.offsetSeconds(at: Self.june2015) == 7200)
  }

  /// The last ones Foundation takes, with the sign the other way round for the first two.
  @Test(arguments: [
    "Africa/Nowhere", "", "../../etc/passwd", "Africa", "Etc/GMT+20", "Etc/Unknown", "Nope",
    "UTC+02:00", "GMT+2", "GMT-5", "Factory", "SystemV/EST5", "PST",
  ])
  func unknownNameIsNoZone(_ name: String) {
    #expect(ZoneDatabase.zone(named: name, from: Self.june2015) == nil)
    #expect(!ZoneDatabase.isZone(name))
  }

  @Test(arguments: [
    ("Etc/GMT+2", -7200), ("Etc/GMT-14", 50_400), ("UTC", 0), ("US/Hawaii", -36_000),
  ])
  func namesOfTheDatabaseAreZones(_ name: String, _ offset: Int) throws {
    let zone = try #require(ZoneDatabase.zone(named: name, from: Self.june2015))
    #expect(zone.offsetSeconds(at: Self.june2015) == offset)
  }
}

@Suite struct LiveApplianceTests {
  private struct Result: Sendable {
    let outcome: LiveOutcome
    let ledgers: [SubscriptionLedger]
    let received: [UInt8]
  }

  /// Runs to the end at full speed against a receiver on loopback.
  private static func run(
    messages: Int, faults: [ScheduledReceiverFault], output: OutputFolder
  ) async throws -> Result {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let done = loop.makePromise(of: Result.self)
    let deadline = loop.scheduleTask(in: .seconds(60)) { done.fail(ChannelError.eof) }
    loop.execute {
      Stage(loop: loop, done: done).start(messages: messages, faults: faults, output: output)
    }
    let result = try await done.futureResult.get()
    deadline.cancel()
    return result
  }

  private final class Stage {
    private let loop: any EventLoop
    private let done: EventLoopPromise<Result>
    private var received: [UInt8] = []
    private var outcome: LiveOutcome?
    private var open = 0
    private var live: LiveAppliance?
    private var server: LabSyslogServer?

    init(loop: any EventLoop, done: EventLoopPromise<Result>) {
      self.loop = loop
      self.done = done
    }

    func start(messages: Int, faults: [ScheduledReceiverFault], output: OutputFolder) {
      let server = LabSyslogServer(
        loop: self.loop, faults: faults,
        onBytes: { bytes, _ in self.received += Array(bytes.readableBytesView) },
        onEvent: { event in
          switch event {
          case .accepted: self.open += 1
          case .reset, .closed: self.open -= 1
          case .read, .unfinished, .inPieces, .datagram, .accepting: break
          }
          self.endWhenDone()
        })
      self.server = server
      server.listenTCP().assumeIsolated().whenSuccess { port in
        var options = ApplianceOptions()
        options.rate = .maximum
        options.messagesMax = messages
        do {
          let live = try LiveAppliance(
            loop: self.loop,
            // Without a route an alert mail is given up at once and holds no run back.
            configuration: Fixtures.configuration(
              subscriptions: [Fixtures.pushed(host: "127.0.0.1", port: UInt16(port))], routes: []),
            zone: Fixtures.johannesburg, options: options, settings: LiveSettings(),
            output: output, onEvent: { _ in },
            onEnd: { outcome in
              self.outcome = outcome
              self.endWhenDone()
            })
          self.live = live
          live.start()
        } catch {
          self.done.fail(error)
        }
      }
    }

    private func endWhenDone() {
      guard let outcome = self.outcome, let live = self.live, self.open == 0 else { return }
      self.server?.close()
      self.done.succeed(
        Result(outcome: outcome, ledgers: live.ledgers, received: self.received))
    }
  }

  private static func withOutput<Value>(
    _ body: (OutputFolder) async throws -> Value
  ) async throws -> Value {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("runtime-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(OutputFolder(path: folder.path))
  }

  /// The texts of all lines of the record, its files in order, headers but the first left out.
  private static func record(_ output: OutputFolder) throws -> [Substring] {
    try self.recordedLines(output).map { $0.dropFirst(25) }
  }

  /// The same with stamps.
  private static func recordedLines(_ output: OutputFolder) throws -> [Substring] {
    let folder = "\(output.path)/logs/Mail_Log"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    return try names.enumerated().flatMap { index, name in
      try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
        .split(separator: "\n").dropFirst(index == 0 ? 0 : 3)
    }
  }

  @Test func everyLineArrivesInOrderAtFullSpeed() async throws {
    try await Self.withOutput { output in
      let result = try await Self.run(messages: 3000, faults: [], output: output)
      let totals = try #require(result.ledgers.first).totals
      let prefix = "<22>Nov 24 09:00:00 Mail_Log: ".count
      let lines = String(decoding: result.received, as: UTF8.self).split(separator: "\n")
        .map { $0.dropFirst(prefix) }
      #expect(result.outcome == .finished)
      #expect(totals.lost == 0)
      #expect(totals.acknowledged == totals.accepted)
      #expect(totals.isBalanced)
      #expect(try lines == Self.record(output))
      #expect(lines.count > 30_000)
      // The model's own time, which no machine's speed changes.
      let intervals = MailLogIntervals(try Self.recordedLines(output))
      #expect(intervals.problems.isEmpty)
      #expect(intervals.checked[.idleDelivery] ?? 0 > 100)
    }
  }

  @Test func resetsAreSurvivedAndTheLedgerBalances() async throws {
    try await Self.withOutput { output in
      let faults = [ScheduledReceiverFault(.resetAfter(.lines(2000)), connectionsMax: 2)]
      let result = try await Self.run(messages: 1000, faults: faults, output: output)
      let ledger = try #require(result.ledgers.first)
      let isHeader = "Info: Begin Logfile"
      let starts = String(decoding: result.received, as: UTF8.self).split(separator: "\n")
        .count { $0.hasSuffix(isHeader) }
      #expect(ledger.totals.isBalanced)
      #expect(ledger.totals.lost > 0)
      #expect(result.outcome == .finished)
      #expect(ledger.connections.count == starts)
      #expect(ledger.connections.first?.failure?.cause == .reset)
    }
  }
}
