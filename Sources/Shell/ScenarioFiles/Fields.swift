internal import LogModel
internal import Scenarios
internal import Simulation

/// The keys of one mapping, read one by one; what is wrong is collected, and what is left is unknown.
final class Fields {
  /// Shared by every mapping of a file.
  final class Findings {
    var all: [ScenarioFinding] = []
  }

  let place: Place
  let findings: Findings
  private var entries: [(key: String, place: Place, value: YAMLValue)]
  private var known: [String] = []

  init(_ value: YAMLValue, _ findings: Findings) {
    self.findings = findings
    self.place = value.place
    if case .map(let entries, _) = value {
      self.entries = entries
    } else {
      self.entries = []
      findings.all.append(
        ScenarioFinding(at: value.place, "found \(value.kind), allowed: a mapping"))
    }
  }

  func take(_ key: String) -> YAMLValue? {
    self.known.append(key)
    guard let index = self.entries.firstIndex(where: { $0.key == key }) else { return nil }
    return self.entries.remove(at: index).value
  }

  func has(_ key: String) -> Bool { self.entries.contains { $0.key == key } }

  func fail(_ place: Place, _ text: String) {
    self.findings.all.append(ScenarioFinding(at: place, text))
  }

  /// A scalar read by `read`, or a finding that says what is allowed.
  func value<Value>(
    _ key: String, allowed: String, _ read: (String) -> Value?
  ) -> Value? {
    guard let value = self.take(key) else { return nil }
    if case .scalar(let text, _) = value, let result = read(text) { return result }
    self.fail(value.place, "\(key): found \(value.kind), allowed: \(allowed)")
    return nil
  }

  func string(_ key: String) -> String? { self.value(key, allowed: "a text") { $0 } }

  func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
    self.value(key, allowed: "\(range.lowerBound) to \(range.upperBound)") { text in
      Int(text.filter { $0 != "_" }).flatMap { range.contains($0) ? $0 : nil }
    }
  }

  func duration(_ key: String) -> SimDuration? {
    self.value(key, allowed: "a duration such as 200us, 15ms or 1m30s", ScalarValues.duration)
  }

  func address(_ key: String) -> IPv4Address? {
    self.value(key, allowed: "an IPv4 address") { IPv4Address($0) }
  }

  func count(_ key: String) -> CountRange {
    self.value(key, allowed: "a count such as 3, 1.. or 1..4", ScalarValues.count)
      ?? CountRange(minimum: 1, maximum: nil)
  }

  func list(_ key: String) -> [YAMLValue] {
    guard let value = self.take(key) else { return [] }
    if case .list(let values, _) = value { return values }
    self.fail(value.place, "\(key): found \(value.kind), allowed: a list")
    return []
  }

  func strings(_ key: String) -> [String] {
    self.list(key).compactMap { value in
      if case .scalar(let text, _) = value { return text }
      self.fail(value.place, "\(key): found \(value.kind), allowed: a text")
      return nil
    }
  }

  func fields(_ key: String) -> Fields? {
    self.take(key).map { Fields($0, self.findings) }
  }

  /// A finding when `key` was not there.
  func require<Value>(_ key: String, _ value: Value?) -> Value? {
    if value == nil, !self.findings.all.contains(where: { $0.text.hasPrefix("\(key): ") }) {
      self.fail(self.place, "\(key): missing")
    }
    return value
  }

  /// Each key that nobody asked for is an error.
  func end() {
    for entry in self.entries {
      let near = self.known.min { Self.distance(entry.key, $0) < Self.distance(entry.key, $1) }
      let hint =
        near.map { Self.distance(entry.key, $0) <= 2 ? "; did you mean \($0)?" : "" } ?? ""
      self.fail(
        entry.place,
        "unknown key \(entry.key), allowed: \(self.known.sorted().joined(separator: ", "))\(hint)")
    }
  }

  /// How many letters differ (Levenshtein).
  static func distance(_ one: String, _ two: String) -> Int {
    let (one, two) = (Array(one), Array(two))
    var row = Array(0...two.count)
    for (index, letter) in one.enumerated() {
      var previous = row[0]
      row[0] = index + 1
      for (column, other) in two.enumerated() {
        let change = previous + (letter == other ? 0 : 1)
        previous = row[column + 1]
        row[column + 1] = min(change, row[column] + 1, previous + 1)
      }
    }
    return row[two.count]
  }
}
