public import ApplianceConfiguration

/// What a commit changes of a running appliance, by what it does about it.
///
/// By `ConfigurationDifference`: a commit that changes nothing but the order, the spelling or the
/// places of a file is empty. Source: docs/FIDELITY.md, "A commit".
public struct ConfigurationDelta: Hashable, Sendable {
  /// What becomes of one subscription.
  public enum SubscriptionChange: Hashable, Sendable {
    /// It begins.
    case added(LogSubscriptionSettings)
    /// It ends: its files are saved; what waits is lost, or stays in its disk buffer.
    case removed(name: String)
    /// It ends and another of its name begins: type, retrieval method, files, or what its delivery
    /// mode keeps on disk are others.
    case replaced(LogSubscriptionSettings)
    /// It goes on: at another level, in messages of another form, or to another server.
    case changed(LogSubscriptionSettings, Set<Aspect>)

    /// The subscription's name.
    public var name: String {
      switch self {
      case .added(let settings), .replaced(let settings), .changed(let settings, _):
        settings.name.value
      case .removed(let name): name
      }
    }
  }

  /// What of a subscription changes while it goes on.
  public enum Aspect: String, Hashable, Sendable, CaseIterable {
    /// From the next line on.
    case level
    /// Facility, header, severities, length or rate: from the next line on.
    case messages
    /// Host, port, transport, framing, encryption or options of the socket: by a new connection.
    case endpoint
  }

  /// Parts that all subscriptions show.
  public enum Shared: String, Hashable, Sendable, CaseIterable {
    case hostname, timeZone = "time_zone", identity = "appliance", logs
    case alerts, smtpRoutes = "smtp_routes"
  }

  /// By subscription, those that end first, then in the order of the new configuration.
  public private(set) var subscriptions: [SubscriptionChange] = []
  /// What changes beside the subscriptions.
  public private(set) var shared: Set<Shared> = []
  /// Sections whose change takes effect at the next start, as `config diff` names them.
  public private(set) var atNextStart: Set<String> = []
  /// What the appliance is to be set to.
  public let configuration: Configuration

  /// The way from one configuration to another.
  ///
  /// - Parameter new: each subscription in effect (`Configuration.inEffect`).
  public init(from old: Configuration, to new: Configuration) {
    self.configuration = new
    let kept = Dictionary(
      new.subscriptions.map { ($0.name.value, $0) }, uniquingKeysWith: { first, _ in first })
    var aspects: [String: Set<Effect>] = [:]
    for change in ConfigurationDifference.changes(from: old, to: new) {
      guard let section = change.path.first else { continue }
      if section == "subscriptions", change.path.count > 1 {
        let effect = Effect(change, withDiskBuffer: kept[change.path[1]]?.hasDiskBuffer ?? false)
        if let effect { aspects[change.path[1], default: []].insert(effect) }
      } else if let shared = Shared(rawValue: section) {
        self.shared.insert(shared)
      } else if change.kind != .moved, change.kind != .reordered {
        self.atNextStart.insert(section)
      }
    }
    self.subscriptions = old.subscriptions.filter { kept[$0.name.value] == nil }
      .map { .removed(name: $0.name.value) }
    let before = Dictionary(
      old.subscriptions.map { ($0.name.value, $0) }, uniquingKeysWith: { first, _ in first })
    for settings in new.subscriptions {
      let name = settings.name.value
      guard let earlier = before[name] else {
        self.subscriptions.append(.added(settings))
        continue
      }
      let effects = aspects[name] ?? []
      if effects.contains(.replaces) || earlier.hasDiskBuffer != settings.hasDiskBuffer {
        self.subscriptions.append(.replaced(settings))
      } else if !effects.isEmpty {
        self.subscriptions.append(.changed(settings, Set(effects.compactMap(\.aspect))))
      }
    }
  }

  /// Whether nothing takes effect now.
  public var isEmpty: Bool { self.subscriptions.isEmpty && self.shared.isEmpty }

  /// Subscriptions that keep lines on disk where they did not before, or the other way round: what
  /// became of their lines is kept at different places, so that an output folder takes one of them.
  public func changesOfMode(from old: Configuration) -> [String] {
    let before = old.promisedSubscriptions
    let after = self.configuration.promisedSubscriptions
    let names = Set(old.subscriptions.map(\.name.value))
    return self.configuration.subscriptions.map(\.name.value)
      .filter { names.contains($0) && before.contains($0) != after.contains($0) }
  }

  /// What one change of a subscription does.
  private enum Effect: Hashable {
    case changes(Aspect)
    case replaces

    var aspect: Aspect? {
      switch self {
      case .changes(let aspect): aspect
      case .replaces: nil
      }
    }

    /// `nil` for what has no effect at all: elements that are not read.
    init?(_ change: ConfigurationChange, withDiskBuffer: Bool) {
      guard change.path.count > 2 else { return nil }
      switch change.path[2] {
      case "level": self = .changes(.level)
      case "push_facility", "push_message_bytes_max": self = .changes(.messages)
      case "push_host" where change.path.count == 3, "push_port", "push_protocol",
        "push_encrypted":
        self = .changes(.endpoint)
      case "push_delivery": self = Self.ofDelivery(change.path.count > 3 ? change.path[3] : "")
      case "bytes_to_record", "retrieval_kept", "push_kept", "files_kept", "kept", "name":
        return nil
      default: self = .replaces
      }
    }

    private static func ofDelivery(_ name: String) -> Effect {
      switch DeliveryField.named(inOutline: name)?.commit {
      case .replaces: .replaces
      case .changesMessages: .changes(.messages)
      case .reconnects, nil: .changes(.endpoint)
      }
    }
  }
}
