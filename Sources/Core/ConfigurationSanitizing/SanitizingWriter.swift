/// Walks over the bytes of a file from one piece of markup to the next and writes the copy.
struct SanitizingWriter {
  private static let depthMax = 200

  private(set) var output: [UInt8] = []
  private let bytes: [UInt8]
  private let text: TextSanitizer
  private var index = 0
  /// The open elements, each with what text directly in it is.
  private var open: [(name: String, kind: ValueKind, part: AccessTablePart?)] = []
  /// Kinds by name: a file has few names and many elements.
  private var kinds: [String: ValueKind] = [:]
  private var hasRoot = false

  init(bytes: [UInt8], text: TextSanitizer) {
    self.bytes = bytes
    self.text = text
    self.output.reserveCapacity(bytes.count + bytes.count / 8)
  }

  mutating func run() {
    while self.index < self.bytes.count {
      if self.begins("<!--") {
        self.comment()
      } else if self.begins("<![CDATA[") {
        self.copy(9)
        let end = self.position(of: "]]>")
        self.output += self.text.sanitized(Array(self.bytes[self.index..<end]), self.kind)
        self.index = end
        self.copy(3)
      } else if self.begins("<?") {
        self.instruction()
      } else if self.begins("<!") {
        self.declaration()
      } else if self.bytes[self.index] == UInt8(ascii: "<") {
        self.tag()
      } else {
        let end = self.position(of: "<")
        self.references(in: self.index..<end, self.kind)
        self.index = end
      }
    }
  }

  // MARK: Bytes

  private func begins(_ text: StaticString) -> Bool { self.begins(text, at: self.index) }

  private func begins(_ text: StaticString, at index: Int) -> Bool {
    guard self.bytes.count - index >= text.utf8CodeUnitCount else { return false }
    for offset in 0..<text.utf8CodeUnitCount
    where self.bytes[index + offset] != text.utf8Start[offset] {
      return false
    }
    return true
  }

  /// Where the next `text` is, or the end.
  private func position(of text: StaticString) -> Int {
    var index = self.index
    while index < self.bytes.count, !self.begins(text, at: index) { index += 1 }
    return index
  }

  /// Copies so many bytes, or what is left.
  private mutating func copy(_ count: Int) {
    let end = min(self.index + count, self.bytes.count)
    self.output += self.bytes[self.index..<end]
    self.index = end
  }

  // MARK: Markup

  /// What the text at this place holds: a secret as a whole is one in all its parts.
  private var kind: ValueKind { self.open.last?.kind ?? .plain }

  private mutating func kind(of name: String) -> ValueKind {
    // Other elements refer to a certificate by its name.
    if self.kind == .secret { return name == "certificate_name" ? .name : .secret }
    if name == "hat" { return .senders }
    if name == "rat" { return .recipients }
    if let part = self.open.last?.part { return part.kind(of: name) }
    if let known = self.kinds[name] { return known }
    let kind = ValueKind.of(name)
    self.kinds[name] = kind
    return kind
  }

  private mutating func comment() {
    self.copy(4)
    let end = self.position(of: "-->")
    let content = Array(self.bytes[self.index..<end])
    self.output +=
      CommentSanitizer(text: self.text).sanitized(content, isHeader: !self.hasRoot)
    self.index = end
    self.copy(3)
  }

  private mutating func instruction() {
    let isDeclaration = self.begins("<?xml ") || self.begins("<?xml\t")
    let end = self.position(of: "?>")
    if !isDeclaration {
      let target = self.bytes[self.index..<end].prefix { !Replacements.isBlank($0) }
      self.copy(target.count)
      self.output += self.text.replacements.blanked(Array(self.bytes[self.index..<end]))
      self.index = end
    }
    self.copy(end + 2 - self.index)
  }

