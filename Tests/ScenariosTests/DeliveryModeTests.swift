import ApplianceConfiguration
import ApplianceModel
import LabPeers
import LogDelivery
import LogModel
import NetworkModel
import Scenarios
import Simulation
import TestKit
import Testing

/// Delivery modes on the simulated network, where windows and acknowledgements are exact.
@Suite struct DeliveryModeTests {
  private static func scenario(_ mode: DeliveryMode, faults: [PlannedFault]) -> Scenario {
    var push = Fixtures.pushed(name: "Mail_Log")
    if case .syslogPush(var settings) = push.retrieval {
      settings.delivery.mode = Setting(mode)
      push.retrieval = .syslogPush(settings)
    }
    var syslog = HostPlan(
      name: "syslog", address: IPv4Address(10, 44, 167, 30), stack: .documentedServer,
      services: [.syslogTCP(port: 514)])
    syslog.path.latency = .milliseconds(5)
    var traffic = TrafficPlan()
    traffic.rate = .perSecond(20)
    traffic.messagesMax = 200
    return Scenario(
      name: "modes", teaches: "modes", start: SimInstant(secondsSinceEpoch: 1_435_215_004),
      duration: .seconds(120), configuration: Fixtures.configuration(subscriptions: [push]),
      zone: Fixtures.johannesburg, traffic: traffic,
      network: NetworkPlan(applianceAddress: IPv4Address(10, 229, 24, 230), hosts: [syslog]),
      faults: faults)
  }

  private static func window(connections: Int) -> FaultWindow {
    var window = FaultWindow()
    window.connectionsMax = connections
    return window
  }

  private static func lines(_ bytes: [UInt8]) -> [Substring] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n")
  }

  /// Lines that were logged and not read by the server, and the ledger.
  private static func run(
    _ mode: DeliveryMode, _ faults: [PlannedFault]
  ) throws -> (missing: Int, totals: LedgerTotals) {
    let runner = ScenarioRunner(self.scenario(mode, faults: faults), output: MemoryOutput())
    let (result, output) = runner.run()
    var received: Set<Substring> = []
    for line in Self.lines(output.received["syslog"] ?? []) {
      if let tag = line.firstRange(of: "Mail_Log: ") { received.insert(line[tag.upperBound...]) }
    }
    let headers = ["Info: Begin Logfile", "Info: Version: ", "Info: Time offset from UTC: "]
    var logged: [Substring] = []
    for name in output.files.keys.sorted() {
      for line in Self.lines(output.files[name] ?? []) {
        let body = line.dropFirst(25)
        if !headers.contains(where: { body.hasPrefix($0) }) { logged.append(body) }
      }
    }
    #expect(logged.count > 2000)
    let totals = try #require(result.ledgers.first?.totals)
    #expect(totals.isBalanced)
    #expect(totals.accepted == UInt64(logged.count))
    return (logged.count { !received.contains($0) }, totals)
  }

  /// The server reads slowly, so that its kernel holds lines that it acknowledged, and crashes.
  private static let crash = [
    PlannedFault(
      .server(.readSlowly(bytesPerSecond: 3000)), host: "syslog", when: window(connections: 1)),
    {
      var window = FaultWindow()
      window.from = .seconds(8)
      return PlannedFault(.host(.crash(backAfter: .seconds(5))), host: "syslog", when: window)
    }(),
  ]

  /// A disk buffer on a full disk: the push goes on by memory, and what the connection's end takes
  /// with it is counted.
  @Test func fullDiskIsNoEndAndItsLossesAreCounted() throws {
    var full = FaultWindow()
    full.from = .seconds(2)
    full.until = .seconds(6)
    let disk = PlannedFault(.appliance(.diskFull), host: "", when: full)
    let calm = try Self.run(.buffered, [disk])
    #expect(calm.missing == 0)
    #expect(calm.totals.lost == 0)
    #expect(calm.totals.isBalanced)
    // Far away, so that much is under way when the server resets.
    let faults = [
      disk, PlannedFault(.path(.latency(.milliseconds(700))), host: "syslog"),
      PlannedFault(
        .server(.resetAfter(.time(.seconds(3)))), host: "syslog",
        when: Self.window(connections: 1)),
    ]
    let (missing, totals) = try Self.run(.buffered, faults)
    #expect(totals.lostBufferUnwritable > 0)
    #expect(missing <= Int(totals.lost))
    #expect(totals.isBalanced)
    #expect(totals.queued == 0)
  }

  @Test func asApplianceLosesWhatTheCrashTakes() throws {
    let (missing, totals) = try Self.run(.asAppliance, Self.crash)
    #expect(missing > 0)
    #expect(totals.lost > 0)
    // What the peer's kernel took and lost is in no loss of the ledger: nobody is known to have
    // read it.
    #expect(UInt64(missing) >= totals.lost - 1)
    #expect(UInt64(missing) <= totals.lost + totals.acknowledged)
  }

  @Test func bufferedLosesOnlyWhatThePeersKernelHad() throws {
    let (missing, totals) = try Self.run(.buffered, Self.crash)
    #expect(totals.lost == 0)
    #expect(totals.queued == 0)
    #expect(missing > 0)
  }

  @Test func atLeastOnceLosesNothing() throws {
    let (missing, totals) = try Self.run(.atLeastOnce, Self.crash)
    #expect(missing == 0)
    #expect(totals.lost == 0)
    #expect(totals.resent > 0)
  }

  @Test func atLeastOnceSurvivesResetsInARow() throws {
    let (missing, totals) = try Self.run(
      .atLeastOnce,
      [
        PlannedFault(
          .server(.resetAfter(.lines(900))), host: "syslog", when: Self.window(connections: 4))
      ])
    #expect(missing == 0)
    #expect(totals.lost == 0)
  }
}
