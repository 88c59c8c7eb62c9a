/// One finding about a configuration file.
public struct Diagnostic: Hashable, Sendable {
  /// How grave a finding is.
  public enum Severity: String, Hashable, Sendable, CaseIterable, Codable {
    case error, warning, note
  }

  /// How grave it is.
  public var severity: Severity
  /// Stable, such as `LOG012`; docs/DIAGNOSTICS.md lists each.
  public var code: String
  /// Where it is; `nil` when it concerns the file as a whole.
  public var position: SourcePosition?
  /// The element's path, such as `/config/log_subscriptions/log_text[2]/log_level`.
  public var path: String
  /// What was found.
  public var found: String
  /// What is allowed there; empty when nothing is.
  public var allowed: String

  /// A finding.
  public init(
    _ severity: Severity, code: String, at position: SourcePosition?, path: String, found: String,
    allowed: String
  ) {
    self.severity = severity
    self.code = code
    self.position = position
    self.path = path
    self.found = found
    self.allowed = allowed
  }
}
