import Foundation
import ScenarioFiles
import Scenarios
import Support
import Testing

/// What is wrong with a file is said exactly: place, found, allowed, and the nearest word.
@Suite struct RejectedScenarioTests {
  /// The golden file holds snippets, each with what is said of it below it, indented: the snippet stands
  /// in a good file of six lines, in the place of its own key's line or as the seventh.
  @Test func findingsAreTheGoldenOnes() throws {
    let file = Repository.url.appendingPathComponent(
      "fixtures/golden/ScenarioFiles/rejected.txt")
    let snippets = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      .filter { !$0.hasPrefix("    ") }
    var text = ""
    for snippet in snippets {
      let findings = try ScenarioText.findings(ScenarioText.with(String(snippet)))
      #expect(!findings.isEmpty, "\(snippet)")
      text += snippet + "\n" + findings.map { "    \($0)\n" }.joined()
    }
    #expect(snippets.count >= 80)
    let outcome = try GoldenFile.compare(
      Array(text.utf8), suite: "ScenarioFiles", name: "rejected.txt")
    #expect(outcome == .same)
  }

  @Test func theGoodFileIsGood() throws {
    #expect(try ScenarioText.findings(ScenarioText.base) == [])
    #expect(try ScenarioText.findings(ScenarioText.base.replacing("\n", with: "\r\n")) == [])
    #expect(try ScenarioText.findings("\u{FEFF}" + ScenarioText.base) == [])
  }

