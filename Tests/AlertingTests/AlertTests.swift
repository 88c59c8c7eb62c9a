import Alerting
import ApplianceConfiguration
import LogDelivery
import LogModel
import MailTransport
import Simulation
import Support
import Testing

/// 2015-06-25T06:50:03Z.
private let instant = SimInstant(secondsSinceEpoch: 1_435_215_003)

private func event(_ reason: String) -> AlertEvent {
  .logFileUnwritable(subscription: "a", reason: reason)
}

@Suite struct AlertSubjectTests {
  private static let networkError = ": Network error while sending log data to syslog server"

  /// The public samples that are cut, and one that is not.
  private static let samples: [(String, String)] = [
    (
      "An application fault occurred: ('query/api.py searchData|4652', \"x\")",
      "An application fault occurred: ('query/api.py searchData|465..."
    ),
    (
      "Your \"IronPort Email Encryption\" key will expire in under 60 day(s).",
      "Your \"IronPort Email Encryption\" key will expire in under 60..."
    ),
    (
      "Log Error: Subscription error_logs: Failed to connect to 10.1.2.3",
      "Log Error: Subscription error_logs: Failed to connect to 10...."
    ),
    (
      "URL category definitions have changed.\nAdded new category 'x'",
      "URL category definitions have changed.; Added new category '..."
    ),
    (
      "Your \"Sophos Anti-Virus\" key will expire in under 60 day(s).  Please",
      "Your \"Sophos Anti-Virus\" key will expire in under 60 day(s)...."
    ),
    (
      "Log Error: Subscription Maill\(networkError)",
      "Log Error: Subscription Maill: Network error while sending l..."
    ),
    ("MID 198463616 antivirus timeout error", "MID 198463616 antivirus timeout error"),
    (String(repeating: "x", count: 60), String(repeating: "x", count: 60)),
    ("", ""),
  ]

  @Test(arguments: samples)
  func textIsCutAfterSixtyCharacters(_ text: String, _ cut: String) {
    let alert = Alert(definition: .logError, text: text, instant: instant)
    #expect(
      alert.subject(hostname: "mail.example.com")
        == "Critical <System> mail.example.com: \(cut)")
  }
}

@Suite struct DuplicateAlertFilterTests {
  /// Seconds at which an alert that comes each second is sent.
  private static func sent(initial: Int, maximum: Int, until end: Int) -> [Int] {
    var filter = DuplicateAlertFilter(initialSeconds: initial, maximumSeconds: maximum)
    return (0...end).filter { second in
      let verdict = filter.raised(event("x"), now: instant.advanced(by: .seconds(Int64(second))))
      return verdict != .suppress
    }
  }

  @Test func intervalsFollowTheDocumentedSeries() {
    let sent = Self.sent(initial: 5, maximum: 1000, until: 300)
    let intervals = zip(sent, sent.dropFirst()).map { $1 - $0 }
    #expect(intervals == [5, 15, 35, 75, 155])
  }

  @Test func intervalsStopAtTheMaximum() {
    let sent = Self.sent(initial: 5, maximum: 60, until: 300)
    let intervals = zip(sent, sent.dropFirst()).map { $1 - $0 }
    #expect(intervals == [5, 15, 35, 60, 60, 60, 60])
  }

  @Test func initialOfZeroSendsEach() {
    #expect(Self.sent(initial: 0, maximum: 60, until: 9) == Array(0...9))
  }

  @Test func heldBackOnesAreCountedInTheNext() {
    var filter = DuplicateAlertFilter(initialSeconds: 5, maximumSeconds: 60)
    for second in 0..<5 {
      _ = filter.raised(event("x"), now: instant.advanced(by: .seconds(Int64(second))))
    }
    let verdict = filter.raised(event("x"), now: instant.advanced(by: .seconds(5)))
    #expect(verdict == .send(suppressedBefore: 4))
  }

  @Test func otherTextIsNoDuplicate() {
    var filter = DuplicateAlertFilter(initialSeconds: 5, maximumSeconds: 60)
    _ = filter.raised(event("x"), now: instant)
    #expect(filter.raised(event("y"), now: instant) == .send(suppressedBefore: 0))
  }

