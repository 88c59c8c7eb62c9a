import Reconciliation
import Testing

/// Lines that a collector wrote as one count as so many, and what it escaped is equal.
@Suite struct RepeatedLineTests {
  private static let text = "Warning: queue is full, later"
  private static let log: [TestLine] =
    [TestLine(body: "Info: MID 1 a", second: 1)]
    + (2...5).map { TestLine(body: Self.text, second: $0) }
    + [TestLine(body: "Info: MID 1 b", second: 6), TestLine(body: "Info: MID 2 a", second: 7)]

  private static let wordings = [
    "Jun 25 08:00:05 h Mail_Log: message repeated 3 times: [ \(text)]",
    "2015-06-25T08:00:05+02:00 h Mail_Log: message repeated 3 times: [\(text)]",
    "<22>Jun 25 08:00:05 Mail_Log: message repeated 3 times: [ \(text)]",
    "Jun 25 08:00:05 h last message repeated 3 times",
    "Jun 25 08:00:05 h Mail_Log: last message repeated 3 times",
    "Jun 25 08:00:05 h --- last message repeated 3 times ---",
    "Jun 25 08:00:05 h Mail_Log: Last message 'Warning: queue is fu' repeated 3 times, suppressed "
      + "by syslog-ng on h",
    "Jun 25 08:00:05 h last message repeated 3 times.",
    "Jun 25 08:00:05 h Last output repeated 3 times",
    "{\"appname\": \"Mail_Log\", \"message\": \"message repeated 3 times: [ \(text)]\"}",
  ]

  private static func received(_ wording: String) -> [String] {
    [self.log[0].wire(), self.log[1].wire(), wording, self.log[5].wire(), self.log[6].wire()]
  }

  @Test(arguments: wordings, ["Mail_Log", nil])
  func itCountsAsSoMany(_ wording: String, name: String?) {
    let tag = name.map { LogTag.named($0, others: []) } ?? .unknown(hint: nil)
    let findings = reconcile(Self.log.map(\.logged), Self.received(wording), tag: tag)
    #expect(findings.isExact, "\(findings)")
    #expect(findings.matched == 7)
    #expect(findings.received == 7)
    #expect(findings.repeated == 3)
  }

  @Test(arguments: wordings)
  func whatIsNotInItIsMissing(_ wording: String) {
    let fewer = wording.replacing("repeated 3 times", with: "repeated 1 times")
    let findings = reconcile(Self.log.map(\.logged), Self.received(fewer))
    #expect(findings.missing == 2, "\(findings)")
    #expect(findings.matched == 5)
    let more = wording.replacing("repeated 3 times", with: "repeated 900000000 times")
    let many = reconcile(Self.log.map(\.logged), Self.received(more))
    #expect(many.isComplete)
    #expect(many.duplicated == 900_000_000 - 3)
    #expect(many.received == 900_000_004)
  }

  @Test func twiceIsTwo() {
    var log = Self.log
    log.remove(at: 4)
    let line = "Jun 25 08:00:05 h Last output repeated twice"
    #expect(reconcile(log.map(\.logged), Self.received(line)).isExact)
  }

  /// The line before is a copy of nothing, of another log, or a header line.
  @Test func theLineBeforeIsWhatIsRepeated() {
    let line = "Jun 25 08:00:05 h last message repeated 3 times"
    let other = "<22>Jun 25 08:00:05 gui_logs: Info: x"
    let header = "<22>Jun 25 08:00:05 Mail_Log: Info: Begin Logfile"
    let log = Self.log.map(\.logged)
    let wire = Self.log.map { $0.wire() }
    let tag = LogTag.named("Mail_Log", others: [])
    let first = reconcile(log, [line] + wire, tag: tag)
    #expect(first.isComplete && first.foreign == 3)
    let second = reconcile(log, wire + [other, line], tag: tag)
    #expect(second.isComplete && second.foreign == 4)
    #expect(second.otherTags == [TagCount(tag: "gui_logs", lines: 4)] as [TagCount])
    let third = reconcile(log, wire + [header, line], tag: tag)
    #expect(third.isExact && third.receivedHeaderLines == 4)
  }

