import ApplianceConfiguration
import Foundation
import Reports
import Support
import Testing

@Suite struct CheckReportTests {
  private static let port = Diagnostic(
    .error, code: .pushPortInvalid, at: SourcePosition(line: 9, column: 5),
    path: "/config/log_subscriptions/log_text[2]/retrieval/syslog_push/port", found: "0",
    allowed: "a whole number from 1 to 65535")
  private static let unheard = Diagnostic(.criticalAlertsUnheard, at: nil, found: "\u{1B}[2J")
  private static let name = "a b/ä:1.xml"

  private static func file(
    _ name: String = Self.name, accepting keys: [FindingKey] = []
  ) -> (CheckedFile, gone: [FindingKey]) {
    var baseline = FindingsBaseline()
    for key in keys { baseline.add(key, severity: .error) }
    let file = CheckedFile(name, findings: [self.unheard, self.port, self.port]) {
      baseline.take($0, severity: $1)
    }
    return (file, baseline.remaining)
  }

  private static func key(of finding: Diagnostic, file: String = Self.name) -> FindingKey {
    FindingKey(
      file: file, code: finding.code.rawValue, path: finding.path, found: finding.found)
  }

  private static func text(
    _ format: CheckFormat, accepting keys: [FindingKey] = [],
    _ change: (inout CheckReport.Options) -> Void = { _ in }
  ) -> String {
    var options = CheckReport.Options()
    options.productVersion = "1.2.3"
    options.baseline = keys.isEmpty ? "" : "accepted.json"
    change(&options)
    let (file, gone) = self.file(accepting: keys)
    let bytes = CheckReport(format, options).bytes(of: [file], gone: keys.isEmpty ? nil : gone)
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func results(_ text: String) throws -> [[String: Any]] {
    let log = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    let run = (log?["runs"] as? [[String: Any]])?.first
    return try #require(run?["results"] as? [[String: Any]])
  }

  private static let schema = Repository.url.appendingPathComponent(
    "fixtures/schemas/sarif-parts.schema.json")

  // MARK: SARIF

  @Test func sarifFollowsItsSchema() throws {
    let schema = try JSONSchema(try Data(contentsOf: Self.schema))
    let gone = Self.key(of: Self.port, file: "gone.xml")
    for keys in [[], [Self.key(of: Self.port), gone]] {
      let text = Self.text(.sarif, accepting: keys) {
        $0.base = ReportBase(folder: "/srv/team a") { "exports/" + $0 }
      }
      #expect(try schema.violations(in: Data(text.utf8)) == [])
      #expect(text.contains("\"uri\" : \"file:///srv/team%20a/\""))
      #expect(text.contains("\"uri\" : \"exports/a%20b/%C3%A4%3A1.xml\", \"uriBaseId\""))
    }
  }

  @Test func theSchemaCanFail() throws {
    let schema = try JSONSchema(try Data(contentsOf: Self.schema))
    let text = Self.text(.sarif)
    let edits = [
      ("\"startLine\" : 9", "\"startLine\" : 0"),
      ("\"level\" : \"error\"", "\"level\" : \"grave\""),
      ("\"version\" : \"2.1.0\"", "\"version\" : \"2.0\""), ("\"ruleId\"", "\"rule\""),
      ("\"uri\" : \"a%20b", "\"uri\" : \"a b"), ("\"region\"", "\"area\""),
    ]
    for (old, new) in edits {
      #expect(text.contains(old), "\(old)")
      let changed = text.replacing(old, with: new)
      #expect(try !schema.violations(in: Data(changed.utf8)).isEmpty, "\(new)")
    }
  }

  /// What was accepted is suppressed, and what was fixed is no result.
  @Test func sarifHasPlacesAndTheBaselineState() throws {
    let keys = [Self.key(of: Self.port), Self.key(of: Self.port, file: "gone.xml")]
    let text = Self.text(.sarif, accepting: keys)
    let results = try Self.results(text)
    // The baseline has the port once, and it is there twice.
    #expect(results.map { $0["baselineState"] as? String } == ["new", "unchanged", "new"])
    #expect(results.map { $0["suppressions"] != nil } == [false, true, false])
    let prints = results.compactMap {
      ($0["partialFingerprints"] as? [String: String])?["findingKey/v1"]
    }
    #expect(Set(prints).count == 3)
    let location = (results[1]["locations"] as? [[String: Any]])?.first
    let place = location?["physicalLocation"] as? [String: [String: Any]]
    #expect(place?["artifactLocation"]?["uri"] as? String == "a%20b/%C3%A4%3A1.xml")
    #expect(place?["region"]?["startLine"] as? Int == 9)
    #expect(place?["region"]?["startColumn"] as? Int == 5)
    #expect(text.contains("\"gone.xml: accepted and no longer found: LOG012"))
  }

  @Test func manyResultsAreWarnedOf() {
    #expect(CheckReport.limitWarning(results: 5_000) == nil)
    #expect(CheckReport.limitWarning(results: 5_001)?.contains("shows the 5,000") == true)
    #expect(CheckReport.limitWarning(results: 30_030)?.contains("30,030 results") == true)
    #expect(CheckReport.limitWarning(results: 30_030)?.contains("more than 25,000") == true)
  }

  // MARK: All formats

  @Test(arguments: CheckFormat.allCases)
  func controlBytesAreEscapedEverywhere(_ format: CheckFormat) {
    let name = "a\u{1B}[2J\u{9B}b\u{202E}.xml"
    var options = CheckReport.Options()
    options.isVerbose = true
    var coverage = ConfigurationCoverage()
    coverage.addUnmodelled("x\u{200D}y", bytes: 5)
    let finding = Diagnostic(
      .error, code: .pushPortInvalid, at: nil, path: "/config/x\u{200D}y", found: "\u{1B}\u{85}",
      allowed: "", hint: "h", assumed: "\u{7F}")
    let file = CheckedFile(
      name, findings: [finding], coverage: coverage, version: "8\u{1B}")
    let gone = FindingKey(file: name, code: "LOG\u{1B}", path: "\u{1B}", found: "")
    let text = String(
      decoding: CheckReport(format, options).bytes(of: [file, file], gone: [gone]), as: UTF8.self)
    for scalar in text.unicodeScalars where scalar != "\n" {
      let category = scalar.properties.generalCategory
      #expect(
        category != .control && category != .format, "\(format): \(scalar.escaped(asASCII: true))")
    }
  }

