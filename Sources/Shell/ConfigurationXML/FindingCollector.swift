import ApplianceConfiguration

/// Gathers findings up to a bound of each severity, and knows whether an error was among them.
struct FindingCollector: Sendable {
  private(set) var findings: [Diagnostic] = []
  /// Places whose value was not understood: what stands for it is nothing to find anything about.
  private(set) var placeholders: [SourcePosition] = []
  private var counts = SeverityCounts()
  private let findingsMax: Int
  /// How severe a reading it is.
  let mode: ReadingMode
  /// Codes that something else decides, such as a document type; they are not listed.
  private let decidedElsewhere: Set<DiagnosticCode>

  init(
    findingsMax: Int, mode: ReadingMode = .strict, decidedElsewhere: Set<DiagnosticCode> = []
  ) {
    self.findingsMax = findingsMax
    self.mode = mode
    self.decidedElsewhere = decidedElsewhere
  }

  /// Whether an error was found, listed or not.
  var hasError: Bool { self.counts[.error] > 0 }

  /// Whether a finding with one of `codes` is listed.
  func contains(anyOf codes: Set<DiagnosticCode>) -> Bool {
    self.findings.contains { codes.contains($0.code) }
  }

  /// Lists `finding`, or counts it when the bound of its severity is reached.
  ///
  /// In lenient reading what an appliance would refuse is a warning.
  mutating func add(_ finding: Diagnostic) {
    var finding = finding
    if let position = finding.position, position.line == 0 {
      // Nothing is said of what was put around sections.
      guard position != NestedSections.nowhere else { return }
      finding.position = SourcePosition(line: 1, column: 1)
    }
    guard !self.decidedElsewhere.contains(finding.code) else {
      // What stands in for it is still nothing to find anything about.
      if finding.severity != .note, let position = finding.position {
        self.placeholders.append(position)
      }
      return
    }
    switch self.mode {
    case .strict:
      // Nothing is assumed of a file that is refused; what is left out, or in force as it stands,
      // is said to be.
      let isPlain =
        finding.assumed == ElementReader.notThere
        || finding.assumed == ConfigurationReader.asItStands
      if finding.severity != .warning || isPlain { finding.assumed = "" }
    case .lenient:
      if finding.severity == .error { finding.severity = finding.code.severityWhenLenient }
    }
    let count = self.counts[finding.severity]
    self.counts[finding.severity] = count + 1
    if count < self.findingsMax { self.findings.append(finding) }
  }

  /// Lists a finding about a place that holds a placeholder from now on.
  mutating func add(replacing finding: Diagnostic) {
    if let position = finding.position { self.placeholders.append(position) }
    self.add(finding)
  }

  /// Remembers a place that holds a placeholder from now on, and lists nothing.
  mutating func addPlaceholder(_ position: SourcePosition) {
    self.placeholders.append(position)
  }

  mutating func add(contentsOf findings: [Diagnostic]) {
    for finding in findings { self.add(finding) }
  }

  /// The findings in the order of the file, those without a place first, and what was left out.
  func sorted() -> [Diagnostic] {
    let start = SourcePosition(line: 0, column: 0)
    let ordered = self.findings.enumerated().sorted { left, right in
      let places = (left.element.position ?? start, right.element.position ?? start)
      return places.0 == places.1 ? left.offset < right.offset : places.0 < places.1
    }
    return ordered.map(\.element) + self.leftOut()
  }

  private func leftOut() -> [Diagnostic] {
    Diagnostic.Severity.allCases.compactMap { severity in
      let count = self.counts[severity] - self.findingsMax
      guard count > 0 else { return nil }
      return Diagnostic(
        severity, code: .findingsNotListed, at: nil, path: "",
        found: "\(count) more of severity \(severity.rawValue)",
        allowed: "\(self.findingsMax) are listed")
    }
  }
}

/// A count for each severity: a dictionary would hash at each finding.
private struct SeverityCounts: Sendable {
  private var errors = 0
  private var warnings = 0
  private var notes = 0

  subscript(severity: Diagnostic.Severity) -> Int {
    get {
      switch severity {
      case .error: self.errors
      case .warning: self.warnings
      case .note: self.notes
      }
    }
    set {
      switch severity {
      case .error: self.errors = newValue
      case .warning: self.warnings = newValue
      case .note: self.notes = newValue
      }
    }
  }
}
