public import ApplianceConfiguration
internal import Text

/// One finding as a report tells it.
public struct ReportedFinding: Sendable {
  /// What was found.
  public let diagnostic: Diagnostic
  /// The file's name in keys.
  let keyName: String
  /// Whether the baseline has it.
  public let isAccepted: Bool

  /// The same after lines have moved.
  public var key: FindingKey { FindingKey(file: self.keyName, self.diagnostic) }

  /// Whether it makes a check fail that fails on `severity`.
  func counts(on severity: Diagnostic.Severity) -> Bool {
    !self.isAccepted && self.diagnostic.severity.rank <= severity.rank
  }
}

/// How many findings there are of each severity; those that a baseline accepts are in none.
public struct FindingCounts: Hashable, Sendable {
  public internal(set) var errors = 0
  public internal(set) var warnings = 0
  public internal(set) var notes = 0
  public internal(set) var accepted = 0

  /// How many are not accepted.
  public var total: Int { self.errors + self.warnings + self.notes }

  /// Such as `1 error, 2 warnings, 0 notes, 3 accepted`.
  public var text: String {
    "\(Plural.counted(self.errors, "error")), \(Plural.counted(self.warnings, "warning")), "
      + Plural.counted(self.notes, "note")
      + (self.accepted > 0 ? ", \(self.accepted) accepted" : "")
  }

  mutating func add(_ finding: ReportedFinding) {
    guard !finding.isAccepted else { return self.accepted += 1 }
    switch finding.diagnostic.severity {
    case .error: self.errors += 1
    case .warning: self.warnings += 1
    case .note: self.notes += 1
    }
  }

  mutating func add(_ other: FindingCounts) {
    self.errors += other.errors
    self.warnings += other.warnings
    self.notes += other.notes
    self.accepted += other.accepted
  }

  func write(to json: inout JSONText) {
    json.add("errors", self.errors)
    json.add("warnings", self.warnings)
    json.add("notes", self.notes)
    json.add("accepted", self.accepted)
  }
}

/// A file that was checked, with its findings.
public struct CheckedFile: Sendable {
  /// The file's name, as given.
  public let name: String
  /// Each finding, in the order of the file.
  public let findings: [ReportedFinding]
  /// Their number.
  public let counts: FindingCounts
  /// How much of it was checked; `nil` when it could not be read as a configuration.
  public let coverage: ConfigurationCoverage?
  /// The version that its header names; `nil` when it names none.
  public let version: String?
  /// How many names it defines and uses; `nil` when nobody asked.
  public var references: NameReferences.Counts?
  /// Whether it was taken as a whole file, not as sections to load; `nil` of one that could not be
  /// read.
  public var isWhole: Bool?
  /// Whether nothing was read, so that its header may name a version all the same.
  public var isUnreadable = false

  /// A checked file.
  ///
  /// - Parameters:
  ///   - name: as the user gave it.
  ///   - keyName: its name in keys, `name` unless given otherwise.
  ///   - accepting: whether a finding is accepted, asked once for each; `nil` accepts none.
  public init(
    _ name: String, keyName: String? = nil, findings: [Diagnostic],
    coverage: ConfigurationCoverage? = nil, version: String? = nil,
    accepting isAccepted: ((FindingKey, Diagnostic.Severity) -> Bool)? = nil
  ) {
    self.name = name
    self.coverage = coverage
    self.version = version
    let keyName = keyName ?? name
    self.findings = findings.map { finding in
      ReportedFinding(
        diagnostic: finding, keyName: keyName,
        isAccepted: isAccepted?(FindingKey(file: keyName, finding), finding.severity) ?? false)
    }
    self.counts = self.findings.reduce(into: FindingCounts()) { $0.add($1) }
  }

  /// Whether a finding that is not accepted is at `severity` or more severe.
  public func fails(on severity: Diagnostic.Severity) -> Bool {
    self.findings.contains { $0.counts(on: severity) }
  }
}

