/// The words of an access table that is text, as an appliance exports and prints it.
///
///     $THROTTLED
///         ACCEPT { max_msgs_per_session = 10 }
///     SUSPECTLIST:
///         sbrs[-3.0:-1.0]
///         $THROTTLED (Doubtful senders)
///     ALL
///         $THROTTLED
///
/// Source: docs/FIDELITY.md, "Access tables".
public struct AccessTableTokens {
  /// What a token is.
  public enum Kind: Equatable, Sendable {
    /// A run without blanks; what stands in quotation marks or brackets belongs together.
    case word(String)
    /// What stands in parentheses, without them.
    case comment(String)
    /// From a number sign to the end of its line.
    case remark
    /// `{`.
    case open
    /// `}`.
    case close
    /// `=` between braces.
    case equals
    /// An end of line, comma or semicolon.
    case separator
  }

  /// One of the text's parts; between them are blanks.
  public struct Token: Sendable {
    /// What it is.
    public let kind: Kind
    /// Its bytes, from the first one of the text on.
    public let range: Range<Int>
    /// Whether nothing but blanks is before it in its line.
    public let isFirstOfLine: Bool
  }

  /// In the order of the text, rising.
  public private(set) var tokens: [Token] = []
  private let bytes: [UInt8]
  private var index = 0
  private var isLineStart = true
  private var depth = 0

  /// Takes a text apart; line ends are CR, LF or both.
  public init(_ bytes: [UInt8]) {
    self.bytes = bytes
    while self.index < self.bytes.count { self.next() }
  }

  private mutating func next() {
    switch self.bytes[self.index] {
    case 0x0A, 0x0D:
      self.add(.separator, to: self.index + 1)
      self.isLineStart = true
    case 0x20, 0x09: self.index += 1
    case UInt8(ascii: "#"): self.add(.remark, to: self.end(where: Self.endsLine))
    case UInt8(ascii: ","), UInt8(ascii: ";"): self.add(.separator, to: self.index + 1)
    case UInt8(ascii: "{"):
      self.depth += 1
      self.add(.open, to: self.index + 1)
    case UInt8(ascii: "}"):
      self.depth -= 1
      self.add(.close, to: self.index + 1)
    case UInt8(ascii: "=") where self.depth > 0: self.add(.equals, to: self.index + 1)
    case UInt8(ascii: "("):
      let end = self.end { $0 == UInt8(ascii: ")") }
      let text = self.text(self.index + 1..<end)
      self.add(.comment(text), to: min(end + 1, self.bytes.count))
    default: self.word()
    }
  }

  private mutating func word() {
    var end = self.index
    var closing: UInt8?
    while end < self.bytes.count, !Self.endsLine(self.bytes[end]) {
      let byte = self.bytes[end]
      if let awaited = closing {
        if byte == awaited { closing = nil }
      } else if byte == UInt8(ascii: "\"") {
        closing = byte
      } else if byte == UInt8(ascii: "[") {
        closing = UInt8(ascii: "]")
      } else if " \t,;{}(".utf8.contains(byte) || self.depth > 0 && byte == UInt8(ascii: "=") {
        break
      }
      end += 1
    }
    self.add(.word(self.text(self.index..<end)), to: end)
  }

  private mutating func add(_ kind: Kind, to end: Int) {
    self.tokens.append(
      Token(kind: kind, range: self.index..<end, isFirstOfLine: self.isLineStart))
    self.isLineStart = false
    self.index = end
  }

  private static func endsLine(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

  private func end(where isEnd: (UInt8) -> Bool) -> Int {
    self.bytes[self.index...].firstIndex(where: isEnd) ?? self.bytes.count
  }

  private func text(_ range: Range<Int>) -> String {
    String(decoding: self.bytes[range], as: UTF8.self)
  }
}
