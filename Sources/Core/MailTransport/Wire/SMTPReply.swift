/// One whole reply of an SMTP server.
///
/// Source: RFC 5321 section 4.2.
public struct SMTPReply: Hashable, Sendable, CustomStringConvertible {
  /// 200 to 599.
  public let code: Int
  /// The texts behind the code, one a line, at least one; without control characters.
  ///
  /// An enhanced status code stays in its line, because logs show the text as it came.
  public let lines: [String]

  /// A reply of a server's settings.
  ///
  /// - Parameters:
  ///   - code: 200 to 599.
  ///   - lines: 1 to 100 texts of printable ASCII, each at most 500 bytes.
  /// - Throws: `.invalidReply`.
  public init(code: Int, lines: [String]) throws(MailTransportError) {
    guard (200...599).contains(code), (1...100).contains(lines.count) else {
      throw MailTransportError(
        .invalidReply, place: "reply", found: "code \(code) with \(lines.count) lines",
        allowed: "a code of 200 to 599 and 1 to 100 lines")
    }
    for line in lines
    where line.utf8.count > 500 || !line.utf8.allSatisfy({ ASCII.isPrintable($0) }) {
      throw MailTransportError(
        .invalidReply, place: "reply text", found: line,
        allowed: "printable ASCII of at most 500 bytes")
    }
    self.init(trustedCode: code, lines: lines)
  }

  /// A reply whose parts are known to be good.
  init(trustedCode code: Int, lines: [String]) {
    self.code = code
    self.lines = lines
  }

  /// The first line's enhanced status code, if it has one that fits the code.
  public var enhancedStatus: EnhancedStatusCode? {
    self.lines.first.flatMap { EnhancedStatusCode(beginning: $0, kind: self.code / 100) }
  }

  /// All lines in one, joined by spaces.
  public var text: String { self.lines.joined(separator: " ") }

  /// Such as `550 5.1.1 User unknown`.
  public var description: String {
    self.text.isEmpty ? "\(self.code)" : "\(self.code) \(self.text)"
  }

  /// The reply as it travels: `250-first`, `250 last`, each line ended by CRLF.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    for (index, line) in self.lines.enumerated() {
      let separator = index < self.lines.count - 1 ? "-" : " "
      bytes += Array("\(self.code)\(separator)\(line)\r\n".utf8)
    }
    return bytes
  }

  /// What the first digit means for the sender.
  enum Meaning {
    case success
    case intermediate
    case transientFailure
    case permanentFailure
  }

  /// By the first digit alone, as RFC 5321 section 4.3.2 asks of clients.
  var meaning: Meaning {
    switch self.code {
    case ..<300: .success
    case ..<400: .intermediate
    case ..<500: .transientFailure
    default: .permanentFailure
    }
  }
}
