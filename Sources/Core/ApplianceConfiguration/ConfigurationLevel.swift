/// One level of a cluster's export: what it sets itself.
public struct ConfigurationLevel: Hashable, Sendable {
  /// Which level, from the one that all others stand above.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// What stands beside the cluster in the file.
    case beside
    case cluster, group, machine
  }

  /// Which level.
  public let kind: Kind
  /// What groups and machines are matched by; the cluster's is told when it changes.
  public let name: String
  /// The group of a machine, where the file gives one.
  public let groupName: String?
  /// What the level sets; what it does not is the default.
  public let configuration: Configuration
  /// The sections that stand there and are modelled, with the place of the first of each name.
  public let sections: [String: SourcePosition]

  /// A level.
  public init(
    _ kind: Kind, name: String, groupName: String? = nil, configuration: Configuration,
    sections: [String: SourcePosition]
  ) {
    self.kind = kind
    self.name = name
    self.groupName = groupName
    self.configuration = configuration
    self.sections = sections
  }

  /// Such as `machine esa1`; `nil` for what stands beside the cluster.
  public var scope: String? {
    switch self.kind {
    case .beside: nil
    case .cluster: "cluster"
    case .group: "group " + self.name
    case .machine: "machine " + self.name
    }
  }
}

extension ConfigurationDifference {
  /// What the levels of one cluster's export say otherwise than those of another, matched by name.
  ///
  /// A section that one level alone sets is told even where it holds the default: it would hide
  /// what a level above sets.
  public static func changes(
    from first: [ConfigurationLevel], to second: [ConfigurationLevel]
  ) -> [ConfigurationChange] {
    struct Key: Hashable {
      var kind: ConfigurationLevel.Kind
      var name: String

      init(_ level: ConfigurationLevel) {
        self.kind = level.kind
        self.name = level.kind == .cluster ? "" : level.name
      }
    }
    let before = Dictionary(first.map { (Key($0), $0) }, uniquingKeysWith: { one, _ in one })
    let after = Dictionary(second.map { (Key($0), $0) }, uniquingKeysWith: { one, _ in one })
    var changes: [ConfigurationChange] = []
    for level in first {
      if let other = after[Key(level)] {
        changes += self.changes(from: level, to: other)
      } else {
        changes.append(self.whole(level, .removed))
      }
    }
    for level in second where before[Key(level)] == nil {
      changes.append(self.whole(level, .added))
    }
    return changes
  }

  private static func whole(
    _ level: ConfigurationLevel, _ kind: ConfigurationChange.Kind
  ) -> ConfigurationChange {
    var change = ConfigurationChange(kind: kind, path: [])
    change.scope = level.scope
    return change
  }

  private static func changes(
    from first: ConfigurationLevel, to second: ConfigurationLevel
  ) -> [ConfigurationChange] {
    var changes: [ConfigurationChange] = []
    if first.name != second.name {
      changes.append(
        ConfigurationChange(kind: .changed, path: ["name"], from: first.name, to: second.name))
    }
    if first.groupName != second.groupName {
      changes.append(
        ConfigurationChange(
          kind: .changed, path: ["group"], from: first.groupName ?? "",
          to: second.groupName ?? ""))
    }
    let names = Set(first.sections.keys).union(second.sections.keys).sorted()
    for name in names where first.kind != .beside {
      let places = (first.sections[name], second.sections[name])
      guard (places.0 == nil) != (places.1 == nil) else { continue }
      changes.append(
        ConfigurationChange(
          kind: places.0 == nil ? .added : .removed, path: ["sections", name],
          fromPosition: places.0, toPosition: places.1))
    }
    changes += self.changes(from: first.configuration, to: second.configuration)
    return changes.map { change in
      var change = change
      change.scope = second.scope
      return change
    }
  }
}
