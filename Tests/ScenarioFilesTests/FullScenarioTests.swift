import ApplianceConfiguration
import ApplianceModel
import Foundation
import LabPeers
import LogDelivery
import LogModel
import Scenarios
import Simulation
import Testing

@testable import ScenarioFiles

/// Each key of the format, read to the value that it stands for.
@Suite struct FullScenarioTests {
  private static let text = """
    name: full-1
    teaches: Everything.
    story: { symptom: s, cause: c, see: [one, two], fix: m, check: k }
    start: 2015-06-25T08:50:02.111889+02:00
    duration: 1m30s
    seed: 10_000
    configuration: sample
    overrides: |

      <hostname>full.example.com</hostname>
      <smtp_routes><smtp_route>
        <route_source_address>ALL</route_source_address>
        <route_destination_address>gone.example.com:25</route_destination_address>
      </smtp_route></smtp_routes>
    traffic: { per_hour: 3600, messages: 7 }
    network:
      appliance: { address: 10.0.0.1, first_port: 26039 }
      hosts:
        - name: log
          address: 10.0.0.2
          stack: documented-server
          services: [{ syslog-tcp: 514 }, { syslog-udp: 514 }, { mailbox: 25 }, { remote-shell: 513 }]
          path: { latency: 1ms, jitter: 2us, bandwidth: 1_000_000, loss_permille: 1,
                  duplicate_permille: 2, reorder_permille: 3, mtu: 1400, mss_clamp: 1350 }
      names: [{ name: log.example.com, addresses: [10.0.0.2, 10.0.0.3] }, { name: gone.example.com }]
    faults:
      - { fault: reset-after, host: log, lines: 3, from: 1s, until: 2s, connections: 2,
          connection_permille: 500 }
      - { fault: name-timeout, host: gone.example.com, after: 5s, from: 3s }
    capture: { from: 1s, until: 2s, host: log, max_bytes: 1_000_000 }
    expect:
      - alert: { class: System, severity: Critical, subject_contains: "Log Error", count: 1 }
      - log_line: { subscription: mail_logs, contains: a, count: 1.. }
      - log_order: { subscription: mail_logs, contains: [a, b] }
      - delivery: { subscription: Mail_Log, figure: lost, count: "1..4" }
      - connections: { subscription: Mail_Log, count: { min: 1, max: 4 } }
      - failures: { subscription: Mail_Log, cause: timedOut, count: { min: 2 } }
      - received: { host: log, contains: a }
    """

  private static func scenario() throws -> Scenario {
    try ScenarioText.reader().read(self.text, file: "full-1.yaml")
  }

  @Test func wordsTimesAndNumbers() throws {
    let scenario = try Self.scenario()
    #expect(scenario.name == "full-1")
    #expect(scenario.lesson.see == ["one", "two"])
    #expect(scenario.lesson.check == "k")
    #expect(scenario.start == SimInstant(nanoseconds: 1_435_215_002_111_889_000))
    #expect(scenario.duration == .seconds(90))
    #expect(scenario.seed == 10_000)
    #expect(scenario.configuration.hostname.value == "full.example.com")
    #expect(scenario.zone.name == "Africa/Johannesburg")
    #expect(scenario.traffic.rate == .perMillionSeconds(1_000_000))
    #expect(scenario.traffic.messagesMax == 7)
    #expect(scenario.capture.from == .seconds(1))
    #expect(scenario.capture.until == .seconds(2))
    #expect(scenario.capture.host == "log")
    #expect(scenario.capture.bytesMax == 1_000_000)
  }

