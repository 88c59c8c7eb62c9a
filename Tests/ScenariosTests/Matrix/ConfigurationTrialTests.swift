import ApplianceConfiguration
import LabPeers
import LogDelivery
import Scenarios
import Simulation
import TestKit
import Testing

/// Exports run in scenarios: what really happens is what the verdict says.
@Suite struct ConfigurationTrialTests {
  private static let blocked = PlannedFault(.path(.blockUDP), host: "log")
  private static let reset = PlannedFault(.server(.resetAfter(.lines(20))), host: "log")

  private static func push(_ transport: SyslogPushSettings.Transport) -> LogSubscriptionSettings {
    Fixtures.pushed(host: "logs.corp.example", transport: transport)
  }

  @Test(arguments: [SyslogPushSettings.Transport.tcp, .udp])
  func withoutAFaultEveryLineIsRead(_ transport: SyslogPushSettings.Transport) throws {
    let outcome = MatrixPlans.outcome(
      MatrixPlans.export([Self.push(transport)]), in: MatrixPlans.scenario())
    #expect(outcome.judgement.verdict == .delivered)
    let push = try #require(outcome.facts.pushes.first)
    #expect(push.accepted > 100)
    #expect(transport == .tcp ? push.received == push.accepted : push.datagramsUnread == 0)
    #expect(outcome.facts.alerts.isEmpty)
  }

  @Test func udpThroughAFirewallForTCPLosesAllSilently() throws {
    let scenario = MatrixPlans.scenario(faults: [Self.blocked])
    let outcome = MatrixPlans.outcome(MatrixPlans.export([Self.push(.udp)]), in: scenario)
    #expect(outcome.judgement.verdict == .silentLoss)
    let push = try #require(outcome.facts.pushes.first)
    #expect(push.datagramsRead == 0)
    // Three header lines, and each line that passed the filter.
    #expect(push.datagramsSent == push.accepted + 3)
    #expect(outcome.judgement.reasons.map(\.code) == [.datagramsUnread, .udpDetectsNothing])
    let tcp = MatrixPlans.outcome(MatrixPlans.export([Self.push(.tcp)]), in: scenario)
    #expect(tcp.judgement.verdict == .delivered)
  }

  @Test func aResetIsNoticedByWhoReceivesTheAlert() throws {
    let scenario = MatrixPlans.scenario(faults: [Self.reset])
    let outcome = MatrixPlans.outcome(MatrixPlans.export([Self.push(.tcp)]), in: scenario)
    #expect(outcome.judgement.verdict == .alerted)
    #expect(outcome.facts.mails.contains { $0.outcome == .received })
    #expect(outcome.facts.pushes.first?.failures[LinkFailure(.established, .reset)] ?? 0 > 0)
  }

  private static let silent: [(@Sendable (inout Configuration) -> Void, TrialReason.Code)] = [
    ({ $0.alerts.recipients = [] }, .noRecipient),
    ({ $0.smtpRoutes[0].destinations = [Setting(.discard)] }, .routeDiscards),
    ({ $0.alerts.fromAddress = Setting("not an address") }, .mailUnfit),
    (
      { $0.smtpRoutes[0].destinations = [Setting(.host("esa.corp.example", port: 25))] },
      .relayFailed
    ),
  ]

  @Test(arguments: silent.indices)
  func aResetIsSilentForAReasonOfTheConfiguration(_ index: Int) {
    var export = MatrixPlans.export([Self.push(.tcp)])
    Self.silent[index].0(&export)
    let outcome = MatrixPlans.outcome(export, in: MatrixPlans.scenario(faults: [Self.reset]))
    #expect(outcome.judgement.verdict == .silentLoss)
    let causes = outcome.judgement.logs.flatMap(\.causes).map(\.code)
    #expect(causes == [Self.silent[index].1], "\(outcome.judgement.reasons.map(\.description))")
  }

  /// The end of the scenario is no failure: what was under way then is not lost.
  @Test func linesOfAStandingConnectionAreNotLostByTheEnd() throws {
    let scenario = MatrixPlans.scenario(
      faults: [PlannedFault(.server(.readSlowly(bytesPerSecond: 200)), host: "log")], messages: 100)
    let outcome = MatrixPlans.outcome(MatrixPlans.export([Self.push(.tcp)]), in: scenario)
    #expect(outcome.judgement.verdict == .waiting)
    #expect(outcome.facts.pushes.first?.lost == 0)
  }

  @Test func aDiskBufferLosesNothingAndTheFailureIsUnnoticedWithoutRecipients() {
    var push = Self.push(.tcp)
    if case .syslogPush(var settings) = push.retrieval {
      settings.delivery.mode.value = .atLeastOnce
      push.retrieval = .syslogPush(settings)
    }
    var export = MatrixPlans.export([push])
    export.alerts.recipients = []
    let fault = PlannedFault(
      .host(.crash(backAfter: .seconds(3))), host: "log", when: .after(.seconds(5)))
    let outcome = MatrixPlans.outcome(export, in: MatrixPlans.scenario(faults: [fault]))
    #expect(outcome.judgement.verdict == .unnoticedFailure)
  }

  @Test func aFullDiskIsALossOfLogFiles() {
    var when = FaultWindow()
    when.from = .seconds(1)
    let fault = PlannedFault(.appliance(.diskFull), host: "", when: when)
    var export = MatrixPlans.export([])
    let heard = MatrixPlans.outcome(
      export, in: MatrixPlans.scenario(faults: [fault], messages: 2000))
    #expect(heard.judgement.verdict == .alerted)
    export.alerts.recipients = []
    let silent = MatrixPlans.outcome(
      export, in: MatrixPlans.scenario(faults: [fault], messages: 2000))
    #expect(silent.judgement.verdict == .silentLoss)
    #expect(silent.judgement.reasons.first?.code == .notInLogFile)
  }
}

extension FaultWindow {
  fileprivate static func after(_ time: SimDuration) -> FaultWindow {
    var window = FaultWindow()
    window.from = time
    return window
  }
}
