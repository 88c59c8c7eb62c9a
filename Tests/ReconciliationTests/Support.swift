import Reconciliation

/// Lines that can be read again, for the reconciler.
struct TextLines: LineSource {
  let lines: [String]

  mutating func withLine<Result>(
    _ number: Int, _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result {
    Array(self.lines[number].utf8).withUnsafeBytes(body)
  }
}

/// What comparing these lines comes to.
func reconcile(
  _ logged: [String], _ received: [String], format: ReceivedFormat = .auto, spansMax: Int = 1000,
  groups: [LoggedGroup] = []
) -> ReconciliationFindings {
  var reconciler = Reconciler(format: format, spansMax: spansMax)
  for line in logged { Array(line.utf8).withUnsafeBytes { reconciler.log($0) } }
  for line in received { Array(line.utf8).withUnsafeBytes { reconciler.sample($0) } }
  for line in received { Array(line.utf8).withUnsafeBytes { reconciler.receive($0) } }
  var (log, collector) = (TextLines(lines: logged), TextLines(lines: received))
  return reconciler.finish(logged: &log, received: &collector, groups: groups)
}

/// A line of the appliance, written as the log and as collectors write it.
struct TestLine: Hashable {
  var body: String
  /// Seconds after 08:00:00.
  var second: Int

  private func clock(_ second: Int) -> String {
    [8 + second / 3600, second / 60 % 60, second % 60]
      .map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
  }

  var logged: String { "Thu Jun 25 \(self.clock(self.second)) 2015 \(self.body)" }

  func wire(shift: Int = 0) -> String {
    "<22>Jun 25 \(self.clock(self.second + shift)) Mail_Log: \(self.body)"
  }
}

let headerLines = [
  "Thu Jun 25 08:00:00 2015 Info: Begin Logfile",
  "Thu Jun 25 08:00:00 2015 Info: Version: 8.0.1-023 SN: A4BADB4712A9-511AA1E",
  "Thu Jun 25 08:00:00 2015 Info: Time offset from UTC: 7200 seconds",
]
