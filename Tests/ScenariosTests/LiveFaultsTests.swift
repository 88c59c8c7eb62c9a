import LabPeers
import LogModel
import Scenarios
import Simulation
import TestKit
import Testing

/// A scenario's faults and names as the live world takes them.
@Suite struct LiveFaultsTests {
  private static let start = SimInstant(nanoseconds: 1_000_000_000_000)

  private static func scenario(_ faults: [PlannedFault]) -> Scenario {
    var network = NetworkPlan(applianceAddress: IPv4Address(10, 0, 0, 1))
    network.names = [NamePlan(name: "Logs.example.com", addresses: [IPv4Address(192, 0, 2, 7)])]
    return Scenario(
      name: "live", teaches: "live", start: SimInstant(secondsSinceEpoch: 1_435_215_004),
      duration: .seconds(30), configuration: Fixtures.configuration(subscriptions: []),
      zone: Fixtures.johannesburg, network: network, faults: faults)
  }

  @Test func serverFaultsGoToTheServerAndPathFaultsToTheProxy() {
    var window = FaultWindow()
    window.from = .seconds(1)
    window.until = .seconds(3)
    window.connectionsMax = 2
    let faults = LiveFaults(
      Self.scenario([
        PlannedFault(.server(.resetAfter(.lines(4))), host: "syslog", when: window),
        PlannedFault(.path(.resetOnPattern([1])), host: "syslog", when: window),
        PlannedFault(.host(.cutDatagrams(bytes: 80)), host: "syslog"),
        PlannedFault(.host(.crash(backAfter: .seconds(5))), host: "syslog", when: window),
        PlannedFault(.path(.silentDrop), host: "relay"),
      ]), host: "syslog", start: Self.start)
    let (from, until) = (Self.start.advanced(by: .seconds(1)), Self.start.advanced(by: .seconds(3)))
    #expect(
      faults.server == [
        ScheduledReceiverFault(
          .resetAfter(.lines(4)), from: from, until: until, connectionsMax: 2)
      ])
    #expect(
      faults.path == [
        ScheduledPathFault(.path(.resetOnPattern([1])), from: from, until: until, connectionsMax: 2)
      ])
    #expect(faults.cuts.map(\.bytes) == [80])
    #expect(faults.crashes.map(\.backAt) == [from.advanced(by: .seconds(5))])
    #expect(faults.warnings.isEmpty)
    #expect(
      faults.wholePath.map(\.fault.name) == [
        "reset-after", "reject-with-reset", "reset-on-pattern",
      ])
  }

  private static let limited: [(FaultDescription, Bool)] = [
    (.path(.rejectWithICMP), false),
    (.path(.spoofedReset(after: .seconds(1), rightSequence: false)), false),
    (.path(.silentDrop), true), (.path(.mtuBlackHole(mtu: 1400)), true),
  ]

  @Test(arguments: limited)
  func whatRealSocketsCannotDoIsSaid(_ kind: FaultDescription, _ isPlayed: Bool) {
    let faults = LiveFaults(
      Self.scenario([PlannedFault(kind, host: "syslog")]), host: "syslog", start: Self.start)
    #expect(faults.warnings.count == 1)
    #expect(faults.warnings.first?.hasPrefix("\(kind.name) at syslog: ") == true)
    #expect(faults.path.count == (isPlayed ? 1 : 0))
  }

  @Test func whatWouldTeachTheWrongThingIsRefused() {
    #expect(
      FaultDescription.path(.rejectWithICMP).liveRefusal?.contains("appliance simulate") == true)
    #expect(FaultDescription.path(.rejectWithReset).liveRefusal == nil)
  }

  @Test func namesFailAndChangeWithinTheirWindows() {
    let (first, other) = (IPv4Address(192, 0, 2, 7), IPv4Address(192, 0, 2, 8))
    var early = FaultWindow()
    early.until = .seconds(1)
    var later = FaultWindow()
    later.from = .seconds(2)
    let names = LiveNames(
      Self.scenario([
        PlannedFault(.name(.timeout(.seconds(9))), host: "logs.example.com", when: early),
        PlannedFault(
          .name(.addressChange(other)), host: "logs.example.com", when: later),
      ]))
    let known = LiveNames.Answer.addresses([first])
    #expect(names.answer("LOGS.example.com", since: .zero) == .nothing(after: .seconds(9)))
    #expect(names.answer("logs.example.com", since: .seconds(1)) == known)
    #expect(
      names.answer("logs.example.com", since: .seconds(2)) == .addresses([other]))
    #expect(names.answer("192.0.2.7", since: .zero) == known)
    #expect(names.answer("nobody.example.com", since: .zero) == .nothing(after: .zero))
  }
}
