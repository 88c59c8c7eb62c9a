import ApplianceConfiguration
import ApplianceModel
import Foundation
import LogDelivery
import Scenarios
import Simulation
import Support
import Testing

@testable import ScenarioFiles

/// The table of faults and kinds of hosts: what is refused has no effect, and what is read has one.
@Suite struct FaultEffectTests {
  /// A host with one service each, and one with none.
  private static let kinds = ["syslog-tcp", "syslog-udp", "mailbox", "dns", "remote-shell", ""]

  private static let rows = FaultRow.all.filter { !$0.isOfNames && !$0.isOfAppliance }

  /// A scenario whose appliance uses the host `it` for what it is there for.
  private static func text(kind: String) -> String {
    let ports = ["mailbox": 25, "dns": 53]
    let services = kind.isEmpty ? "" : "{ \(kind): \(ports[kind] ?? 514) }"
    let pushesElsewhere = ["mailbox", "dns"].contains(kind)
    let server = kind == "dns" ? "log.example.com" : pushesElsewhere ? "10.0.0.3" : "10.0.0.2"
    let relay = kind == "mailbox" ? "10.0.0.2" : "10.0.0.4"
    let background = pushesElsewhere ? "{ fault: reset-after-handshake, host: log }" : ""
    return """
      name: x
      teaches: y
      start: 2015-06-25T08:50:00+02:00
      duration: \(kind.isEmpty ? "1h" : "60s")
      configuration: sample
      overrides: |
        <smtp_routes><smtp_route><route_source_address>ALL</route_source_address>
        <route_destination_address>\(relay):25</route_destination_address>
        </smtp_route></smtp_routes>
        <log_subscriptions><log_text><name>Mail_Log</name><module>mail</module>
        <log_level>3</log_level><retrieval><syslog_push><hostname>\(server)</hostname>
        <protocol>\(kind == "syslog-udp" ? "UDP" : "TCP")</protocol></syslog_push></retrieval>
        </log_text></log_subscriptions>
      traffic: { rate: 2, messages: 20 }
      network:
        appliance: { address: 10.0.0.1 }
        hosts:
          - { name: it, address: 10.0.0.2, services: [\(services)] }
          - { name: log, address: 10.0.0.3, services: [{ syslog-tcp: 514 }] }
          - { name: relay, address: 10.0.0.4, services: [{ mailbox: 25 }] }
        names: [{ name: log.example.com, addresses: [10.0.0.3] }]
      capture: { at: [appliance, it] }
      faults: [\(background)]
      """
  }

  /// The fault of a row's case, read at a host that has everything.
  private static func fault(_ row: FaultRow) throws -> FaultDescription {
    let text =
      ScenarioText.with(
        """
        network: { appliance: { address: 10.0.0.1 }, hosts: [{ name: log, address: 10.0.0.2, \
        services: [{ syslog-tcp: 514 }, { syslog-udp: 514 }, { mailbox: 25 }] }] }
        """) + "faults: [\(try Self.planned(row, at: "log"))]\n"
    let scenario = try ScenarioText.reader().read(text, file: "x.yaml")
    return try #require(scenario.faults.first).kind
  }

  /// A fault without a case has no test.
  private static func planned(_ row: FaultRow, at place: String) throws -> String {
    try #require(FaultCase.named(row.name), "\(row.name) has no case").fileText(at: place)
  }

  private static func digest(_ scenario: Scenario) -> UInt64 {
    ScenarioRunner(scenario, output: MemoryOutput()).run().output.digest
  }

  @Test(arguments: kinds)
  func theTableSaysWhichFaultsHaveAnEffect(kind: String) throws {
    var quiet = try ScenarioText.reader().read(Self.text(kind: kind), file: "x.yaml")
    quiet.capture.hasComments = false
    // The appliance ends its connections itself only where it wants to know that all was read.
    var closing = quiet
    for index in closing.configuration.subscriptions.indices {
      guard case .syslogPush(var push) = closing.configuration.subscriptions[index].retrieval,
        push.transport.value == .tcp
      else { continue }
      push.delivery.mode = Setting(.atLeastOnce)
      push.delivery.bufferBytesMax = Setting(65_536)
      closing.configuration.subscriptions[index].retrieval = .syslogPush(push)
    }
    closing.traffic.rate = .perSecond(4)
    closing.traffic.messagesMax = 120
    let digests = (quiet: Self.digest(quiet), closing: Self.digest(closing))
    for row in Self.rows {
      let isClosing = row.name == "answer-close"
      var struck = isClosing ? closing : quiet
      struck.faults.append(PlannedFault(try Self.fault(row), host: "it"))
      let hasEffect = Self.digest(struck) != (isClosing ? digests.closing : digests.quiet)
      let isTaken = row.place.isMet(by: kind.isEmpty ? [] : [kind])
      #expect(hasEffect == isTaken, "\(row.name) at \(kind.isEmpty ? "no service" : kind)")
    }
  }

