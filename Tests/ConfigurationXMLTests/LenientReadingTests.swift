import ApplianceConfiguration
import ConfigurationXML
import Foundation
import LogModel
import Support
import Testing

/// Reading that imports what it understands, and says what it assumes.
@Suite struct LenientReadingTests {
  private func read(_ fixture: FixtureTests.Fixture, mode: ReadingMode) throws -> ReadResult {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: fixture.path + ".xml"))
    return ConfigurationReader(mode: mode).read(bytes: Array(bytes), name: fixture.name)
  }

  private func rejected(_ name: String, mode: ReadingMode = .lenient) throws -> ReadResult {
    try self.read(FixtureTests.Fixture(folder: "rejected", name: name), mode: mode)
  }

  /// What is no error of reading the XML is imported, with the same codes at the same places.
  @Test(arguments: FixtureTests.rejected)
  func whatCanBeReadIsImported(_ fixture: FixtureTests.Fixture) throws {
    let strict = try self.read(fixture, mode: .strict)
    let lenient = try self.read(fixture, mode: .lenient)
    let isReadable = strict.diagnostics.allSatisfy {
      !$0.code.rawValue.hasPrefix("XML") || [.headerMissing, .headerValueInvalid].contains($0.code)
    }
    #expect((lenient.configuration != nil) == isReadable)
    #expect(lenient.diagnostics.contains { $0.severity == .error } != isReadable)
    #expect(lenient.diagnostics.map(\.code) == strict.diagnostics.map(\.code))
    #expect(lenient.diagnostics.map(\.position) == strict.diagnostics.map(\.position))
    #expect(strict.diagnostics.allSatisfy { $0.severity == .warning || $0.assumed.isEmpty })
  }

  @Test(arguments: FixtureTests.accepted)
  func whatIsAcceptedIsReadAlike(_ fixture: FixtureTests.Fixture) throws {
    let strict = try self.read(fixture, mode: .strict)
    let lenient = try self.read(fixture, mode: .lenient)
    #expect(lenient.configuration == strict.configuration)
  }

  @Test func whatIsNotUnderstoodSaysSo() throws {
    let result = try self.rejected("misspelt-in-logs")
    let configuration = try #require(result.configuration)
    let last = try #require(configuration.subscriptions.last)
    #expect(last.type.state == .notUnderstood("mial"))
    #expect(
      last.level == Setting(.information, at: last.level.position, state: .notUnderstood("Debgu")))
    guard case .syslogPush(let push) = last.retrieval else {
      Issue.record("it is pushed")
      return
    }
    #expect(push.facility.state == .notUnderstood("local77"))
    #expect(push.transport.state == .notUnderstood("TPC"))
    #expect(push.port.state == .absent)
    let lines = result.descriptions
    #expect(
      lines.contains {
        $0.contains("warning: not a log level")
          && $0.hasSuffix(
            "assumed: Information; our reading of this element may be wrong [LOG005]")
      })
    #expect(lines.contains { $0.contains("not a log module") && $0.contains("assumed: no log") })
    #expect(configuration.keptInSections["log_subscriptions"]?.map(\.name) == ["log_txt"])
  }

  /// Of these a file may have others, which hold all the same.
  private static let repeatable = [
    "<log_t", "<email_a", "<alert_c", "<alert_sev", "<interface>", "<listener>",
  ]

  /// An appliance refuses a name that its document type does not have; a lenient import goes on,
  /// and says which setting is not given.
  @Test func aMisspeltNameIsAnErrorOrAWarningThatNamesTheSetting() throws {
    for (fixture, code) in [
      ("misspelt-in-logs", DiagnosticCode.logElementMisspelt),
      ("misspelt-in-alerts", .alertElementMisspelt),
      ("misspelt-in-general", .elementMisspelt),
    ] {
      let strict = try self.rejected(fixture, mode: .strict).diagnostics.filter { $0.code == code }
      let lenient = try self.rejected(fixture).diagnostics.filter { $0.code == code }
      #expect(!strict.isEmpty)
      #expect(strict.allSatisfy { $0.severity == .error })
      #expect(lenient.map(\.position) == strict.map(\.position))
      for finding in lenient {
        #expect(finding.severity == .warning)
        let isSetting = !Self.repeatable.contains {
          finding.hint.hasPrefix($0)
        }
        #expect(
          finding.assumed.hasPrefix(
            isSetting ? "what holds without \(finding.hint)" : "as if it were not there"))
      }
    }
  }

  /// A value that is refused, or a place where one is missing, is a warning that says what holds.
  @Test(arguments: FixtureTests.rejected)
  func eachWarningInThePlaceOfAnErrorSaysWhatIsAssumed(_ fixture: FixtureTests.Fixture) throws {
    for finding in try self.read(fixture, mode: .lenient).diagnostics
    where finding.code.severity == .error && finding.severity == .warning {
      #expect(!finding.assumed.isEmpty, "\(finding.message)")
    }
  }

  @Test func aTimeZoneThatIsNoneIsNotUnderstood() throws {
    for text in ["Nope", "", "UTC+02:00"] {
      let file =
        "<?xml version=\"1.0\"?><!DOCTYPE config SYSTEM \"config.dtd\">"
        + "<config><hostname>a.example.com</hostname><timezone>\(text)</timezone></config>"
      var reader = ConfigurationReader(mode: .lenient)
      reader.isTimeZone = { $0 == "Etc/GMT" }
      let result = reader.read(bytes: Array(file.utf8), name: "x")
      let findings = result.diagnostics.filter { $0.code == .timeZoneInvalid }
      #expect(findings.map(\.severity) == [.warning])
      #expect(findings.map(\.assumed) == ["Etc/GMT"])
      let zone = try #require(result.configuration).timeZone
      #expect(zone.value == "Etc/GMT")
      #expect(zone.state == .notUnderstood(text))
      reader.mode = .strict
      let strict = reader.read(bytes: Array(file.utf8), name: "x")
      #expect(strict.diagnostics.filter { $0.code == .timeZoneInvalid } == findings)
    }
  }

  /// The setting in the file, the same misspelt, and what holds then.
  private static let assumptions = [
    ("log_message_id", "<log_mesage_id>0</log_mesage_id>", "1"),
    (
      "log_system_measurements_frequency",
      "<log_system_measurement_frequency>9</log_system_measurement_frequency>", "60"
    ),
    ("log_level", "<log_levle>5</log_levle>", "3 (Information)"),
    ("rolloversize", "<rolloversise>5m</rolloversise>", "10485760 bytes"),
    ("rollover_max_files", "<rollover_max_file>5</rollover_max_file>", "10"),
    ("rollover_interval", "<rollover_intervall>60</rollover_intervall>", "none"),
    ("port", "<prot>5514</prot>", "6514"),
    ("protocol", "<protcol>UDP</protcol>", "UDP"), ("facility", "<facilty>news</facilty>", "mail"),
    ("max_message_size", "<max_mesage_size>1024</max_mesage_size>", "9216 bytes"),
    (
      "alert_initial_debounce_interval",
      "<alert_initial_debounce_intervall>5</alert_initial_debounce_intervall>", "300"
    ),
    (
      "alert_from_email_address", "<alert_from_email_addres>a@b.c</alert_from_email_addres>",
      "alert@ and the host name"
    ),
  ]

  @Test(arguments: assumptions)
  func aMisspeltNameSaysWhatHolds(_ name: String, _ misspelt: String, _ assumed: String) throws {
    func place(_ names: Set<String>) -> String { names.contains(name) ? misspelt : "" }
    let globals = place(["log_message_id", "log_system_measurements_frequency"])
    let files = place(["rolloversize", "rollover_max_files", "rollover_interval"])
    let push = place(["port", "protocol", "facility", "max_message_size"])
    let alerts = place(["alert_initial_debounce_interval", "alert_from_email_address"])
    let text = """
      <?xml version="1.0" encoding="UTF-8"?><!DOCTYPE config SYSTEM "config.dtd">
      <config><hostname>a.example.com</hostname>\(globals)<log_subscriptions>
      <log_text><name>a</name><module>mail</module>\(place(["log_level"]))<retrieval><ftp_poll>
      <filename>a</filename>\(files)</ftp_poll></retrieval></log_text>
      <log_text><name>b</name><module>mail</module><retrieval><syslog_push>
      <hostname>b.example.com</hostname><tls>1</tls>\(push)</syslog_push></retrieval></log_text>
      </log_subscriptions><alert_email_config>\(alerts)</alert_email_config></config>
      """
    let result = ConfigurationReader(mode: .lenient).read(bytes: Array(text.utf8), name: "x")
    let found = result.diagnostics.first { $0.hint == "<\(name)>" }
    let isOurs = [
      "rollover_interval", "port", "protocol", "facility", "max_message_size",
      "alert_initial_debounce_interval",
    ].contains(name)
    #expect(found.map { $0.code.severity } == (isOurs ? .warning : .error))
    #expect(found?.assumed == "what holds without <\(name)>: \(assumed)")
    // The model says the same.
    let shown = try #require(result.configuration).subscriptions
    if name == "log_level" { #expect(shown.first?.level.value.rawValue == 3) }
    if case .syslogPush(let push) = shown.last?.retrieval, name == "port" {
      #expect(push.port.value == 6514)
    }
  }

  @Test func aMissingRetrievalIsNoDefault() throws {
    let configuration = try #require(try self.rejected("retrievals").configuration)
    let unknown = configuration.subscriptions.filter {
      if case .notUnderstood = $0.retrieval { true } else { false }
    }
    #expect(unknown.count == 4)
  }

  @Test func maskedPassphrasesAreOneNote() throws {
    let strict = try self.rejected("masked", mode: .strict)
    #expect(strict.diagnostics.filter { $0.severity == .error }.map(\.code) == [.passphrasesMasked])
    let lenient = try self.rejected("masked")
    let finding = try #require(lenient.diagnostics.first { $0.code == .passphrasesMasked })
    #expect(finding.severity == .note)
    #expect(finding.found.hasPrefix("3 masked passphrases"))
    #expect(finding.path == "/config/users/user[1]/enc_password")
    let configuration = try #require(lenient.configuration)
    #expect(configuration.users.map { $0.passphrase?.value.isMasked } == [true, true])
  }

  @Test func passphrasesAreNotShown() {
    #expect("\(Passphrase("secret"))" == "(set)")
    #expect("\(Passphrase("*****"))" == "(masked)")
    #expect(!Passphrase.isMask("****"))
    #expect(!Passphrase.isMask("*****x"))
  }

  @Test func everyFindingHasAPath() throws {
    for fixture in FixtureTests.accepted + FixtureTests.rejected {
      for finding in try self.read(fixture, mode: .lenient).diagnostics
      where !finding.code.rawValue.hasPrefix("XML") {
        #expect(finding.path.hasPrefix("/config") || finding.path == "/configuration")
      }
    }
  }
}

