public import ApplianceConfiguration

/// Compares the values of several files by the rules that concern them all.
public enum SharedRuleCheck {
  /// A file and its values.
  public struct File: Sendable {
    /// Its name, for messages.
    public let name: String
    /// The values that rules compare.
    public let values: [SharedValue]

    /// A file.
    public init(name: String, values: [SharedValue]) {
      self.name = name
      self.values = values
    }
  }

  /// What breaks the rules, for each file in the order given.
  public static func findings(in files: [File], by rules: [HouseRule]) -> [[Diagnostic]] {
    var findings: [[Diagnostic]] = Array(repeating: [], count: files.count)
    for rule in rules {
      let values = files.map { $0.values.filter { $0.rule == rule.name } }
      for condition in rule.conditions {
        if condition == .uniqueAmongFiles { Self.findShared(rule, files, values, &findings) }
        if condition == .sameInAllFiles { Self.findDifferent(rule, values, &findings) }
      }
    }
    return findings
  }

  /// A value that an earlier file has.
  private static func findShared(
    _ rule: HouseRule, _ files: [File], _ values: [[SharedValue]],
    _ findings: inout [[Diagnostic]]
  ) {
    var first: [String: (file: Int, position: SourcePosition)] = [:]
    for (index, values) in values.enumerated() {
      for value in values {
        let key = value.value.lowercased()
        guard let other = first[key] else {
          first[key] = (index, value.position)
          continue
        }
        guard other.file != index else { continue }
        let place =
          "\(files[other.file].name):\(other.position.line):\(other.position.column)"
        var finding = rule.finding(
          at: value.position,
          found: (value.isSecret ? "a value" : Diagnostic.quote(value.value))
            + ", which \(place) has",
          allowed: "a value that no other file has")
        finding.path = value.path
        findings[index].append(finding)
      }
    }
  }

  /// Values that are not those of most files.
  private static func findDifferent(
    _ rule: HouseRule, _ values: [[SharedValue]], _ findings: inout [[Diagnostic]]
  ) {
    // The usual value is shown beside: one secret hides all.
    let isSecret = values.contains { $0.contains(where: \.isSecret) }
    let texts = values.map { Set($0.map(\.value)).sorted().joined(separator: ", ") }
    var counts: [String: Int] = [:]
    for text in texts where !text.isEmpty { counts[text, default: 0] += 1 }
    // The most frequent; of several the first by the alphabet, so that the result is the same again.
    guard let usual = counts.min(by: { (-$0.value, $0.key) < (-$1.value, $1.key) }),
      counts.count > 1
    else { return }
    let total = counts.values.reduce(0, +)
    for (index, text) in texts.enumerated() where !text.isEmpty && text != usual.key {
      guard let value = values[index].first else { continue }
      var finding = rule.finding(
        at: value.position, found: isSecret ? "another value" : Diagnostic.quote(text),
        allowed: (isSecret ? "the value" : Diagnostic.quote(usual.key))
          + " as in \(usual.value) of \(total) files")
      finding.path = value.path
      findings[index].append(finding)
    }
  }
}