  @Test func longSilenceStartsAnew() {
    var filter = DuplicateAlertFilter(initialSeconds: 5, maximumSeconds: 60)
    let times = [0, 5, 20, 200, 205].map { instant.advanced(by: .seconds($0)) }
    let verdicts = times.map { filter.raised(event("x"), now: $0) }
    #expect(verdicts.allSatisfy { $0 == .send(suppressedBefore: 0) })
  }

  /// Silence counts from the last time that it was raised, whether or not that one was sent.
  @Test func longSilenceBehindOneHeldBackStartsAnew() {
    var filter = DuplicateAlertFilter(initialSeconds: 5, maximumSeconds: 60)
    let times = [0, 1, 3600, 3605].map { instant.advanced(by: .seconds($0)) }
    let verdicts = times.map { filter.raised(event("x"), now: $0) }
    #expect(
      verdicts == [
        .send(suppressedBefore: 0), .suppress, .send(suppressedBefore: 1),
        .send(suppressedBefore: 0),
      ])
  }

  /// A file may say any number.
  @Test(arguments: [(Int.max, Int.max), (-1, 60), (Int.max, 5), (5, -1)])
  func intervalsOfAnySizeTrapNot(_ initial: Int, _ maximum: Int) {
    var filter = DuplicateAlertFilter(initialSeconds: initial, maximumSeconds: maximum)
    for second in [0, 100_000_000, 200_000_000] as [Int64] {
      _ = filter.raised(event("x"), now: instant.advanced(by: .seconds(second)))
    }
    #expect(filter.raised(event("y"), now: instant) == .send(suppressedBefore: 0))
  }

  @Test func memoryIsBounded() {
    var filter = DuplicateAlertFilter(initialSeconds: 5, maximumSeconds: 60)
    for number in 0...DuplicateAlertFilter.keysMax {
      _ = filter.raised(event("\(number)"), now: instant.advanced(by: .milliseconds(Int64(number))))
    }
    let now = instant.advanced(by: .seconds(1))
    // The oldest was forgotten for the newest.
    #expect(filter.raised(event("1"), now: now) == .suppress)
    #expect(filter.raised(event("0"), now: now) == .send(suppressedBefore: 0))
  }
}

@Suite struct AlertRouterTests {
  private static func route(_ source: String, _ destinations: SMTPRoute.Destination...) -> SMTPRoute
  {
    SMTPRoute(source: Setting(source), destinations: destinations.map { Setting($0) })
  }

  private static let routes = [
    route("ALL", .host("all", port: 25)), route(".example.com", .host("sub", port: 25)),
    route("mail.example.com", .useDNS, .host("exact", port: 2525)),
    route("gone.test", .discard), route("dns.test", .useDNS),
    route("Ops@mail.example.com", .discard), route("ops@gone.test", .host("one", port: 25)),
  ]

  private static let paths: [(String, AlertRouter.Path)] = [
    ("a@mail.example.com", .relay(.init(host: "exact", port: 2525))),
    ("a@MAIL.Example.COM", .relay(.init(host: "exact", port: 2525))),
    ("a@other.example.com", .relay(.init(host: "sub", port: 25))),
    ("a@example.com", .relay(.init(host: "all", port: 25))),
    ("a@gone.test", .discard), ("a@dns.test", .none),
    ("ops@mail.example.com", .discard), ("OPS@gone.test", .relay(.init(host: "one", port: 25))),
  ]

  @Test(arguments: paths)
  func closestRouteCounts(_ address: String, _ path: AlertRouter.Path) throws {
    let router = AlertRouter(settings: AlertSettings(), routes: Self.routes)
    #expect(try router.path(to: MailAddress(address)) == path)
  }

  @Test func withoutRouteThereIsNoPath() throws {
    let router = AlertRouter(settings: AlertSettings(), routes: [])
    #expect(try router.path(to: MailAddress("a@a.test")) == .none)
  }