  /// Each finding once, and no counts of what is listed.
  @Test(arguments: [CheckFormat.text, .concise, .github, .markdown, .junit])
  func nothingIsWrittenTwice(_ format: CheckFormat) {
    let lines = Self.text(format).split(separator: "\n").filter { $0.contains("ALR007") }
    #expect(lines.count == (format == .junit ? 2 : 1), "\(lines)")
  }

  /// By which rules files were checked, and what was left out: in every format.
  @Test(arguments: CheckFormat.allCases)
  func eachFormatSaysByWhichRulesAndWhatWasLeftOut(_ format: CheckFormat) throws {
    var options = CheckReport.Options()
    options.productVersion = "1.2.3"
    let report = CheckReport(format, options)
    var summary = CheckSummary()
    summary.leftOut = ["1 file that does not end in .xml (100% new.txt)"]
    let (file, _) = Self.file()
    summary.add(file)
    let text = String(
      decoding: report.opening + report.lead + report.entry(file) + report.closing(summary),
      as: UTF8.self)
    #expect(text.contains("appliance-sim 1.2.3, one set for every release"), "\(text)")
    let escaped = format == .github ? "100%25 new.txt" : "100% new.txt"
    #expect(text.contains("1 file that does not end in .xml (\(escaped))"), "\(text)")
    let lines = text.split(separator: "\n")
    switch format {
    case .concise:
      #expect(lines.last?.hasPrefix("rules: ") == true)
      #expect(lines.last?.contains("; left out: 1 file") == true)
    case .github:
      #expect(
        lines.suffix(2).map { $0.prefix(20) } == ["::notice::rules: app", "::notice::left out: "])
    default: break
    }
    options.isQuiet = true
    if [.text, .concise, .github, .markdown].contains(format) {
      let quiet = String(decoding: CheckReport(format, options).closing(summary), as: UTF8.self)
      #expect(!quiet.contains("rules"))
    }
  }

  @Test func jsonIsADocumentWithALineForEachFinding() throws {
    let text = Self.text(.json)
    let log = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    let files = try #require(log?["files"] as? [[String: Any]])
    #expect(files.map { $0["errors"] as? Int } == [2])
    #expect((files[0]["findings"] as? [Any])?.count == 3)
    #expect(text.split(separator: "\n").filter { $0.hasPrefix("{\"severity\"") }.count == 3)
    let summary = log?["summary"] as? [String: Any]
    #expect(summary?["codes"] as? [String: Int] == ["ALR007": 1, "LOG012": 2])
    #expect((summary?["rules"] as? String)?.contains("appliance-sim 1.2.3") == true)
    let empty = CheckReport(.json).bytes(of: [])
    #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(empty)) }
  }

  @Test func hintAndAssumptionAreFieldsOfTheirOwn() throws {
    let finding = Diagnostic(
      .logLevelInvalid, at: SourcePosition(line: 1, column: 2), found: "Crtical", hint: "Critical",
      assumed: "Information")
    let file = CheckedFile("a.xml", findings: [finding, Self.port])
    for format in [CheckFormat.json, .sarif] {
      let text = String(decoding: CheckReport(format).bytes(of: [file]), as: UTF8.self)
      #expect(text.contains("\"hint\" : \"Critical\""))
      #expect(text.contains("\"assumed\" : \"Information\""))
      #expect(text.matches(of: /"hint"/).count == 1)
    }
  }

  @Test func githubGetsWorkflowCommands() {
    #expect(
      Self.text(.github).hasPrefix(
        "::warning file=a b/ä%3A1.xml,line=1,title=ALR007::no recipient for System/Critical alerts")
    )
    #expect(
      Self.text(.github).contains(
        "\n::error file=a b/ä%3A1.xml,line=9,col=5,title=LOG012::not a port: found 0, "))
  }

  @Test func markdownTakesNothingOfAFileForMarkup() {
    let finding = Diagnostic(.elementUnknown, at: nil, found: "<b>|`@team` [x](y)")
    let file = CheckedFile("a|b`.xml", findings: [finding])
    let text = String(decoding: CheckReport(.markdown).bytes(of: [file]), as: UTF8.self)
    #expect(
      text.contains(
        "| ``a\\|b`.xml`` | note | CFG001 "
          + "| ``element not known, left as it is: found <b>\\|`@team` [x](y)`` |"))
  }

  @Test func conciseLinesAreShort() {
    #expect(
      Self.text(.concise).split(separator: "\n").dropFirst() == [
        "a b/ä:1.xml:9:5: LOG012 not a port: 0", "a b/ä:1.xml:9:5: LOG012 not a port: 0",
        "1 file, 1 with errors: 2 errors, 1 warning, 0 notes",
        "rules: appliance-sim 1.2.3, one set for every release; the file names no release",
      ])
  }

  // MARK: The summary

  @Test func theSummaryNamesOnlyFilesWithFindings() {
    let clean = CheckedFile("clean.xml", findings: [], version: "8.0.1-023")
    let bad = (0..<12).map { CheckedFile("bad\($0).xml", findings: [Self.port]) }
    let text = String(
      decoding: CheckReport(.text).bytes(of: [clean] + bad), as: UTF8.self)
    let lines = text.split(separator: "\n").dropFirst(12)
    #expect(lines.first == "bad0.xml: 1 error, 0 warnings, 0 notes")
    #expect(lines.contains("... and 2 more files with findings"))
    #expect(lines.contains("13 files, 12 with errors: 12 errors, 0 warnings, 0 notes"))
    #expect(
      lines.last?.hasSuffix("the files are of release 8.0.1-023 (1); 12 name no release") == true)
    #expect(!text.contains("clean.xml"))
  }

  /// Of a file that was not read nobody knows what its header names, unless it was seen.
  @Test func anUnreadableFileIsNotSaidToNameNoRelease() {
    var file = CheckedFile("a.xml", findings: [Self.port])
    file.isUnreadable = true
    #expect(
      !String(decoding: CheckReport(.text).bytes(of: [file]), as: UTF8.self).contains("no release"))
    let (whole, sections) = (Self.taken(isWhole: true), Self.taken(isWhole: false))
    func last(_ files: [CheckedFile]) -> Substring {
      String(decoding: CheckReport(.text).bytes(of: files), as: UTF8.self)
        .split(separator: "\n").last ?? ""
    }
    #expect(last([whole]).hasSuffix("; taken as a whole file"))
    #expect(!last([sections]).contains("taken"))
    #expect(
      last([whole, whole, sections])
        .hasSuffix("; 2 taken as whole files, 1 as sections to load"))
  }

  private static func taken(isWhole: Bool) -> CheckedFile {
    var file = CheckedFile("a.xml", findings: [], version: "8.0.1-023")
    file.isWhole = isWhole
    return file
  }

  @Test func quietIsFindingsOnlyAndStatisticsAreCountsOnly() {
    #expect(Self.text(.text) { $0.isQuiet = true }.split(separator: "\n").count == 3)
    let counts = Self.text(.text) { ($0.isQuiet, $0.isStatistics) = (true, true) }
    #expect(
      counts.hasPrefix("LOG012 2 error not a port\nALR007 1 warning no recipient for System"))
    #expect(counts.split(separator: "\n").count == 2)
  }

  @Test func coverageIsOneLine() {
    var coverage = ConfigurationCoverage()
    coverage.addChecked(bytes: 60)
    for index in 0..<10 { coverage.addUnmodelled("s\(index)", bytes: index + 1) }
    coverage.exclude(.init(name: "a/b", count: 2, bytes: 20))
    #expect(
      coverage.line()
        == "checked 1 of 11 sections, 34 % of the bytes; "
        + "not modelled: a/b, s9, s8, s7, s6, s5, s4, s3, ... (11 names)")
    #expect(coverage.line(namesMax: nil).hasSuffix("s1, s0"))
  }

  // MARK: Baseline

  @Test func baselineGoesThroughItsFile() throws {
    var baseline = FindingsBaseline()
    for finding in [Self.port, Self.port, Self.unheard] {
      baseline.add(Self.key(of: finding), severity: finding.severity)
    }
    baseline.add(Self.key(of: Self.port, file: "other.xml"), severity: .error)
    let whole = try FindingsBaseline(json: try baseline.json())
    #expect(whole.count == 4)
    var read = whole.part(of: Self.name)
    #expect(read.count == 3)
    let taken = (0..<3).map { _ in read.take(Self.key(of: Self.port), severity: .error) }
    #expect(taken == [true, true, false])
    #expect(read.remaining == [Self.key(of: Self.unheard)])
  }

  @Test(arguments: ["", "{}", "[]", #"{"version": 2, "findings": []}"#, "\u{0}"])
  func otherFilesAreNoBaseline(_ text: String) {
    #expect(throws: FindingsBaseline.Unreadable.self) {
      try FindingsBaseline(json: Array(text.utf8))
    }
  }

  @Test func acceptedFindingsDoNotFail() {
    let (file, _) = Self.file(accepting: [Self.key(of: Self.port), Self.key(of: Self.port)])
    #expect(!file.fails(on: .error))
    #expect(file.fails(on: .warning))
    #expect(file.counts.accepted == 2)
    var summary = CheckSummary()
    summary.add(file)
    #expect(summary.codes == [.criticalAlertsUnheard: 1])
  }

  /// CI systems keep one case of a name.
  @Test func junitNamesEachCaseOnce() {
    let names = Self.text(.junit).matches(of: /testcase classname="[^"]*" name="([^"]*)"/)
      .map { String($0.1) }
    #expect(names == ["ALR007", "LOG012 at 9:5", "LOG012 at 9:5 (2)"])
  }

  @Test func junitHasACaseForEachFinding() throws {
    let text = Self.text(.junit, accepting: [Self.key(of: Self.port)])
    #expect(text.contains(#"tests="3" failures="1" skipped="2""#))
    #expect(text.contains(#"classname="a b/ä:1.xml" name="LOG012 at 9:5""#))
    #expect(text.contains("<system-out>rules: appliance-sim 1.2.3"))
  }
}
