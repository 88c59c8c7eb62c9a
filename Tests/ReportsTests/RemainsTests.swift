import ApplianceModel
import Reports
import Testing

/// What was still to be sent when a run ended is in its report, as values and as words.
@Suite struct RemainsTests {
  @Test(
    arguments: [
      (RunRemains.nothing, nil, nil),
      (
        .lines(["A": 2, "B": 0]), #""lines":{"A":2,"B":0}"#,
        "A: 2 lines not settled; B: not connected"
      ),
      (.lines([:]), #""alertMailUnderWay":true"#, "an alert mail under way"),
      (
        .confirmations(["A": 1]), #""unconfirmedLines":{"A":1}"#,
        "A: 1 line acknowledged, not confirmed"
      ),
      (.files(["F": 1]), #""files":{"F":1}"#, "F: 1 file not sent"),
    ] as [(RunRemains, String?, String?)])
  func reportSaysIt(_ remains: RunRemains, _ member: String?, _ words: String?) throws {
    var report = RunReport()
    report.left(remains)
    let json = String(decoding: try report.json(), as: UTF8.self)
      .filter { !$0.isWhitespace }
    if let member, let words {
      #expect(json.contains(#""left":{"# + member + "}"))
      #expect(report.markdown.contains("left at the end: \(words)\n"))
    } else {
      #expect(!json.contains(#""left""#))
      #expect(!report.markdown.contains("left at the end"))
    }
  }
}
