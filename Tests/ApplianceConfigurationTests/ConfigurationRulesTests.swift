import LogModel
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

  @Test func namesThatDifferInCaseOnlyAreOne() {
    var configuration = self.sound()
    var second = configuration.subscriptions[0]
    configuration.subscriptions[0].name = Setting("mail_logs", at: self.place)
    second.name = Setting("MAIL_LOGS", at: SourcePosition(line: 9, column: 5))
    configuration.subscriptions.append(second)
    let findings = ConfigurationRules().findings(in: configuration)
    #expect(findings.map(\.code) == [.logNameDuplicate])
    #expect(findings[0].position?.line == 9)
    #expect(findings[0].allowed.contains("3:5"))
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
    (0, 10, [DiagnosticCode.rolloverSizeInvalid]), (1023, 10, [.rolloverSizeInvalid]),
    (1024, 10, []), (1024, 0, [.rolloverFilesInvalid]), (1024, 1001, [.rolloverFilesInvalid]),
    (-1, -1, [.rolloverSizeInvalid, .rolloverFilesInvalid]),
  ])
  func rollover(_ size: Int, _ files: Int, _ expected: [DiagnosticCode]) {
    let found = self.codes {
      $0.subscriptions[0].retrieval = .manualDownload(
        LogFileSettings(
          filename: Setting("mail"), rolloverSizeBytes: Setting(size), filesMax: Setting(files)))
    }
    #expect(found == expected)
  }

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
    (-1, 5, [.alertIntervalInvalid]),
  ])
  func intervals(_ initial: Int, _ maximum: Int, _ expected: [DiagnosticCode]) {
    let found = self.codes {
      $0.alerts.initialIntervalSeconds = Setting(initial)
      $0.alerts.maximumIntervalSeconds = Setting(maximum)
    }
    #expect(found == expected)
  }

  @Test func codesAreWellFormedAndTitled() {
    for code in DiagnosticCode.allCases {
      #expect(code.rawValue.wholeMatch(of: /(XML|CFG|LOG|ALR|CHK)\d{3}/) != nil)
      #expect(code.title != code.rawValue)
      #expect(code.title.last != ".")
    }
  }
}
