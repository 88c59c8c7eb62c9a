/// One header field with unstructured text, such as a subject.
///
/// Source: RFC 5322 sections 2.2 and 3.2.5.
public struct HeaderField: Hashable, Sendable {
  /// The longest name in bytes. Source: our choice; leaves room for an encoded word beside it.
  public static let nameBytesMax = 40
  /// The longest text in bytes of UTF-8; 16 KiB. Source: our choice, a bound for memory.
  public static let textBytesMax = 16 << 10

  /// Such as `Subject`; visible ASCII without a colon.
  public let name: String
  /// As people read it, neither folded nor encoded; tab is the only control character.
  public let text: String

  /// A field.
  ///
  /// - Throws: `.invalidHeader` for a name that is none, or control characters (so no CR or LF) in
  ///   the text; `.tooLong`.
  public init(name: String, text: String) throws(MailTransportError) {
    guard name.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != ASCII.colon }),
      (1...Self.nameBytesMax).contains(name.utf8.count)
    else {
      throw MailTransportError(
        .invalidHeader, place: "header name", found: name,
        allowed: "1 to \(Self.nameBytesMax) visible ASCII characters without a colon")
    }
    guard text.utf8.count <= Self.textBytesMax else {
      throw MailTransportError(
        .tooLong, place: name, found: "\(text.utf8.count) bytes",
        allowed: "at most \(Self.textBytesMax)")
    }
    guard
      text.utf8.allSatisfy({ ($0 >= 0x20 && $0 != ASCII.delete) || $0 == ASCII.tab })
    else {
      throw MailTransportError(
        .invalidHeader, place: name, found: text, allowed: "no control characters but tab")
    }
    self.name = name
    self.text = text
  }

  /// The field folded, with its last CRLF.
  ///
  /// Plain text is folded before existing white space only: without the CRLFs it is `name: text`
  /// again. Text beyond ASCII, with white space at an end, or with a word too long for a line is
  /// encoded.
  var bytes: [UInt8] {
    let pieces = Self.pieces(of: self.text)
    let longest = pieces.map(\.utf8.count).max() ?? 0
    let isPlain =
      !EncodedWords.areNeeded(for: self.text.utf8)
      && !(self.text.utf8.first.map(ASCII.isWhiteSpace) ?? false)
      && !(self.text.utf8.last.map(ASCII.isWhiteSpace) ?? false)
      && longest + self.name.utf8.count + 2 <= HeaderFolding.lineBytesMax
    if isPlain {
      return HeaderFolding.fold(name: self.name, pieces: pieces)
    }
    let room = EncodedWords.lineBytesMax - self.name.utf8.count - 2
    return HeaderFolding.fold(
      name: self.name, pieces: EncodedWords.make(self.text, firstLineRoom: room),
      preferredBytes: EncodedWords.lineBytesMax)
  }

  /// Words, each with the white space before it.
  private static func pieces(of text: String) -> [String] {
    var pieces: [[UInt8]] = [[]]
    var isInWord = false
    for byte in text.utf8 {
      if ASCII.isWhiteSpace(byte) {
        if isInWord {
          pieces.append([])
        }
        isInWord = false
      } else {
        isInWord = true
      }
      pieces[pieces.count - 1].append(byte)
    }
    return pieces.map { String(decoding: $0, as: UTF8.self) }
  }
}

/// Puts a header field's parts on lines.
///
/// Source: RFC 5322 sections 2.1.1 and 2.2.3.
enum HeaderFolding {
  /// The longest line that should be, without CRLF.
  static let preferredLineBytes = 78
  /// The longest line that may be, without CRLF.
  static let lineBytesMax = 998

  /// `name: ` and the pieces in order, a line end before a piece that would pass the preferred
  /// length.
  ///
  /// - Parameter pieces: each but the first begins with white space. One that is longer than a line
  ///   stays whole.
  /// - Returns: the field with its last CRLF.
  static func fold(
    name: String, pieces: [String], preferredBytes: Int = Self.preferredLineBytes
  ) -> [UInt8] {
    var bytes = Array("\(name):".utf8)
    if pieces != [""] {
      bytes.append(ASCII.space)
    }
    var column = bytes.count
    for (index, piece) in pieces.enumerated() {
      if index > 0 && column + piece.utf8.count > preferredBytes {
        bytes += ASCII.endOfLine
        column = 0
      }
      bytes += Array(piece.utf8)
      column += piece.utf8.count
    }
    return bytes + ASCII.endOfLine
  }
}
