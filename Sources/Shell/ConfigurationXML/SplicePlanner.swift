import ApplianceConfiguration

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
  private var places: [String: SourcePosition] = [:]

  init(root: XMLElement) {
    self.root = root
  }

  mutating func add(_ section: XMLElement) {
    if let first = self.places[section.name] {
      self.report(
        .elementRepeated, section,
        allowed: "a section that stands once, the one at \(first.line - 1):\(first.column) only")
      return
    }
    self.places[section.name] = section.position
    let own = self.root.children.filter { $0.name == section.name }
    let found = own.isEmpty ? Self.descendants(named: section.name, of: self.root) : own
    if found.count > 1 {
      self.report(
        .elementRepeated, section,
        allowed: "a unique section, of which the file has one; it has \(found.count)")
    } else if let element = found.first {
      self.add(Edit(section: section, range: element.byteRange, isNew: false))
    } else if KnownNames.modelled.union(KnownNames.notModelled).contains(section.name) {
      let end = self.root.contentRange.upperBound
      self.add(Edit(section: section, range: end..<end, isNew: true))
    } else {
      self.report(
        .contentUnexpected, section,
        allowed: "a section of the file, or one that an appliance knows")
    }
  }

  /// Only sections may stand side by side: a text between them would be lost.
  mutating func checkText(of sections: XMLElement) {
    let text = sections.wordsOfText
    guard !text.isEmpty else { return }
    let place = SourcePosition(line: 2, column: 1)
    self.findings.append(
      Diagnostic(
        .contentUnexpected, at: place, found: "text \(Diagnostic.quote(text))",
        allowed: "elements only"))
  }

  /// Characters beyond ASCII become references in a file that is not UTF-8; CDATA knows none.
  mutating func checkEncoding(of section: XMLElement, in bytes: [UInt8]) {
    let content = bytes[section.byteRange]
    guard content.contains(where: { $0 >= 0x80 }),
      String(decoding: content, as: UTF8.self).contains("<![CDATA[")
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
      Diagnostic(code, at: section.position, found: "<\(section.name)>", allowed: allowed))
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
  private let overrides: [UInt8]
  private let isUTF8: Bool
  private var edits: [SplicePlanner.Edit] = []
  private var bytes: [UInt8] = []
  private var pieces: [SplicedConfiguration.Piece] = []

  init(base: [UInt8], overrides: [UInt8], isUTF8: Bool) {
    self.base = base
    self.overrides = overrides
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
      self.appendSection(edit.section.byteRange)
      if edit.isNew {
        self.appendGenerated([UInt8(ascii: "\n")], edit.section.byteRange.upperBound)
      }
      next = edit.range.upperBound
    }
    self.append(.base, next..<self.base.count)
    return SplicedConfiguration(
      bytes: self.bytes, pieces: self.pieces, base: self.base, overrides: self.overrides)
  }

  private mutating func append(_ source: ConfigurationSplice.Source, _ range: Range<Int>) {
    guard !range.isEmpty else { return }
    self.pieces.append(
      SplicedConfiguration.Piece(
        start: self.bytes.count, source: source, sourceStart: range.lowerBound,
        sourceLength: range.count))
    self.bytes += source == .base ? self.base[range] : self.overrides[range]
  }

  /// Bytes that stand for what is at `sourceStart` of the overrides.
  private mutating func appendGenerated(_ generated: [UInt8], _ sourceStart: Int) {
    self.pieces.append(
      SplicedConfiguration.Piece(
        start: self.bytes.count, source: .overrides, sourceStart: sourceStart, sourceLength: 1))
    self.bytes += generated
  }

  /// A section as it is, or with character references where the file's encoding has no such bytes.
  private mutating func appendSection(_ range: Range<Int>) {
    guard !self.isUTF8 else { return self.append(.overrides, range) }
    var start = range.lowerBound
    while let index = self.overrides[start..<range.upperBound].firstIndex(where: { $0 >= 0x80 }) {
      self.append(.overrides, start..<index)
      let end =
        self.overrides[(index + 1)..<range.upperBound].firstIndex { $0 & 0xC0 != 0x80 }
        ?? range.upperBound
      let text = String(decoding: self.overrides[index..<end], as: UTF8.self)
      let references = text.unicodeScalars.map { "&#\($0.value);" }.joined()
      self.appendGenerated(Array(references.utf8), index)
      start = end
    }
    self.append(.overrides, start..<range.upperBound)
  }
}
