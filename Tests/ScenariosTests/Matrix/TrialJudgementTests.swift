import ApplianceConfiguration
import LogDelivery
import Scenarios
import Testing

/// Verdicts and reasons from made-up facts.
@Suite struct TrialJudgementTests {
  private static let alert = TrialFacts.Alert(subscription: "p")

  private static func push(_ change: (inout TrialFacts.Push) -> Void = { _ in }) -> TrialFacts.Push
  {
    var push = TrialFacts.Push("p", .tcp)
    push.logged = 100
    push.accepted = 100
    push.received = 100
    change(&push)
    return push
  }

  /// A push by TCP that was reset and lost ten lines.
  private static let reset = Self.push {
    $0.received = 90
    $0.queueDiscarded = 10
    $0.failures = [LinkFailure(.established, .reset): 1]
  }

  private static func facts(
    _ pushes: [TrialFacts.Push], _ change: (inout TrialFacts) -> Void = { _ in }
  ) -> TrialFacts {
    var facts = TrialFacts()
    facts.pushes = pushes
    facts.recipients = [.init("desk@example.com")]
    change(&facts)
    return facts
  }

  private static func codes(_ facts: TrialFacts) -> [TrialReason.Code] {
    TrialJudgement(facts).reasons.map(\.code)
  }

  // MARK: Verdicts

  @Test func everyLineReadIsDelivered() {
    let judgement = TrialJudgement(Self.facts([Self.push()]))
    #expect(judgement.verdict == .delivered)
    #expect(judgement.reasons.isEmpty)
  }

  @Test func aLossWithAReceivedAlertIsAlerted() {
    let facts = Self.facts([Self.reset]) {
      $0.alerts = [Self.alert]
      $0.mails = [.init(Self.alert, to: "desk@example.com", .received)]
    }
    #expect(TrialJudgement(facts).verdict == .alerted)
    #expect(Self.codes(facts) == [.queueDiscarded, .pushFailed])
  }

  @Test func aFailureWithoutLossAndWithoutAlertMailIsUnnoticed() {
    let failed = Self.push { $0.failures = [LinkFailure(.established, .reset): 2] }
    let facts = Self.facts([failed]) {
      $0.alerts = [Self.alert]
      $0.recipients = []
    }
    #expect(TrialJudgement(facts).verdict == .unnoticedFailure)
    #expect(Self.codes(facts) == [.pushFailed, .noRecipient])
  }

  /// What was acknowledged and not read, or waits, is not lost.
  @Test func whatIsNotReadYetIsWaiting() {
    let push = Self.push {
      $0.received = 40
      $0.acknowledged = 20
      $0.queued = 40
    }
    let judgement = TrialJudgement(Self.facts([push]))
    #expect(judgement.verdict == .waiting)
    #expect(judgement.reasons.map(\.count) == [60])
  }

  @Test func noPushAndNoLinesAreNoLoss() {
    #expect(TrialJudgement(Self.facts([])).verdict == .noPush)
    #expect(Self.codes(Self.facts([])) == [.notPushed])
    #expect(Self.codes(Self.facts([]) { $0.pushesNotSimulated = ["x"] }) == [.pushNotSimulated])
    let filtered = Self.push {
      $0.accepted = 0
      $0.received = 0
    }
    #expect(TrialJudgement(Self.facts([filtered])).verdict == .noLines)
    #expect(Self.codes(Self.facts([filtered])) == [.allFiltered])
    #expect(Self.codes(Self.facts([TrialFacts.Push("p", .tcp)])) == [.nothingLogged])
  }

  @Test func theMostSevereLogDecides() {
    var other = Self.reset
    other.subscription = "q"
    let facts = Self.facts([Self.push(), Self.reset, other]) {
      // The alert about the first push says nothing of the second one.
      $0.alerts = [Self.alert, .init(subscription: "q")]
      $0.mails = [.init(Self.alert, to: "desk@example.com", .received)]
    }
    let judgement = TrialJudgement(facts)
    #expect(judgement.verdict == .silentLoss)
    #expect(judgement.logs.map(\.verdict) == [.delivered, .alerted, .silentLoss])
    #expect(judgement.logs(with: .silentLoss).map(\.subscription) == ["q"])
    #expect(judgement.logs.flatMap(\.causes).map(\.code) == [.mailPending])
  }

  @Test func linesInNoFileAreALossOfTheirOwn() {
    let alert = TrialFacts.Alert(subscription: "mail_logs", isAboutFile: true)
    var facts = Self.facts([]) {
      $0.linesNotInFile = ["mail_logs": 7]
      $0.alerts = [alert]
      $0.mails = [.init(alert, to: "desk@example.com", .received)]
    }
    #expect(TrialJudgement(facts).verdict == .alerted)
    facts.mails = []
    #expect(TrialJudgement(facts).verdict == .silentLoss)
    #expect(Self.codes(facts) == [.notInLogFile, .mailPending, .notPushed])
  }

