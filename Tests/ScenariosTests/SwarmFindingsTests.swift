import ApplianceConfiguration
import ApplianceModel
import LogDelivery
import LogModel
import Scenarios
import Simulation
import TestKit
import Testing

/// What the swarm has found, each as a case of its own.
@Suite struct SwarmFindingsTests {
  private static func scenario(
    _ subscriptions: [LogSubscriptionSettings], services: [HostPlan.Service],
    messages: Int
  ) -> Scenario {
    var traffic = TrafficPlan()
    traffic.rate = .perSecond(5)
    traffic.messagesMax = messages
    let host = HostPlan(name: "syslog", address: IPv4Address(10, 44, 167, 30), services: services)
    return Scenario(
      name: "finding", teaches: "", start: Fixtures.documentedInstant, duration: .seconds(60),
      seed: 5, configuration: Fixtures.configuration(subscriptions: subscriptions),
      zone: Fixtures.johannesburg, traffic: traffic,
      network: NetworkPlan(applianceAddress: IPv4Address(10, 229, 24, 230), hosts: [host]))
  }

  /// When the last message is in, the model's waits collapse; its lines are not of the future.
  @Test func linesAreNotStampedAheadOfTheClock() {
    let scenario = Self.scenario([Fixtures.files()], services: [], messages: 60)
    let (_, output) = ScenarioRunner(scenario, output: MemoryOutput()).run()
    let text = output.files.values.map { String(decoding: $0, as: UTF8.self) }.joined()
    let stamps = text.split(separator: "\n").map { $0.dropFirst(11).prefix(8) }
    #expect(stamps.count > 500)
    #expect(stamps == stamps.sorted())
    #expect(stamps.allSatisfy { "08:50:03" <= $0 && $0 <= "08:51:03" })
  }

  /// A remote shell daemon takes its own port only.
  @Test func shellStandsBesideASyslogServer() {
    let scenario = Self.scenario(
      [Fixtures.pushed()], services: [.syslogTCP(port: 514), .remoteShell(port: 2514)],
      messages: 3)
    let (result, _) = ScenarioRunner(scenario, output: MemoryOutput()).run()
    #expect(result.events.count { $0.kind == .pushConnected } == 1)
    #expect(!result.events.contains { $0.kind == .pushFailed })
  }
}
