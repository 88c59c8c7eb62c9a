import ApplianceConfiguration
import Foundation
import LogModel
import Support
import Testing

@testable import ConfigurationXML

/// The tables of docs/DIAGNOSTICS.md are those of the source.
///
/// `UPDATE_GOLDEN=1` rewrites them; what it writes is to be read before a commit.
@Suite struct DiagnosticsDocumentTests {
  private static let file = URL(fileURLWithPath: Repository.root + "/docs/DIAGNOSTICS.md")
  private static let end = "<!-- end of rows -->"

  private static func start(_ group: String) -> String {
    "<!-- rows \(group): made from the codes' table by a test -->"
  }

  private func document() throws -> String {
    String(decoding: try Data(contentsOf: Self.file), as: UTF8.self)
  }

  /// What the files of no folder give: limits, settings of the reader and the file system.
  private static let furtherExamples: [DiagnosticCode: String] = [
    .fileUnreadable:
      "missing.xml: error: the file cannot be read: found No such file or directory, "
      + "allowed: a readable file [XML001]",
    .fileTooLarge:
      "large.xml: error: the file is too large: found 70000000 bytes, allowed: 67108864 bytes "
      + "[XML002]",
    .limitExceeded:
      "deep.xml:3:200: error: a limit of the reader is exceeded: found a deeper element, "
      + "allowed: 64 levels [XML013]",
    .findingsNotListed:
      "bad.xml: error: further findings are not listed: found 39000 more of severity error, "
      + "allowed: 1000 are listed [XML017]",
    .sectionsTaken:
      "relay.xml:3:1: note: taken as sections to load, not as a whole file: found section "
      + "smtp_routes [XML021]",
    .prologueMissing:
      "relay.xml:1:1: note: sections without declaration, document type and config around them: "
      + "allowed: <?xml version=\"1.0\"?>, <!DOCTYPE config SYSTEM \"config.dtd\"> and <config> "
      + "[XML022]",
    .machineIdle:
      "x.xml:9:1: warning: a machine is named, and this is not the export of a cluster: "
      + "found machine \"esa1\", allowed: a machine of a cluster's export [CFG045]",
    .clusterMachineUnknown:
      "cluster.xml:12:3: error: the cluster has no machine of this name: found \"esa3\", "
      + "allowed: esa1, esa2; did you mean esa1? [CFG025]",
    .versionMismatch:
      "x.xml:6:3: error: the file is of another version than the appliance: found \"8.0.1-023\", "
      + "allowed: \"9.0.0-1\" [CFG027]",
    .modelMismatch:
      "x.xml:5:3: warning: the file is of another model than the appliance: found \"C370\", "
      + "allowed: \"C600\" [CFG028]",
    .elementUndeclared:
      "x.xml:13:3: error: an element that the document type does not declare: found <userz>, "
      + "allowed: <users> or the end; did you mean <users>? [CFG046]",
    .elementMisplaced:
      "x.xml:10:3: error: not what the document type allows here: found <timezone>, "
      + "allowed: <hostname> [CFG047]",
    .attributeUndeclared:
      "x.xml:12:3: error: not the attributes that the document type declares: "
      + "found order=\"worst\", allowed: first, best; did you mean first? [CFG048]",
    .certificateOutdated:
      "x.xml:20:7: warning: a certificate outside of its validity: "
      + "found \"CN=mail.example.com\", valid until 2024-06-01T00:00:00Z, "
      + "allowed: valid at 2026-07-01T00:00:00, as asked [CFG049]",
    .certificateKeyShort:
      "x.xml:20:7: note: a certificate with a short key: "
      + "found \"CN=short.example.com\", RSA of 1024 bits, allowed: 2048 bits or more [CFG050]",
    .certificateNotUnderstood:
      "x.xml:20:7: note: a certificate that is not understood: found no DER, "
      + "allowed: an X.509 certificate (RFC 5280) [CFG051]",
    .documentTypeUnusable:
      "config.dtd:1:29: error: the document type cannot be used: "
      + "ContentDecl : Name or '(' expected, allowed: declarations of XML 1.0 [CHK002]",
    .houseRuleBroken:
      "b.xml:15:7: error: a house rule is broken: found telnetd_port \"23\", "
      + "allowed: telnet and FTP are off; rule no-plain-text-logins [CHK003]",
    .suppressionInvalid:
      "b.xml:9:5: warning: a suppression that is not understood, without effect: "
      + "found \"LGO012\", allowed: codes, and names of rules of the house; did you mean LOG012? "
      + "[CHK004]",
    .suppressionIdle:
      "b.xml:22:7: note: a suppression of what is not found: found LOG012 [CHK005]",
    .houseRuleIdle:
      "appliance-check.yaml: note: a house rule that matches nothing in these files: "
      + "found no /config/users/usr in 3 files; rule two-administrators [CHK006]",
    .expectationUnmet:
      "corpus/a.xml: error: differs from what the corpus expects: "
      + "found +a.xml:10:3: error: not a host name: ... [CHK001]",
  ]

