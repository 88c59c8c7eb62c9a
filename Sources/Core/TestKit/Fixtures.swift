public import ApplianceConfiguration
public import LogModel
public import Simulation

/// One constructor of each input that tests and benchmarks need, so that a set option means
/// something.
public enum Fixtures {
  /// 2015-06-25T06:50:03Z, when the documented lines are stamped.
  public static let documentedInstant = SimInstant(secondsSinceEpoch: 1_435_215_003)

  /// The documented offset, 7200 seconds all year.
  public static let johannesburg = ZoneTransitions(
    name: "Africa/Johannesburg", initialOffsetSeconds: 7200)

  /// The documented appliance.
  public static let identity = ApplianceIdentity(
    product: Setting("Cisco C370 Email Security Appliance"), model: Setting("C370"),
    version: Setting("8.0.1-023"), serialNumber: Setting("A4BADB4712A9-511AA1E"))

  /// A configuration with the given subscriptions, whose alerts go to one recipient by one relay.
  public static func configuration(
    hostname: String = "mail.example.com", recipient: String = "alerts@ironport.com",
    subscriptions: [LogSubscriptionSettings], routes: [SMTPRoute] = [relayRoute],
    initialIntervalSeconds: Int = 300
  ) -> Configuration {
    Configuration(
      identity: self.identity, hostname: Setting(hostname),
      timeZone: Setting("Africa/Johannesburg"),
      interfaces: [
        NetworkInterface(name: Setting("Data 1"), address: Setting(IPv4Address(10, 229, 24, 230)))
      ],
      smtpRoutes: routes,
      listeners: [
        Listener(
          name: Setting("IncomingMail"), interfaceName: Setting("Data 1"),
          kind: Setting(.public))
      ],
      subscriptions: subscriptions,
      alerts: AlertSettings(
        recipients: [
          .init(alertClass: .system, severity: .critical, address: Setting(recipient))
        ],
        initialIntervalSeconds: Setting(initialIntervalSeconds)))
  }

  /// All mail goes to 127.0.0.1 port 2525.
  public static let relayRoute = SMTPRoute(
    source: Setting("ALL"), destinations: [Setting(.host("127.0.0.1", port: 2525))])

  /// A text mail log that goes by syslog push.
  public static func pushed(
    name: String = "Mail_Log", host: String = "10.44.167.30", port: UInt16 = 514,
    transport: SyslogPushSettings.Transport = .tcp, level: LogLevel = .information
  ) -> LogSubscriptionSettings {
    LogSubscriptionSettings(
      name: Setting(name), type: Setting(.textMail), level: Setting(level),
      retrieval: .syslogPush(
        SyslogPushSettings(
          host: Setting(host), port: Setting(port), transport: Setting(transport))))
  }

  /// A text mail log that stays in files.
  public static func files(
    name: String = "mail_logs", level: LogLevel = .information, rolloverSizeBytes: Int = 10_485_760,
    filesMax: Int = 10
  ) -> LogSubscriptionSettings {
    LogSubscriptionSettings(
      name: Setting(name), type: Setting(.textMail), level: Setting(level),
      retrieval: .manualDownload(
        LogFileSettings(
          filename: Setting("mail"), rolloverSizeBytes: Setting(rolloverSizeBytes),
          filesMax: Setting(filesMax))))
  }
}
