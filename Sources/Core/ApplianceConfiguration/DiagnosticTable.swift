public import Simulation

/// What the severity of a finding rests on.
public enum DiagnosticFact: Hashable, Sendable {
  /// A fact about the appliance.
  case appliance(Evidence)
  /// A clause of XML 1.0 or of Namespaces in XML.
  case xml(String)
  /// A file that cannot be read, or a bound of the reader or of the simulation.
  case bound(String)
  /// A rule of the house: about settings of our own, or what the user asked for.
  case house(String)

  /// Whether a finding that rests on it may be an error.
  public var permitsError: Bool {
    switch self {
    case .appliance(let evidence): evidence.standing.permitsRefusal
    case .xml, .bound, .house: true
    }
  }

  /// One line for a person, such as `documented: loading, rule 4`.
  public var text: String {
    switch self {
    case .appliance(let evidence): "\(evidence.standing.rawValue): \(evidence.source)"
    case .xml(let clause): "XML: \(clause)"
    case .bound(let words): "bound: \(words)"
    case .house(let words): "house: \(words)"
    }
  }

  static func documented(_ source: String) -> Self { .appliance(Evidence(.documented, source)) }
  static func observed(_ source: String) -> Self { .appliance(Evidence(.observed, source)) }
  static func inferred(_ source: String) -> Self { .appliance(Evidence(.inferred, source)) }
  static func ours(_ source: String) -> Self { .appliance(Evidence(.ours, source)) }
}

/// What is known of each code: one row each, of which docs/DIAGNOSTICS.md is made.
enum DiagnosticTable {
  struct Row: Sendable {
    let code: DiagnosticCode
    let severity: Diagnostic.Severity
    let title: String
    let fact: DiagnosticFact
    /// Whether what is found is not understood and stays as it is.
    let isDoubt: Bool

    init(
      _ code: DiagnosticCode, _ severity: Diagnostic.Severity, _ title: String,
      _ fact: DiagnosticFact, isDoubt: Bool = false
    ) {
      self.code = code
      self.severity = severity
      self.title = title
      self.fact = fact
      self.isDoubt = isDoubt
    }
  }

  static let rows = Self.file + Self.general + Self.access + Self.logs + Self.alerts + Self.checks

  /// The row of a code; a test asserts that each has one.
  static func row(_ code: DiagnosticCode) -> Row { Self.byCode[code] ?? Self.missing(code) }

  private static let byCode = Dictionary(
    Self.rows.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })

  private static func missing(_ code: DiagnosticCode) -> Row {
    Row(code, .error, code.rawValue, .bound("a code without a row"))
  }
}
