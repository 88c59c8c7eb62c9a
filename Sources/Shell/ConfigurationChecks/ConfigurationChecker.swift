public import ApplianceConfiguration
public import ConfigurationXML

/// Reads files and tells every finding.
public struct ConfigurationChecker: Sendable {
  /// How files are read.
  public var reader: ConfigurationReader

  /// A checker by a reader's findings.
  public init(reader: ConfigurationReader = ConfigurationReader()) {
    self.reader = reader
  }

  /// The findings about the file at `path`.
  public func findings(contentsOf path: String) -> [Diagnostic] {
    self.reader.read(contentsOf: path).diagnostics
  }
}
