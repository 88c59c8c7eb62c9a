public import ApplianceConfiguration
internal import Text

/// A rule that a team sets for its own configurations.
public struct HouseRule: Hashable, Sendable {
  /// What must hold for each place that the rule is about; for the file when it names none.
  public enum Condition: Hashable, Sendable {
    /// One of the paths leads somewhere.
    case has([ElementPath])
    /// None of them leads anywhere.
    case lacks([ElementPath])
    /// The value is one of these.
    case isOneOf([WordPattern])
    /// The value is none of these.
    case isNoneOf([WordPattern])
    /// The value is a whole number within these bounds.
    case between(ClosedRange<Int>)
    /// There are so many places in a file.
    case count(ClosedRange<Int>)
    /// The value is one that the path leads to.
    case refersTo(ElementPath)
    /// No other place of the file has the value.
    case uniqueInFile
    /// No place of another file has the value.
    case uniqueAmongFiles
    /// Every file has the same values.
    case sameInAllFiles
  }

  /// Its name, of which there is one in a file of settings.
  public var name: String
  /// How severe a finding is.
  public var severity: Diagnostic.Severity
  /// What to do, in words; empty for what the condition says.
  public var message: String
  /// The files for which it holds; `nil` for all.
  public var folder: FolderPattern?
  /// What it is about; empty for the file as a whole.
  public var each: [ElementPath]
  /// What must hold, all of it.
  public var conditions: [Condition]

  /// A rule.
  public init(
    name: String, severity: Diagnostic.Severity = .error, message: String = "",
    folder: FolderPattern? = nil, each: [ElementPath] = [], conditions: [Condition]
  ) {
    self.name = name
    self.severity = severity
    self.message = message
    self.folder = folder
    self.each = each
    self.conditions = conditions
  }

  /// Whether it compares files with one another.
  public var isAmongFiles: Bool {
    self.conditions.contains { $0 == .uniqueAmongFiles || $0 == .sameInAllFiles }
  }

  /// Whether it says how many places there are, none included.
  var countsPlaces: Bool {
    self.conditions.contains { if case .count = $0 { true } else { false } }
  }

  /// A finding of this rule.
  func finding(
    at position: SourcePosition?, found: String, allowed: String
  ) -> Diagnostic {
    var finding = Diagnostic(
      self.severity, code: .houseRuleBroken, at: position, path: "", found: found,
      allowed: self.message.isEmpty ? allowed : self.message)
    finding.rule = self.name
    return finding
  }
}

/// Whether the paths of rules lead somewhere in files: one that leads nowhere may be misspelt.
public struct RulePaths: Hashable, Sendable {
  /// A path of a rule.
  private struct Path: Hashable, Sendable {
    let rule: String
    let path: String
  }

  private var asked: Set<Path> = []
  private var met: Set<Path> = []
  /// How many whole files were asked.
  public private(set) var files = 0

  /// Paths of no rule.
  public init() {}

  /// Asks a file.
  ///
  /// - Parameter isWhole: whether it is a whole configuration; that sections lack something says
  ///   nothing.
  mutating func ask(_ rules: [HouseRule], isWhole: Bool, leads: (ElementPath) -> Bool) {
    if isWhole { self.files += 1 }
    for rule in rules where !rule.countsPlaces {
      for each in rule.each {
        let path = Path(rule: rule.name, path: each.description)
        if isWhole { self.asked.insert(path) }
        if leads(each) { self.met.insert(path) }
      }
    }
  }

  /// Takes what other files say.
  public mutating func add(_ other: RulePaths) {
    self.asked.formUnion(other.asked)
    self.met.formUnion(other.met)
    self.files += other.files
  }

  /// A finding for each path that leads nowhere in any file.
  public var findings: [Diagnostic] {
    let idle = self.asked.subtracting(self.met).sorted { ($0.rule, $0.path) < ($1.rule, $1.path) }
    let words = Plural.word(self.files, "this file", "\(self.files) files")
    return idle.map { path in
      var finding = Diagnostic(.houseRuleIdle, at: nil, found: "no \(path.path) in \(words)")
      finding.rule = path.rule
      return finding
    }
  }
}

/// A value of a file that a rule compares with those of other files.
public struct SharedValue: Hashable, Sendable {
  /// The rule's name.
  public let rule: String
  /// The value.
  public let value: String
  /// Whether no message may show it.
  public let isSecret: Bool
  /// Where it stands.
  public let position: SourcePosition
  /// The element's path.
  public var path: String
}
