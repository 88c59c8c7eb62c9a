internal import Text

/// Names beside mail addresses, and words of headers.
extension FormFinder {
  // MARK: Display names

  private static let phraseBytesMax = 128
  private static let wordsMax = 4

  private static func isPhraseByte(_ byte: UInt8) -> Bool {
    StructuredText.isLabelByte(byte) || " \t.'\"_".utf8.contains(byte)
  }

  /// The phrase that begins there, up to something that is not part of one.
  func endOfPhrase(from start: Int) -> Int { self.end(from: start, while: Self.isPhraseByte) }

  /// The name in `Jane Doe <jane@acme.com>`, the last words of a phrase.
  func displayName(in phrase: Range<Int>) -> Range<Int>? {
    let rest = self.bytes[min(phrase.upperBound, self.bytes.count)...]
    let marks = ["<"] + [XMLEscape.entity(for: 0x3C)].compactMap(\.self)
    guard let mark = marks.first(where: { rest.starts(with: $0.utf8) }) else { return nil }
    let address = rest.dropFirst(mark.utf8.count).prefix(320).prefix { byte in
      byte > 0x20 && !"<>,;&".utf8.contains(byte)
    }
    guard let close = self.byte(at: address.endIndex), ">&".utf8.contains(close),
      address.contains(UInt8(ascii: "@"))
    else { return nil }
    let near = self.bytes[phrase].suffix(Self.phraseBytesMax)
    let words = near.split { $0 <= 0x20 }.suffix(Self.wordsMax)
    guard let first = words.first, let last = words.last else { return nil }
    return first.startIndex..<last.endIndex
  }

  /// `"Jane Doe"@acme.com`: the local part between quotation marks.
  func quotedLocalPart(at start: Int) -> FoundForm? {
    let quote = UInt8(ascii: "\"")
    let end = self.end(from: start + 1, max: 66) { $0 != quote && $0 >= 0x20 }
    guard end > start + 1, self.byte(at: end) == quote,
      self.byte(at: end + 1) == UInt8(ascii: "@"),
      self.byte(at: end + 2).map(StructuredText.isLabelByte) == true
    else { return nil }
    return FoundForm(
      output: [quote] + self.replacements.scrambled(Array(self.bytes[(start + 1)..<end])) + [quote],
      end: end + 1)
  }

  // MARK: Encoded words

  /// `=?utf-8?Q?J=C3=A4ne?=` (RFC 2047): the encoding stays, and what is encoded is other text.
  func encodedWord(at start: Int) -> FoundForm? {
    let mark = UInt8(ascii: "?")
    guard self.byte(at: start + 1) == mark else { return nil }
    let charset = self.end(from: start + 2, max: 41) { byte in
      StructuredText.isLabelByte(byte) || byte == UInt8(ascii: "*")
    }
    guard charset > start + 2, self.byte(at: charset) == mark,
      let encoding = self.byte(at: charset + 1), "QqBb".utf8.contains(encoding),
      self.byte(at: charset + 2) == mark
    else { return nil }
    let text = charset + 3
    let end = self.end(from: text, max: 257) { $0 > 0x20 && $0 != mark }
    guard self.byte(at: end) == mark, self.byte(at: end + 1) == UInt8(ascii: "=") else {
      return nil
    }
    let isQuoted = encoding | 0x20 == UInt8(ascii: "q")
    var words = self.bytes[text..<end]
    var result = Array(self.bytes[start..<text])
    while isQuoted, let sign = words.firstIndex(of: UInt8(ascii: "=")) {
      result += self.replacements.scrambled(Array(words[..<sign]))
      // A character written by its number is another, of as many digits.
      result += sign + 3 <= words.endIndex ? Array("=78".utf8) : Array(words[sign...])
      words = words[sign...].dropFirst(3)
    }
    result += self.replacements.scrambled(Array(words))
    return FoundForm(output: result + Array("?=".utf8), end: end + 2)
  }
}
