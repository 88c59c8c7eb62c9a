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

/// A live push whose disk buffer cannot be written for a while.
@Suite struct LiveDiskBufferTests {
  /// A push by TCP to a port of loopback that nobody listens at.
  private static let subscription: LogSubscriptionSettings = {
    var push = Fixtures.pushed(name: "Mail_Log")
    push.retrieval = .syslogPush(
      SyslogPushSettings(
        host: Setting("127.0.0.1"), port: Setting(1), transport: Setting(.tcp),
        delivery: DeliverySettings(mode: Setting(.buffered))))
    return push
  }()

  @Test func isAnAlertAndNoEnd() async throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("buffer-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let output = try OutputFolder(path: folder.path)
    let events = NIOLockedValueBox<[RunEvent]>([])
    let ledgers = NIOLockedValueBox<[SubscriptionLedger]>([])
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let done = loop.makePromise(of: LiveOutcome.self)
    let deadline = loop.scheduleTask(in: .seconds(120)) { done.fail(ChannelError.eof) }
    loop.execute {
      var live: LiveAppliance?
      do {
        var options = ApplianceOptions()
        options.rate = .perSecond(50)
        live = try LiveAppliance(
          loop: loop,
          configuration: Fixtures.configuration(subscriptions: [Self.subscription], routes: []),
          zone: Fixtures.johannesburg, options: options, settings: LiveSettings(),
          output: output,
          onEvent: { event in
            events.withLockedValue { $0.append(event) }
            switch event.kind {
            case .applianceStarted: live?.setDiskFull(true)
            case .alertRaised where event.detail.contains("disk buffer"):
              live?.setDiskFull(false)
            case .bufferRecovered: live?.endNow()
            default: break
            }
          },
          onEnd: { outcome in
            ledgers.withLockedValue { $0 = live?.ledgers ?? [] }
            live = nil
            done.succeed(outcome)
          })
        live?.start()
      } catch {
        done.fail(error)
      }
    }
    // What was left at that moment is of no matter here.
    guard case .ended = try await done.futureResult.get() else {
      Issue.record("the run did not end by itself")
      return
    }
    deadline.cancel()
    let told = events.withLockedValue { $0 }
    #expect(told.first { $0.kind == .bufferFailed }?.detail == "No space left on device")
    let text = "Log Error: Subscription Mail_Log: Could not write to its disk buffer: "
    #expect(told.contains { $0.kind == .alertRaised && $0.detail.hasPrefix(text) })
    #expect(told.contains { $0.kind == .bufferRecovered })
    let totals = try #require(ledgers.withLockedValue { $0.first }).totals
    #expect(totals.isBalanced)
    #expect(totals.accepted > 0)
  }
}
