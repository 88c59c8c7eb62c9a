public import ApplianceConfiguration

/// Loads subsections over a configuration file, by the appliance's rules.
///
/// A section that is present replaces the file's section of that name as a whole; an absent one leaves
/// it alone; an empty one clears it. A section must be complete and unique: one of a name that stands
/// directly in `config`, or else at a single place deeper, or else a known name, which is added.
/// Source: docs/FIDELITY.md, "Whole file or nothing".
public enum ConfigurationSplice {
  /// Which of the two texts a place is in.
  public enum Source: Hashable, Sendable {
    case base, overrides
  }

  /// The most sections that are loaded at once; a real file has some forty.
  public static let sectionsMax = 1000

  private static let prologue =
    #"<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE config SYSTEM "config.dtd"><config>"# + "\n"

  /// The file with the sections of `overrides` in the place of its own; new ones come last.
  ///
  /// - Parameters:
  ///   - overrides: complete sections, one after the other.
  ///   - base: the bytes of a whole configuration file.
  /// - Returns: a whole file, or what stopped the reading of either.
  public static func apply(
    overrides: String, to base: [UInt8], limits: ReadingLimits = ReadingLimits()
  ) -> Result<SplicedConfiguration, SpliceFailure> {
    let parser = XMLTreeParser(limits: limits)
    let end = self.end(of: overrides)
    let root: XMLElement
    switch parser.parse(base) {
    case .failure(let error):
      return .failure(SpliceFailure([error.diagnostic], in: .base))
    case .success(let document): root = document.root
    }
    let encoding = self.encoding(of: base)
    guard !encoding.isUTF16 else {
      let problem = Diagnostic(
        .encodingUnsupported, at: SourcePosition(line: 1, column: 1), found: "UTF-16",
        allowed: "ISO-8859-1, US-ASCII or UTF-8 to load sections over")
      return .failure(SpliceFailure([problem], in: .base))
    }
    // An appliance's rules: the sections stand in a `config` of their own, a line further down.
    let wrapped = Array((self.prologue + overrides + "\n</config>").utf8)
    let sections: XMLElement
    switch parser.parse(wrapped) {
    case .failure(let error):
      return .failure(SpliceFailure([error.diagnostic.movedUp(notBehind: end)], in: .overrides))
    case .success(let document): sections = document.root
    }
    guard sections.children.count <= self.sectionsMax else {
      let excess = Diagnostic(
        .limitExceeded, at: SourcePosition(line: 1, column: 1),
        found: "\(sections.children.count) sections", allowed: "\(self.sectionsMax) sections")
      return .failure(SpliceFailure([excess], in: .overrides))
    }
    var planner = SplicePlanner(root: root)
    for section in sections.children { planner.add(section) }
    planner.checkText(of: sections)
    let isUTF8 = encoding == .utf8
    for section in sections.children where !isUTF8 {
      planner.checkEncoding(of: section, in: wrapped)
    }
    guard planner.findings.isEmpty else {
      let findings = planner.findings.map { $0.movedUp(notBehind: end) }
      return .failure(SpliceFailure(findings, in: .overrides))
    }
    var writer = SpliceWriter(base: base, overrides: wrapped, isUTF8: isUTF8)
    for edit in planner.edits { writer.add(edit) }
    return .success(writer.finished())
  }

  /// The place behind the last character that is not blank.
  private static func end(of overrides: String) -> SourcePosition {
    let bytes = Array(overrides.utf8)
    let blanks = bytes.reversed().prefix { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
    return SourceCursor.position(ofByte: bytes.count - blanks.count, in: bytes)
  }

  private static func encoding(of base: [UInt8]) -> SourceText.Encoding {
    guard case .success(let text) = SourceText.decode(base) else { return .ascii }
    return text.encoding
  }
}

/// Why sections could not be loaded over a file.
public struct SpliceFailure: Error, Hashable, Sendable {
  /// What is wrong, at places of `source`; at least one.
  public let findings: [Diagnostic]
  /// The text that it is wrong with.
  public let source: ConfigurationSplice.Source

  init(_ findings: [Diagnostic], in source: ConfigurationSplice.Source) {
    self.findings = findings
    self.source = source
  }
}

extension Diagnostic {
  /// At the place in the overrides as they were given: the line of the prologue is not theirs.
  fileprivate func movedUp(notBehind end: SourcePosition) -> Diagnostic {
    var result = self
    result.position = self.position.map { place in
      guard place.line > 1 else { return SourcePosition(line: 1, column: 1) }
      return min(SourcePosition(line: place.line - 1, column: place.column), end)
    }
    return result
  }
}

/// A configuration file with sections loaded over it, and the way back from its places to theirs.
public struct SplicedConfiguration: Sendable {
  /// A stretch of the result that stands in one of the sources, byte for byte.
  struct Piece: Sendable {
    var start: Int
    var source: ConfigurationSplice.Source
    var sourceStart: Int
    var sourceLength: Int
  }

  /// The bytes of the whole file, for `ConfigurationReader`.
  public let bytes: [UInt8]
  /// In order, without gaps.
  let pieces: [Piece]
  let base: [UInt8]
  let overrides: [UInt8]

  /// Where a place of `bytes` comes from.
  ///
  /// - Complexity: O(size of the file).
  public func origin(
    of position: SourcePosition
  ) -> (source: ConfigurationSplice.Source, position: SourcePosition) {
    let offset = Self.offset(of: position, in: self.bytes)
    guard let piece = self.pieces.last(where: { $0.start <= offset }) else {
      return (.base, position)
    }
    let within = min(offset - piece.start, max(piece.sourceLength - 1, 0))
    let source = piece.sourceStart + within
    switch piece.source {
    case .base:
      let place = SourceCursor.position(
        ofByte: min(source, self.base.count), in: self.base, markBytes: Self.mark(self.base))
      return (.base, place)
    case .overrides:
      let place = SourceCursor.position(
        ofByte: min(source, self.overrides.count), in: self.overrides)
      return (.overrides, SourcePosition(line: max(place.line - 1, 1), column: place.column))
    }
  }

  private static func mark(_ bytes: [UInt8]) -> Int {
    bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  private static func offset(of position: SourcePosition, in bytes: [UInt8]) -> Int {
    var start = self.mark(bytes)
    var line = 1
    while line < position.line, let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
      start = end + 1
      line += 1
    }
    return min(start + position.column - 1, bytes.count)
  }
}
