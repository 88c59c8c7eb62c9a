/// The rules of one part of a configuration, with what all of them say alike.
protocol RuleSection {}

extension RuleSection {
  /// A finding about a host that is none, or one about an unusual spelling.
  static func spelt(
    _ setting: Setting<String>, _ spelling: HostSpelling, _ code: DiagnosticCode, allowed: String
  ) -> [Diagnostic] {
    switch spelling {
    case .usual: []
    case .unusual: [Self.finding(.hostnameDoubtful, setting, allowed: allowed)]
    case .none: [Self.finding(code, setting, allowed: allowed)]
    }
  }

  /// One finding for each name that another one before it has.
  ///
  /// - Parameter alike: the code of one that differs from another in case only.
  static func duplicates(
    _ names: [Setting<String>], code: DiagnosticCode, alike: DiagnosticCode
  ) -> [Diagnostic] {
    var first: [String: Setting<String>] = [:]
    var others: [Setting<String>] = []
    var findings: [Diagnostic] = []
    for name in names where !name.given.isEmpty {
      if let other = first[name.value] {
        findings.append(
          Self.finding(code, name, allowed: "a name other than \(Self.place(other.position))"))
      } else {
        first[name.value] = name
        others.append(name)
      }
    }
    return findings + self.duplicates(others, code: alike)
  }

  private static func place(_ position: SourcePosition?) -> String {
    position.map { "the one at \($0.line):\($0.column)" } ?? "one"
  }

  /// One finding for each name that another one before it has, whatever its case.
  static func duplicates(_ names: [Setting<String>], code: DiagnosticCode) -> [Diagnostic] {
    var first: [String: SourcePosition?] = [:]
    var findings: [Diagnostic] = []
    for name in names where !name.given.isEmpty {
      let key = name.value.lowercased()
      if let position = first[key] {
        findings.append(
          Self.finding(
            code, name, allowed: "a name other than \(Self.place(position)), in any case"))
      } else {
        first[key] = .some(name.position)
      }
    }
    return findings
  }

  static func finding(
    _ code: DiagnosticCode, _ setting: Setting<String>, allowed: String
  ) -> Diagnostic {
    Diagnostic(code, at: setting.position, found: Diagnostic.quote(setting.value), allowed: allowed)
  }

  static func finding(
    _ code: DiagnosticCode, _ setting: Setting<Int>, allowed: String
  ) -> Diagnostic {
    Diagnostic(code, at: setting.position, found: String(setting.value), allowed: allowed)
  }
}