  @Test func allFindingsComeAtOnceInTheOrderOfTheFile() throws {
    let text = """
      faults:
        - { fault: loss, host: nobody, permille: 1001 }
      name: Bad Name
      seed: x
      """
    #expect(
      try ScenarioText.findings(text) == [
        "1:1: error: teaches: missing", "1:1: error: start: missing",
        "1:1: error: duration: missing", "1:1: error: network: missing",
        "1:1: error: configuration: missing",
        "2:26: error: host: found \"nobody\", allowed: a host of network.hosts, of which there is none",
        "2:44: error: permille: found \"1001\", allowed: 0 to 1000",
        "3:7: error: name: found \"Bad Name\", allowed: 1 to 64 lower-case letters, digits and hyphens",
        "4:7: error: seed: found \"x\", allowed: 0 to 9223372036854775807",
      ])
  }

  @Test func aKeyThatStandsAgainIsFoundWhereItDoes() throws {
    let nested = ScenarioText.with("traffic:\n  rate: 1\n  messages: 1\n  rate: 2\n")
    #expect(
      try ScenarioText.findings(nested) == [
        "10:3: error: duplicate key: found \"rate\" again, allowed: the one at 8:3 only"
      ])
    // A number and a text are the same word.
    let types = ScenarioText.with("x: { 1: a, \"1\": b }")
    #expect(
      try ScenarioText.findings(types) == [
        "7:1: error: unknown key x, allowed: name, teaches, story, start, duration, seed, "
          + "configuration, overrides, traffic, network, faults, capture, expect",
        "7:6: error: duplicate key: found \"1\" again, allowed: the one at 7:6 only",
      ])
  }

  /// What YAML itself has no place for does not hide what is wrong elsewhere.
  @Test func refusedValuesAndKeysDoNotHideOtherFindings() throws {
    let text = ScenarioText.with(
      "traffic:\n  rate: 1\n  messages: 1\n  rate: 2\n  messages: many\n  rate: 3\nseed: !x 1")
    #expect(
      try ScenarioText.findings(text + "teachs: x\ncapture: { format: zip, at: [here] }\n") == [
        "10:3: error: duplicate key: found \"rate\" again, allowed: the one at 8:3 only",
        "11:3: error: duplicate key: found \"messages\" again, allowed: the one at 9:3 only",
        "12:3: error: duplicate key: found \"rate\" again, allowed: the one at 8:3 only",
        "13:7: error: anchors, aliases and tags are refused",
        "14:1: error: unknown key teachs, allowed: name, teaches, story, start, duration, seed, "
          + "configuration, overrides, traffic, network, faults, capture, expect; did you mean "
          + "teaches?",
        "15:20: error: format: found \"zip\", allowed: pcap, pcapng",
        "15:30: error: at: found \"here\", allowed: appliance, a host, or a host with .inside or "
          + ".outside for its path",
      ])
  }

  /// A host with a mistake is there all the same, and so is a zone that nobody knows.
  @Test func oneMistakeIsOneFinding() throws {
    let text =
      ScenarioText.with(
        """
        network: { appliance: {}, hosts: [{ name: log, services: [{ syslog-tcp: 0 }] }] }
        """) + """
        faults: [{ fault: never-read, host: log }]
        overrides: |
          <timezone>Nowhere/Land</timezone>
        start: now

        """
    let findings = try ScenarioText.findings(
      text.replacing("start: 2015-06-25T08:50:00+02:00\n", with: ""))
    #expect(
      findings == [
        "5:23: error: address: missing",
        "5:35: error: address: missing",
        "5:73: error: syslog-tcp: found \"0\", allowed: 1 to 65535",
        "8:3: error: timezone: found \"Nowhere/Land\", allowed: a zone that this system knows",
        "9:8: error: start: found \"now\", allowed: an instant such as 2015-06-25T08:50:02.5+02:00",
      ])
  }

  /// Results go by the name, and people look for the file.
  @Test func aNameOtherThanTheFilesIsAWarning() throws {
    func warnings(_ file: String) throws -> [String] {
      var lines: [String] = []
      _ = try ScenarioText.reader().read(
        bytes: Array(ScenarioText.with("name: abc").utf8), file: file, onHint: { lines.append($0) })
      return lines
    }
    #expect(
      try warnings("lab/xyz.yaml") == [
        "lab/xyz.yaml:1:7: warning: name: found \"abc\" in a file that is called otherwise, "
          + "allowed: \"xyz\""
      ])
    for file in ["abc.yaml", "lab/abc.yml", "/dev/fd/63", "-", ""] {
      #expect(try warnings(file) == [])
    }
  }

  /// A fault on none of a thousand packets or connections is no fault.
  @Test(arguments: ["loss", "duplication", "reordering"])
  func aShareOfNoneIsRefused(_ fault: String) throws {
    let text = ScenarioText.with(
      "faults: [{ fault: \(fault), host: log, permille: 0, connection_permille: 0 }]")
    let found = try ScenarioText.findings(text)
    #expect(found.count == 2, "\(found)")
    let words = "permille: found 0, allowed: 1 to 1000; \(fault) has no effect on 0 of 1000"
    #expect(found.allSatisfy { $0.hasSuffix(words) }, "\(found)")
    #expect(try ScenarioText.findings(text.replacing("permille: 0", with: "permille: 1")) == [])
  }

  @Test func theOldNameOfAKeyIsReadWithAHint() throws {
    let text = ScenarioText.with("story: { mend: m }")
    var hints: [String] = []
    let scenario = try ScenarioText.reader().read(
      bytes: Array(text.utf8), file: "x.yaml", onHint: { hints.append($0) })
    #expect(scenario.lesson.fix == "m")
    #expect(hints == ["x.yaml:7:10: hint: mend: this key is called fix now"])
    #expect(
      try ScenarioText.findings(ScenarioText.with("story: { mend: m, fix: f }")) == [
        "7:10: error: unknown key mend, allowed: symptom, cause, see, fix, check"
      ])
  }

  /// Columns count bytes, as in the messages about XML.
  @Test func columnsCountBytes() throws {
    #expect(
      try ScenarioText.findings(ScenarioText.with("story: { symptom: Übergröße, se: [] }")) == [
        "7:33: error: unknown key se, allowed: symptom, cause, see, fix, check; did you mean see?"
      ])
  }

  @Test func aValueCannotWriteALineOfItsOwn() throws {
    let text = ScenarioText.with("seed: \"1\\nx.yaml:1:1: error: no\"")
    let findings = try ScenarioText.findings(text)
    #expect(
      findings == [
        "7:7: error: seed: found \"1\\nx.yaml:1:1: error: no\", allowed: 0 to 9223372036854775807"
      ])
  }
}
