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

  /// The findings about the file at `path`.
  public func findings(contentsOf path: String) -> [Diagnostic] {
    self.findings(in: self.reader.read(contentsOf: path))
  }

  /// The findings about a file that was read.
  public func findings(in result: ReadResult) -> [Diagnostic] {
    let made = result.configuration.map(self.further) ?? []
    return made + result.diagnostics
  }
}
