import Alerting
import ApplianceModel
import LogDelivery
import MailTransport
import Simulation
import TestKit
import Testing

/// The documented case without sockets and without a clock: plain values in, plain values out.
@Suite struct DocumentedCaseTests {
  private static let errorText =
    "Log Error: Subscription Mail_Log: Network error while sending log data to syslog server"

  /// A push that was reset once, whose alert mail was accepted, and that is connected again.
  private static func world(
    name: String = "Mail_Log", hostname: String = "mail.example.com",
    recipient: String = "alerts@ironport.com"
  ) throws -> RecordingWorld {
    var world = RecordingWorld(
      configuration: Fixtures.configuration(
        hostname: hostname, recipient: recipient,
        subscriptions: [Fixtures.pushed(name: name), Fixtures.files()]))
    world.connect()
    world.fail(LinkFailure(.established, .reset))
    let mail = try #require(world.mails.first)
    world.finishMail(mail, .accepted(try SMTPReply(code: 250, lines: ["2.0.0 Ok"])))
    world.appliance.holdTraffic(now: world.now)
    world.advance(by: .seconds(1))
    world.connect()
    return world
  }

  @Test func secondConnectionCarriesTheFourDocumentedLines() throws {
    let world = try Self.world()
    let text = world.stream(2).text
    #expect(
      text == """
        <22>Jun 25 08:50:03 Mail_Log: Info: Begin Logfile
        <22>Jun 25 08:50:03 Mail_Log: Info: Version: 8.0.1-023 SN: A4BADB4712A9-511AA1E
        <22>Jun 25 08:50:03 Mail_Log: Info: Time offset from UTC: 7200 seconds
        <22>Jun 25 08:50:03 Mail_Log: Info: A System/Critical alert was sent to \
        alerts@ironport.com with subject \
        "Critical <System> mail.example.com: Log Error: Subscription Mail_Log: \
        Network error while sendin..."

        """)
  }

  /// With a five-character name, and 51 characters of recipient and host name together, the sizes
  /// of the documented segments follow. Without the full stop;
  /// docs/FIDELITY.md, "The documented bytes".
  @Test func fiveCharacterNameGivesTheDocumentedSizes() throws {
    let (hostname, recipient) = ("mail.appliance.example.com", "alert-desk@of.example.com")
    let world = try Self.world(name: "Maill", hostname: hostname, recipient: recipient)
    let sizes = world.stream(2).writes.map(\.bytes.count)
    let lines = world.stream(2).writes.map(\.lineCount)
    let text = world.stream(2).text
    #expect(hostname.count + recipient.count == 51)
    #expect(sizes == [47, 365])
    #expect(lines == [1, 3])
    #expect(text.contains("Network error while sending l...\""))
  }

  @Test func errorLineStandsInTheFilesAndNotInTheStream() throws {
    let world = try Self.world()
    let lines = world.lines(subscription: 1)
    let streams = world.stream(1).text + world.stream(2).text
    #expect(lines.contains("Thu Jun 25 08:50:03 2015 Critical: \(Self.errorText)"))
    #expect(!streams.contains("Log Error: Subscription Mail_Log: Network error while sending log"))
  }

  @Test func alertFollowsTheReopeningAndPrecedesTheReconnection() throws {
    let world = try Self.world()
    let kinds = world.events.filter {
      $0.subscription == "Mail_Log" || $0.kind == .alertMailAccepted
    }
    .map(\.kind)
    #expect(
      kinds == [
        .pushConnecting, .pushConnected, .pushWrote, .pushWrote, .pushFailed, .pushReopened,
        .alertRaised, .alertMailAccepted, .pushConnecting, .pushConnected, .pushWrote, .pushWrote,
      ])
  }

  @Test func lostLinesAreInTheLedger() throws {
    let world = try Self.world()
    let ledgers = world.appliance.ledgers
    let totals = try #require(ledgers.first?.totals)
    // The error line went with the queue; the alert's line was written and awaits its
    // acknowledgement.
    #expect(totals.lostQueueDiscarded == 1)
    #expect(totals.written == 1)
    #expect(totals.isBalanced)
  }

  @Test func reconnectionComesASecondLater() throws {
    var world = RecordingWorld(
      configuration: Fixtures.configuration(subscriptions: [Fixtures.pushed()]))
    world.appliance.holdTraffic(now: world.now)
    world.connect()
    world.fail(LinkFailure(.established, .reset))
    world.advance(by: .milliseconds(999))
    let early = world.connects.count
    world.advance(by: .milliseconds(1))
    let onTime = world.connects.count
    #expect(early == 1)
    #expect(onTime == 2)
  }

  private static let failures: [(LinkFailure, String)] = [
    (.init(.established, .reset), errorText),
    (.init(.established, .endOfFile), errorText),
    (.init(.established, .timedOut), errorText),
    (.init(.connecting, .refused), failedToConnect("Connection refused")),
    (.init(.connecting, .timedOut), failedToConnect("Operation timed out")),
    (.init(.connecting, .hostUnreachable), failedToConnect("No route to host")),
    (.init(.connecting, .networkUnreachable), failedToConnect("Network is unreachable")),
    (.init(.connecting, .unresolvable), failedToConnect("Host name could not be resolved")),
  ]

  private static func failedToConnect(_ reason: String) -> String {
    "Log Error: Subscription Mail_Log: Failed to connect to 10.44.167.30: \(reason)"
  }

  @Test(arguments: failures)
  func eachFailureHasItsLineAndItsAlert(_ failure: LinkFailure, _ text: String) throws {
    var world = RecordingWorld(
      configuration: Fixtures.configuration(subscriptions: [Fixtures.pushed(), Fixtures.files()]))
    if failure.phase == .established { world.connect() }
    world.fail(failure)
    let lines = world.lines(subscription: 1)
    let alerts = world.appliance.alertHistory
    #expect(lines.last == "Thu Jun 25 08:50:03 2015 Critical: \(text)")
    #expect(alerts.map(\.text) == [text])
    #expect(world.mails.count == 1)
    #expect(failure.cause == .refused || !text.contains("refused"))
  }
}
