import Alerting
import ApplianceConfiguration
import ApplianceModel
import ArgumentParser
import FileStore
import LogDelivery
import Reconciliation
import Reports
import Scenarios

/// What a scenario came to, in either world: its files, and what a person reads.
enum ScenarioResultFiles {
  static func write(
    _ result: ScenarioResult, _ scenario: Scenario, _ document: ScenarioDocument,
    to folder: OutputFolder, capture: String? = nil, counted: Int? = nil
  ) throws {
    var report = RunReport()
    for event in result.events { report.add(event) }
    report.finish(
      outcome: document.isMet ? "as expected" : "not as expected", traffic: result.traffic,
      pending: result.pending, ledgers: result.ledgers,
      losses: Self.losses(result, scenario, counted: counted),
      pendingAlertMails: result.pendingAlertMails)
    report.left(result.remains)
    report.capture = capture
    let whole = document.including(report)
    try folder.replace(LedgerDocument(result.ledgers).json(), name: "ledger.json")
    try folder.replace(whole.json(), name: "report.json")
    let lesson = document.markdown + "\n## The run\n\n" + report.sections
    try folder.replace(Array(lesson.utf8), name: "report.md")
  }

  static func show(_ result: ScenarioResult, _ scenario: Scenario, counted: Int? = nil) {
    Terminal.output.line("\(scenario.name): \(scenario.teaches)", .bold)
    for ledger in result.ledgers {
      for (fate, count) in LedgerText.rows(ledger.totals) {
        Terminal.output.line("  \(ledger.subscription): \(count) \(fate)")
      }
    }
    if let line = PendingText.line(result.pending) { Terminal.output.line("  \(line)") }
    for verdict in result.verdicts {
      Terminal.output.line(VerdictText.line(verdict), VerdictText.style(verdict))
    }
    for mail in result.pendingAlertMails {
      Terminal.output.line(
        "  alert mail to \(mail.recipient) pending at the end, \(mail.attempts) failed attempts")
    }
    if let line = RemainsText.line(result.remains) { Terminal.output.line("  \(line)") }
    Terminal.output.line(Self.losses(result, scenario, counted: counted).line)
  }

  /// How many lines did not arrive whole, by what the lab's receivers wrote: a datagram shows its
  /// sender nothing, and the ledger does not know. `nil` without a push by UDP, and where a line is
  /// in no log file that it could be compared with.
  static func countedLosses(
    _ result: ScenarioResult, _ scenario: Scenario, in folder: OutputFolder
  ) throws -> Int? {
    let byDatagram = scenario.configuration.subscriptions.compactMap { subscription -> String? in
      guard case .syslogPush(let push) = subscription.retrieval, push.transport.value == .udp
      else { return nil }
      return subscription.name.value
    }
    let ledgers = result.ledgers.filter { byDatagram.contains($0.subscription) }
    guard !ledgers.isEmpty,
      ledgers.allSatisfy({ result.linesNotKept[$0.subscription, default: 0] == 0 })
    else { return nil }
    let received = try folder.receivedFiles()
    return try result.ledgers.reduce(0) { sum, ledger in
      let totals = ledger.totals
      guard byDatagram.contains(ledger.subscription), totals.accepted > 0 else {
        return sum + Int(totals.lost)
      }
      guard !received.isEmpty else { return sum + Int(totals.accepted) }
      let logs = try LogFileNames.logs(["\(folder.path)/logs/\(ledger.subscription)"])
      let findings = try ReconcileRun(logs: logs, received: received).run(
        format: .auto, tag: .given(ledger.subscription), spansMax: 0, groups: [])
      return sum + findings.missing + findings.cut
    }
  }

  /// Whether lines were lost, in words and figures.
  ///
  /// - Parameter counted: how many lines did not arrive, where that was counted.
  static func losses(
    _ result: ScenarioResult, _ scenario: Scenario, counted: Int? = nil
  ) -> LossSummary {
    LossSummary(
      result.ledgers, promised: scenario.configuration.promisedSubscriptions,
      notKept: result.linesNotKept, counted: counted.map(UInt64.init))
  }

  /// The exit code: an expectation that is not met, or a loss where `--fail-on-loss` forbids it.
  ///
  /// A loss against the promise of a delivery mode is what a scenario may be about: its
  /// expectations judge it.
  static func judge(
    _ result: ScenarioResult, _ scenario: Scenario, failsOnLoss: Bool, counted: Int? = nil
  ) throws {
    guard result.verdicts.allSatisfy(\.isMet) else { throw ExitCode.failure }
    let losses = Self.losses(result, scenario, counted: counted)
    guard failsOnLoss else { return }
    if losses.lostByThisRun > 0 { try losses.requireFew(failsOnLoss: true) }
    if let counted, counted > 0 {
      throw CommandFailure("\(CountText.lines(counted)) lost (--fail-on-loss)")
    }
    try losses.requireKept()
  }
}
