public import ApplianceConfiguration
internal import LogModel
public import Simulation

/// Draws what a commit changes: the one source of commits for tests of the appliance alone and for
/// the swarm.
public struct ChangeDraw: Sendable {
  /// Where pushes may go.
  public var hosts: [String]
  /// Their ports.
  public var ports: [UInt16]
  /// What a rate may be limited to.
  public var linesPerSecond: [Int]
  /// Where mail may go.
  public var relays: [String]
  /// How large files may grow.
  public var rolloverBytes: Int
  /// Whether an added subscription may be of another delivery mode than the appliance's.
  public var modes: [DeliveryMode]

  /// Draws from these.
  public init(
    hosts: [String], ports: [UInt16], linesPerSecond: [Int], relays: [String], rolloverBytes: Int,
    modes: [DeliveryMode]
  ) {
    self.hosts = hosts
    self.ports = ports
    self.linesPerSecond = linesPerSecond
    self.relays = relays
    self.rolloverBytes = rolloverBytes
    self.modes = modes
  }

  /// The changes of one commit; each subscription may be changed once, and one may go, come, or
  /// be called otherwise.
  public func changes(
    of configuration: Configuration, _ random: inout SeededGenerator
  ) -> [DrawnChange] {
    if random.chance(permille: 80) { return [.nothing] }
    var changes: [DrawnChange] = []
    for settings in configuration.subscriptions where random.chance(permille: 400) {
      changes.append(self.change(of: settings, &random))
    }
    let names = configuration.subscriptions.map(\.name.value)
    if !names.isEmpty, random.chance(permille: 300) {
      changes.append(.removed(Self.one(of: names, &random)))
    }
    if !names.isEmpty, random.chance(permille: 150) {
      changes.append(.renamed(Self.one(of: names, &random), to: "renamed"))
    }
    if random.chance(permille: 300) { changes.append(.added(self.subscription("new", &random))) }
    if random.chance(permille: 200) { changes.append(.recipient("other@example.com")) }
    if random.chance(permille: 100) {
      let initial = [0, 20, 300][random.uniform(in: 0...2)]
      changes.append(.intervals(initialSeconds: initial, maximumSeconds: 300))
    }
    if random.chance(permille: 200) {
      changes.append(.relay(Self.one(of: self.relays, &random), port: 25))
    }
    if random.chance(permille: 200) { changes.append(.measurements(seconds: 5)) }
    if random.chance(permille: 200) { changes.append(.hostname("other.example.com")) }
    if random.chance(permille: 150) { changes.append(.zone("Etc/UTC")) }
    return changes.isEmpty ? [.nothing] : changes
  }

  /// A subscription of the mail log: files, or a push.
  public func subscription(
    _ name: String, _ random: inout SeededGenerator
  ) -> LogSubscriptionSettings {
    let level = Self.one(of: [LogLevel.critical, .information, .debug], &random)
    let isFiles = random.chance(permille: 300)
    return LogSubscriptionSettings(
      name: Setting(name), type: Setting(.textMail), level: Setting(level),
      retrieval: isFiles ? self.files(name) : self.push(&random))
  }

  private func files(_ name: String) -> LogSubscriptionSettings.Retrieval {
    .manualDownload(
      LogFileSettings(filename: Setting(name), rolloverSizeBytes: Setting(self.rolloverBytes)))
  }

  private func push(_ random: inout SeededGenerator) -> LogSubscriptionSettings.Retrieval {
    let isUDP = random.chance(permille: 300)
    let mode = Self.one(of: self.modes, &random)
    var delivery = DeliverySettings(mode: Setting(isUDP ? .asAppliance : mode))
    if random.chance(permille: 300) { delivery.format = Setting(.rfc5424) }
    return .syslogPush(
      SyslogPushSettings(
        host: Setting(Self.one(of: self.hosts, &random)),
        transport: Setting(isUDP ? .udp : .tcp), delivery: delivery))
  }

  private func change(
    of settings: LogSubscriptionSettings, _ random: inout SeededGenerator
  ) -> DrawnChange {
    let name = settings.name.value
    guard random.chance(permille: 700) else { return self.level(of: settings) }
    guard case .syslogPush(let push) = settings.retrieval else {
      return random.chance(permille: 500)
        ? .method(name, self.push(&random)) : self.level(of: settings)
    }
    switch random.uniform(in: 0...8) {
    case 0: return .host(name, Self.one(of: self.hosts, &random))
    case 1: return .port(name, Self.one(of: self.ports, &random))
    case 2: return .facility(name, .local3)
    case 3: return .delivery(name, .format(.rfc5424))
    case 4: return .delivery(name, .mode(Self.one(of: self.modes, &random)))
    case 5: return .delivery(name, .linesPerSecond(Self.one(of: self.linesPerSecond, &random)))
    case 6: return .delivery(name, .keepAlive(idleSeconds: 30))
    // Its log stays in files from then on.
    case 7: return .method(name, self.files("moved"))
    default: return .transport(name, push.transport.value == .tcp ? .udp : .tcp)
    }
  }

  private func level(of settings: LogSubscriptionSettings) -> DrawnChange {
    .level(settings.name.value, settings.level.value == .critical ? .information : .critical)
  }

  private static func one<Item>(of items: [Item], _ random: inout SeededGenerator) -> Item {
    items[random.uniform(in: 0...items.count - 1)]
  }
}