  @Test func recipientsComeOnceAndAutosupportLast() {
    func recipient(_ address: String, _ severity: AlertSeverity) -> AlertSettings.Recipient {
      .init(alertClass: .system, severity: severity, address: Setting(address))
    }
    let settings = AlertSettings(
      recipients: [
        recipient("a@x.test", .critical), recipient("A@X.test", .critical),
        recipient("b@x.test", .warning), recipient("c@x.test", .critical),
      ], autosupportEnabled: Setting(true))
    let router = AlertRouter(settings: settings, routes: [])
    #expect(
      router.recipients(of: .logError) == ["a@x.test", "c@x.test", "alerts@ironport.com"])
  }
}

@Suite struct AlertServiceTests {
  private static func service(
    recipient: String = "admin@example.com", hasRoute: Bool = true
  ) -> AlertService {
    AlertService(
      origin: AlertOrigin(
        hostname: "mail.example.com", model: "C370", version: "8.0.1-023",
        serialNumber: "A4BADB4712A9-511AA1E", fromAddress: nil),
      settings: AlertSettings(
        recipients: [
          .init(alertClass: .system, severity: .critical, address: Setting(recipient))
        ]),
      routes: hasRoute
        ? [
          SMTPRoute(
            source: Setting("ALL"), destinations: [Setting(.host("192.0.2.25", port: 25))])
        ] : [])
  }

  private static func raise(_ service: inout AlertService, after seconds: Int64 = 0)
    -> [AlertService.Action]
  {
    service.raise(
      .pushFailed(
        subscription: "Mail_Log", host: "", LinkFailure(.established, .reset)),
      now: instant.advanced(by: .seconds(seconds)),
      stamp: instant.advanced(by: .seconds(seconds)), offsetSeconds: 7200)?.actions ?? []
  }

  private static func mail(_ actions: [AlertService.Action]) throws -> AlertMail {
    guard case .send(let mail)? = actions.first else {
      throw MailTransportError(.invalidMessage, place: "test", found: "no mail", allowed: "one")
    }
    return mail
  }

  @Test func mailIsTheGoldenOne() throws {
    var service = Self.service()
    let mail = try Self.mail(Self.raise(&service))
    let outcome = try GoldenFile.compare(
      mail.transaction.message, suite: "Alerting", name: "critical-system-alert.eml")
    #expect(outcome == .same)
  }

