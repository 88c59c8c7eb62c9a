public import ConfigurationXML

/// Reads files and reports every finding.
public struct ConfigurationChecker: Sendable {
  /// How files are read.
  public var reader: ConfigurationReader

  /// A checker by a reader's findings.
  public init(reader: ConfigurationReader = ConfigurationReader()) {
    self.reader = reader
  }

  /// What is found in a file that a person named, or that lies in a folder so named.
  public func result(contentsOf file: ConfigurationFiles.File) -> ReadResult {
    if let problem = file.problem { return ReadResult(name: file.path, refusedBy: problem) }
    return self.reader.read(contentsOf: file.path, isNamed: file.isNamed)
  }
}
