import LogModel
import Simulation
import Testing

@testable import ApplianceConfiguration

/// Rules on typed values, with no file anywhere.
@Suite struct ConfigurationRulesTests {
  private let place = SourcePosition(line: 3, column: 5)

  /// A configuration without findings, for a test to break.
  private func sound() -> Configuration {
    let identity = ApplianceIdentity(
      product: Setting("p"), model: Setting("m"), version: Setting("v"), serialNumber: Setting("s"))
    return Configuration(
      identity: identity, hostname: Setting("mail.example.com"), timeZone: Setting("Etc/GMT"),
      subscriptions: [
        LogSubscriptionSettings(
          name: Setting("mail_logs"), type: Setting(.textMail),
          retrieval: .manualDownload(LogFileSettings(filename: Setting("mail"))))
      ], alerts: AlertSettings(autosupportEnabled: Setting(true)))
  }

  private func codes(_ change: (inout Configuration) -> Void) -> [DiagnosticCode] {
    var configuration = self.sound()
    change(&configuration)
    return ConfigurationRules().findings(in: configuration).map(\.code)
  }

  @Test func aSoundConfigurationHasNoFindings() {
    #expect(self.codes { _ in } == [])
  }

  /// Equal names are an error; names that differ in case only are two as far as is known.
  @Test(arguments: [
    ("mail_logs", DiagnosticCode.logNameDuplicate), ("MAIL_LOGS", .logNameAlike),
  ])
  func namesOfSubscriptions(_ name: String, _ code: DiagnosticCode) {
    var configuration = self.sound()
    var second = configuration.subscriptions[0]
    configuration.subscriptions[0].name = Setting("mail_logs", at: self.place)
    second.name = Setting(name, at: SourcePosition(line: 9, column: 5))
    configuration.subscriptions.append(second)
    let findings = ConfigurationRules().findings(in: configuration)
    #expect(findings.map(\.code) == [code])
    #expect(findings[0].position?.line == 9)
    #expect(findings[0].allowed.contains("3:5"))
    #expect(code == .logNameDuplicate || findings[0].severity == .warning)
  }

  /// Each name is told of once: as equal where one is equal, else as alike.
  @Test func eachNameIsToldOfOnce() {
    var configuration = self.sound()
    let first = configuration.subscriptions[0]
    configuration.subscriptions = ["a", "A", "a", "A", "b"].enumerated().map { index, name in
      var next = first
      next.name = Setting(name, at: SourcePosition(line: index + 1, column: 1))
      return next
    }
    let findings = ConfigurationRules().findings(in: configuration)
      .filter { [.logNameDuplicate, .logNameAlike].contains($0.code) }
      .sorted { ($0.position?.line ?? 0) < ($1.position?.line ?? 0) }
    #expect(findings.map(\.code) == [.logNameAlike, .logNameDuplicate, .logNameDuplicate])
    #expect(findings.map(\.position?.line) == [2, 3, 4])
    #expect(findings[2].allowed.contains("2:1"))
  }

  /// The error of a failed push is lost where each mail log is thrown away with it, and only there.
  @Test func aFailureIsUnseenWhereOnlyOneServerHearsOfIt() {
    func push(
      _ host: String, _ transport: SyslogPushSettings.Transport = .tcp,
      _ mode: DeliveryMode = .asAppliance
    ) -> LogSubscriptionSettings.Retrieval {
      var push = SyslogPushSettings(host: Setting(host))
      push.transport = Setting(transport)
      push.delivery.mode = Setting(mode)
      return .syslogPush(push)
    }
    func codes(_ retrievals: [LogSubscriptionSettings.Retrieval]) -> [DiagnosticCode] {
      self.codes {
        let files = $0.subscriptions[0]
        $0.subscriptions = retrievals.enumerated().map { index, retrieval in
          var log = files
          log.name = Setting("log_\(index)")
          log.retrieval = retrieval
          return log
        }
      }
    }
    let files = self.sound().subscriptions[0].retrieval
    #expect(codes([push("h")]) == [.pushFailureUnseen])
    #expect(codes([push("h"), push("H", .udp)]) == [.pushFailureUnseen])
    #expect(codes([push("h"), files]) == [])
    // Another server hears of it.
    #expect(codes([push("h"), push("other")]) == [])
    #expect(codes([push("h"), push("other", .udp)]) == [])
    // No failure is ever noticed.
    #expect(codes([push("h", .udp)]) == [])
    // The line waits on the disk with the others.
    #expect(codes([push("h", .tcp, .buffered)]) == [])
    #expect(codes([push("h"), push("h", .tcp, .atLeastOnce)]) == [])
  }

