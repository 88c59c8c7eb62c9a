import ApplianceConfiguration
import ConfigurationXML
import Simulation
import Support
import Testing

@testable import ConfigurationSanitizing

/// Host and recipient access tables, as text and as elements.
@Suite struct AccessTableSanitizingTests {
  private static let sanitizer = ConfigurationSanitizer(key: SanitizingKey(text: "for these tests"))

  private static func copy(_ content: String) throws -> String {
    let bytes = try self.sanitizer.sanitized(Array("<config>\(content)</config>".utf8))
    return String(decoding: bytes.dropFirst(8).dropLast(9), as: UTF8.self)
  }

  /// What a value is replaced by outside of access tables.
  private static func value(_ text: String, _ element: String) throws -> String {
    String(
      try self.copy("<\(element)>\(text)</\(element)>").dropFirst(element.utf8.count + 2)
        .dropLast(element.utf8.count + 3))
  }

  private static func sender(_ text: String) throws -> String {
    let asElement = try self.copy("<hat><sender>\(text)</sender></hat>").dropFirst(13).dropLast(15)
    let asText = try self.copy("<hat>A:\n\(text)\nRELAY {}</hat>")
    let lines = asText.split(separator: "\n")
    #expect(lines.count == 3 && lines[2] == "RELAY {}</hat>")
    #expect(lines.dropFirst().first == asElement)
    return String(asElement)
  }

  @Test func addressesAreWhatTheyAreElsewhere() throws {
    let address = try Self.value("192.0.2.10", "ip")
    let parts = address.split(separator: ".")
    let network = parts.dropLast().joined(separator: ".")
    #expect(try Self.sender("192.0.2.10") == address)
    #expect(try Self.sender("192.0.2.10-20") == address + "-20")
    #expect(try Self.sender("192.0.2.10-192.0.2.20") == "\(address)-\(network).20")
    #expect(try Self.sender("192.0.2.") == network + ".")
    #expect(try Self.sender("192.0.2") == network)
    #expect(try Self.sender("192.0.") == "10.\(parts[1]).")
    #expect(try Self.sender("192.0.0.0/16").hasPrefix("10.\(parts[1])."))
    #expect(try Self.sender("192.") == "10.")
    #expect(try Self.value("203.0.113.1-9", "x") == Self.value("203.0.113.1", "ip") + "-9")
    let second = try Self.value("2a02:1::1", "ip6")
    #expect(try Self.sender("2a02:1::1/64") == second + "/64")
    #expect(try Self.sender("2a02:1::1-2a02:1::1") == second + "-" + second)
    let prefix = try Self.sender("2a02:1234:")
    #expect(!prefix.contains("2a02") && !prefix.contains("1234") && prefix.utf8.count == 10)
    for kept in ["127.0.0.1", "127.0.", "ALL", "sbrs[-10.0:-3.0]", "sbrs[none]"] {
      #expect(try Self.sender(kept) == kept)
    }
  }

  /// A network holds the same hosts as before, and the networks of a /16 stay apart.
  @Test func networksStayNetworks() throws {
    func bits(_ text: String) throws -> [UInt32] {
      try Self.value(text, "ip").split(separator: ".").compactMap { UInt32($0) }
    }
    let base = try bits("172.16.32.0")
    var networks: Set<[UInt32]> = []
    for third in 0..<256 {
      let other = try bits("172.16.\(third).0")
      #expect(other[1] == base[1])
      #expect((other[2] >> 4 == base[2] >> 4) == (third >> 4 == 32 >> 4))
      networks.insert(other)
    }
    #expect(networks.count == 256)
  }

