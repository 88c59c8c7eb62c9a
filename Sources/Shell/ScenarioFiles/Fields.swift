internal import ApplianceConfiguration
internal import LogModel
internal import Scenarios
internal import Simulation

/// The keys of one mapping, read one by one; what is wrong is collected, and what is left is unknown.
final class Fields {
  let place: SourcePosition
  let findings: ScenarioFindings
  /// The keys that may stand here; a fault's grow when its name is known.
  var shape: Shape
  /// Whether it is a mapping at all; if not, that is said and nothing is missing.
  private let isMapping: Bool
  private var entries: [YAMLValue.Entry]
  private var present: [String: SourcePosition] = [:]

  init(_ value: YAMLValue, _ shape: Shape, _ findings: ScenarioFindings) {
    self.findings = findings
    self.place = value.place
    self.shape = shape
    if case .map(let entries, _) = value {
      self.isMapping = true
      self.entries = entries
      for entry in entries { self.present[entry.key] = entry.value.place }
      for index in entries.indices { self.renameOldKey(at: index) }
    } else {
      self.isMapping = false
      self.entries = []
      findings.add(at: value.place, "\(shape.name): found \(value.kind), allowed: a mapping")
    }
  }

  /// Gives an entry with the old name of a key the key's name, and says so.
  private func renameOldKey(at index: Int) {
    let entry = self.entries[index]
    guard let key = self.shape.oldKeys[entry.key] else { return }
    guard self.present[key] == nil else {
      // Both are there: the old one stays and is refused as any key that is not known.
      return
    }
    self.entries[index].key = key
    self.present[entry.key] = nil
    self.present[key] = entry.value.place
    self.findings.hint(at: entry.place, "\(entry.key): this key is called \(key) now")
  }

  func take(_ key: String) -> YAMLValue? {
    precondition(self.shape.keys.contains(key), "\(self.shape.name) has no key \(key)")
    guard let index = self.entries.firstIndex(where: { $0.key == key }) else { return nil }
    return self.entries.remove(at: index).value
  }

  func has(_ key: String) -> Bool { self.present[key] != nil }

  /// Where the key's value stands, or the mapping when it is absent.
  func place(of key: String) -> SourcePosition { self.present[key] ?? self.place }

  func fail(_ place: SourcePosition, _ text: @autoclosure () -> String) {
    self.findings.add(at: place, text())
  }

  /// A finding about a value that was read.
  func fail(_ key: String, found: String, allowed: String) {
    self.findings.add(at: self.place(of: key), "\(key): found \(found), allowed: \(allowed)")
  }

  /// A scalar read by `read`, or a finding that says what is allowed.
  func value<Value>(
    _ key: String, allowed: @autoclosure () -> String, _ read: (String) -> Value?
  ) -> Value? {
    guard let value = self.take(key) else { return nil }
    if case .scalar(let scalar) = value, scalar.isQuoted || !scalar.text.isEmpty,
      let result = read(scalar.text)
    {
      return result
    }
    self.fail(value.place, "\(key): found \(value.kind), allowed: \(allowed())")
    return nil
  }

  /// One of `words`, made a value; another word is a finding with the nearest one.
  func choice<Value>(_ key: String, _ words: [String], _ read: (String) -> Value?) -> Value? {
    guard let value = self.take(key) else { return nil }
    var hint = ""
    if case .scalar(let scalar) = value {
      if let result = read(scalar.text) { return result }
      hint = Suggestion.text(for: scalar.text, among: words)
    }
    self.fail(
      value.place,
      "\(key): found \(value.kind), allowed: \(words.joined(separator: ", "))\(hint)")
    return nil
  }

  func string(_ key: String) -> String? { self.value(key, allowed: "a text") { $0 } }

  /// A text that says something.
  func words(_ key: String) -> String? {
    self.value(key, allowed: "a text that is not empty") { text in
      text.allSatisfy(\.isWhitespace) ? nil : text
    }
  }

