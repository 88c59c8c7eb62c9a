import Reconciliation
import Testing

/// Each class by a case that a person can check.
@Suite struct ReconcilerTests {
  private static let log = (1...9).map {
    TestLine(body: "Info: MID \($0) ready \($0 * 1111) bytes", second: $0)
  }

  private static func findings(
    _ received: [String], log: [TestLine] = Self.log
  ) -> ReconciliationFindings {
    reconcile(log.map(\.logged), received)
  }

  private static var wire: [String] { self.log.map { $0.wire() } }

  @Test func whatArrivedWholeIsExact() {
    let findings = Self.findings(Self.wire)
    #expect(findings.isExact)
    #expect(findings.matched == 9)
    #expect(findings.spans.isEmpty)
  }

  @Test func consecutiveMissingLinesAreOneSpan() {
    var log = Self.log.map(\.logged)
    log.insert(contentsOf: headerLines, at: 4)
    var wire = Self.wire
    wire.removeSubrange(2..<6)
    let findings = reconcile(log, wire)
    #expect(findings.missing == 4)
    let span = findings.spans(.missing).first
    #expect(findings.spans(.missing).count == 1)
    #expect(span?.lines == 4)
    #expect(span?.logged == 3...9, "the header lines lie between")
    #expect(span?.received == 2...2, "behind the second received line")
    #expect(!findings.isComplete)
  }

  @Test func groupsAreCountedApart() {
    var log = Self.log.map(\.logged)
    log.insert(contentsOf: headerLines, at: 4)
    log.insert("", at: 2)
    var wire = Self.wire
    wire[6] = String(wire[6].dropLast(9))
    wire.removeSubrange(2..<5)
    let findings = reconcile(
      log, wire,
      groups: [
        LoggedGroup(lines: 0..<3), LoggedGroup(lines: 4..<7), LoggedGroup(lines: 8..<20),
      ])
    #expect(findings.groups.map(\.logged) == [3, 3, 1], "header lines and empty ones do not count")
    #expect(findings.groups.map(\.missing) == [1, 1, 0])
    #expect(findings.groups.map(\.cut) == [0, 1, 0])
    #expect(findings.groups.map(\.arrived) == [2, 1, 1])
  }

  @Test func nothingReceivedIsAllMissing() {
    let findings = Self.findings([])
    #expect(findings.missing == 9)
    #expect(findings.spans(.missing).first?.received == nil)
    #expect(findings.stampShift == nil)
  }

  @Test func cutLineTellsItsLength() {
    var wire = Self.wire
    wire[4] = String(wire[4].dropLast(9))
    let findings = Self.findings(wire)
    #expect(findings.cut == 1)
    #expect(findings.cutLengths.entries.map(\.bytes) == [19])
    #expect(findings.spans(.cut).first?.loggedBytes == 28)
    #expect(findings.spans(.cut).first?.receivedBytes == 19)
    #expect(findings.missing == 0)
  }

  /// What a reset leaves of a line, with the next connection's first line behind it.
  private static let resets: [(kept: Int, text: Int)] = [
    (45, 15), (33, 3), (12, 0), (3, 0), (22, 0),
  ]

  @Test(arguments: resets)
  func lineCutByAResetIsTakenApart(_ reset: (kept: Int, text: Int)) {
    var wire = Self.wire
    wire[4] =
      wire[4].prefix(reset.kept) + "<22>Jun 25 08:00:05 Mail_Log: Info: Begin Logfile"
    let findings = Self.findings(wire)
    #expect(findings.cut == 1)
    #expect(findings.cutLengths.entries.map(\.bytes) == [reset.text])
    #expect(findings.receivedHeaderLines == 1)
    #expect(findings.received == 9)
    #expect(findings.spans(.cut).first?.received == 5...5)
    #expect(findings.reordered == 0)
  }

  @Test func fragmentOfALineSentAgainIsACopy() {
    var wire = Self.wire
    wire.insert(wire[4].prefix(40) + wire[4], at: 4)
    wire.remove(at: 5)
    let findings = Self.findings(wire)
    #expect(findings.isComplete)
    #expect(findings.duplicated == 1)
    #expect(findings.spans(.duplicated).first?.logged == 5...5)
  }

  @Test func lineSentAgainIsDuplicated() {
    let findings = Self.findings(Self.wire + Self.wire[3...5])
    #expect(findings.duplicated == 3)
    #expect(findings.spans(.duplicated).count == 1)
    #expect(findings.spans(.duplicated).first?.logged == 4...6)
    #expect(findings.spans(.duplicated).first?.received == 10...12)
    #expect(findings.isComplete && !findings.isExact)
  }

