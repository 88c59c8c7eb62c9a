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

  /// The findings about a file that a person named, or that lies in a folder so named.
  public func findings(contentsOf file: ConfigurationFiles.File) -> [Diagnostic] {
    guard file.hasReadableName else { return [FolderListing.unreadableName] }
    return self.reader.read(contentsOf: file.path, isNamed: file.isNamed).diagnostics
  }
}
