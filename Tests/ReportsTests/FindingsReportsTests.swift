import ApplianceConfiguration
import Foundation
import Reports
import Support
import Testing

@Suite struct FindingsReportsTests {
  private static let port = Diagnostic(
    .error, code: .pushPortInvalid, at: SourcePosition(line: 9, column: 5),
    path: "/config/log_subscriptions/log_text[2]/retrieval/syslog_push/port", found: "0",
    allowed: "a whole number from 1 to 65535")
  private static let unheard = Diagnostic(.criticalAlertsUnheard, at: nil, found: "\u{1B}[2J")

  private static func document(accepting keys: [FindingKey] = []) -> FindingsDocument {
    var baseline = FindingsBaseline()
    for key in keys { baseline.add(key, severity: .error) }
    var document = FindingsDocument(hasBaseline: !keys.isEmpty)
    document.add(file: "a b/ä:1.xml", findings: [self.unheard, self.port, self.port]) {
      baseline.take($0, severity: $1)
    }
    document.gone = baseline.remaining
    return document
  }

  private static func key(of finding: Diagnostic, file: String = "a b/ä:1.xml") -> FindingKey {
    FindingKey(
      file: file, code: finding.code.rawValue, path: finding.path, found: finding.found)
  }

  private static let schema = GoldenFile.repository.appendingPathComponent(
    "fixtures/schemas/sarif-parts.schema.json")

  @Test func sarifFollowsItsSchema() throws {
    let schema = try JSONSchema(try Data(contentsOf: Self.schema))
    let gone = Self.key(of: Self.port, file: "gone.xml")
    for keys in [[], [Self.key(of: Self.port), gone]] {
      let bytes = try SARIFDocument.json(Self.document(accepting: keys), productVersion: "1.2.3")
      #expect(try schema.violations(in: Data(bytes)) == [])
    }
  }

  @Test func hintAndAssumptionAreFieldsOfTheirOwn() throws {
    var document = FindingsDocument()
    let finding = Diagnostic(
      .logLevelInvalid, at: SourcePosition(line: 1, column: 2), found: "Crtical", hint: "Critical",
      assumed: "Information")
    document.add(file: "a.xml", findings: [finding, Self.port])
    let texts = [
      try document.json(), try SARIFDocument.json(document, productVersion: "1"),
    ].map { String(decoding: $0, as: UTF8.self) }
    for text in texts {
      #expect(text.contains("\"hint\" : \"Critical\""))
      #expect(text.contains("\"assumed\" : \"Information\""))
      #expect(text.matches(of: /"hint"/).count == 1)
    }
    let schema = try JSONSchema(try Data(contentsOf: Self.schema))
    #expect(try schema.violations(in: Data(texts[1].utf8)) == [])
  }

  @Test func theSchemaCanFail() throws {
    let schema = try JSONSchema(try Data(contentsOf: Self.schema))
    let text = String(
      decoding: try SARIFDocument.json(Self.document(), productVersion: "1"), as: UTF8.self)
    let edits = [
      ("\"startLine\" : 9", "\"startLine\" : 0"),
      ("\"level\" : \"error\"", "\"level\" : \"grave\""),
      ("\"version\" : \"2.1.0\"", "\"version\" : \"2.0\""), ("\"ruleId\"", "\"rule\""),
      ("\"uri\" : \"a%20b", "\"uri\" : \"a b"),
    ]
    for (old, new) in edits {
      #expect(text.contains(old), "\(old)")
      let changed = text.replacing(old, with: new)
      #expect(try !schema.violations(in: Data(changed.utf8)).isEmpty, "\(new)")
    }
  }

  @Test func sarifTellsPlaceAndBaselineState() throws {
    let keys = [Self.key(of: Self.port), Self.key(of: Self.port, file: "gone.xml")]
    let bytes = try SARIFDocument.json(Self.document(accepting: keys), productVersion: "1")
    let log = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
    let run = (log?["runs"] as? [[String: Any]])?.first
    let results = try #require(run?["results"] as? [[String: Any]])
    // The baseline has the port once, and it is there twice.
    #expect(
      results.map { $0["baselineState"] as? String } == ["new", "unchanged", "new", "absent"])
    let prints = results.compactMap {
      ($0["partialFingerprints"] as? [String: String])?["findingKey/v1"]
    }
    #expect(Set(prints).count == 4)
    let location = (results[1]["locations"] as? [[String: Any]])?.first
    let place = location?["physicalLocation"] as? [String: [String: Any]]
    #expect(place?["artifactLocation"]?["uri"] as? String == "a%20b/%C3%A4%3A1.xml")
    #expect(place?["region"]?["startLine"] as? Int == 9)
    #expect(place?["region"]?["startColumn"] as? Int == 5)
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(!text.unicodeScalars.contains("\u{1B}"))
  }

  @Test func baselineGoesThroughItsFile() throws {
    var baseline = FindingsBaseline()
    for finding in [Self.port, Self.port, Self.unheard] {
      baseline.add(Self.key(of: finding), severity: finding.severity)
    }
    var read = try FindingsBaseline(json: try baseline.json())
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
    let document = Self.document(accepting: [Self.key(of: Self.port), Self.key(of: Self.port)])
    #expect(!document.fails(on: .error))
    #expect(document.fails(on: .warning))
    #expect(document.files[0].accepted == 2)
    #expect(document.summary.codes == ["ALR007": 1])
  }

  @Test func junitHasACaseForEachFinding() throws {
    let document = Self.document(accepting: [Self.key(of: Self.port)])
    let xml = String(
      decoding: try JUnitDocument.xml(suites: document.suites(failingOn: .error)), as: UTF8.self)
    #expect(xml.contains(#"tests="3" failures="1" skipped="2""#))
    #expect(xml.contains(#"name="LOG012 at 9:5""#))
    #expect(!xml.unicodeScalars.contains("\u{1B}"))
  }
}
