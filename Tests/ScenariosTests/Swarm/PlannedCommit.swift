import ApplianceConfiguration
import LogModel
import Scenarios
import Simulation
import Support
import TestKit

/// A commit of a case: when, and what it changes.
struct PlannedCommit: Hashable, Sendable, CustomStringConvertible {
  enum Moment: Hashable, Sendable {
    /// After the start, before or after what is due then.
    case before(SimDuration)
    case behind(SimDuration)
    /// In the instant in which a push fails for the n-th time, counted from 1 over all pushes.
    case atFailure(Int)
  }

  var moment: Moment
  var changes: [DrawnChange]

  var description: String {
    let when =
      switch self.moment {
      case .before(let time): "at \(time.fileText), before what is due then"
      case .behind(let time): "at \(time.fileText), after what is due then"
      case .atFailure(let number): "in the instant of failure \(number)"
      }
    return "commit \(when): \(self.changes.map { "\($0)" }.joined(separator: "; "))"
  }
}

/// Draws what is committed, of a stream of its own.
enum RandomCommits {
  /// Two seeds of seven. None of them is one that is kept for what it draws (`SwarmTests`), and none
  /// a long one, for which a connection has to stand.
  static func draws(_ seed: UInt64) -> Bool { (seed % 7 == 1 || seed % 7 == 4) && seed % 20 != 9 }

  static func draw(_ plan: inout SwarmPlan) {
    var random = SeededGenerator(seed: plan.seed, stream: "swarm commits")
    let hosts = plan.hosts.dropLast().map { "\($0.address)" }
    let relay = plan.hosts[plan.hosts.count - 1]
    let draw = ChangeDraw(
      // Nothing listens at the relay, nobody is at the missing address, nobody knows the last name.
      hosts: hosts + hosts
        + [
          "\(relay.address)", "\(RandomPlan.missingAddress)", "log.example.com", "gone.example.com",
        ],
      ports: [514, 515, 2514], linesPerSecond: [0, 1, 20],
      relays: ["\(relay.address)", "relay.example.com", "\(RandomPlan.missingAddress)"],
      rolloverBytes: 10_485_760, modes: [.asAppliance, .buffered, .atLeastOnce])
    let end = plan.seconds * 1000
    var times = (0..<random.uniform(in: 1...4)).map { _ in random.uniform(in: 0...end) }
    if random.chance(permille: 250) {
      let drain = random.uniform(in: end / 3...end * 4 / 5)
      plan.drainsAt = .milliseconds(Int64(drain))
      // One in the middle of it.
      times.append(drain + random.uniform(in: 0...min(4000, end - drain)))
    }
    var configuration = plan.drawnConfiguration
    for time in times.sorted() {
      let changes = draw.changes(of: configuration, &random)
      for change in changes { change.apply(to: &configuration) }
      plan.commits.append(
        PlannedCommit(moment: self.moment(time, plan, &random), changes: changes))
    }
  }

  private static func moment(
    _ time: Int, _ plan: SwarmPlan, _ random: inout SeededGenerator
  ) -> PlannedCommit.Moment {
    if random.chance(permille: 250) { return .atFailure(random.uniform(in: 1...4)) }
    var instant = SimDuration.milliseconds(Int64(time))
    // When a fault begins.
    let faults = plan.faults.map(\.when.from).filter { $0 > .zero }
    if !faults.isEmpty, random.chance(permille: 200) {
      instant = faults[random.uniform(in: 0...faults.count - 1)]
    }
    return random.chance(permille: 500) ? .before(instant) : .behind(instant)
  }
}

extension SwarmPlan {
  /// Whether a push waits on disk, from the start or by a commit.
  var hasDiskBuffers: Bool {
    self.subscriptions.contains(where: \.isBuffered)
      || self.commits.contains { $0.changes.contains(where: \.isBuffered) }
  }

  /// Whether a commit keeps lines out of the mail log that are set against each other.
  var hidesMail: Bool {
    self.commits.contains { commit in
      commit.changes.contains { if case .level("mail_logs", _) = $0 { true } else { false } }
    }
  }

  /// The subscriptions, for changes to be drawn of.
  fileprivate var drawnConfiguration: Configuration {
    Fixtures.configuration(
      subscriptions: self.subscriptions.map { subscription in
        LogSubscriptionSettings(
          name: Setting(subscription.name), type: Setting(.textMail),
          level: Setting(LogLevel(rawValue: UInt8(subscription.level)) ?? .information),
          retrieval: subscription.push.map { .syslogPush($0) }
            ?? .manualDownload(LogFileSettings(filename: Setting("log"))))
      })
  }
}

extension DrawnChange {
  fileprivate var isBuffered: Bool {
    if case .added(let settings) = self { return settings.hasDiskBuffer }
    if case .method(_, .syslogPush(let push)) = self {
      return push.delivery.mode.value != .asAppliance
    }
    if case .delivery(_, .mode(let mode)) = self { return mode != .asAppliance }
    return false
  }
}
