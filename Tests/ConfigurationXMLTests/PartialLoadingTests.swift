import ApplianceConfiguration
import ConfigurationXML
import Foundation
import Support
import Testing

/// Files of some sections, as the vendor documents them: declaration, document type and `config`
/// around one or more.
@Suite struct PartialLoadingTests {
  private static func sample() throws -> [UInt8] {
    Array(
      try Data(contentsOf: URL(fileURLWithPath: Repository.root + "/appliance-config.xml")))
  }

  private static func read(_ bytes: [UInt8]) throws -> Configuration {
    try #require(ConfigurationReader().read(bytes: bytes, name: "x.xml").configuration)
  }

  private static func loaded(
    _ input: [UInt8], over base: [UInt8]
  ) throws -> ConfigurationLoading.Loaded {
    switch ConfigurationLoading.load(input, over: base) {
    case .loaded(let loaded): return loaded
    case .noData: throw Failure(text: "no data")
    case .refused(let findings): throw Failure(text: "\(findings.map(\.diagnostic.message))")
    }
  }

  private struct Failure: Error {
    var text: String
  }

  /// Each around the section, and whether it is the vendor's form.
  private static let forms: [(String, String, Bool)] = [
    (SampleHeader.prologue + "<config>\n", "</config>\n", true),
    (SampleHeader.text + "<config>", "</config>", true),
    ("\u{FEFF}" + SampleHeader.prologue + "<!-- relay --><config>", "</config>", true),
    ("<config>\n  ", "</config>\n", false), ("<!-- of today --> <config\n>", "</config >", false),
    ("", "\n", false), ("\u{FEFF}", "", false),
  ]

  @Test(arguments: forms)
  func oneSettingIsChangedAndNothingElse(
    _ before: String, _ after: String, _ isDocumented: Bool
  ) throws {
    let section = "<log_message_id>0</log_message_id>"
    let base = try Self.sample()
    let loaded = try Self.loaded(Array((before + section + after).utf8), over: base)
    #expect(loaded.form == .sections(["log_message_id"]))
    #expect(loaded.ofInput.map(\.code) == (isDocumented ? [] : [.prologueMissing]))
    let changes = ConfigurationDifference.changes(
      from: try Self.read(base), to: loaded.configuration)
    #expect(changes.map(\.text) == ["logs: message id changed from yes to no"])
  }

  /// A header comment, and with it the host name, make a whole file; what it omits stays all the
  /// same.
  @Test func whatAWholeFileOmitsStays() throws {
    let base = try Self.sample()
    let input =
      SampleHeader.text + "<config><hostname>other.example.com</hostname></config>"
    let loaded = try Self.loaded(Array(input.utf8), over: base)
    #expect(loaded.form == .whole)
    let before = try Self.read(base)
    let changes = ConfigurationDifference.changes(from: before, to: loaded.configuration)
    #expect(changes.count == 1)
    #expect(loaded.configuration.hostname.value == "other.example.com")
    #expect(loaded.configuration.identity == before.identity)
  }

  /// A whole file has sections that are not known, which are loaded too.
  @Test func aWholeFileBringsSectionsThatAreNotKnown() throws {
    let text = String(decoding: try Self.sample(), as: UTF8.self)
    let other = text.replacing("</config>", with: "<new_section><ip>1</ip></new_section></config>")
    let loaded = try Self.loaded(Array(other.utf8), over: try Self.sample())
    #expect(loaded.configuration.kept.contains { $0.name == "new_section" })
    // A second time it takes the place of the first.
    let again = try Self.loaded(Array(other.utf8), over: loaded.bytes)
    #expect(again.bytes == loaded.bytes)
  }

  private static func encoded(_ text: String, _ name: String) -> [UInt8] {
    let declared = text.replacing("UTF-8", with: name)
    switch name {
    case "ISO-8859-1": return declared.unicodeScalars.map { UInt8($0.value) }
    case "UTF-16":
      return [0xFF, 0xFE] + declared.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    default: return Array(declared.utf8)
    }
  }

