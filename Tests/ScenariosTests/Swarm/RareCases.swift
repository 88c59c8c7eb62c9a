import ApplianceConfiguration
import LabPeers
import LogModel
import Scenarios
import Simulation

/// Cases by hand, under numbers that no draw has, for exits that chance finds too seldom.
enum RareCases {
  /// Crashes at instants close together, so that each step of a session is met whatever the stacks'
  /// delays are.
  private static let crashesOfRelay: ClosedRange<UInt64> = 9_000_100...9_000_140
  private static let crashesBehindFIN: ClosedRange<UInt64> = 9_000_200...9_000_215
  private static let lostFINs: ClosedRange<UInt64> = 9_000_300...9_000_308

  private static let resetsBehindFIN: ClosedRange<UInt64> = 9_000_400...9_000_403

  private static let receipts: ClosedRange<UInt64> = 9_000_500...9_000_505
  private static let silences: ClosedRange<UInt64> = 9_000_600...9_000_605
  private static let unread: ClosedRange<UInt64> = 9_000_700...9_000_703

  private static let closes: ClosedRange<UInt64> = 9_000_800...9_000_835
  private static let unreadCloses: ClosedRange<UInt64> = 9_000_900...9_000_907

  static let seeds = [
    crashesOfRelay, crashesBehindFIN, lostFINs, resetsBehindFIN, receipts, silences,
    unread, closes, unreadCloses,
  ].flatMap(Array.init)

  static func plan(_ seed: UInt64) -> SwarmPlan? {
    switch seed {
    case self.crashesOfRelay:
      let step = Int64(seed - self.crashesOfRelay.lowerBound)
      return self.crashOfRelay(seed, at: .milliseconds(200 + 50 * step))
    case self.crashesBehindFIN:
      let step = Int64(seed - self.crashesBehindFIN.lowerBound)
      return self.crashBehindFIN(seed, at: .milliseconds(1200 + 20 * step))
    case self.lostFINs:
      let step = Int64(seed - self.lostFINs.lowerBound)
      return self.lostFIN(seed, at: .milliseconds(1145 + 2 * step))
    case self.resetsBehindFIN:
      let step = Int64(seed - self.resetsBehindFIN.lowerBound)
      return self.resetBehindFIN(seed, closingAfter: .milliseconds(40 + 40 * step))
    case self.receipts:
      return self.receipt(seed, afterLines: 20 + 15 * (seed - self.receipts.lowerBound))
    case self.silences:
      let lines = 20 + 15 * (seed - self.silences.lowerBound)
      var plan = self.receipt(seed, afterLines: lines)
      // All later connections.
      plan.faults.append(
        PlannedFault(.server(.neverRead), host: "log0", when: self.at(.milliseconds(100))))
      return plan
    case self.unread:
      return self.crashWithUnreadLines(seed, isOften: seed % 2 == 0, isLinux: seed % 4 < 2)
    case self.closes: return self.close(seed)
    case self.unreadCloses: return self.closeUnread(seed)
    default: return nil
    }
  }

  /// A server that closes its direction and reads no more of what its kernel takes; the run ends while
  /// there is traffic.
  private static func closeUnread(_ seed: UInt64) -> SwarmPlan {
    let step = seed - self.unreadCloses.lowerBound
    var path = PathPlan()
    path.latency = .milliseconds(40)
    var plan = self.base(seed, seconds: 12, path: path)
    (plan.messages, plan.messagesPerSecond) = (200, 8)
    plan.subscriptions[0].push?.delivery.mode = Setting(.atLeastOnce)
    plan.faults = [
      PlannedFault(.server(.halfClose(.lines(20 + 30 * step), readsOn: false)), host: "log0")
    ]
    return plan
  }

  /// A server that takes everything and closes in its own way, most often with a disk buffer that
  /// is smaller than its window: each line is to arrive.
  private static func close(_ seed: UInt64) -> SwarmPlan {
    var random = SeededGenerator(seed: seed, stream: "swarm closes")
    var path = PathPlan()
    path.latency = .microseconds(Int64(random.uniform(in: 50...30_000)))
    var plan = self.base(seed, seconds: 150, path: path)
    plan.mustGoOn = true
    (plan.messages, plan.messagesPerSecond) = (random.uniform(in: 10...120), 4)
    plan.hosts[0].stack = random.chance(permille: 500) ? .linux : .documentedServer
    plan.subscriptions[0].push?.delivery.mode = Setting(
      seed % 6 == 0 ? .buffered : .atLeastOnce)
    if random.chance(permille: 800) {
      plan.subscriptions[0].push?.delivery.bufferBytesMax = Setting(65_536)
    }
    let point = StreamPoint.lines(UInt64(random.uniform(in: 1...200)))
    switch seed % 6 {
    case 1: plan.faults = [PlannedFault(.server(.halfClose(point, readsOn: true)), host: "log0")]
    case 2: plan.faults = [PlannedFault(.server(.answerClose(.never)), host: "log0")]
    case 3:
      let after = SimDuration.milliseconds(Int64(random.uniform(in: 1...3000)))
      plan.faults = [PlannedFault(.server(.answerClose(.late(after))), host: "log0")]
    case 4: plan.faults = [PlannedFault(.server(.answerClose(.reset)), host: "log0")]
    case 5:
      plan.faults = [
        PlannedFault(
          .server(
            .halfClose(.time(.milliseconds(Int64(random.uniform(in: 1...500)))), readsOn: true)),
          host: "log0")
      ]
    default: break
    }
    return plan
  }

