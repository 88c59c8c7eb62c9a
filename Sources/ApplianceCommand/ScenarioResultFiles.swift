import ApplianceModel
import FileStore
import Reports
import Scenarios

/// What a scenario came to, in either world: its files, and what a person reads.
enum ScenarioResultFiles {
  static func write(
    _ result: ScenarioResult, _ document: ScenarioDocument, to folder: OutputFolder,
    capture: String? = nil
  ) throws {
    var report = RunReport()
    for event in result.events { report.add(event) }
    report.finish(
      outcome: document.isMet ? "as expected" : "not as expected", traffic: result.traffic,
      pending: result.pending, ledgers: result.ledgers)
    report.capture = capture
    let whole = document.including(report)
    try folder.write(LedgerDocument(result.ledgers).json(), name: "ledger.json")
    try folder.write(whole.json(), name: "report.json")
    let lesson = document.markdown + "\n" + report.markdown
    try folder.write(Array(lesson.utf8), name: "report.md")
  }

  static func tell(_ result: ScenarioResult, _ scenario: Scenario) {
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
  }
}