  @Test func networkAndFaults() throws {
    let scenario = try Self.scenario()
    var path = PathPlan()
    path.latency = .milliseconds(1)
    path.jitter = .microseconds(2)
    path.bandwidthBitsPerSecond = 1_000_000
    (path.lossPermille, path.duplicatePermille, path.reorderPermille) = (1, 2, 3)
    (path.mtu, path.mssClamp) = (1400, 1350)
    #expect(
      scenario.network.hosts == [
        HostPlan(
          name: "log", address: IPv4Address(10, 0, 0, 2), stack: .documentedServer,
          services: [
            .syslogTCP(port: 514), .syslogUDP(port: 514), .mailbox(port: 25),
            .remoteShell(port: 513),
          ], path: path)
      ])
    #expect(scenario.network.firstEphemeralPort == 26039)
    #expect(scenario.network.names.map(\.addresses.count) == [2, 0])
    var first = FaultWindow()
    (first.from, first.until) = (.seconds(1), .seconds(2))
    (first.connectionsMax, first.connectionPermille) = (2, 500)
    var second = FaultWindow()
    second.from = .seconds(3)
    #expect(
      scenario.faults == [
        PlannedFault(.server(.resetAfter(.lines(3))), host: "log", when: first),
        PlannedFault(.name(.timeout(.seconds(5))), host: "gone.example.com", when: second),
      ])
  }

  @Test func expectations() throws {
    let more = CountRange(minimum: 1, maximum: nil)
    let some = CountRange(minimum: 1, maximum: 4)
    #expect(
      try Self.scenario().expectations == [
        .alert(
          alertClass: .system, severity: .critical, subjectContains: "Log Error",
          count: .exactly(1)),
        .logLine(subscription: "mail_logs", contains: "a", count: more),
        .logOrder(subscription: "mail_logs", contains: ["a", "b"]),
        .delivery(subscription: "Mail_Log", figure: .lost, count: some),
        .connections(subscription: "Mail_Log", count: some),
        .failures(
          subscription: "Mail_Log", cause: .timedOut, count: CountRange(minimum: 2, maximum: nil)),
        .received(host: "log", contains: "a", count: more),
      ])
  }

  /// Something that may stand at a key.
  private static func text(_ key: FaultKey) -> String {
    switch key.kind {
    case .integer(let range): "\(max(range.lowerBound, 7))"
    case .share: "5"
    case .duration: key.within == nil ? "2s" : "1s"
    case .step: "-1h"
    case .flag: "true"
    case .text: "p"
    case .subscription: "mail_logs"
    case .address: "10.0.0.9"
    case .words(let words): words[0]
    }
  }

  /// Each row of the table can be read with all its keys, and gives a fault of its own.
  @Test func eachFaultIsRead() throws {
    var kinds: Set<FaultDescription> = []
    for row in FaultRow.all {
      let first = row.keys.first { $0.presence == .oneOf }
      let pairs = row.keys.filter { $0.presence != .oneOf || $0 == first }.map {
        "\($0.name): \(Self.text($0))"
      }
      let host = row.isOfNames ? "a.example.com" : "log"
      let place = row.isOfAppliance ? [] : ["host: \(host)"]
      let fault = (["fault: \(row.name)"] + place + pairs).joined(separator: ", ")
      let network = "network: { appliance: { address: 10.0.0.1 }, hosts: [{ name: log, "
      let services = "services: [{ syslog-tcp: 514 }, { syslog-udp: 514 }]"
      let route =
        "<smtp_routes><smtp_route><route_source_address>ALL</route_source_address>"
        + "<route_destination_address>a.example.com:25</route_destination_address>"
        + "</smtp_route></smtp_routes>"
      let text = ScenarioText.with(
        network + "address: 10.0.0.2, \(services) }], names: [{ name: a.example.com }] }\n"
          + "overrides: |\n  \(route)\nfaults: [{ \(fault) }]")
      let scenario = try ScenarioText.reader().read(text, file: "x.yaml")
      kinds.formUnion(scenario.faults.map(\.kind))
      #expect(scenario.faults.map(\.kind.name) == [row.name])
      // And comes back from what is known of it by its name.
      #expect(
        scenario.faults.map { row.fault($0.kind.record.values) } == scenario.faults.map(\.kind))
      let json = try JSONEncoder().encode(scenario.faults)
      #expect(try JSONDecoder().decode([PlannedFault].self, from: json) == scenario.faults)
    }
    #expect(kinds.count == FaultRow.all.count)
  }

  private static let durations: [(String, Int64?)] = [
    ("0s", 0), ("200us", 200_000), ("15ms", 15_000_000), ("1m30s", 90_000_000_000),
    ("1h", 3_600_000_000_000), ("7ns", 7), ("100d", 8_640_000_000_000_000), ("100d1ns", nil),
    ("", nil), ("s", nil), ("1", nil), ("1s ", nil), ("1S", nil), ("+1s", nil), ("1s1", nil),
    ("99999999999999999999s", nil), ("١s", nil), ("1_000ms", nil),
  ]

  @Test(arguments: durations)
  func durationsAreRead(_ text: String, _ nanoseconds: Int64?) {
    #expect(ScalarValues.duration(text)?.nanoseconds == nanoseconds)
  }

  private static let instants: [(String, Int64?)] = [
    ("1970-01-01T00:00:00Z", 0), ("2015-06-25T08:50:04.111889+02:00", 1_435_215_004_111_889_000),
    ("2016-02-29T23:59:59.999999999-00:30", 1_456_792_199_999_999_999),
    ("2015-02-29T00:00:00Z", nil), ("2015-04-31T00:00:00Z", nil), ("2015-6-25T08:50:04Z", nil),
    ("2015-06-25T24:00:00Z", nil), ("2015-06-25T08:60:00Z", nil), ("2015-06-25T08:50:60Z", nil),
    ("2015-06-25T08:50:04.Z", nil), ("2015-06-25T08:50:04+02", nil), ("1969-12-31T00:00:00Z", nil),
    ("2015-06-25T08:50:04.١Z", nil), ("2015-06-25T08:50:04+00:60", nil),
  ]

  @Test(arguments: instants)
  func instantsAreRead(_ text: String, _ nanoseconds: Int64?) {
    #expect(ScalarValues.instant(text)?.nanoseconds == nanoseconds)
  }
}
