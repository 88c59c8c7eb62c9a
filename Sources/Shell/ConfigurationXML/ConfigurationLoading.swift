public import ApplianceConfiguration

/// What `loadconfig` makes of a text: sections over the configuration that an appliance has.
///
/// A file loads the sections that it holds, be they all of an appliance's or one; what it does not
/// hold stays as it is. Everything is validated before anything is changed: the result is a whole
/// new file, or nothing. Source: docs/FIDELITY.md, "Whole file or sections".
public enum ConfigurationLoading {
  /// What came of it.
  public enum Outcome: Sendable {
    case loaded(Loaded)
    /// The text is empty or blank, or holds no section.
    case noData
    /// Nothing is changed; the findings say why.
    case refused([Finding])
  }

  /// A file to take the place of the current one.
  public struct Loaded: Sendable {
    /// The file.
    public let bytes: [UInt8]
    /// What it means.
    public let configuration: Configuration
    /// What is to be said about it.
    public let diagnostics: [Diagnostic]
    /// What the input was taken as.
    public let form: DocumentForm
    /// What is to be said about the input as it was given, and not about the file.
    public let ofInput: [Diagnostic]
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
  ///   - input: declaration, document type and `config` around sections, with or without a header
  ///     comment; or, for convenience, `config` alone or sections alone, in UTF-8. Each may have
  ///     the mark of UTF-8 before it.
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
    let base = SourceText.inBytes(current)
    let before = ConfigurationReader(mode: .lenient, limits: limits).read(bytes: base, name: "")
    var inputReader = reader
    inputReader.takesSections = true
    if let identity = before.configuration?.identity {
      if identity.version.state == .present { inputReader.targetVersion = identity.version.value }
      if identity.model.state == .present { inputReader.targetModel = identity.model.value }
    }
    // By itself first: its places are those of the file as it is, in any encoding.
    let result = inputReader.read(bytes: input, name: "")
    guard result.configuration != nil else {
      return .refused(self.findings(result.diagnostics, in: .overrides))
    }
    if result.form == .sections([]) { return .noData }
    let ofInput = result.diagnostics.filter {
      [.modelMismatch, .prologueMissing].contains($0.code)
    }
    return self.finish(
      ConfigurationSplice.apply(file: input, to: base, limits: limits), reader,
      form: result.form, ofInput: ofInput)
  }

  private static func finish(
    _ spliced: Result<SplicedConfiguration, SpliceFailure>, _ reader: ConfigurationReader,
    form: DocumentForm, ofInput: [Diagnostic]
  ) -> Outcome {
    switch spliced {
    case .failure(let failure):
      return .refused(self.findings(failure.findings, in: failure.source))
    case .success(let spliced):
      let result = reader.read(bytes: spliced.bytes, name: "")
      guard let configuration = result.configuration else {
        return .refused(self.inSections(result.diagnostics, spliced))
      }
      return .loaded(
        Loaded(
          bytes: spliced.bytes, configuration: configuration, diagnostics: result.diagnostics,
          form: form, ofInput: ofInput))
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
}