  @Test(arguments: kinds)
  func theReaderFollowsTheTable(kind: String) throws {
    for row in Self.rows {
      let fault = try Self.planned(row, at: "it")
      let text = Self.text(kind: kind).replacing(/faults: .*/, with: "faults: [\(fault)]")
      let findings = try ScenarioText.findings(text)
      guard !row.place.isMet(by: kind.isEmpty ? [] : [kind]) else {
        #expect(findings == [], "\(row.name) at \(kind)")
        continue
      }
      #expect(findings.count == 1, "\(row.name) at \(kind): \(findings)")
      #expect(
        findings.first?.contains("; \(row.name) has no effect elsewhere") ?? false, "\(findings)")
    }
  }

  @Test func chosenConnectionsNeedConnections() throws {
    let fault = { (host: String) in
      "faults: [{ fault: silent-drop, host: \(host), connections: 2 }]"
    }
    let text = Self.text(kind: "syslog-udp")
    let wrong = try ScenarioText.findings(text.replacing(/faults: .*/, with: fault("it")))
    #expect(wrong.count == 1)
    #expect(
      wrong.first?.hasSuffix(
        ": error: connections: found it (syslog-udp), allowed: a fault of TCP at a host with "
          + "syslog-tcp or mailbox or remote-shell; UDP has no connections to choose from")
        ?? false,
      "\(wrong)")
    #expect(try ScenarioText.findings(text.replacing(/faults: .*/, with: fault("log"))) == [])
    let blocked = "faults: [{ fault: block-udp, host: it, connection_permille: 500 }]"
    let other = try ScenarioText.findings(text.replacing(/faults: .*/, with: blocked))
    #expect(other.count == 1)
    #expect(other.first?.contains("connection_permille: found block-udp, allowed: ") ?? false)
  }

  /// Faults of names and of the appliance, in a run that asks for the name and writes files.
  @Test func faultsWithoutAHostHaveAnEffect() throws {
    let digest = { (fault: String) in
      // A log in files of the appliance's own, beside the one that is pushed.
      let kept =
        "<log_subscriptions><log_text><name>kept</name><module>mail</module>"
        + "<log_level>3</log_level><retrieval><ftp_poll><filename>kept</filename></ftp_poll>"
        + "</retrieval></log_text>"
      let text = Self.text(kind: "dns").replacing(/faults: .*/, with: "faults: [\(fault)]")
        .replacing("<log_subscriptions>", with: kept)
      var scenario = try ScenarioText.reader().read(text, file: "x.yaml")
      scenario.capture.hasComments = false
      return Self.digest(scenario)
    }
    let quiet = try digest("")
    for row in FaultRow.all where row.isOfNames || row.isOfAppliance {
      let struck = try digest(try Self.planned(row, at: "log.example.com"))
      #expect(struck != quiet, "\(row.name)")
    }
  }

  @Test func eachFaultHasACase() {
    #expect(FaultCase.all.map(\.name).sorted() == FaultRow.all.map(\.name).sorted())
  }

  @Test func aNameThatNobodyAsksForHasNoFaults() throws {
    let fault = "faults: [{ fault: name-not-found, host: log.example.com }]"
    let asked = Self.text(kind: "dns").replacing(/faults: .*/, with: fault)
    #expect(try ScenarioText.findings(asked) == [])
    let other = Self.text(kind: "syslog-tcp").replacing(/faults: .*/, with: fault)
    let findings = try ScenarioText.findings(other)
    #expect(findings.count == 1)
    #expect(
      findings.first?.contains(
        "host: found log.example.com, allowed: a name that a push or an SMTP route") ?? false)
  }
}
