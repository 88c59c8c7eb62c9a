internal import ApplianceConfiguration
internal import Scenarios

/// The formats for programs, and markdown.
extension MatrixReport {
  // MARK: JUnit

  /// A suite an export, a case a scenario, the class by the file's path.
  public var junit: [UInt8] {
    JUnitDocument.xml(
      suites: self.rows.map { row in
        JUnitSuite(name: row.name, className: row.path, cases: self.cases(of: row))
      })
  }

  private func cases(of row: MatrixRow) -> [JUnitSuite.Case] {
    guard row.isRead else {
      return [
        JUnitSuite.Case(
          name: "read",
          outcome: .failed(row.errors[0], detail: row.errors.joined(separator: "\n")))
      ]
    }
    return row.cells.map { cell in
      let verdict = cell.judgement.verdict
      let message = "\(verdict.rawValue): \(verdict.meaning)"
      let reasons = cell.judgement.logs.flatMap { log in
        log.reasons.map { (log.subscription.map { "\($0): " } ?? "") + $0.description }
      }
      let detail = (reasons + [cell.figures]).joined(separator: "\n")
      let outcome: JUnitSuite.Case.Outcome =
        if self.failing.contains(verdict) {
          .failed(message, detail: detail)
        } else if verdict == .noPush || verdict == .noLines {
          .skipped(message)
        } else {
          .passed
        }
      return JUnitSuite.Case(name: cell.scenario, outcome: outcome)
    }
  }

  // MARK: JSON

  /// Everything: each export with each scenario, its figures, reasons and notes.
  public var json: [UInt8] {
    var json = JSONText()
    json.beginObject()
    json.beginArray("scenarios")
    for name in self.scenarios { json.add(nil, name) }
    json.endArray()
    json.endLine()
    json.beginArray("exports")
    for row in self.rows {
      json.endLine()
      Self.add(row, to: &json)
    }
    json.endArray()
    json.endLine()
    self.addSummary(to: &json)
    json.endObject()
    return json.bytes + [0x0A]
  }

  private func addSummary(to json: inout JSONText) {
    json.beginObject("summary")
    json.add("exports", self.rows.count)
    json.add("notRead", self.rows.count { !$0.isRead })
    json.add("losingSilently", self.rows(with: .silentLoss).count)
    json.add("failed", isTrue: self.isFailed)
    json.beginObject("cells")
    for verdict in TrialVerdict.allCases {
      json.add(named: verdict.rawValue, self.rows.reduce(0) { $0 + $1.count(of: verdict) })
    }
    json.endObject()
    json.beginArray("leftOut")
    for text in self.leftOut { json.add(nil, text) }
    json.endArray()
    json.endObject()
  }

  private static func add(_ row: MatrixRow, to json: inout JSONText) {
    json.beginObject()
    json.add("path", row.path)
    json.addIfPresent("machine", row.machine ?? "")
    if row.hasMaskedPassphrases { json.add("maskedPassphrases", isTrue: true) }
    if !row.isRead {
      json.beginArray("errors")
      for line in row.errors { json.add(nil, line) }
      json.endArray()
    }
    json.beginArray("cells")
    for cell in row.cells {
      json.endLine()
      self.add(cell, to: &json)
    }
    json.endArray()
    json.endObject()
  }

  private static func add(_ cell: ConfigurationTrial.Outcome, to json: inout JSONText) {
    json.beginObject()
    json.add("scenario", cell.scenario)
    json.add("verdict", cell.judgement.verdict.rawValue)
    json.beginArray("logs")
    for log in cell.judgement.logs {
      self.add(log, cell.facts.pushes.first { $0.subscription == log.subscription }, to: &json)
    }
    json.endArray()
    json.add("alertsRaised", cell.facts.alerts.count)
    json.add("alertMailsReceived", cell.mailsReceived)
    json.beginArray("receivedBy")
    for address in cell.receivers { json.add(nil, address) }
    json.endArray()
    json.beginArray("mapping")
    for note in cell.notes {
      json.beginObject()
      json.add("kind", note.kind.rawValue)
      json.add("text", note.text)
      json.endObject()
    }
    json.endArray()
    json.endObject()
  }

  private static func add(
    _ log: TrialJudgement.Log, _ push: TrialFacts.Push?, to json: inout JSONText
  ) {
    json.beginObject()
    json.addIfPresent("subscription", log.subscription ?? "")
    json.add("verdict", log.verdict.rawValue)
    json.beginArray("reasons")
    for reason in log.reasons {
      json.beginObject()
      json.add("code", reason.code.rawValue)
      if let count = reason.count { json.add("count", Int(clamping: count)) }
      json.add("text", reason.description)
      json.endObject()
    }
    json.endArray()
    if let push { self.add(push, to: &json) }
    json.endObject()
  }

  private static func add(_ push: TrialFacts.Push, to json: inout JSONText) {
    json.add("transport", push.transport.rawValue)
    let counts: [(StaticString, UInt64)] = [
      ("accepted", push.accepted), ("lost", push.lost), ("lostAtMost", push.lostAtMost),
      ("acknowledged", push.acknowledged), ("received", push.received), ("queued", push.queued),
      ("failures", push.failureCount),
    ]
    for (name, count) in counts { json.add(name, Int(clamping: count)) }
    guard push.transport == .udp else { return }
    json.add("datagramsSent", Int(clamping: push.datagramsSent))
    json.add("datagramsRead", Int(clamping: push.datagramsRead))
  }

  // MARK: Markdown

  /// A table of the exports that are not well everywhere, and why they lose silently.
  public var markdown: [String] {
    var lines: [String] = []
    let verdicts = self.verdicts
    let rows = self.rows.filter { !$0.isRead || ($0.worst ?? .noPush) > .alerted }
    if !rows.isEmpty {
      lines.append("| export | \(verdicts.map(\.rawValue).joined(separator: " | ")) |")
      lines.append("|---|\(String(repeating: "---|", count: verdicts.count))")
    }
    for row in rows {
      let name = MarkdownText.code(escapingControls(row.name))
      let counts = verdicts.map { row.isRead ? "\(row.count(of: $0))" : "not read" }
      lines.append("| \(name) | \(counts.joined(separator: " | ")) |")
    }
    for row in self.rows(with: .silentLoss) {
      let cells = row.cells.filter { $0.judgement.verdict == .silentLoss }
      lines += ["", "**\(MarkdownText.code(escapingControls(row.name)))** loses silently:", ""]
      lines += SilentCause.all(in: cells).map { cause in
        let logs = cause.subscriptions.joined(separator: ", ")
        let text = MarkdownText.code(escapingControls("\(logs): \(cause.text)"))
        return "- \(text) (\(cause.scenarios.joined(separator: ", ")))"
      }
    }
    if !lines.isEmpty { lines.append("") }
    return lines + ["**\(self.summary)**"]
  }
}
