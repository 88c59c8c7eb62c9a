/// Writes text as encoded words, such as `=?UTF-8?Q?Gr=C3=BC=C3=9Fe?=`.
///
/// Source: RFC 2047 sections 2, 4.2 and 5. Always UTF-8 and Q; only what a phrase allows stays
/// literal.
enum EncodedWords {
  /// The longest encoded word (RFC 2047 section 2).
  static let wordBytesMax = 75
  /// The longest line with an encoded word (RFC 2047 section 2).
  static let lineBytesMax = 76
  private static let opening = "=?UTF-8?Q?"
  private static let closing = "?="

  /// Whether text may not stand as it is: beyond ASCII, or something that reads as an encoded word.
  static func areNeeded(for text: some Collection<UInt8>) -> Bool {
    !text.allSatisfy { $0 < 0x80 }
      || zip(text, text.dropFirst()).contains { $0 == ASCII.equals && $1 == ASCII.question }
  }

  /// The text in encoded words, each holding whole characters; each but the first begins with a
  /// space, which a reader drops.
  ///
  /// - Parameter firstLineRoom: bytes left on the line of the first word, at least 24.
  static func make(_ text: String, firstLineRoom: Int) -> [String] {
    let frame = Self.opening.utf8.count + Self.closing.utf8.count
    var words: [String] = []
    var payload = ""
    var room = min(firstLineRoom, Self.wordBytesMax) - frame
    func endWord() {
      words.append("\(words.isEmpty ? "" : " ")\(Self.opening)\(payload)\(Self.closing)")
      payload = ""
      room = Self.wordBytesMax - frame
    }
    for scalar in text.unicodeScalars {
      let encoded = Self.encode(scalar)
      if payload.utf8.count + encoded.utf8.count > room && !payload.isEmpty {
        endWord()
      }
      payload += encoded
    }
    endWord()
    return words
  }

  private static func encode(_ scalar: Unicode.Scalar) -> String {
    var encoded = ""
    for byte in Array(String(scalar).utf8) {
      switch byte {
      case ASCII.space:
        encoded += "_"
      case let byte where ASCII.isAlphanumeric(byte) || Self.literals.contains(byte):
        encoded.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        encoded += "=\(Hexadecimal.text(byte))"
      }
    }
    return encoded
  }

  /// Beside letters and digits, for a phrase (RFC 2047 section 5, rule 3).
  private static let literals = Array("!*+-/".utf8)
}

enum Hexadecimal {
  private static let digits = Array("0123456789ABCDEF".utf8)

  /// Two capital hexadecimal digits.
  static func text(_ byte: UInt8) -> String {
    String(decoding: Self.bytes(byte), as: UTF8.self)
  }

  /// Two capital hexadecimal digits.
  static func bytes(_ byte: UInt8) -> [UInt8] {
    [Self.digits[Int(byte >> 4)], Self.digits[Int(byte & 15)]]
  }
}
