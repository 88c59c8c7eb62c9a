import ApplianceConfiguration
import ApplianceModel
import LogDelivery
import LogModel
import Simulation
import Support
import TestKit
import Testing

/// Two properties of a commit, over generated pairs of configurations and traffic.
@Suite struct CommitPropertyTests {
  private static let seconds = 12
  private static let seeds = 0..<UInt64(Thoroughness.cases(few: 24, many: 1_000))

  /// A run: so many seconds of traffic, and what happens to each push in each, by its name.
  private struct Plan {
    let seed: UInt64
    let before: Configuration
    let after: Configuration
    let delta: ConfigurationDelta
    let commitSecond: Int
    /// Whether connections fail, the new servers' among them.
    let fails: Bool

    init(seed: UInt64, fails: Bool) {
      var random = SeededGenerator(seed: seed, stream: "commits")
      self.seed = seed
      self.fails = fails
      let names = ["a", "b", "c", "d", "e"].prefix(2 + Int(random.uniform(below: 4)))
      var subscriptions = names.map { Self.subscription(String($0), &random) }
      self.before = Fixtures.configuration(subscriptions: subscriptions)
      for index in subscriptions.indices where random.chance(permille: 400) {
        subscriptions[index] = Self.changed(subscriptions[index], &random)
      }
      if random.chance(permille: 300) {
        subscriptions.remove(at: Int(random.uniform(below: UInt64(subscriptions.count))))
      }
      if random.chance(permille: 300) { subscriptions.append(Self.subscription("new", &random)) }
      var after = Fixtures.configuration(subscriptions: subscriptions)
      if random.chance(permille: 300) {
        after.alerts.recipients = [
          .init(alertClass: .system, severity: .critical, address: Setting("other@example.com"))
        ]
      }
      self.after = after
      self.delta = ConfigurationDelta(from: self.before, to: after)
      self.commitSecond = 3 + Int(random.uniform(below: 4))
    }

    private static func subscription(
      _ name: String, _ random: inout SeededGenerator
    ) -> LogSubscriptionSettings {
      let level = [LogLevel.critical, .information, .debug][Int(random.uniform(below: 3))]
      if random.chance(permille: 300) {
        return LogSubscriptionSettings(
          name: Setting(name), type: Setting(.textMail), level: Setting(level),
          retrieval: .manualDownload(
            LogFileSettings(filename: Setting(name), rolloverSizeBytes: Setting(4096))))
      }
      let isUDP = random.chance(permille: 300)
      let mode = [DeliveryMode.asAppliance, .buffered][Int(random.uniform(below: 2))]
      return LogSubscriptionSettings(
        name: Setting(name), type: Setting(.textMail), level: Setting(level),
        retrieval: .syslogPush(
          SyslogPushSettings(
            host: Setting("192.0.2.\(1 + random.uniform(below: 9))"),
            transport: Setting(isUDP ? .udp : .tcp),
            delivery: DeliverySettings(mode: Setting(isUDP ? .asAppliance : mode)))))
    }

    private static func changed(
      _ settings: LogSubscriptionSettings, _ random: inout SeededGenerator
    ) -> LogSubscriptionSettings {
      var settings = settings
      guard case .syslogPush(var push) = settings.retrieval, random.chance(permille: 700) else {
        settings.level = Setting(settings.level.value == .critical ? .information : .critical)
        return settings
      }
      switch random.uniform(below: 5) {
      case 0: push.host = Setting("192.0.2.99")
      case 1: push.port = Setting(1514)
      case 2: push.facility = Setting(.local3)
      case 3: push.delivery.format = Setting(.rfc5424)
      default:
        push.transport = Setting(push.transport.value == .tcp ? .udp : .tcp)
        push.delivery.mode = Setting(.asAppliance)
      }
      settings.retrieval = .syslogPush(push)
      return settings
    }

  }

  /// What a run brought forth, by subscription's name.
  private struct Outcome {
    var files: [String: [UInt8]] = [:]
    /// The writes of each connection.
    var streams: [String: [[PushWrite]]] = [:]
    var ledgers: [String: SubscriptionLedger] = [:]
  }

