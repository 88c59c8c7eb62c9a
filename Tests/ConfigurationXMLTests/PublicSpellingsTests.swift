import ApplianceConfiguration
import ConfigurationXML
import Foundation
import Support
import Testing

/// Names and shapes that public exports, the vendor's viewer and public tools show.
@Suite struct PublicSpellingsTests {
  private static let prologue = SampleHeader.text
  private static let log =
    "<log_status><name>s</name><retrieval><ftp_poll><filename>s</filename></ftp_poll></retrieval>"
    + "</log_status>"

  private func read(
    _ content: String, root: String = "config", attributes: String = "",
    mode: ReadingMode = .strict, machine: String? = nil
  ) -> ReadResult {
    var reader = ConfigurationReader(mode: mode)
    reader.machine = machine
    let text = Self.prologue + "<\(root)\(attributes)>\(content)</\(root)>"
    return reader.read(bytes: Array(text.utf8), name: "x.xml")
  }

  /// With what every file needs.
  private func whole(_ content: String, attributes: String = "") -> ReadResult {
    self.read(
      "<hostname>a.example.com</hostname><timezone>Etc/GMT</timezone>\(content)"
        + "<log_subscriptions>\(Self.log)</log_subscriptions>"
        + "<autosupport_enabled>1</autosupport_enabled>", attributes: attributes)
  }

  private func codes(_ result: ReadResult) -> [DiagnosticCode] { result.diagnostics.map(\.code) }

  private func listener(_ content: String) -> String {
    "<interfaces><interface><interface_name>M</interface_name></interface></interfaces><listeners>"
      + "<listener><listener_name>I</listener_name><interface_name>M</interface_name>"
      + "<type>public</type>\(content)</listener></listeners>"
  }