  /// For each code the shortest finding, of several the first by the alphabet.
  private static func examples() throws -> [DiagnosticCode: String] {
    var examples = self.furtherExamples
    for fixture in FixtureTests.accepted + FixtureTests.rejected {
      let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: fixture.path + ".xml")))
      let name = fixture.name + ".xml"
      for finding in ConfigurationReader().read(bytes: bytes, name: name).diagnostics {
        let text = describe(finding, file: name)
        let other = examples[finding.code]
        let isShorter =
          other.map { (text.utf8.count, text) < ($0.utf8.count, $0) } ?? true
        if isShorter, Self.furtherExamples[finding.code] == nil { examples[finding.code] = text }
      }
    }
    return examples
  }

  private static func table(_ group: String, _ examples: [DiagnosticCode: String]) -> String {
    let rows = DiagnosticCode.allCases.filter { $0.rawValue.hasPrefix(group) }
      .sorted { $0.rawValue < $1.rawValue }
      .map { code in
        let severity = code == .findingsNotListed ? "as the findings" : code.severity.rawValue
        let cells = [
          "`\(code.rawValue)`", severity, code.fact.text, code.title, "`\(examples[code] ?? "")`",
        ]
        return "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
      }
    return "| code | severity | fact | title | example |\n|---|---|---|---|---|\n"
      + rows.map { $0 + "\n" }.joined()
  }

  @Test func tablesAreThoseOfTheSource() throws {
    let examples = try Self.examples()
    #expect(DiagnosticCode.allCases.filter { examples[$0] == nil }.map(\.rawValue) == [])
    let document = try self.document()
    var made = document
    for group in Set(DiagnosticCode.allCases.map { $0.rawValue.prefix(3) }).sorted() {
      let start = Self.start(String(group))
      let begin = try #require(made.range(of: start + "\n"))
      let end = try #require(made.range(of: Self.end, range: begin.upperBound..<made.endIndex))
      let table = Self.table(String(group), examples)
      made.replaceSubrange(begin.upperBound..<end.lowerBound, with: table)
    }
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      try Data(made.utf8).write(to: Self.file)
    } else {
      let lines = zip(document.split(separator: "\n"), made.split(separator: "\n"))
      let first = lines.first { $0.0 != $0.1 }
      #expect(document == made, "first: \(first?.0 ?? "") is to be \(first?.1 ?? "")")
    }
  }

  /// `config explain` prints them.
  @Test func examplesOfTheCommandAreThose() throws {
    let examples = try Self.examples()
    let expected = DiagnosticCode.allCases.sorted { $0.rawValue < $1.rawValue }
      .map { "\($0.rawValue)\t\(examples[$0] ?? "")\n" }.joined()
    let file = URL(
      fileURLWithPath: Repository.root
        + "/Sources/ApplianceCommand/Resources/diagnostic-examples.txt")
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      try Data(expected.utf8).write(to: file)
    } else {
      #expect(String(decoding: try Data(contentsOf: file), as: UTF8.self) == expected)
    }
  }

  @Test func spellingsOfLogsAgree() throws {
    let listed = try self.document().split(separator: "\n").filter { $0.hasPrefix("| `log_") }
      .map { $0.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) } }
    let expected = LogSpellings.rows.map { row in
      [
        "`log_\(row.spelling)`", row.type.isText ? "`\(row.spelling)`" : "—", row.type.displayName,
        row.standing == .sourced ? "S" : "R",
      ]
    }
    #expect(listed == expected)
  }
}