  /// - Parameter commits: whether the commit is made; the run is of `configuration` else.
  private static func run(
    _ plan: Plan, of configuration: Configuration, commits: Bool
  ) -> Outcome {
    var options = ApplianceOptions()
    options.seed = plan.seed
    options.rate = .perSecond(4)
    var world = RecordingWorld(configuration: configuration, options: options)
    for second in 0..<Self.seconds {
      if commits, second == plan.commitSecond {
        world.apply(plan.delta, zone: Fixtures.johannesburg)
      }
      for (id, storage) in world.appliance.storages where storage.isPush {
        // By name and second alone, so that it is the same with and without the commit.
        var random = SeededGenerator(
          seed: storage.name.utf8.reduce(plan.seed &* 1_000 &+ UInt64(second)) {
            $0 &* 31 &+ UInt64($1)
          }, stream: "pushes")
        if plan.fails, random.chance(permille: 250) {
          let stands = world.appliance.isConnected(subscription: id)
          world.fail(
            subscription: id,
            stands ? LinkFailure(.established, .reset) : LinkFailure(.connecting, .refused))
        }
        world.connect(subscription: id)
      }
      world.advance(by: .seconds(1))
    }
    var outcome = Outcome()
    for (id, storage) in world.appliance.storages {
      outcome.files[storage.name] = world.files[id]
      let connections = world.connects.filter { $0.subscription == id }
      outcome.streams[storage.name] = connections.map { world.streams[$0]?.writes ?? [] }
    }
    for ledger in world.appliance.ledgers { outcome.ledgers[ledger.subscription] = ledger }
    return outcome
  }

  /// Byte for byte, with connections, writes and ledger, where nothing is written about the others.
  @Test(arguments: Self.seeds)
  func untouchedIsUntouched(_ seed: UInt64) {
    let plan = Plan(seed: seed, fails: false)
    let with = Self.run(plan, of: plan.before, commits: true)
    let without = Self.run(plan, of: plan.before, commits: false)
    let touched = Set(plan.delta.subscriptions.map(\.name))
    for name in plan.before.subscriptions.map(\.name.value) where !touched.contains(name) {
      #expect(with.files[name] == without.files[name], "\(name)")
      #expect(with.streams[name] == without.streams[name], "\(name)")
      #expect(with.ledgers[name] == without.ledgers[name], "\(name)")
    }
  }

  /// Once the lines about the others are taken out, where connections fail.
  @Test(arguments: Self.seeds)
  func untouchedIsUntouchedWhereServersFail(_ seed: UInt64) {
    let plan = Plan(seed: seed, fails: true)
    let with = Self.run(plan, of: plan.before, commits: true)
    let without = Self.run(plan, of: plan.before, commits: false)
    let touched = Set(plan.delta.subscriptions.map(\.name))
    func lines(_ bytes: [UInt8]?) -> [Substring] {
      String(decoding: bytes ?? [], as: UTF8.self).split(separator: "\n").filter { line in
        // Files end earlier by lines about others: where one begins is a header.
        !touched.contains { line.contains("Subscription \($0):") } && !Self.isHeader(line)
          && !(plan.delta.shared.contains(.alerts) && line.contains("alert"))
      }
    }
    for name in plan.before.subscriptions.map(\.name.value) where !touched.contains(name) {
      #expect(lines(with.files[name]) == lines(without.files[name]), "\(name)")
      let (first, second) = (with.streams[name] ?? [], without.streams[name] ?? [])
      #expect(first.count == second.count, "\(name)")
      for (one, other) in zip(first, second) {
        #expect(lines(one.flatMap(\.bytes)) == lines(other.flatMap(\.bytes)), "\(name)")
      }
    }
  }

  /// Each line that begins after the commit is sent as a run of the new configuration sends it.
  @Test(arguments: Self.seeds)
  func touchedIsAsTheNewConfiguration(_ seed: UInt64) {
    let plan = Plan(seed: seed, fails: false)
    let with = Self.run(plan, of: plan.before, commits: true)
    let new = Self.run(plan, of: plan.after, commits: false)
    // Stamps are of Johannesburg: the documented instant is 08:50:03 there.
    let second = 3 + plan.commitSecond
    let last = "08:50:" + (second < 10 ? "0\(second)" : "\(second)")
    for change in plan.delta.subscriptions {
      if case .removed = change { continue }
      let name = change.name
      func lines(_ outcome: Outcome) -> [String] {
        let bytes = outcome.streams[name].map { $0.flatMap { $0.flatMap(\.bytes) } }
        return String(decoding: bytes ?? outcome.files[name] ?? [], as: UTF8.self)
          .split(separator: "\n").filter { line in
            guard let place = line.firstRange(of: "08:50:") else { return false }
            return line[place.lowerBound...].prefix(8) > last && !Self.isHeader(line)
          }.map(String.init)
      }
      let found = lines(with)
      #expect(found == lines(new), "\(name)")
      #expect(found.isEmpty == lines(new).isEmpty)
    }
  }

  private static func isHeader(_ line: some StringProtocol) -> Bool {
    line.contains("Begin Logfile") || line.contains("Version: ")
      || line.contains("Time offset from UTC")
  }
}
