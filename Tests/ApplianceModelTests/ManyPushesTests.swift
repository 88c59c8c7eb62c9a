import Alerting
import ApplianceConfiguration
import ApplianceModel
import LogDelivery
import LogModel
import Simulation
import TestKit
import Testing

@testable import LogDelivery

/// What many pushes that fail together cost: a line each in each log, and bounded memory.
@Suite struct ManyPushesTests {
  private static let count = 12

  private static func world() -> RecordingWorld {
    var subscriptions = [Fixtures.files()]
    for number in 0..<self.count {
      var push = Fixtures.pushed(name: "Push_\(number)")
      push.retrieval = .syslogPush(
        SyslogPushSettings(
          host: Setting("10.44.167.30"), transport: Setting(.tcp),
          delivery: DeliverySettings(mode: Setting(.buffered))))
      subscriptions.append(push)
    }
    var options = ApplianceOptions()
    options.messagesMax = 200
    options.keepsRecord = false
    return RecordingWorld(
      configuration: Fixtures.configuration(subscriptions: subscriptions, routes: []),
      options: options)
  }

  private static func lines(_ world: borrowing RecordingWorld, with text: String) -> Int {
    world.lines(subscription: 0).count { $0.contains(text) }
  }

  /// A disk that takes records and no mark, or marks and no record, now this and now that: it is
  /// neither well nor said to be.
  @Test func diskThatTakesHalfIsSaidOnceAPush() {
    for failsMark in [true, false] {
      var world = Self.world()
      world.spoolFails = { action in
        switch action {
        case .mark: failsMark
        case .append: !failsMark
        case .read, .remove, .truncate: false
        }
      }
      // A connection begins with a mark.
      for index in 1...Self.count { world.connect(subscription: SubscriptionID(UInt32(index))) }
      for _ in 0..<290 { world.advance(by: .seconds(1)) }
      #expect(Self.lines(world, with: "Could not write to its disk buffer") == Self.count)
      #expect(Self.lines(world, with: "disk buffer is written again") == 0)
      #expect(world.events.count { $0.kind == .bufferFailed } == Self.count)
      let alerts = world.appliance.alertHistory.count { $0.text.contains("disk buffer") }
      #expect(alerts == Self.count)
      // Once it takes both, each is well once, and no new trouble is said within the period.
      world.spoolFails = { _ in false }
      for _ in 0..<65 { world.advance(by: .seconds(1)) }
      world.rollOverNow()
      #expect(Self.lines(world, with: "Could not write to its disk buffer") <= 2 * Self.count)
      for ledger in world.appliance.ledgers {
        #expect(ledger.totals.isBalanced && ledger.totals.lost == 0, "\(ledger.totals)")
      }
    }
  }

  /// Each failure is one line and one alert line, in each log: nothing feeds on itself.
  @Test func failuresOfAllAreALineEachInEachLog() {
    var world = Self.world()
    for index in 1...Self.count {
      world.connect(subscription: SubscriptionID(UInt32(index)))
      world.fail(subscription: SubscriptionID(UInt32(index)), LinkFailure(.established, .reset))
    }
    world.advance(by: .milliseconds(500))
    let lost = "Network error while sending log data to syslog server"
    #expect(Self.lines(world, with: lost) == Self.count)
    #expect(world.events.count { $0.kind == .pushFailed } == Self.count)
    for index in 0..<Self.count {
      #expect(Self.lines(world, with: "Subscription Push_\(index): \(lost)") == 1)
    }
  }

  /// The bounds of one push are divided where there are many.
  @Test func memoryOfAllTogetherIsBounded() {
    let one = PushLimits()
    #expect(one.shared(by: 1) == one)
    #expect(one.shared(by: 64).queueBytesMax == one.queueBytesMax)
    for count in [65, 100, 500, 1000, 4096] {
      let limits = one.shared(by: count)
      #expect(limits.queueBytesMax * count <= 256 << 20)
      #expect(limits.highWaterBytes <= limits.queueBytesMax / 2)
      #expect(limits.connectionsMax * count <= 65_536 || limits.connectionsMax == 16)
      #expect(limits.spansMax * count <= 262_144)
      for bytes in [limits.unwrittenBytesMax, limits.spoolMemoryBytes] {
        #expect(bytes * count <= 64 << 20 || bytes == 65_536)
      }
    }
  }
}
