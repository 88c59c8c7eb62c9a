public import ApplianceConfiguration
public import MailTransport
public import Simulation

/// An alert mail that was not delivered and not given up, as it is kept from one run to the next.
public struct PendingAlertMail: Hashable, Sendable, Codable {
  /// The alert's identifier in the catalogue, such as `LOG.ERROR`.
  public let identifier: String
  /// The alert's class.
  public let alertClass: AlertClass
  /// The alert's severity.
  public let severity: AlertSeverity
  /// What happened; may have several lines.
  public let text: String
  /// When the alert was raised, in nanoseconds since 1970.
  public let raisedAt: Int64
  /// How many alerts of the same text were suppressed before it.
  public let suppressedBefore: Int
  /// The one address that it goes to.
  public let recipient: String
  /// The envelope's sender; `nil` for the null path.
  public let sender: String?
  /// The name that the client gives in EHLO.
  public let greetingName: String
  /// Header and body: ASCII, each line ended by CRLF.
  public let message: String
  /// Attempts that ended, 0 or more.
  public let attempts: Int
  /// When the next attempt is due, in nanoseconds since 1970; `nil` when the run ended in the
  /// middle of one, so that the mail may have arrived.
  public let nextAttempt: Int64?

  /// When the next attempt is due; `nil` as for `nextAttempt`.
  public var nextAttemptAt: SimInstant? {
    self.nextAttempt.map { SimInstant(nanoseconds: $0) }
  }

  /// The alert that it is about.
  var alert: Alert {
    Alert(
      definition: AlertDefinition(
        identifier: self.identifier, alertClass: self.alertClass, severity: self.severity),
      text: self.text, instant: SimInstant(nanoseconds: self.raisedAt),
      suppressedBefore: self.suppressedBefore)
  }

  /// A mail as the service knows it.
  init(
    _ alert: Alert, recipient: String, transaction: SMTPTransaction, attempts: Int,
    nextAttempt: SimInstant?
  ) {
    self.identifier = alert.definition.identifier
    self.alertClass = alert.definition.alertClass
    self.severity = alert.definition.severity
    self.text = alert.text
    self.raisedAt = alert.instant.nanoseconds
    self.suppressedBefore = alert.suppressedBefore
    self.recipient = recipient
    self.sender = transaction.envelope.sender?.description
    self.greetingName = transaction.envelope.greetingName.text
    self.message = String(decoding: transaction.message, as: UTF8.self)
    self.attempts = attempts
    self.nextAttempt = nextAttempt?.nanoseconds
  }

  /// The mail, fit to be sent.
  ///
  /// - Throws: when what was kept is no longer fit, since somebody changed it.
  public func transaction() throws(MailTransportError) -> SMTPTransaction {
    let sender: MailAddress?
    if let text = self.sender { sender = try MailAddress(text) } else { sender = nil }
    return try SMTPTransaction(
      envelope: SMTPEnvelope(
        greetingName: MailDomain(self.greetingName), sender: sender,
        recipients: [MailAddress(self.recipient)]),
      message: Array(self.message.utf8))
  }

  /// The mail's subject.
  public func subject(hostname: String) -> String { self.alert.subject(hostname: hostname) }
}