  @Test func pushes() {
    func push(_ settings: SyslogPushSettings, _ type: LogType = .textMail) -> [DiagnosticCode] {
      self.codes {
        // A mail log that stays, so that a failure of the push is told somewhere.
        var files = $0.subscriptions[0]
        files.name = Setting("files")
        $0.subscriptions.append(files)
        $0.subscriptions[0].retrieval = .syslogPush(settings)
        $0.subscriptions[0].type = Setting(type)
      }
    }
    #expect(push(SyslogPushSettings(host: Setting("10.44.167.30"))) == [])
    #expect(push(SyslogPushSettings(host: Setting("h"), port: Setting(0))) == [.pushPortInvalid])
    #expect(push(SyslogPushSettings(host: Setting("a b"))) == [.pushHostInvalid])
    #expect(push(SyslogPushSettings(host: Setting("h")), .delivery) == [.pushTypeNotText])
  }

  @Test(arguments: [
    (0, 10, [DiagnosticCode.valueBeyondBound]), (1023, 10, [.valueBeyondBound]),
    (1024, 10, []), (1024, 0, [.valueBeyondBound]), (1024, 1001, [.valueBeyondBound]),
    (-1, -1, [.valueBeyondBound, .valueBeyondBound]),
  ])
  func rollover(_ size: Int, _ files: Int, _ expected: [DiagnosticCode]) {
    let found = self.codes {
      $0.subscriptions[0].retrieval = .manualDownload(
        LogFileSettings(
          filename: Setting("mail"), rolloverSizeBytes: Setting(size), filesMax: Setting(files)))
    }
    #expect(found == expected)
  }

  @Test(
    arguments: [
      ("esa", "/logs", true, true), ("", "", true, true), ("es:a", nil, false, false),
      ("lab/esa", nil, true, false), ("e\nsa", nil, false, false), ("e\u{85}", nil, false, false),
      (nil, "/lo\ngs", false, false), (nil, "a\u{7F}", false, false), (nil, "a:b /c", true, true),
    ] as [(String?, String?, Bool, Bool)])
  func logins(_ username: String?, _ directory: String?, _ isByFTP: Bool, _ isBySCP: Bool) {
    let transfer = FileTransferSettings(
      host: Setting("h"), port: Setting(21), directory: directory.map { Setting($0) },
      username: username.map { Setting($0) }, files: LogFileSettings(filename: Setting("mail")))
    let found = [LogSubscriptionSettings.Retrieval.ftpPush(transfer), .scpPush(transfer)].map {
      retrieval in
      self.codes { $0.subscriptions[0].retrieval = retrieval }
    }
    #expect(found == [isByFTP, isBySCP].map { $0 ? [] : [.transferLoginInvalid] })
  }

  /// A name on disk has at most 255 bytes with what is behind it.
  @Test func whatAFileNameStandsForCounts() {
    let long = [String](repeating: String(repeating: "h", count: 60), count: 4)
      .joined(separator: ".")
    func codes(_ filename: String, _ hostname: String) -> [DiagnosticCode] {
      self.codes {
        $0.hostname = Setting(hostname)
        $0.subscriptions[0].retrieval = .manualDownload(
          LogFileSettings(filename: Setting(filename)))
      }
    }
    let four = String(repeating: "$hostname", count: 4)
    #expect(codes(four, long) == [.fileNameInvalid])
    #expect(codes(four, "mail.example.com") == [])
    #expect(codes("$hostname$hostname", long) == [])
  }

  // MARK: Network

  @Test func anAddressHasOneMeaningInAllSpellings() {
    func interface(_ name: String, _ ip6: String) -> NetworkInterface {
      NetworkInterface(
        name: Setting(name), address: Setting(IPv4Address(10, 0, 0, UInt8(name.utf8.count))),
        ipv6Address: Setting(ip6))
    }
    func codes(_ first: String, _ second: String) -> [DiagnosticCode] {
      self.codes { $0.interfaces = [interface("a", first), interface("bb", second)] }
    }
    #expect(codes("2001:db8::1", "2001:db8::2") == [])
    #expect(codes("2001:db8::1", "2001:0DB8:0::1") == [.addressTaken])
    #expect(codes("2001:db8::1", "::ffff:10.0.0.1") == [.addressTaken])
    #expect(codes("hello", "2001:db8::1/64") == [.hostAddressInvalid, .hostAddressInvalid])
  }

