internal import Text

/// Text with `&lt;` and the like.
extension SanitizingWriter {
  /// Text in which `&lt;` and the like stand: replaced as what they mean; what nobody knows stays.
  ///
  /// An access table is one text whatever references are in it: what is no byte of ASCII is there a
  /// character of a word.
  mutating func references(in range: Range<Int>, _ kind: ValueKind) {
    let isTable = kind.isAccessTable
    var start = range.lowerBound
    var decoded: [UInt8] = []
    var index = start
    while index < range.upperBound {
      guard self.bytes[index] == UInt8(ascii: "&") else {
        decoded.append(self.bytes[index])
        index += 1
        continue
      }
      let end = self.bytes[index..<range.upperBound].prefix(12).firstIndex(of: UInt8(ascii: ";"))
      if let end, let byte = Self.meaning(of: self.bytes[(index + 1)..<end], isTable) {
        decoded.append(byte)
        index = end + 1
        continue
      }
      self.write(decoded, from: start..<index, kind)
      decoded = []
      let next = end.map { $0 + 1 } ?? index + 1
      self.output += self.bytes[index..<next]
      (start, index) = (next, next)
    }
    self.write(decoded, from: start..<range.upperBound, kind)
  }

  private mutating func write(_ decoded: [UInt8], from source: Range<Int>, _ kind: ValueKind) {
    let result = self.text.sanitized(decoded, kind)
    guard result != decoded else {
      self.output += self.bytes[source]
      return
    }
    // Marks are spelt as they were when they are the same ones, which they nearly always are.
    let isTable = kind.isAccessTable
    let spellings = self.spellingsOfMarks(in: source, isTable)
    let isSame =
      result.filter { Self.isMark($0, isTable) }.elementsEqual(spellings.lazy.map(\.mark))
    var unknown = spellings.filter { $0.mark == Self.unknown }[...]
    var index = 0
    for byte in result {
      guard Self.isMark(byte, isTable) else {
        self.output.append(byte)
        continue
      }
      if isSame {
        self.output += self.bytes[spellings[index].range]
      } else if byte == Self.unknown {
        if let spelling = unknown.popFirst() { self.output += self.bytes[spelling.range] }
      } else {
        self.output += Self.reference(to: byte)
      }
      index += 1
    }
  }

  /// The characters that a text may have as references, in order, and where they stand.
  private func spellingsOfMarks(
    in source: Range<Int>, _ isTable: Bool
  ) -> [(mark: UInt8, range: Range<Int>)] {
    var result: [(mark: UInt8, range: Range<Int>)] = []
    var index = source.lowerBound
    while index < source.upperBound {
      let start = index
      var byte = self.bytes[index]
      index += 1
      if byte == UInt8(ascii: "&"),
        let end = self.bytes[start..<source.upperBound].prefix(12).firstIndex(
          of: UInt8(ascii: ";")),
        let meaning = Self.meaning(of: self.bytes[(start + 1)..<end], isTable)
      {
        (byte, index) = (meaning, end + 1)
      }
      if Self.isMark(byte, isTable) { result.append((byte, start..<index)) }
    }
    return result
  }

  /// In the place of a reference whose character is not looked at; no text of XML has this byte.
  private static let unknown: UInt8 = 1

  private static func isMark(_ byte: UInt8, _ isTable: Bool) -> Bool {
    "&<>\"'".utf8.contains(byte) || isTable && "\u{1}\t\n\r".utf8.contains(byte)
  }

  private static func reference(to mark: UInt8) -> String.UTF8View {
    (XMLEscape.entity(for: mark) ?? String(UnicodeScalar(mark))).utf8
  }

  /// The byte that a reference means, if it is one of ASCII that can be written; in a table any
  /// other one has a byte that stands for it.
  private static func meaning(of name: ArraySlice<UInt8>, _ isTable: Bool) -> UInt8? {
    let known = self.meaning(of: name)
    guard isTable, known == nil else { return known }
    return switch self.number(name) {
    case .some(let blank) where "\t\n\r".utf8.contains(blank): blank
    default: self.unknown
    }
  }

  private static func number(_ name: ArraySlice<UInt8>) -> UInt8? {
    let text = String(decoding: name, as: UTF8.self)
    guard text.hasPrefix("#") else { return nil }
    return text.hasPrefix("#x") ? UInt8(text.dropFirst(2), radix: 16) : UInt8(text.dropFirst(1))
  }

  private static func meaning(of name: ArraySlice<UInt8>) -> UInt8? {
    XMLEscape.byte(named: String(decoding: name, as: UTF8.self)) ?? self.ascii(self.number(name))
  }

  private static func ascii(_ byte: UInt8?) -> UInt8? {
    byte.flatMap { (0x20..<0x7F).contains($0) ? $0 : nil }
  }
}
