public import ApplianceConfiguration

/// What a team says in `appliance-check.yaml` about the files below its folder.
public struct CheckSettings: Hashable, Sendable {
  /// The file's name.
  public static let fileName = "appliance-check.yaml"

  /// Findings that are not reported: all that is given must fit.
  public struct Ignore: Hashable, Sendable {
    /// The code; `nil` for any.
    public var code: DiagnosticCode?
    /// The rule of the house; `nil` for any, or none.
    public var rule: String?
    /// The elements, as steps in which `*` stands for any characters, with all within them.
    public var path: FolderPattern?
    /// The files.
    public var folder: FolderPattern?

    /// Findings to ignore.
    public init(
      code: DiagnosticCode? = nil, rule: String? = nil, path: FolderPattern? = nil,
      folder: FolderPattern? = nil
    ) {
      self.code = code
      self.rule = rule
      self.path = path
      self.folder = folder
    }

    func covers(_ finding: Diagnostic, in file: String) -> Bool {
      (self.code.map { $0 == finding.code } ?? true)
        && (self.rule.map { $0 == finding.rule } ?? true)
        && (self.path?.covers(Self.withoutNumbers(finding.path)) ?? true)
        && (self.folder?.covers(file) ?? true)
    }

    /// Which of several siblings it is, says nothing for long.
    private static func withoutNumbers(_ path: String) -> String {
      var result = ""
      var isInside = false
      for character in path {
        if character == "[" { isInside = true }
        if !isInside { result.append(character) }
        if character == "]" { isInside = false }
      }
      return result
    }
  }

  /// The appliance that files of a folder are for.
  public struct Target: Hashable, Sendable {
    /// The files; `nil` for all.
    public var folder: FolderPattern?
    /// The version that they must come from; `nil` for any.
    public var version: String?
    /// The model that they must come from; `nil` for any.
    public var model: String?

    /// A target.
    public init(folder: FolderPattern? = nil, version: String? = nil, model: String? = nil) {
      self.folder = folder
      self.version = version
      self.model = model
    }
  }

  /// What the team's own exports contain beyond what the reader knows.
  public var known = LearnedWords()
  /// Severities in the place of a code's own.
  public var severities: [DiagnosticCode: Diagnostic.Severity] = [:]
  /// Findings that are not reported.
  public var ignores: [Ignore] = []
  /// What files are for; of those that hold for a file the last one that says it counts.
  public var targets: [Target] = []
  /// Rules of the house.
  public var rules: [HouseRule] = []

  /// Settings that change nothing.
  public init() {}

  /// The rules that hold for a file.
  public func rules(for file: String) -> [HouseRule] {
    self.rules.filter { $0.folder?.covers(file) ?? true }
  }

  /// The version and the model that a file must come from.
  public func target(for file: String) -> (version: String?, model: String?) {
    let targets = self.targets.filter { $0.folder?.covers(file) ?? true }
    return (targets.last { $0.version != nil }?.version, targets.last { $0.model != nil }?.model)
  }

  /// The findings about a file that are to be reported, each as severe as the team wants it.
  ///
  /// - Parameters:
  ///   - file: its name from the settings' folder on.
  ///   - suppressions: the comments in it.
  ///   - isUnreadable: whether nothing of it was read: its errors then say that nothing is known of
  ///     it, so that they stay as they are.
  public func judged(
    _ findings: [Diagnostic], about file: String, suppressions: [Suppression] = [],
    isUnreadable: Bool = false
  ) -> [Diagnostic] {
    func isFixed(_ finding: Diagnostic) -> Bool { isUnreadable && finding.severity == .error }
    var used: Set<Int> = []
    var result = findings.filter { finding in
      if isFixed(finding) { return true }
      let covering = suppressions.indices.filter { suppressions[$0].covers(finding) }
      used.formUnion(covering)
      return covering.isEmpty
    }
    let names = Set(self.rules.map(\.name))
    result += suppressions.indices.flatMap {
      suppressions[$0].findings(isUsed: used.contains($0), rules: names)
    }
    return Self.inOrder(result).filter { finding in
      isFixed(finding) || !self.ignores.contains { $0.covers(finding, in: file) }
    }.map { finding in
      if isFixed(finding) { return finding }
      var finding = finding
      if let severity = self.severities[finding.code] { finding.severity = severity }
      return finding
    }
  }

  /// In the order of the file; how many findings are not listed stays last.
  private static func inOrder(_ findings: [Diagnostic]) -> [Diagnostic] {
    let start = SourcePosition(line: 0, column: 0)
    let end = SourcePosition(line: .max, column: 0)
    func place(_ finding: Diagnostic) -> SourcePosition {
      finding.code == .findingsNotListed ? end : finding.position ?? start
    }
    return findings.enumerated().sorted { one, two in
      (place(one.element), one.offset) < (place(two.element), two.offset)
    }.map(\.element)
  }
}

/// The settings that hold for a checked file, and where they are from.
public struct PlacedSettings: Sendable {
  /// What they say.
  public let settings: CheckSettings
  /// The path of the file of settings; `nil` when there is none.
  public let file: String?
  /// The checked file's name from the folder of the settings on, such as `exports/oslo.xml`.
  public let name: String

  /// Settings for a file.
  public init(settings: CheckSettings = CheckSettings(), file: String? = nil, name: String) {
    self.settings = settings
    self.file = file
    self.name = name
  }
}
