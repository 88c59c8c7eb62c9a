import ApplianceConfiguration
import ConfigurationPolicy
import ConfigurationXML
import Foundation
import Support
import Testing

/// With a DTD the elements, their places and attributes are the DTD's.
@Suite struct DocumentTypeTests {
  private static let file = URL(
    fileURLWithPath: Repository.root + "/fixtures/dtd/config.dtd")

  private static func documentType() throws -> DocumentType {
    try DocumentTypeParser().parse(Array(try Data(contentsOf: Self.file)))
  }

  private static func findings(
    _ config: String, header: Bool = true, takesSections: Bool = false, dtd: Bool = true
  ) throws -> [String] {
    var reader = ConfigurationReader()
    reader.takesSections = takesSections
    if dtd { reader.documentType = try Self.documentType() }
    let comment = """
      <!-- Product: Cisco C370 Email Security Appliance
        Model Number: C370
        Version: 8.0.1-023
        Serial Number: A4BADB4712A9-511AA1E -->
      """
    let text =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><!DOCTYPE config SYSTEM \"config.dtd\">"
      + (header ? comment : "") + "\n<config>\(config)</config>"
    return reader.read(bytes: Array(text.utf8), name: "x.xml").descriptions
  }

  private static let known = """
    <hostname>mail.example.com</hostname><timezone>Etc/GMT</timezone>\
    <policies owner="ops"><policy>a</policy><default_policy/></policies>\
    <users><username>a</username></users><users><username>b</username></users>\
    <log_subscriptions><log_mails><name>mail</name><log_level>3</log_level><colour>red</colour>\
    <retrieval><kafka_push><hostname>a.example.com</hostname></kafka_push></retrieval></log_mails>\
    </log_subscriptions>\
    <alert_email_config><alert_class name="system"><alert_severity name="critical">\
    <email_address>a@example.com</email_address></alert_severity></alert_class>\
    </alert_email_config>
    """

  /// An element that the reader does not know, one near to a known name, a repeated section and
  /// another retrieval method are findings without the DTD, and none with it.
  @Test func whatTheDTDDeclaresIsNoFinding() throws {
    #expect(try Self.findings(Self.known) == [])
    let without = try Self.findings(Self.known, dtd: false).joined(separator: "\n")
    for code in ["CFG001", "CFG002", "LOG001"] { #expect(without.contains(code), "\(without)") }
  }

  private static let faults: [(String, String, String)] = [
    (
      "</policies>", "</policies><userz/>",
      "error: an element that the document type does not declare: found <userz>, allowed: "
        + "<alert_email_config>, <autosupport_enabled>, <log_subscriptions>, <users> or the end; "
        + "did you mean <users>?"
    ),
    (
      "<hostname>mail.example.com</hostname><timezone>Etc/GMT</timezone>",
      "<timezone>Etc/GMT</timezone><hostname>mail.example.com</hostname>",
      "found <timezone>, allowed: <hostname> [CFG047]"
    ),
    (
      "<username>b</username>", "<username>b</username><username>c</username>",
      "found <username> [CFG047]"
    ),
    (
      "<default_policy/>", "<default_policy>x</default_policy>",
      "found text \"x\", allowed: nothing [CFG047]"
    ),
    ("<policy>a</policy>", "<policy>a</policy>words", "found text \"words\""),
    ("<colour>red", "<colour shade=\"1\">red", "found attribute shade, allowed: no attributes"),
    (" owner=\"ops\"", "", "found no attribute owner, allowed: owner=\"...\" [CFG048]"),
    (
      " owner=\"ops\"", " owner=\"ops\" order=\"worst\"",
      "found order=\"worst\", allowed: first, best; did you mean first? [CFG048]"
    ),
    (
      "<hostname>a.example.com</hostname></kafka", "</kafka",
      "found the end of <kafka_push>, allowed: <hostname> [CFG047]"
    ),
    // Not in the model, and declared elsewhere.
    (
      "<name>mail</name>", "<name>mail</name><topic>x</topic>",
      "found <topic>, allowed: <log_level>"
    ),
  ]

  @Test(arguments: faults.indices)
  func whatItDoesNotAllowIsAnError(_ index: Int) throws {
    let (part, other, text) = Self.faults[index]
    #expect(Self.known.contains(part))
    let findings = try Self.findings(
      Self.known.replacing(part, with: other, maxReplacements: 1))
    let errors = findings.filter { $0.contains("error: ") }
    #expect(errors.count == 1, "\(findings)")
    #expect(errors.first?.contains(text.replacing(" [CFG047]", with: "")) == true, "\(findings)")
  }

  /// Sections to load leave the rest out; each of them is as the DTD says.
  @Test func sectionsAreComparedEachForItself() throws {
    let sections = "<users><username>a</username></users><timezone>Etc/GMT</timezone>"
    let findings = try Self.findings(sections, header: false, takesSections: true)
    #expect(findings.filter { $0.contains("error") } == [])
    let wrong = try Self.findings(
      "<users></users>", header: false, takesSections: true)
    #expect(wrong.contains { $0.contains("found the end of <users>, allowed: <username>") })
  }

  /// Delivery settings are ours: no DTD knows them.
  @Test func deliverySettingsAreNoMatter() throws {
    let text = Self.known.replacing(
      "<kafka_push>",
      with: "<syslog_push><hostname>a.example.com</hostname>"
        + "<sim:disk_buffer xmlns:sim=\"urn:appliance-sim:delivery:1\">1</sim:disk_buffer>"
        + "</syslog_push><kafka_push>")
    let findings = try Self.findings(text)
    #expect(!findings.contains { $0.contains("sim:") && $0.contains("CFG04") }, "\(findings)")
  }

  private static let unusable: [(String, String)] = [
    ("", "0 bytes"),
    ("words", "x.dtd:1:"),
    ("<!-- only a comment -->", "no element is declared"),
    ("<!ELEMENT config (a, >", "x.dtd:1:22: error: the document type cannot be used: "),
    ("<!ELEMENT config (a|b,c)>", "x.dtd:1:"),
    ("<!ELEMENT config %none;>", "PEReference: %none; not found"),
    (
      "<!ELEMENT config EMPTY>\n <!ENTITY % more SYSTEM \"file:///etc/passwd\">\n%more;",
      "x.dtd:2:2: error: the document type cannot be used: a parameter entity in another file"
    ),
    ("<!ELEMENT config EMPTY>\n<!ELEMENT config ANY>", "Redefinition of element config"),
    (
      "<!ELEMENT config " + String(repeating: "(a|(b,", count: 100) + "(a)"
        + String(repeating: "))", count: 100) + ">", "a deeper group"
    ),
    (
      "<!ELEMENT config " + String(repeating: "(", count: 3000) + "a"
        + String(repeating: ")", count: 3000) + ">", "too deep"
    ),
    ("<!ELEMENT config (" + (0..<100_001).map { "a\($0)" }.joined(separator: ",") + ")>", "100000"),
    (String(repeating: " ", count: DocumentTypeParser.bytesMax + 1), "at most 4194304 bytes"),
  ]

  @Test(arguments: unusable.indices)
  func whatIsNoDTDIsRefusedWithItsPlace(_ index: Int) throws {
    let (text, words) = Self.unusable[index]
    let error = #expect(throws: DocumentTypeParser.Unusable.self) {
      _ = try DocumentTypeParser().parse(Array(text.utf8))
    }
    let lines = (error?.findings ?? []).map { describe($0, file: "x.dtd") }
    #expect(lines.contains { $0.contains(words) }, "\(lines)")
    #expect(lines.allSatisfy { $0.contains("[CHK002]") })
  }

