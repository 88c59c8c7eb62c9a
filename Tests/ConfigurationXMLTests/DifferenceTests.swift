import ApplianceConfiguration
import Foundation
import Simulation
import Support
import Testing

@testable import ConfigurationXML

@Suite struct ConfigurationDifferenceTests {
  private static let sample = Repository.root + "/appliance-config.xml"

  private func changes(_ edit: (String) -> String) throws -> [String] {
    let data = try Data(contentsOf: URL(fileURLWithPath: Self.sample))
    let text = String(decoding: data, as: UTF8.self)
    let other = edit(text)
    #expect(other != text)
    let read = try [text, other].map {
      try #require(
        ConfigurationReader(mode: .lenient).read(bytes: Array($0.utf8), name: "").configuration)
    }
    #expect(ConfigurationDifference.changes(from: read[0], to: read[0]) == [])
    return ConfigurationDifference.changes(from: read[0], to: read[1]).map(\.text)
  }

  private static let edits: [(String, String, [String])] = [
    (
      "<port>5514</port>", "<port>514</port>",
      ["subscription Mail_Log: push port changed from 5514 to 514"]
    ),
    // The default, written out or not, is the same, and so are two spellings.
    ("<rolloversize>10485760<", "<rolloversize>10m<", []),
    (
      "<rollover_max_files>10</rollover_max_files>", "", []
    ),
    (
      "<protocol>TCP</protocol>", "",
      ["subscription Mail_Log: push protocol changed from TCP to UDP"]
    ),
    (
      "<name>status</name>", "<name>stats</name>",
      [
        "subscription status removed", "subscription stats added",
      ]
    ),
    (
      "<log_level>Critical</log_level>", "<log_level>5</log_level>",
      ["subscription error_logs: level changed from Critical to Trace"]
    ),
    ("<log_level>Critical</log_level>", "<log_level>1</log_level>", []),
    (
      "<email_address>alerts@example.com</email_address>", "",
      ["alerts: recipient System, Critical: alerts@example.com removed"]
    ),
    (
      "<autosupport_enabled>0", "<autosupport_enabled>1",
      ["alerts: autosupport changed from no to yes"]
    ),
    ("<netmask>0xffffff00</netmask>", "<netmask>24</netmask>", []),
    (
      "<netmask>0xffffff00</netmask>", "<netmask>25</netmask>",
      [
        "interface Data 1: prefix length changed from 24 to 25"
      ]
    ),
    (
      "<httpsd_port>443</httpsd_port>", "",
      ["interface Management: services: httpsd removed, was 443"]
    ),
    ("Current Time: Thu Jun 25", "Current Time: Fri Jun 26", []),
    (
      "<ntp_server>192.0.2.123<", "<ntp_server>192.0.2.124<",
      [
        #"element ntp: ntp_server changed from "192.0.2.123" to "192.0.2.124""#
      ]
    ),
    (
      "<hostname>mail.example.com<", "<hostname>mx.example.com<",
      [
        "hostname changed from mail.example.com to mx.example.com"
      ]
    ),
    (
      "<log_level>Critical</log_level>", "<log_level>Crtical</log_level>",
      [
        "subscription error_logs: level changed from Critical to Crtical"
      ]
    ),
  ]

  @Test(arguments: edits)
  func changesAreToldByMeaning(_ before: String, _ after: String, _ expected: [String]) throws {
    let found = try self.changes { $0.replacing(before, with: after, maxReplacements: 1) }
    #expect(found.map { $0.replacing("ntp server", with: "ntp_server") } == expected)
  }

  @Test func ofRoutesAndServersTheOrderCountsWhereItMeansSomething() throws {
    let one = "<route_destination_address>127.0.0.1:2525</route_destination_address>"
    let two = "<route_destination_address>b</route_destination_address>"
    #expect(
      try self.changes { $0.replacing(one, with: one + two) } == [
        "SMTP route ALL: destinations: b added"
      ])
    let configurations = try [one + two, two + one].map { route in
      let data = try Data(contentsOf: URL(fileURLWithPath: Self.sample))
      let text = String(decoding: data, as: UTF8.self).replacing(one, with: route)
      return try #require(
        ConfigurationReader().read(bytes: Array(text.utf8), name: "").configuration)
    }
    #expect(
      ConfigurationDifference.changes(from: configurations[0], to: configurations[1]).map(\.text)
        == ["SMTP route ALL: destinations in another order"])
    var reversed = configurations[0]
    reversed.subscriptions.reverse()
    reversed.interfaces.reverse()
    reversed.alerts.recipients.reverse()
    #expect(ConfigurationDifference.changes(from: configurations[0], to: reversed) == [])
  }

  @Test func otherSpellingsOfAHostAreNoChange() throws {
    let path = "\(Repository.root)/fixtures/configurations/accepted/network.xml"
    let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    func read(_ text: String) throws -> Configuration {
      try #require(ConfigurationReader().read(bytes: Array(text.utf8), name: "").configuration)
    }
    let route = """
      <smtp_routes><smtp_route><route_source_address>Example.org</route_source_address>\
      <route_destination_address>[2001:db8::25]:26</route_destination_address></smtp_route>\
      </smtp_routes><log_subscriptions>
      """
    let push = "<syslog_push><hostname>Logs.example.com</hostname></syslog_push>"
    let first =
      text
      .replacing("<log_subscriptions>", with: route)
      .replacing("<ftp_poll><filename>mail</filename></ftp_poll>", with: push)
    let second =
      first
      .replacing("<ip6>2001:db8::10<", with: "<ip6>2001:0DB8:0::10<")
      .replacing("2001:db8::53", with: "2001:db8:0:0:0:0:0:53")
      .replacing("Example.org", with: "example.ORG")
      .replacing("[2001:db8::25]:26", with: "[2001:DB8::0:25]:26")
      .replacing("Logs.example.com", with: "logs.EXAMPLE.com")
      .replacing("<hostname>mail.example.com<", with: "<hostname>MAIL.example.com<")
    #expect(ConfigurationDifference.changes(from: try read(first), to: try read(second)) == [])
    let other = second.replacing("<ip6>2001:0DB8:0::10<", with: "<ip6>2001:0DB8:0::11<")
    #expect(
      ConfigurationDifference.changes(from: try read(first), to: try read(other)).map(\.text)
        == ["interface Management: ipv6 address changed from 2001:db8::10 to 2001:0DB8:0::11"])
  }

  @Test func secretsAreComparedAndNotShown() throws {
    let path = "\(Repository.root)/fixtures/configurations/accepted/transfers.xml"
    let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    let read = try [text, text.replacing("secret", with: "other")].map {
      try #require(ConfigurationReader().read(bytes: Array($0.utf8), name: "").configuration)
    }
    let changes = ConfigurationDifference.changes(from: read[0], to: read[1])
    #expect(
      changes.map(\.text) == ["subscription ftp: push passphrase changed from (set) to (set)"])
    #expect(!ConfigurationText.lines(read[0]).joined().contains("secret"))
  }
}

