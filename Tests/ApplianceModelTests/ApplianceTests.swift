import Alerting
import ApplianceConfiguration
import ApplianceModel
import LogDelivery
import LogModel
import MailTransport
import Simulation
import Support
import TestKit
import Testing

@Suite struct AppliancePushTests {
  private static let reset = LinkFailure(.established, .reset)
  private static let networkError = "Network error while sending log data to syslog server"
  private static let errorOfFirst = "Critical: Log Error: Subscription First: \(networkError)"
  private static let errorOfSecond = "Critical: Log Error: Subscription Second: \(networkError)"

  private static func twoPushes() -> RecordingWorld {
    var world = RecordingWorld(
      configuration: Fixtures.configuration(
        subscriptions: [
          Fixtures.pushed(name: "First"), Fixtures.pushed(name: "Second", host: "10.44.167.31"),
        ]))
    world.appliance.holdTraffic(now: world.now)
    world.connect(subscription: 0)
    world.connect(subscription: 1)
    return world
  }

  @Test func errorOfOnePushIsPushedByTheOther() {
    var world = Self.twoPushes()
    world.fail(subscription: 0, Self.reset)
    world.advance(by: .seconds(1))
    world.connect(subscription: 0)
    let other = world.stream(1, subscription: 1).text
    let own = world.stream(2, subscription: 0).text
    #expect(other.hasSuffix("<17>Jun 25 08:50:03 Second: \(Self.errorOfFirst)\n"))
    #expect(!own.contains("Log Error"))
  }

  /// The error of the second stands in the new queue of the first, and not the other way round.
  @Test func pushesThatFailTogetherLoseTheirOwnErrors() {
    var world = Self.twoPushes()
    world.fail(subscription: 0, Self.reset)
    world.fail(subscription: 1, Self.reset)
    world.advance(by: .seconds(1))
    world.connect(subscription: 0)
    world.connect(subscription: 1)
    let first = world.stream(2, subscription: 0).text
    let second = world.stream(2, subscription: 1).text
    #expect(first.contains(Self.errorOfSecond))
    #expect(!first.contains(Self.errorOfFirst))
    #expect(!second.contains("Log Error: Subscription First: Network error while sending log"))
    #expect(!second.contains(Self.errorOfSecond))
    let alerts = world.appliance.alertHistory.map(\.text)
    let balanced = world.appliance.ledgers.allSatisfy(\.totals.isBalanced)
    #expect(alerts.count == 2)
    #expect(balanced)
  }

  /// Whatever becomes of the mail: it is logged, and raises nothing.
  @Test func failedAlertMailRaisesNoAlert() throws {
    var world = RecordingWorld(
      configuration: Fixtures.configuration(subscriptions: [Fixtures.pushed(), Fixtures.files()]))
    world.appliance.holdTraffic(now: world.now)
    world.connect()
    world.fail(Self.reset)
    let reply = try SMTPReply(code: 553, lines: ["#5.1.8 no"])
    world.finishMail(try #require(world.mails.first), .permanentFailure(reply, at: .recipient))
    world.advance(by: .seconds(3600))
    let alerts = world.appliance.alertHistory
    let lines = world.lines(subscription: 1).filter { $0.contains(" Critical: ") }
    let failures = world.events.filter { $0.kind == .alertMailFailed }
    #expect(alerts.count == 1)
    #expect(world.mails.count == 1)
    #expect(lines.count == 3)
    #expect(failures.count == 1)
  }

  @Test func alertWithoutRecipientIsReportedAllTheSame() {
    var configuration = Fixtures.configuration(subscriptions: [Fixtures.pushed()])
    configuration.alerts.recipients = []
    var world = RecordingWorld(configuration: configuration)
    world.connect()
    world.fail(Self.reset)
    #expect(world.mails.isEmpty)
    #expect(world.events.map(\.kind).contains(.alertRaised))
  }

  /// A push at level Critical takes the error lines only; the others are filtered, not lost.
  @Test func levelFiltersBeforeTheQueue() throws {
    var options = ApplianceOptions()
    options.rate = .perSecond(50)
    var world = RecordingWorld(
      configuration: Fixtures.configuration(
        subscriptions: [Fixtures.pushed(level: .critical), Fixtures.pushed(name: "Other")]),
      options: options)
    world.connect()
    world.advance(by: .seconds(10))
    world.fail(subscription: 1, LinkFailure(.connecting, .timedOut))
    let ledgers = world.appliance.ledgers
    let totals = try #require(ledgers.first).totals
    let text = world.stream(1).text
    #expect(totals.filtered > 1000)
    #expect(totals.accepted == 1)
    #expect(totals.logged == totals.accepted + totals.filtered)
    #expect(text.split(separator: "\n").count == 4)
    #expect(text.hasSuffix("Failed to connect to 10.44.167.30: Operation timed out\n"))
  }
}

@Suite struct ApplianceTrafficTests {
  private static func world(
    rate: TrafficRate = .perSecond(20), messages: Int? = nil
  ) -> RecordingWorld {
    var options = ApplianceOptions()
    options.rate = rate
    options.messagesMax = messages
    return RecordingWorld(
      configuration: Fixtures.configuration(subscriptions: [Fixtures.pushed(), Fixtures.files()]),
      options: options)
  }

  private static func lineCount(_ world: borrowing RecordingWorld) -> Int {
    world.lines(subscription: 1).count
  }

