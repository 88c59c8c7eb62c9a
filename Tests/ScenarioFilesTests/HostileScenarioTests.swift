import ScenarioFiles
import Support
import Testing

/// Files that are made to harm: refused with a clear finding, in bounded time.
@Suite struct HostileScenarioTests {
  private static let refusal = "error: anchors, aliases and tags are refused"

  @Test func sizeIsBounded() throws {
    let large = [UInt8](repeating: UInt8(ascii: "#"), count: (1 << 20) + 1)
    #expect(
      try ScenarioText.findings(bytes: large) == [
        " error: the file is too large: found 1048577 bytes, allowed: 1048576"
      ])
    let comment = ScenarioText.base + "\n#"
    let fits = comment + String(repeating: "x", count: (1 << 20) - comment.utf8.count)
    #expect(try ScenarioText.findings(fits) == [])
  }

  @Test func aHugeValueIsCutInItsMessage() throws {
    let findings = try ScenarioText.findings(
      ScenarioText.with("seed: " + String(repeating: "9", count: 1_000_000)))
    #expect(findings.count == 1)
    #expect(findings[0].utf8.count < 200)
    let keys = try ScenarioText.findings(
      ScenarioText.with(String(repeating: "k", count: 1000) + ": 1"))
    #expect(keys.count == 1)
    #expect(keys[0].utf8.count < 400)
  }

  @Test(arguments: [("[", "]"), ("{a: ", "}"), ("- ", "")])
  func depthIsBounded(_ open: String, _ close: String) throws {
    for depth in [40, 900, 100_000] {
      let text =
        "x:\n  " + String(repeating: open, count: depth) + "1"
        + String(repeating: close, count: depth)
      let findings = try ScenarioText.findings(text)
      #expect(findings.count == 1)
      let isSaid = findings[0].contains("too deep") || findings[0].contains("not YAML")
      #expect(isSaid, "\(findings[0])")
    }
  }

  private static func bomb(_ last: String) -> String {
    var text = "a0: &a0 [x, x]\n"
    for level in 1...60 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
    return text + last
  }

  /// As values, as keys (which are compared with each other), and where a scanner could be misled.
  @Test func aliasesAreRefusedBeforeTheyExpand() throws {
    #expect(try ScenarioText.findings(Self.bomb("")) == ["1:5: " + Self.refusal])
    #expect(try ScenarioText.findings(Self.bomb("? *a60\n: 1\n")) == ["1:5: " + Self.refusal])
    #expect(try ScenarioText.findings(Self.bomb("*a60 : 1\n")) == ["1:5: " + Self.refusal])
    let hidden = "# '\n" + Self.bomb("*a60 : 1\n# '\n")
    #expect(try ScenarioText.findings(hidden) == ["2:5: " + Self.refusal])
  }

  /// What looks like an anchor in a text is none.
  @Test func textsMayHoldTheirMarks() throws {
    let text = ScenarioText.with(
      "story: { symptom: \"a & b &c &amp; *d\", cause: a*b&c!d, fix: '*x', check: \"!\" }")
    #expect(try ScenarioText.findings(text) == [])
  }

  private static let characters: [(String, String)] = [
    ("a\u{0}b", "7:5: error: found the character U+0000"),
    ("a\u{1B}b", "7:5: error: found the character U+001B"),
    ("a\rb", "7:5: error: found the character U+000D"),
    ("a\u{85}b", "7:5: error: found the character U+0085"),
    ("é\u{2028}b", "7:6: error: found the character U+2028"),
    ("a\u{FEFF}b", "7:5: error: found the character U+FEFF"),
  ]

  @Test(arguments: characters)
  func oddCharactersAreRefused(_ value: String, _ message: String) throws {
    #expect(
      try ScenarioText.findings(ScenarioText.with("x: " + value)) == [
        message + ", allowed: printable characters, and LF or CR LF as the end of a line"
      ])
  }

  @Test func otherEncodingsAreRefused() throws {
    #expect(
      try ScenarioText.findings(bytes: Array("name: x\ny: a".utf8) + [0xE4]) == [
        "2:5: error: found byte 0xE4, allowed: UTF-8"
      ])
    let utf16: [UInt8] = [0xFF, 0xFE] + "name: x".utf8.flatMap { [$0, 0] }
    #expect(
      try ScenarioText.findings(bytes: utf16) == ["1:1: error: found byte 0xFF, allowed: UTF-8"])
  }

  private static let documents: [(String, String)] = [
    ("", " error: the file is empty"),
    ("# nothing\n", " error: the file is empty"),
    ("--- {}\n--- {}\n", "2:1: error: not YAML: but found another document"),
    ("%TAG ! tag:x,2000:\n--- !a {}\n", "2:5: " + refusal),
    ("!!map {name: x}", "1:1: " + refusal),
    ("name: !!str x", "1:7: " + refusal),
    ("name: ! x", "1:7: " + refusal),
    ("!!str name: x", "1:1: " + refusal),
    ("- a", "1:1: error: scenario: found a list, allowed: a mapping"),
    ("a", "1:1: error: scenario: found \"a\", allowed: a mapping"),
    ("name: \"\\ud800\"", "1:10: error: not YAML: found invalid Unicode character escape code"),
  ]

  @Test(arguments: documents)
  func oneDocumentOfPlainDataIsRead(_ text: String, _ message: String) throws {
    #expect(try ScenarioText.findings(text).contains(message))
  }

  @Test func findingsAreBounded() throws {
    let keys = (0..<50_000).map { "k\($0): 1\n" }.joined()
    let findings = try ScenarioText.findings(ScenarioText.base + "\n" + keys)
    #expect(findings.count == 101)
    #expect(findings.last == " error: found 49900 more errors, allowed: 100 are listed")
    let hosts = (0..<2000).map { _ in "{name: a, address: 10.0.0.3}" }.joined(separator: ", ")
    let many = ScenarioText.with(
      "network: { appliance: { address: 10.0.0.1 }, hosts: [\(hosts)] }")
    #expect(
      try ScenarioText.findings(many) == ["6:53: error: hosts: found 2000 entries, allowed: 64"])
  }

  /// A file of one line costs no more than one of many: places are not counted anew at each node.
  @Test(arguments: ["x", "é"])
  func oneLongLineIsRead(_ letter: String) throws {
    let list = Array(repeating: letter, count: 100_000).joined(separator: ", ")
    let text = ScenarioText.with("story: { see: [\(list)] }")
    #expect(
      try ScenarioText.findings(text) == ["7:15: error: see: found 100000 entries, allowed: 1000"])
  }

  @Test func manySectionsAreRefused() throws {
    let text = ScenarioText.with("overrides: " + String(repeating: "<a/>", count: 100_000))
    #expect(
      try ScenarioText.findings(text) == [
        "7:12: error: a limit of the reader is exceeded: found 100000 sections, "
          + "allowed: 1000 sections [XML013]"
      ])
  }

  /// Bytes of good files, changed at places that follow from a number: read or refused, never trapped.
  @Test func changedFilesDoNotTrap() throws {
    let good = Array(
      (ScenarioText.base
        + """

        faults: [{ fault: reset-after, host: log, lines: 3, from: 1s, until: 2s }]
        overrides: |
          <hostname>a.example.com</hostname>
        expect: [{ alert: { class: System, count: "1..4" } }]
        """).utf8)
    let marks = Array("&*!|>'\"#%@`{}[],:?-\n\t \u{0}0a".utf8)
    var state: UInt64 = 42
    for _ in 0..<2000 {
      var bytes = good
      for _ in 0..<4 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes[Int(state >> 33) % bytes.count] = marks[Int(state >> 20 & 0xFFF) % marks.count]
      }
      for finding in try ScenarioText.findings(bytes: bytes) {
        #expect(finding.contains("error: "))
      }
    }
  }
}
