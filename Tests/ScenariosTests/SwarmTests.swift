import ApplianceConfiguration
import ApplianceModel
import Foundation
import LabPeers
import LogDelivery
import LogModel
import Scenarios
import Simulation
import TestKit
import Testing

/// Random appliances, traffic, paths and faults; what must hold whatever happens.
///
/// `SWARM_SEEDS=n` runs n seeds in place of 200, `SWARM_FIRST=k` begins at seed k.
@Suite struct SwarmTests {
  private static let seeds: ClosedRange<UInt64> = {
    let environment = ProcessInfo.processInfo.environment
    let first = environment["SWARM_FIRST"].flatMap(UInt64.init) ?? 1
    let count = environment["SWARM_SEEDS"].flatMap(UInt64.init) ?? 200
    return first...(first + max(count, 1) - 1)
  }()

  @Test(arguments: seeds)
  func invariantsHold(_ seed: UInt64) {
    let scenario = RandomScenario.make(seed: seed)
    let replay = "make swarm SEEDS=1 FIRST=\(seed)"
    var last = scenario.start
    var violations = 0
    let (result, output) = ScenarioRunner(scenario, output: MemoryOutput()).run { now, ledgers in
      // The ledger balances, and time does not go back, at every instant.
      let holds = now >= last && ledgers.allSatisfy { $0.totals.isBalanced }
      if !holds { violations += 1 }
      last = now
    }
    #expect(violations == 0, "\(replay)")
    for ledger in result.ledgers {
      #expect(ledger.totals.isBalanced, "\(replay)")
      #expect(ledger.connections.allSatisfy { $0.received <= $0.written }, "\(replay)")
      let opened = ledger.connections.map(\.opened)
      #expect(opened == opened.sorted(), "\(replay)")
    }
    let times = result.events.map(\.instant)
    #expect(times == times.sorted(), "\(replay)")
    Self.checkAlerts(result, output, replay)
    Self.checkStream(scenario, output, replay)
  }

  /// No storm: each text is mailed at most as often as the documented intervals allow.
  private static func checkAlerts(
    _ result: ScenarioResult, _ output: MemoryOutput, _ replay: String
  ) {
    let raised = result.events.filter { $0.kind == .alertRaised }
    var counts: [String: Int] = [:]
    for event in raised { counts[event.detail, default: 0] += 1 }
    // 600 s at most: at 0, 300 and no third before 1200 s.
    #expect(counts.values.allSatisfy { $0 <= 2 }, "\(replay)")
    #expect(output.mails.count <= raised.count, "\(replay)")
  }

  /// What a TCP server reads is in order what was logged, and nothing else.
  private static func checkStream(
    _ scenario: Scenario, _ output: MemoryOutput, _ replay: String
  ) {
    guard case .syslogPush(let push) = scenario.configuration.subscriptions[0].retrieval,
      push.transport.value == .tcp
    else { return }
    let names = output.files.keys.filter { $0.hasPrefix("Mail_Log/") }.sorted()
    let record = names.flatMap { name in
      String(decoding: output.files[name] ?? [], as: UTF8.self).split(separator: "\n")
        .map { $0.dropFirst(25) }
    }
    // A connection's last line may be cut: only whole ones count.
    let text = String(decoding: output.received["syslog"] ?? [], as: UTF8.self)
    let headers = ["Info: Begin Logfile", "Info: Version: ", "Info: Time offset from UTC: "]
    var position = record.startIndex
    for line in text.split(separator: "\n") {
      guard let start = line.range(of: " Mail_Log: ", options: .backwards) else { continue }
      let body = line[start.upperBound...]
      guard line.hasPrefix("<"), line.distance(from: line.startIndex, to: start.lowerBound) < 22,
        !headers.contains(where: { body.hasPrefix($0) })
      else { continue }
      guard let found = record[position...].firstIndex(of: body) else {
        // The last line of a connection that was cut is the beginning of one that was logged.
        let isCut = record.contains { $0.hasPrefix(body) }
        #expect(isCut, "\(replay): not logged: \(body)")
        continue
      }
      position = found + 1
    }
  }
}

