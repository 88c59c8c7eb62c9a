import Reconciliation
import Testing

/// Two logs in one collector are two logs.
@Suite struct TagTests {
  private static let log = (1...40).map {
    TestLine(body: "Info: MID \($0) ready \($0 * 77) bytes", second: $0)
  }

  /// How lines with a tag are kept.
  private static let forms: [(String, @Sendable (TestLine, String) -> String)] = [
    ("wire", { "\($0.wire().replacing("Mail_Log", with: $1))" }),
    ("with a host", { "<22>Jun 25 08:00:00 esa \($1): \($0.body)" }),
    ("RFC 5424", { "<22>1 2015-06-25T08:00:00Z esa \($1) - - - \($0.body)" }),
    ("RFC 5424 without a host", { "<22>1 2015-06-25T08:00:00Z - \($1) - - - \($0.body)" }),
    ("without a colon", { "Jun 25 08:00:00 esa \($1) \($0.body)" }),
    ("with a process", { "Jun 25 08:00:00 esa \($1)[7]: \($0.body)" }),
    ("JSON", { "{\"message\": \"\($0.body)\", \"appname\": \"\($1)\"}" }),
    (
      "integration",
      {
        "{\"cisco_secure_email_gateway\": {\"log\": {\"category\": {\"name\": \"\($1)\"}, "
          + "\"message\": \"\($0.body.dropFirst(6))\"}}, \"log.level\": \"info\"}"
      }
    ),
  ]

  /// The trial that counted 1,745 of 1,745 lost lines as arrived: another log has the same lines.
  @Test(arguments: forms.indices, ["Mail_A", "Mail_B"])
  func copiesOfAnotherLogAreNotThisOnes(index: Int, other: String) {
    let (title, keep) = Self.forms[index]
    let begin = TestLine(body: "Info: Begin Logfile", second: 0)
    let received = [keep(begin, "Mail_Log")] + Self.log.map { keep($0, other) }
    let findings = reconcile(
      Self.log.map(\.logged), received, tag: .named("Mail_Log", others: [other]))
    #expect(findings.missing == 40, "\(title): \(findings)")
    #expect(findings.foreign == 40)
    #expect(findings.otherTags == [TagCount(tag: other, lines: 40)] as [TagCount])
    #expect(findings.receivedHeaderLines == 1)
  }

  @Test(arguments: forms.indices)
  func eachOfTwoLogsHasItsOwnLosses(index: Int) {
    let keep = Self.forms[index].1
    var received = Self.log.flatMap { [keep($0, "Mail_A"), keep($0, "Mail_B")] }
    received.removeSubrange(10..<13)
    for (name, missing) in [("Mail_A", 2), ("Mail_B", 1)] {
      let findings = reconcile(
        Self.log.map(\.logged), received, tag: .named(name, others: ["Mail_A", "Mail_B"]))
      #expect(findings.missing == missing)
      #expect(findings.matched == 40 - missing)
      #expect(findings.duplicated == 0)
      #expect(findings.tag == name)
    }
  }

  private static func refusal(_ tags: [String], _ tag: LogTag) -> RefusedForm? {
    let received = tags.flatMap { tag in
      Self.log.map { $0.wire().replacing("Mail_Log", with: tag) }
    }
    return Comparison(Self.log.map(\.logged), [CollectorFile(lines: received)], tag: tag)
      .refusal()?.found
  }

