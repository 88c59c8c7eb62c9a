public import ApplianceConfiguration

/// Loads subsections over a configuration file, by the appliance's rules.
///
/// A top-level section that is present replaces the file's section of that name as a whole; an absent one
/// leaves it alone; an empty one clears it. Source: docs/FIDELITY.md, "Whole file or nothing".
public enum ConfigurationSplice {
  /// The file with the sections of `overrides` in the place of its own; new ones come last.
  ///
  /// - Parameters:
  ///   - base: a whole configuration file.
  ///   - overrides: complete top-level sections, one after the other.
  /// - Returns: the bytes of a whole file, or the finding that stopped the reading of either.
  public static func apply(
    overrides: String, to base: [UInt8]
  ) -> Result<[UInt8], SpliceFailure> {
    let parser = XMLTreeParser(limits: ReadingLimits())
    let wrapped =
      #"<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE config SYSTEM "config.dtd"><config>"#
      + overrides + "</config>"
    let sections: XMLElement
    let root: XMLElement
    switch parser.parse(Array(wrapped.utf8)) {
    case .failure(let error): return .failure(SpliceFailure(error.diagnostic, inOverrides: true))
    case .success(let document): sections = document.root
    }
    switch parser.parse(base) {
    case .failure(let error): return .failure(SpliceFailure(error.diagnostic, inOverrides: false))
    case .success(let document): root = document.root
    }
    if let ambiguous = self.ambiguous(sections, in: root) {
      return .failure(SpliceFailure(ambiguous, inOverrides: true))
    }
    return .success(self.spliced(sections, Array(wrapped.utf8), root, base))
  }

  /// A section that stands twice, here or there, is not unique.
  private static func ambiguous(_ sections: XMLElement, in root: XMLElement) -> Diagnostic? {
    for section in sections.children {
      let twice = [sections, root].contains { element in
        element.children.count { $0.name == section.name } > 1
      }
      guard twice else { continue }
      return Diagnostic(
        .elementRepeated, at: section.position, found: "<\(section.name)>",
        allowed: "a section that stands once")
    }
    return nil
  }

  private static func spliced(
    _ sections: XMLElement, _ source: [UInt8], _ root: XMLElement, _ base: [UInt8]
  ) -> [UInt8] {
    var edits: [(range: Range<Int>, bytes: [UInt8])] = []
    for section in sections.children {
      let bytes = Array(source[section.byteRange])
      let end = root.contentRange.upperBound
      let own = root.children.first { $0.name == section.name }?.byteRange
      edits.append((own ?? end..<end, bytes + (own == nil ? [0x0A] : [])))
    }
    var result = base
    // From the back, so that the ranges in front stay right; a stable order for those at the end.
    for edit in edits.enumerated().sorted(by: {
      ($0.element.range.lowerBound, $0.offset) > ($1.element.range.lowerBound, $1.offset)
    }) {
      result.replaceSubrange(edit.element.range, with: edit.element.bytes)
    }
    return result
  }
}

/// Why sections could not be loaded over a file.
public struct SpliceFailure: Error, Hashable, Sendable {
  /// What is wrong.
  public let diagnostic: Diagnostic
  /// Whether it is wrong with the sections; if not, with the file.
  public let inOverrides: Bool

  init(_ diagnostic: Diagnostic, inOverrides: Bool) {
    self.diagnostic = diagnostic
    self.inOverrides = inOverrides
  }
}
