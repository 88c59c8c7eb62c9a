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

  /// Rates are never reached, so that no line waits at the end.
  private static let draw = ChangeDraw(
    hosts: (1...9).map { "192.0.2.\($0)" } + ["192.0.2.99"], ports: [1514],
    linesPerSecond: [100_000], relays: ["127.0.0.2"], rolloverBytes: 4096,
    modes: [.asAppliance, .buffered])

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
      self.before = Fixtures.configuration(
        subscriptions: names.map { CommitPropertyTests.draw.subscription($0, &random) })
      var after = self.before
      for change in CommitPropertyTests.draw.changes(of: self.before, &random) {
        change.apply(to: &after)
      }
      self.after = after
      self.delta = ConfigurationDelta(from: self.before, to: after)
      self.commitSecond = 3 + Int(random.uniform(below: 4))
    }

    /// The subscriptions that the commit names, or that show what it changes.
    var touched: Set<String> {
      let shared = self.delta.shared
      var names = Set(self.delta.subscriptions.map(\.name))
      for settings in self.before.subscriptions + self.after.subscriptions {
        var showsHost = false
        if case .syslogPush(let push) = settings.retrieval { showsHost = push.delivery.hasHost }
        if shared.contains(.timeZone) || shared.contains(.hostname) && showsHost {
          names.insert(settings.name.value)
        }
      }
      return names
    }

    /// Whether a line is about the commit, or shows what it changes for all.
    func isAboutCommit(_ line: some StringProtocol) -> Bool {
      // Files end earlier by lines about others: where one begins is a header.
      CommitPropertyTests.isHeader(line)
        || self.touched.contains { line.contains("Subscription \($0):") }
        || self.delta.shared.contains(.logs) && line.contains("Info: Status: ")
        // The host name stands in the subject.
        || !self.delta.shared.isDisjoint(with: [.alerts, .hostname]) && line.contains("alert")
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
    func zone(_ configuration: Configuration) -> ZoneTransitions {
      configuration.timeZone.value == "Etc/UTC" ? .utc : Fixtures.johannesburg
    }
    var world = RecordingWorld(
      configuration: configuration, options: options, zone: zone(configuration))
    for second in 0..<Self.seconds {
      if commits, second == plan.commitSecond {
        world.apply(plan.delta, zone: zone(plan.after))
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

  private static func lines(_ bytes: [UInt8]?, of plan: Plan) -> [Substring] {
    String(decoding: bytes ?? [], as: UTF8.self).split(separator: "\n")
      .filter { !plan.isAboutCommit($0) }
  }

  /// Byte for byte, with connections, writes and ledger, where nothing is written about the others.
  @Test(arguments: Self.seeds)
  func untouchedIsUntouched(_ seed: UInt64) {
    let plan = Plan(seed: seed, fails: false)
    let with = Self.run(plan, of: plan.before, commits: true)
    let without = Self.run(plan, of: plan.before, commits: false)
    let touched = plan.touched
    for name in plan.before.subscriptions.map(\.name.value) where !touched.contains(name) {
      #expect(
        Self.lines(with.files[name], of: plan) == Self.lines(without.files[name], of: plan))
      // What all logs quote is another, so that each has other lines.
      guard !plan.delta.shared.contains(.logs) else { continue }
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
    let touched = plan.touched
    for name in plan.before.subscriptions.map(\.name.value) where !touched.contains(name) {
      #expect(
        Self.lines(with.files[name], of: plan) == Self.lines(without.files[name], of: plan))
      let (first, second) = (with.streams[name] ?? [], without.streams[name] ?? [])
      #expect(first.count == second.count, "\(name)")
      for (one, other) in zip(first, second) {
        #expect(
          Self.lines(one.flatMap(\.bytes), of: plan)
            == Self.lines(other.flatMap(\.bytes), of: plan), "\(name)")
      }
    }
  }

  /// Each line that begins after the commit is kept and sent as a run of the new configuration does
  /// it.
  @Test(arguments: Self.seeds)
  func touchedIsAsTheNewConfiguration(_ seed: UInt64) {
    let plan = Plan(seed: seed, fails: false)
    let with = Self.run(plan, of: plan.before, commits: true)
    let new = Self.run(plan, of: plan.after, commits: false)
    // The documented instant is in the third second of minute 50, in each zone.
    let last = 3 + plan.commitSecond
    func later(_ bytes: [UInt8]?) -> [Substring] {
      Self.lines(bytes, of: plan).filter { line in
        guard let place = line.firstRange(of: ":50:"),
          let second = Int(line[place.upperBound...].prefix(2))
        else { return false }
        return second > last
      }
    }
    var count = 0
    for settings in plan.after.subscriptions {
      let name = settings.name.value
      let streams = (with.streams[name], new.streams[name])
      let sent = later(streams.0?.flatMap { $0.flatMap(\.bytes) })
      #expect(sent == later(streams.1?.flatMap { $0.flatMap(\.bytes) }), "\(name)")
      let kept = later(with.files[name])
      #expect(kept == later(new.files[name]), "\(name)")
      count += sent.count + kept.count
    }
    // At level Critical nothing is logged where nothing fails.
    let isSilent = plan.after.subscriptions.allSatisfy { $0.level.value == .critical }
    #expect(isSilent == (count == 0))
  }

  fileprivate static func isHeader(_ line: some StringProtocol) -> Bool {
    line.contains("Begin Logfile") || line.contains("Version: ")
      || line.contains("Time offset from UTC")
  }
}