  /// An alert about the record of a push is none about its connection.
  @Test func anAlertAboutAFileIsNoneAboutThePush() {
    let file = TrialFacts.Alert(subscription: "p", isAboutFile: true)
    let facts = Self.facts([Self.reset]) {
      $0.alerts = [file]
      $0.mails = [.init(file, to: "desk@example.com", .received)]
    }
    #expect(TrialJudgement(facts).verdict == .silentLoss)
    #expect(Self.codes(facts).last == .noAlertRaised)
  }

  // MARK: Why

  private static let udp = Self.push {
    $0.transport = .udp
    $0.received = 0
    $0.datagramsSent = 103
    $0.datagramsRead = 3
  }

  @Test func datagramsAreCountedAndNeverNoticed() {
    let judgement = TrialJudgement(Self.facts([Self.udp]))
    #expect(judgement.verdict == .silentLoss)
    #expect(
      judgement.reasons.map(\.description) == [
        "100 datagrams sent and not read by the server",
        "pushed by UDP, which detects no failure: no error line and no alert",
      ])
  }

  @Test func headerLinesAloneAreNoLoss() {
    var push = TrialFacts.Push("p", .udp)
    push.datagramsSent = 3
    #expect(TrialJudgement(Self.facts([push])).verdict == .noLines)
  }

  @Test func oneIsNotWrittenAsMany() {
    let push = Self.push {
      $0.received = 99
      $0.queueDiscarded = 1
      $0.failures = [LinkFailure(.established, .reset): 2]
    }
    #expect(
      TrialJudgement(Self.facts([push])).logs.flatMap(\.figures).map(\.description) == [
        "1 line discarded with the queue", "2 failures of the push: reset while established",
      ])
  }

  /// The path may double datagrams: none is then known to be missing.
  @Test func moreDatagramsReadThanSentIsNoLoss() {
    var push = Self.udp
    push.datagramsRead = 110
    #expect(push.datagramsUnread == 0)
    #expect(TrialJudgement(Self.facts([push])).verdict == .delivered)
  }

  @Test func aFullQueueRaisesNoAlert() {
    let push = Self.push {
      $0.received = 60
      $0.queueFull = 40
    }
    #expect(Self.codes(Self.facts([push])) == [.queueFull, .noFailureDetected])
  }

  private static let obstacles: [(TrialFacts.Recipient.Obstacle, TrialReason.Code, String)] = [
    (
      .routeDiscards, .routeDiscards, "was discarded: its SMTP route is /dev/null"
    ),
    (.noRoute(domain: "a.example"), .noRoute, "no SMTP route leads to a.example"),
    (.mailUnfit("not an address"), .mailUnfit, "could not be composed: not an address"),
  ]

  @Test(arguments: obstacles)
  func anObstacleOfTheConfigurationIsTheReason(
    _ obstacle: TrialFacts.Recipient.Obstacle, _ code: TrialReason.Code, _ text: String
  ) throws {
    let facts = Self.facts([Self.reset]) {
      $0.alerts = [Self.alert]
      $0.recipients = [.init("x@a.example", obstacle: obstacle)]
    }
    let reason = try #require(TrialJudgement(facts).reasons.last)
    #expect(reason.code == code)
    #expect(reason.text.contains(text), "\(reason.text)")
  }

  @Test func theRelaysAnswerIsTheReasonAndAPendingMailIsOne() throws {
    var facts = Self.facts([Self.reset]) {
      $0.alerts = [Self.alert]
      $0.mails = [
        .init(
          Self.alert, to: "desk@example.com", .failed(relay: "10.0.0.9:25", "Connection refused")),
        .init(Self.alert, to: "desk@example.com", .pending),
      ]
    }
    let reason = try #require(TrialJudgement(facts).reasons.last)
    #expect(reason.code == .relayFailed)
    #expect(reason.text.contains("10.0.0.9:25: Connection refused"))
    facts.mails.removeFirst()
    #expect(Self.codes(facts).last == .mailPending)
  }

  @Test func recipientsOfOtherAlertsAreSaid() throws {
    let facts = Self.facts([Self.reset]) {
      $0.alerts = [Self.alert]
      $0.recipients = []
      $0.otherRecipients = 2
    }
    let reason = try #require(TrialJudgement(facts).reasons.last)
    #expect(reason.text.hasSuffix("System/Critical alerts: 2 addresses receive others"))
  }

  /// A letter, a word and a meaning for each.
  @Test func verdictsAreDistinct() {
    let all = TrialVerdict.allCases
    #expect(Set(all.map(\.letter)).count == all.count)
    #expect(all.max() == .silentLoss)
    #expect(all == all.sorted())
  }
}
