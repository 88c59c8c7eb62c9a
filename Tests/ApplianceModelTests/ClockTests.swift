import Alerting
import ApplianceConfiguration
import ApplianceModel
import LogDelivery
import LogModel
import MailFlow
import MailTransport
import Simulation
import Support
import TestKit
import Testing

/// The wall clock is felt in stamps and in nothing else.
@Suite struct WallClockTests {
  static let reset = LinkFailure(.established, .reset)

  static func world(
    rate: TrafficRate = .perSecond(5), messages: Int? = nil, seed: UInt64 = 1,
    subscriptions: [LogSubscriptionSettings] = [Fixtures.files()], routes: [SMTPRoute]? = nil,
    stampsByWall: Bool = false, now: SimInstant = Fixtures.documentedInstant
  ) -> RecordingWorld {
    var options = ApplianceOptions()
    options.seed = seed
    options.rate = rate
    options.messagesMax = messages
    options.stampsByWall = stampsByWall
    return RecordingWorld(
      configuration: Fixtures.configuration(subscriptions: subscriptions), options: options,
      now: now)
  }

  /// What the log holds but for what the clock is to be felt in.
  private static func withoutStamps(_ lines: [String]) -> [String] {
    lines.map { String($0.dropFirst(25)) }.filter { !$0.contains("The system time was changed") }
      .map { $0.replacing(#/pending till .*$/#, with: "pending till") }
  }

  /// An hour or more back and forth while pushes fail and wait: the same lines, connects and alerts
  /// at the same times, and a line and an event a step.
  @Test(arguments: 1...Thoroughness.cases(few: UInt64(1), many: 8))
  func stepsAreFeltInNothingButStamps(_ seed: UInt64) {
    let (plain, _) = Self.troubledDay(seed, steps: false)
    let (stepped, count) = Self.troubledDay(seed, steps: true)
    #expect(plain.lines.count > 8 * Self.rounds)
    #expect(Self.withoutStamps(stepped.lines) == Self.withoutStamps(plain.lines))
    #expect(stepped.connects == plain.connects)
    #expect(stepped.mails == plain.mails)
    #expect(stepped.wakes == plain.wakes)
    #expect(stepped.lines.count { $0.contains("The system time was changed from") } == count)
    #expect(stepped.told == count)
    #expect(count > Self.rounds / 100)
    let intervals = MailLogIntervals(stepped.lines)
    #expect(intervals.problems.isEmpty)
    #expect(intervals.steps == count)
    #expect(intervals.checked[.idleDelivery] ?? 0 > Self.rounds / 6)
  }

  /// On a machine that is late, lines that were due before a step of the clock are stamped by the
  /// clock of before, and stand before the line about it.
  @Test(arguments: zip([-3600, -30, 86_400] as [Int64], [1, 8, 8] as [Int64]))
  func whatWasDueBeforeAStepIsStampedByTheClockOfBefore(_ step: Int64, _ late: Int64) throws {
    var world = Self.world(rate: .perSecond(20))
    world.advance(by: .seconds(5))
    world.pass(.seconds(late))
    world.wallClock(is: world.now.advanced(by: .seconds(step)))
    for _ in 0..<8 { world.advance(by: .seconds(1)) }
    let intervals = MailLogIntervals(world.lines(subscription: 0))
    #expect(intervals.problems.isEmpty)
    #expect(intervals.steps == 1)
  }

  private struct Day {
    let lines: [String]
    let connects: [RecordingWorld.Connect]
    let mails: Int
    /// When the appliance next wants to be called, as often as it was asked.
    let wakes: [SimInstant?]
    /// Steps in the report.
    let told: Int
  }

  private static let rounds = Thoroughness.cases(few: 250, many: 600)

  /// Minutes in which a push fails now and then, and the clock is set, or not.
  private static func troubledDay(_ seed: UInt64, steps: Bool) -> (Day, steps: Int) {
    var random = SeededGenerator(seed: seed, stream: "world")
    var clock = SeededGenerator(seed: seed, stream: "clock")
    var world = Self.world(seed: seed, subscriptions: [Fixtures.files(), Fixtures.pushed()])
    var offset = SimDuration.zero
    var wakes: [SimInstant?] = []
    var count = 0
    world.connect(subscription: 1)
    for _ in 0..<Self.rounds {
      world.advance(by: .milliseconds(Int64(random.uniform(in: 0...900))))
      let draw = random.uniform(in: 0...29)
      if draw == 0 { world.fail(subscription: 1, Self.reset) }
      if draw < 3 { world.connect(subscription: 1) }
      let isStep = clock.chance(permille: 30)
      let seconds = Int64(clock.uniform(in: 2...500_000)) * (clock.chance(permille: 500) ? 1 : -1)
      if steps, isStep {
        offset = offset + .seconds(seconds)
        count += 1
        world.wallClock(is: world.now.advanced(by: offset))
      }
      wakes.append(world.appliance.nextWake(now: world.now))
    }
    let day = Day(
      lines: world.lines(subscription: 0), connects: world.connects, mails: world.mails.count,
      wakes: wakes, told: world.events.count { $0.kind == .clockStepped })
    return (day, count)
  }

  @Test func stepOfASecondOrLessIsNotTold() {
    var world = Self.world()
    for number in 1...40 {
      world.advance(by: .seconds(1))
      world.wallClock(is: world.now.advanced(by: .milliseconds(Int64(number) * 1000)))
    }
    let lines = world.lines(subscription: 0)
    let last = world.now
    #expect(!lines.contains { $0.contains("system time") })
    #expect(!world.events.contains { $0.kind == .clockStepped })
    // The clock ran at double speed, and stamps with it: what came last came within a second.
    let stamps = (37...39).map {
      Fixtures.johannesburg.stamp(at: last.advanced(by: .seconds($0))).ctime
    }
    #expect(stamps.contains { lines.last?.hasPrefix($0) == true }, "\(lines.last ?? "")")
  }

  /// Every line, header lines, file names, reports and the mail's Date are the wall clock's.
  @Test func everythingWrittenIsByTheWallClock() throws {
    var world = Self.world(subscriptions: [Fixtures.files(), Fixtures.pushed()])
    world.advance(by: .seconds(10))
    let day = SimDuration.seconds(86_400)
    world.wallClock(is: world.now.advanced(by: day))
    world.connect(subscription: 1)
    world.fail(subscription: 1, Self.reset)
    world.advance(by: .seconds(1))
    world.connect(subscription: 1)
    world.rollOverNow()
    let now = world.now
    let mail = try #require(world.mails.first)
    #expect(String(decoding: mail.transaction.message, as: UTF8.self).contains("26 Jun 2015"))
    #expect(world.stream(2, subscription: 1).text.hasPrefix("<22>Jun 26 "))
    let lines = world.lines(subscription: 0).suffix(3)
    #expect(lines.allSatisfy { $0.hasPrefix("Fri Jun 26 ") })
    #expect(lines.first?.hasSuffix("Begin Logfile") == true)
    let ledgers = world.appliance.ledgers
    let ledger = try #require(ledgers.first)
    #expect(ledger.connections.first?.opened == now.advanced(by: day - .seconds(1)))
    #expect(world.events.last?.instant == now.advanced(by: day))
  }

  /// Outside of the years that a run may have nothing is stamped: the owner is told to end.
  @Test func timesOutOfRangeAreNotTaken() {
    var world = Self.world()
    world.advance(by: .seconds(5))
    // From one end of the range to the other and back.
    for seconds in [0, 8_835_955_199, 0, 1_435_215_003] as [Int64] {
      world.wallClock(is: SimInstant(secondsSinceEpoch: seconds))
      world.advance(by: .milliseconds(10))
      let isOut = world.appliance.isOutOfTime
      #expect(!isOut)
    }
    let before = world.lines(subscription: 0).count
    world.wallClock(is: SimInstant(nanoseconds: .max))
    world.wallClock(is: SimInstant(nanoseconds: .min))
    let isOut = world.appliance.isOutOfTime
    #expect(isOut)
    #expect(world.events.count { $0.kind == .clockOutOfRange } == 1)
    #expect(world.lines(subscription: 0).count == before)
    var late = Self.world(
      rate: .maximum,
      now: SimInstant(nanoseconds: SimInstant.runs.upperBound.nanoseconds - 1_000_000_000))
    for _ in 0..<3 { late.advance(by: .milliseconds(1)) }
    let isLate = late.appliance.isOutOfTime
    #expect(isLate)
  }
}

/// What a log announces is what its stamps show, at any rate.
@Suite struct AnnouncedTimesTests {
  static let rates: [TrafficRate] = [
    .perSecond(3), .perMillionSeconds(20_000), .perMillionSeconds(45_000),
  ]

  /// A day at the lower rates, with an owner that comes late, and a clock that is set.
  @Test(arguments: rates.prefix(Thoroughness.cases(few: 1, many: 3)), [false, true])
  func announcedTimesAreDifferencesOfStamps(_ rate: TrafficRate, _ isSet: Bool) {
    var random = SeededGenerator(seed: 5, stream: "owner")
    var world = WallClockTests.world(rate: rate)
    var offset = SimDuration.zero
    let end = world.now.advanced(by: .seconds(rate == .perSecond(3) ? 1800 : 86_400))
    while world.now < end {
      world.advance(by: .milliseconds(Int64(random.uniform(in: 1...20_000))))
      guard isSet, random.chance(permille: 20) else { continue }
      offset = offset + .milliseconds(Int64(random.uniform(in: -9_000_000...9_000_000)))
      world.wallClock(is: world.now.advanced(by: offset))
    }
    let intervals = MailLogIntervals(world.lines(subscription: 0))
    #expect(intervals.problems.isEmpty)
    #expect(isSet == (intervals.steps > 0))
    for kind in MailLogIntervals.Kind.allCases {
      #expect(intervals.checked[kind] ?? 0 > 0, "\(kind)")
    }
  }

  /// At full speed the model has its own time, from the first header line to the last line.
  @Test func announcedTimesHoldAtFullSpeed() {
    var world = WallClockTests.world(rate: .maximum, messages: 7000)
    let start = world.now
    while !world.appliance.isTrafficFinished { world.advance(by: .milliseconds(1)) }
    let lines = world.lines(subscription: 0)
    let intervals = MailLogIntervals(lines)
    #expect(intervals.problems.isEmpty)
    #expect(intervals.checked[.retry] ?? 0 > 5)
    #expect(intervals.checked[.idleDelivery] ?? 0 > 100)
    #expect(start.duration(to: world.now) < .seconds(2))
    let pending = world.appliance.pendingWork(now: world.now)
    #expect(pending.map(\.kind) == [.retries, .quarantines, .idleConnections])
    let last = lines.last?.prefix(24) ?? ""
    let first = pending.compactMap(\.nextDue).min() ?? start
    #expect(first >= start.advanced(by: .seconds(60)))
    #expect(Fixtures.johannesburg.stamp(at: first).ctime >= last)
  }
}

/// Model time and elapsed time at `--rate max`.
@Suite struct FullSpeedTimeTests {
  /// The model's time stamps everything; what a socket waits for goes by elapsed time.
  @Test func socketsWaitByElapsedTimeAndAreToldByTheModels() throws {
    var world = WallClockTests.world(
      rate: .maximum, subscriptions: [Fixtures.pushed(), Fixtures.files()])
    world.connect()
    for _ in 0..<20 {
      world.advance(by: .milliseconds(1))
      world.acknowledge(bytes: UInt64(world.stream(1).writes.reduce(0) { $0 + $1.bytes.count }))
    }
    let failedAt = world.now
    world.fail(WallClockTests.reset)
    let failure = try #require(world.events.last { $0.kind == .pushFailed })
    let ahead = failedAt.duration(to: failure.instant)
    #expect(ahead > .seconds(10), "the model runs ahead")
    let line = try #require(
      world.lines(subscription: 1).first { $0.contains("Critical: Log Error") })
    #expect(line.hasPrefix(Fixtures.johannesburg.stamp(at: failure.instant).ctime))
    let wake = world.appliance.nextWake(now: world.now) ?? .distantFuture
    #expect(wake <= failedAt.advanced(by: .seconds(1)))
    var attempts = world.connects.count
    #expect(attempts == 1)
    world.advance(by: .milliseconds(999))
    attempts = world.connects.count
    #expect(attempts == 1)
    world.advance(by: .milliseconds(1))
    attempts = world.connects.count
    #expect(attempts == 2)
    // Header lines of the new log were stamped when the old one was thrown away.
    world.connect()
    let header = Fixtures.johannesburg.stamp(at: failure.instant).bsd
    #expect(world.stream(2).text.hasPrefix("<22>\(header) Mail_Log: Info: Begin Logfile"))
  }

  /// Steps of the wall clock are no matter of the model's.
  @Test func wallClockIsNotFeltAtAll() {
    func lines(_ steps: Bool) -> [String] {
      var world = WallClockTests.world(rate: .maximum, messages: 500)
      for _ in 0..<10 {
        world.advance(by: .milliseconds(1))
        if steps { world.wallClock(is: world.now.advanced(by: .seconds(-7200))) }
      }
      #expect(!world.events.contains { $0.kind == .clockStepped })
      return world.lines(subscription: 0)
    }
    #expect(lines(true) == lines(false))
  }

  /// A duplicate of an alert is one by the model's time.
  @Test func duplicatesGoByTheModelsTime() {
    var configuration = Fixtures.configuration(subscriptions: [Fixtures.pushed()])
    configuration.alerts.initialIntervalSeconds = Setting(6)
    configuration.alerts.maximumIntervalSeconds = Setting(6)
    var options = ApplianceOptions()
    options.rate = .maximum
    var world = RecordingWorld(configuration: configuration, options: options)
    world.connect()
    let first = world.now
    var failures: [SimInstant] = []
    for _ in 0..<10 {
      world.fail(WallClockTests.reset)
      if let event = world.events.last(where: { $0.kind == .pushFailed }) {
        failures.append(event.instant)
      }
      // The back-off of a push is a matter of seconds, as real ones are; the model runs meanwhile.
      world.advance(by: .seconds(1))
      world.connect()
    }
    let raised = world.events.filter { $0.kind == .alertRaised }.map(\.instant)
    #expect(raised.count > 1 && raised.count < failures.count)
    #expect(first.duration(to: world.now) < .seconds(12))
    #expect(zip(raised, raised.dropFirst()).allSatisfy { $0.duration(to: $1) >= .seconds(6) })
  }

  /// `--stamp wall` stamps by the clock, and a line names times at the same distance.
  @Test func wallStampsAtFullSpeed() {
    var world = WallClockTests.world(rate: .maximum, messages: 2000, stampsByWall: true)
    while !world.appliance.isTrafficFinished { world.advance(by: .milliseconds(1)) }
    let stamp = Fixtures.johannesburg.stamp(at: world.now).ctime
    let lines = world.lines(subscription: 0)
    #expect(lines.allSatisfy { $0.hasPrefix(stamp) })
  }
}

/// How the traffic ends.
@Suite struct EndOfTrafficTests {
  @Test(arguments: [TrafficRate.maximum, .perSecond(20)])
  func whatWaitsIsPendingAndHoldsNothing(_ rate: TrafficRate) {
    var world = WallClockTests.world(rate: rate, messages: 600)
    for _ in 0..<6000 where !world.appliance.isTrafficFinished {
      world.advance(by: .milliseconds(50))
    }
    let isTrafficFinished = world.appliance.isTrafficFinished
    let isFinished = world.appliance.isFinished
    #expect(isTrafficFinished && isFinished)
    let wake = world.appliance.nextWake(now: world.now)
    #expect(wake == nil)
    let lines = world.lines(subscription: 0)
    world.advance(by: .seconds(100_000))
    #expect(world.lines(subscription: 0) == lines)
    let pending = world.appliance.pendingWork(now: world.now)
    #expect(pending.contains { $0.kind == .retries })
    #expect(MailLogIntervals(lines).problems.isEmpty)
  }

  /// A stop is at once, whatever is under way, and cuts what brings mail.
  @Test(arguments: [TrafficRate.maximum, .perSecond(20)])
  func stopIsAtOnce(_ rate: TrafficRate) {
    var world = WallClockTests.world(rate: rate)
    for _ in 0..<20 { world.advance(by: .milliseconds(250)) }
    let before = world.lines(subscription: 0).count
    world.stopTraffic()
    let isTrafficFinished = world.appliance.isTrafficFinished
    #expect(isTrafficFinished)
    let cut = world.lines(subscription: 0).dropFirst(before)
    #expect(cut.contains { $0.hasSuffix(" close") })
    #expect(cut.contains { $0.contains("Receiving aborted") })
    let stamps = Set(cut.map { $0.prefix(24) })
    #expect(stamps.count == 1)
    let pending = world.appliance.pendingWork(now: world.now)
    #expect(!pending.contains { $0.kind == .sessions })
    #expect(pending.contains { $0.kind == .deliveries })
    #expect(MailLogIntervals(world.lines(subscription: 0)).problems.isEmpty)
  }
}
