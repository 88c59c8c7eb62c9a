public import ApplianceConfiguration

/// How the findings of a check are written.
public enum CheckFormat: String, Sendable, CaseIterable {
  /// A line a finding and a summary, for a person.
  case text
  /// A short line a finding.
  case concise
  /// One document, a finding a line.
  case json
  /// JUnit XML: a suite a file, a case a finding.
  case junit
  /// SARIF 2.1.0, which code hosts show beside the lines of a change.
  case sarif
  /// Workflow commands of GitHub Actions, which shows them beside the lines of a change.
  case github
  /// A table for a comment on a change or a job's summary.
  case markdown
}

/// Writes the findings of a check in one format, file by file, so that nothing is kept of a file
/// that is written.
///
/// What is written is `opening`, then the `entry` of each file in order, with `lead` before the
/// first that is not empty and `separator` between them, and `closing`.
public struct CheckReport: Sendable {
  /// What is asked of a report.
  public struct Options: Sendable {
    /// The least severe finding that fails the check.
    public var failingOn = Diagnostic.Severity.error
    /// Whether there is nothing but findings.
    public var isQuiet = false
    /// Whether all that is not modelled is listed.
    public var isVerbose = false
    /// Whether there are counts by code in the place of findings.
    public var isStatistics = false
    /// The baseline's name as given; empty without one.
    public var baseline = ""
    /// The version that the files were to come from; empty for any.
    public var targetVersion = ""
    /// This program's version.
    public var productVersion = ""
    /// Where names of files begin.
    public var base = ReportBase()

    /// Options unless set.
    public init() {}
  }

  let format: CheckFormat
  let options: Options

  /// A report in a format.
  public init(_ format: CheckFormat, _ options: Options = Options()) {
    self.format = format
    self.options = options
  }

  /// What comes before all files.
  public var opening: [UInt8] {
    switch self.format {
    case .text, .concise, .github: []
    case .json: Array("{ \"files\" : [".utf8)
    case .junit: JUnitDocument.opening
    case .sarif: self.sarifOpening
    case .markdown: Array("### Configuration check\n\n".utf8)
    }
  }

  /// What comes before the first entry that is not empty.
  public var lead: [UInt8] {
    switch self.format {
    case .json, .sarif: [0x0A]
    case .markdown where !self.options.isStatistics:
      Array("| place | severity | code | finding |\n|---|---|---|---|\n".utf8)
    default: []
    }
  }

  /// What comes between two entries that are not empty.
  public var separator: [UInt8] {
    switch self.format {
    case .json, .sarif: Array(",\n".utf8)
    default: []
    }
  }

  /// A file's findings.
  public func entry(_ file: CheckedFile) -> [UInt8] {
    if self.options.isStatistics { return [] }
    switch self.format {
    case .text, .concise, .github, .markdown: return self.lines(of: file)
    case .json: return self.json(of: file)
    case .junit: return JUnitDocument.fragment(self.suite(of: file))
    case .sarif: return self.sarif(of: file)
    }
  }

  /// What comes after all files.
  public func closing(_ summary: CheckSummary) -> [UInt8] {
    switch self.format {
    case .text, .concise, .github: Self.lines(self.summaryLines(summary))
    case .markdown: self.markdownClosing(summary)
    case .json: self.jsonClosing(summary)
    case .junit: self.junitClosing(summary)
    case .sarif: self.sarifClosing(summary)
    }
  }

  /// A whole report.
  public func bytes(of files: [CheckedFile], gone: [FindingKey]? = nil) -> [UInt8] {
    var (bytes, summary, isFirst) = (self.opening, CheckSummary(), true)
    summary.gone = gone
    for file in files {
      summary.add(file)
      let entry = self.entry(file)
      guard !entry.isEmpty else { continue }
      bytes += (isFirst ? self.lead : self.separator) + entry
      isFirst = false
    }
    return bytes + self.closing(summary)
  }

  static func lines(_ lines: [String]) -> [UInt8] {
    lines.reduce(into: []) { bytes, line in
      bytes += line.utf8
      bytes.append(0x0A)
    }
  }

  // MARK: Words for all formats

  /// By which rules the files were checked, and which releases they are of.
  func rules(_ summary: CheckSummary) -> String {
    let versions = summary.versions.filter { !$0.key.isEmpty }
      .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let none = summary.versions["", default: 0]
    let isOne = summary.files == 1
    let listed = versions.prefix(5).map {
      escapingControls($0.key) + (isOne ? "" : " (\($0.value))")
    }
    var text = "appliance-sim \(self.options.productVersion), one set for every release"
    if !self.options.targetVersion.isEmpty {
      text += "; files are to be of \(escapingControls(self.options.targetVersion))"
    }
    if !listed.isEmpty {
      text +=
        "; the \(isOne ? "file is" : "files are") of release \(listed.joined(separator: ", "))"
      if versions.count > listed.count { text += ", ... (\(versions.count) releases)" }
    }
    if none > 0 { text += isOne ? "; the file names no release" : "; \(none) name no release" }
    return text + summary.formWords(isOne: isOne)
  }

  /// What there is to say beside findings and their number: coverage, rules, what was left out.
  func remarks(_ summary: CheckSummary) -> [String] {
    var lines: [String] = []
    if summary.coverage.sections > 0 {
      lines.append(summary.coverage.line(namesMax: self.options.isVerbose ? nil : 8))
    }
    if let references = summary.references { lines.append(references.text) }
    return lines + self.scope(summary)
  }

  /// What every format says: by which rules files were checked, and which were left out.
  func scope(_ summary: CheckSummary) -> [String] {
    let rules = "rules: \(self.rules(summary))"
    if summary.leftOut.isEmpty { return [rules] }
    return [rules, "left out: " + summary.leftOut.joined(separator: ", ")]
  }

  static func goneLines(_ gone: [FindingKey]) -> [String] {
    gone.map { key in
      escapingControls("\(key.file): accepted and no longer found: \(key.code) at \(key.path)")
    }
  }

  /// How a report names a file: where it has a base, from there on.
  public func placeName(of file: String) -> String { self.options.base.name(of: file) }

  /// The key of a finding that is gone, with the name that the report has for its file.
  public func placed(_ key: FindingKey, in file: String) -> FindingKey {
    guard self.options.base.uri != nil else { return key }
    return FindingKey(
      file: self.placeName(of: file), code: key.code, path: key.path, found: key.found)
  }
}