/// The whole model, read from fixtures of ours.
@Suite struct WholeModelTests {
  private func accepted(_ name: String) throws -> Configuration {
    let path = "\(Repository.root)/fixtures/configurations/accepted/\(name).xml"
    return try #require(ConfigurationReader().read(contentsOf: path).configuration)
  }

  @Test func transfers() throws {
    let subscriptions = try self.accepted("transfers").subscriptions
    guard case .ftpPush(let ftp) = subscriptions[1].retrieval,
      case .scpPush(let scp) = subscriptions[2].retrieval
    else {
      Issue.record("one goes by FTP, one by SCP")
      return
    }
    #expect(ftp.host.value == "ftp.example.com")
    #expect(ftp.port.value == 2121)
    #expect(ftp.directory?.value == "/logs")
    #expect(ftp.passphrase?.value == Passphrase("secret & more"))
    #expect(ftp.files.rolloverSizeBytes.value == 1_048_576)
    #expect(scp.port == Setting(default: 22))
    #expect(scp.checksHostKey.value)
    #expect(scp.username?.value == "esa")
  }

  @Test func intervals() throws {
    let intervals = try self.accepted("rollover-intervals").subscriptions.dropFirst().map {
      if case .manualDownload(let files) = $0.retrieval {
        files.rolloverSchedule.value.description
      } else {
        ""
      }
    }
    #expect(
      intervals == [
        "none", "none", "none", "daily 00:00", "2h30m", "1h", "daily 01:30", "weekly Mon 23:05",
        "weekly Sun 00:00",
      ])
  }

  @Test func anEmptyIntervalClearsItsSetting() throws {
    let states = try self.accepted("rollover-intervals").subscriptions.map {
      if case .manualDownload(let files) = $0.retrieval {
        files.rolloverSchedule.state
      } else {
        SettingState.absent
      }
    }
    #expect(states.filter { $0 == .empty }.count == 1)
  }

  @Test func network() throws {
    let configuration = try self.accepted("network")
    let interface = try #require(configuration.interfaces.first)
    #expect(interface.ipv6Address?.value == "2001:db8::10")
    #expect(interface.ipv6PrefixLength?.value == 64)
    #expect(interface.services.map(\.name) == ["sshd", "httpd", "httpsd"])
    #expect(interface.services.map(\.port.value) == [22, 80, 443])
    #expect(interface.certificateName?.value == "demo")
    #expect(interface.kept.map(\.name) == ["interface_hostname", "ftpd_port", "https_redirect"])
    let network = configuration.network
    #expect(network.nameServers.map(\.address.value) == ["192.0.2.53", "2001:db8::53"])
    #expect(network.nameServers.map(\.priority) == ["0", "10"])
    #expect(network.defaultGateway?.value == "192.0.2.1")
    #expect(network.routes.map(\.gateway.value) == ["192.0.2.2"])
    #expect(configuration.users.map(\.username.value) == ["admin"])
    #expect(configuration.bounceProfiles.map(\.name.value) == ["Default"])
    #expect(configuration.listeners.map { $0.bounceProfileName?.value } == ["Default"])
    let listener = configuration.listeners[0]
    #expect(listener.kept == [])
    #expect(listener.hostAccess?.groups.map { $0.senders.map(\.value) } == [["10.0.0.0/8"]])
    #expect(listener.recipientAccess?.entries.map(\.recipient.value) == ["example.com"])
    #expect(configuration.kept.map(\.name) == ["https_certificate"])
  }

  @Test func emptyIsNotAbsent() throws {
    let emptied = try self.accepted("empty-sections").emptied
    #expect(
      emptied.map(\.value) == ["interfaces", "listeners", "log_headers", "smtp_routes", "users"])
    #expect(try self.accepted("minimal").emptied.isEmpty)
  }
}
