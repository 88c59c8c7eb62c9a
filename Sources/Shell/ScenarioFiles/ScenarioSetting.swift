internal import ApplianceConfiguration

/// A value in place of the one that a scenario's file has, such as
/// `network.hosts.syslog.path.mss_clamp=1300` or `faults.1.lines=2`.
///
/// Keys stand between dots; an entry of a list is its number from 0, or its `name`. A key that the file
/// lacks is added. The value is YAML, or XML when it begins with `<`.
public struct ScenarioSetting: Hashable, Sendable {
  let text: String
  let path: [String]
  let value: String

  /// A setting from `PATH=VALUE`; `nil` without either.
  public init?(_ text: String) {
    guard let sign = text.firstIndex(of: "=") else { return nil }
    let path = text[..<sign].split(separator: ".", omittingEmptySubsequences: false)
    guard path.allSatisfy({ !$0.isEmpty }), !path.isEmpty else { return nil }
    self.text = String(text[..<sign])
    self.path = path.map(String.init)
    self.value = String(text[text.index(after: sign)...])
  }

  /// The file's tree with the value in its place, which keeps the place in the file.
  func applied(to tree: YAMLValue) throws(ScenarioFinding) -> YAMLValue {
    try self.set(tree, self.path[...])
  }

  private func set(
    _ tree: YAMLValue, _ path: ArraySlice<String>
  ) throws(ScenarioFinding) -> YAMLValue {
    guard let key = path.first else { return try self.parsed(at: tree.place) }
    let rest = path.dropFirst()
    switch tree {
    case .map(var entries, let place):
      if let index = entries.firstIndex(where: { $0.key == key }) {
        entries[index].value = try self.set(entries[index].value, rest)
      } else {
        let value = try self.set(.map([], place), rest)
        entries.append(YAMLValue.Entry(key: key, place: place, value: value))
      }
      return .map(entries, place)
    case .list(var values, let place):
      let index = Int(key) ?? values.firstIndex { $0.isNamed(key) } ?? values.count
      guard values.indices.contains(index) else {
        throw ScenarioFinding(
          at: place,
          "--set \(ScenarioFinding.bare(self.text)): found no entry \(ScenarioFinding.bare(key)), "
            + "allowed: 0 to \(values.count - 1), or a name of one")
      }
      values[index] = try self.set(values[index], rest)
      return .list(values, place)
    case .scalar:
      throw ScenarioFinding(
        at: tree.place,
        "--set \(ScenarioFinding.bare(self.text)): found \(tree.kind) where \(key) should be, "
          + "allowed: a key of a mapping or an entry of a list")
    }
  }

  private func parsed(at place: SourcePosition) throws(ScenarioFinding) -> YAMLValue {
    if self.value.hasPrefix("<") {
      return .scalar(YAMLScalar(text: self.value, place: place, isQuoted: true))
    }
    do throws(ScenarioFinding) {
      return try YAMLTree.read(YAMLText(bytes: Array(self.value.utf8))).moved(to: place)
    } catch {
      throw ScenarioFinding(
        at: place,
        "--set \(ScenarioFinding.bare(self.text)): found \(ScenarioFinding.quote(self.value)), "
          + "allowed: YAML: \(error.text)")
    }
  }
}

extension YAMLValue {
  fileprivate func isNamed(_ name: String) -> Bool {
    guard case .map(let entries, _) = self,
      case .scalar(let scalar)? = entries.first(where: { $0.key == "name" })?.value
    else { return false }
    return scalar.text == name
  }

  /// The same value as if all of it stood at one place.
  fileprivate func moved(to place: SourcePosition) -> YAMLValue {
    switch self {
    case .scalar(var scalar):
      scalar.place = place
      return .scalar(scalar)
    case .list(let values, _):
      return .list(values.map { $0.moved(to: place) }, place)
    case .map(let entries, _):
      return .map(
        entries.map { Entry(key: $0.key, place: place, value: $0.value.moved(to: place)) }, place)
    }
  }
}
