public import ApplianceConfiguration
public import ConfigurationPolicy
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
    Self.result(contentsOf: file, by: self.reader)
  }

  private static func result(
    contentsOf file: ConfigurationFiles.File, by reader: ConfigurationReader
  ) -> ReadResult {
    if let problem = file.problem { return ReadResult(name: file.path, refusedBy: problem) }
    return reader.read(contentsOf: file.path, isNamed: file.isNamed)
  }

  /// What is found in a file, as a team wants it.
  ///
  /// - Parameters:
  ///   - placed: what a team says about files of this folder.
  ///   - shared: what breaks rules among files.
  public func result(
    contentsOf file: ConfigurationFiles.File, by placed: PlacedSettings, shared: [Diagnostic] = []
  ) -> ReadResult {
    var result = Self.result(contentsOf: file, by: self.reader(for: placed))
    result.diagnostics = placed.settings.judged(
      result.diagnostics + shared, about: placed.name, suppressions: result.suppressions,
      isUnreadable: result.isUnreadable)
    return result
  }

  private func reader(for placed: PlacedSettings) -> ConfigurationReader {
    var reader = self.reader
    reader.learned = placed.settings.known.words
    reader.houseRules = placed.settings.rules(for: placed.name)
    // Who gives it a severity wants to see it.
    if placed.settings.severities[.elementUnknown] != nil { reader.listsUnmodelled = true }
    let target = placed.settings.target(for: placed.name)
    if reader.targetVersion == nil { reader.targetVersion = target.version }
    if reader.targetModel == nil { reader.targetModel = target.model }
    return reader
  }

  /// The values of a file that rules compare with those of other files.
  public func sharedValues(
    in file: ConfigurationFiles.File, by placed: PlacedSettings
  ) -> [SharedValue] {
    let reader = self.reader(for: placed)
    guard file.problem == nil, reader.houseRules.contains(where: \.isAmongFiles) else { return [] }
    return reader.sharedValues(contentsOf: file.path, isNamed: file.isNamed)
  }

  /// What breaks rules among files, for each file in the order given; those under one file of
  /// settings are compared.
  public static func sharedFindings(
    _ files: [(name: String, placed: PlacedSettings, values: [SharedValue])]
  ) -> [[Diagnostic]] {
    var findings: [[Diagnostic]] = Array(repeating: [], count: files.count)
    for indices in Dictionary(grouping: files.indices, by: { files[$0].placed.file }).values {
      guard let first = indices.first else { continue }
      let rules = files[first].placed.settings.rules.filter(\.isAmongFiles)
      let found = SharedRuleCheck.findings(
        in: indices.map { .init(name: files[$0].name, values: files[$0].values) }, by: rules)
      for (index, found) in zip(indices, found) { findings[index] = found }
    }
    return findings
  }

  /// The configuration of each appliance that a file is of, with what a team knows, and without its
  /// rules, which change no configuration.
  public func configurations(
    in file: ConfigurationFiles.File, by placed: PlacedSettings
  ) -> [MachineResult] {
    if let problem = file.problem {
      return [MachineResult(whole: ReadResult(name: file.path, refusedBy: problem))]
    }
    var reader = self.reader(for: placed)
    reader.houseRules = []
    return reader.readMachines(contentsOf: file.path, isNamed: file.isNamed)
  }

  /// What a file holds that is not known, each with the known name that it is near to, or nothing.
  ///
  /// - Returns: `nil` and why, when it is no configuration.
  public func unknownWords(
    in file: ConfigurationFiles.File
  ) -> (words: [LearnedWord: String]?, findings: [Diagnostic]) {
    if let problem = file.problem { return (nil, [problem]) }
    let result = self.reader.readLearning(contentsOf: file.path, isNamed: file.isNamed)
    return (result.unknownWords, result.diagnostics)
  }
}
