import ApplianceConfiguration
import ConfigurationXML
import Foundation
import Testing

/// What a load takes, a reading takes as the same, and what a load refuses for the file's sake, it
/// refuses at the same place: in each form in which sections may be given.
@Suite struct SectionFormsTests {
  private static let prologue =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE config SYSTEM \"config.dtd\">\n"

  struct Form: Sendable {
    let before: String
    let after: String
    let isBare: Bool
  }

  private static let forms = [
    Form(before: Self.prologue + "<config>\n", after: "\n</config>\n", isBare: false),
    Form(before: "<config>\n", after: "\n</config>", isBare: true),
    Form(before: "\u{FEFF}\n <!-- x --> <config>", after: "</config>", isBare: true),
    Form(before: "", after: "", isBare: true),
    Form(before: "<!-- x -->\n\n", after: "\n", isBare: true),
    Form(before: "\u{FEFF}", after: "", isBare: true),
  ]

  private static let base = """
    \(Self.prologue)<!--
      Product: Cisco C370 Email Security Appliance
      Model Number: C370
      Version: 8.0.1-023
      Serial Number: A4BADB4712A9-511AA1E
    -->
    <config><hostname>a.example.com</hostname><timezone>Etc/GMT</timezone>
    <autosupport_enabled>1</autosupport_enabled>
    <interfaces><interface><interface_name>A</interface_name><ip>192.0.2.1</ip>
    <netmask>255.255.255.0</netmask></interface></interfaces>
    <listeners><listener><listener_name>In</listener_name><interface_name>A</interface_name>
    <type>public</type><rat>ALL REJECT</rat></listener></listeners>
    <log_subscriptions><log_text><name>m</name><module>mail</module><retrieval><syslog_push>
    <hostname>192.0.2.2</hostname></syslog_push></retrieval></log_text></log_subscriptions>
    <alert_email_config><alert_class name="system"><alert_severity name="critical">
    <email_address>a@example.com</email_address></alert_severity></alert_class>
    </alert_email_config><dns><local_dns><dns_ip>192.0.2.3</dns_ip></local_dns></dns></config>
    """

  private static func read(_ bytes: [UInt8]) -> ReadResult {
    var reader = ConfigurationReader()
    reader.takesSections = true
    reader.listsUnmodelled = false
    return reader.read(bytes: bytes, name: "x.xml")
  }

  /// Sections that are loaded over `base`, and the codes of what there is to say of each alone.
  private static let taken: [(String, [DiagnosticCode])] = [
    ("<autosupport_enabled>0</autosupport_enabled>", []),
    ("<log_message_id>0</log_message_id>\n<log_orig_subj>1</log_orig_subj>", []),
    ("<smtp_routes></smtp_routes>", []), ("<ntp><server>x</server></ntp>", []),
    ("<autosupport_enabled>0 </autosupport_enabled>", [.valueDoubtful]),
    // Each a part of a section, of which the other file has one.
    (
      """
      <alert_class name="all"><alert_severity name="all"><email_address>b@example.com\
      </email_address></alert_severity></alert_class>
      """, []
    ),
    ("<email_address>b@example.com</email_address>", []), ("<rat>ALL ACCEPT</rat>", []),
    ("<dns_ip>192.0.2.4</dns_ip>", []), ("<local_dns></local_dns>", []),
    ("<retrieval><syslog_push><hostname>b.example.com</hostname></syslog_push></retrieval>", []),
    ("<syslog_push><hostname>b.example.com</hostname><port>999</port></syslog_push>", []),
    ("<netmask>255.255.0.0</netmask>", []),
    ("<ip>192.0.2.9</ip>\n<netmask>255.0.0.0</netmask>", []),
  ]

  @Test(arguments: forms, taken)
  func whatALoadTakesIsReadAsTheSame(
    _ form: Form, _ row: (section: String, codes: [DiagnosticCode])
  ) throws {
    let bytes = Array((form.before + row.section + form.after).utf8)
    guard case .loaded(let loaded) = ConfigurationLoading.load(bytes, over: Array(Self.base.utf8))
    else {
      Issue.record("not loaded: \(row.section)")
      return
    }
    let result = Self.read(bytes)
    #expect(result.configuration != nil, "\(result.descriptions)")
    #expect(result.form == loaded.form)
    let expected = row.codes + [.sectionsTaken] + (form.isBare ? [.prologueMissing] : [])
    #expect(Set(result.diagnostics.map(\.code)) == Set(expected), "\(result.descriptions)")
    #expect(result.diagnostics.count == expected.count)
    #expect(loaded.ofInput.map(\.code) == (form.isBare ? [.prologueMissing] : []))
    // The same changes as what the sections say.
    #expect(loaded.bytes != Array(Self.base.utf8))
  }

