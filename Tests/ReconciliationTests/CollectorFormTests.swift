import Reconciliation
import Testing

/// What real collectors made of our pushes: rsyslog 8 and syslog-ng 3.38 behind `sim:format
/// rfc5424` and `rfc3164`, by their own templates.
@Suite struct CollectorFormTests {
  private static let log: [TestLine] = [
    TestLine(body: "Info: ICID 1 ACCEPT SG UNKNOWNLIST match sbrs[-0.5:10.0] SBRS 1.7", second: 1),
    TestLine(body: "Info: MID 1 Subject 'a - [b] \"c\"'", second: 2),
    TestLine(body: "Critical: Log Error: Subscription Mail_Log: Failed to connect", second: 2),
    TestLine(body: "Info: ICID 1 close", second: 3),
  ]

  private static let bsd = "Jun 25 08:00:0"
  private static let iso = "2015-06-25T08:00:0"

  /// What stands before the second's digit and before the body.
  private static let forms: [(String, String, String)] = [
    ("as sent", "<22>1 \(iso)", "+02:00 mail.example.com Mail_Log - - - "),
    ("as sent, without a host", "<22>1 \(iso)", "+02:00 - Mail_Log - - - "),
    ("with data", "<22>1 \(iso)", ".003+02:00 h Mail_Log 7 x [a@1 b=\"\\]\" c=\"[\"][d] "),
    ("with UTF-8's mark", "<22>1 \(iso)", "Z h Mail_Log - - - \u{FEFF}"),
    ("rsyslog traditional", bsd, " mail.example.com Mail_Log "),
    ("rsyslog traditional, without a host", bsd, " - Mail_Log "),
    ("RSYSLOG_FileFormat", iso, "+02:00 mail.example.com Mail_Log "),
    ("RSYSLOG_FileFormat, without a host", iso, "+02:00 - Mail_Log "),
    ("RSYSLOG_SyslogProtocol23Format of RFC 3164", "<22>1 \(iso)", "+00:00 h Mail_Log - - -  "),
    ("syslog-ng default", bsd, " mail.example.com Mail_Log: "),
    ("syslog-ng protocol template", "<22>1 \(iso)", "+00:00 127.0.0.1 Mail_Log - - - "),
  ]

  @Test(arguments: forms, [ReceivedFormat.auto, .rsyslog, .syslogNG])
  func nothingIsMissing(_ form: (String, String, String), format: ReceivedFormat) {
    let received = Self.log.map { "\(form.1)\($0.second)\(form.2)\($0.body)" }
    let findings = reconcile(Self.log.map(\.logged), received, format: format)
    #expect(findings.isExact, "\(form.0): \(findings)")
    #expect(findings.matched == 4)
    #expect(findings.stampShift == 0)
  }

  private static let exports: [(String, String)] = [
    ("{\"event\": {\"original\": \"<22>1 2015-06-25T08:00:0", "+02:00 m Mail_Log - - - "),
    ("{\"message\": \"<22>1 2015-06-25T08:00:0", "+02:00 - Mail_Log - - - "),
    ("{\"second\": ", ", \"message\": \" "),
    ("{\"msg\": \" x\", \"rawmsg\": \"<22>1 2015-06-25T08:00:0", "+02:00 - Mail_Log - - - "),
  ]

  @Test(arguments: exports)
  func exportsHoldAnyForm(_ export: (String, String)) {
    let received = Self.log.map { line in
      "\(export.0)\(line.second)\(export.1)"
        + line.body.replacing("\"", with: "\\\"") + "\"}"
    }
    let findings = reconcile(Self.log.map(\.logged), received)
    #expect(findings.isComplete, "\(findings)")
    #expect(findings.matched == 4)
  }

  /// A reset cuts a line within its header, stamp or body; the next connection's follows it.
  @Test(arguments: [3, 6, 15, 25, 40, 57, 74])
  func aCutLineAndTheNextAreToldApart(kept: Int) {
    var received = Self.log.map {
      "<22>1 \(Self.iso)\($0.second)+02:00 mail.example.com Mail_Log - - - \($0.body)"
    }
    received[1] = String(received[0].prefix(kept)) + received[1]
    received.removeFirst()
    let findings = reconcile(Self.log.map(\.logged), received)
    #expect(findings.matched == 3)
    #expect(findings.cut == 1)
    #expect(findings.cutLengths.entries.map(\.bytes) == [max(0, kept - 64)], "behind its header")
  }
}

/// JSON that is not one object a line is refused: its figures would tell of losses that are none.
@Suite struct RefusedExportTests {
  private static let raw = "{\"_raw\": \"<22>Jun 25 08:00:01 Mail_Log: Info: a\"}"

  private static let refused: [(String, RefusedExportLine)] = [
    ("[\(raw), \(raw)]", .array), ("  [ \(raw),", .array),
    ("\(raw) \(raw)", .textBehindObject), ("\(raw), \(raw)", .textBehindObject),
    ("\(raw) x", .textBehindObject),
    ("{\"took\": 1, \"hits\": {\"total\": 1, \"hits\": [{\"_source\": {}}]}}", .searchAnswer),
    ("{\"results\": [\(raw), \(raw)]}", .severalLines), ("{", .openObject),
  ]

  @Test(arguments: refused)
  func itIsToldWhere(_ line: String, _ refusal: RefusedExportLine) {
    var reconciler = Reconciler(format: .splunk)
    for text in [Self.raw, line, line] {
      Array(text.utf8).withUnsafeBytes { reconciler.receive($0) }
    }
    let refused = reconciler.refused
    #expect(refused?.line == 2)
    #expect(refused?.found == refusal)
  }

  @Test(arguments: [
    "[", "]", "\(raw),", "\(raw)]  ", ",\(raw)", "{\"hits\": [1], \"x\": {\"hits\": [{}]}}", "",
  ])
  func anObjectALineIsNot(_ line: String) {
    var reconciler = Reconciler(format: .auto)
    Array(line.utf8).withUnsafeBytes { reconciler.receive($0) }
    let refused = reconciler.refused
    #expect(refused == nil)
  }

  @Test func compressedFilesAreKnownByTheirFirstBytes() {
    #expect(CompressedForm(firstBytes: [0x1F, 0x8B, 0x08, 0, 0, 0]) == .gzip)
    #expect(CompressedForm(firstBytes: [0x28, 0xB5, 0x2F, 0xFD, 0, 0]) == .zstd)
    #expect(CompressedForm(firstBytes: Array("BZh91A".utf8)) == .bzip2)
    #expect(CompressedForm(firstBytes: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) == .xz)
    #expect(CompressedForm(firstBytes: Array("<22>Ju".utf8)) == nil)
    #expect(CompressedForm(firstBytes: []) == nil)
  }
}
