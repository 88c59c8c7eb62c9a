import ApplianceConfiguration

import ConfigurationXML
import Foundation
import Support
import Testing

@testable import ConfigurationSanitizing

@Suite struct SanitizerTests {
  private static let key = SanitizingKey(text: "for these tests")
  private static let sanitizer = ConfigurationSanitizer(key: Self.key)

  private struct Finding: Hashable {
    let code: DiagnosticCode
    let severity: Diagnostic.Severity
    let line: Int?
  }

  private static func findings(_ bytes: [UInt8]) -> [Finding] {
    ConfigurationReader().read(bytes: bytes, name: "x").diagnostics.map {
      Finding(code: $0.code, severity: $0.severity, line: $0.position?.line)
    }
  }

  private static let files: [String] = {
    let root = Repository.url.path + "/fixtures/configurations"
    return ["accepted", "rejected"].flatMap { folder in
      ((try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")) ?? [])
        .filter { $0.hasSuffix(".xml") }.sorted().map { "\(root)/\(folder)/\($0)" }
    } + [Repository.url.path + "/appliance-config.xml"]
  }()

  /// Files whose text cannot be told: a copy of them would be a guess.
  private static let unreadable: Set = ["utf16-half-pair.xml", "utf16-odd.xml"]

  static let fixtures = Self.files.filter { path in
    !Self.unreadable.contains { path.hasSuffix("/" + $0) }
  }

  @Test func brokenWideTextIsRefused() throws {
    let files = Self.files.filter { !Self.fixtures.contains($0) }
    #expect(files.count == Self.unreadable.count)
    for path in files {
      let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
      #expect(Self.findings(bytes).map(\.code) == [.encodingViolated])
      #expect(throws: ConfigurationSanitizer.Refusal.encodingNotRead) {
        try Self.sanitizer.sanitized(bytes)
      }
    }
  }

  /// Names that differ in a letter or in case only: no two become one, and case does not count.
  @Test func shortNamesStayApart() throws {
    func name(_ text: String) throws -> String {
      let copy = try Self.copy("<name>\(text)</name>")
      return String(copy.split(separator: "<name>").last?.split(separator: "</").first ?? "")
    }
    let letters = "abcdefghijklmnopqrstuvwxyz".map(String.init)
    let names = letters + letters.map { "x" + $0 } + letters.map { $0 + "1" }
    let copies = try names.map(name)
    #expect(Set(copies).count == names.count)
    #expect(copies != names)
    #expect(try name("Qrs").lowercased() == name("qrS").lowercased())
  }

  /// What stands for something of the appliance stays, and the name beside it is what it is alone.
  @Test func placeholdersOfFileNamesStay() throws {
    func name(_ text: String) throws -> String {
      let copy = try Self.copy("<filename>\(text)</filename>")
      return String(copy.split(separator: "<filename>").last?.split(separator: "</").first ?? "")
    }
    let acme = try name("acme")
    #expect(acme != "acme")
    #expect(try name("$hostname") == "$hostname")
    #expect(try name("mail.$hostname") == "mail.$hostname")
    #expect(try name("acme.$hostname-$serialnumber") == "\(acme).$hostname-$serialnumber")
    #expect(try name("$serialnumber_acme") == "$serialnumber_\(acme)")
    #expect(try name("acme$hostnameacme") == "\(acme)$hostname\(acme)")
    #expect(try !name("$hostnam.acme").contains("$hostnam."))
  }

  /// What an appliance makes the name of a file of becomes what it becomes in the file.
  @Test func aFileNameSaysWhatTheFileSays() throws {
    let copy = try Self.copy("<hostname>mx1.acme.com</hostname><ip>203.0.113.9</ip>")
    func value(_ name: String) -> String {
      String(copy.split(separator: "<\(name)>").last?.split(separator: "</").first ?? "")
    }
    let serial = try #require(
      copy.split(separator: "\n").first { $0.contains("Serial Number:") }?
        .split(separator: " ").last)
    #expect(serial != "A4BADB4712A9-511AA1E")
    let name = Self.sanitizer.fileName
    #expect(name("A4BADB4712A9-511AA1E.xml") == "\(serial).xml")
    let export = name("C370-A4BADB4712A9-511AA1E-20150625T085003.xml")
    #expect(export.contains("-\(serial)-"))
    #expect(!export.contains("C370") && !export.contains("20150625"))
    #expect(name("mx1.acme.com.xml") == "\(value("hostname")).xml")
    #expect(name("203.0.113.9.XML") == "\(value("ip")).XML")
    #expect(name("backup_203.0.113.9") != "backup_203.0.113.9")
    #expect(name("backup_203.0.113.9").hasSuffix("_" + value("ip")))
    // Not of that form, and replaced all the same.
    #expect(!name("A4BADB4712A9-511AA1E9.xml").contains("A4BADB4712A9"))
    #expect(name("").isEmpty && name(".xml") == ".xml" && name("---") == "---")
  }

