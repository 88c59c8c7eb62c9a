public import ApplianceConfiguration

/// A comment of a file that suppresses findings about the element after it, and all within:
/// `<!-- appliance-check: ignore LOG012 because the collector listens there -->`.
public struct Suppression: Hashable, Sendable {
  /// What such a comment begins with.
  public static let mark = "appliance-check:"
  private static let form = "ignore CODE..., and because WORDS after that"

  /// Codes and names of rules.
  public let words: [String]
  /// Where the comment stands.
  public let position: SourcePosition
  /// The path of what the comment stands in.
  public let path: String
  /// The path of the element that it is about; `nil` when none follows it.
  public let target: String?
  /// Whether that is the file's root: then it is about the whole file.
  public let isOfFile: Bool
  /// What is not understood; empty for a comment in order.
  public let problem: String

  /// Reads a comment.
  public init(
    comment: String, at position: SourcePosition, path: String, target: String?, isOfFile: Bool
  ) {
    self.position = position
    self.path = path
    self.target = target
    self.isOfFile = isOfFile
    let words = comment.split { $0.isWhitespace || $0 == "," }.map(String.init)
    let rest = words.drop { $0 == Self.mark || $0 == "appliance-check" || $0 == ":" }
    let listed = rest.dropFirst().prefix { $0 != "because" }
    self.words = rest.first == "ignore" ? Array(listed) : []
    self.problem =
      rest.first != "ignore"
      ? Diagnostic.quote(rest.first ?? "")
      : listed.isEmpty ? "no code" : target == nil ? "no element after it" : ""
  }

  /// Whether it is about a finding.
  func covers(_ finding: Diagnostic) -> Bool {
    guard self.problem.isEmpty, let target,
      self.words.contains(where: { Self.names($0, finding) })
    else { return false }
    return self.isOfFile || finding.path == target || finding.path.hasPrefix(target + "/")
  }

  private static func names(_ word: String, _ finding: Diagnostic) -> Bool {
    word.uppercased() == finding.code.rawValue || !finding.rule.isEmpty && word == finding.rule
  }

  /// What there is to say of it: it is not understood, or suppresses nothing.
  ///
  /// - Parameters:
  ///   - isUsed: whether it suppressed something.
  ///   - rules: the names of house rules.
  func findings(isUsed: Bool, rules: Set<String>) -> [Diagnostic] {
    func finding(_ code: DiagnosticCode, _ found: String, _ allowed: String, hint: String = "")
      -> Diagnostic
    {
      var finding = Diagnostic(
        code, at: self.position, found: found, allowed: allowed, hint: hint)
      finding.path = self.path
      return finding
    }
    guard self.problem.isEmpty else {
      return [finding(.suppressionInvalid, self.problem, Self.form)]
    }
    let codes = DiagnosticCode.allCases.map(\.rawValue)
    let unknown = self.words.filter { !codes.contains($0.uppercased()) && !rules.contains($0) }
    if !unknown.isEmpty {
      return unknown.map { word in
        finding(
          .suppressionInvalid, Diagnostic.quote(word), "codes, and names of house rules",
          hint: Suggestion.nearest(to: word, among: codes + rules.sorted()) ?? "")
      }
    }
    guard !isUsed else { return [] }
    return [finding(.suppressionIdle, self.words.joined(separator: ", "), "")]
  }
}
