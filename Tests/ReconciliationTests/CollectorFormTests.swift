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

  @Test(arguments: forms, ["auto", "rsyslog", "syslog-ng"])
  func nothingIsMissing(_ form: (String, String, String), format: String) {
    let received = Self.log.map { "\(form.1)\($0.second)\(form.2)\($0.body)" }
    let findings = reconcile(Self.log.map(\.logged), received, format: .named(format))
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
        + (export.0.hasPrefix("{\"event\"") ? "}" : "")
    }
    let findings = reconcile(Self.log.map(\.logged), received)
    #expect(findings.isComplete, "\(findings)")
    #expect(findings.matched == 4)
  }

  /// Docker's json-file: a message of more than 16 KiB is several records, which are one line here.
  @Test(arguments: ["auto", "docker"])
  func aMessageInSeveralRecordsIsOne(_ format: String) {
    var log = Self.log
    log[1].body = "Info: " + String(repeating: "\"a\\n\" ", count: 8000)
    let message = Array(log[1].wire().utf8) + [0x0A]
    let parts = stride(from: 0, to: message.count, by: 16_384).map { start in
      let text = String(
        decoding: message[start..<min(start + 16_384, message.count)], as: UTF8.self)
      let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        .replacing("\n", with: "\\n")
      return "{\"log\":\"\(escaped)\",\"stream\":\"stdout\"}"
    }
    #expect(parts.count > 2)
    var received = log.map { "{\"log\":\"\($0.wire())\\n\",\"stream\":\"stdout\"}" }
    received[1] = parts.joined(separator: "\n")
    let findings = reconcile(log.map(\.logged), received, format: .named(format))
    #expect(findings.isExact, "\(findings)")
    #expect(findings.matched == 4)
    // Which lines go on is seen at each alone.
    for (number, part) in parts.enumerated() {
      let goesOn = Array(part.utf8).withUnsafeBytes { SplitRecord.goesOn($0) }
      #expect(goesOn == (number + 1 < parts.count))
    }
  }

  /// containerd: each part but the last has the tag `P`.
  @Test(arguments: ["auto", "docker"], [1, 7, 30, 16_384])
  func aMessageInSeveralContainerLinesIsOne(_ format: String, _ partBytes: Int) {
    var log = Self.log
    log[1].body = "Info: " + String(repeating: "text ", count: 8)
    if partBytes > 1000 { log[1].body += String(repeating: "long ", count: 8000) + "end" }
    let received = log.map { line in
      let wire = Array(line.wire().utf8)
      return stride(from: 0, to: min(wire.count, partBytes * 60), by: partBytes).map { start in
        let isLast = start + partBytes >= wire.count || start + partBytes >= partBytes * 60
        let end = isLast ? wire.count : start + partBytes
        let text = String(decoding: wire[start..<end], as: UTF8.self)
        return "\(Self.iso)\(line.second).1Z stderr \(isLast ? "F" : "P:x") \(text)"
      }.joined(separator: "\n")
    }
    let findings = reconcile(log.map(\.logged), received, format: .named(format))
    #expect(findings.isExact, "\(findings)")
    #expect(findings.matched == 4)
    let parts = received[1].split(separator: "\n")
    for (number, part) in parts.enumerated() {
      let goesOn = Array(part.utf8).withUnsafeBytes { SplitRecord.goesOn($0) }
      #expect(goesOn == (number + 1 < parts.count))
    }
  }

  private static let long = String(repeating: "x", count: 16_384)

  @Test(arguments: [
    ("{\"log\":\"\(long)\",\"stream\":\"stdout\"}", true), ("{\"log\": \"\(long)\"}", true),
    ("{\"log\":\"\(long)\\\\n\"}", true), ("{\"log\":\"\(long)\\n\"}", false),
    ("{\"log\":\"\(long)\\\\\\n\"}", false), ("{\"log\":\"\(long.dropLast())\"}", false),
    ("{\"log\":\"\(long)", false), ("{\"log\":\"a\",\"b\":\"\(long)\"}", false),
    ("{\"line\":\"\(long)\"}", false), ("{\"log\":[\"\(long)\"]}", false), (long, false),
    ("", false),
  ])
  func whatIsNoPartOfAMessageEndsALine(_ line: String, _ goesOn: Bool) {
    #expect(Array(line.utf8).withUnsafeBytes { SplitRecord.goesOn($0) } == goesOn)
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

/// What is no line, or holds one where none is looked for, is refused: its figures would tell of
/// losses that are none.
@Suite struct RefusedRecordTests {
  private static let raw = "{\"_raw\": \"<22>Jun 25 08:00:01 Mail_Log: Info: a\"}"
  private static let log = ["Thu Jun 25 08:00:01 2015 Info: a"]

  private static let refused: [(String, RefusedForm)] = [
    ("[\(raw), \(raw)]", .textBehindObject), ("\(raw) \(raw)", .textBehindObject),
    ("\(raw), \(raw)", .textBehindObject), ("\(raw) x", .textBehindObject),
    (
      "{\"hits\": {\"hits\": [{\"_source\": {\"message\": \"Info: a\"}}]}}",
      .noTextMember(found: "a line in its member message")
    ),
    ("{", .openObject), ("{\"_raw\": \"Info: a", .openObject),
    (
      "{\"payload_\": \"<22>Jun 25 08:00:01 Mail_Log: Info: a\"}",
      .noTextMember(found: "a line in its member payload_")
    ),
    ("{\"cisco_secure_email_gateway\": {\"log\": {\"message\": \"a\"}}}", .integrationWithoutText),
    ("[2015-06-25 08:00:01] esa Info: a", .unknownHeader(found: "[2015-06-25 08:00:01] esa ")),
    ("<22>esa | Mail_Log | Info: a", .unknownHeader(found: "esa | Mail_Log | ")),
    ("25.06.2015 08:00:01;esa;Info: a", .unknownHeader(found: "25.06.2015 08:00:01;esa;")),
  ]

  @Test(arguments: refused)
  func itIsSaidWhere(_ line: String, _ found: RefusedForm) {
    let file = CollectorFile(lines: [Self.raw, line, line])
    let refusal = Comparison(Self.log, [file]).refusal()
    #expect(refusal?.line == 2)
    #expect(refusal?.found == found)
    #expect(refusal?.isOfLog == false)
  }

  /// An export that is cut may lack records, wherever it is cut.
  @Test(arguments: [
    "[\(raw), \n\(raw)]\n", "[ \(raw)\n]", "[]",
    "{\"hits\": {\"hits\": [\(raw)], \"x\": [{\"y\": 1}]}, \"z\": {}}",
  ])
  func aCutExportIsOpen(_ whole: String) throws {
    #expect(try !CollectorFile(whole).isOpen)
    let bytes = Array(whole.utf8)
    let last = try #require(bytes.lastIndex { $0 == 0x5D || $0 == 0x7D })
    for end in 1...last {
      for pieceBytes in [1, 7, 4096] {
        let file = try? CollectorFile(bytes: Array(bytes[..<end]), pieceBytes: pieceBytes)
        // Other forms refuse what their records are.
        guard let file, !file.form.isOfLines else { continue }
        // A record that is cut is refused where it is read.
        let isCutRecord = file.records.last.map { $0.last != 0x7D } ?? false
        #expect(file.isOpen || isCutRecord, "\(end) bytes")
      }
    }
  }

  @Test(arguments: [
    "[", "]", "\(raw),", "\(raw)]  ", ",\(raw)", "{\"hits\": [1], \"x\": {\"hits\": [{}]}}", "",
    "{\"index\": {\"_id\": \"Info\"}}",
  ])
  func whatHoldsNoLineIsNot(_ line: String) {
    let comparison = Comparison(Self.log, [CollectorFile(lines: [Self.raw, line])])
    #expect(comparison.refusal() == nil)
  }

  /// Nothing in the file is of a known form.
  private static let unknown: [(String, RefusedForm)] = [
    ("{\"index\": {}}\n{\"took\": 1}", .noTextMember(found: "the members index")),
    (
      "{\"message\": \"one\"}\n{\"message\": \"two\"}",
      .unknownForm(found: "{\"message\": \"one\"}")
    ),
    (
      "<events><event>a</event></events>\n",
      .unknownForm(found: "<events><event>a</event></events>")
    ),
    ("one\ntwo\nthree\n", .unknownForm(found: "one")),
    (
      String(repeating: "part\n", count: 20) + "<22>Jun 25 08:00:01 Mail_Log: Info: a\n",
      .unknownForm(found: "part")
    ),
  ]

  @Test(arguments: unknown)
  func aFileOfNoKnownFormIsRefused(_ text: String, _ found: RefusedForm) throws {
    let file = try CollectorFile(text)
    #expect(Comparison(Self.log, [file]).refusal()?.found == found)
    let other = CollectorFile(lines: [Self.raw])
    let second = Comparison(Self.log, [other, file, other]).refusal()
    #expect(second?.found == found, "of a known one beside it")
    #expect(second?.line == 2)
  }

  /// Parts that cannot be put together are not counted as lines.
  @Test(arguments: [
    "2015-06-25T08:00:01.2Z stderr F other", "no line of a container", "",
  ])
  func partsOfALineThatAreApartAreRefused(_ between: String) {
    let part = "2015-06-25T08:00:01.1Z stdout P <22>Jun 25 08:00:01 Mail_Log: "
    let file = CollectorFile(lines: [Self.raw, part + "\n" + between + "\n"])
    let refusal = Comparison(Self.log, [file]).refusal()
    #expect(refusal?.found == (between.isEmpty ? nil : .partsApart))
    #expect(refusal?.line == (between.isEmpty ? nil : 2))
  }

  /// A form that is not known is refused whatever is known of the tag.
  private static let hidden: [(String, String, RefusedForm)] = [
    (
      "Jun 25 08:00:01 esa CEF:0|V|P|1|1|n|5|msg=", "",
      .unknownHeader(found: "CEF:0|V|P|1|1|n|5|msg=")
    ),
    ("Jun 25 08:00:01 esa LEEF:1.0|V|P|1|id|\tmsg=", "", .unknownHeader(found: "msg=")),
    ("Jun 25 08:00:01 esa mail_logs|", "", .unknownHeader(found: "mail_logs|")),
    ("Jun 25 08:00:01 esa app=mail msg=\"", "\"", .unknownHeader(found: "msg=\"")),
    (
      "<22>Jun 25 08:00:01 mail_logs: ", " [origin=10.0.0.1]",
      .unknownEnd(found: "[origin=10.0.0.1]")
    ),
    (
      "<event><raw>&lt;22&gt;Jun 25 08:00:01 mail_logs: ", "</raw></event>",
      .unknownEnd(found: "</raw></event>")
    ),
  ]

  @Test(
    arguments: hidden,
    [LogTag.unknown(hint: nil), .given("mail_logs"), .unknown(hint: "mail_logs")])
  func aFormThatIsNotKnownIsRefusedUnderAnyTag(
    _ row: (before: String, after: String, found: RefusedForm), _ tag: LogTag
  ) {
    let bodies = (0..<9).map { "Info: MID \($0) text of its own" }
    let log = bodies.map { "Thu Jun 25 08:00:01 2015 \($0)" }
    let file = CollectorFile(lines: bodies.map { row.before + $0 + row.after })
    let refusal = Comparison(log, [file], tag: tag).refusal()
    #expect(refusal?.found == row.found)
    let plain = Comparison(log, [file], format: .plain, tag: tag)
    #expect(plain.refusal() == nil)
  }

  /// Whoever says `plain` has each line counted as it is.
  @Test(arguments: ["one", "[2015-06-25 08:00:01] esa Info: a", "{\"message\": \"Info: a\"}"])
  func plainRefusesNothing(_ line: String) {
    let comparison = Comparison(Self.log, [CollectorFile(lines: [line])], format: .plain)
    #expect(comparison.refusal() == nil)
    #expect(comparison.findings().missing == 1)
    #expect(comparison.findings().foreign == 1)
  }

  private static let logs: [([String], RefusedForm)] = [
    ([], .emptyLog), (["", " "], .emptyLog),
    (["<22>Jun 25 08:00:01 Mail_Log: Info: a"], .collectorAsLog),
    (["{\"message\": \"Info: a\"}"], .collectorAsLog),
    (["time,text", "1,2"], .noLog(found: "time,text")),
  ]

  @Test(arguments: logs)
  func whatIsNoLogIsRefused(_ log: [String], _ found: RefusedForm) {
    let refusal = Comparison(log, [CollectorFile(lines: Self.log)]).refusal()
    #expect(refusal?.found == found)
    #expect(refusal?.isOfLog == true)
  }

  private static let binaries: [[UInt8]] = [
    [0x1F, 0x8B, 8, 0], [0xFF, 0xFE, 0x49, 0], Array("LPKSHHRH\u{0}".utf8),
    [0xD4, 0xC3, 0xB2, 0xA1], [0x0A, 0x0D, 0x0D, 0x0A],
  ]

  @Test(arguments: binaries)
  func whatHoldsNoTextIsRefused(_ bytes: [UInt8]) {
    #expect(throws: RefusedForm.self) { try CollectorFile(bytes: bytes) }
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
