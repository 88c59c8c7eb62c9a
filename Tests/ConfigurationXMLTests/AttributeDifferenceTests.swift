import ApplianceConfiguration
import Foundation
import Support
import Testing

@testable import ConfigurationXML

/// An attribute that is not known is part of the difference wherever it stands.
@Suite struct AttributeDifferenceTests {
  private static let files = [
    "appliance-config.xml", "accepted/access-elements.xml", "accepted/access-text.xml",
    "accepted/network.xml", "accepted/transfers.xml", "accepted/push-full.xml",
    "accepted/smtp-routes.xml", "accepted/unknown-deep.xml", "accepted/alert-names.xml",
    "accepted/delivery-settings.xml", "accepted/certificates.xml", "rejected/cluster.xml",
  ]

  /// Texts with the attribute at one start tag each, a snowman for its value: the first tag of each
  /// name in each parent.
  private static func variants(of text: String) -> [(tag: String, text: String)] {
    var variants: [(String, String)] = []
    var open: [String] = []
    var seen: Set<String> = []
    let body = text.range(of: "<config")?.lowerBound ?? text.startIndex
    for match in text[body...].matches(of: /<(\/?)([A-Za-z_:]+)[^>]*?(\/?)>/) {
      let name = String(match.2)
      guard match.1.isEmpty else {
        open.removeLast()
        continue
      }
      let path = open.joined(separator: "/") + "/" + name
      if seen.insert(path).inserted {
        var variant = text
        variant.insert(contentsOf: " zz=\"\u{2603}\"", at: match.2.endIndex)
        variants.append((path, variant))
      }
      if match.3.isEmpty { open.append(name) }
    }
    return variants
  }

  private static func read(_ text: String) -> ReadResult {
    var reader = ConfigurationReader(mode: .lenient)
    reader.takesLevels = true
    return reader.read(bytes: Array(text.utf8), name: "a.xml")
  }

  private static func changes(_ first: String, _ second: String) throws -> [ConfigurationChange] {
    let results = [self.read(first), self.read(second)]
    if let before = results[0].levels, let after = results[1].levels {
      return ConfigurationDifference.changes(from: before, to: after)
    }
    return ConfigurationDifference.changes(
      from: try #require(results[0].configuration), to: try #require(results[1].configuration))
  }

  @Test(arguments: files)
  func itIsToldWhereverItStands(_ file: String) throws {
    let path = file.contains("/") ? "fixtures/configurations/\(file)" : file
    let data = try Data(contentsOf: URL(fileURLWithPath: Repository.root + "/" + path))
    // Each byte of Latin-1 here is ASCII but in comments.
    let text = String(decoding: data, as: UTF8.self)
    let variants = Self.variants(of: text)
    #expect(variants.count > 10)
    let step = Thoroughness.cases(few: 5, many: 1)
    for (tag, variant) in stride(from: 0, to: variants.count, by: step).map({ variants[$0] }) {
      let (one, two) = (
        variant.replacing("\u{2603}", with: "1"), variant.replacing("\u{2603}", with: "2")
      )
      let changed = try Self.changes(one, two)
      // Of access tables what is not understood is one text.
      #expect(
        !changed.isEmpty && changed.allSatisfy { $0.text.contains("zz") },
        "\(tag): \(changed.map(\.text))")
      #expect(try !Self.changes(text, one).isEmpty, "\(tag)")
      #expect(try Self.changes(one, one).isEmpty, "\(tag)")
    }
  }

