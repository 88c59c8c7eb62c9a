import ApplianceModel
import LogDelivery
import ScenarioFiles
import Scenarios
import Support
import Testing

/// What is still to be sent when a simulated run ends equals what the ledger says.
@Suite struct RunEndTests {
  private static func run(_ fault: String) throws -> ScenarioResult {
    let text = """
      name: end
      teaches: y
      start: 2015-06-25T08:50:00+02:00
      duration: 60s
      configuration: sample
      overrides: |
        <log_subscriptions>
          <log_text><name>Mail_Log</name><module>mail</module><log_level>3</log_level>
            <retrieval><syslog_push><hostname>10.0.0.2</hostname><port>514</port>
              <protocol>TCP</protocol><facility>mail</facility></syslog_push></retrieval></log_text>
        </log_subscriptions>
        <alert_email_config/>
        <autosupport_enabled>0</autosupport_enabled>
      traffic: { rate: 1, messages: 40 }
      network:
        appliance: { address: 10.0.0.1 }
        hosts: [{ name: log, address: 10.0.0.2, services: [{ syslog-tcp: 514 }] }]
      faults: \(fault)
      """
    let scenario = try ScenarioText.reader().read(text, file: "end.yaml")
    return ScenarioRunner(scenario, output: MemoryOutput()).run().result
  }

  @Test func nothingIsLeftWhereAllArrived() throws {
    let result = try Self.run("[]")
    #expect(result.remains == .nothing)
  }

  @Test func linesThatWaitAreLeft() throws {
    let result = try Self.run("[{ fault: silent-drop, host: log, from: 20s }]")
    let ledger = try #require(result.ledgers.first)
    #expect(ledger.totals.lostUnacknowledged > 0)
    #expect(result.remains == .lines(["Mail_Log": ledger.totals.lost]))
  }

  @Test func unconnectedPushIsNamed() throws {
    let result = try Self.run("[{ fault: refuse, host: log }]")
    #expect(result.remains == .lines(["Mail_Log": 0]))
  }
}