  @Test func alteredLineIsFoundByPlaceOrByMail() {
    var wire = Self.wire
    wire[2] = wire[2].replacing("ready", with: "raedy")
    // Another size, and the neighbours are missing.
    wire[6] = wire[6].replacing("7777", with: "123456789")
    wire.remove(at: 5)
    let findings = Self.findings(wire)
    #expect(findings.altered == 2)
    #expect(findings.missing == 1)
    #expect(findings.spans(.altered).map(\.logged) == [3...3, 7...7])
  }

  @Test func fewestMovesAreCounted() {
    var wire = Self.wire
    wire.append(wire.remove(at: 1))
    let findings = Self.findings(wire)
    #expect(findings.reordered == 1)
    #expect(findings.spans(.reordered).first?.logged == 2...2)
    #expect(findings.spans(.reordered).first?.received == 9...9)
  }

  @Test func linesOfOthersAreForeign() {
    let findings = Self.findings(
      ["Jun 25 08:00:01 collector kernel: eth0: link up"] + Self.wire + ["", "{}"])
    #expect(findings.foreign == 1)
    #expect(findings.skipped == 2)
    #expect(findings.received == 10)
  }

  @Test func identicalTextsAreToldApartByTheirStamps() {
    var log = Self.log
    log += [TestLine(body: "Info: status", second: 20), TestLine(body: "Info: status", second: 30)]
    // The second is lost, the first came twice.
    let findings = Self.findings(Self.wire + [log[9].wire(), log[9].wire()], log: log)
    #expect(findings.missing == 1)
    #expect(findings.duplicated == 1)
    #expect(findings.ambiguous == 0)
    #expect(findings.spans(.missing).first?.logged == 11...11)
  }

  @Test func identicalLinesWithoutStampsAreAmbiguous() {
    var log = Self.log
    log += [TestLine(body: "Info: status", second: 20), TestLine(body: "Info: status", second: 30)]
    let findings = Self.findings(log.dropLast().map(\.body), log: log)
    #expect(findings.missing == 1)
    #expect(findings.ambiguous == 1)
    #expect(findings.stampShift == nil)
  }

  @Test func stampsOfAnotherZoneAreMovedBack() {
    let findings = Self.findings(Self.log.map { $0.wire(shift: 3600) })
    #expect(findings.isExact)
    #expect(findings.stampShift == 65_536 - 3600)
  }

  @Test func oneRestampedLineIsNotMissing() {
    var wire = Self.wire
    wire[4] = TestLine(body: Self.log[4].body, second: 300).wire()
    #expect(Self.findings(wire).isExact)
  }

  @Test func spansAreBoundedAndCountsAreNot() {
    let wire = Self.wire.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
    let findings = reconcile(Self.log.map(\.logged), wire, spansMax: 2)
    #expect(findings.missing == 4)
    #expect(findings.spans.count == 2)
    #expect(findings.spansOmitted == 2)
  }

  private static let exports: [(String, String?)] = [
    (#"{"_raw":"Info: a \"b\" \\ \/ c"}"#, "Info: a \"b\" \\ / c"),
    (#"{"result": {"_raw" : "Info: a\n", "x": "Info: y"}}"#, "Info: a"),
    (#"[{"message":"Info: \u00fc \ud83d\ude00"},"#, "Info: ü 😀"),
    (#"{"message":"Info: x","event":{"original":"Info: a"}}"#, "Info: a"),
    (#"{"event":{"original":"Info: a"},"message":"Info: x"}"#, "Info: a"),
    (#"{"event.original":"Info: a"}"#, "Info: a"),
    (#"{"fields":{"message":["Info: a","Info: b"]}}"#, "Info: a"),
    (#"{"MESSAGE":[73,110,102,111,58,32,195,188]}"#, "Info: ü"),
    (#"{"message":"text","log":{"message":"Info: no"},"log":"Info: a\n"}"#, "Info: a"),
    (#"{"message":"\u12"}"#, ""), (#"{"index":{}}"#, nil),
  ]

  @Test(arguments: exports)
  func messageOfAnExportIsFound(_ record: String, _ text: String?) {
    let log = ["Thu Jun 25 08:00:00 2015 \(text ?? "Info: other")"]
    let findings = reconcile(log, [record])
    let isFound = text.map { !$0.isEmpty } ?? false
    #expect(findings.matched == (isFound ? 1 : 0), "\(findings)")
    #expect(findings.skipped == (text == nil ? 1 : 0))
  }

  /// Whatever comes, nothing traps.
  @Test(arguments: [
    #"{"message":"Info: a"#, #"{"message""#, #"{"message":"\"#, #"{}}}]]]{"event":"#,
    #"{"file":{"original":"Info: a"},"x":["message","Info: a"]}"#, "[1,[2,[", #"{"MESSAGE":[1"#,
    #"{"MESSAGE":[999999999999,"#,
  ])
  func brokenRecordsAreRefused(_ record: String) {
    let comparison = Comparison(Self.log.map(\.logged), [CollectorFile(lines: [record])])
    #expect(comparison.refusal() != nil)
  }
}