  /// The server's kernel takes what its window lets in, its program reads none of that and ends.
  private static func crashWithUnreadLines(
    _ seed: UInt64, isOften: Bool, isLinux: Bool
  ) -> SwarmPlan {
    var plan = self.base(seed, seconds: 60, path: PathPlan())
    (plan.messages, plan.messagesPerSecond) = (250, 25)
    plan.hosts[0].stack = isLinux ? .linux : .documentedServer
    plan.subscriptions[0].push?.delivery.mode = Setting(.atLeastOnce)
    var once = FaultWindow()
    once.connectionsMax = 1
    plan.faults = [
      PlannedFault(.server(.neverRead), host: "log0", when: once),
      PlannedFault(
        .host(.crash(backAfter: .seconds(2))), host: "log0", when: self.at(.seconds(12))),
    ]
    if isOften {
      plan.faults.append(
        PlannedFault(
          .host(.crash(backAfter: .seconds(3))), host: "log0", when: self.at(.seconds(18))))
    }
    return plan
  }

  /// What a reset took is sent again, which the server is asked to confirm by a FIN.
  private static func receipt(_ seed: UInt64, afterLines lines: UInt64) -> SwarmPlan {
    var plan = self.base(seed, seconds: 120, path: PathPlan())
    plan.messages = 40
    plan.subscriptions[0].push?.delivery.mode = Setting(.atLeastOnce)
    var once = FaultWindow()
    once.connectionsMax = 1
    plan.faults = [PlannedFault(.server(.resetAfter(.lines(lines))), host: "log0", when: once)]
    return plan
  }

  /// The server closes, and an IPS resets both ends before the FIN is acknowledged: 200 ms after
  /// the handshake the second write passes it.
  private static func resetBehindFIN(
    _ seed: UInt64, closingAfter duration: SimDuration
  ) -> SwarmPlan {
    var path = PathPlan()
    path.latency = .milliseconds(100)
    var plan = self.base(seed, seconds: 5, path: path)
    plan.faults = [
      PlannedFault(.server(.closeAfter(.time(duration))), host: "log0"),
      PlannedFault(.path(.resetOnPattern(Array("Version".utf8))), host: "log0"),
    ]
    return plan
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

  /// The relay, 100 ms away, ends in the middle of a session.
  private static func crashOfRelay(_ seed: UInt64, at instant: SimDuration) -> SwarmPlan {
    var plan = self.base(seed, seconds: 5, path: PathPlan())
    plan.hosts[1].path.latency = .milliseconds(100)
    plan.faults = [
      PlannedFault(.path(.refuse), host: "log0"),
      PlannedFault(.host(.crash(backAfter: .seconds(1))), host: "relay", when: self.at(instant)),
    ]
    return plan
  }

  /// The server closes, and ends before its FIN is acknowledged.
  private static func crashBehindFIN(_ seed: UInt64, at instant: SimDuration) -> SwarmPlan {
    var path = PathPlan()
    path.latency = .milliseconds(100)
    var plan = self.base(seed, seconds: 5, path: path)
    plan.faults = [
      PlannedFault(.server(.closeAfter(.time(.seconds(1)))), host: "log0"),
      PlannedFault(
        .host(.crash(backAfter: .seconds(1))), host: "log0", when: self.at(instant)),
    ]
    return plan
  }

  /// At 32 kbit/s the ACK of the server's FIN comes 10 ms before its own FIN, and the link
  /// fails between them for longer than FIN-WAIT-2 lasts.
  private static func lostFIN(_ seed: UInt64, at instant: SimDuration) -> SwarmPlan {
    var path = PathPlan()
    path.latency = .milliseconds(20)
    path.bandwidthBitsPerSecond = 32_000
    var plan = self.base(seed, seconds: 75, path: path)
    plan.faults = [
      PlannedFault(.server(.closeAfter(.time(.seconds(1)))), host: "log0"),
      PlannedFault(
        .path(.burstLoss(every: .seconds(80), length: .seconds(70))), host: "log0",
        when: self.at(instant)),
    ]
    return plan
  }
}
