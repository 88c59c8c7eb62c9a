import ApplianceModel
import Foundation
import LogDelivery
import ScenarioFiles
import Scenarios
import Simulation
import Testing

/// What a word of the XML configuration changes is what changes in the behaviour, and nothing else.
@Suite struct ConfigurationDrivesTests {
  private struct Push {
    var host = "10.0.0.2"
    var transport = "TCP"
    var facility = "mail"
    var level = 3
    var recipient = "alerts@example.com"
  }

  /// A push that fails once, so that an alert mail is sent, and ten messages.
  private static func run(_ push: Push) throws -> (ScenarioResult, MemoryOutput) {
    let text = """
      name: drives
      teaches: y
      start: 2015-06-25T08:50:00+02:00
      duration: 60s
      configuration: sample
      overrides: |
        <log_subscriptions>
          <log_text><name>mail_logs</name><module>mail</module><log_level>3</log_level>
            <retrieval><ftp_poll><filename>mail</filename></ftp_poll></retrieval></log_text>
          <log_text><name>Mail_Log</name><module>mail</module><log_level>\(push.level)</log_level>
            <retrieval><syslog_push><hostname>\(push.host)</hostname><port>514</port>
              <protocol>\(push.transport)</protocol><facility>\(push.facility)</facility>
            </syslog_push></retrieval></log_text>
        </log_subscriptions>
        <alert_email_config><alert_class name="system"><alert_severity name="critical">
          <email_address>\(push.recipient)</email_address>
        </alert_severity></alert_class></alert_email_config>
        <autosupport_enabled>0</autosupport_enabled>
        <smtp_routes><smtp_route><route_source_address>ALL</route_source_address>
          <route_destination_address>10.0.0.9:25</route_destination_address></smtp_route></smtp_routes>
      traffic: { rate: 1, messages: 10 }
      network:
        appliance: { address: 10.0.0.1, first_port: 26038 }
        hosts:
          - { name: one, address: 10.0.0.2, services: [{ syslog-tcp: 514 }, { syslog-udp: 514 }] }
          - { name: two, address: 10.0.0.3, services: [{ syslog-tcp: 514 }, { syslog-udp: 514 }] }
          - { name: relay, address: 10.0.0.9, services: [{ mailbox: 25 }] }
      faults:
        - { fault: refuse, host: one, connections: 1 }
        - { fault: refuse, host: two, connections: 1 }
      """
    let scenario = try ScenarioText.reader().read(text, file: "drives.yaml")
    return ScenarioRunner(scenario, output: MemoryOutput()).run()
  }

  private static func lines(_ output: MemoryOutput, _ host: String) -> [String] {
    String(decoding: output.received[host] ?? [], as: UTF8.self)
      .split(separator: "\n").map(String.init)
  }

  @Test func facilityChangesThePriorityAndNothingElse() throws {
    let (_, base) = try Self.run(Push())
    let (_, other) = try Self.run(Push(facility: "local0"))
    let expected = Self.lines(base, "one").map { line in
      line.replacing(#/^<(\d+)>/#) { "<\((Int($0.1) ?? 0) - 2 * 8 + 16 * 8)>" }
    }
    #expect(expected.count > 50)
    #expect(Self.lines(other, "one") == expected)
    #expect(other.mails == base.mails)
  }

  @Test func hostChangesWhoReceivesAndNothingElse() throws {
    let (_, base) = try Self.run(Push())
    let (_, other) = try Self.run(Push(host: "10.0.0.3"))
    #expect(Self.lines(other, "one").isEmpty)
    // The failure's text names the host; the pushed lines come behind it.
    #expect(Self.lines(other, "two") == Self.lines(base, "one"))
  }

  @Test func levelKeepsOutWhatIsLessGrave() throws {
    let (_, base) = try Self.run(Push())
    let (result, other) = try Self.run(Push(level: 2))
    let headers = ["Begin Logfile", "Version: ", "Time offset from UTC: "]
    let kept = Self.lines(base, "one").filter { line in
      line.contains(" Mail_Log: Warning: ") || line.contains(" Mail_Log: Critical: ")
        || headers.contains { line.contains("Info: " + $0) }
    }
    #expect(Self.lines(other, "one") == kept)
    let ledger = result.ledgers.first { $0.subscription == "Mail_Log" }
    #expect((ledger?.totals.filtered ?? 0) > 50)
    #expect(
      other.files["mail_logs/" + (Self.saved(other) ?? "")]
        == base.files["mail_logs/" + (Self.saved(base) ?? "")])
  }

  private static func saved(_ output: MemoryOutput) -> String? {
    output.files.keys.first { $0.hasPrefix("mail_logs/") }.map { String($0.dropFirst(10)) }
  }

  @Test func datagramsKnowNoRefusalAndNoAlert() throws {
    let (base, withMail) = try Self.run(Push())
    let (other, without) = try Self.run(Push(transport: "UDP"))
    #expect(base.events.contains { $0.kind == .pushFailed })
    #expect(!other.events.contains { $0.kind == .pushFailed })
    #expect(withMail.mails.count == 1)
    #expect(without.mails.isEmpty)
    // What the failure added is missing, and the lines that waited for the second connection are there.
    let added = Self.lines(withMail, "one").filter { $0.contains("alert was sent to") }
    #expect(added.count == 1)
    #expect(!Self.lines(without, "one").contains { $0.contains("alert was sent to") })
  }

  @Test func recipientChangesTheMailAndItsLine() throws {
    let (_, base) = try Self.run(Push())
    let (_, other) = try Self.run(Push(recipient: "desk@example.org"))
    let swap: (String) -> String = { $0.replacing("alerts@example.com", with: "desk@example.org") }
    #expect(Self.lines(other, "one") == Self.lines(base, "one").map(swap))
    let mails = base.mails.map { String(decoding: $0, as: UTF8.self) }.map(swap)
    #expect(other.mails.map { String(decoding: $0, as: UTF8.self) } == mails)
  }
}