  @Test func acceptedMailIsLogged() throws {
    var service = Self.service()
    let mail = try Self.mail(Self.raise(&service))
    let reply = try SMTPReply(code: 250, lines: ["2.0.0 Ok"])
    let actions = service.mailFinished(mail, fate: .accepted(reply), now: instant)
    #expect(
      actions == [
        .log(
          .information,
          "A System/Critical alert was sent to admin@example.com with subject \"Critical <System> "
            + "mail.example.com: Log Error: Subscription Mail_Log: Network error while sendin...\"")
      ])
    #expect(service.isIdle)
  }

  @Test func permanentFailureGivesUpAtOnce() throws {
    var service = Self.service()
    let mail = try Self.mail(Self.raise(&service))
    let reply = try SMTPReply(code: 553, lines: ["#5.1.8 Domain of sender address does not exist"])
    let actions = service.mailFinished(
      mail, fate: .permanentFailure(reply, at: .recipient), now: instant)
    #expect(
      actions.first
        == .log(
          .warning,
          "Internal SMTP Error: Failed to send message to host 192.0.2.25:25 for recipient "
            + "admin@example.com: Unexpected SMTP response \"553\", expecting code starting with "
            + "\"2\", response was ['#5.1.8 Domain of sender address does not exist']."))
    #expect(actions.count == 3)
    #expect(service.isIdle)
  }

  @Test func transientFailureIsRetriedThenGivenUp() throws {
    var service = Self.service()
    var mail = try Self.mail(Self.raise(&service))
    var now = instant
    var attempts = 1
    while true {
      let actions = service.mailFinished(
        mail, fate: .connectionProblem(.refused, at: .connect), now: now)
      guard let wakeAt = service.wakeAt else {
        #expect(actions.count == 3)
        break
      }
      #expect(actions.count == 1)
      #expect(now.duration(to: wakeAt) == .seconds(60))
      now = wakeAt
      mail = try Self.mail(service.timeReached(now))
      #expect(mail.attempt == attempts)
      attempts += 1
    }
    #expect(attempts == 3)
    #expect(service.isIdle)
  }

  @Test func lateNewsOfAMailIsIgnored() throws {
    var service = Self.service()
    let mail = try Self.mail(Self.raise(&service))
    let reply = try SMTPReply(code: 250, lines: ["Ok"])
    _ = service.mailFinished(mail, fate: .accepted(reply), now: instant)
    #expect(service.mailFinished(mail, fate: .accepted(reply), now: instant).isEmpty)
  }

  /// The end of an attempt that is told twice is no second attempt.
  @Test func endOfAnAttemptCountsOnce() throws {
    var service = Self.service()
    let first = try Self.mail(Self.raise(&service))
    let reply = try SMTPReply(code: 451, lines: ["later"])
    let fate = SMTPFate.transientFailure(reply, at: .data)
    #expect(service.mailFinished(first, fate: fate, now: instant).count == 1)
    #expect(service.mailFinished(first, fate: fate, now: instant).isEmpty)
    let now = instant.advanced(by: .seconds(60))
    let second = try Self.mail(service.timeReached(now))
    #expect(second.attempt == 1)
    #expect(service.mailFinished(first, fate: fate, now: now).isEmpty)
    #expect(service.timeReached(now.advanced(by: .seconds(600))).isEmpty)
    #expect(service.mailFinished(second, fate: fate, now: now).count == 1)
  }

  @Test func oneMailTooManyIsGivenUpAtOnce() throws {
    let cut = "Log Error: Subscription a: Could not write to its log file: ..."
    var service = Self.service()
    var sent = 0
    for number in 0..<101 {
      let actions =
        service.raise(
          event("\(number)"), now: instant, stamp: instant, offsetSeconds: 0)?.actions ?? []
      if case .send? = actions.first { sent += 1 }
      guard number == 100 else { continue }
      #expect(
        actions == [
          .log(
            .warning,
            "Internal SMTP Error: Failed to send message for recipient admin@example.com: "
              + "too many messages under way"),
          .log(
            .critical,
            "Internal SMTP giving up on message to admin@example.com with subject 'Critical "
              + "<System> mail.example.com: \(cut)': Unrecoverable error."),
          .log(
            .critical,
            "Error while sending alert: Unable to send System/Critical alert to "
              + "admin@example.com with subject \"Critical <System> mail.example.com: "
              + "\(cut)\"."),
        ])
    }
    #expect(sent == 100)
    #expect(service.history.count == AlertService.historyMax)
    #expect(service.history.last?.text == event("100").text)
  }

  @Test func nobodyToTellIsAnAlertAllTheSame() {
    var service = AlertService(
      origin: AlertOrigin(
        hostname: "mail.example.com", model: "C370", version: "8", serialNumber: "S",
        fromAddress: nil), settings: AlertSettings(), routes: [])
    let raised = service.raise(event("x"), now: instant, stamp: instant, offsetSeconds: 0)
    #expect(raised?.alert.event == event("x"))
    #expect(raised?.actions.isEmpty == true)
    #expect(service.history.map(\.event) == [event("x")])
  }

  @Test func duplicateSendsNoMail() throws {
    var service = Self.service()
    _ = Self.raise(&service)
    #expect(Self.raise(&service, after: 299).isEmpty)
    #expect(try Self.mail(Self.raise(&service, after: 300)).number == 2)
    #expect(service.history.count == 2)
  }

  @Test func withoutRouteTheLogSaysSo() {
    var service = Self.service(hasRoute: false)
    let actions = Self.raise(&service)
    #expect(
      actions.first
        == .log(
          .warning,
          "Internal SMTP Error: Failed to send message for recipient admin@example.com: no SMTP "
            + "route leads to example.com"))
    #expect(service.isIdle)
  }

  @Test(arguments: ["no-at-sign", "a@b\r\nRCPT TO:<x@y.test>", "ä@example.com"])
  func unfitAddressIsLoggedNotSent(_ address: String) {
    var service = Self.service(recipient: address)
    let actions = Self.raise(&service)
    #expect(actions.count == 3)
    #expect(service.isIdle)
  }
}
