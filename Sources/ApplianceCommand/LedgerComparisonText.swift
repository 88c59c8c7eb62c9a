import Reports

/// What a person reads of a ledger beside a collector's file.
enum LedgerComparisonText {
  static func lines(_ ledger: LedgerComparison, rowsMax: Int) -> [String] {
    var lines = ["", "By the ledger of \(ledger.subscription):"]
    var fates: [String] = []
    for row in ledger.rows where !fates.contains(row.fate) { fates.append(row.fate) }
    for fate in fates {
      let rows = ledger.rows.filter { $0.fate == fate }
      lines.append("  \(self.text(of: rows)) \(self.meaning(fate))")
      let damaged = rows.filter { $0.connection != nil && $0.missing + $0.cut + $0.altered > 0 }
      for row in damaged.prefix(rowsMax) {
        lines.append("    connection \(row.connection ?? 0): \(self.text(of: [row]))")
      }
      if damaged.count > rowsMax {
        lines.append("    \(damaged.count - rowsMax) more connections; --spans N lists more")
      }
    }
    if !ledger.isFinal {
      lines.append("  This ledger was written during the run: it does not have the lines after it.")
    }
    if ledger.contradictions > 0 {
      lines.append(
        "  \(CountText.counted(ledger.contradictions, "line contradicts", "lines contradict")) it: "
          + "identical to others, or these files are not those of one run.")
    }
    return lines
  }

  private static func text(of rows: [LedgerComparison.Row]) -> String {
    let lines = rows.reduce(0) { $0 + $1.lines }
    var parts: [String] = []
    for (count, name) in [
      (rows.reduce(0) { $0 + $1.arrived }, "arrived"),
      (rows.reduce(0) { $0 + $1.missing }, "missing"), (rows.reduce(0) { $0 + $1.cut }, "cut"),
      (rows.reduce(0) { $0 + $1.altered }, "altered"),
    ] where count > 0 {
      parts.append(count == lines ? "all \(name)" : "\(CountText.grouped(count)) \(name)")
    }
    return "\(CountText.lines(lines)) ("
      + parts.joined(separator: ", ") + ")"
  }

  private static func meaning(_ fate: String) -> String {
    switch fate {
    case "acknowledged": "acknowledged by the peer's kernel"
    case "closedInOrder": "acknowledged, and the connection closed gracefully"
    case "received": "read by the receiver"
    case "written": "sent by datagram"
    case "queueDiscarded": "discarded with the queue"
    case "queueFull": "refused, the queue was full"
    case "unacknowledged": "written, and not acknowledged when the connection ended"
    case "bufferDropped": "dropped from the disk buffer"
    case "bufferUnwritable": "lost because the disk buffer could not be written"
    case "processEnded": "unknown: the process ended"
    default: "not in the ledger"
    }
  }
}