  /// A line that is altered on its way is so in each of its copies.
  @Test(arguments: [0, 3])
  func copiesOfAnAlteredLineAreAltered(wording: Int) {
    let altered = Self.text.replacing("queue", with: "que?e")
    let line = Self.wordings[wording].replacing(Self.text, with: altered)
    var received = Self.received(line)
    received[1] = TestLine(body: altered, second: 2).wire()
    let findings = reconcile(Self.log.map(\.logged), received)
    #expect(findings.altered == 4, "\(findings)")
    #expect(findings.missing == 0)
    #expect(findings.received == 7)
    let many = line.replacing("repeated 3 times", with: "repeated 900000000 times")
    received[2] = many
    let more = reconcile(Self.log.map(\.logged), received)
    #expect(more.altered == 4 && more.missing == 0)
    #expect(more.received == 900_000_004, "what cannot be the log's is counted, and costs nothing")
  }

  @Test func linesBetweenTheCopiesThatAreLostAreMissing() {
    var log = Self.log
    log.insert(TestLine(body: "Info: MID 3 lost", second: 3), at: 3)
    let findings = reconcile(log.map(\.logged), Self.received(Self.wordings[0]))
    #expect(findings.missing == 1)
    #expect(findings.spans(.missing).first?.logged == 4...4)
    #expect(findings.matched == 7)
  }

  private static let escapes: [(String, String)] = [
    ("Info: MID 1 a\tb", "Info: MID 1 a#011b"), ("Info: MID 1 a", "Info: MID 1 a#015"),
    ("Info: MID 1 ü", "Info: MID 1 #303#274"), ("Info: MID 1 \u{1}#011", "Info: MID 1 #001#011"),
    ("Info: MID 1 \u{7F}", "Info: MID 1 #177"),
  ]

  @Test(arguments: escapes)
  func escapesOfControlCharactersAreEqual(_ body: String, _ kept: String) {
    let log = [Self.log[0], TestLine(body: body, second: 3), Self.log[5]]
    let received = [Self.log[0].wire(), TestLine(body: kept, second: 3).wire(), Self.log[5].wire()]
    let findings = reconcile(log.map(\.logged), received)
    if body.hasSuffix("#011") {
      #expect(findings.altered == 1, "what looks like an escape was one")
    } else {
      #expect(findings.isExact, "\(findings)")
      #expect(findings.unescaped == 1)
    }
  }

  /// What was logged with these characters is no escape.
  @Test(arguments: [
    "Info: MID 1 a#011b", "Info: MID 1 #1234", "Info: MID 1 #0 #", "Info: MID 1 #101",
  ])
  func whatIsNoEscapeIsEqualAsItIs(_ body: String) {
    let log = [TestLine(body: body, second: 3)]
    let findings = reconcile(log.map(\.logged), log.map { $0.wire() })
    #expect(findings.isExact)
    #expect(findings.unescaped == 0)
  }

  /// Lines that end with CR LF, of a sender or a relay.
  @Test func headerLinesWithAnEscapedEndAreHeaderLines() {
    let header = headerLines.map {
      "Jun 25 08:00:00 h Mail_Log: \($0.dropFirst("Thu Jun 25 08:00:00 2015 ".count))#015"
    }
    let received = header + Self.log.map { $0.wire() + "#015" }
    let findings = reconcile(headerLines + Self.log.map(\.logged), received)
    #expect(findings.isExact, "\(findings)")
    #expect(findings.receivedHeaderLines == 3)
    #expect(findings.unescaped == Self.log.count)
  }

  @Test func aCutLineWithEscapesIsCut() {
    let body = "Info: MID 1 first\tsecond\tthird\tfourth"
    let log = [Self.log[0], TestLine(body: body, second: 3), Self.log[5]]
    let kept = TestLine(body: "Info: MID 1 first#011second#011th", second: 3)
    let findings = reconcile(log.map(\.logged), [log[0].wire(), kept.wire(), log[2].wire()])
    #expect(findings.cut == 1)
    #expect(findings.missing + findings.altered == 0)
  }
}
