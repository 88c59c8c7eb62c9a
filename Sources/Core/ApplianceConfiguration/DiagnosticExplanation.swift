/// What there is to know of a code beyond a finding: what its severity rests on, and the fix.
public struct DiagnosticExplanation: Hashable, Sendable {
  /// The code.
  public let code: DiagnosticCode
  /// What to do about it, in a sentence or two.
  public let fix: String

  /// The explanation of a code.
  public init(_ code: DiagnosticCode) {
    self.code = code
    self.fix = Self.fixes[code] ?? ""
  }

  /// A name of the code that is unique in the world (RFC 8141), for reports that ask for one.
  public var uri: String { "urn:appliance-sim:diagnostics:\(self.code.rawValue)" }

  /// What the severity means.
  public var consequence: String {
    switch self.code.severity {
    case .error
    where [.expectationUnmet, .houseRuleBroken, .documentTypeUnusable].contains(self.code):
      "The check fails."
    case .error: "The file is refused as a whole."
    case .warning where self.code.isDoubt:
      "It stays in the file as it is and has no effect here; an appliance may know more."
    case .warning: "The file is accepted as the finding says; this is probably a mistake."
    case .note: "Nothing that logs or alerts need."
    }
  }

  /// All of it in a paragraph.
  public var text: String {
    "\(self.consequence) Fix: \(self.fix) Evidence: \(self.code.fact.text). "
      + "More: appliance config explain \(self.code.rawValue)."
  }

  static let fixes = Self.fileFixes.merging(Self.generalFixes) { first, _ in first }
    .merging(Self.logFixes) { first, _ in first }
}
