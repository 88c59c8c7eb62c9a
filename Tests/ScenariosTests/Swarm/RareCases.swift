import ApplianceConfiguration
import LabPeers
import LogModel
import Scenarios
import Simulation

/// Cases by hand, under numbers that no draw has, for exits that chance finds too seldom.
enum RareCases {
  static let seeds: ClosedRange<UInt64> = 9_000_001...9_000_004

  static func plan(_ seed: UInt64) -> SwarmPlan? {
    switch seed {
    case 9_000_001: self.crashOfRelay(seed, at: .milliseconds(252))
    case 9_000_002: self.crashOfRelay(seed, at: .milliseconds(405))
    case 9_000_003: self.crashBehindFIN(seed)
    case 9_000_004: self.lostFIN(seed)
    default: nil
    }
  }

  private static func base(_ seed: UInt64, seconds: Int, path: PathPlan) -> SwarmPlan {
    let log = IPv4Address(10, 44, 167, 30)
    let push = SyslogPushSettings(host: Setting("\(log)"), transport: Setting(.tcp))
    return SwarmPlan(
      seed: seed, seconds: seconds, messagesPerSecond: 1, messages: 0, relay: "10.229.24.25",
      initialIntervalSeconds: 300, maximumIntervalSeconds: 3600,
      subscriptions: [.init(name: "Push_0", module: "mail", level: 3, push: push)],
      hosts: [
        HostPlan(name: "log0", address: log, services: [.syslogTCP(port: 514)], path: path),
        HostPlan(
          name: "relay", address: IPv4Address(10, 229, 24, 25), services: [.mailbox(port: 25)]),
      ], names: [], faults: [])
  }

  private static func at(_ instant: SimDuration) -> FaultWindow {
    var window = FaultWindow()
    window.from = instant
    return window
  }

  /// The relay, 100 ms away, ends while its greeting is on the way or has just been sent.
  private static func crashOfRelay(_ seed: UInt64, at instant: SimDuration) -> SwarmPlan {
    var plan = self.base(seed, seconds: 5, path: PathPlan())
    plan.hosts[1].path.latency = .milliseconds(100)
    plan.faults = [
      PlannedFault(.refuse, host: "log0"),
      PlannedFault(.crash(backAfter: .seconds(1)), host: "relay", when: self.at(instant)),
    ]
    return plan
  }

  /// The server closes, and ends before its FIN is acknowledged.
  private static func crashBehindFIN(_ seed: UInt64) -> SwarmPlan {
    var path = PathPlan()
    path.latency = .milliseconds(100)
    var plan = self.base(seed, seconds: 5, path: path)
    plan.faults = [
      PlannedFault(.closeAfter(.time(.seconds(1))), host: "log0"),
      PlannedFault(
        .crash(backAfter: .seconds(1)), host: "log0", when: self.at(.milliseconds(1350))),
    ]
    return plan
  }

  /// At 32 kbit/s the ACK of the server's FIN comes 10 ms before its own FIN, and the link
  /// fails between them for longer than FIN-WAIT-2 lasts.
  private static func lostFIN(_ seed: UInt64) -> SwarmPlan {
    var path = PathPlan()
    path.latency = .milliseconds(20)
    path.bandwidthBitsPerSecond = 32_000
    var plan = self.base(seed, seconds: 75, path: path)
    plan.faults = [
      PlannedFault(.closeAfter(.time(.seconds(1))), host: "log0"),
      PlannedFault(
        .burstLoss(every: .seconds(80), length: .seconds(70)), host: "log0",
        when: self.at(.milliseconds(1151))),
    ]
    return plan
  }
}
