internal import ApplianceConfiguration
internal import Text

/// Walks over the bytes of a file from one piece of markup to the next and writes the copy.
struct SanitizingWriter {
  private static let depthMax = 200

  var output: [UInt8] = []
  let bytes: [UInt8]
  let text: TextSanitizer
  private(set) var kept = KeptTexts()
  private var index = 0
  /// An element that has begun.
  private struct Open {
    let name: String
    /// What text directly in it is.
    let kind: ValueKind
    let part: AccessTablePart?
    /// Whether all in it is what somebody wrote, where its name says nothing else.
    let isProse: Bool
    /// Whether its last child that names a setting names a secret.
    var namesSecret = false
  }
  private var open: [Open] = []
  /// Kinds by name: a file has few names and many elements.
  private var kinds: [String: (kind: ValueKind, isProse: Bool)] = [:]
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
        let end = self.position(of: Self.sectionEnd)
        let content = Array(self.bytes[self.index..<end])
        self.noteSetting(content)
        let result = self.text.sanitized(content, self.kind)
        self.noteKept(content[...], result[...], self.kind)
        self.output += result
        self.index = end
        self.copy(3)
      } else if self.begins("<?") {
        self.instruction()
      } else if self.begins("<!") {
        self.declaration()
      } else if self.bytes[self.index] == UInt8(ascii: "<") {
        self.tag()
      } else {
        let end = self.position(of: Self.tagStart)
        self.noteSetting(self.bytes[self.index..<end])
        let start = self.output.count
        self.references(in: self.index..<end, self.kind)
        self.noteKept(self.bytes[self.index..<end], self.output[start...], self.kind)
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

  private static let sectionEnd = ByteSearch("]]>")
  private static let commentEnd = ByteSearch("-->")
  private static let instructionEnd = ByteSearch("?>")
  private static let tagStart = ByteSearch("<")

  /// Where what is looked for is next, or the end.
  private func position(of search: ByteSearch) -> Int {
    search.firstIndex(in: self.bytes[self.index...]) ?? self.bytes.count
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
    if self.kind == .secret {
      if name == "certificate_name" { return .name }
      return self.known(name).kind == .measure ? .measure : .secret
    }
    if self.open.last?.namesSecret == true, Self.isValue(name) { return .secret }
    if name == "hat" { return .senders }
    if name == "rat" { return .recipients }
    if let part = self.open.last?.part { return part.kind(of: name) }
    let kind = self.known(name).kind
    // A banner may be made of elements.
    return kind == .plain && self.open.last?.isProse == true ? .prose : kind
  }

  private mutating func known(_ name: String) -> (kind: ValueKind, isProse: Bool) {
    if let known = self.kinds[name] { return known }
    let local = name.split(separator: ":").last.map(String.init) ?? ""
    let known = (ValueKind.of(name), NameWords(local.utf8).isProse)
    self.kinds[name] = known
    return known
  }

  private mutating func comment() {
    self.copy(4)
    let end = self.position(of: Self.commentEnd)
    let content = Array(self.bytes[self.index..<end])
    self.output +=
      CommentSanitizer(text: self.text).sanitized(content, isHeader: !self.hasRoot)
    self.index = end
    self.copy(3)
  }

  private mutating func instruction() {
    let isDeclaration = self.begins("<?xml ") || self.begins("<?xml\t")
    let end = self.position(of: Self.instructionEnd)
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
        self.quoted(byte, isInSubset: depth > 0)
        continue
      }
      if depth > 0, self.begins("<!--") {
        self.comment()
        continue
      }
      if depth > 0, self.begins("<?") {
        self.instruction()
        continue
      }
      self.copy(1)
      if byte == UInt8(ascii: "[") { depth += 1 }
      if byte == UInt8(ascii: "]") { depth -= 1 }
      if byte == UInt8(ascii: ">") && depth <= 0 { return }
    }
  }

  private mutating func quoted(_ quote: UInt8, isInSubset: Bool) {
    self.copy(1)
    let end = self.bytes[self.index...].firstIndex(of: quote) ?? self.bytes.count
    let content = Array(self.bytes[self.index..<end])
    let isOurs = content.elementsEqual("config.dtd".utf8)
    // References and markup in it stay what they are.
    let isText = isInSubset && !content.contains { "&%<".utf8.contains($0) }
    self.output += isOurs ? content : self.text.sanitized(content, isText ? .prose : .plain)
    self.index = end
    self.copy(1)
  }

  private mutating func tag() {
    self.copy(1)
    let isEnd = self.begins("/")
    if isEnd { self.copy(1) }
    let name = self.name()
    self.copy(name.utf8.count)
    let namesSecret = !isEnd && self.namesSecretSetting(of: name)
    let kind = isEnd ? .plain : namesSecret ? .secret : self.kind(of: name)
    let isEmpty = self.attributes(of: name, kind)
    if isEnd {
      // No deeper than a file may be, so that end tags without a start cost little.
      if let place = self.open.suffix(Self.depthMax).lastIndex(where: { $0.name == name }) {
        self.open.removeSubrange(place...)
      }
    } else if !isEmpty, !name.isEmpty {
      let part = AccessTablePart.of(name, in: self.open.last?.part)
      let isProse = kind == .prose && (self.open.last?.isProse == true || self.known(name).isProse)
      self.open.append(Open(name: name, kind: kind, part: part, isProse: isProse))
    }
    self.hasRoot = true
  }

  /// The rest of a tag.
  ///
  /// - Returns: whether the element has no content.
  private mutating func attributes(of name: String, _ kind: ValueKind) -> Bool {
    var isEmpty = false
    var attribute: [UInt8] = []
    while self.index < self.bytes.count {
      let byte = self.bytes[self.index]
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        self.attributeValue(byte, String(decoding: attribute, as: UTF8.self), of: name, kind)
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
    return isEmpty
  }

  private func name() -> String {
    let rest = self.bytes[self.index...].prefix { byte in
      !Replacements.isBlank(byte) && byte != UInt8(ascii: ">") && byte != UInt8(ascii: "/")
        && byte != UInt8(ascii: "<")
    }
    // As many bytes as the name has in the file: what is no UTF-8 is not a name that is known.
    return String(validating: rest, as: UTF8.self) ?? ""
  }

  private mutating func attributeKind(
    _ attribute: String, of element: String, _ kind: ValueKind
  ) -> ValueKind {
    let isVocabulary = element == "alert_class" || element == "alert_severity"
    if isVocabulary || attribute.hasPrefix("xmlns") { return .plain }
    if kind == .secret { return self.known(attribute).kind == .measure ? .measure : .secret }
    return self.kind(of: attribute)
  }

  private mutating func attributeValue(
    _ quote: UInt8, _ attribute: String, of element: String, _ kind: ValueKind
  ) {
    let kind = self.attributeKind(attribute, of: element, kind)
    self.copy(1)
    let end = self.bytes[self.index...].firstIndex(of: quote) ?? self.bytes.count
    let start = self.output.count
    self.references(in: self.index..<end, kind)
    self.noteKept(
      self.bytes[self.index..<end], self.output[start...], kind, of: [element, "@" + attribute])
    self.index = end
    self.copy(1)
  }

  // MARK: Settings as pairs

  /// Elements that hold a setting whose name is a value: `<property name="password" value="x"/>`.
  private static let settings: Set<String> = [
    "property", "param", "parameter", "setting", "option", "entry", "add", "item", "attribute",
    "field", "variable", "var", "arg", "argument", "header", "config", "value", "pref",
    "preference", "data", "string", "element", "pair", "env",
  ]
  /// Attributes and elements that name it.
  private static let names: Set<String> = [
    "name", "key", "id", "property", "option", "setting", "param", "parameter", "field",
    "attribute", "variable",
  ]
  /// Elements that hold it, behind one that names it.
  private static let values: Set<String> = ["value", "val", "data", "content", "string", "text"]

  /// Whether an element or attribute of that name names a setting.
  private static func isName(_ name: String) -> Bool {
    self.names.contains(name) || name == "k" || name.hasSuffix("_name") || name.hasSuffix("_key")
  }

  /// Whether one of that name holds a setting's value, beside its name.
  private static func isValue(_ name: String) -> Bool {
    self.values.contains(name) || name == "v" || name.hasSuffix("_value")
  }

  /// Whether an attribute of the tag at this place names a secret: of an element that holds a
  /// setting, or beside an attribute with a value.
  private func namesSecretSetting(of element: String) -> Bool {
    var attribute: [UInt8] = []
    var (hasName, hasValue) = (false, false)
    var place = self.index
    while place < self.bytes.count {
      let byte = self.bytes[place]
      if byte == UInt8(ascii: ">") || byte == UInt8(ascii: "<") { break }
      place += 1
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        let end = self.bytes[place...].firstIndex(of: byte) ?? self.bytes.count
        let name = String(decoding: attribute, as: UTF8.self)
        if Self.isName(name), NameWords(self.bytes[place..<end]).isSecret { hasName = true }
        if Self.isValue(name) { hasValue = true }
        attribute = []
        place = end + 1
      } else if Replacements.isBlank(byte) {
        attribute = []
      } else if byte != UInt8(ascii: "=") {
        attribute.append(byte)
      }
    }
    return hasName && (hasValue || Self.settings.contains(element))
  }

  /// Remembers whether the text of an element names a secret that the next one holds.
  private mutating func noteSetting(_ text: some Collection<UInt8>) {
    guard self.open.count > 1, let name = self.open.last?.name, Self.isName(name) else { return }
    self.open[self.open.count - 2].namesSecret = NameWords(text).isSecret
  }

  // MARK: What is kept

  private mutating func noteKept(
    _ source: ArraySlice<UInt8>, _ result: ArraySlice<UInt8>, _ kind: ValueKind,
    of inner: [String] = []
  ) {
    guard kind == .plain else { return }
    // A byte order mark is no text. XML has none outside of the root element, a broken file may.
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let (text, copy) =
      source.startIndex == 0 && source.starts(with: mark)
      ? (source.dropFirst(mark.count), result.dropFirst(mark.count)) : (source, result)
    guard KeptTexts.isKept(text, copy) else { return }
    let path = (self.open.map(\.name) + inner).joined(separator: "/")
    self.kept.add(path.isEmpty ? KeptText.outside : path, copy)
  }
}
