import ApplianceConfiguration
import ScenarioFiles
import Scenarios
import Testing

/// XML sections in a scenario's file: loaded by an appliance's rules, and what is wrong with them is said
/// at the place of the YAML file.
@Suite struct OverrideTests {
  private static func block(_ xml: String, header: String = "|") -> String {
    let lines = xml.split(separator: "\n", omittingEmptySubsequences: false)
    return ScenarioText.with(
      "overrides: \(header)\n" + lines.map { $0.isEmpty ? "" : "  \($0)" }.joined(separator: "\n"))
  }

  private static func configuration(_ xml: String) throws -> Configuration {
    try ScenarioText.reader().read(self.block(xml), file: "x.yaml").configuration
  }

  @Test func sectionsReplaceInsertAndClear() throws {
    let configuration = try Self.configuration(
      """
      <listeners></listeners>
      <hostname>other.example.com</hostname>
      <log_headers><log_header>X-Über</log_header></log_headers>
      """)
    #expect(configuration.hostname.value == "other.example.com")
    #expect(configuration.listeners.isEmpty)
    #expect(configuration.subscriptions.count > 20)
    #expect(configuration.timeZone.value == "Africa/Johannesburg")
  }

  private static let broken: [(String, [String])] = [
    ("<hostname>a b</hostname>", ["8:3: error: not a host name: found \"a b\", allowed: "]),
    (
      "\n<!-- c -->\n  <hostname>a b</hostname>",
      ["10:5: error: not a host name: found \"a b\", allowed: "]
    ),
    ("<hostname>a</hostname", ["8:24: error: not well-formed XML: "]),
    ("<a>\n</b>", ["9:7: error: not well-formed XML: "]),
    (
      "<hostnam>a</hostnam>",
      ["8:3: error: not known, and near to a name that is: found <hostnam>; did you mean <hostname"]
    ),
    (
      "<hostname>a</hostname>\n<hostname>b</hostname>",
      ["9:3: error: an element that may occur once is repeated: found <hostname>"]
    ),
    (
      "<log_text></log_text>\n<timezon/>",
      [
        "8:3: error: an element that may occur once is repeated: found <log_text>, allowed: "
          + "a unique section, of which the file has one; it has 11",
        "9:3: error: not known, and near to a name that is: found <timezon>",
      ]
    ),
    (
      "<alert_email_config></alert_email_config>\n<alert_class/>",
      ["9:3: error: an element that may occur once is repeated: found <alert_class>"]
    ),
    (
      "<alert_email_config/>\n<alert_initial_debounce_interval>1</alert_initial_debounce_interval>",
      ["9:3: error: an element that may occur once is repeated"]
    ),
    ("<hostname>a</hostname> and", ["8:3: error: content that has no meaning here"]),
    ("<timezone>Nowhere/Land</timezone>", ["8:3: error: timezone: found \"Nowhere/Land\""]),
    ("</config><config>", ["8:12: error: not well-formed XML: "]),
    ("<!DOCTYPE config SYSTEM \"file:///etc/passwd\">", ["8:4: error: not well-formed XML"]),
    ("<hostname>&file;</hostname>", ["8:19: error: this entity is not known"]),
    (
      "<alert_initial_debounce_interval>x</alert_initial_debounce_interval>",
      ["8:3: error: not a number of seconds between alerts: found \"x\""]
    ),
  ]

  @Test(arguments: broken)
  func findingsPointAtTheFile(_ xml: String, _ messages: [String]) throws {
    let findings = try ScenarioText.findings(Self.block(xml))
    #expect(findings.count == messages.count, "\(findings)")
    for (finding, message) in zip(findings, messages) {
      #expect(finding.hasPrefix(message), "\(finding)")
    }
  }

  /// Behind characters that become references, places are still the file's own.
  @Test func placesSurviveReferences() throws {
    let xml = "<hostname>über größe</hostname><timezone>a b</timezone>"
    let findings = try ScenarioText.findings(Self.block(xml))
    #expect(findings.count == 2)
    #expect(findings[0].hasPrefix("8:3: error: not a host name: found \"über größe\""))
    #expect(findings[1].hasPrefix("8:37: error: not the name of a time zone"))
  }

  @Test func otherScalarsHaveTheirPlaceToo() throws {
    let bad = "<hostname>a b</hostname>"
    let plain = try ScenarioText.findings(ScenarioText.with("overrides: <!-- --> \(bad)"))
    let quoted = try ScenarioText.findings(ScenarioText.with("overrides: \"\(bad)\""))
    let folded = try ScenarioText.findings(Self.block(bad, header: ">"))
    let kept = try ScenarioText.findings(Self.block(bad, header: "|2+ # why"))
    #expect(plain.first?.hasPrefix("7:21: error: not a host name") == true, "\(plain)")
    #expect(quoted.first?.hasPrefix("7:13: error: not a host name") == true, "\(quoted)")
    #expect(folded.first?.hasPrefix("7:12: error: not a host name") == true, "\(folded)")
    #expect(kept.first?.hasPrefix("8:3: error: not a host name") == true, "\(kept)")
  }

  /// What is wrong with the named file is said with its name and place.
  @Test func findingsOfTheNamedFileKeepItsName() throws {
    let reader = try ScenarioText.reader { _ in Array("<?xml version=\"1.0\"?>\n<config/>".utf8) }
    var text = ScenarioText.with("configuration: lab.xml")
    for _ in 0..<2 {
      do {
        _ = try reader.read(text, file: "x.yaml")
        Issue.record("it was read")
      } catch {
        #expect(error.lines.first?.hasPrefix("lab.xml:2:1: error: the document type") == true)
      }
      text += "overrides: <hostname>a</hostname>\n"
    }
  }
}
