import Alerting
import ApplianceConfiguration
import ApplianceModel
import LogDelivery
import LogModel
import MailTransport
import Simulation
import TestKit
import Testing

/// A commit that takes effect while the appliance runs.
@Suite struct CommitTests {
  private static func pushed(
    _ name: String = "Mail_Log", host: String = "192.0.2.9", level: LogLevel = .information,
    facility: SyslogFacility = .mail, transport: SyslogPushSettings.Transport = .tcp,
    mode: DeliveryMode = .asAppliance
  ) -> LogSubscriptionSettings {
    LogSubscriptionSettings(
      name: Setting(name), type: Setting(.textMail), level: Setting(level),
      retrieval: .syslogPush(
        SyslogPushSettings(
          host: Setting(host), transport: Setting(transport), facility: Setting(facility),
          delivery: DeliverySettings(mode: Setting(mode)))))
  }

  private static let files = Fixtures.files()

  private static func world(_ subscriptions: [LogSubscriptionSettings]) -> RecordingWorld {
    var options = ApplianceOptions()
    options.rate = .perSecond(20)
    return RecordingWorld(
      configuration: Fixtures.configuration(subscriptions: subscriptions), options: options)
  }

  private static func commit(
    _ world: inout RecordingWorld, _ subscriptions: [LogSubscriptionSettings],
    _ more: (inout Configuration) -> Void = { _ in }
  ) -> ConfigurationDelta {
    var configuration = Fixtures.configuration(subscriptions: subscriptions)
    more(&configuration)
    let delta = ConfigurationDelta(from: world.appliance.configuration, to: configuration)
    world.apply(delta, zone: Fixtures.johannesburg)
    return delta
  }

  private static func run(_ world: inout RecordingWorld, seconds: Int64) {
    for _ in 0..<seconds { world.advance(by: .seconds(1)) }
  }

  @Test func aCommitThatChangesNothingDoesNothing() {
    var world = Self.world([Self.files, Self.pushed()])
    world.connect(subscription: 1)
    Self.run(&world, seconds: 3)
    let before = (
      world.events.count, world.lines(subscription: 0), world.stream(1, subscription: 1)
    )
    let delta = Self.commit(&world, [Self.files, Self.pushed()])
    #expect(delta.isEmpty)
    #expect(world.events.count == before.0)
    #expect(world.lines(subscription: 0) == before.1)
    #expect(world.stream(1, subscription: 1) == before.2)
  }

  @Test func anotherLevelHoldsFromTheNextLineOnTheSameConnection() {
    var world = Self.world([Self.files, Self.pushed()])
    world.connect(subscription: 1)
    Self.run(&world, seconds: 3)
    let before = world.stream(1, subscription: 1).text
    let delta = Self.commit(&world, [Self.files, Self.pushed(level: .critical)])
    #expect(delta.subscriptions == [.changed(Self.pushed(level: .critical), [.level])])
    Self.run(&world, seconds: 3)
    #expect(world.stream(1, subscription: 1).text == before)
    #expect(world.connects.count == 1)
    let totals = world.appliance.ledgers[0].totals
    #expect(totals.filtered > 0)
    #expect(totals.isBalanced)
  }

  @Test func anotherFacilityHoldsFromTheNextLineOnTheSameConnection() {
    var world = Self.world([Self.pushed()])
    world.connect()
    Self.run(&world, seconds: 3)
    let count = world.stream(1).text.split(separator: "\n").count
    _ = Self.commit(&world, [Self.pushed(facility: .local0)])
    Self.run(&world, seconds: 3)
    let lines = world.stream(1).text.split(separator: "\n")
    #expect(lines[..<count].allSatisfy { $0.hasPrefix("<22>") })
    #expect(lines.count > count)
    #expect(lines[count...].allSatisfy { $0.hasPrefix("<134>") })
    #expect(world.connects.count == 1)
  }

