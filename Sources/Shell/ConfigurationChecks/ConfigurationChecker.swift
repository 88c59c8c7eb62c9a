public import ApplianceConfiguration
public import ConfigurationPolicy
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
  ///
  /// - Parameters:
  ///   - settings: what a team says about files of this folder.
  public func findings(
    contentsOf file: ConfigurationFiles.File, settings: CheckSettings = CheckSettings()
  ) -> [Diagnostic] {
    guard file.hasReadableName else { return [FolderListing.unreadableName] }
    var reader = self.reader
    reader.learned = settings.known.words
    return reader.read(contentsOf: file.path, isNamed: file.isNamed).diagnostics
  }

  /// What a file holds that is not known, each with the known name that it is near to, or nothing.
  ///
  /// - Returns: `nil` and why, when it is no configuration.
  public func unknownWords(
    in file: ConfigurationFiles.File
  ) -> (words: [LearnedWord: String]?, findings: [Diagnostic]) {
    guard file.hasReadableName else { return (nil, [FolderListing.unreadableName]) }
    var reader = self.reader
    reader.isLearning = true
    let result = reader.read(contentsOf: file.path, isNamed: file.isNamed)
    return (result.unknownWords, result.diagnostics)
  }
}
