public import Simulation

/// Where a lab server may refuse on purpose.
public enum SMTPServerStage: String, CaseIterable, Hashable, Sendable {
  /// Instead of the 220.
  case greeting
  /// EHLO only: a client may fall back to HELO.
  case extendedHello
  /// HELO.
  case hello
  /// MAIL.
  case mail
  /// RCPT.
  case recipient
  /// The DATA command, instead of the 354.
  case data
  /// The message's end: it was received, and is thrown away.
  case message
}

/// A refusal of a fault scenario, such as 553 at RCPT.
public struct SMTPServerRejection: Hashable, Sendable {
  /// Where it happens.
  public let stage: SMTPServerStage
  /// Whom it concerns at `.recipient`; `nil` is everyone.
  public let recipient: MailAddress?
  /// The reply, 400 to 599; the connection is closed behind a 421.
  public let reply: SMTPReply

  /// A refusal with this reply.
  ///
  /// - Throws: `.invalidSetting` for a reply that refuses nothing, or a recipient at another stage.
  public init(
    at stage: SMTPServerStage, recipient: MailAddress? = nil, reply: SMTPReply
  ) throws(MailTransportError) {
    guard (400...599).contains(reply.code) else {
      throw MailTransportError(
        .invalidSetting, place: "rejection", found: "\(reply)", allowed: "a code of 400 to 599")
    }
    guard recipient == nil || stage == .recipient else {
      throw MailTransportError(
        .invalidSetting, place: "rejection", found: "a recipient at \(stage.rawValue)",
        allowed: "a recipient at recipient only")
    }
    self.stage = stage
    self.recipient = recipient
    self.reply = reply
  }
}

/// How the lab's mailbox server behaves.
public struct SMTPServerSettings: Hashable, Sendable {
  /// The name in the greeting, and the domain of a bare `Postmaster`.
  public var name: MailDomain
  /// The most bytes of a message, as SIZE announces it; more gives 552. Source: our choice, 10 MiB.
  public var messageBytesMax = 10 << 20
  /// The most recipients of a message; more gives 452 (RFC 5321 section 4.5.3.1.10). At least 100
  /// is asked for by RFC 5321 section 4.5.3.1.8; a scenario may set less.
  public var recipientsMax = 100
  /// The longest command line in bytes, line end included; more gives 500. RFC 5321 asks for 512,
  /// and its extensions for some more.
  public var commandLineBytesMax = 1024
  /// How many commands may be in error (500 to 503, 555) before 421 and the end. Source: our
  /// choice.
  public var errorsMax = 20
  /// Whether a message with a CR or LF alone is refused by 550 (RFC 5321 section 2.3.8 forbids them
  /// to clients). If not, they are kept as they came and marked in `ReceivedMessage`.
  public var rejectsBareLineEnds = false
  /// How long the server waits for the client (RFC 5321 section 4.5.3.2.7).
  public var timeout = SimDuration.seconds(300)
  /// The refusals; the first that fits is used.
  public var rejections: [SMTPServerRejection] = []

  /// A server that accepts everything.
  public init(name: MailDomain) {
    self.name = name
  }

  func rejection(at stage: SMTPServerStage, recipient: MailAddress? = nil) -> SMTPReply? {
    self.rejections.first {
      $0.stage == stage && ($0.recipient == nil || $0.recipient == recipient)
    }?.reply
  }
}
