public import ApplianceConfiguration

/// One finding as a report tells it.
public struct ReportedFinding: Encodable, Sendable {
  private enum CodingKeys: String, CodingKey {
    case severity, code, line, column, path, found, allowed, hint, assumed, accepted
  }

  /// What was found.
  public let diagnostic: Diagnostic
  /// The same after lines have moved.
  public let key: FindingKey
  /// Whether the baseline has it.
  public let isAccepted: Bool

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(self.diagnostic.severity, forKey: .severity)
    try container.encode(self.diagnostic.code, forKey: .code)
    try container.encodeIfPresent(self.diagnostic.position?.line, forKey: .line)
    try container.encodeIfPresent(self.diagnostic.position?.column, forKey: .column)
    try container.encode(self.diagnostic.path, forKey: .path)
    try container.encode(self.diagnostic.found, forKey: .found)
    try container.encode(self.diagnostic.allowed, forKey: .allowed)
    try container.encodeIfPresent(self.diagnostic.hint.presence, forKey: .hint)
    try container.encodeIfPresent(self.diagnostic.assumed.presence, forKey: .assumed)
    try container.encode(self.isAccepted, forKey: .accepted)
  }
}

/// The findings about some configuration files, for a program to read.
public struct FindingsDocument: Encodable, Sendable {
  /// One file's findings; those that a baseline accepts are in no count but `accepted`.
  public struct File: Encodable, Sendable {
    /// The file's name, as given.
    public let name: String
    /// How many errors.
    public let errors: Int
    /// How many warnings.
    public let warnings: Int
    /// How many notes.
    public let notes: Int
    /// How many the baseline accepts.
    public let accepted: Int
    /// Each of them, in the order of the file.
    public let findings: [ReportedFinding]
  }

  /// Sums over all files.
  public struct Summary: Encodable, Sendable {
    /// How many files.
    public let files: Int
    /// How many of them have an error that is not accepted.
    public let filesWithErrors: Int
    /// How many errors, warnings and notes.
    public let errors: Int
    public let warnings: Int
    public let notes: Int
    /// How many findings the baseline accepts.
    public let accepted: Int
    /// How often each code was found, accepted findings left out.
    public let codes: [String: Int]
  }

  private enum CodingKeys: String, CodingKey { case files, summary, gone }

  /// The files, in the order given.
  public private(set) var files: [File] = []
  /// What a baseline accepts of the files checked and they have no more.
  public var gone: [FindingKey] = []
  /// Whether there was a baseline.
  public let hasBaseline: Bool

  /// A document without files.
  public init(hasBaseline: Bool = false) {
    self.hasBaseline = hasBaseline
  }

  /// Whether some file has an error that is not accepted.
  public var hasErrors: Bool { self.files.contains { $0.errors > 0 } }

  /// Whether a finding that is not accepted is as grave as `severity`, or graver.
  public func fails(on severity: Diagnostic.Severity) -> Bool {
    self.files.contains { file in
      file.findings.contains { Self.counts($0, on: severity) }
    }
  }

  /// Whether a finding makes a check fail that fails on `severity`.
  static func counts(_ finding: ReportedFinding, on severity: Diagnostic.Severity) -> Bool {
    !finding.isAccepted && finding.diagnostic.severity.rank <= severity.rank
  }

  /// Adds a file.
  ///
  /// - Parameters:
  ///   - name: as the user gave it.
  ///   - keyName: its name in keys, `name` unless told otherwise.
  ///   - accepting: whether a finding is accepted; asked once for each.
  public mutating func add(
    file name: String, keyName: String? = nil, findings: [Diagnostic],
    accepting isAccepted: (FindingKey, Diagnostic.Severity) -> Bool = { _, _ in false }
  ) {
    let reported = findings.map { finding in
      let key = FindingKey(
        file: keyName ?? name, code: finding.code.rawValue, path: finding.path,
        found: finding.found)
      return ReportedFinding(
        diagnostic: finding, key: key,
        isAccepted: isAccepted(key, finding.severity))
    }
    func count(_ severity: Diagnostic.Severity) -> Int {
      reported.count { !$0.isAccepted && $0.diagnostic.severity == severity }
    }
    self.files.append(
      File(
        name: name, errors: count(.error), warnings: count(.warning), notes: count(.note),
        accepted: reported.count(where: \.isAccepted), findings: reported))
  }

  /// Sums over all files.
  public var summary: Summary {
    var codes: [String: Int] = [:]
    for finding in self.files.flatMap(\.findings) where !finding.isAccepted {
      codes[finding.diagnostic.code.rawValue, default: 0] += 1
    }
    return Summary(
      files: self.files.count, filesWithErrors: self.files.count { $0.errors > 0 },
      errors: self.files.reduce(0) { $0 + $1.errors },
      warnings: self.files.reduce(0) { $0 + $1.warnings },
      notes: self.files.reduce(0) { $0 + $1.notes },
      accepted: self.files.reduce(0) { $0 + $1.accepted }, codes: codes)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(self.files, forKey: .files)
    try container.encode(self.summary, forKey: .summary)
    if self.hasBaseline { try container.encode(self.gone, forKey: .gone) }
  }

  /// The document's bytes: JSON with sorted keys and a line end.
  public func json() throws -> [UInt8] {
    try JSONBytes.encode(self)
  }
}

extension Diagnostic.Severity {
  /// 0 for the gravest.
  var rank: Int {
    switch self {
    case .error: 0
    case .warning: 1
    case .note: 2
    }
  }
}

extension String {
  /// Nothing for an empty text.
  var presence: String? { self.isEmpty ? nil : self }
}
