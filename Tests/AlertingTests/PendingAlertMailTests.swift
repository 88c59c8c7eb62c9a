import Alerting
import ApplianceConfiguration
import Foundation
import LogModel
import MailTransport
import Simulation
import Testing

/// Alert mails that one run leaves and the next one sends.
private func event(_ subscription: String) -> AlertEvent {
  .logFileUnwritable(subscription: subscription, reason: "x")
}

@Suite struct PendingAlertMailTests {
  private static let instant = SimInstant(secondsSinceEpoch: 1_435_215_003)

  private static func service(relay: String = "192.0.2.25") -> AlertService {
    AlertService(
      origin: AlertOrigin(
        hostname: "mail.example.com", model: "C370", version: "8.0.1-023",
        serialNumber: "A4BADB4712A9-511AA1E", fromAddress: nil),
      settings: AlertSettings(
        recipients: [
          .init(alertClass: .system, severity: .critical, address: Setting("admin@example.com"))
        ]),
      routes: relay.isEmpty
        ? []
        : [SMTPRoute(source: Setting("ALL"), destinations: [Setting(.host(relay, port: 25))])])
  }

  private static func sent(_ actions: [AlertService.Action]) -> [AlertMail] {
    actions.compactMap { if case .send(let mail) = $0 { mail } else { nil } }
  }

  /// A service whose one mail was refused once, and that mail.
  private static func refusedOnce() throws -> (AlertService, AlertMail) {
    var service = Self.service()
    let raised =
      service.raise(
        event("two\nlines"), now: Self.instant, stamp: Self.instant, offsetSeconds: 7200)?
      .actions ?? []
    let mail = try #require(Self.sent(raised).first)
    _ = service.mailFinished(
      mail, fate: .connectionProblem(.refused, at: .connect), now: Self.instant)
    return (service, mail)
  }

  @Test func aMailThatWaitsHoldsNobodyUp() throws {
    var service = Self.service()
    let raised =
      service.raise(
        event("x"), now: Self.instant, stamp: Self.instant, offsetSeconds: 0)?.actions ?? []
    #expect(!service.isIdle)
    #expect(service.pendingMails(wallClockAhead: .zero).map(\.nextAttemptAt) == [nil])
    let mail = try #require(Self.sent(raised).first)
    _ = service.mailFinished(
      mail, fate: .connectionProblem(.refused, at: .connect), now: Self.instant)
    #expect(service.isIdle)
    #expect(service.pendingMails(wallClockAhead: .zero).map(\.attempts) == [1])
    let next = service.pendingMails(wallClockAhead: .zero).first?.nextAttemptAt
    #expect(next == Self.instant.advanced(by: .seconds(60)))
  }

