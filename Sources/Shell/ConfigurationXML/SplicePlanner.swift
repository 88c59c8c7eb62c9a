import ApplianceConfiguration
internal import Text

/// Finds the place of each section in a file, or says why it has none.
struct SplicePlanner {
  /// A section and what it replaces: an element's bytes, or nothing at the end of `config`.
  struct Edit {
    var section: XMLElement
    var range: Range<Int>
    var isNew: Bool
  }

  private(set) var edits: [Edit] = []
  private(set) var findings: [Diagnostic] = []
  private let root: XMLElement
  private let sections: SplicedSections
  private var first: [String: XMLElement] = [:]

  init(root: XMLElement, sections: SplicedSections) {
    self.root = root
    self.sections = sections
  }

  mutating func add(_ section: XMLElement) {
    if let first = self.first[section.name].map(self.position) {
      self.report(
        .elementRepeated, section,
        allowed: "a section that occurs once, the one at \(first.line):\(first.column) only")
      return
    }
    self.first[section.name] = section
    let own = self.root.children.filter { $0.name == section.name }
    let isDirect = !own.isEmpty || self.sections.isWholeFile
    let found = isDirect ? own : Self.descendants(named: section.name, of: self.root)
    if found.count > 1 {
      self.report(
        .elementRepeated, section,
        allowed: "a unique section, of which the file has one; it has \(found.count)")
    } else if let element = found.first {
      self.add(Edit(section: section, range: element.byteRange, isNew: false))
    } else if self.sections.isWholeFile || Self.mayBeSection(section.name) {
      let end = self.root.contentRange.upperBound
      self.add(Edit(section: section, range: end..<end, isNew: true))
    } else {
      self.reportUnknown(section)
    }
  }

  /// Whether an element of that name may be a section that the file does not have: a known one, or
  /// one that nothing is known of, which an appliance of another release may have. A part of a
  /// section is none, and neither is a known name with a typing error.
  private static func mayBeSection(_ name: String) -> Bool {
    if KnownNames.known.contains(name) { return true }
    return NestedSections.way(to: name) == nil && !Self.parts.contains(name)
      && !LogSpellings.elements.contains(name) && !KnownNames.accessTables.contains(name)
      && !name.hasPrefix("log_")
      && !KnownNames.known.union(Self.parts).contains { TypingError.isOne(name, for: $0) }
  }

  /// What stands within sections.
  private static let parts = ConfigurationVocabulary.read.values.reduce(into: Set<String>()) {
    $0.formUnion($1)
  }.union(ConfigurationVocabulary.accessElements.map(\.name)).subtracting(KnownNames.known)

  /// Only sections may stand side by side: a text between them would be lost.
  mutating func checkText() {
    let text = self.sections.root.wordsOfText
    guard !text.isEmpty else { return }
    let start = self.sections.root.contentRange.lowerBound
    self.findings.append(
      Diagnostic(
        .contentUnexpected, at: self.sections.position(ofByte: start + self.sections.textOffset),
        found: "text \(Diagnostic.quote(text))", allowed: "elements only"))
  }

  /// Characters beyond ASCII become references in a file that is not UTF-8; CDATA knows none.
  mutating func checkEncoding(of section: XMLElement) {
    let content = self.sections.utf8[section.byteRange]
    guard content.contains(where: { $0 >= 0x80 }),
      ByteSearch("<![CDATA[").isFound(in: content)
    else { return }
    self.report(
      .encodingViolated, section,
      allowed: "no CDATA beside characters beyond ASCII, as the file is not UTF-8")
  }

  private mutating func add(_ edit: Edit) {
    if !edit.isNew, let outer = self.edits.first(where: { $0.range.overlaps(edit.range) }) {
      self.report(
        .elementRepeated, edit.section,
        allowed: "no section inside another that is replaced, <\(outer.section.name)>")
      return
    }
    self.edits.append(edit)
  }

  private mutating func report(_ code: DiagnosticCode, _ section: XMLElement, allowed: String) {
    self.findings.append(
      Diagnostic(
        code, at: self.position(of: section), found: "<\(section.name)>", allowed: allowed))
  }

  /// What a check of the sections says of a name, where that is an error; else that it is none of
  /// a section, with the name that it is near to.
  private mutating func reportUnknown(_ section: XMLElement) {
    let known = ConfigurationDecoder.finding(
      aboutUnknownSection: section, in: self.sections.root)
    if var known, known.severity == .error {
      known.position = self.position(of: section)
      self.findings.append(known)
      return
    }
    self.findings.append(
      Diagnostic(
        .contentUnexpected, at: self.position(of: section), found: "<\(section.name)>",
        allowed: "a section of the file, or one that an appliance knows", hint: known?.hint ?? ""))
  }