@Suite struct ConfigurationLoadingTests {
  private static func sample() throws -> [UInt8] {
    Array(
      try Data(contentsOf: URL(fileURLWithPath: Repository.root + "/appliance-config.xml")))
  }

  private func refusal(_ outcome: ConfigurationLoading.Outcome) -> [DiagnosticCode]? {
    if case .refused(let findings) = outcome {
      findings.map(\.diagnostic.code)
    } else {
      nil
    }
  }

  @Test func sectionsAreLoadedCommittedAndRolledBack() throws {
    let start = SimInstant(secondsSinceEpoch: 1_435_215_003)
    var history = ConfigurationHistory(try Self.sample(), at: start)
    let input = Array("<log_message_id>0</log_message_id>".utf8)
    guard
      case .loaded(let loaded) = ConfigurationLoading.load(input, over: history.uncommitted)
    else {
      Issue.record("it was not loaded")
      return
    }
    let bytes = loaded.bytes
    #expect(loaded.form == .sections(["log_message_id"]))
    #expect(loaded.ofInput.map(\.code) == [.prologueMissing])
    #expect(loaded.configuration.logGlobals.logsMessageID.value == false)
    history.load(bytes)
    #expect(history.hasChanges)
    #expect(history.active.content == (try Self.sample()))
    let first = history.commit(comment: "no ids", user: "admin", at: start)
    #expect(first == .committed(number: 2))
    #expect(history.active.comment == "no ids")
    let again = history.commit(comment: "", user: "admin", at: start)
    #expect(again == .nothingToCommit)
    let back = history.rollback(to: 1)
    #expect(back == .loaded(number: 1))
    #expect(history.active.content == bytes)
    #expect(history.uncommitted == (try Self.sample()))
    history.clearChanges()
    #expect(!history.hasChanges)
  }

  @Test func anEmptySectionClearsAnAbsentOneDoesNot() throws {
    let input = Array("<listeners></listeners>".utf8)
    guard
      case .loaded(let loaded) = ConfigurationLoading.load(input, over: try Self.sample())
    else {
      Issue.record("it was not loaded")
      return
    }
    let configuration = loaded.configuration
    #expect(configuration.listeners.isEmpty)
    #expect(configuration.emptied.map(\.value) == ["listeners"])
    #expect(configuration.subscriptions.count == 24)
  }

