import ApplianceConfiguration
import ApplianceModel
import LabPeers
import LogDelivery
import LogModel
import Scenarios
import Simulation
import TestKit
import Testing

/// The documented capture, from rules: nothing in it is tuned by hand.
@Suite struct DocumentedCaptureTests {
  /// 2015-06-25T08:50:02.111889+02:00, a second before the first failure.
  private static let start = SimInstant(nanoseconds: 1_435_215_002_111_889_000)

  static func scenario(
    subscription: String = "Maill", hostname: String = "mail.appliance.example.com",
    recipient: String = "alert-desk@of.example.com", mssClamp: UInt16? = 1350
  ) -> Scenario {
    var syslog = HostPlan(
      name: "syslog", address: IPv4Address(10, 44, 167, 30), stack: .documentedServer,
      services: [.syslogTCP(port: 514)])
    syslog.path.latency = .microseconds(155) + SimDuration(nanoseconds: 540)
    syslog.path.bandwidthBitsPerSecond = 21_200_000
    syslog.path.mssClamp = mssClamp
    let relay = HostPlan(
      name: "relay", address: IPv4Address(10, 229, 24, 25), services: [.mailbox(port: 25)])
    var network = NetworkPlan(
      applianceAddress: IPv4Address(10, 229, 24, 230), firstEphemeralPort: 26_038)
    network.hosts = [syslog, relay]
    var first = FaultWindow()
    first.connectionsMax = 1
    var traffic = TrafficPlan()
    traffic.messagesMax = 0
    var capture = CapturePlan()
    capture.from = .milliseconds(1500)
    capture.until = .milliseconds(2600)
    capture.host = "syslog"
    let route = SMTPRoute(
      source: Setting("ALL"), destinations: [Setting(.host("10.229.24.25", port: 25))])
    return Scenario(
      name: "documented-reset", teaches: "a reset", start: Self.start, duration: .seconds(3),
      configuration: Fixtures.configuration(
        hostname: hostname, recipient: recipient,
        subscriptions: [Fixtures.pushed(name: subscription), Fixtures.files()], routes: [route]),
      zone: Fixtures.johannesburg, traffic: traffic, network: network,
      faults: [
        PlannedFault(.server(.resetAfter(.time(.seconds(1)))), host: "syslog", when: first),
        PlannedFault(.server(.resetAfter(.lines(4))), host: "syslog"),
      ],
      capture: capture,
      expectations: [
        .alert(
          alertClass: .system, severity: .critical, subjectContains: "Network error while",
          count: .exactly(1)),
        .logLine(subscription: "mail_logs", contains: "Critical: Log Error", count: .exactly(2)),
        .failures(subscription: subscription, cause: .reset, count: .exactly(2)),
        .received(host: "syslog", contains: "alert was sent", count: .exactly(1)),
      ])
  }

  private static func packets(_ scenario: Scenario) throws -> [CapturedPacket] {
    let (_, output) = ScenarioRunner(scenario, output: MemoryOutput()).run()
    return try CapturedPacket.all(in: output.captures["appliance.pcap"] ?? [])
  }

  @Test func eightPacketsAreTheDocumentedOnes() throws {
    let packets = try Self.packets(Self.scenario())
    let rows = packets.map(\.row)
    #expect(
      rows == [
        "26040 > 514 S seq=0 ack=- win=16384 len=0 mss=1460",
        "514 > 26040 SA seq=0 ack=1 win=32120 len=0 mss=1350",
        "26040 > 514 A seq=1 ack=1 win=17550 len=0",
        "26040 > 514 PA seq=1 ack=1 win=17550 len=47",
        "514 > 26040 A seq=1 ack=48 win=32073 len=0",
        "26040 > 514 PA seq=48 ack=1 win=17550 len=365",
        "514 > 26040 A seq=1 ack=413 win=31755 len=0",
        "514 > 26040 RA seq=1 ack=413 win=32120 len=0",
      ])
  }

  @Test func linesAreStampedBeforeTheSYN() throws {
    let packets = try Self.packets(Self.scenario())
    let stream = String(decoding: packets.flatMap(\.payload), as: UTF8.self)
    let syn = try #require(packets.first).time
    #expect(syn.wholeSeconds == 1_435_215_004)
    #expect(stream.split(separator: "\n").allSatisfy { $0.hasPrefix("<22>Jun 25 08:50:03 ") })
  }

  @Test func gapsAreTheDocumentedOnes() throws {
    let times = try Self.packets(Self.scenario()).map(\.time)
    let first = try #require(times.first)
    let micros = times.map { first.duration(to: $0).nanoseconds / 1000 }
    // .111889, .114360, .114375, .114518, .114877, .114883, .115362, .116192
    #expect(micros == [0, 2471, 2486, 2629, 2988, 2994, 3473, 4303])
  }

  @Test func numbersFollowFromOtherNames() throws {
    let packets = try Self.packets(Self.scenario(subscription: "Mail_Log"))
    let lengths = packets.map(\.payload.count).filter { $0 > 0 }
    let first = "<22>Jun 25 08:50:03 Mail_Log: Info: Begin Logfile\n".utf8.count
    // Three lines with a tag three characters longer; the cut alert text does not grow.
    #expect(lengths == [first, 365 + 9])
  }

  @Test func withoutTheClampTheWindowsFollowTheOtherMSS() throws {
    let packets = try Self.packets(Self.scenario(mssClamp: nil))
    // 16384 rounded up to a multiple of 1460.
    #expect(packets.map(\.window).dropFirst(2).first == 17_520)
  }

  /// A server that never reads takes both segments off its window: 32120 less 47 and 365.
  @Test func withoutReadingTheWindowShrinksBySegmentAfterSegment() throws {
    var scenario = Self.scenario()
    var second = FaultWindow()
    second.from = .seconds(2)
    scenario.faults[1] = PlannedFault(.server(.neverRead), host: "syslog", when: second)
    let packets = try Self.packets(scenario)
    let acknowledgements = packets.filter { $0.source == 514 && $0.flags == 16 }
    #expect(acknowledgements.map(\.window) == [32_073, 31_708])
  }

  @Test func lineCountsFollowFromTheFault() throws {
    var scenario = Self.scenario()
    scenario.faults[1] = PlannedFault(.server(.resetAfter(.lines(1))), host: "syslog")
    let rows = try Self.packets(scenario).map(\.row)
    // What arrives while the server makes up its mind is acknowledged and not read.
    #expect(rows.last == "514 > 26040 RA seq=1 ack=413 win=31755 len=0")
  }

  @Test func expectationsHold() {
    let (result, _) = ScenarioRunner(Self.scenario(), output: MemoryOutput()).run()
    for verdict in result.verdicts {
      #expect(verdict.isMet, "\(verdict.expectation): found \(verdict.found)")
    }
    let isBalanced = result.ledgers.allSatisfy { $0.totals.isBalanced }
    #expect(isBalanced)
  }

  @Test func twiceTheSameBytes() {
    let (_, one) = ScenarioRunner(Self.scenario(), output: MemoryOutput()).run()
    let (_, two) = ScenarioRunner(Self.scenario(), output: MemoryOutput()).run()
    #expect(one.captures == two.captures)
    #expect(one.files == two.files)
    #expect(one.mails == two.mails)
    #expect(one.received == two.received)
  }
}