  /// What says how an address is used tells nothing, and stays; what it leads to is as elsewhere.
  @Test(arguments: ["mailto:", "sip:", "sips:", "MAILTO:", "smtp:", "xmpp:"])
  func schemesOfAddressesStay(_ scheme: String) throws {
    let address =
      try Self.copy("<email_address>ops@acme.com</email_address>")
      .split(separator: "<email_address>").last?.split(separator: "</").first ?? ""
    #expect(!address.isEmpty && !address.contains("acme"))
    let body = """
      <url>\(scheme)ops@acme.com</url>\
      <x>see &lt;\(scheme)ops@acme.com&gt;, or \(scheme)ops@acme.com.</x>\
      <y href="\(scheme)ops@acme.com"/><hostname>\(scheme)ops@acme.com</hostname>
      """
    let copy = try Self.copy(body)
    #expect(copy.components(separatedBy: "\(scheme)\(address)").count == 6, "\(copy)")
    let banner = try Self.copy("<banner>Ask \(scheme)ops@acme.com now</banner>")
    #expect(banner.contains("<banner>xxx \(scheme)xxx@xxxx.xxx xxx</banner>"), "\(banner)")
    // A word before a colon that is no scheme may be a user, and goes.
    let user = try Self.copy("<url>jdoe:secret@acme.com</url>")
    #expect(!user.contains("jdoe") && !user.contains("secret"))
  }

  @Test(arguments: fixtures)
  func aCopyHasTheSameFindings(_ path: String) throws {
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    for key in [Self.key, SanitizingKey(1, 2), SanitizingKey(text: "another")] {
      let copy = try ConfigurationSanitizer(key: key).sanitized(bytes)
      // Lines of the header that are not known are not in a copy.
      #expect(Self.findings(copy) == Self.findings(bytes).filter { $0.code != .headerLineUnknown })
    }
  }

  @Test(arguments: fixtures)
  func aCopyOfACopyIsOfTheSameShape(_ path: String) throws {
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    let copy = try Self.sanitizer.sanitized(bytes)
    let newlines = [bytes, copy].map { $0.count { $0 == 0x0A } }
    #expect(newlines[0] == newlines[1])
    #expect(try Self.sanitizer.sanitized(bytes) == copy)
  }

  private static func file(_ content: String) -> String {
    SampleHeader.prologue + SampleHeader.comment(with: "  Owner: Jane Doe, Acme\n") + """
      <config>
      \(content)
      </config>

      """
  }

  private static func copy(_ content: String) throws -> String {
    let bytes = try self.sanitizer.sanitized(Array(self.file(content).utf8))
    return String(decoding: bytes, as: UTF8.self)
  }

  /// What is in one place a host, a user or a folder is the same in all places.
  @Test func theSameTextIsReplacedAlikeWhereverItStands() throws {
    func text(_ name: String, in copy: String) -> [String] {
      copy.split(separator: "<\(name)>").dropFirst().map {
        String($0.split(separator: "</").first ?? "")
      }
    }
    let copy = try Self.copy(
      """
      <hostname>acmelogs</hostname><sim:tls_server_name>acmelogs</sim:tls_server_name>
      <username>acmeuser</username><sim:tls_ca_file>/home/acmeuser/ca.pem</sim:tls_ca_file>
      <sim:tls_key_file>/home/acmeuser/own.key</sim:tls_key_file>
      <directory>logs/acmeuser/</directory><group>acmegroup</group><group>Administrators</group>
      <euq_default_interface>1</euq_default_interface>
      <euq_default_interface>0</euq_default_interface>
      <ip6>2001:db8::5</ip6><dns_ip>2001:0DB8:0::5</dns_ip>
      """)
    #expect(!copy.contains("acme"))
    #expect(text("hostname", in: copy) == text("sim:tls_server_name", in: copy))
    #expect(text("ip6", in: copy) == text("dns_ip", in: copy))
    let user = text("username", in: copy)[0]
    let paths = ["sim:tls_ca_file", "sim:tls_key_file", "directory"]
      .map { text($0, in: copy)[0].split(separator: "/", omittingEmptySubsequences: false) }
    #expect(paths.map(\.count) == [4, 4, 3])
    #expect([paths[0][2], paths[1][2], paths[2][1]].allSatisfy { $0 == user })
    #expect(paths[0][1] == paths[1][1])
    #expect(text("group", in: copy)[1] == "Administrators")
    #expect(text("euq_default_interface", in: copy) == ["1", "0"])
  }