  @Test(arguments: [
    ("2001:0db8::0:1", true), ("2001:DB8:0:0:0:0:0:1", true), ("::ffff:10.0.0.1", true),
    ("::ffff:a00:1", true), ("0.0.0.0", true), ("::", true), ("0:0:0:0:0:0:0:0", true),
    ("::ffff:0.0.0.0", true), ("MAIL.example.com", true), ("2001:db8::2", false),
    ("127.0.0.1", false), ("::1", false), ("0::1", false), ("::ffff:127.0.0.1", false),
    ("localhost", false), ("10.0.0.2", false),
  ])
  func pushesToItself(_ host: String, _ isItself: Bool) {
    let found = self.codes {
      $0.interfaces = [
        NetworkInterface(
          name: Setting("a"), address: Setting(IPv4Address(10, 0, 0, 1)),
          ipv6Address: Setting("2001:db8::1"))
      ]
      $0.subscriptions.append(
        LogSubscriptionSettings(
          name: Setting("pushed"), type: Setting(.textMail),
          retrieval: .syslogPush(SyslogPushSettings(host: Setting(host)))))
    }
    #expect(found == (isItself ? [.pushToItself] : []))
  }

  @Test func relaysAndServersAreKnownInAnySpelling() {
    func log(_ name: String, _ host: String) -> LogSubscriptionSettings {
      var push = SyslogPushSettings(host: Setting(host))
      push.transport = Setting(.tcp)
      return LogSubscriptionSettings(
        name: Setting(name), type: Setting(.textMail), retrieval: .syslogPush(push))
    }
    let found = self.codes {
      $0.subscriptions = [log("a", "2001:db8::5"), log("b", "2001:DB8:0::5")]
      $0.smtpRoutes = [
        SMTPRoute(
          source: Setting("ALL"), destinations: [Setting(.host("2001:0db8::5", port: 25))])
      ]
    }
    #expect(
      found.sorted { $0.rawValue < $1.rawValue } == [
        .pushFailureUnseen, .pushSharesRelay, .pushSharesRelay,
      ])
  }

  @Test(arguments: [
    ("10.0.0.0/8", true), ("10.0.0.1", true), ("10.0.0.0/255.0.0.0", true),
    ("2001:db8::/32", true), ("", true), ("1.2.3.0/33", false), ("1.2.3.0/", false),
    ("1.2.3.0/255.0.255.0", false), ("2001:db8::/129", false), ("junk", false),
    ("10.0.0.0/+8", false), ("10.0.0.0/8/8", false),
  ])
  func destinationsOfRoutes(_ destination: String, _ isAllowed: Bool) {
    let found = self.codes {
      $0.network.routes = [
        NetworkSettings.Route(
          name: Setting("r"), destination: Setting(destination), gateway: Setting("10.0.0.1"))
      ]
    }
    #expect(found == (isAllowed ? [] : [.hostAddressInvalid]))
  }

  @Test func networkSettingsAreNamedOnceAndCountedInNumbers() {
    func route(_ name: String) -> NetworkSettings.Route {
      .init(name: Setting(name), destination: Setting("10.0.0.1"), gateway: Setting("10.0.0.1"))
    }
    let expected: [([DiagnosticCode], (inout Configuration) -> Void)] = [
      ([.nameDuplicate], { $0.network.routes = [route("a"), route("A")] }),
      ([.nameEmpty], { $0.network.routes = [route("")] }),
      (
        [.nameDuplicate],
        { $0.network.ports = [.init(name: Setting("a")), .init(name: Setting("a"))] }
      ),
      ([.nameEmpty], { $0.network.ports = [.init(name: Setting(""))] }),
      ([.nameEmpty], { $0.users = [UserAccount(username: Setting(""))] }),
      ([.contentDoubtful], { $0.network.reverseLookupTimeout = Setting("abc") }),
      ([], { $0.network.reverseLookupTimeout = Setting("", state: .empty) }),
      (
        [.contentDoubtful],
        { $0.network.nameServers = [.init(address: Setting("10.0.0.1"), priority: "x")] }
      ),
      ([.interfaceUnknown], { $0.kept = [self.timeServers("Data 9")] }),
      ([], { $0.kept = [self.timeServers("Auto")] }),
    ]
    for (index, (codes, change)) in expected.enumerated() {
      #expect(self.codes(change) == codes, "\(index)")
    }
  }

  private func timeServers(_ interface: String) -> ConfigurationElement {
    ConfigurationElement(
      name: "ntp",
      children: [ConfigurationElement(name: "ntp_source_ip_interface", text: interface)])
  }

  // MARK: Alerts

  @Test func somebodyHearsCriticalSystemAlerts() {
    #expect(
      self.codes { $0.alerts.autosupportEnabled = Setting(false) } == [.criticalAlertsUnheard])
    let recipient = AlertSettings.Recipient(
      alertClass: .system, severity: .critical, address: Setting("a@example.com"))
    #expect(
      self.codes {
        $0.alerts.autosupportEnabled = Setting(false)
        $0.alerts.recipients = [recipient]
      } == [])
  }

  @Test func anAddressThatHearsEverythingIsReportedOnce() {
    let address = Setting("admin", at: self.place)
    let found = self.codes {
      $0.alerts.recipients = AlertClass.allCases.map {
        AlertSettings.Recipient(alertClass: $0, severity: .critical, address: address)
      }
    }
    #expect(found == [.alertAddressInvalid])
  }

  @Test(arguments: [
    (300, 3600, [DiagnosticCode]()), (0, 0, []), (10, 5, [.alertIntervalsReversed]),
    (-1, 5, [.valueBeyondBound]),
  ])
  func intervals(_ initial: Int, _ maximum: Int, _ expected: [DiagnosticCode]) {
    let found = self.codes {
      $0.alerts.initialIntervalSeconds = Setting(initial)
      $0.alerts.maximumIntervalSeconds = Setting(maximum)
    }
    #expect(found == expected)
  }

  /// An error says that an appliance would refuse the file, so it needs more than a guess of ours.
  @Test(arguments: DiagnosticCode.allCases)
  func aCodeIsAnErrorExactlyWhereAFactIsNamed(_ code: DiagnosticCode) {
    #expect((code.severity == .error) == code.fact.permitsError, "\(code.fact.text)")
    if code.isDoubt { #expect(code.severity == .warning) }
  }

  @Test func onlyWhatIsDocumentedOrObservedPermitsARefusal() {
    let permitted = Evidence.Standing.allCases.filter(\.permitsRefusal)
    #expect(permitted == [.documented, .observed])
    #expect(!DiagnosticFact.ours("x").permitsError && !DiagnosticFact.inferred("x").permitsError)
    #expect(DiagnosticFact.documented("loading").text == "documented: loading")
  }

  /// What a method cannot do without is understood, or nothing is done.
  @Test func whatIsNotUnderstoodIsNotInEffect() {
    func inEffect(_ change: (inout LogSubscriptionSettings) -> Void) -> Bool {
      var configuration = self.sound()
      change(&configuration.subscriptions[0])
      let log = configuration.inEffect.subscriptions[0]
      #expect((log.retrieval != .notUnderstood(nil)) == log.isInEffect)
      return log.isInEffect
    }
    func push(_ change: (inout SyslogPushSettings) -> Void) -> LogSubscriptionSettings.Retrieval {
      var push = SyslogPushSettings(host: Setting("h"))
      change(&push)
      return .syslogPush(push)
    }
    let strange = SettingState.notUnderstood("strange")
    #expect(inEffect { _ in })
    #expect(inEffect { $0.level.state = strange })
    #expect(inEffect { $0.retrieval = push { $0.facility.state = strange } })
    #expect(inEffect { $0.retrieval = push { $0.port.state = strange } })
    #expect(!inEffect { $0.type.state = strange })
    #expect(!inEffect { $0.retrieval = .notUnderstood(self.place) })
    #expect(!inEffect { $0.retrieval = push { $0.transport.state = strange } })
    #expect(!inEffect { $0.retrieval = push { $0.usesTLS.state = strange } })
    #expect(!inEffect { $0.retrieval = push { $0.usesTLS = Setting(true) } })
    #expect(
      !inEffect {
        $0.type = Setting(.delivery)
        $0.retrieval = push { _ in }
      })
    let files = LogFileSettings(filename: Setting("mail"))
    let nowhere = Setting("missing", at: self.place, state: .absent)
    for (host, isThere) in [(Setting("h"), true), (Setting("a b"), false), (nowhere, false)] {
      let transfer = FileTransferSettings(host: host, port: Setting(21), files: files)
      #expect(inEffect { $0.retrieval = .ftpPush(transfer) } == isThere)
    }
  }

  private static let allCodes = DiagnosticCode.allCases.map(\.rawValue).sorted()

  @Test func codesAreWellFormedAndTitled() {
    #expect(DiagnosticTable.rows.map(\.code.rawValue).sorted() == Self.allCodes)
    for code in DiagnosticCode.allCases {
      #expect(code.rawValue.wholeMatch(of: /(XML|CFG|LOG|ALR|CHK)\d{3}/) != nil)
      #expect(code.title != code.rawValue)
      #expect(code.title.last != ".")
    }
  }
}
