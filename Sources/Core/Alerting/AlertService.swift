public import ApplianceConfiguration
public import LogModel
public import MailTransport
public import Simulation

/// One attempt to send one alert mail to one recipient.
public struct AlertMail: Hashable, Sendable {
  /// Unique in a run; the same for each attempt.
  public let number: UInt32
  /// 0 for the first attempt.
  public let attempt: Int
  /// Where to send it.
  public let relay: AlertRouter.Relay
  /// What to send.
  public let transaction: SMTPTransaction
  /// The alert that it is about.
  public let alert: Alert
}

/// How often an alert mail is tried; our choice (docs/FIDELITY.md, "Internal SMTP").
public struct AlertMailPolicy: Hashable, Sendable {
  /// Attempts in all, 1 or more.
  public var attemptsMax = 3
  /// The wait between two attempts.
  public var retryInterval = SimDuration.seconds(60)
  /// Mails that may be under way at one time; one more is given up at once.
  public var mailsMax = 100
  /// Whether the line about a sent alert ends with a full stop. Documented for release 8.0.1
  /// without it.
  public var endsSentLineWithFullStop = false

  /// The defaults.
  public init() {}
}

/// Raises alerts, sends their mails apart from the mail flow, and words the log lines about it.
///
/// A pure value: the owner sends the mails and tells how that went.
public struct AlertService: Sendable {
  /// What the owner does, in order.
  public enum Action: Hashable, Sendable {
    case send(AlertMail)
    /// Log a line of the text mail log.
    case log(LogLevel, String)
  }

  private struct Pending: Sendable {
    let number: UInt32
    let alert: Alert
    let recipient: String
    let relay: AlertRouter.Relay
    let transaction: SMTPTransaction
    var attempt: Int
    /// `nil` while an attempt is under way.
    var retryAt: SimInstant?
  }

  /// How many alerts the appliance remembers. Source: docs/FIDELITY.md, "Alert history".
  public static let historyMax = 50

  private var origin: AlertOrigin
  private var composer: AlertMailComposer
  private var router: AlertRouter
  private let policy: AlertMailPolicy
  private var duplicates: DuplicateAlertFilter
  private var pending: [Pending] = []
  private var lastNumber: UInt32 = 0
  /// The latest alerts that were not suppressed, oldest first.
  public private(set) var history: [Alert] = []

  /// A service that has raised nothing.
  public init(
    origin: AlertOrigin, settings: AlertSettings, routes: [SMTPRoute],
    policy: AlertMailPolicy = AlertMailPolicy()
  ) {
    self.origin = origin
    self.composer = AlertMailComposer(origin: origin)
    self.router = AlertRouter(settings: settings, routes: routes)
    self.policy = policy
    self.duplicates = DuplicateAlertFilter(
      initialSeconds: settings.initialIntervalSeconds.value,
      maximumSeconds: settings.maximumIntervalSeconds.value)
  }

  /// Alerts from now on go out by these settings; mails under way, duplicates and history stay.
  public mutating func change(
    origin: AlertOrigin, settings: AlertSettings, routes: [SMTPRoute]
  ) {
    self.origin = origin
    self.composer = AlertMailComposer(origin: origin)
    self.router = AlertRouter(settings: settings, routes: routes)
    self.duplicates.change(
      initialSeconds: settings.initialIntervalSeconds.value,
      maximumSeconds: settings.maximumIntervalSeconds.value)
  }

  /// When `timeReached` is wanted; `nil` when no mail waits for its next attempt.
  public var wakeAt: SimInstant? { self.pending.compactMap(\.retryAt).min() }

  /// Whether no attempt is under way; mails may wait for another one.
  public var isIdle: Bool { self.pending.allSatisfy { $0.retryAt != nil } }

  /// The mails that are neither delivered nor given up, in order of their alerts.
  ///
  /// - Parameter ahead: how far the wall clock, by which they are kept, is ahead of elapsed time.
  public func pendingMails(wallClockAhead ahead: SimDuration) -> [PendingAlertMail] {
    self.pending.map {
      PendingAlertMail(
        $0.alert, recipient: $0.recipient, transaction: $0.transaction, attempts: $0.attempt,
        nextAttempt: $0.retryAt?.advanced(by: ahead))
    }
  }

  /// Takes over mails that an earlier run left; each goes out at its time, and within one wait of
  /// the policy whatever time was kept, by the routes as they are now.
  public mutating func restore(_ mails: [PendingAlertMail], now: SimInstant) -> [Action] {
    mails.flatMap { mail -> [Action] in
      self.lastNumber += 1
      let transaction: SMTPTransaction
      do throws(MailTransportError) {
        transaction = try mail.transaction()
      } catch {
        return [.log(.warning, AlertLogText.unfit(recipient: mail.recipient, error: error))]
          + self.givingUp(mail.alert, recipient: mail.recipient)
      }
      let due = max(mail.nextAttemptAt ?? now, now)
      return self.enqueue(
        mail.alert, recipient: mail.recipient, transaction: transaction,
        attempt: min(max(mail.attempts, 0), self.policy.attemptsMax - 1),
        retryAt: min(due, now.advanced(by: self.policy.retryInterval)))
    }
  }

