/// The lab server's own replies, with enhanced status codes of RFC 3463 and RFC 5248.
extension SMTPReply {
  static let ok = SMTPReply(trustedCode: 250, lines: ["2.0.0 Ok"])
  static let senderOk = SMTPReply(trustedCode: 250, lines: ["2.1.0 Sender ok"])
  static let recipientOk = SMTPReply(trustedCode: 250, lines: ["2.1.5 Recipient ok"])
  static let messageAccepted = SMTPReply(trustedCode: 250, lines: ["2.0.0 Message accepted"])
  static let startMessage = SMTPReply(
    trustedCode: 354, lines: ["Start mail input; end with <CRLF>.<CRLF>"])
  static let cannotVerify = SMTPReply(
    trustedCode: 252, lines: ["2.0.0 Cannot verify, but will take a message"])
  static let tooManyRecipients = SMTPReply(trustedCode: 452, lines: ["4.5.3 Too many recipients"])
  static let unrecognized = SMTPReply(
    trustedCode: 500, lines: ["5.5.1 Command unrecognized"])
  static let lineTooLong = SMTPReply(trustedCode: 500, lines: ["5.5.2 Line too long"])
  static let notImplemented = SMTPReply(trustedCode: 502, lines: ["5.5.1 Command not implemented"])
  static let helloFirst = SMTPReply(trustedCode: 503, lines: ["5.5.1 Say EHLO or HELO first"])
  static let mailFirst = SMTPReply(trustedCode: 503, lines: ["5.5.1 MAIL comes first"])
  static let nestedMail = SMTPReply(trustedCode: 503, lines: ["5.5.1 A sender was given already"])
  static let noRecipients = SMTPReply(trustedCode: 503, lines: ["5.5.1 No valid recipients"])
  static let noService = SMTPReply(trustedCode: 503, lines: ["5.5.1 No service here; use QUIT"])
  static let bareLineEnd = SMTPReply(
    trustedCode: 550, lines: ["5.6.0 Message holds a CR or LF alone"])
  static let messageTooBig = SMTPReply(
    trustedCode: 552, lines: ["5.3.4 Message size exceeds the limit"])
  static let unknownParameter = SMTPReply(trustedCode: 555, lines: ["5.5.4 Parameter not known"])

  static func syntaxError(_ text: StaticString, status: StaticString = "5.5.4") -> SMTPReply {
    SMTPReply(trustedCode: 501, lines: ["\(status) \(text)"])
  }

  static func greeting(_ name: MailDomain) -> SMTPReply {
    SMTPReply(trustedCode: 220, lines: ["\(name) ESMTP"])
  }

  static func hello(_ name: MailDomain) -> SMTPReply {
    SMTPReply(trustedCode: 250, lines: ["\(name)"])
  }

  /// The keywords of RFC 1870, 6152, 2034 and 2920.
  static func extendedHello(_ settings: SMTPServerSettings) -> SMTPReply {
    SMTPReply(
      trustedCode: 250,
      lines: [
        "\(settings.name)", "SIZE \(settings.messageBytesMax)", "8BITMIME", "ENHANCEDSTATUSCODES",
        "PIPELINING",
      ])
  }

  static func closing(_ name: MailDomain) -> SMTPReply {
    SMTPReply(trustedCode: 221, lines: ["2.0.0 \(name) closing connection"])
  }

  static func timedOut(_ name: MailDomain) -> SMTPReply {
    SMTPReply(trustedCode: 421, lines: ["4.4.2 \(name) timed out, closing connection"])
  }

  static func tooManyErrors(_ name: MailDomain) -> SMTPReply {
    SMTPReply(trustedCode: 421, lines: ["4.7.0 \(name) too many errors, closing connection"])
  }
}