  /// What no file can be loaded with; the place is counted in the section.
  private static let refused: [(String, DiagnosticCode, SourcePosition)] = [
    ("<hostname>a b</hostname>", .hostnameInvalid, SourcePosition(line: 1, column: 1)),
    ("<dns/>\n <dns/>", .elementRepeated, SourcePosition(line: 2, column: 2)),
    ("<z/>\n\n<z/>", .elementRepeated, SourcePosition(line: 3, column: 1)),
    ("<rat>A</rat>\n<rat>B</rat>", .elementRepeated, SourcePosition(line: 2, column: 1)),
    (
      "<alert_email_config></alert_email_config>\n <alert_class name=\"all\"></alert_class>",
      .elementRepeated, SourcePosition(line: 2, column: 2)
    ),
    (
      "<syslog_push><hostname>b c</hostname></syslog_push>", .pushHostInvalid,
      SourcePosition(line: 1, column: 14)
    ),
    ("<timezon>x</timezon>", .elementMisspelt, SourcePosition(line: 1, column: 1)),
    ("<dns>\n<", .notWellFormed, SourcePosition(line: 2, column: 2)),
  ]

  @Test(arguments: forms, refused.indices)
  func whatALoadRefusesIsAnErrorAtTheSamePlace(_ form: Form, _ index: Int) throws {
    let (section, code, place) = Self.refused[index]
    let bytes = Array((form.before + section + form.after).utf8)
    let result = Self.read(bytes)
    let found = result.diagnostics.filter { $0.severity == .error }
    #expect(found.map(\.code) == [code], "\(result.descriptions)")
    guard
      case .refused(let findings) = ConfigurationLoading.load(bytes, over: Array(Self.base.utf8))
    else {
      Issue.record("it was loaded")
      return
    }
    #expect(findings.map(\.diagnostic.code) == [code])
    #expect(findings.map(\.diagnostic.position) == found.map(\.position))
    guard code != .notWellFormed else { return }
    // A mark has no column.
    let before = form.before.filter { $0 != "\u{FEFF}" }.split(
      separator: "\n", omittingEmptySubsequences: false)
    let column = place.line == 1 ? (before.last?.utf8.count ?? 0) : 0
    #expect(
      found.first?.position
        == SourcePosition(line: before.count - 1 + place.line, column: column + place.column))
  }

  /// A file that is none of these is told what it lacks, as a document is.
  @Test(arguments: [
    "words", "\u{FEFF}words", "<!DOCTYPE config SYSTEM \"config.dtd\"><config/>", "<!-- open",
  ])
  func whatIsNoFormIsRefused(_ text: String) {
    #expect(Self.read(Array(text.utf8)).diagnostics.map(\.code) == [.declarationMissing])
    guard
      case .refused(let findings) = ConfigurationLoading.load(
        Array(text.utf8), over: Array(Self.base.utf8))
    else {
      Issue.record("it was loaded")
      return
    }
    #expect(findings.map(\.diagnostic.code) == [.declarationMissing])
  }

  /// Who wants a whole file takes none of these forms.
  @Test(arguments: forms.filter(\.isBare))
  func aWholeFileIsADocument(_ form: Form) {
    let bytes = Array((form.before + "<dns></dns>" + form.after).utf8)
    let result = ConfigurationReader().read(bytes: bytes, name: "x.xml")
    #expect(result.diagnostics.map(\.code) == [.declarationMissing])
  }

  @Test func noSectionIsAClearSentence() {
    for text in [Self.prologue + "<config></config>", "<config/>", "<!-- a -->"] {
      let result = Self.read(Array(text.utf8))
      let note = result.diagnostics.first { $0.code == .sectionsTaken }
      #expect(note?.found == "no section", "\(result.descriptions)")
      #expect(result.configuration != nil)
    }
  }

  /// White space around a yes or no is told, and the value taken, wherever it stands.
  @Test(arguments: [" 0", "0\n", "\t0 \r\n"])
  func whiteSpaceAroundABooleanIsNoError(_ zero: String) throws {
    func file(_ zero: String) -> [UInt8] {
      Array(
        """
        \(Self.prologue)<config><autosupport_enabled>\(zero)</autosupport_enabled>
        <log_message_id>\(zero)</log_message_id><log_orig_subj>\(zero)</log_orig_subj>
        <log_remote_response>\(zero)</log_remote_response>
        <log_subscriptions><log_text><name>m</name><module>mail</module><retrieval><syslog_push>
        <hostname>192.0.2.2</hostname><protocol>TCP</protocol><tls>\(zero)</tls></syslog_push>
        </retrieval></log_text></log_subscriptions></config>
        """.utf8)
    }
    let result = Self.read(file(zero))
    let configuration = try #require(result.configuration, "\(result.descriptions)")
    #expect(result.diagnostics.count { $0.code == .valueDoubtful } == 5)
    #expect(result.diagnostics.allSatisfy { $0.severity != .error })
    let plain = try #require(Self.read(file("0")).configuration)
    #expect(ConfigurationDifference.changes(from: plain, to: configuration) == [])
    #expect(Self.read(file("\u{A0}0")).configuration == nil)
  }
}