  /// Something happened that the catalogue has an alert for.
  ///
  /// - Parameters:
  ///   - now: decides whether it is a duplicate.
  ///   - stamp: what the appliance's clock shows, for the mail's Date and Timestamp.
  ///   - offsetSeconds: the zone's at `stamp`.
  /// - Returns: the alert, with or without recipients, and what follows; `nil` for a duplicate.
  public mutating func raise(
    _ event: AlertEvent, now: SimInstant, stamp: SimInstant, offsetSeconds: Int
  ) -> (alert: Alert, actions: [Action])? {
    switch self.duplicates.raised(event, now: now) {
    case .suppress:
      return nil
    case .send(let suppressedBefore):
      let alert = Alert(event, instant: stamp, suppressedBefore: suppressedBefore)
      if self.history.count == Self.historyMax { self.history.removeFirst() }
      self.history.append(alert)
      let actions = self.router.recipients(of: alert.definition).flatMap {
        self.begin(alert, recipient: $0, offsetSeconds: offsetSeconds)
      }
      return (alert, actions)
    }
  }

  /// An attempt ended.
  ///
  /// - Parameters:
  ///   - fate: the one recipient's.
  ///   - now: elapsed time, by which the next attempt waits.
  public mutating func mailFinished(
    _ mail: AlertMail, fate: SMTPFate, now: SimInstant
  ) -> [Action] {
    // The end of an attempt counts once: a later one, or none, may be under way.
    guard
      let index = self.pending.firstIndex(where: {
        $0.number == mail.number && $0.attempt == mail.attempt && $0.retryAt == nil
      })
    else { return [] }
    let pending = self.pending[index]
    if case .accepted = fate {
      self.pending.remove(at: index)
      return [.log(.information, self.sentLine(pending))]
    }
    let warning = Action.log(.warning, AlertLogText.failed(mail, fate: fate))
    guard fate.mayBeRetried, pending.attempt + 1 < self.policy.attemptsMax else {
      self.pending.remove(at: index)
      return [warning] + self.givingUp(pending.alert, recipient: pending.recipient)
    }
    self.pending[index].attempt += 1
    self.pending[index].retryAt = now.advanced(by: self.policy.retryInterval)
    return [warning]
  }

  /// The clock shows `now`: mails whose wait is over are sent again.
  public mutating func timeReached(_ now: SimInstant) -> [Action] {
    var actions: [Action] = []
    for index in self.pending.indices {
      guard let retryAt = self.pending[index].retryAt, retryAt <= now else { continue }
      self.pending[index].retryAt = nil
      actions.append(.send(Self.mail(self.pending[index])))
    }
    return actions
  }

  private mutating func begin(
    _ alert: Alert, recipient: String, offsetSeconds: Int
  ) -> [Action] {
    self.lastNumber += 1
    let transaction: SMTPTransaction
    do {
      transaction = try self.composer.compose(
        alert, to: recipient, number: self.lastNumber, offsetSeconds: offsetSeconds)
    } catch {
      return [.log(.warning, AlertLogText.unfit(recipient: recipient, error: error))]
        + self.givingUp(alert, recipient: recipient)
    }
    return self.enqueue(
      alert, recipient: recipient, transaction: transaction, attempt: 0, retryAt: nil)
  }

  /// - Parameter retryAt: `nil` sends at once.
  private mutating func enqueue(
    _ alert: Alert, recipient: String, transaction: SMTPTransaction, attempt: Int,
    retryAt: SimInstant?
  ) -> [Action] {
    let address = transaction.envelope.recipients[0]
    switch self.router.path(to: address) {
    case .relay(let relay) where self.pending.count < self.policy.mailsMax:
      let pending = Pending(
        number: self.lastNumber, alert: alert, recipient: recipient, relay: relay,
        transaction: transaction, attempt: attempt, retryAt: retryAt)
      self.pending.append(pending)
      return retryAt == nil ? [.send(Self.mail(pending))] : []
    case .relay:
      return [.log(.warning, AlertLogText.tooMany(recipient: recipient))]
        + self.givingUp(alert, recipient: recipient)
    case .none:
      return [
        .log(.warning, AlertLogText.noRoute(recipient: recipient, domain: address.domain.text))
      ]
        + self.givingUp(alert, recipient: recipient)
    case .discard:
      return []
    }
  }

  private static func mail(_ pending: Pending) -> AlertMail {
    AlertMail(
      number: pending.number, attempt: pending.attempt, relay: pending.relay,
      transaction: pending.transaction, alert: pending.alert)
  }

  private func sentLine(_ pending: Pending) -> String {
    let subject = pending.alert.subject(hostname: self.origin.hostname)
    return "A \(pending.alert.logName) alert was sent to \(pending.recipient) with subject "
      + "\"\(subject)\"" + (self.policy.endsSentLineWithFullStop ? "." : "")
  }

  private func givingUp(_ alert: Alert, recipient: String) -> [Action] {
    let subject = alert.subject(hostname: self.origin.hostname)
    return [
      .log(.critical, AlertLogText.gaveUp(recipient: recipient, subject: subject)),
      .log(.critical, AlertLogText.unable(alert.logName, recipient: recipient, subject: subject)),
    ]
  }
}
