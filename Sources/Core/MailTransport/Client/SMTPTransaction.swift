/// Who sends one message to whom, as the SMTP commands carry it.
public struct SMTPEnvelope: Hashable, Sendable {
  /// The most recipients of one transaction; every server must take so many (RFC 5321 section
  /// 4.5.3.1.8).
  public static let recipientsMax = 100

  /// The name that the client gives in EHLO.
  public let greetingName: MailDomain
  /// The reverse path; `nil` is the null path `<>`.
  public let sender: MailAddress?
  /// 1 to 100 forward paths, in the order in which they are sent.
  public let recipients: [MailAddress]

  /// An envelope of addresses that were checked before.
  ///
  /// - Throws: `.tooMany` for no recipient or more than 100.
  public init(
    greetingName: MailDomain, sender: MailAddress?, recipients: [MailAddress]
  ) throws(MailTransportError) {
    guard (1...Self.recipientsMax).contains(recipients.count) else {
      throw MailTransportError(
        .tooMany, place: "recipients", found: "\(recipients.count)",
        allowed: "1 to \(Self.recipientsMax)")
    }
    self.greetingName = greetingName
    self.sender = sender
    self.recipients = recipients
  }
}

/// One message with its envelope, known to be fit for SMTP without extensions.
public struct SMTPTransaction: Hashable, Sendable {
  /// The most bytes of one message; 32 MiB. Source: our choice, a bound for memory.
  public static let messageBytesMax = 32 << 20
  /// The longest line without its CRLF (RFC 5321 section 4.5.3.1.6).
  public static let lineBytesMax = 998

  /// Sender and recipients.
  public let envelope: SMTPEnvelope
  /// Header and body, without dot-stuffing; ASCII without NUL, each line ended by CRLF.
  public let message: [UInt8]

  /// A transaction of this envelope and message.
  ///
  /// - Parameter message: at most 32 MiB of lines of at most 998 bytes, ended by CRLF; a missing
  ///   last CRLF is added, since DATA cannot carry a line without end.
  /// - Throws: `.invalidMessage` for a byte above 127, a NUL, a CR or LF alone; `.tooLong`.
  public init(envelope: SMTPEnvelope, message: [UInt8]) throws(MailTransportError) {
    try Self.check(message)
    self.envelope = envelope
    let isEnded = message.isEmpty || message.last == ASCII.lineFeed
    self.message = isEnded ? message : message + ASCII.endOfLine
  }

  private static func check(_ message: [UInt8]) throws(MailTransportError) {
    guard message.count <= Self.messageBytesMax else {
      throw MailTransportError(
        .tooLong, place: "message", found: "\(message.count) bytes",
        allowed: "at most \(Self.messageBytesMax)")
    }
    var lineBytes = 0
    var isAfterReturn = false
    for (offset, byte) in message.enumerated() {
      let isLineFeed = byte == ASCII.lineFeed
      guard byte != 0, byte < 0x80, isAfterReturn == isLineFeed else {
        throw MailTransportError(
          .invalidMessage, place: "message byte \(offset)", found: "\(byte)",
          allowed: "1 to 127, CR and LF only together")
      }
      isAfterReturn = byte == ASCII.carriageReturn
      lineBytes = isLineFeed ? 0 : lineBytes + (isAfterReturn ? 0 : 1)
      guard lineBytes <= Self.lineBytesMax else {
        throw MailTransportError(
          .tooLong, place: "message byte \(offset)", found: "a line of \(lineBytes) bytes",
          allowed: "at most \(Self.lineBytesMax)")
      }
    }
    guard !isAfterReturn else {
      throw MailTransportError(
        .invalidMessage, place: "message end", found: "CR", allowed: "CR and LF only together")
    }
  }
}