  @Test func heldTrafficLogsNothingAndGoesOnWhereItWas() {
    var world = Self.world()
    world.connect()
    world.advance(by: .seconds(5))
    let before = Self.lineCount(world)
    world.appliance.holdTraffic(now: world.now)
    let wake = world.appliance.nextWake(now: world.now)
    world.advance(by: .seconds(3600))
    let held = Self.lineCount(world)
    world.appliance.resumeTraffic(now: world.now)
    world.advance(by: .milliseconds(1))
    let resumed = Self.lineCount(world)
    world.advance(by: .seconds(5))
    let later = Self.lineCount(world)
    #expect(wake == nil)
    #expect(before > 300)
    #expect(held == before)
    // An hour's backlog would be 700,000 lines.
    #expect(resumed - held < 100)
    #expect(later > resumed + 300)
  }

  @Test func holdingTwiceAndResumingUnheldDoNothing() {
    var world = Self.world()
    world.appliance.resumeTraffic(now: world.now)
    world.appliance.holdTraffic(now: world.now)
    world.appliance.holdTraffic(now: world.now.advanced(by: .seconds(9)))
    let kinds = world.appliance.takeActions().compactMap { action in
      if case .report(let event) = action { event.kind } else { nil }
    }
    #expect(kinds == [.trafficHeld])
  }

  /// What waits for the socket leaves also while the traffic is held.
  @Test func backlogLeavesWhileTrafficIsHeld() throws {
    var options = ApplianceOptions()
    options.rate = .maximum
    options.messagesMax = 500
    options.limits.unwrittenBytesMax = 1
    var appliance = Appliance(
      configuration: Fixtures.configuration(subscriptions: [Fixtures.pushed()]),
      zone: Fixtures.johannesburg, options: options, start: Fixtures.documentedInstant)
    let now = Fixtures.documentedInstant
    let id = ConnectionID(1)
    appliance.startWithFoldersOpen(now: now)
    appliance.advance(now: now)
    appliance.holdTraffic(now: now)
    appliance.connected(subscription: 0, id, now: now)
    var writes = 0
    while true {
      var taken = 0
      for case .write(_, _, let chunks) in appliance.takeActions() {
        writes += chunks.count
        taken += chunks.reduce(0) { $0 + $1.bytes.count }
      }
      if taken == 0 { break }
      appliance.bytesWritten(taken, subscription: 0, id, now: now)
      appliance.advance(now: now)
    }
    let ledgers = appliance.ledgers
    let totals = try #require(ledgers.first).totals
    #expect(writes > 2)
    #expect(totals.queued == 0)
    #expect(totals.written > 1000)
  }

  @Test func stoppedTrafficComesToItsEndWithoutWaits() {
    var world = Self.world()
    world.connect()
    world.advance(by: .seconds(5))
    world.appliance.holdTraffic(now: world.now)
    world.appliance.stopTraffic(now: world.now)
    world.advance(by: .zero)
    let isTrafficFinished = world.appliance.isTrafficFinished
    let early = world.appliance.isFinished
    world.acknowledge(bytes: UInt64(world.stream(1).writes.reduce(0) { $0 + $1.bytes.count }))
    let isFinished = world.appliance.isFinished
    let ends = world.events.count { $0.kind == .trafficEnded }
    #expect(isTrafficFinished)
    #expect(!early)
    #expect(isFinished)
    #expect(ends == 1)
  }

  /// A limit of messages is reached exactly, at any rate.
  @Test(arguments: [TrafficRate.maximum, .perSecond(1000)])
  func limitOfMessagesIsReached(_ rate: TrafficRate) {
    var world = Self.world(rate: rate, messages: 100)
    world.connect()
    for _ in 0..<100 where !world.appliance.isTrafficFinished { world.advance(by: .seconds(1)) }
    let isTrafficFinished = world.appliance.isTrafficFinished
    let wake = world.appliance.nextWake(now: world.now)
    let lines = world.lines(subscription: 1)
    #expect(isTrafficFinished)
    #expect(wake == nil)
    #expect(lines.count { $0.contains(" Info: Start MID ") } >= 100)
  }

  @Test(arguments: [1, 17] as [UInt64])
  func sameSeedGivesTheSameBytes(_ seed: UInt64) {
    func text(_ seed: UInt64) -> [String] {
      var options = ApplianceOptions()
      options.seed = seed
      var world = RecordingWorld(
        configuration: Fixtures.configuration(subscriptions: [Fixtures.files()]), options: options)
      for _ in 0..<20 { world.advance(by: .milliseconds(700)) }
      return world.lines(subscription: 0)
    }
    #expect(text(seed) == text(seed))
    #expect(text(seed) != text(seed + 1))
  }
}

/// Random sockets, mails and owners: after each event the ledger balances and agrees with the
/// record.
@Suite struct ApplianceInvariantTests {
  private static func subscriptions() -> [LogSubscriptionSettings] {
    [
      Fixtures.pushed(name: "First"), Fixtures.pushed(name: "Second", level: .warning),
      Fixtures.pushed(name: "Third", transport: .udp), Fixtures.files(),
    ]
  }

  @Test(arguments: 1...Thoroughness.cases(few: UInt64(10), many: 40))
  func ledgersHoldWhateverHappens(_ seed: UInt64) {
    var options = ApplianceOptions()
    options.seed = seed
    options.rate = seed % 3 == 0 ? .maximum : .perSecond(10)
    options.messagesMax = 300
    options.limits.queueBytesMax = seed % 2 == 0 ? 20_000 : 4_000_000
    options.limits.unwrittenBytesMax = 5000
    options.limits.highWaterBytes = 10_000
    var world = RandomWorld(seed: seed, subscriptions: Self.subscriptions(), options: options)
    for _ in 0..<250 { world.stepAtRandom() }
    let hasFinished = world.drain(stepsMax: 2000)
    #expect(hasFinished, "seed \(seed)")
    world.checkStreams()
  }
}
