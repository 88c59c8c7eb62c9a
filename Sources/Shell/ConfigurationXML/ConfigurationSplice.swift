public import ApplianceConfiguration

/// Loads sections over a configuration file, by the appliance's rules.
///
/// A section that is present replaces the file's section of that name as a whole; an absent one
/// leaves
/// it alone; an empty one clears it. A section must be complete and unique: one of a name that
/// stands
/// directly in `config`, or else at a single place deeper, or else a known name, which is added.
/// Source: docs/FIDELITY.md, "Whole file or sections".
public enum ConfigurationSplice {
  /// Which of the two texts a place is in.
  public enum Source: Hashable, Sendable {
    case base, overrides
  }

  /// The most sections that are loaded at once; a real file has some forty.
  public static let sectionsMax = 1000

  /// The file with the sections of `overrides` in the place of its own; new ones come last.
  ///
  /// - Parameters:
  ///   - overrides: complete sections, one after the other, or one `config` around them.
  ///   - base: the bytes of a whole configuration file.
  /// - Returns: a whole file, or what stopped the reading of either.
  public static func apply(
    overrides: String, to base: [UInt8], limits: ReadingLimits = ReadingLimits()
  ) -> Result<SplicedConfiguration, SpliceFailure> {
    do throws(SpliceFailure) {
      let root = try self.root(of: base, limits)
      let sections = try SplicedSections(bare: overrides, XMLTreeParser(limits: limits))
      return .success(try self.apply(sections, to: base, root))
    } catch {
      return .failure(error)
    }
  }

  /// The file with the sections of another, which may be a whole one, in the place of its own.
  ///
  /// - Parameters:
  ///   - file: declaration, document type and `config` around the sections; or `config` alone or
  ///     sections alone, in UTF-8.
  ///   - base: the bytes of a whole configuration file; of one in UTF-16 the result is in UTF-8.
  public static func apply(
    file: [UInt8], to base: [UInt8], limits: ReadingLimits = ReadingLimits()
  ) -> Result<SplicedConfiguration, SpliceFailure> {
    let base = SourceText.inBytes(base)
    do throws(SpliceFailure) {
      let root = try self.root(of: base, limits)
      let sections = try SplicedSections(file: file, XMLTreeParser(limits: limits))
      return .success(try self.apply(sections, to: base, root))
    } catch {
      return .failure(error)
    }
  }

  private static func root(
    of base: [UInt8], _ limits: ReadingLimits
  ) throws(SpliceFailure) -> XMLElement {
    switch XMLTreeParser(limits: limits).parse(base) {
    case .failure(let error): throw SpliceFailure([error.diagnostic], in: .base)
    case .success(let document): return document.root
    }
  }

  private static func apply(
    _ sections: SplicedSections, to base: [UInt8], _ root: XMLElement
  ) throws(SpliceFailure) -> SplicedConfiguration {
    let encoding = self.encoding(of: base)
    guard !encoding.isUTF16 else {
      let problem = Diagnostic(
        .encodingUnsupported, at: SourcePosition(line: 1, column: 1), found: "UTF-16",
        allowed: "ISO-8859-1, US-ASCII or UTF-8 to load sections over")
      throw SpliceFailure([problem], in: .base)
    }
    let children = sections.root.children
    guard children.count <= self.sectionsMax else {
      let excess = Diagnostic(
        .limitExceeded, at: SourcePosition(line: 1, column: 1),
        found: "\(children.count) sections", allowed: "\(self.sectionsMax) sections")
      throw SpliceFailure([excess], in: .overrides)
    }
    var planner = SplicePlanner(root: root, sections: sections)
    for section in children { planner.add(section) }
    planner.checkText()
    let isUTF8 = encoding == .utf8
    for section in children where !isUTF8 { planner.checkEncoding(of: section) }
    guard planner.findings.isEmpty else {
      throw SpliceFailure(planner.findings, in: .overrides)
    }
    var writer = SpliceWriter(base: base, sections: sections, isUTF8: isUTF8)
    for edit in planner.edits { writer.add(edit) }
    return writer.finished()
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

extension SourceText {
  /// A file in UTF-16 as UTF-8, which it says that it is; any other as it stands.
  static func inBytes(_ file: [UInt8]) -> [UInt8] {
    guard case .success(let text) = self.decode(file), text.encoding.isUTF16 else { return file }
    let end = text.utf8.firstIndex(of: UInt8(ascii: ">")) ?? text.utf8.startIndex
    let declaration = String(decoding: text.utf8[..<end], as: UTF8.self)
    let plain = declaration.replacing(/(?i)utf-16(le|be)?/, with: "UTF-8")
    return Array(plain.utf8) + text.utf8[end...]
  }
}
