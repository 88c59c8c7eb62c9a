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
  ///   - input: a whole file, which begins with a declaration or a mark of UTF-16, or sections in
  ///     UTF-8; either may have the mark of UTF-8 before it.
  ///   - current: the file that the appliance has now, whose version the other must have.
  ///   - isTimeZone: whether a time zone has this name.
  public static func load(
    _ input: [UInt8], over current: [UInt8], limits: ReadingLimits = ReadingLimits(),
    isTimeZone: @escaping @Sendable (String) -> Bool = { HostSyntax.isTimeZoneName($0) }
  ) -> Outcome {
    var reader = ConfigurationReader(limits: limits)
    reader.isTimeZone = isTimeZone
    let mark = input.starts(with: Self.mark) ? Self.mark.count : 0
    let isBlank = input.dropFirst(mark).allSatisfy {
      $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D
    }
    guard !isBlank else { return .noData }
    guard self.isWholeFile(input) else {
      let outcome = self.loadSections(Array(input.dropFirst(mark)), over: current, reader)
      guard mark > 0, case .refused(let findings) = outcome else { return outcome }
      return .refused(findings.map { $0.moved(byBytes: mark) })
    }
    let before = ConfigurationReader(mode: .lenient, limits: limits)
      .read(bytes: current, name: "")
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
    _ input: [UInt8], over current: [UInt8], _ reader: ConfigurationReader
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
    switch ConfigurationSplice.apply(overrides: sections, to: current, limits: reader.limits)
    {
    case .failure(let failure):
      return .refused(self.findings(failure.findings, in: failure.source))
    case .success(let spliced):
      let result = reader.read(bytes: spliced.bytes, name: "")
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

  /// The byte order mark of UTF-8, which some editors put before sections too.
  private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

  private static func isWholeFile(_ input: [UInt8]) -> Bool {
    let marks: [[UInt8]] = [[0xFF, 0xFE], [0xFE, 0xFF]]
    let content = input.starts(with: self.mark) ? input.dropFirst(self.mark.count) : input[...]
    return content.starts(with: "<?xml".utf8) || marks.contains { input.starts(with: $0) }
  }
}

extension ConfigurationLoading.Finding {
  /// At the place in the sections as they were given, with a mark before them.
  fileprivate func moved(byBytes count: Int) -> Self {
    guard self.source == .overrides, let place = self.diagnostic.position, place.line == 1 else {
      return self
    }
    var diagnostic = self.diagnostic
    diagnostic.position = SourcePosition(line: 1, column: place.column + count)
    return Self(diagnostic: diagnostic, source: self.source)
  }
}