  @Test func hostsAreWhatTheyAreElsewhere() throws {
    let host = try Self.value("acme.test.org", "hostname")
    #expect(try Self.sender("acme.test.org") == host)
    #expect(try Self.sender(".acme.test.org") == "." + host)
    #expect(try Self.sender("dnslist[acme.test.org]") == "dnslist[\(host)]")
    #expect(try Self.value("a@acme.test.org", "email_address").hasSuffix("@" + host))
    #expect(
      try Self.copy("<rat>acme.test.org ACCEPT\n@acme.test.org REJECT\nALL REJECT</rat>")
        == "<rat>\(host) ACCEPT\n@\(host) REJECT\nALL REJECT</rat>")
    let user = try Self.value("jane@acme.test.org", "email_address")
    #expect(
      try Self.copy("<rat><rat_entry address=\"jane@acme.test.org\" access=\"REJECT\"/></rat>")
        == "<rat><rat_entry address=\"\(user)\" access=\"REJECT\"/></rat>")
    #expect(
      try Self.copy("<rat><rat_entry>jane@acme.test.org, ALL</rat_entry></rat>")
        == "<rat><rat_entry>\(user), ALL</rat_entry></rat>")
  }

  @Test func aNameIsTheSameWhereverItStands() throws {
    let copy = try Self.copy(
      """
      <hat><mail_flow_policy name="ACME"><access>ACCEPT</access></mail_flow_policy>
      <sender_group name="ACME"><policy_name>$ACME</policy_name></sender_group>
      <sender_group><name>ACME</name><mail_flow_policy_name>ACME</mail_flow_policy_name>
      <comment>Jane of Acme</comment></sender_group></hat>
      <hat>$ACME
      ACCEPT {}
      ACME:
      $ACME (Jane of Acme)
      # Jane
      </hat>
      """)
    let names = copy.matches(of: /[A-Z]{4}/).map { String($0.output) }.filter { $0 != "ACCE" }
    #expect(Set(names).count == 1)
    #expect(names.count == 8)
    #expect(!copy.contains("ACME") && !copy.contains("Jane") && !copy.contains("Acme"))
    #expect(copy.contains("(xxxx xx xxxx)") && copy.contains("# xxxx"))
    #expect(copy.contains("<comment>xxxx xx xxxx</comment>"))
  }

  @Test func parametersOfPoliciesTellNothing() throws {
    let text = try Self.copy(
      """
      <hat>$THROTTLED
      ACCEPT {
        tls = "preferred", max_rcpts_per_host = 10
        smtp_banner_text = "Acme says no"; relay = mx.acme.co.uk
        smtp_password = hunter2
      }</hat>
      """)
    #expect(text.contains("$THROTTLED\nACCEPT {\n  tls = \"preferred\", max_rcpts_per_host = 10\n"))
    #expect(text.contains("smtp_banner_text = \"xxxx xxxx xx\"; relay = h"))
    #expect(text.contains("  smtp_password = ") && !text.contains("hunter2"))
    #expect(!text.contains("acme"))
    let elements = try Self.copy(
      """
      <hat><mail_flow_policy><parameters><tls>off</tls><parameter name="smtp_banner_text">Acme \
      says no</parameter><smtp_password>hunter2</smtp_password></parameters></mail_flow_policy></hat>
      """)
    #expect(elements.contains("<tls>off</tls><parameter name=\"smtp_banner_text\">xxxx xxxx xx<"))
    #expect(!elements.contains("hunter2"))
  }

  /// A word of a recipient's line that is no behaviour stays one that is none.
  @Test func unknownBehavioursStayUnknown() throws {
    let copy = try Self.copy("<rat>acme.com MAYBE\nMAYBE REJECT</rat>")
    #expect(
      copy.wholeMatch(of: /<rat>h\w+\.example [A-Z]{5}\nh\w+ REJECT<\/rat>/) != nil, "\(copy)")
  }

  /// Words of an access table in any order, right and wrong.
  private static let words = [
    "$A", "$", "A:", "BB:", "a.b:", "ALL", "all", "ACCEPT", "REJECT", "RELAY", "accept", "FOO",
    "BAR",
    "(x y)", "(", ")", "{", "}", "=", "{ tls = \"a b\" }", "\"a b", "1.2.3.4-9", "1.2.", "a.com",
    ".a.com", "u@a.com", "u@", "[a", "dnslist[a.com]", "sbrs[1:2]", "# c", "\n", "\n", "\n", ",",
    ";",
    "2a02::1", "2a02:1:", "&lt;", "&#252;", "\u{E9}", "-", "$hostname", "hostname:", "300.1.2.3",
  ]

  @Test func anyTableHasTheSameFindings() throws {
    var generator = SeededGenerator(seed: 8)
    func text() -> String {
      (0...generator.uniform(below: 12)).map { _ in
        Self.words[Int(generator.uniform(below: UInt64(Self.words.count)))]
          + ["", " ", "\n"][Int(generator.uniform(below: 3))]
      }.joined()
    }
    func findings(_ bytes: [UInt8]) -> [String] {
      ConfigurationReader().read(bytes: bytes, name: "x").diagnostics
        .map { "\($0.code) \($0.path) \($0.position?.line ?? 0)" }
    }
    var differing: [String] = []
    for _ in 0..<Thoroughness.cases(few: 600, many: 20_000) {
      let content = """
        <?xml version="1.0" encoding="UTF-8"?>
        <!DOCTYPE config SYSTEM "config.dtd">
        <config><hostname>a.example.com</hostname><listeners><listener>
        <listener_name>L</listener_name><type>public</type>
        <hat>\(text())</hat><rat>\(text())</rat></listener></listeners></config>
        """
      let bytes = Array(content.utf8)
      let copy = try Self.sanitizer.sanitized(bytes)
      if findings(bytes) != findings(copy) {
        differing.append(content + String(decoding: copy, as: UTF8.self))
      }
    }
    #expect(differing.count == 0, "\(differing.prefix(3).joined(separator: "\n====\n"))")
  }
}
