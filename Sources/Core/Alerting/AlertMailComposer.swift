public import MailTransport
internal import Simulation

/// Who sends alert mails, in the words that their header and body need.
public struct AlertOrigin: Hashable, Sendable {
  /// The appliance's host name.
  public let hostname: String
  /// Such as `C370`.
  public let model: String
  /// Such as `8.0.1-023`.
  public let version: String
  /// Such as `A4BADB4712A9-511AA1E`.
  public let serialNumber: String
  /// The address in From; `alert@` and the host name unless configured.
  public let fromAddress: String

  /// An origin with these words.
  public init(
    hostname: String, model: String, version: String, serialNumber: String, fromAddress: String?
  ) {
    self.hostname = hostname
    self.model = model
    self.version = version
    self.serialNumber = serialNumber
    let given = fromAddress ?? ""
    self.fromAddress = given.isEmpty ? "alert@\(hostname)" : given
  }
}

/// Writes the mail about an alert (RFC 5322, RFC 2045).
///
/// Subject and the body's frame are observed ones; the prose at the end is ours, since the vendor's
/// may not be copied. Source: docs/FIDELITY.md, "Alert mail".
public struct AlertMailComposer: Sendable {
  private let origin: AlertOrigin

  /// A composer of one appliance's alert mails.
  public init(origin: AlertOrigin) {
    self.origin = origin
  }

  /// The mail to one recipient, fit to be sent.
  ///
  /// - Parameters:
  ///   - number: makes the Message-ID unique in a run.
  ///   - offsetSeconds: the zone's, for Date and Timestamp.
  /// - Throws: `MailTransportError` when an address or a name of the configuration does not fit a
  ///   mail.
  public func compose(
    _ alert: Alert, to recipient: String, number: UInt32, offsetSeconds: Int
  ) throws(MailTransportError) -> SMTPTransaction {
    let sender = try MailAddress(self.origin.fromAddress)
    let address = try MailAddress(recipient)
    let host = try MailDomain(self.origin.hostname)
    let date = try InternetDate(alert.instant, offsetSeconds: offsetSeconds)
    let message = try InternetMessage(
      date: date,
      from: Mailbox(displayName: "IronPort \(self.origin.model) Alert", address: sender),
      to: [Mailbox(address: address)],
      subject: alert.subject(hostname: self.origin.hostname),
      messageID: MessageID(left: "alert-\(alert.instant.nanoseconds)-\(number)", right: host),
      body: self.body(of: alert, date: date))
    return try SMTPTransaction(
      envelope: SMTPEnvelope(greetingName: host, sender: sender, recipients: [address]),
      message: message.bytes)
  }

  /// The mail's text, each line ended by LF.
  func body(of alert: Alert, date: InternetDate) -> String {
    var lines = [
      "The \(alert.definition.severity.shortName) message is:", "", alert.text, "",
    ]
    if alert.suppressedBefore > 0 {
      lines += [
        "Alerts with the same text held back since the last mail: \(alert.suppressedBefore)", "",
      ]
    }
    lines += [
      "Version: \(self.origin.version)",
      "Serial Number: \(self.origin.serialNumber)",
      "Timestamp: \(date.textWithoutWeekday)",
      "",
      "This alert comes from a simulated \(self.origin.model) appliance (appliance-sim).",
      "The log file of the subscription and a packet capture of its connection show more.",
    ]
    return lines.joined(separator: "\n") + "\n"
  }
}
