/// Reads replies out of a server's bytes, which may come in any pieces.
///
/// A line ends with LF; a CR before it is dropped, so that servers that send LF alone are
/// understood. After a malformed reply the parser stays silent: nothing behind it can be told
/// apart.
///
/// Source: RFC 5321 section 4.2 (form) and 4.5.3.1.5 (length).
public struct SMTPReplyParser: Sendable {
  /// What the bytes contained.
  public enum Element: Hashable, Sendable {
    /// A whole reply.
    case reply(SMTPReply)
    /// Bytes that are no reply; `.invalidReply`, `.tooLong` or `.tooMany`.
    case malformed(MailTransportError)
  }

  /// The longest line in bytes, line end included. RFC 5321 allows 512; four times that is
  /// tolerated.
  public static let lineBytesMax = 2048
  /// The most lines of one reply.
  public static let replyLinesMax = 100

  private var line: [UInt8] = []
  private var code: Int?
  private var lines: [String] = []
  private var isBroken = false

  /// A parser at the beginning of a session.
  public init() {}

  /// Takes a piece of the stream; returns what it completed, in order.
  public mutating func received(_ bytes: some Sequence<UInt8>) -> [Element] {
    bytes.compactMap { self.consume($0) }
  }

  /// Takes one byte; returns what it completed.
  public mutating func consume(_ byte: UInt8) -> Element? {
    guard !self.isBroken else { return nil }
    self.line.append(byte)
    guard self.line.count <= Self.lineBytesMax else {
      return self.fail(.tooLong, allowed: "a line of at most \(Self.lineBytesMax) bytes")
    }
    guard byte == ASCII.lineFeed else { return nil }
    self.line.removeLast()
    if self.line.last == ASCII.carriageReturn {
      self.line.removeLast()
    }
    defer { self.line.removeAll(keepingCapacity: true) }
    return self.lineEnded()
  }

  private mutating func lineEnded() -> Element? {
    let separator = self.line.count > 3 ? self.line[3] : ASCII.space
    guard let code = self.line.count >= 3 ? ASCII.number(self.line[..<3]) : nil,
      (200...599).contains(code), separator == ASCII.space || separator == ASCII.hyphen
    else {
      return self.fail(.invalidReply, allowed: "a code of 200 to 599, then a space or a hyphen")
    }
    guard self.code ?? code == code else {
      return self.fail(.invalidReply, allowed: "one code for all lines of a reply")
    }
    guard self.lines.count < Self.replyLinesMax else {
      return self.fail(.tooMany, allowed: "at most \(Self.replyLinesMax) lines of a reply")
    }
    self.code = code
    self.lines.append(PrintableText.make(self.line.dropFirst(4)))
    guard separator == ASCII.space else { return nil }
    let reply = SMTPReply(trustedCode: code, lines: self.lines)
    self.code = nil
    self.lines = []
    return .reply(reply)
  }

  private mutating func fail(_ code: MailTransportError.Code, allowed: String) -> Element {
    self.isBroken = true
    self.lines = []
    return .malformed(
      MailTransportError(
        code, place: "SMTP reply", found: String(decoding: self.line, as: UTF8.self),
        allowed: allowed))
  }
}
