import FileStore
import Reconciliation
import Reports

/// Which lines of the demo were lost, and whether a collector has the others.
struct DemoLosses {
  /// How often and how long a collector's file is looked at.
  private static let look = Duration.milliseconds(200)
  private static let quietLooks = 15
  private static let looksMax = 75

  let subscription: String
  /// The output folder.
  let output: String
  let spansMax: Int
  let printer: StoryPrinter

  /// Lists the lines of the log that did not get as far as the lab's receiver.
  ///
  /// - Returns: how many they are.
  func show() throws -> Int {
    let (run, findings) = try self.compared(with: "\(self.output)/received/syslog.log", .auto)
    let spans = run.document(of: findings, ledger: nil)
    let lost = findings.missing + findings.cut
    let parts =
      findings.cut > 0
      ? " (\(CountText.grouped(findings.missing)) missing, \(CountText.grouped(findings.cut)) cut)"
      : ""
    self.printer.line(
      "\nLines lost on the way: \(CountText.grouped(lost)) of "
        + "\(CountText.grouped(findings.logged))\(parts)", .bold, beginsStep: true)
    for line in ReconciliationText.places(spans, of: [.missing, .cut]) {
      // Where the output is was said before; a narrow terminal would show little else.
      self.printer.line(line.replacing("\(self.output)/", with: ""))
    }
    if let omitted = ReconciliationText.omitted(findings) { self.printer.line(omitted) }
    return lost
  }

  /// Waits until the collector's file has what went on to it, or grows no more, and reports what it
  /// lacks.
  ///
  /// - Parameter lost: lines that did not go on.
  /// - Returns: how many lines of those that went on it does not have whole.
  func compare(with growth: FileGrowth, lost: Int) async throws -> Int {
    var growth = growth
    var quiet = 0
    var result: (run: ReconcileRun, findings: ReconciliationFindings)?
    for _ in 0..<Self.looksMax {
      if try growth.hasGrown() {
        quiet = 0
        result = nil
      } else {
        quiet += 1
        // The line that is being written may be half there.
        if quiet == 2, growth.bytes > 0 {
          result = try self.compared(with: try growth.copy(to: self.copyPath), .auto)
          if let result, self.shortfall(result.findings, lost: lost) == 0 { break }
        }
        if quiet >= Self.quietLooks { break }
      }
      try await Task.sleep(for: Self.look)
    }
    self.printer.line("\nWhat \(growth.path) has of the log", .bold, beginsStep: true)
    guard growth.bytes > 0 else {
      self.printer.line("   nothing: it did not grow")
      throw CommandFailure("\(growth.path): the collector wrote nothing during the demo")
    }
    let (run, findings) =
      try result ?? self.compared(with: try growth.copy(to: self.copyPath), .auto)
    for line in ReconciliationText.lines(findings, run.document(of: findings, ledger: nil)) {
      self.printer.line(line)
    }
    return self.shortfall(findings, lost: lost)
  }

  private var copyPath: String { "\(self.output)/received/collector.log" }

  private func shortfall(_ findings: ReconciliationFindings, lost: Int) -> Int {
    max(0, findings.missing + findings.cut + findings.altered - lost)
  }

  private func compared(
    with file: String, _ format: ReceivedFormat
  ) throws -> (ReconcileRun, ReconciliationFindings) {
    let logs = try LogFileNames.logs(["\(self.output)/logs/\(self.subscription)"])
    let run = try ReconcileRun(logs: logs, received: [file])
    let findings = try run.run(
      format: format, tag: .given(self.subscription), spansMax: self.spansMax, groups: [])
    return (run, findings)
  }
}