  @Test func whatIsKeptIsSentAsItWasByTheRoutesOfNow() throws {
    let (before, first) = try Self.refusedOnce()
    let bytes = try JSONEncoder().encode(before.pendingMails(wallClockAhead: .zero))
    let kept = try JSONDecoder().decode([PendingAlertMail].self, from: bytes)
    #expect(kept == before.pendingMails(wallClockAhead: .zero))

    var after = Self.service(relay: "192.0.2.26")
    let now = Self.instant.advanced(by: .seconds(20))
    #expect(after.restore(kept, now: now).isEmpty)
    #expect(after.isIdle)
    #expect(after.timeReached(now.advanced(by: .seconds(39))).isEmpty)
    let mail = try #require(
      Self.sent(after.timeReached(now.advanced(by: .seconds(40)))).first)
    #expect(mail.transaction == first.transaction)
    #expect(mail.relay.host == "192.0.2.26")
    #expect(mail.attempt == 1)
    let reply = try SMTPReply(code: 250, lines: ["Ok"])
    let lines = after.mailFinished(mail, fate: .accepted(reply), now: now)
    #expect(
      lines == [
        .log(
          .information,
          "A System/Critical alert was sent to admin@example.com with subject \"Critical <System> "
            + "mail.example.com: Log Error: Subscription two; lines: Could not write to its l...\"")
      ])
    #expect(after.pendingMails(wallClockAhead: .zero).isEmpty)
  }

  /// Attempts are counted over runs: the third one is the last.
  @Test func attemptsGoOnCounting() throws {
    var (service, _) = try Self.refusedOnce()
    var now = Self.instant
    var attempts = 1
    while let next = service.wakeAt {
      let kept = service.pendingMails(wallClockAhead: .zero)
      service = Self.service()
      _ = service.restore(kept, now: now)
      now = next
      let mail = try #require(Self.sent(service.timeReached(now)).first)
      _ = service.mailFinished(mail, fate: .connectionProblem(.refused, at: .connect), now: now)
      attempts += 1
    }
    #expect(attempts == 3)
    #expect(service.pendingMails(wallClockAhead: .zero).isEmpty)
  }

  /// Whatever time was kept: the clock may have been set, or the run stamped by its model's time.
  @Test(arguments: [-1_000_000, 0, 30, 60, 61, 1_000_000_000] as [Int64])
  func noMailWaitsLongerThanOneWait(_ seconds: Int64) throws {
    let (before, _) = try Self.refusedOnce()
    var after = Self.service()
    let now = Self.instant.advanced(by: .seconds(-seconds))
    _ = after.restore(before.pendingMails(wallClockAhead: .zero), now: now)
    let wake = try #require(after.wakeAt)
    #expect(wake >= now)
    #expect(wake <= now.advanced(by: .seconds(60)))
  }

  /// The run ended in the middle of an attempt: the mail goes out at once, at the worst twice.
  @Test func anAttemptThatWasCutOffIsMadeAgain() throws {
    var before = Self.service()
    let raised =
      before.raise(
        event("x"), now: Self.instant, stamp: Self.instant, offsetSeconds: 0)?.actions ?? []
    let first = try #require(Self.sent(raised).first)
    var after = Self.service()
    _ = after.restore(before.pendingMails(wallClockAhead: .zero), now: Self.instant)
    let again = try #require(Self.sent(after.timeReached(Self.instant)).first)
    #expect(again.transaction == first.transaction)
    #expect(again.attempt == 0)
  }

  /// Kept mails are input: one that somebody changed is given up with its lines, not a trap.
  @Test func whatIsNoMailAnyMoreIsGivenUp() throws {
    let (before, _) = try Self.refusedOnce()
    let text = String(
      decoding: try JSONEncoder().encode(before.pendingMails(wallClockAhead: .zero)), as: UTF8.self)
    for (part, other) in [
      ("admin@example.com", "no address"), ("Critical message is", "\\u0000"),
      ("\"attempts\":1", "\"attempts\":-7"),
    ] {
      let changed = text.replacing(part, with: other)
      #expect(changed != text)
      let kept = try JSONDecoder().decode([PendingAlertMail].self, from: Data(changed.utf8))
      var after = Self.service()
      let actions = after.restore(kept, now: Self.instant)
      #expect(actions.isEmpty == (after.pendingMails(wallClockAhead: .zero).count == 1), "\(part)")
      if !actions.isEmpty { #expect(actions.count == 3, "\(part)") }
    }
  }

  @Test func aRouteThatIsGoneGivesUp() throws {
    let (before, _) = try Self.refusedOnce()
    var after = Self.service(relay: "")
    let actions = after.restore(before.pendingMails(wallClockAhead: .zero), now: Self.instant)
    #expect(actions.count == 3)
    #expect(after.pendingMails(wallClockAhead: .zero).isEmpty)
  }
}

/// An address that a configuration may have is one that mail can be sent to, and the reverse.
@Suite struct AlertAddressTests {
  @Test(arguments: [
    "a@example.com", "a.b+c@example.com", "\"ab\"@example.com", "\"a b\"@example.com",
    "\"a\\\"b\"@example.com", "\"a@b\"@example.com", "a@[192.0.2.1]", "\"a@example.com",
    "\"a\"b\"@example.com", "a b@example.com", ".a@example.com", "a@", "\"\u{e9}\"@example.com",
  ])
  func whatIsAcceptedCanBeMailedTo(_ text: String) {
    #expect(HostSyntax.isEmailAddress(text) == ((try? MailAddress(text)) != nil))
  }
}