  private func position(of section: XMLElement) -> SourcePosition {
    self.sections.position(ofByte: section.byteRange.lowerBound)
  }

  private static func descendants(named name: String, of element: XMLElement) -> [XMLElement] {
    element.children.flatMap { child in
      child.name == name ? [child] : self.descendants(named: name, of: child)
    }
  }
}

/// Puts the pieces of two texts together.
struct SpliceWriter {
  private let base: [UInt8]
  private let sections: SplicedSections
  private let isUTF8: Bool
  private var edits: [SplicePlanner.Edit] = []
  private var bytes: [UInt8] = []
  private var pieces: [SplicedConfiguration.Piece] = []

  init(base: [UInt8], sections: SplicedSections, isUTF8: Bool) {
    self.base = base
    self.sections = sections
    self.isUTF8 = isUTF8
  }

  mutating func add(_ edit: SplicePlanner.Edit) {
    self.edits.append(edit)
  }

  mutating func finished() -> SplicedConfiguration {
    var next = 0
    // Stable, so that new sections stand in the order in which they were given.
    let ordered = self.edits.enumerated().sorted {
      ($0.element.range.lowerBound, $0.offset) < ($1.element.range.lowerBound, $1.offset)
    }
    for edit in ordered.map(\.element) {
      self.append(.base, next..<edit.range.lowerBound)
      self.appendSection(edit.section)
      if edit.isNew {
        self.appendGenerated([UInt8(ascii: "\n")], edit.section.byteRange.upperBound)
      }
      next = edit.range.upperBound
    }
    self.append(.base, next..<self.base.count)
    return SplicedConfiguration(
      bytes: self.bytes, pieces: self.pieces, base: self.base, sections: self.sections)
  }

  private mutating func append(_ source: ConfigurationSplice.Source, _ range: Range<Int>) {
    guard !range.isEmpty else { return }
    self.pieces.append(
      SplicedConfiguration.Piece(
        start: self.bytes.count, source: source, sourceStart: range.lowerBound,
        sourceLength: range.count))
    self.bytes += source == .base ? self.base[range] : self.sections.utf8[range]
  }

  /// Bytes that stand for what is at `sourceStart` of the overrides.
  private mutating func appendGenerated(_ generated: [UInt8], _ sourceStart: Int) {
    self.pieces.append(
      SplicedConfiguration.Piece(
        start: self.bytes.count, source: .overrides, sourceStart: sourceStart, sourceLength: 1))
    self.bytes += generated
  }

  /// A section with the namespaces that it had from the element around it.
  private mutating func appendSection(_ section: XMLElement) {
    let range = section.byteRange
    let declarations = self.declarations(of: section)
    guard !declarations.isEmpty else { return self.appendSection(range) }
    let content = self.sections.utf8[range]
    let tagEnd =
      content.dropFirst().firstIndex { " \t\r\n/>".utf8.contains($0) } ?? range.upperBound
    self.appendSection(range.lowerBound..<tagEnd)
    self.appendGenerated(Array(declarations.utf8), range.lowerBound)
    self.appendSection(tagEnd..<range.upperBound)
  }

  private func declarations(of section: XMLElement) -> String {
    let own = Set(section.attributes.map(\.name))
    return self.sections.root.attributes.filter { attribute in
      attribute.name.hasPrefix("xmlns:") && !own.contains(attribute.name)
    }.map { " \($0.name)=\"\(XMLEscape.escaped($0.value, .content))\"" }.joined()
  }

  /// Bytes as they are, or with character references where the file's encoding has no such bytes.
  private mutating func appendSection(_ range: Range<Int>) {
    guard !self.isUTF8 else { return self.append(.overrides, range) }
    var start = range.lowerBound
    while let index = self.sections.utf8[start..<range.upperBound].firstIndex(where: { $0 >= 0x80 })
    {
      self.append(.overrides, start..<index)
      let end =
        self.sections.utf8[(index + 1)..<range.upperBound].firstIndex { $0 & 0xC0 != 0x80 }
        ?? range.upperBound
      let text = String(decoding: self.sections.utf8[index..<end], as: UTF8.self)
      let references = text.unicodeScalars.map(XMLEscape.reference(to:)).joined()
      self.appendGenerated(Array(references.utf8), index)
      start = end
    }
    self.append(.overrides, start..<range.upperBound)
  }
}
