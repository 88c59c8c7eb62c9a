/// A text message as mail carries it; what is written is fit for `SMTPTransaction`, whatever the
/// texts.
///
/// Source: RFC 5322 (form), RFC 2045 (MIME), RFC 2047 (text beyond ASCII in the header).
public struct InternetMessage: Hashable, Sendable {
  /// The most recipients of the To field. Source: our choice, as many as one transaction takes.
  public static let recipientsMax = 100
  /// The most further fields. Source: our choice.
  public static let fieldsMax = 100
  /// The most bytes of the body's text; 1 MiB, which quoted-printable makes four at most. Source:
  /// our choice, a bound for memory.
  public static let bodyBytesMax = 1 << 20

  /// When it was written.
  public let date: InternetDate
  /// Who wrote it.
  public let from: Mailbox
  /// To whom, 1 to 100.
  public let to: [Mailbox]
  /// The subject as people read it.
  public let subject: String
  /// The identifier.
  public let messageID: MessageID
  /// Further fields, at most 100, written behind the others in this order.
  public let fields: [HeaderField]
  /// The text; any line ends.
  public let body: String
  private let subjectField: HeaderField

  /// A message.
  ///
  /// - Throws: `.invalidHeader` for control characters (so no CR or LF) in the subject, or a
  ///   further field that this type writes itself; `.tooMany`, `.tooLong`.
  public init(
    date: InternetDate, from: Mailbox, to: [Mailbox], subject: String, messageID: MessageID,
    fields: [HeaderField] = [], body: String
  ) throws(MailTransportError) {
    guard (1...Self.recipientsMax).contains(to.count), fields.count <= Self.fieldsMax else {
      throw MailTransportError(
        .tooMany, place: "message", found: "\(to.count) recipients, \(fields.count) fields",
        allowed: "1 to \(Self.recipientsMax) recipients, at most \(Self.fieldsMax) fields")
    }
    guard body.utf8.count <= Self.bodyBytesMax else {
      throw MailTransportError(
        .tooLong, place: "body", found: "\(body.utf8.count) bytes",
        allowed: "at most \(Self.bodyBytesMax)")
    }
    for field in fields where Self.ownNames.contains(ASCII.uppercased(field.name.utf8)) {
      throw MailTransportError(
        .invalidHeader, place: "further fields", found: field.name,
        allowed: "a field that is not written already")
    }
    self.date = date
    self.from = from
    self.to = to
    self.subject = subject
    self.messageID = messageID
    self.fields = fields
    self.body = body
    self.subjectField = try HeaderField(name: "Subject", text: subject)
  }

  private static let ownNames = [
    "DATE", "FROM", "TO", "SUBJECT", "MESSAGE-ID", "MIME-VERSION", "CONTENT-TYPE",
    "CONTENT-TRANSFER-ENCODING",
  ]

  /// The message as it travels: ASCII, each line ended by CRLF, none longer than 998 bytes.
  ///
  /// Header lines are folded at 78 bytes where they have white space; the fields stand in the order
  /// Date, From, To, Subject, Message-ID, MIME-Version, Content-Type, Content-Transfer-Encoding,
  /// then the rest.
  ///
  /// - Complexity: O(n), one copy of the body.
  public var bytes: [UInt8] {
    let body = TextBody(self.body)
    var bytes = Self.line("Date", "\(self.date)")
    bytes += Self.mailboxes("From", [self.from])
    bytes += Self.mailboxes("To", self.to)
    bytes += self.subjectField.bytes
    bytes += Self.line("Message-ID", "\(self.messageID)")
    bytes += Self.line("MIME-Version", "1.0")
    bytes += Self.line("Content-Type", "text/plain; charset=\(body.charset)")
    bytes += Self.line("Content-Transfer-Encoding", body.transferEncoding)
    for field in self.fields {
      bytes += field.bytes
    }
    return bytes + ASCII.endOfLine + body.bytes
  }

  private static func line(_ name: String, _ text: String) -> [UInt8] {
    Array("\(name): \(text)\r\n".utf8)
  }

  private static func mailboxes(_ name: String, _ mailboxes: [Mailbox]) -> [UInt8] {
    var pieces: [String] = []
    for (index, mailbox) in mailboxes.enumerated() {
      let room = index == 0 ? EncodedWords.lineBytesMax - name.utf8.count - 2 : .max
      var own = mailbox.pieces(firstLineRoom: room)
      if index > 0 {
        own[0] = " \(own[0])"
      }
      if index < mailboxes.count - 1 {
        own[own.count - 1] += ","
      }
      pieces += own
    }
    let hasEncoded = mailboxes.contains { EncodedWords.areNeeded(for: $0.displayName.utf8) }
    return HeaderFolding.fold(
      name: name, pieces: pieces,
      preferredBytes: hasEncoded ? EncodedWords.lineBytesMax : HeaderFolding.preferredLineBytes)
  }
}