  /// Of any encoding over any other; the characters stay, and so do places.
  @Test(
    arguments: ["UTF-8", "ISO-8859-1", "UTF-16"], ["UTF-8", "ISO-8859-1", "UTF-16", "US-ASCII"])
  func encodingsMeet(_ input: String, _ base: String) throws {
    let whole =
      SampleHeader.text
      + "<config><hostname>a.example.com</hostname>\n"
      + "<users><user><username>a</username></user></users></config>"
    let users = "<users><user><username>a</username><fullname>J\u{FC}rgen</fullname></user></users>"
    let section = SampleHeader.prologue + "<config>\n\(users)\n</config>"
    let loaded = try Self.loaded(Self.encoded(section, input), over: Self.encoded(whole, base))
    #expect(loaded.configuration.users.map { $0.fullName?.value } == ["J\u{FC}rgen"])
    // Behind a character that takes other bytes, in a rule that needs the whole.
    let double = section.replacing(
      "</users>", with: "</users><hostname>b c</hostname>")
    guard
      case .refused(let findings) = ConfigurationLoading.load(
        Self.encoded(double, input), over: Self.encoded(whole, base))
    else {
      Issue.record("it was loaded")
      return
    }
    let bytes = input == "UTF-16" ? 2 : 1
    let column = users.unicodeScalars.count * bytes + (input == "UTF-8" ? 1 : 0) + 1
    #expect(findings.map(\.diagnostic.position) == [SourcePosition(line: 4, column: column)])
  }

  /// A prefix that is declared at `config` is declared where the section goes.
  @Test func deliverySettingsKeepTheirNamespace() throws {
    let section = """
      \(SampleHeader.prologue)<config xmlns:lab="urn:appliance-sim:delivery:1">\
      <log_subscriptions><log_text>\
      <name>p</name><module>mail</module><retrieval><syslog_push><hostname>192.0.2.1</hostname>\
      <protocol>TCP</protocol><lab:mode>buffered</lab:mode></syslog_push></retrieval></log_text>\
      </log_subscriptions></config>
      """
    let loaded = try Self.loaded(Array(section.utf8), over: try Self.sample())
    #expect(loaded.configuration.promisedSubscriptions == ["p"])
  }

  private static let refused: [(String, [DiagnosticCode])] = [
    ("<hostname>a b</hostname>", [.hostnameInvalid]),
    ("<rat></rat>", [.contentUnexpected]), ("<retrieval></retrieval>", [.elementRepeated]),
    ("<dns/><dns/>", [.elementRepeated]), ("text<dns/>", [.contentUnexpected]),
    ("<timezon>Etc/GMT</timezon>", [.elementMisspelt]),
    (
      "<users><user><username>a</username><enc_password>*****</enc_password></user></users>",
      [.passphrasesMasked]
    ),
  ]

  @Test(arguments: refused)
  func onAnyErrorNothingIsLoaded(_ section: String, _ codes: [DiagnosticCode]) throws {
    let input = SampleHeader.prologue + "<config>\(section)</config>"
    guard
      case .refused(let findings) = ConfigurationLoading.load(
        Array(input.utf8), over: try Self.sample())
    else {
      Issue.record("it was loaded")
      return
    }
    #expect(findings.map(\.diagnostic.code) == codes)
    #expect(findings.allSatisfy { $0.source == .overrides && $0.diagnostic.position?.line == 3 })
  }

  @Test(arguments: [
    SampleHeader.prologue + "<config></config>", SampleHeader.prologue + "<config/>", "<config/>",
    "<!-- a -->",
  ])
  func withoutASectionThereIsNoData(_ input: String) throws {
    guard case .noData = ConfigurationLoading.load(Array(input.utf8), over: try Self.sample())
    else {
      Issue.record("there is no section in it")
      return
    }
  }

  /// Of sections alone nothing is said about the rest; a whole one is asked for where it is needed.
  @Test func sectionsAreCheckedAsSuch() throws {
    let section =
      "<listeners><listener><listener_name>In</listener_name>"
      + "<interface_name>Data 1</interface_name><type>public</type></listener></listeners>"
    let bytes = Array((SampleHeader.prologue + "<config>\(section)</config>").utf8)
    var reader = ConfigurationReader()
    let whole = reader.read(bytes: bytes, name: "x.xml")
    #expect(whole.configuration == nil)
    #expect(whole.diagnostics.map(\.code).contains(.headerMissing))
    reader.takesSections = true
    let result = reader.read(bytes: bytes, name: "x.xml")
    #expect(result.form == .sections(["listeners"]))
    #expect(result.diagnostics.map(\.code) == [.sectionsTaken])
    #expect(result.configuration?.listeners.count == 1)
    let sample = reader.read(bytes: try Self.sample(), name: "x.xml")
    #expect(sample.form == .whole)
  }
}