/// A scenario drawn from a seed.
enum RandomScenario {
  static func make(seed: UInt64) -> Scenario {
    var random = SeededGenerator(seed: seed, stream: "swarm")
    let transport: SyslogPushSettings.Transport = random.chance(permille: 750) ? .tcp : .udp
    var syslog = HostPlan(
      name: "syslog", address: IPv4Address(10, 44, 167, 30),
      stack: random.chance(permille: 500) ? .linux : .documentedServer,
      services: [.syslogTCP(port: 514), .syslogUDP(port: 514)])
    syslog.path = self.path(&random)
    let relay = HostPlan(
      name: "relay", address: IPv4Address(10, 229, 24, 25), services: [.mailbox(port: 25)])
    var network = NetworkPlan(applianceAddress: IPv4Address(10, 229, 24, 230))
    network.hosts = [syslog, relay]
    var traffic = TrafficPlan()
    traffic.rate = .perSecond(random.uniform(in: 1...20))
    traffic.messagesMax = random.uniform(in: 0...80)
    let route = SMTPRoute(
      source: Setting("ALL"), destinations: [Setting(.host("10.229.24.25", port: 25))])
    return Scenario(
      name: "swarm-\(seed)", teaches: "", start: Fixtures.documentedInstant,
      duration: .seconds(Int64(random.uniform(in: 10...600))), seed: seed,
      configuration: Fixtures.configuration(
        subscriptions: [Fixtures.pushed(transport: transport), Fixtures.files()],
        routes: [route]),
      zone: Fixtures.johannesburg, traffic: traffic, network: network,
      faults: (0..<random.uniform(in: 0...3)).map { _ in self.fault(&random) })
  }

  private static func path(_ random: inout SeededGenerator) -> PathPlan {
    var path = PathPlan()
    path.latency = .microseconds(Int64(random.uniform(in: 50...50_000)))
    path.jitter = .microseconds(Int64(random.uniform(in: 0...2000)))
    path.lossPermille = random.chance(permille: 300) ? random.uniform(in: 0...100) : 0
    path.duplicatePermille = random.uniform(in: 0...20)
    path.reorderPermille = random.uniform(in: 0...20)
    path.mtu = random.chance(permille: 200) ? random.uniform(in: 576...1500) : 1500
    path.bandwidthBitsPerSecond = random.chance(permille: 200) ? 256_000 : 0
    return path
  }

  private static func fault(_ random: inout SeededGenerator) -> PlannedFault {
    let seconds = SimDuration.seconds(Int64(random.uniform(in: 1...60)))
    let lines = UInt64(random.uniform(in: 1...300))
    let kinds: [FaultKind] = [
      .resetAfterHandshake, .resetAfter(.lines(lines)), .resetAfter(.bytes(lines * 50)),
      .resetAfter(.time(seconds)), .resetWhenIdle(seconds), .neverRead,
      .readSlowly(bytesPerSecond: Int(lines) * 10), .backlogFull(resets: lines % 2 == 0),
      .closeAfter(.lines(lines)), .crash(backAfter: seconds), .silentDrop, .rejectWithReset,
      .rejectWithICMP, .resetOnPattern(Array("MID 3".utf8)), .resetAfterBytes(lines * 100),
      .spoofedReset(after: seconds, rightSequence: lines % 2 == 0), .idleExpiry(seconds),
      .blockTCP, .blockUDP, .rateLimit(bitsPerSecond: Int64(lines) * 1000),
      .loss(permille: Int(lines)), .burstLoss(every: .seconds(10), length: .seconds(1)),
      .duplication(permille: 100), .reordering(permille: 100), .latency(.milliseconds(20)),
      .mtuBlackHole(mtu: 900), .linkFlap(every: .seconds(20), down: .seconds(3)), .refuse,
    ]
    var window = FaultWindow()
    window.from = .seconds(Int64(random.uniform(in: 0...30)))
    if random.chance(permille: 600) {
      window.until = window.from + .seconds(Int64(random.uniform(in: 1...120)))
    }
    if random.chance(permille: 400) { window.connectionsMax = random.uniform(in: 1...3) }
    window.connectionPermille = random.uniform(in: 200...1000)
    return PlannedFault(
      kinds[random.uniform(in: 0...(kinds.count - 1))], host: "syslog", when: window)
  }
}