  @Test func aWholeFileMustBeOfTheSameVersion() throws {
    let text = String(decoding: try Self.sample(), as: UTF8.self)
    let other = Array(text.replacing("8.0.1-023", with: "9.0.0-001").utf8)
    #expect(
      self.refusal(ConfigurationLoading.load(other, over: try Self.sample())) == [.versionMismatch])
    #expect(
      self.refusal(ConfigurationLoading.load(try Self.sample(), over: try Self.sample())) == nil)
  }

  private static let refused: [(String, DiagnosticCode)] = [
    ("<autosupport_enabled>0</autosu", .notWellFormed), ("<rat></rat>", .contentUnexpected),
    ("<retrieval></retrieval>", .elementRepeated), ("<hostname>a b</hostname>", .hostnameInvalid),
    ("<?xml version=\"1.0\"?>", .notWellFormed),
    (
      "<users><user><username>a</username><enc_password>*****</enc_password></user></users>",
      .passphrasesMasked
    ),
    ("\u{FEFF}<hostname>a b</hostname>", .hostnameInvalid),
    ("\u{FEFF}<?xml version=\"1.0\"?>", .notWellFormed),
  ]

  @Test(arguments: refused)
  func onAnyErrorNothingIsLoaded(_ input: String, _ code: DiagnosticCode) throws {
    let outcome = ConfigurationLoading.load(Array(input.utf8), over: try Self.sample())
    #expect(self.refusal(outcome)?.first == code)
  }

  @Test(arguments: ["", " \n\t\r "])
  func nothingIsNoData(_ input: String) throws {
    guard case .noData = ConfigurationLoading.load(Array(input.utf8), over: try Self.sample())
    else {
      Issue.record("there is no data in it")
      return
    }
  }

  @Test func bytesThatAreNoTextAreRefused() throws {
    let outcome = ConfigurationLoading.load([0x3C, 0xFF], over: try Self.sample())
    #expect(self.refusal(outcome) == [.encodingViolated])
  }
}

@Suite struct ClusterTests {
  private func read(_ machine: String?, mode: ReadingMode) throws -> ReadResult {
    let path = "\(Repository.root)/fixtures/configurations/rejected/cluster.xml"
    var reader = ConfigurationReader(mode: mode)
    reader.machine = machine
    return reader.read(contentsOf: path)
  }

  private func codes(_ result: ReadResult) -> [DiagnosticCode] {
    result.diagnostics.map(\.code)
  }

  @Test func strictReadingRefusesUnlessAMachineIsNamed() throws {
    #expect(try self.read(nil, mode: .strict).configuration == nil)
    #expect(try self.codes(self.read(nil, mode: .strict)).contains(.clusterExport))
    let named = try self.read("esa2", mode: .strict)
    #expect(named.configuration?.hostname.value == "esa2.example.com")
    #expect(self.codes(named) == [.clusterLevelsLeftOut])
  }

  @Test func theNearestLevelHolds() throws {
    let first = try #require(try self.read(nil, mode: .lenient).configuration)
    #expect(first.hostname.value == "esa1.example.com")
    #expect(first.timeZone.value == "Europe/London")
    #expect(first.logGlobals.logsMessageID.value == false)
    let second = try #require(try self.read("esa2", mode: .lenient).configuration)
    #expect(second.logGlobals.logsMessageID.value)
    #expect(second.subscriptions.count == 1)
  }

  @Test func whatIsLeftOutIsSaid() throws {
    let finding = try #require(
      try self.read("esa2", mode: .lenient).diagnostics.first { $0.code == .clusterLevelsLeftOut })
    #expect(finding.severity == .note)
    let parts = [
      "hostname, log_message_id, timezone (from group or cluster)", "machine esa1", "group Spare",
    ]
    for part in parts {
      #expect(finding.allowed.contains(part))
    }
  }

  /// Each doubtful place of a layout, by line, whichever machine is taken.
  @Test(arguments: ["esa1", "esa2"])
  func nothingOfALayoutIsSilent(_ machine: String) throws {
    var reader = ConfigurationReader(mode: .lenient)
    reader.machine = machine
    let result = reader.read(
      contentsOf: "\(Repository.root)/fixtures/configurations/rejected/cluster-doubtful.xml")
    let found = result.diagnostics.filter { $0.code != .clusterLevelsLeftOut }.map {
      "\($0.position?.line ?? 0) \($0.code.rawValue)"
    }
    #expect(
      Set(found) == [
        "12 CFG001", "12 CFG040", "16 CFG006", "19 CFG001", "19 CFG037", "19 CFG040", "20 CFG038",
        "21 CFG006", "21 CFG038", "22 CFG043", "23 CFG040", "24 CFG016", "27 CFG040", "27 CFG043",
        "30 CFG038",
      ])
    // The first of two of one name.
    let zone = try #require(result.configuration).timeZone.value
    #expect(zone == (machine == "esa1" ? "Etc/GMT" : "Europe/London"))
  }

  @Test func anUnknownMachineIsAnErrorAlways() throws {
    for mode in ReadingMode.allCases {
      let result = try self.read("esa3", mode: mode)
      #expect(result.configuration == nil)
      #expect(self.codes(result).contains(.clusterMachineUnknown))
    }
  }
}
