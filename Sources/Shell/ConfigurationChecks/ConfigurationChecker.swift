public import ApplianceConfiguration
public import ConfigurationXML

/// Reads files and tells every finding: the reader's, and those that only a check can make.
public struct ConfigurationChecker: Sendable {
  /// How files are read.
  public var reader: ConfigurationReader
  /// Further findings about a configuration that has no error, such as those that need zone data.
  public var further: @Sendable (Configuration) -> [Diagnostic]

  /// A checker by the reader's findings alone unless told otherwise.
  public init(
    reader: ConfigurationReader = ConfigurationReader(),
    further: @escaping @Sendable (Configuration) -> [Diagnostic] = { _ in [] }
  ) {
    self.reader = reader
    self.further = further
  }

  /// The findings about a file that a person named, or that lies in a folder so named.
  public func findings(contentsOf file: ConfigurationFiles.File) -> [Diagnostic] {
    guard file.hasReadableName else { return [FolderListing.unreadableName] }
    return self.findings(in: self.reader.read(contentsOf: file.path, isNamed: file.isNamed))
  }

  /// The findings about a file that was read.
  public func findings(in result: ReadResult) -> [Diagnostic] {
    let made = result.configuration.map(self.further) ?? []
    return made + result.diagnostics
  }
}