  /// An element is called by its name or its text; white space between its children is neither.
  @Test(arguments: files)
  func noElementIsCalledByWhiteSpace(_ file: String) throws {
    let path = file.contains("/") ? "fixtures/configurations/\(file)" : file
    let data = try Data(contentsOf: URL(fileURLWithPath: Repository.root + "/" + path))
    // Each child on a line of its own, so that there is white space in each container.
    let text = String(decoding: data, as: UTF8.self)
    let body = text.range(of: "<config")?.lowerBound ?? text.startIndex
    let laidOut = text[..<body] + text[body...].replacing("><", with: ">\n    <")
    for (tag, variant) in Self.variants(of: String(laidOut)) {
      let changes = try Self.changes(
        variant.replacing("\u{2603}", with: "1"), variant.replacing("\u{2603}", with: "2"))
      #expect(
        changes.allSatisfy { !$0.subject.contains("\\n") && !$0.subject.contains("  ") },
        "\(tag): \(changes.map(\.text))")
    }
  }

  @Test func aContainerIsCalledByItsName() throws {
    let texts = ["1", "2"].map { value in
      SampleHeader.text + """
        <config v="\(value)">
          <hostname>mail.example.com</hostname>
          <interfaces v="\(value)">
            <interface v="\(value)">
              <interface_name>
                Management
              </interface_name>
            </interface>
          </interfaces>
        </config>
        """
    }
    #expect(
      try Self.changes(texts[0], texts[1]).map(\.text) == [
        "attribute config v changed from 1 to 2", "attribute interfaces v changed from 1 to 2",
        "attribute interface Management v changed from 1 to 2",
      ])
  }

  @Test func aSecretBesideItIsNotShown() throws {
    let texts = ["1", "2"].map { value in
      SampleHeader.text + """
        <config><hostname>mail.example.com</hostname><users><user><username>a</username>\
        <enc_password kind="\(value)" token="t\(value)">swordfish</enc_password></user></users>\
        </config>
        """
    }
    let changes = try Self.changes(texts[0], texts[1]).map(\.text)
    #expect(
      changes == [
        "attribute enc_password kind changed from (set) to (set)",
        "attribute enc_password token changed from (set) to (set)",
      ])
  }
}

@Suite struct ClusterDifferenceTests {
  private static func levels(_ edit: (String) -> String = { $0 }) throws -> [ConfigurationLevel] {
    let path = "\(Repository.root)/fixtures/configurations/rejected/cluster.xml"
    let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    var reader = ConfigurationReader(mode: .lenient)
    reader.takesLevels = true
    return try #require(reader.read(bytes: Array(edit(text).utf8), name: "").levels)
  }

