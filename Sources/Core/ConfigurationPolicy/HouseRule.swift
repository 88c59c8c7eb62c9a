public import ApplianceConfiguration

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

/// A value of a file that a rule compares with those of other files.
public struct SharedValue: Hashable, Sendable {
  /// The rule's name.
  public let rule: String
  /// The value.
  public let value: String
  /// Where it stands.
  public let position: SourcePosition
  /// The element's path.
  public var path: String
}