/// Sums over the files that were checked.
public struct CheckSummary: Sendable {
  /// How many files.
  public private(set) var files = 0
  /// How many of them have an error that is not accepted.
  public private(set) var filesWithErrors = 0
  /// How many of them have any finding that is not accepted.
  public private(set) var filesWithFindings = 0
  /// The name of the first file.
  public private(set) var first: String?
  /// The first of those with findings, with their counts.
  public private(set) var named: [(name: String, counts: FindingCounts)] = []
  /// Over all files.
  public private(set) var counts = FindingCounts()
  /// How often each code was found, accepted findings left out.
  public var codes: [DiagnosticCode: Int] {
    self.severities.mapValues { $0.values.reduce(0, +) }
  }
  /// The same by the severity that each had.
  private var severities: [DiagnosticCode: [Diagnostic.Severity: Int]] = [:]
  /// How much was checked of the files that could be read.
  public private(set) var coverage = ConfigurationCoverage()
  /// How many files name each version in their header; an empty text for those that name none.
  public private(set) var versions: [String: Int] = [:]
  /// How many files were taken as whole ones, and how many as sections.
  public private(set) var forms = (whole: 0, sections: 0)
  /// How many names the files define and use, each for itself; `nil` when nobody asked.
  public private(set) var references: NameReferences.Counts?
  /// What a baseline accepts of the files checked, and they have no more; `nil` without one.
  public var gone: [FindingKey]?
  /// What was met in folders and not checked, in words.
  public var leftOut: [String] = []

  /// How many files are named.
  private static let namedMax = 10
  /// How many versions are kept: a header may hold anything.
  private static let versionsMax = 100

  /// Sums over no file.
  public init() {}

  /// Adds a file.
  public mutating func add(_ file: CheckedFile) {
    self.files += 1
    if self.files == 1 { self.first = file.name }
    if file.counts.errors > 0 { self.filesWithErrors += 1 }
    if file.counts.total > 0 {
      self.filesWithFindings += 1
      if self.named.count < Self.namedMax { self.named.append((file.name, file.counts)) }
    }
    self.counts.add(file.counts)
    for finding in file.findings where !finding.isAccepted {
      self.note(finding.diagnostic)
    }
    if let coverage = file.coverage { self.coverage.add(coverage) }
    self.note(file.references)
    if file.version != nil || !file.isUnreadable { self.note(file.version ?? "", 1) }
    if let isWhole = file.isWhole {
      self.forms.whole += isWhole ? 1 : 0
      self.forms.sections += isWhole ? 0 : 1
    }
  }

  /// As which the files were taken; of a file of sections a finding says it.
  func formWords(isOne: Bool) -> String {
    guard self.forms.whole > 0 else { return "" }
    if isOne { return "; taken as a whole file" }
    let others = self.forms.sections > 0 ? ", \(self.forms.sections) as sections to load" : ""
    return "; \(self.forms.whole) taken as whole files" + others
  }

  /// Adds what was found in what is no configuration, such as a file of settings.
  public mutating func add(findingsOf file: CheckedFile) {
    self.counts.add(file.counts)
    for finding in file.findings where !finding.isAccepted {
      self.note(finding.diagnostic)
    }
  }

  /// Adds the sums over other files, which follow.
  public mutating func add(_ other: CheckSummary) {
    if self.files == 0 { self.first = other.first }
    self.files += other.files
    self.filesWithErrors += other.filesWithErrors
    self.filesWithFindings += other.filesWithFindings
    self.named += other.named.prefix(Self.namedMax - self.named.count)
    self.counts.add(other.counts)
    self.severities.merge(other.severities) { $0.merging($1, uniquingKeysWith: +) }
    self.coverage.add(other.coverage)
    self.note(other.references)
    self.forms.whole += other.forms.whole
    self.forms.sections += other.forms.sections
    for (version, count) in other.versions { self.note(version, count) }
  }

  private mutating func note(_ references: NameReferences.Counts?) {
    guard let references else { return }
    var sum = self.references ?? NameReferences.Counts()
    sum.add(references)
    self.references = sum
  }

  private mutating func note(_ finding: Diagnostic) {
    self.severities[finding.code, default: [:]][finding.severity, default: 0] += 1
  }

  private mutating func note(_ version: String, _ count: Int) {
    if self.versions[version] != nil || self.versions.count < Self.versionsMax {
      self.versions[version, default: 0] += count
    }
  }

  /// How often each code was found with each severity, the most frequent first.
  public var statistics: [(code: DiagnosticCode, severity: Diagnostic.Severity, count: Int)] {
    self.severities.flatMap { code, counts in counts.map { (code, $0.key, $0.value) } }
      .sorted { ($1.2, $0.0.rawValue, $0.1.rank) < ($0.2, $1.0.rawValue, $1.1.rank) }
  }
}

extension Diagnostic.Severity {
  /// 0 for the most severe.
  var rank: Int {
    switch self {
    case .error: 0
    case .warning: 1
    case .note: 2
    }
  }
}
