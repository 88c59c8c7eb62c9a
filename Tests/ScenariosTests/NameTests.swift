import ApplianceConfiguration
import ApplianceModel
import LabPeers
import LogModel
import NetworkModel
import Scenarios
import Simulation
import TestKit
import Testing

/// Names are looked up by packets, which a capture shows.
@Suite struct NameTests {
  private static func scenario(_ faults: [PlannedFault], services: [HostPlan.Service] = [])
    -> Scenario
  {
    var network = NetworkPlan(applianceAddress: IPv4Address(10, 0, 0, 1))
    network.hosts = [
      HostPlan(
        name: "syslog", address: IPv4Address(10, 0, 0, 2), services: [.syslogTCP(port: 514)])
    ]
    if !services.isEmpty {
      network.hosts.append(
        HostPlan(name: "resolver", address: IPv4Address(10, 0, 0, 3), services: services))
    }
    network.names = [NamePlan(name: "Log.example.com", addresses: [IPv4Address(10, 0, 0, 2)])]
    var traffic = TrafficPlan()
    traffic.messagesMax = 0
    return Scenario(
      name: "names", teaches: "names", start: SimInstant(secondsSinceEpoch: 1_435_215_004),
      duration: .seconds(30),
      configuration: Fixtures.configuration(
        subscriptions: [Fixtures.pushed(name: "Mail_Log", host: "log.example.com")]),
      zone: Fixtures.johannesburg, traffic: traffic, network: network, faults: faults,
      expectations: [.connections(subscription: "Mail_Log", count: .exactly(1))])
  }

  /// Questions and answers among the first packets.
  private static func exchange(_ scenario: Scenario) -> (questions: Int, answers: [DNSAnswer], Bool)
  {
    let (result, _) = ScenarioRunner(scenario, output: MemoryOutput()).run()
    let packets = result.packets.filter { $0.transport == .udp }
    let answers = packets.compactMap { DNSMessage.readResponse($0.excerpt)?.answer }
    let questions = packets.count { DNSMessage.readQuery($0.excerpt) != nil }
    return (questions, answers, result.verdicts.allSatisfy(\.isMet))
  }

  @Test func nameIsAskedForAndAnswered() {
    let (questions, answers, isMet) = Self.exchange(Self.scenario([]))
    #expect(questions == 1)
    #expect(answers == [.addresses([IPv4Address(10, 0, 0, 2).bits])])
    #expect(isMet)
  }

  @Test func failuresOfTheServerAreAnswers() {
    let notFound = Self.exchange(
      Self.scenario([PlannedFault(.name(.notFound), host: "log.example.com")]))
    #expect(notFound.answers.allSatisfy { $0 == .nameError } && !notFound.answers.isEmpty)
    let failure = Self.exchange(
      Self.scenario([PlannedFault(.name(.serverFailure), host: "log.example.com")]))
    #expect(failure.answers.allSatisfy { $0 == .serverFailure } && !failure.answers.isEmpty)
    #expect(!failure.2)
  }

  @Test func silentServerIsAskedThreeTimes() {
    var window = FaultWindow()
    window.until = .seconds(16)
    let drop = PlannedFault(.path(.silentDrop), host: "resolver", when: window)
    let (questions, answers, isMet) = Self.exchange(
      Self.scenario([drop], services: [.nameServer(port: 53)]))
    // Three tries of five seconds, a second's pause, then one that is answered.
    #expect(questions == 4)
    #expect(answers.count == 1)
    #expect(isMet)
  }

  @Test func timeoutOfANameLastsAsLongAsItSays() throws {
    var window = FaultWindow()
    window.until = .seconds(8)
    let fault = PlannedFault(.name(.timeout(.seconds(7))), host: "log.example.com", when: window)
    let (result, _) = ScenarioRunner(Self.scenario([fault]), output: MemoryOutput()).run()
    let failed = try #require(result.events.first { $0.kind == .pushFailed })
    #expect(result.events.first.map { $0.instant.duration(to: failed.instant) } == .seconds(7))
  }

  // MARK: Several addresses

  /// A host that refuses, one that is not there, and the syslog server.
  private static let refusing = IPv4Address(10, 0, 0, 9)
  private static let missing = IPv4Address(10, 0, 0, 77)
  private static let alive = IPv4Address(10, 0, 0, 2)

  private static func pushing(to addresses: [IPv4Address]) -> ScenarioResult {
    var scenario = Self.scenario([])
    scenario.network.hosts.append(HostPlan(name: "other", address: Self.refusing))
    scenario.network.names = [NamePlan(name: "log.example.com", addresses: addresses)]
    scenario.duration = .seconds(400)
    scenario.expectations = []
    return ScenarioRunner(scenario, output: MemoryOutput()).run().result
  }

  /// The SYNs of the appliance's, by address, in order; those sent again count once.
  private static func called(_ result: ScenarioResult) -> [IPv4Address] {
    var called: [IPv4Address] = []
    for packet in result.packets
    where packet.flags == .syn && packet.source.address == IPv4Address(10, 0, 0, 1) {
      if called.last != packet.destination.address { called.append(packet.destination.address) }
    }
    return called
  }

  @Test(
    arguments: [
      [alive], [refusing, alive], [missing, alive], [missing, refusing, alive], [alive, refusing],
    ])
  func firstAddressThatIsAliveGetsThePush(_ addresses: [IPv4Address]) {
    let result = Self.pushing(to: addresses)
    let kinds = result.events.map(\.kind)
    #expect(kinds.count { $0 == .pushConnecting } == 1)
    #expect(kinds.count { $0 == .pushConnected } == 1)
    #expect(!kinds.contains(.pushFailed))
    let end = addresses.firstIndex(of: Self.alive) ?? 0
    #expect(Self.called(result) == Array(addresses[...end]))
  }

  @Test(
    arguments: [
      ([refusing, refusing], "refused"), ([missing, refusing], "refused"),
      ([refusing, missing], "refused"), ([missing, missing], "hostUnreachable"),
    ])
  func deadAddressesAreOneFailureAndBeginAnew(_ row: ([IPv4Address], String)) {
    let result = Self.pushing(to: row.0)
    let first = result.events.first { $0.kind == .pushFailed }
    #expect(first?.detail == "\(row.1) while connecting")
    #expect(!result.events.contains { $0.kind == .pushConnected })
    let failures = result.events.count { $0.kind == .pushFailed }
    let attempts = result.events.count { $0.kind == .pushConnecting }
    #expect(failures >= 1 && attempts - failures <= 1)
  }
}
