public import ApplianceConfiguration

/// The findings about some configuration files, for a program to read.
public struct FindingsDocument: Encodable {
  /// One file's findings.
  public struct File: Encodable {
    struct Finding: Encodable {
      let severity: String
      let code: String
      let line: Int?
      let column: Int?
      let path: String
      let found: String
      let allowed: String
    }

    /// The file's name, as given.
    public let name: String
    /// How many errors.
    public let errors: Int
    /// How many warnings.
    public let warnings: Int
    /// How many notes.
    public let notes: Int
    let findings: [Finding]
  }

  /// The files, in the order given.
  public private(set) var files: [File] = []

  /// A document without files.
  public init() {}

  /// Whether some file has an error.
  public var hasErrors: Bool { self.files.contains { $0.errors > 0 } }

  /// Adds a file.
  public mutating func add(file name: String, findings: [Diagnostic]) {
    func count(_ severity: Diagnostic.Severity) -> Int {
      findings.count { $0.severity == severity }
    }
    self.files.append(
      File(
        name: name, errors: count(.error), warnings: count(.warning), notes: count(.note),
        findings: findings.map { finding in
          File.Finding(
            severity: finding.severity.rawValue, code: finding.code.rawValue,
            line: finding.position?.line, column: finding.position?.column, path: finding.path,
            found: finding.found, allowed: finding.allowed)
        }))
  }

  /// The document's bytes: JSON with sorted keys and a line end.
  public func json() throws -> [UInt8] {
    try JSONBytes.encode(self)
  }
}
