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

  /// What was found in one file.
  public struct Checked: Sendable {
    /// What is to be reported, but for rules among files.
    public var findings: [Diagnostic]
    /// What such rules compare.
    public let sharedValues: [SharedValue]
    let suppressions: [Suppression]
    /// Whether what is to be reported is decided when all files have been read.
    let isUnjudged: Bool
  }

  /// Checks a file that a person named, or that lies in a folder so named.
  ///
  /// - Parameter placed: what a team says about files of this folder.
  public func check(_ file: ConfigurationFiles.File, by placed: PlacedSettings) -> Checked {
    let (settings, name) = (placed.settings, placed.name)
    guard file.hasReadableName else {
      return Checked(
        findings: [FolderListing.unreadableName], sharedValues: [], suppressions: [],
        isUnjudged: false)
    }
    var reader = self.reader
    reader.learned = settings.known.words
    reader.houseRules = settings.rules(for: name)
    let target = settings.target(for: name)
    if reader.targetVersion == nil { reader.targetVersion = target.version }
    if reader.targetModel == nil { reader.targetModel = target.model }
    let result = reader.read(contentsOf: file.path, isNamed: file.isNamed)
    let isShared = reader.houseRules.contains(where: \.isAmongFiles)
    return Checked(
      findings: isShared
        ? result.diagnostics
        : settings.judged(
          result.diagnostics, about: name, suppressions: result.suppressions),
      sharedValues: result.sharedValues, suppressions: isShared ? result.suppressions : [],
      isUnjudged: isShared)
  }

  /// The findings about files that were checked, with those of rules among them.
  ///
  /// - Parameters:
  ///   - checked: each file, its name for messages and its settings, in the order of the report.
  public static func findings(
    about checked: [(name: String, file: Checked, placed: PlacedSettings)]
  ) -> [[Diagnostic]] {
    var findings = checked.map(\.file.findings)
    let groups = Dictionary(grouping: checked.indices) { checked[$0].placed.file ?? "" }
    for indices in groups.values {
      guard let settings = indices.first.map({ checked[$0].placed.settings }) else { continue }
      let rules = settings.rules.filter(\.isAmongFiles)
      guard !rules.isEmpty else { continue }
      let shared = SharedRuleCheck.findings(
        in: indices.map { .init(name: checked[$0].name, values: checked[$0].file.sharedValues) },
        by: rules)
      for (index, found) in zip(indices, shared) {
        let (file, placed) = (checked[index].file, checked[index].placed)
        guard file.isUnjudged else { continue }
        findings[index] = settings.judged(
          findings[index] + found, about: placed.name, suppressions: file.suppressions)
      }
    }
    return findings
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