  /// Whether lines under another name are this log's, a collector's file does not say.
  @Test func whoseTagCannotBeKnownIsRefused() {
    #expect(
      Self.refusal(["Mail_B"], .named("Mail_A", others: []))
        == .otherTag(name: "Mail_A", found: ["Mail_B"]))
    #expect(
      Self.refusal(["Mail_B", "Mail_C"], .unknown(hint: "reconcile"))
        == .severalTags(["Mail_B", "Mail_C"]))
    #expect(Self.refusal(["Mail_B"], .named("Mail_A", others: ["Mail_B"])) == nil)
    #expect(Self.refusal(["Mail_B"], .unknown(hint: "reconcile")) == nil)
    #expect(Self.refusal(["Mail_B", "Mail_C"], .unknown(hint: "Mail_C")) == nil)
    #expect(Self.refusal(["Mail_B", "Mail_C"], .given("Mail_D")) == nil)
  }

  /// `plain` takes each line as it is: no tag is refused.
  @Test func plainRefusesNoTag() {
    let received = ["Mail_B", "Mail_C"].flatMap { tag in
      Self.log.map { $0.wire().replacing("Mail_Log", with: tag) }
    }
    for tag in [LogTag.unknown(hint: nil), .named("Mail_A", others: [])] {
      let comparison = Comparison(
        Self.log.map(\.logged), [CollectorFile(lines: received)], format: .plain, tag: tag)
      #expect(comparison.refusal() == nil)
      #expect(comparison.findings().tag == nil)
    }
  }

  @Test(arguments: [
    ("mail_log", LogTag.named("Mail_Log", others: [])), ("Mail_Log", .unknown(hint: nil)),
    ("other-name", .given("other-name")),
    (String(repeating: "n", count: 32), .named(String(repeating: "n", count: 40), others: [])),
  ])
  func whatACollectorMadeOfTheTagIsIt(_ found: String, _ tag: LogTag) {
    let received = Self.log.map { $0.wire().replacing("Mail_Log", with: found) }
    let findings = reconcile(Self.log.map(\.logged), received, tag: tag)
    #expect(findings.isExact, "\(findings)")
  }

  /// Two appliances' logs may differ in nothing but letters: only a collector that writes all tags
  /// in small letters has made one of the other, and that is said.
  @Test func smallLettersAreTheLogsOnlyWhereNoTagHasCapitals() {
    let small = Self.log.map { $0.wire().replacing("Mail_Log", with: "mail_log") }
    let gui = TestLine(body: "Info: logged in", second: 2).wire().replacing("Mail_Log", with: "GUI")
    let tag = LogTag.named("Mail_Log", others: [])
    let lowered = reconcile(Self.log.map(\.logged), small + [gui.lowercased()], tag: tag)
    #expect(lowered.isComplete && lowered.tagBasis == .smallLetters)
    #expect(
      Comparison(Self.log.map(\.logged), [CollectorFile(lines: small + [gui])], tag: tag)
        .refusal()?.found == .otherTag(name: "Mail_Log", found: ["mail_log", "GUI"]))
    let both = reconcile(
      Self.log.map(\.logged), small + Self.log.prefix(30).map { $0.wire() }, tag: tag)
    #expect(both.missing == 10 && both.tagBasis == .name)
  }

  /// Alerts and errors are in every log.
  @Test func anotherLogWithSomeOfTheLinesIsNoReasonToRefuse() {
    let others = (1...30).map {
      TestLine(body: "Info: logged in \($0)", second: $0).wire().replacing("Mail_Log", with: "gui")
    }
    let shared = Self.log[3].wire().replacing("Mail_Log", with: "gui")
    let received = Self.log.map { $0.wire() } + others + [shared]
    for tag in [LogTag.unknown(hint: nil), .named("Mail_Log", others: [])] {
      let findings = reconcile(Self.log.map(\.logged), received, tag: tag)
      #expect(findings.matched == 40)
      #expect(findings.duplicated == 0)
      #expect(findings.linesOfOtherTags == 31)
    }
  }

  @Test func linesWithoutATagAreSaidToHaveNone() {
    let findings = reconcile(
      Self.log.map(\.logged), Self.log.map(\.body), tag: .named("Mail_Log", others: []))
    #expect(findings.matched == 40)
    #expect(findings.untagged == 40)
    #expect(reconcile(Self.log.map(\.logged), Self.log.map(\.body)).tag == nil)
  }
}