  private static let edits: [(String, String, [String])] = [
    (
      "<hostname>esa2.example.com", "<hostname>mx2.example.com",
      ["machine esa2: hostname changed from esa2.example.com to mx2.example.com"]
    ),
    (
      "<timezone>Africa/Johannesburg", "<timezone>Africa/Lagos",
      ["cluster: time zone changed from Africa/Johannesburg to Africa/Lagos"]
    ),
    (
      "<timezone>Europe/London", "<timezone>Europe/Berlin",
      ["group Main: time zone changed from Europe/London to Europe/Berlin"]
    ),
    ("<timezone>Etc/GMT", "<timezone>Etc/UTC", ["time zone changed from Etc/GMT to Etc/UTC"]),
    ("<cluster_name>lab", "<cluster_name>site", ["cluster: name changed from lab to site"]),
    (#"<group name="Spare"></group>"#, "", ["group Spare removed"]),
    (
      #"<machine name="esa1">"#, #"<machine name="esa3">"#,
      ["machine esa1 removed", "machine esa3 added"]
    ),
    // It holds the default, but hid what the cluster sets.
    (
      "<log_message_id>1</log_message_id></machine>", "</machine>",
      [
        "machine esa2: section log_message_id removed",
        "machine esa2: logs: message id changed from yes to no",
      ]
    ),
  ]

  /// What a level says once more changes nothing: one line, for each kind of section.
  @Test(
    arguments: [
      "<timezone>Africa/Johannesburg</timezone>", "<autosupport_enabled>1</autosupport_enabled>",
      "<log_message_id>0</log_message_id>", "<log_orig_subj>0</log_orig_subj>",
      "<log_remote_response>0</log_remote_response>",
      "<log_system_measurements_frequency>30</log_system_measurements_frequency>",
      "<log_headers><log_header>X-A</log_header></log_headers>",
      "<alert_initial_debounce_interval>17</alert_initial_debounce_interval>",
      "<alert_maximum_debounce_interval>7000</alert_maximum_debounce_interval>",
      """
      <alert_email_config><alert_from_email_address>a@example.com</alert_from_email_address>\
      <alert_class name="system"><alert_severity name="critical"><email_address>b@example.com\
      </email_address></alert_severity></alert_class></alert_email_config>
      """,
      """
      <interfaces><interface><interface_name>A</interface_name><ip>192.0.2.1</ip>\
      <netmask>255.255.255.0</netmask></interface></interfaces>
      """,
      """
      <smtp_routes><smtp_route><route_source_address>ALL</route_source_address>\
      <route_destination_address>r.example.com</route_destination_address></smtp_route>\
      </smtp_routes>
      """,
      """
      <log_subscriptions><log_text><name>m</name><module>mail</module><retrieval><syslog_push>\
      <hostname>192.0.2.9</hostname></syslog_push></retrieval></log_text><extra/>\
      </log_subscriptions>
      """,
      "<users><user><username>a</username></user></users>", "<users></users>",
      "<dns><local_dns><dns_ip>192.0.2.3</dns_ip></local_dns><alt_dns>x</alt_dns></dns>",
      "<dns_interface>A</dns_interface>", "<default_gateway>192.0.2.254</default_gateway>",
      "<ports><port_interface><port_name>Data 1</port_name></port_interface></ports>",
      """
      <routes><route><route_name>r</route_name><destination>192.0.2.0/24</destination>\
      <gateway>192.0.2.254</gateway></route></routes>
      """,
      """
      <bounce_profiles><bounce_profile><bounce_profile_name>p</bounce_profile_name>\
      </bounce_profile></bounce_profiles>
      """,
    ])
  func whatALevelAboveSaysTooIsOneLine(_ section: String) throws {
    func levels(_ machine: String) throws -> [ConfigurationLevel] {
      let text = """
        <?xml version="1.0"?><!DOCTYPE config SYSTEM "config.dtd"><config>
        <cluster name="lab">\(section)<group name="Main"></group>
        <machine name="esa1" group="Main"><hostname>a.example.com</hostname>\(machine)</machine>
        </cluster></config>
        """
      var reader = ConfigurationReader(mode: .lenient)
      reader.takesLevels = true
      return try #require(reader.read(bytes: Array(text.utf8), name: "").levels)
    }
    let name = section.dropFirst().prefix { $0 != ">" }
    let (without, with) = (try levels(""), try levels(section))
    #expect(
      ConfigurationDifference.changes(from: without, to: with).map(\.text)
        == ["machine esa1: section \(name) added, the same as in the cluster"])
    #expect(
      ConfigurationDifference.changes(from: with, to: without).map(\.text)
        == ["machine esa1: section \(name) removed, the same as in the cluster"])
  }

  /// What is in effect before is what the level above says, not a default.
  @Test func whatALevelAboveSaysIsComparedWith() throws {
    let added = try Self.levels {
      $0.replacing(
        "<log_message_id>1</log_message_id></machine>",
        with: "<log_message_id>1</log_message_id><timezone>Africa/Lagos</timezone></machine>")
    }
    let texts = ConfigurationDifference.changes(from: try Self.levels(), to: added).map(\.text)
    #expect(texts.first == "machine esa2: section timezone added")
    #expect(texts.count == 2)
    #expect(texts.last?.contains("time zone changed from ") == true)
    #expect(texts.last?.contains("Etc/GMT") == false, "\(texts)")
  }

  @Test(arguments: edits)
  func eachLevelIsComparedWithTheOneOfItsName(
    _ before: String, _ after: String, _ expected: [String]
  ) throws {
    let (first, second) = (
      try Self.levels(), try Self.levels { $0.replacing(before, with: after) }
    )
    #expect(ConfigurationDifference.changes(from: first, to: first) == [])
    #expect(ConfigurationDifference.changes(from: first, to: second).map(\.text) == expected)
  }

  @Test func theOrderOfMachinesDoesNotCount() throws {
    let first = try Self.levels()
    #expect(ConfigurationDifference.changes(from: first, to: first.reversed()) == [])
  }
}