  func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
    self.value(key, allowed: "\(range.lowerBound) to \(range.upperBound)") { text in
      ScalarValues.number(text).flatMap { range.contains($0) ? $0 : nil }
    }
  }

  func duration(_ key: String, orZero: Bool = true) -> SimDuration? {
    let zero = orZero ? "" : ", more than nothing"
    return self.value(
      key, allowed: "a duration such as 200us, 15ms or 1m30s, up to 100 days\(zero)"
    ) { text in
      ScalarValues.duration(text).flatMap { orZero || $0 > .zero ? $0 : nil }
    }
  }

  /// A duration with a sign before it, or without one: not nothing.
  func step(_ key: String) -> SimDuration? {
    self.value(key, allowed: "a duration such as 1h, or -1h for back, of up to 100 days") { text in
      let isBack = text.hasPrefix("-")
      guard let length = ScalarValues.duration(isBack ? String(text.dropFirst()) : text),
        length > .zero
      else { return nil }
      return isBack ? .zero - length : length
    }
  }

  func address(_ key: String) -> IPv4Address? {
    self.value(key, allowed: "an IPv4 address") { IPv4Address($0) }
  }

  func flag(_ key: String) -> Bool {
    self.choice(key, ["true", "false"]) { ["true": true, "false": false][$0] } ?? false
  }

  /// `3`, `"1.."`, `"1..4"` or `{min: 1, max: 4}`; at least one when it is absent.
  func count(_ key: String) -> CountRange {
    let atLeastOne = CountRange(minimum: 1, maximum: nil)
    guard case .map = self.entries.first(where: { $0.key == key })?.value else {
      return self.value(
        key, allowed: "a count such as 3, 1.., 1..4 or {min: 1, max: 4}", ScalarValues.count)
        ?? atLeastOne
    }
    guard let fields = self.fields(key, .count) else { return atLeastOne }
    let allowed = 0...1_000_000_000_000
    let minimum = fields.integer("min", in: allowed)
    let maximum = fields.integer("max", in: (minimum ?? 0)...allowed.upperBound)
    if !fields.has("min"), !fields.has("max") { fields.fail(fields.place, "missing min or max") }
    fields.end()
    return CountRange(minimum: UInt64(minimum ?? 0), maximum: maximum.map { UInt64($0) })
  }

  func list(_ key: String, max: Int = 1000) -> [YAMLValue] {
    guard let value = self.take(key) else { return [] }
    guard case .list(let values, _) = value else {
      self.fail(value.place, "\(key): found \(value.kind), allowed: a list")
      return []
    }
    guard values.count <= max else {
      self.fail(value.place, "\(key): found \(values.count) entries, allowed: \(max)")
      return []
    }
    return values
  }

  /// Scalars of a list, each with its place, read by `read`.
  func values<Value>(
    _ key: String, allowed: String, _ read: (String) -> Value?
  ) -> [Value] {
    self.list(key).compactMap { value in
      if case .scalar(let scalar) = value, !scalar.text.isEmpty, let result = read(scalar.text) {
        return result
      }
      self.fail(value.place, "\(key): found \(value.kind), allowed: \(allowed)")
      return nil
    }
  }

  func fields(_ key: String, _ shape: Shape) -> Fields? {
    self.take(key).map { Fields($0, shape, self.findings) }
  }

  /// The only key of a mapping that is a choice between its keys, such as `{mailbox: 25}`.
  func onlyKey(_ what: String) -> String? {
    guard self.isMapping else { return nil }
    let known = self.shape.keys.filter { self.has($0) }
    guard known.count == 1 else {
      let words = self.entries.map(\.key)
      let unknown = known.isEmpty ? words.first : nil
      let hint = unknown.map { Suggestion.text(for: $0, among: self.shape.keys) } ?? ""
      let found =
        words.isEmpty ? "nothing" : words.map(ScenarioFinding.bare).joined(separator: ", ")
      self.fail(
        self.place,
        "\(what) is one of \(self.shape.keys.joined(separator: ", ")): found \(found)\(hint)")
      return nil
    }
    return known[0]
  }

  /// A finding when `key` is not there.
  func require<Value>(_ key: String, _ value: Value?) -> Value? {
    if value == nil, self.isMapping, !self.has(key) { self.fail(self.place, "\(key): missing") }
    return value
  }

  /// Each key that nobody asked for is an error.
  func end() {
    let keys = self.shape.keys
    for entry in self.entries {
      self.fail(
        entry.place,
        "unknown key \(ScenarioFinding.bare(entry.key)), allowed: \(keys.joined(separator: ", "))"
          + Suggestion.text(for: entry.key, among: keys))
    }
    self.entries = []
  }
}
