import ApplianceConfiguration
import ConfigurationXML
import Foundation
import Reports
import Support
import Testing

/// What must be there and is not is missing: what stands in for it inside is shown nowhere, and two
/// files that lack the same are the same.
@Suite struct MissingValuesTests {
  private static func read(_ content: String, mode: ReadingMode = .lenient) -> ReadResult {
    var reader = ConfigurationReader(mode: mode)
    reader.takesSections = true
    return reader.read(
      bytes: Array((SampleHeader.text + "<config>\(content)</config>").utf8), name: "x.xml")
  }

  /// Lists whose items each lack what they must have.
  private static let lists: [(around: String, bare: String, named: String)] = [
    (
      "routes", "<route><destination>192.0.2.0/24</destination></route>",
      "<route><route_name>n</route_name></route>"
    ),
    (
      "interfaces", "<interface><ip>192.0.2.1</ip></interface>",
      "<interface><interface_name>n</interface_name></interface>"
    ),
    ("ports", "<port_interface></port_interface>", "<port_interface></port_interface>"),
    ("users", "<user></user>", "<user><username>n</username></user>"),
    (
      "listeners", "<listener><type>public</type></listener>",
      "<listener><listener_name>n</listener_name></listener>"
    ),
    (
      "smtp_routes",
      "<smtp_route><route_destination_address>a.example.com</route_destination_address>"
        + "</smtp_route>",
      "<smtp_route><route_source_address>n</route_source_address></smtp_route>"
    ),
    (
      "log_subscriptions",
      "<log_text><module>mail</module><retrieval><syslog_push></syslog_push></retrieval>"
        + "</log_text>",
      "<log_text><name>n</name><module>mail</module><retrieval><ftp_poll></ftp_poll></retrieval>"
        + "</log_text>"
    ),
    (
      "bounce_profiles", "<bounce_profile></bounce_profile>",
      "<bounce_profile><bounce_profile_name>n</bounce_profile_name></bounce_profile>"
    ),
  ]

  @Test(arguments: lists)
  func noStandInIsShown(_ list: (around: String, bare: String, named: String)) throws {
    func file(_ items: String) -> String { "<\(list.around)>\(items)</\(list.around)>" }
    let before = Self.read(file(list.bare))
    // One more before it moves its number.
    let after = Self.read(file(list.named + list.bare))
    let first = try #require(before.configuration, "\(before.descriptions)")
    let second = try #require(after.configuration, "\(after.descriptions)")
    let changes = ConfigurationDifference.changes(from: first, to: second)
    #expect(!changes.contains { $0.text.contains("missing-") }, "\(changes.map(\.text))")
    #expect(changes.allSatisfy { $0.kind == .added }, "\(changes.map(\.text))")
    for configuration in [first, second] {
      let text = ConfigurationText.lines(configuration).joined(separator: "\n")
      #expect(!text.contains("missing-"), "\(text)")
      let json = String(decoding: try ConfigurationDocument.json(configuration), as: UTF8.self)
      #expect(!json.contains("missing-"), "\(json)")
    }
    // A reading that assumes a stand-in says so, and a check assumes none.
    let strict = Self.read(file(list.named + list.bare), mode: .strict).descriptions
    #expect(!strict.contains { $0.contains("missing-") }, "\(strict)")
  }

  @Test func whoRefersToOneWithoutANameIsNotTold() {
    let result = Self.read(
      "<interfaces><interface><ip>192.0.2.1</ip></interface></interfaces><listeners><listener>"
        + "<listener_name>L</listener_name><interface_name>M</interface_name><type>public</type>"
        + "</listener></listeners>", mode: .strict)
    #expect(!result.diagnostics.contains { $0.code == .interfaceUnknown })
    #expect(result.diagnostics.contains { $0.code == .elementMissing })
  }
}

/// No two lines of a check are the same: each finding says which of several it is about.
@Suite struct RepeatedFindingTests {
  @Test(arguments: FixtureTests.accepted + FixtureTests.rejected, [ReadingMode.strict, .lenient])
  func noLineIsPrintedTwice(_ fixture: FixtureTests.Fixture, _ mode: ReadingMode) throws {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: fixture.path + ".xml"))
    var reader = ConfigurationReader(mode: mode)
    reader.readCertificates = { _ in Array(repeating: .notUnderstood("no DER"), count: 3) }
    let lines = reader.read(bytes: Array(bytes), name: "x.xml").descriptions
    var seen: Set<String> = []
    #expect(lines.filter { !seen.insert($0).inserted } == [])
  }
}