  @Test func anEntryOfARecipientTableMayHaveSeveralAddresses() throws {
    let result = self.whole(
      self.listener(
        "<rat><rat_entry><rat_address>example.com</rat_address><rat_address>.example.com"
          + "</rat_address><access>ACCEPT</access><rat_params><smtp_response_code>250"
          + "</smtp_response_code><bypass_ldap_accept>1</bypass_ldap_accept></rat_params>"
          + "</rat_entry>"
          + "<rat_entry><rat_address>ALL</rat_address><access>REJECT</access></rat_entry></rat>"))
    #expect(self.codes(result) == [])
    let table = try #require(result.configuration?.listeners[0].recipientAccess)
    #expect(table.entries.map(\.recipient.value) == ["example.com", ".example.com", "ALL"])
    #expect(table.entries.map { $0.rule.behaviour?.value } == [.accept, .accept, .reject])
    #expect(
      table.entries[1].rule.parameters.map(\.name) == ["smtp_response_code", "bypass_ldap_accept"])
  }

  @Test func aListenerNamesItsBounceProfile() throws {
    let result = self.whole(
      "<bounce_profiles><bounce_profile><bounce_profile_name>Slow</bounce_profile_name>"
        + "</bounce_profile></bounce_profiles>"
        + self.listener("<bounce_profile_name>Slwo</bounce_profile_name>"))
    #expect(self.codes(result) == [.bounceProfileUnknown])
    #expect(result.diagnostics[0].hint == "Slow")
  }

  private static let ofListeners = [
    "protocol", "port", "listen_queue_size", "default_domain", "max_concurrency",
    "SenderBase_timeout", "hat_default_smtp_banner_text", "hat_default_max_rcpts",
    "smtpauth_profile",
    "domain_map_table", "listener_ldap", "enable_received_header", "clean_smtp",
  ]
  private static let ofTheTop = [
    "system_state", "sshd", "ldap", "ldap_certificate", "ssl", "global_unsubscribe", "base_url",
    "proxy_server",
  ]

  @Test func theVocabularyOfTheViewerIsNoFinding() throws {
    let inListener = Self.ofListeners.map { "<\($0)>1</\($0)>" }.joined()
    let atTop = Self.ofTheTop.map { "<\($0)><a>1</a></\($0)>" }.joined()
    let result = self.whole(
      atTop + self.listener(inListener)
        + "<dns><alt_dns>1</alt_dns><dnslist>2</dnslist></dns>")
    #expect(self.codes(result) == [])
    let configuration = try #require(result.configuration)
    #expect(configuration.kept.map(\.name) == Self.ofTheTop)
    #expect(configuration.listeners[0].kept.map(\.name) == Self.ofListeners)
    let https = self.whole(
      "<interfaces><interface><interface_name>M</interface_name>"
        + "<euq_https_redirect>1</euq_https_redirect></interface></interfaces>")
    #expect(self.codes(https) == [])
  }

  private static let destinations: [(String, SMTPRoute.Destination?, [DiagnosticCode])] = [
    ("h.example.com", .host("h.example.com", port: 25), []),
    ("[h.example.com]", .hostByAddress("h.example.com", port: 25), []),
    ("[h.example.com]:2525", .hostByAddress("h.example.com", port: 2525), []),
    ("2001:db8::1", .host("2001:db8::1", port: 25), []),
    ("[2001:db8::1]:26", .host("2001:db8::1", port: 26), []),
    ("[IPv6:2001:db8::1]", .host("2001:db8::1", port: 25), []),
    ("[192.0.2.1]", .host("192.0.2.1", port: 25), []),
    ("mail_gw.example.com:26", .host("mail_gw.example.com", port: 26), [.hostnameDoubtful]),
    ("mail.example.com.", .host("mail.example.com.", port: 25), [.hostnameDoubtful]),
    ("h:0", nil, [.routeDestinationInvalid]), ("[h", nil, [.routeDestinationInvalid]),
    ("[]", nil, [.routeDestinationInvalid]), ("[[h]]", nil, [.routeDestinationInvalid]),
    ("a b", nil, [.routeDestinationInvalid]), ("[h]25", nil, [.routeDestinationInvalid]),
  ]

  @Test(arguments: destinations)
  func destinationsOfRoutes(
    _ text: String, _ destination: SMTPRoute.Destination?, _ codes: [DiagnosticCode]
  ) throws {
    let result = self.whole(
      "<smtp_routes><smtp_route><route_source_address>[2001:db8::5]</route_source_address>"
        + "<route_destination_address>\(text)</route_destination_address></smtp_route>"
        + "</smtp_routes>"
    )
    #expect(self.codes(result) == codes)
    let configuration = try #require(result.configuration)
    let read = configuration.smtpRoutes[0].destinations[0]
    #expect(read.isUnderstood ? read.value == destination : destination == nil)
    let export = ConfigurationExport.canonical(configuration)
    let again = ConfigurationReader().read(bytes: export, name: "x.xml").configuration
    #expect(again?.smtpRoutes[0].destinations[0].value == read.value)
  }

  // MARK: Clusters

  private static let levels =
    "<cluster><cluster_name>Main</cluster_name><config><hostname>main.example.com</hostname>"
    + "<timezone>Etc/GMT</timezone><log_subscriptions>\(log)</log_subscriptions>"
    + "<autosupport_enabled>1</autosupport_enabled></config></cluster>"
    + "<machine><machine_name>esa1</machine_name><config><hostname>esa1.example.com</hostname>"
    + "</config></machine><machine><config><hostname>esa2</hostname></config></machine>"

  @Test func aClusterMayBeTheRoot() throws {
    let named = self.read(Self.levels, root: "cluster_config", machine: "esa1")
    #expect(self.codes(named) == [.clusterLevelsLeftOut])
    let configuration = try #require(named.configuration)
    #expect(configuration.hostname.value == "esa1.example.com")
    #expect(configuration.subscriptions.map(\.name.value) == ["s"])
    // One without a name of its own is called by its host name.
    let other = self.read(Self.levels, root: "cluster_config", machine: "esa2")
    #expect(other.configuration?.hostname.value == "esa2")
    let unnamed = self.read(Self.levels, root: "cluster_config")
    #expect(unnamed.configuration == nil)
    #expect(self.codes(unnamed).contains(.clusterExport))
    #expect(unnamed.form == .whole)
  }

  @Test(arguments: [ReadingMode.strict, .lenient])
  func aMachineThatIsNotThereIsOneFinding(_ mode: ReadingMode) {
    for root in ["cluster_config", "config"] {
      let content = root == "config" ? "<cluster>\(Self.levels)</cluster>" : Self.levels
      let result = self.read(content, root: root, mode: mode, machine: "esa3")
      #expect(self.codes(result) == [.clusterMachineUnknown])
      // What the header says was read all the same.
      #expect(result.version?.value == "8.0.1-023")
      #expect(result.configuration == nil)
    }
  }

  @Test(arguments: ReadingMode.allCases)
  func aClusterRootWithoutMachinesIsOneFinding(_ mode: ReadingMode) {
    for content in ["", "<cluster><config><hostname>a</hostname></config></cluster>"] {
      let result = self.read(content, root: "cluster_config", mode: mode)
      #expect(self.codes(result) == [.rootUnexpected])
      #expect(result.diagnostics.first?.found == "<cluster_config> without machines")
      #expect(result.diagnostics.first?.severity == .error)
      #expect(result.configuration == nil)
    }
  }

  // MARK: Names of sections

  /// Sections at the top whose names are near to documented ones: what is found, and whether it is
  /// an error.
  private static let sections: [(String, DiagnosticCode?)] = [
    ("userz", .elementMisspelt), ("Users", .elementMisspelt), ("bounce_profils", .elementMisspelt),
    ("default_gatewy", .elementMisspelt), ("dns_interfaec", .elementMisspelt),
    ("prots", .elementMisspelt),
    // Nothing depends on these, and an error would say more than is known.
    ("hostkesy", .elementDoubtful), ("proxy_servr", .elementDoubtful),
    ("a:users", .elementDoubtful), ("a:ntp", .elementDoubtful),
    // Other names: another word, several of a thing, and words of three letters.
    ("hosts", nil), ("routers", nil), ("user", nil), ("ip_group", nil), ("ldaps", nil),
    ("nntp", nil), ("dnss", nil), ("sslx", nil), ("a:policies", nil), ("policies", nil),
  ]

  @Test(arguments: sections.indices)
  func aMisspeltSectionIsTold(_ index: Int) {
    let (name, code) = Self.sections[index]
    let result = self.whole("<\(name)><x/></\(name)>", attributes: " xmlns:a=\"urn:a\"")
    let found = result.diagnostics.filter { $0.found == "<\(name)>" && $0.severity != .note }
    #expect(found.map(\.code) == [code].compactMap(\.self), "\(result.descriptions)")
    #expect(found.allSatisfy { $0.hint.hasPrefix("<") })
    // Beside the section itself it is another one.
    if code == .elementMisspelt, name == "userz" {
      #expect(!self.codes(self.whole("<users/><userz/>")).contains(.elementMisspelt))
    }
  }

  @Test func aNamespaceOnAKnownElementIsAWarning() {
    let places = [
      "<users xmlns=\"urn:x\"/>", "<ntp xmlns=\"urn:x\"><a/></ntp>",
      "<smtp_routes><smtp_route xmlns=\"urn:x\"><route_source_address>ALL</route_source_address>"
        + "<route_destination_address>192.0.2.1</route_destination_address></smtp_route>"
        + "</smtp_routes>",
    ]
    for place in places {
      let result = self.whole(place)
      let found = result.diagnostics.filter { $0.found == "namespace \"urn:x\"" }
      #expect(found.map(\.code) == [.contentDoubtful], "\(place): \(result.descriptions)")
      #expect(result.diagnostics.count == 1, "\(result.descriptions)")
      #expect(result.configuration != nil)
    }
    #expect(self.codes(self.whole("<users xmlns:a=\"urn:x\"/>")) == [.elementUnknown])
    #expect(self.codes(self.whole("<policies xmlns=\"urn:x\"/>")) == [.elementUnknown])
  }

  @Test func aMachineOfAFileThatIsNoClusterIsTold() throws {
    let text = try String(
      contentsOfFile: Repository.root + "/appliance-config.xml", encoding: .isoLatin1)
    var reader = ConfigurationReader()
    reader.machine = "esa1"
    let result = reader.read(bytes: Array(text.utf8), name: "x.xml")
    #expect(self.codes(result) == [.machineIdle])
    #expect(result.configuration != nil)
  }

  // MARK: What XML says

  @Test func onlyFourCharactersAreWhiteSpace() {
    let blank = self.whole("<users> \t\r\n</users>")
    #expect(self.codes(blank) == [])
    for text in ["\u{A0}", "\u{2003}", "\u{3000}", " \u{85} ", "\u{FEFF}"] {
      #expect(self.codes(self.whole("<users>\(text)<user/></users>")).contains(.contentUnexpected))
    }
  }

  @Test func aRootOfAnotherNamespaceIsRefused() {
    for mode in [ReadingMode.strict, .lenient] {
      let result = self.read(
        "<hostname>a</hostname>", attributes: " xmlns=\"urn:x\"", mode: mode)
      #expect(result.configuration == nil)
      #expect(self.codes(result) == [.rootUnexpected])
    }
    let lab = self.whole("", attributes: " xmlns:sim=\"urn:appliance-sim:delivery:1\"")
    #expect(self.codes(lab) == [])
  }

  private static let masks: [(String, Int)] = [
    ("<x>*****</x>", 1), ("<x>\n  *****\n</x>", 1), ("<x>***** </x>", 1), ("<x>\t*******</x>", 1),
    ("<x key=\"*****\"/>", 1), ("<x key=\" ***** \" pw=\"*****\">*****</x>", 3),
    ("<x>****</x>", 0), ("<x>*****\n*****</x>", 0), ("<x>*****\nHello\n*****</x>", 0),
    ("<x>\u{A0}*****</x>", 0), ("<x>***** *****</x>", 0),
  ]

  @Test(arguments: masks)
  func masksAreFoundWhereverTheyStand(_ element: String, _ count: Int) {
    let found = self.whole(element).diagnostics.filter { $0.code == .passphrasesMasked }
    #expect(found.count == min(count, 1))
    if count > 0 { #expect(found[0].found.hasPrefix("\(count) masked passphrase")) }
  }

  @Test func longerTextsNeedALargerFile() {
    #expect(ReadingLimits().textBytesMax == 1 << 20)
    #expect(ReadingLimits(fileBytesMax: 1 << 20).textBytesMax == 1 << 20)
    #expect(ReadingLimits(fileBytesMax: 512 << 20).textBytesMax == 8 << 20)
    #expect(ReadingLimits(fileBytesMax: 2047 << 20).textBytesMax == 10_000_000)
    let words = String(repeating: "a word\n", count: 1_400_000 / 7)
    let text = Self.prologue + "<config><hostname>a</hostname><terms>\(words)</terms></config>"
    for (size, isRead) in [(64, false), (512, true)] {
      let reader = ConfigurationReader(limits: ReadingLimits(fileBytesMax: size << 20))
      let result = reader.read(bytes: Array(text.utf8), name: "x.xml")
      #expect((result.configuration != nil) == isRead)
    }
  }

  // MARK: What has no effect

  private static let push =
    "<retrieval><syslog_push><hostname>192.0.2.1</hostname>%</syslog_push></retrieval>"

  /// A setting of ours is told wherever it has no effect: in a log that is not known, too.
  @Test func aDeliverySettingOfALogThatIsNotKnownIsTold() {
    func codes(_ setting: String, in element: String) -> Set<DiagnosticCode> {
      let log =
        "<\(element)><name>n</name><module>mail</module>"
        + Self.push.replacing("%", with: setting) + "</\(element)>"
      return Set(
        self.codes(
          self.read(
            "<hostname>a.example.com</hostname><log_subscriptions>\(log)</log_subscriptions>",
            attributes: " xmlns:sim=\"urn:appliance-sim:delivery:1\"")))
    }
    let known = "<sim:mode>as-appliance</sim:mode>"
    #expect(!codes(known, in: "log_text").contains(.deliverySettingIdle))
    #expect(codes(known, in: "log_zzz").contains(.deliverySettingIdle))
    #expect(codes("<sim:mdoe>buffered</sim:mdoe>", in: "log_zzz").contains(.deliveryElementUnknown))
    #expect(codes("<a>\(known)</a>", in: "log_zzz").contains(.deliveryElementUnknown))
  }

  @Test func attributesThatAreNotKnownAreCompared() throws {
    func routes(_ attribute: String) throws -> Configuration {
      try #require(
        self.whole(
          "<smtp_routes><smtp_route><route_source_address>ALL</route_source_address>"
            + "<route_destination_address\(attribute)>192.0.2.1</route_destination_address>"
            + "</smtp_route></smtp_routes>"
        ).configuration)
    }
    let (one, two) = (try routes(" pri=\"1\""), try routes(" pri=\"2\""))
    #expect(ConfigurationDifference.changes(from: one, to: one) == [])
    #expect(
      ConfigurationDifference.changes(from: one, to: two).map(\.text) == [
        "attribute route_destination_address 192.0.2.1 pri changed from 1 to 2"
      ])
    #expect(ConfigurationDifference.changes(from: try routes(""), to: one).count == 1)
    #expect(ConfigurationText.lines(one).contains { $0.contains("pri: 1") })
  }
}