  /// A document type: quoted texts other than `config.dtd` may tell something.
  private mutating func declaration() {
    var depth = 0
    while self.index < self.bytes.count {
      let byte = self.bytes[self.index]
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        self.quoted(byte)
        continue
      }
      self.copy(1)
      if byte == UInt8(ascii: "[") { depth += 1 }
      if byte == UInt8(ascii: "]") { depth -= 1 }
      if byte == UInt8(ascii: ">") && depth <= 0 { return }
    }
  }

  private mutating func quoted(_ quote: UInt8) {
    self.copy(1)
    let end = self.bytes[self.index...].firstIndex(of: quote) ?? self.bytes.count
    let content = Array(self.bytes[self.index..<end])
    let isOurs = content.elementsEqual("config.dtd".utf8)
    // References and markup in it stay what they are.
    self.output += isOurs ? content : self.text.sanitized(content, .plain)
    self.index = end
    self.copy(1)
  }

  private mutating func tag() {
    self.copy(1)
    let isEnd = self.begins("/")
    if isEnd { self.copy(1) }
    let name = self.name()
    self.copy(name.utf8.count)
    var isEmpty = false
    var attribute: [UInt8] = []
    while self.index < self.bytes.count {
      let byte = self.bytes[self.index]
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        self.attributeValue(
          byte, self.attributeKind(String(decoding: attribute, as: UTF8.self), of: name))
        attribute = []
        isEmpty = false
        continue
      }
      // A tag that does not end before the next one is no tag.
      if byte == UInt8(ascii: "<") { break }
      self.copy(1)
      if byte == UInt8(ascii: ">") { break }
      isEmpty = byte == UInt8(ascii: "/")
      if Replacements.isBlank(byte) {
        attribute = []
      } else if byte != UInt8(ascii: "=") {
        attribute.append(byte)
      }
    }
    if isEnd {
      // No deeper than a file may be, so that end tags without a start cost little.
      if let place = self.open.suffix(Self.depthMax).lastIndex(where: { $0.name == name }) {
        self.open.removeSubrange(place...)
      }
    } else if !isEmpty, !name.isEmpty {
      let part = AccessTablePart.of(name, in: self.open.last?.part)
      self.open.append((name, self.kind(of: name), part))
    }
    self.hasRoot = true
  }

  private func name() -> String {
    let rest = self.bytes[self.index...].prefix { byte in
      !Replacements.isBlank(byte) && byte != UInt8(ascii: ">") && byte != UInt8(ascii: "/")
        && byte != UInt8(ascii: "<")
    }
    // As many bytes as the name has in the file: what is no UTF-8 is not a name that is known.
    return String(validating: rest, as: UTF8.self) ?? ""
  }

  private mutating func attributeKind(_ attribute: String, of element: String) -> ValueKind {
    let isVocabulary = element == "alert_class" || element == "alert_severity"
    return isVocabulary ? .plain : self.kind(of: attribute)
  }

  private mutating func attributeValue(_ quote: UInt8, _ kind: ValueKind) {
    self.copy(1)
    let end = self.bytes[self.index...].firstIndex(of: quote) ?? self.bytes.count
    self.references(in: self.index..<end, kind)
    self.index = end
    self.copy(1)
  }

  // MARK: References

  /// Text in which `&lt;` and the like stand: replaced as what they mean; what nobody knows stays.
  ///
  /// An access table is one text whatever references are in it: what is no byte of ASCII is there a
  /// character of a word.
  private mutating func references(in range: Range<Int>, _ kind: ValueKind) {
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

  private static func reference(to mark: UInt8) -> ArraySlice<UInt8> {
    let text =
      switch mark {
      case UInt8(ascii: "&"): "&amp;"
      case UInt8(ascii: "<"): "&lt;"
      case UInt8(ascii: ">"): "&gt;"
      case UInt8(ascii: "'"): "&apos;"
      case UInt8(ascii: "\""): "&quot;"
      default: String(UnicodeScalar(mark))
      }
    return Array(text.utf8)[...]
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
    switch String(decoding: name, as: UTF8.self) {
    case "lt": return UInt8(ascii: "<")
    case "gt": return UInt8(ascii: ">")
    case "amp": return UInt8(ascii: "&")
    case "quot": return UInt8(ascii: "\"")
    case "apos": return UInt8(ascii: "'")
    case let text where text.hasPrefix("#"): return self.ascii(self.number(name))
    default: return nil
    }
  }

  private static func ascii(_ byte: UInt8?) -> UInt8? {
    byte.flatMap { (0x20..<0x7F).contains($0) ? $0 : nil }
  }
}

/// Comments: the header of the file and the banners of its sections are the appliance's; whatever
/// else stands in a comment was written by somebody.
struct CommentSanitizer {
  private static let serialNumber = "Serial Number"
  private static let headerKeys: Set = [
    "Product", "Model Number", "Version", Self.serialNumber, "Number of CPUs", "Memory (GB)",
    "Current Time",
  ]

  let text: TextSanitizer

  func sanitized(_ content: [UInt8], isHeader: Bool) -> [UInt8] {
    let lines = content.split(separator: 0x0A, omittingEmptySubsequences: false)
    if Self.isBanner(lines) { return content }
    let result = lines.map { line in isHeader ? self.headerLine(line) : self.blanked(line) }
    return Array(result.joined(separator: [0x0A]))
  }

  private static func isBanner(_ lines: [ArraySlice<UInt8>]) -> Bool {
    let star = UInt8(ascii: "*")
    let texts = lines.map { $0.filter { !Replacements.isBlank($0) } }.filter { !$0.isEmpty }
    return texts.count >= 2 && texts.count <= 3
      && texts[0].count == 78 && texts[0].allSatisfy { $0 == star }
      && texts.allSatisfy { $0.first == star && $0.last == star }
  }

  private func headerLine(_ line: ArraySlice<UInt8>) -> [UInt8] {
    let content = line.drop(while: Replacements.isBlank)
    guard let colon = content.firstIndex(of: UInt8(ascii: ":")) else { return self.blanked(line) }
    let key = String(decoding: content[..<colon], as: UTF8.self)
    let value = Array(line[(colon + 1)...])
    switch key {
    case Self.serialNumber:
      // Without the blanks around it, so that it is the same elsewhere.
      let blanks = value.prefix(while: Replacements.isBlank)
      let rest = value.dropFirst(blanks.count)
      let end = rest.reversed().prefix(while: Replacements.isBlank).count
      return line[...colon] + blanks
        + self.text.replacements.scrambled(Array(rest.dropLast(end))) + rest.suffix(end)
    case "Version": return Array(line)
    case _ where Self.headerKeys.contains(key) || key.hasPrefix("Feature \""):
      return line[...colon] + self.text.sanitized(value, .plain)
    default: return self.blanked(line)
    }
  }

  private func blanked(_ line: ArraySlice<UInt8>) -> [UInt8] {
    self.text.replacements.blanked(Array(line))
  }
}
