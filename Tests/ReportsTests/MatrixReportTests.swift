import ApplianceConfiguration
import Foundation
import LogDelivery
import Reports
import Scenarios
import Testing

/// How a matrix is written.
@Suite struct MatrixReportTests {
  private static func cell(_ scenario: String, _ verdict: TrialVerdict)
    -> ConfigurationTrial.Outcome
  {
    var facts = TrialFacts()
    var push = TrialFacts.Push("Mail_Log", verdict == .silentLoss ? .udp : .tcp)
    push.logged = 1200
    push.accepted = 1200
    push.received = verdict == .delivered ? 1200 : 0
    switch verdict {
    case .silentLoss:
      push.datagramsSent = 1203
      push.datagramsRead = 3
    case .alerted:
      push.failures = [LinkFailure(.established, .reset): 1]
      let alert = TrialFacts.Alert(subscription: "Mail_Log")
      facts.alerts = [alert]
      facts.mails = [.init(alert, to: "desk@example.com", .received)]
    default: break
    }
    if verdict != .noPush { facts.pushes = [push] }
    return ConfigurationTrial.Outcome(
      scenario: scenario, facts: facts,
      notes: [MappingNote(.push, "push Mail_Log: a becomes b")]
        + (verdict == .alerted ? [MappingNote(.encryption, "push Mail_Log: plain")] : []))
  }

  private static func row(_ path: String, _ verdicts: [TrialVerdict]) -> MatrixRow {
    MatrixRow(
      path: path, machine: nil, cells: zip(["one", "two"], verdicts).map { Self.cell($0, $1) })
  }

  private static let rows = [
    Self.row("a.xml", [.delivered, .silentLoss]), Self.row("b.xml", [.delivered, .alerted]),
    Self.row("c\u{1B}.xml", [.delivered, .silentLoss]), Self.row("d.xml", [.noPush, .noPush]),
    MatrixRow(path: "e.xml", machine: nil, errors: ["e.xml: error: not XML"]),
  ]

  private static func report(
    _ rows: [MatrixRow] = Self.rows, failing: Set<TrialVerdict> = [.silentLoss],
    isVerbose: Bool = false
  ) -> MatrixReport {
    MatrixReport(
      scenarios: ["one", "two"], rows: rows, failing: failing, isVerbose: isVerbose,
      leftOut: ["1 file"])
  }

  @Test func textGroupsWhatIsTheSameAndSaysWhatIsLost() {
    #expect(
      Self.report().text == [
        "verdicts:", "  S silent-loss: lines were lost, and nobody received an alert about it",
        "  A alerted: a push failed or lost lines, and somebody received an alert about it",
        "  . delivered: the scenario's server read every line",
        "  o no-push: no subscription pushes to a syslog server", "scenarios:", "  1 one, 2 two",
        "",
        "exports  12", "      2  .S  a.xml, c\\u{1B}.xml", "      1  .A  b.xml",
        "      1  oo  d.xml", "", "silent loss:",
        "  a.xml, c\\u{1B}.xml: in 1 of 2 scenarios",
        "    why: Mail_Log: pushed by UDP, which detects no failure: no error line and no alert",
        "      in two",
        "    lost by a.xml in two: Mail_Log: 1200 datagrams sent and not read by the server", "",
        "not simulated as written:", "  a push by TLS is simulated without: b.xml", "", "not read:",
        "  e.xml: error: not XML", "", "left out: 1 file", "",
        "5 exports, 2 scenarios: 2 exports lose lines silently, 1 was not read",
      ])
  }

  @Test func longListsAreCutUnlessVerbose() {
    let rows = (1...300).map { Self.row("\($0).xml", [.delivered, .silentLoss]) }
    let short = Self.report(rows).text
    #expect(short.count < 20)
    #expect(short.contains { $0.contains("    300  .S  1.xml, 2.xml, 3.xml and 297 more") })
    #expect(short.joined().utf8.count < 2000)
    #expect(Self.report(rows, isVerbose: true).text.joined().contains("299.xml"))
  }

  @Test func aVerdictThatFailsAndAFileThatIsNotReadFail() {
    let good = [Self.row("a.xml", [.delivered, .alerted])]
    #expect(!Self.report(good).isFailed)
    #expect(Self.report(good, failing: [.alerted]).isFailed)
    #expect(Self.report(failing: []).isFailed)
    #expect(!Self.report(Array(Self.rows.dropLast()), failing: []).isFailed)
  }

  @Test func jsonHasEachCellWithItsFigures() throws {
    let object = try JSONSerialization.jsonObject(with: Data(Self.report().json))
    let document = try #require(object as? [String: Any])
    let exports = try #require(document["exports"] as? [[String: Any]])
    #expect(exports.count == 5)
    let cells = try #require(exports[0]["cells"] as? [[String: Any]])
    #expect(cells.map { $0["verdict"] as? String } == ["delivered", "silent-loss"])
    let logs = try #require(cells[1]["logs"] as? [[String: Any]])
    #expect(logs[0]["datagramsSent"] as? Int == 1203)
    #expect(logs[0]["accepted"] as? Int == 1200)
    let reasons = try #require(logs[0]["reasons"] as? [[String: Any]])
    #expect(reasons.map { $0["code"] as? String } == ["datagrams-unread", "udp-detects-nothing"])
    #expect(exports[4]["errors"] as? [String] == ["e.xml: error: not XML"])
    let summary = try #require(document["summary"] as? [String: Any])
    #expect(summary["losingSilently"] as? Int == 2)
    #expect((summary["cells"] as? [String: Int])?["silent-loss"] == 2)
  }

  @Test func junitFailsSilentLossesAndWhatIsNotRead() {
    let text = String(decoding: Self.report().junit, as: UTF8.self)
    #expect(text.contains("<testcase classname=\"a.xml\" name=\"one\"/>"))
    #expect(
      text.contains(
        "<testcase classname=\"a.xml\" name=\"two\">\n   <failure message=\"silent-loss: "))
    #expect(text.contains("Mail_Log: 1200 datagrams sent"))
    #expect(text.contains("<testcase classname=\"d.xml\" name=\"one\">\n   <skipped"))
    #expect(text.contains("<testcase classname=\"e.xml\" name=\"read\">\n   <failure"))
    #expect(!text.contains("\u{1B}"))
    #expect(text.components(separatedBy: "<failure").count == 4)
  }

  @Test func markdownNamesWhatIsNotWell() {
    let text = Self.report().markdown
    #expect(text[0] == "| export | silent-loss | alerted | delivered | no-push |")
    #expect(text.contains("| `a.xml` | 1 | 0 | 1 | 0 |"))
    #expect(!text.contains { $0.contains("`b.xml`") })
    #expect(text.contains("| `e.xml` | not read | not read | not read | not read |"))
  }

  @Test func partsOfARowAreOne() {
    var row = MatrixRow(path: "a.xml", machine: "m", cells: [Self.cell("one", .delivered)])
    row.append(MatrixRow(path: "a.xml", machine: "m", cells: [Self.cell("two", .alerted)]))
    #expect(row.cells.map(\.scenario) == ["one", "two"])
    #expect(row.name == "a.xml (machine m)")
  }
}