  /// The old connection is closed, the new one begins with header lines, and nothing fails.
  @Test func anotherHostIsConnectedAtOnce() throws {
    var world = Self.world([Self.files, Self.pushed()])
    world.connect(subscription: 1)
    Self.run(&world, seconds: 3)
    _ = Self.commit(&world, [Self.files, Self.pushed(host: "192.0.2.10")])
    #expect(world.connects.map(\.id.number) == [1, 2])
    #expect(
      world.events.compactMap { event -> String? in
        if case .pushConnecting(let endpoint) = event.fact { endpoint.host } else { nil }
      } == ["192.0.2.9", "192.0.2.10"])
    world.connect(subscription: 1)
    Self.run(&world, seconds: 3)
    let text = world.stream(2, subscription: 1).text
    #expect(text.split(separator: "\n").first?.hasSuffix("Info: Begin Logfile") == true)
    #expect(!world.events.contains { $0.kind == .pushFailed || $0.kind == .alertRaised })
    #expect(!world.lines(subscription: 0).contains { $0.contains("Log Error") })
    let totals = try #require(world.appliance.ledgers.first).totals
    #expect(totals.isBalanced)
  }

  /// A server that is down is no reason to lose what waits.
  @Test func whatWaitsWithoutConnectionGoesToTheNewServer() throws {
    var world = Self.world([Self.pushed()])
    world.fail(LinkFailure(.connecting, .refused))
    Self.run(&world, seconds: 3)
    let waiting = try #require(world.appliance.ledgers.first).totals.queued
    #expect(waiting > 0)
    _ = Self.commit(&world, [Self.pushed(host: "192.0.2.10")])
    world.connect()
    Self.run(&world, seconds: 1)
    let totals = try #require(world.appliance.ledgers.first).totals
    #expect(totals.lostQueueDiscarded == 1, "the line about the failure")
    #expect(totals.written + totals.acknowledged >= waiting)
    #expect(totals.isBalanced)
  }

  @Test func aDiskBufferLosesNothingByAnotherHost() throws {
    let old = Self.pushed(mode: .buffered)
    var world = Self.world([old])
    world.connect()
    Self.run(&world, seconds: 5)
    _ = Self.commit(&world, [Self.pushed(host: "192.0.2.10", mode: .buffered)])
    world.connect()
    Self.run(&world, seconds: 2)
    world.acknowledge(bytes: UInt64(world.stream(2).writes.reduce(0) { $0 + $1.bytes.count }))
    let totals = try #require(world.appliance.ledgers.first).totals
    #expect(totals.lost == 0)
    #expect(totals.acknowledged == totals.accepted)
    #expect(totals.isBalanced)
  }

  /// Transport, and back: the datagrams' ledger and the stream's are one.
  @Test func tcpBecomesUDPAndTCPAgain() throws {
    var world = Self.world([Self.pushed()])
    world.connect()
    Self.run(&world, seconds: 3)
    for (number, transport) in [(2, .udp), (3, .tcp)] as [(UInt32, SyslogPushSettings.Transport)] {
      _ = Self.commit(&world, [Self.pushed(transport: transport)])
      world.connect()
      Self.run(&world, seconds: 3)
      #expect(!world.stream(number).writes.isEmpty)
      let totals = try #require(world.appliance.ledgers.first).totals
      #expect(totals.isBalanced)
    }
    #expect(try #require(world.appliance.ledgers.first).totals.written > 0)
  }

  @Test func subscriptionsComeAndGo() throws {
    var world = Self.world([Self.files, Self.pushed()])
    world.connect(subscription: 1)
    Self.run(&world, seconds: 2)
    _ = Self.commit(&world, [Self.files, Self.pushed(), Self.pushed("Second", host: "192.0.2.10")])
    // Given once: the third one.
    world.connect(subscription: 2)
    Self.run(&world, seconds: 2)
    #expect(world.stream(1, subscription: 2).text.contains(" Second: Info: Begin Logfile"))
    _ = Self.commit(&world, [Self.files, Self.pushed("Second", host: "192.0.2.10")])
    let removed = try #require(world.appliance.ledgers.first { $0.subscription == "Mail_Log" })
    #expect(removed.totals.isBalanced)
    #expect(removed.totals.queued == 0)
    let before = world.stream(1, subscription: 1)
    Self.run(&world, seconds: 2)
    #expect(world.stream(1, subscription: 1) == before)
    // News of it is none.
    world.fail(subscription: 1, LinkFailure(.established, .reset))
    #expect(!world.events.contains { $0.kind == .pushFailed })
    #expect(world.stream(1, subscription: 2).writes.count > 2)
    // The name may come again, with its ledger.
    _ = Self.commit(
      &world, [Self.files, Self.pushed("Second", host: "192.0.2.10"), Self.pushed()])
    world.connect(subscription: 3)
    Self.run(&world, seconds: 2)
    let again = world.appliance.ledgers.filter { $0.subscription == "Mail_Log" }
    #expect(again.count == 1)
    #expect(try #require(again.first).totals.accepted > removed.totals.accepted)
    #expect(try #require(again.first).totals.isBalanced)
  }

  @Test(arguments: [DeliveryMode.asAppliance, .buffered])
  func anotherTypeBeginsAnew(_ mode: DeliveryMode) throws {
    var world = Self.world([Self.pushed(mode: mode)])
    world.connect()
    Self.run(&world, seconds: 3)
    let before = try #require(world.appliance.ledgers.first).totals
    var status = Self.pushed(mode: mode)
    status.type = Setting(.status)
    let delta = Self.commit(&world, [status])
    #expect(delta.subscriptions == [.replaced(status)])
    let after = try #require(world.appliance.ledgers.first).totals
    #expect(world.appliance.ledgers.count == 1)
    #expect(after.accepted == before.accepted)
    #expect(after.isBalanced)
    if mode == .buffered { #expect(after.lost == 0) }
  }

  @Test func alertsGoToTheNewRecipientAndTheOldMailsToTheOld() {
    var world = Self.world([Self.files, Self.pushed()])
    world.connect(subscription: 1)
    Self.run(&world, seconds: 1)
    world.fail(subscription: 1, LinkFailure(.established, .reset))
    let first = world.mails
    #expect(!first.isEmpty)
    _ = Self.commit(&world, [Self.files, Self.pushed()]) {
      $0.alerts.recipients = [
        .init(alertClass: .system, severity: .critical, address: Setting("new@example.com"))
      ]
    }
    world.fail(subscription: 1, LinkFailure(.connecting, .refused))
    world.advance(by: .seconds(5))
    world.fail(subscription: 1, LinkFailure(.connecting, .timedOut))
    let later = world.mails[first.count...].map {
      $0.transaction.envelope.recipients[0].description
    }
    #expect(Set(later) == ["new@example.com"])
    for mail in first { world.finishMail(mail, .connectionProblem(.refused, at: .connect)) }
    #expect(world.appliance.pendingAlertMails.contains { $0.recipient != "new@example.com" })
  }

  /// Each delivery setting; the swarm had a push reset by its own mode, written out.
  @Test func aDefaultWrittenOutIsNoChange() {
    let fields = DeliveryField.all.filter { $0.absent != nil }
    #expect(fields.count > 10)
    for field in fields {
      guard let value = field.absent, case .syslogPush(var push) = Self.pushed().retrieval else {
        continue
      }
      field.set(Setting(value), in: &push.delivery)
      var settings = Self.pushed()
      settings.retrieval = .syslogPush(push)
      var world = Self.world([Self.pushed()])
      #expect(Self.commit(&world, [settings]).isEmpty, "\(field.name)")
    }
  }

  /// What became of lines that were pushed stays told while the log is in files, and goes on when
  /// it is pushed again.
  @Test func aLedgerOutlastsAnotherMethod() throws {
    var world = Self.world([Self.pushed()])
    world.connect()
    Self.run(&world, seconds: 2)
    let before = try #require(world.appliance.ledgers.first).totals
    #expect(before.accepted > 0)
    _ = Self.commit(&world, [Fixtures.files(name: "Mail_Log")])
    Self.run(&world, seconds: 2)
    let closed = try #require(world.appliance.ledgers.first).totals
    #expect(closed.accepted == before.accepted)
    #expect(closed.queued == 0)
    #expect(closed.isBalanced)
    _ = Self.commit(&world, [Self.pushed()])
    world.connect(subscription: 2)
    Self.run(&world, seconds: 2)
    #expect(world.appliance.ledgers.count == 1)
    let after = try #require(world.appliance.ledgers.first).totals
    #expect(after.accepted > before.accepted)
    #expect(after.isBalanced)
  }

  /// Two files of one name and second are two, whatever became of the push between them.
  @Test(arguments: [
    Self.pushed(mode: .buffered), Fixtures.files(name: "Mail_Log"),
  ])
  func filesOfOneSecondAreNotWrittenOver(_ next: LogSubscriptionSettings) {
    var world = Self.world([Self.pushed()])
    _ = Self.commit(&world, [next])
    _ = Self.commit(&world, [Self.pushed()])
    _ = Self.commit(&world, [next])
    #expect(world.fileNames.created.count == 4)
    #expect(Set(world.fileNames.created).count == 4)
  }

  @Test func interfacesTakeEffectAtTheNextStart() {
    var world = Self.world([Self.files])
    let delta = Self.commit(&world, [Self.files]) {
      $0.interfaces = [NetworkInterface(name: Setting("Data 9"))]
    }
    #expect(delta.isEmpty)
    #expect(delta.atNextStart == ["interfaces"])
  }

  /// What a full disk did not take is said at the end, whatever became of the subscription.
  @Test func linesInNoFileStayCounted() {
    var world = Self.world([Self.files, Fixtures.files(name: "second")])
    Self.run(&world, seconds: 1)
    world.failFile(subscription: 1, .append([], lines: 7), reason: "No space left on device")
    // The line about it is in no file of it either.
    let before = world.appliance.linesNotKept
    #expect(before["second", default: 0] >= 7)
    _ = Self.commit(&world, [Self.files])
    #expect(world.appliance.linesNotKept == before)
    // The last lines fail behind the commit.
    world.failFile(subscription: 1, .append([], lines: 2), reason: "No space left on device")
    let after = before.mapValues { $0 + 2 }
    #expect(world.appliance.linesNotKept == after)
    _ = Self.commit(&world, [Self.files, Fixtures.files(name: "second")])
    #expect(world.appliance.linesNotKept == after)
    world.failFile(subscription: 2, .append([], lines: 1), reason: "No space left on device")
    #expect(world.appliance.linesNotKept["second", default: 0] > after["second", default: 0])
  }

  /// A push that begins while the run drains ends with it: what it has to send is all that comes.
  @Test func aPushThatBeginsInTheDrainDrainsToo() {
    var world = Self.world([Self.files])
    Self.run(&world, seconds: 2)
    world.stopTraffic()
    #expect(world.appliance.drain(timeout: .seconds(30), now: world.now) == .nothing)
    _ = Self.commit(&world, [Self.files, Self.pushed(mode: .atLeastOnce)])
    world.connect(subscription: 1)
    let sent = world.stream(1, subscription: 1).writes.reduce(0) { $0 + $1.bytes.count }
    world.acknowledge(subscription: 1, bytes: UInt64(sent))
    world.advance(by: .seconds(1))
    // Its end in order is asked for.
    #expect(world.finished.map(\.subscription) == [1])
  }

  /// One push may hold 4 MiB, a hundred together 256 MiB.
  @Test func pushesThatACommitAddsShareTheBounds() {
    var world = Self.world([Self.pushed()])
    let many = (0..<99).map { Self.pushed("p\($0)", host: "192.0.2.20") }
    _ = Self.commit(&world, [Self.pushed()] + many)
    func refused(_ name: String) -> UInt64 {
      world.appliance.ledgers.first { $0.subscription == name }?.totals.lostQueueFull ?? 0
    }
    for _ in 0..<40 where refused("p98") == 0 { world.advance(by: .seconds(60)) }
    #expect(refused("p98") > 0)
    #expect(refused("Mail_Log") == 0)
  }
}
