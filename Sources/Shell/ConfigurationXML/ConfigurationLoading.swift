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
    guard self.isDocument(input) else {
      let outcome = self.loadBare(Array(input.dropFirst(mark)), over: base, reader)
      guard mark > 0, case .refused(let findings) = outcome else { return outcome }
      return .refused(findings.map { $0.moved(byBytes: mark) })
    }
    return self.loadDocument(input, over: base, reader)
  }

  private static func loadDocument(
    _ input: [UInt8], over base: [UInt8], _ reader: ConfigurationReader
  ) -> Outcome {
    let before = ConfigurationReader(mode: .lenient, limits: reader.limits)
      .read(bytes: base, name: "")
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
    let ofInput = result.diagnostics.filter { $0.code == .modelMismatch }
    return self.finish(
      ConfigurationSplice.apply(document: input, to: base, limits: reader.limits), reader,
      form: result.form, ofInput: ofInput)
  }

  private static func loadBare(
    _ input: [UInt8], over base: [UInt8], _ reader: ConfigurationReader
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
    let text = String(decoding: input, as: UTF8.self)
    let note = Diagnostic(
      .prologueMissing, at: SourcePosition(line: 1, column: 1), found: "",
      allowed: #"<?xml version="1.0"?>, <!DOCTYPE config SYSTEM "config.dtd"> and <config>"#)
    return self.finish(
      ConfigurationSplice.apply(overrides: text, to: base, limits: reader.limits), reader,
      form: nil, ofInput: [note])
  }

  /// - Parameter form: what the input was taken as; `nil` for the sections that it holds.
  private static func finish(
    _ spliced: Result<SplicedConfiguration, SpliceFailure>, _ reader: ConfigurationReader,
    form: DocumentForm?, ofInput: [Diagnostic]
  ) -> Outcome {
    switch spliced {
    case .failure(let failure):
      return .refused(self.findings(failure.findings, in: failure.source))
    case .success(let spliced):
      let form = form ?? .sections(spliced.sections.root.children.map(\.name))
      if form == .sections([]) { return .noData }
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

  private static func isDocument(_ input: [UInt8]) -> Bool {
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

extension SourceText {
  /// A file in UTF-16 as UTF-8, which it says that it is; any other as it stands.
  fileprivate static func inBytes(_ file: [UInt8]) -> [UInt8] {
    guard case .success(let text) = self.decode(file), text.encoding.isUTF16 else { return file }
    let end = text.utf8.firstIndex(of: UInt8(ascii: ">")) ?? text.utf8.startIndex
    let declaration = String(decoding: text.utf8[..<end], as: UTF8.self)
    let plain = declaration.replacing(/(?i)utf-16(le|be)?/, with: "UTF-8")
    return Array(plain.utf8) + text.utf8[end...]
  }
}
