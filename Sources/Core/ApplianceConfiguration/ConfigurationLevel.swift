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
  /// A section that one level alone sets is told even where it changes nothing: it hides what a
  /// level above sets. What it holds is compared with what the level above it says, since that was
  /// in effect before, or is afterwards.
  public static func changes(
    from first: [ConfigurationLevel], to second: [ConfigurationLevel]
  ) -> [ConfigurationChange] {
    let (before, after) = (ClusterLevels(first), ClusterLevels(second))
    var changes: [ConfigurationChange] = []
    for level in first {
      if let other = after.like(level) {
        changes += self.changes(from: level, of: before, to: other, of: after)
      } else {
        changes.append(self.whole(level, .removed))
      }
    }
    for level in second where before.like(level) == nil {
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
    from first: ConfigurationLevel, of firstLevels: ClusterLevels, to second: ConfigurationLevel,
    of secondLevels: ClusterLevels
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
    var configurations = (first.configuration, second.configuration)
    let names = Set(first.sections.keys).union(second.sections.keys).sorted()
    for name in names where first.kind != .beside {
      let places = (first.sections[name], second.sections[name])
      guard (places.0 == nil) != (places.1 == nil) else { continue }
      var change = ConfigurationChange(
        kind: places.0 == nil ? .added : .removed, path: ["sections", name],
        fromPosition: places.0, toPosition: places.1)
      // What the level without the section has in its place.
      let above =
        places.0 == nil
        ? firstLevels.above(first, setting: name) : secondLevels.above(second, setting: name)
      if let above {
        if places.0 == nil {
          configurations.0.take(section: name, from: above.configuration)
        } else {
          configurations.1.take(section: name, from: above.configuration)
        }
        if self.isSame(section: name, configurations.0, configurations.1) {
          change.sameAs = above.words
        }
      }
      changes.append(change)
    }
    changes += self.changes(from: configurations.0, to: configurations.1)
    return changes.map { change in
      var change = change
      change.scope = second.scope
      return change
    }
  }

  /// Whether a section means the same in both.
  private static func isSame(
    section name: String, _ first: Configuration, _ second: Configuration
  ) -> Bool {
    var other = first
    other.take(section: name, from: second)
    return self.changes(from: first, to: other).isEmpty
  }
}

/// The levels of one export, by kind and name.
private struct ClusterLevels {
  private struct Key: Hashable {
    var kind: ConfigurationLevel.Kind
    var name: String

    init(_ kind: ConfigurationLevel.Kind, _ name: String) {
      self.kind = kind
      self.name = kind == .cluster ? "" : name
    }
  }

  private let levels: [Key: ConfigurationLevel]

  init(_ levels: [ConfigurationLevel]) {
    self.levels = Dictionary(
      levels.map { (Key($0.kind, $0.name), $0) }, uniquingKeysWith: { one, _ in one })
  }

  /// The level of that kind and name.
  func like(_ level: ConfigurationLevel) -> ConfigurationLevel? {
    self.levels[Key(level.kind, level.name)]
  }

  /// The nearest level above one that sets a section: machine, group, cluster, and what stands
  /// beside the cluster, in that order.
  func above(_ level: ConfigurationLevel, setting section: String) -> ConfigurationLevel? {
    var keys: [Key] = []
    if level.kind == .machine, let group = level.groupName { keys.append(Key(.group, group)) }
    if level.kind == .machine || level.kind == .group { keys.append(Key(.cluster, "")) }
    keys.append(Key(.beside, ""))
    return keys.lazy.compactMap { self.levels[$0] }.first { $0.sections[section] != nil }
  }
}

extension ConfigurationLevel {
  /// Such as `group Main` and `the cluster`.
  fileprivate var words: String {
    switch self.kind {
    case .beside: "the file beside the cluster"
    case .cluster: "the cluster"
    case .group, .machine: self.scope ?? ""
    }
  }
}

extension Configuration {
  /// Takes over what one section of another configuration says.
  fileprivate mutating func take(section name: String, from other: Configuration) {
    switch name {
    case "hostname": self.hostname = other.hostname
    case "timezone": self.timeZone = other.timeZone
    case "interfaces": self.interfaces = other.interfaces
    case "smtp_routes": self.smtpRoutes = other.smtpRoutes
    case "listeners": self.listeners = other.listeners
    case "log_subscriptions": self.subscriptions = other.subscriptions
    case "log_system_measurements_frequency":
      self.logGlobals.systemMeasurementsFrequencySeconds =
        other.logGlobals.systemMeasurementsFrequencySeconds
    case "log_message_id": self.logGlobals.logsMessageID = other.logGlobals.logsMessageID
    case "log_orig_subj": self.logGlobals.logsOriginalSubject = other.logGlobals.logsOriginalSubject
    case "log_remote_response":
      self.logGlobals.logsRemoteResponse = other.logGlobals.logsRemoteResponse
    case "log_headers": self.logGlobals.headers = other.logGlobals.headers
    case "autosupport_enabled": self.alerts.autosupportEnabled = other.alerts.autosupportEnabled
    case "alert_initial_debounce_interval":
      self.alerts.initialIntervalSeconds = other.alerts.initialIntervalSeconds
    case "alert_maximum_debounce_interval":
      self.alerts.maximumIntervalSeconds = other.alerts.maximumIntervalSeconds
    case "alert_email_config":
      self.alerts.fromAddress = other.alerts.fromAddress
      self.alerts.recipients = other.alerts.recipients
      self.alerts.kept = other.alerts.kept
    case "ports": self.network.ports = other.network.ports
    case "dns":
      self.network.nameServers = other.network.nameServers
      self.network.keptOfServers = other.network.keptOfServers
      self.network.reverseLookupTimeout = other.network.reverseLookupTimeout
      self.network.keptOfNames = other.network.keptOfNames
    case "dns_interface": self.network.nameInterface = other.network.nameInterface
    case "default_gateway": self.network.defaultGateway = other.network.defaultGateway
    case "routes": self.network.routes = other.network.routes
    case "users": self.users = other.users
    case "bounce_profiles": self.bounceProfiles = other.bounceProfiles
    default: return
    }
    self.keptInSections[name] = other.keptInSections[name]
    self.emptied.removeAll { $0.value == name }
    self.emptied += other.emptied.filter { $0.value == name }
    self.emptied.sort { $0.value < $1.value }
  }
}
