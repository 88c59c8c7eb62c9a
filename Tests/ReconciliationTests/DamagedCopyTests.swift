import Reconciliation
import Testing

/// What collectors do to every line of a log, and what is counted then.
@Suite struct DamagedCopyTests {
  private static let log = CollectorSamples.log
  private static let logged = CollectorSamples.logged
  private static let tags: [LogTag] = [
    .unknown(hint: nil), .unknown(hint: "folder"), .named("Mail_Log", others: []),
  ]

  /// Each line is cut to a few bytes, so that hardly one is whole: the tag is still the log's.
  @Test(arguments: tags, [50, 60, 70])
  func linesThatAreAllCutAreCut(_ tag: LogTag, bytes: Int) {
    let received = Self.log.map { String(decoding: $0.wire().utf8.prefix(bytes), as: UTF8.self) }
    let comparison = Comparison(Self.logged, [CollectorFile(lines: received)], tag: tag)
    #expect(comparison.refusal() == nil)
    let findings = comparison.findings()
    let cut = zip(Self.log, received).filter { line, received in
      received.utf8.count < line.wire().utf8.count - (line.body.last == " " ? 1 : 0)
    }
    #expect(findings.cut == cut.count)
    #expect(findings.matched == Self.log.count - cut.count)
    #expect(findings.missing + findings.altered + findings.foreign == 0)
    #expect(findings.tag == "Mail_Log")
  }

  /// A server with a short limit makes two records of a long line: a beginning, and a text alone.
  @Test func theRestOfALineThatWasSplitIsForeign() {
    let received = Self.log.flatMap { line -> [String] in
      let wire = line.wire()
      return wire.count > 56 ? [String(wire.prefix(56)), String(wire.dropFirst(56))] : [wire]
    }
    let comparison = Comparison(Self.logged, [CollectorFile(lines: received)])
    #expect(comparison.refusal() == nil)
    let findings = comparison.findings()
    let split = received.count - Self.log.count
    #expect(split > 1)
    #expect(findings.cut == split)
    #expect(findings.foreign == split)
    #expect(findings.missing + findings.altered == 0)
  }

  private static let calendars: [([String], [String])] = [
    (
      ["Thu Dec 31 23:59:58 2015", "Thu Dec 31 23:59:59 2015", "Fri Jan  1 00:00:00 2016"],
      ["Dec 31 23:59:58", "Dec 31 23:59:59", "Jan  1 00:00:00"]
    ),
    (
      ["Sun Feb 28 23:59:59 2016", "Mon Feb 29 12:00:00 2016", "Tue Mar  1 00:00:00 2016"],
      ["Feb 28 23:59:59", "Feb 29 12:00:00", "Mar  1 00:00:00"]
    ),
  ]

  /// Syslog's stamp has no year.
  @Test(arguments: calendars)
  func stampsGoOnOverTheYearsEndAndALeapDay(_ log: [String], _ wire: [String]) {
    let others = (0..<4).map { "Info: MID \($0) queued for delivery" }
    let logged = log.map { "\($0) Info: status" } + others.map { "\(log[2]) \($0)" }
    var received =
      wire.map { "<22>\($0) Mail_Log: Info: status" }
      + others.map { "<22>\(wire[2]) Mail_Log: \($0)" }
    #expect(reconcile(logged, received).isExact)
    received.remove(at: 1)
    let findings = reconcile(logged, received)
    #expect(findings.missing == 1)
    #expect(findings.ambiguous == 0)
    #expect(findings.spans(.missing).first?.logged == 2...2)
  }

  /// A collector that reads Latin-1 as UTF-8 alters what is beyond ASCII, and nothing else.
  @Test func replacedCharactersAreAltered() throws {
    let text = Self.log.map { line in
      let replaced = String(
        String.UnicodeScalarView(line.body.unicodeScalars.map { $0.isASCII ? $0 : "\u{FFFD}" }))
      let quoted = replaced.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        .replacing("\t", with: "\\t")
      return "{\"appname\": \"Mail_Log\", \"message\": \"\(quoted)\"}\n"
    }.joined()
    let comparison = Comparison(Self.logged, [try CollectorFile(text)])
    #expect(comparison.refusal() == nil)
    let findings = comparison.findings()
    #expect(
      findings.altered == Self.log.filter { !$0.body.unicodeScalars.allSatisfy(\.isASCII) }.count)
    #expect(findings.matched == Self.log.count - findings.altered)
    #expect(!findings.isOfUnknownForm)
  }

  /// Something around each text is a form that is not known, and no alteration.
  @Test func whatIsAroundEachTextIsNoAlteration() {
    let received = Self.log.map { "\($0.wire()) [end]" }
    #expect(reconcile(Self.logged, received).isOfUnknownForm)
    #expect(!reconcile(Self.logged, received + [Self.log[0].wire()]).isOfUnknownForm)
  }

  /// A line of the log that goes on in another one without a stamp is two lines.
  @Test func linesWithoutAStampAreLines() {
    var logged = Self.logged
    logged.insert("        goes on from the line before", at: 3)
    let received = Self.log.map { $0.wire() }
    let findings = reconcile(logged, received)
    #expect(findings.missing == 1)
    #expect(findings.spans(.missing).first?.logged == 4...4)
    let stamps = logged[2...3].map { line in
      Array(line.utf8).withUnsafeBytes { LogLine.stamp(of: $0) }
    }
    #expect(stamps == ["Thu Jun 25 08:00:02 2015", nil])
  }

  @Test func rotatedFilesInOrderAreInOrder() throws {
    let wire = Self.log.map { $0.wire() }
    let files = [wire[..<3], wire[3..<5], wire[5...]].map { CollectorFile(lines: Array($0)) }
    #expect(Comparison(Self.logged, files).findings().isExact)
  }

  /// Files of several forms in one folder.
  @Test func eachFileHasItsOwnForm() throws {
    let wire = Self.log.map { $0.wire() }
    let json = wire[3..<5].map {
      "{\"_raw\": \"\($0.replacing("\"", with: "\\\""))\"}"
    }.joined(separator: ",\n")
    let csv =
      "message,a\n" + wire[5...].map { "\"\($0.replacing("\"", with: "\"\""))\",1\n" }.joined()
    let files = try [
      CollectorFile(lines: Array(wire[..<3])), CollectorFile("[\n\(json)\n]"), CollectorFile(csv),
    ]
    let comparison = Comparison(Self.logged, files)
    #expect(comparison.refusal() == nil)
    #expect(comparison.findings().isExact, "\(comparison.findings())")
    var cut = wire
    cut[6] = String(cut[6].dropLast(10))
    let damaged =
      "message,a\n" + cut[5...].map { "\"\($0.replacing("\"", with: "\"\""))\",1\n" }.joined()
    let findings = Comparison(Self.logged, try [files[0], files[1], CollectorFile(damaged)])
      .findings()
    #expect(findings.cut == 1, "read once more in its own form")
    #expect(findings.spans(.cut).first?.logged == 7...7)
  }
}
