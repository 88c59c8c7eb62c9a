public import ApplianceConfiguration

/// What `loadconfig` makes of a text: a whole file, or complete and unique subsections.
///
/// Everything is validated before anything is changed: the result is a whole new file, or nothing.
/// Source: docs/FIDELITY.md, "Whole file or nothing".
public enum ConfigurationLoading {
  /// What came of it.
  public enum Outcome: Sendable {
    /// A file to take the place of the current one, and what it means.
    case loaded(bytes: [UInt8], Configuration, [Diagnostic])
    /// The text is empty or blank.
    case noData
    /// Nothing is changed; the findings say why.
    case refused([Finding])
  }

  /// Why nothing was loaded.
  public struct Finding: Hashable, Sendable {
    /// What is wrong, at a place of `source`.
    public let diagnostic: Diagnostic
    /// The input (`overrides`), or the file that it is loaded over.
    public let source: ConfigurationSplice.Source
  }

  /// Validates `input` against the file of the appliance that is to load it.
  ///
  /// - Parameters:
  ///   - input: a whole file, which begins with a declaration or a mark, or sections in UTF-8.
  ///   - current: the file that the appliance has now, whose version the other must have.
  public static func load(
    _ input: [UInt8], over current: [UInt8], limits: ReadingLimits = ReadingLimits()
  ) -> Outcome {
    let isBlank = input.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
    guard !isBlank else { return .noData }
    guard self.isWholeFile(input) else { return self.loadSections(input, over: current, limits) }
    let before = ConfigurationReader(mode: .lenient, limits: limits)
      .read(bytes: current, name: "")
    var reader = ConfigurationReader(limits: limits)
    let identity = before.configuration?.identity
    if let version = identity?.version, version.state == .present {
      reader.targetVersion = version.value
    }
    if let model = identity?.model, model.state == .present { reader.targetModel = model.value }
    let result = reader.read(bytes: input, name: "")
    guard let configuration = result.configuration else {
      return .refused(self.findings(result.diagnostics, in: .overrides))
    }
    return .loaded(bytes: input, configuration, result.diagnostics)
  }

  private static func loadSections(
    _ input: [UInt8], over current: [UInt8], _ limits: ReadingLimits
  ) -> Outcome {
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: input.span)
    } catch {
      let problem = Diagnostic(
        .encodingViolated,
        at: SourceCursor.position(ofByte: error.byteOffsets.lowerBound, in: input),
        found: "bytes that are no character", allowed: "sections in UTF-8")
      return .refused(self.findings([problem], in: .overrides))
    }
    let sections = String(decoding: input, as: UTF8.self)
    switch ConfigurationSplice.apply(overrides: sections, to: current, limits: limits) {
    case .failure(let failure):
      return .refused(self.findings(failure.findings, in: failure.source))
    case .success(let spliced):
      let result = ConfigurationReader(limits: limits).read(bytes: spliced.bytes, name: "")
      guard let configuration = result.configuration else {
        return .refused(self.inSections(result.diagnostics, spliced))
      }
      return .loaded(bytes: spliced.bytes, configuration, result.diagnostics)
    }
  }

  private static func findings(
    _ diagnostics: [Diagnostic], in source: ConfigurationSplice.Source
  ) -> [Finding] {
    diagnostics.filter { $0.severity == .error }.map { Finding(diagnostic: $0, source: source) }
  }

  /// Findings at the places of the sections as they were given; of the file at those of the file.
  private static func inSections(
    _ findings: [Diagnostic], _ spliced: SplicedConfiguration
  ) -> [Finding] {
    // Each place costs a walk over the file.
    findings.filter { $0.severity == .error }.prefix(100).map { diagnostic in
      var moved = diagnostic
      guard let place = diagnostic.position.map({ spliced.origin(of: $0) }) else {
        return Finding(diagnostic: diagnostic, source: .overrides)
      }
      moved.position = place.position
      return Finding(diagnostic: moved, source: place.source)
    }
  }

  private static func isWholeFile(_ input: [UInt8]) -> Bool {
    let marks: [[UInt8]] = [[0xEF, 0xBB, 0xBF], [0xFF, 0xFE], [0xFE, 0xFF]]
    return input.starts(with: "<?xml".utf8) || marks.contains { input.starts(with: $0) }
  }
}