  @Test func nothingThatIdentifiesASiteIsLeft() throws {
    let copy = try Self.copy(
      """
      <hostname>mx1.acme.co.uk</hostname>
      <routes><route><route_name>acme lab</route_name><destination>203.0.113.0/27</destination>
      <gateway>203.0.113.5</gateway></route></routes><default_gateway>203.0.113.9</default_gateway>
      <ntp><ntp_server>ntp.acme.co.uk</ntp_server>
      <ntp_server_info><ntp_server_addr>203.0.113.99</ntp_server_addr></ntp_server_info></ntp>
      <hostkeys><hostkey>acme ssh-rsa</hostkey></hostkeys>
      <bounce_profiles><bounce_profile><bounce_profile_name>acme</bounce_profile_name></bounce_profile>
      </bounce_profiles>
      <listeners><listener><bounce_profile_name>acme</bounce_profile_name><hat><sender>203.0.113.0/30</sender>
      </hat><rat><rat_entry>acme.co.uk</rat_entry></rat></listener></listeners>
      <ftp_push><hostname>ftp.acme.co.uk</hostname><directory>/acme/logs</directory>
      <username>jdoe</username><passphrase>acmepw@</passphrase></ftp_push>
      <scp_push><hostname>203.0.113.8</hostname><username>jdoe</username>
      <host_key_checking>1</host_key_checking></scp_push>
      <users><user><username>jdoe</username><fullname>Jané Doe</fullname>
      <enc_password>$6$salt$acme</enc_password></user></users>
      <https_certificate><certificate>-----BEGIN CERTIFICATE-----
      QWNtZQacme==
      -----END CERTIFICATE-----</certificate><key>acme-key &amp; more</key></https_certificate>
      <banner text="call jdoe@acme.co.uk or 203.0.113.77">see intranet.acme.co.uk.</banner>
      <dns><dns_ip priority="0">203.0.113.53</dns_ip></dns>
      <ethernet><macaddr>00:1B:21:AB:CD:EF</macaddr></ethernet>
      <ip6>2a02:1234::5</ip6><serial_number>A4BADB4712A9-511AA1E</serial_number>
      <update_url>http://jdoe:acmepw@proxy.acme.co.uk:3128/x</update_url>
      <ldap><base_dn>O=Acme</base_dn></ldap>
      <!-- Jane Doe of Acme asked for it -->
      <x><![CDATA[jdoe@acme.co.uk]]>&#109;x1.acme.co.uk</x>
      <log_subscriptions><log_text><name>acme_siem</name></log_text></log_subscriptions>
      <smtp_routes><smtp_route><route_source_address>.acme.co.uk</route_source_address>
      <route_destination_address>[203.0.113.77]:2525</route_destination_address>
      </smtp_route></smtp_routes>
      """)
    let telling = [
      "acme", "Acme", "jdoe", "Jan", "Doe", "203.0.113", "A4BADB4712A9", "1B:21", "2a02", "QWNt",
      "salt", "co.uk", "pw@",
    ]
    for text in telling { #expect(!copy.contains(text), "\(text) in \(copy)") }
    for kept in [
      "$6$", "-----BEGIN CERTIFICATE-----", "<host_key_checking>1<", "Version: 8.0.1-023", "]:2525",
      "priority", ":3128/",
    ] {
      #expect(copy.contains(kept), "\(kept) in \(copy)")
    }
  }

  @Test func theSameValueGivesTheSameReplacementAlsoInAnotherFile() throws {
    func value(_ text: String, _ element: String) throws -> Substring? {
      try Self.copy("<\(element)>\(text)</\(element)>").split(separator: "<\(element)>").last?
        .split(separator: "</").first
    }
    let host = try #require(try value("mail.acme.test.org", "hostname"))
    #expect(try value("MAIL.acme.test.org", "interface_hostname") == host)
    #expect(try value("mail.acme.test.org", "unknown") == host)
    #expect(try value("acme.test.org", "hostname") == host.split(separator: ".", maxSplits: 1).last)
    #expect(try value("mail.acme.test.net", "hostname") != host)
    #expect(try value("198.51.100.10", "ip") != value("198.51.101.10", "ip"))
    #expect(try value("siem-1", "name") != value("siem-2", "name"))
  }

  /// What tells nothing and decides something stays byte for byte.
  private static let kept = [
    "<netmask>255.255.255.128</netmask>", "<netmask>0xffffff00</netmask>",
    "<netmask>128.0.0.0</netmask>",
    "<timezone>Africa/Johannesburg</timezone>", "<passphrase>*****</passphrase>",
    "<hostname></hostname>",
    "<route_destination_address>USEDNS</route_destination_address>",
    "<route_destination_address>/dev/null</route_destination_address>",
    "<route_source_address>ALL</route_source_address>", "<hostname>127.0.0.1</hostname>",
    "<name>mail_logs</name>", "<interface_name>Data 1</interface_name>",
    "<rolloversize>10m</rolloversize>",
    "<alert_class name=\"Anti-Virus\"/>", "<port>5514</port>", "<x>1.5 of 2</x>",
    "<x>&lt;&#xA;</x>", "<x>EnableSpamThresholdOfIncomingMail</x>",
    "<x>ECDHE-RSA-AES256-GCM-SHA384:HIGH</x>", "<x>/usr/share/zoneinfo2/posix</x>",
    "<x>drop() or skip_remaining_filters</x>", "<x>release 8.0.1-023</x>",
  ]

  @Test(arguments: kept)
  func otherBytesStay(_ content: String) throws {
    #expect(try Self.copy(content).contains(content))
  }

  @Test func textThatCannotBeReadIsNotCopied() {
    let wide = Array("<?xml".utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    for bytes in [wide, [0xFF, 0xFE, 0x3C], [0xFE, 0xFF, 0xD8, 0x00]] {
      #expect(throws: ConfigurationSanitizer.Refusal.self) {
        try Self.sanitizer.sanitized(bytes)
      }
    }
  }

  /// What stands within a document type's declarations was written by somebody, too.
  @Test func declarationsOfADocumentTypeSayNothing() throws {
    let text = """
      <!DOCTYPE config SYSTEM "config.dtd" [<!-- Jane's --><!ENTITY a "Acme AG"><?x acme?>
      <!ENTITY b "see &a; at mx.acme.com"><!ELEMENT c (#PCDATA)>]><config>&a;</config>
      """
    let copy = String(decoding: try Self.sanitizer.sanitized(Array(text.utf8)), as: UTF8.self)
    #expect(!copy.lowercased().contains("acme") && !copy.contains("Jane"), "\(copy)")
    for kept in ["<!ENTITY a \"xxxx xx\">", "&a; at h", "<!ELEMENT c (#PCDATA)>", "config.dtd"] {
      #expect(copy.contains(kept), "\(copy)")
    }
  }

  /// XML has no text outside of the root element, a broken file may.
  @Test func textOutsideOfElementsIsSanitizedAndListed() throws {
    let text = "\u{FEFF}Jane at mx.acme.com\n<config><a/></config>\nroot@acme.com, \n"
    let copy = try Self.sanitizer.copy(of: Array(text.utf8))
    let words = String(decoding: copy.bytes, as: UTF8.self)
    #expect(!words.contains("acme") && words.contains("Jane at"), "\(words)")
    #expect(copy.kept.map(\.path) == [KeptText.outside])
    #expect(copy.kept.first?.count == 1)
    #expect(copy.kept.first?.example.hasPrefix("Jane at h") == true)
    let plain = try Self.sanitizer.copy(of: Array("\u{FEFF}<config><a/></config>\n".utf8))
    #expect(plain.kept.isEmpty)
  }

  /// Users in the forms that systems write them in, and what only looks like one.
  private static let users: [(String, [String], String)] = [
    (#"CORP\jdoe"#, ["CORP", "jdoe"], #"\"#), (#"corp.acme.com\j.doe."#, ["acme", "doe"], "."),
    (#"CORP\\svc-mail$ "#, ["CORP", "svc"], #"\\"#), (#"CORP\100234"#, ["CORP", "100234"], #"\"#),
    ("jdoe:S3cr3t!@db1", ["jdoe", "S3cr3t", "db1"], "@h"),
    ("jdoe:a/b=c@mail.acme.com:25/x", ["jdoe", "a/b", "acme"], ":25/x"),
    (#"C:\Users\Jane Doe\x"#, ["Jane", "Doe"], #"C:\Users\"#),
    (#"c:\Documents and Settings\jdoe"#, ["jdoe"], #"c:\Documents and Settings\"#),
    ("C:/Users/jdoe/", ["jdoe"], "C:/Users/"), ("/export/home/jdoe", ["jdoe"], "/export/home/"),
    ("see /home/jdoe.", ["jdoe"], "see /home/"), ("~jdoe/bin", ["jdoe"], "/bin"),
  ]

  @Test(arguments: users)
  func usersAreReplaced(_ text: String, _ needles: [String], _ kept: String) throws {
    let file = Array("<config><zz>\(text)</zz></config>".utf8)
    let copy = String(decoding: try Self.sanitizer.sanitized(file), as: UTF8.self)
    for needle in needles { #expect(!copy.contains(needle), "\(copy)") }
    #expect(copy.contains(kept), "\(copy)")
  }

  @Test(arguments: [
    #"\d+\w{2}"#, #"x\d"#, "a:b", "12:30", "/homeless/a", "~ 5/6", #"a\b"#,
  ])
  func whatOnlyLooksLikeAUserStays(_ text: String) throws {
    let file = Array("<config><zz>\(text)</zz></config>".utf8)
    let copy = String(decoding: try Self.sanitizer.sanitized(file), as: UTF8.self)
    #expect(copy.contains("<zz>\(text)</zz>"), "\(copy)")
  }

  /// A long word with many marks is looked over in bounded pieces.
  @Test func aLongTextOfMarksIsCopied() throws {
    for part in ["a!", "/", #"\"#, "~a", "a:a!", "/home/"] {
      let text = String(repeating: part, count: 100_000)
      let file = Array("<config><zz>\(text)</zz></config>".utf8)
      let copy = try Self.sanitizer.sanitized(file)
      #expect(copy.count == file.count)
    }
  }

  @Test func wideTextIsCopiedWide() throws {
    let text = "\u{FEFF}<config><hostname>mail.acme.com</hostname></config>"
    for isLittle in [true, false] {
      let bytes = text.utf16.flatMap { unit in
        isLittle ? [UInt8(unit & 0xFF), UInt8(unit >> 8)] : [UInt8(unit >> 8), UInt8(unit & 0xFF)]
      }
      let copy = try Self.sanitizer.sanitized(bytes)
      let found = String(
        data: Data(copy), encoding: isLittle ? .utf16LittleEndian : .utf16BigEndian)
      #expect(found?.contains("<hostname>h") == true)
      #expect(found?.contains("acme") == false)
    }
  }

  /// Whatever the bytes are, it ends and does not trap.
  @Test func anyBytesCanBeCopied() throws {
    let bytes = Array(Self.file("<a b='c&#x41;'>&lt;<!-- x --><![CDATA[y]]></a>").utf8)
    for end in bytes.indices { _ = try Self.sanitizer.sanitized(Array(bytes[..<end])) }
    for index in bytes.indices.dropFirst(4) {
      for byte: UInt8 in [0, 0x26, 0x3C, 0x3E, 0x22, 0xFF] {
        var changed = bytes
        changed[index] = byte
        _ = try Self.sanitizer.sanitized(changed)
      }
    }
  }
}

@Suite struct SanitizingKeyTests {
  /// The vector of the paper's appendix A: key 00 to 0f, message 00 to 0e.
  @Test func hashIsSipHash() {
    let key = SanitizingKey(0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908)
    #expect(key.hash(Array(0..<15)) == 0xA129_CA61_49BE_45E5)
  }
}