  /// What is wrong in lines that repeat is one finding with a count, at the first of them.
  @Test func whatIsWrongManyTimesIsToldOnce() {
    let repeated = String(repeating: "<!ELEMENT config ANY>\n", count: 150)
    let text = "<!ELEMENT config ANY>\n<!ELEMENT a EMPTY>\n\(repeated)<!ELEMENT a ANY>\n"
    let error = #expect(throws: DocumentTypeParser.Unusable.self) {
      _ = try DocumentTypeParser().parse(Array(text.utf8))
    }
    #expect(
      (error?.findings ?? []).map(\.found) == [
        "Redefinition of element config (and 149 more)", "Redefinition of element a",
      ])
    #expect(error?.findings.first?.position?.line == 3)
  }

  /// A chain of entities, each declared by a reference to the next.
  private static func nested(_ levels: Int, _ last: String) -> String {
    let chain = (1...levels).map { "<!ENTITY % e\($0) '&#37;e\($0 - 1);'>" }
    return (chain + ["<!ENTITY % e0 '\(last)'>"]).joined(separator: "\n")
      + "\n<!ELEMENT config (%e\(levels);)*>\n<!ELEMENT hostname (#PCDATA)>"
  }

  /// Depth is no loop; a loop is one, and ends.
  @Test(arguments: [1, 39, 41, 200, 1000])
  func entitiesMayBeNested(_ levels: Int) throws {
    let parsed = try DocumentTypeParser().parse(Array(Self.nested(levels, "hostname | z").utf8))
    #expect(parsed.contents.keys.sorted() == ["config", "hostname"])
  }

  @Test(arguments: ["<!ENTITY % a '&#37;a;'>%a;", nested(3, "&#37;e3;"), nested(3000, "hostname")])
  func aLoopOfEntitiesIsRefused(_ text: String) {
    let error = #expect(throws: DocumentTypeParser.Unusable.self) {
      _ = try DocumentTypeParser().parse(Array((text + "<!ELEMENT x ANY>").utf8))
    }
    let found = error?.findings.map(\.found) ?? []
    #expect(found.contains("a parameter entity in itself, or more than 1024 in one another"))
  }

  /// Entities that grow tenfold thirty times end in an error, not in all memory.
  @Test func entitiesThatGrowAreRefused() {
    var text = "<!ENTITY % a0 'b, '>\n"
    for level in 1..<30 {
      let inner = String(repeating: "&#37;a\(level - 1);", count: 10)
      text += "<!ENTITY % a\(level) '\(inner)'>\n"
    }
    text += "<!ELEMENT config (%a29; c)>"
    let error = #expect(throws: DocumentTypeParser.Unusable.self) {
      _ = try DocumentTypeParser().parse(Array(text.utf8))
    }
    #expect(error?.findings.first?.found == "parameter entities that grow without end")
  }

  /// What every machine of a cluster's export holds is learned.
  @Test func allMachinesOfAClusterAreLearnedFrom() throws {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("cluster-\(UUID().uuidString).xml")
    defer { try? FileManager.default.removeItem(at: file) }
    let source = Repository.root + "/fixtures/configurations/rejected/cluster.xml"
    var text = try String(contentsOfFile: source, encoding: .isoLatin1)
    let end = try #require(text.range(of: "</machine>", options: .backwards))
    text.insert(contentsOf: "<policies/>", at: end.lowerBound)
    try Data(text.utf8).write(to: file)
    let result = ConfigurationReader(mode: .lenient).readLearning(contentsOf: file.path)
    let words = try #require(result.unknownWords)
    #expect(words[LearnedWord(.element, "policies", in: "config")] != nil, "\(words)")
  }
}
