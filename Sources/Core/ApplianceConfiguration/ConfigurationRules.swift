import LogModel

/// What a configuration must fulfil beyond being readable, checked on the typed values.
///
/// All findings of a configuration come out of one call; nothing stops at the first.
public struct ConfigurationRules: RuleSection, Sendable {
  /// The smallest and largest rollover size, in bytes.
  ///
  /// Source: docs/FIDELITY.md, "Rollover size range"; a file smaller than its own header lines
  /// would roll over for ever.
  public var rolloverSizeBytes: ClosedRange<Int>
  /// The shortest and longest time between rollovers, in seconds, where there is one.
  ///
  /// Source: docs/FIDELITY.md, "Rollover interval range".
  public var rolloverIntervalSeconds: ClosedRange<Int> = 60...2_592_000
  /// The smallest and largest syslog message over UDP, and over TCP, in bytes.
  ///
  /// Source: docs/FIDELITY.md, "Message size range".
  public var messageBytesMaxUDP: ClosedRange<Int> = 1024...9216
  /// The same over TCP.
  public var messageBytesMaxTCP: ClosedRange<Int> = 1024...65535
  /// The fewest and most files that a subscription may keep.
  public var filesMax: ClosedRange<Int>
  /// The shortest and longest wait before a duplicate alert, in seconds; 0 sends each at once.
  public var alertIntervalSeconds: ClosedRange<Int>
  /// The shortest and longest time between system measurements, in seconds.
  public var measurementsFrequencySeconds: ClosedRange<Int>

  /// The product's own ranges unless told otherwise.
  public init(
    rolloverSizeBytes: ClosedRange<Int> = 1024...10_737_418_240,
    filesMax: ClosedRange<Int> = 1...1000,
    alertIntervalSeconds: ClosedRange<Int> = 0...604_800,
    measurementsFrequencySeconds: ClosedRange<Int> = 1...86_400
  ) {
    self.rolloverSizeBytes = rolloverSizeBytes
    self.filesMax = filesMax
    self.alertIntervalSeconds = alertIntervalSeconds
    self.measurementsFrequencySeconds = measurementsFrequencySeconds
  }

  /// Everything that is wrong or doubtful in `configuration`, in no particular order.
  public func findings(in configuration: Configuration) -> [Diagnostic] {
    self.generalFindings(in: configuration)
      + self.interfaceFindings(in: configuration)
      + self.routeFindings(configuration.smtpRoutes)
      + LogRules(bounds: self).findings(in: configuration)
      + AlertRules(intervalSeconds: self.alertIntervalSeconds).findings(configuration.alerts)
      + ReferenceRules.findings(in: configuration)
      + AccessRules.findings(configuration.listeners)
      + CertificateRules.findings(in: configuration)
  }

  func messageBytesMax(_ transport: SyslogPushSettings.Transport) -> ClosedRange<Int> {
    switch transport {
    case .udp: self.messageBytesMaxUDP
    case .tcp: self.messageBytesMaxTCP
    }
  }

  private func generalFindings(in configuration: Configuration) -> [Diagnostic] {
    var findings: [Diagnostic] = []
    // Sections alone may have none.
    if configuration.hostname.state != .absent {
      findings += Self.spelt(
        configuration.hostname, HostSpelling(hostName: configuration.hostname.value),
        .hostnameInvalid, allowed: Allowed.hostName)
    }
    if !HostSyntax.isTimeZoneName(configuration.timeZone.value) {
      findings.append(
        Self.finding(
          .timeZoneInvalid, configuration.timeZone, allowed: Allowed.timeZone))
    }
    let frequency = configuration.logGlobals.systemMeasurementsFrequencySeconds
    if !self.measurementsFrequencySeconds.contains(frequency.value) {
      findings.append(
        Self.finding(
          .valueBeyondBound, frequency,
          allowed: Allowed.seconds(self.measurementsFrequencySeconds)))
    }
    return findings
  }

  private func interfaceFindings(in configuration: Configuration) -> [Diagnostic] {
    let interfaces = configuration.interfaces
    var findings =
      Self.missingNames(interfaces.map(\.name))
      + Self.duplicates(interfaces.map(\.name), code: .nameDuplicate)
    let hostnames = interfaces.compactMap(\.hostname)
    for hostname in hostnames {
      findings += Self.spelt(
        hostname, HostSpelling(hostName: hostname.value), .hostnameInvalid,
        allowed: Allowed.hostName)
    }
    let names = configuration.listeners.map(\.name)
    findings += Self.missingNames(names) + Self.duplicates(names, code: .nameDuplicate)
    let profiles = configuration.bounceProfiles.map(\.name)
    findings += Self.duplicates(profiles, code: .nameDuplicate)
    for names in [
      configuration.users.map(\.username), configuration.network.ports.map(\.name),
      configuration.network.routes.map(\.name),
    ] {
      findings += Self.missingNames(names) + Self.duplicates(names, code: .nameDuplicate)
    }
    return findings
  }

  private func routeFindings(_ routes: [SMTPRoute]) -> [Diagnostic] {
    var findings = Self.duplicates(routes.map(\.source), code: .nameDuplicate)
    for route in routes {
      findings += Self.spelt(
        route.source, HostSpelling(routeSource: route.source.value), .routeSourceInvalid,
        allowed: "ALL, a domain, .domain for its sub-domains, an address or user@domain")
    }
    return findings
  }

  private static func missingNames(_ names: [Setting<String>]) -> [Diagnostic] {
    names.filter(\.value.isEmpty).map { Self.finding(.nameEmpty, $0, allowed: "a name") }
  }
}

/// Words for what is allowed, used by rules and by readers, so that both say the same.
public enum Allowed {
  /// For host names.
  public static let hostName =
    "labels of letters, digits and hyphens between dots, at most 253 bytes"
  /// For time zones.
  public static let timeZone =
    "a name of the time zone database, such as Africa/Johannesburg"
  /// For hosts.
  public static let host = "a host name, an IPv4 address or an IPv6 address"
  /// For names of subscriptions and files.
  public static let fileName =
    "1 to 64 letters, digits, dots, hyphens and underscores, the first no dot or hyphen"
  /// For names that a folder or a file can have at all.
  public static let usableFileName =
    "1 to 200 bytes without slashes and control characters, no dot first"
  /// For the first part of names of log files.
  public static let logFileName = Self.fileName + "; also $hostname and $serialnumber"
  /// For email addresses.
  public static let emailAddress =
    "an address such as admin@example.com, without spaces but in quotation marks"

  /// For whole numbers in `range`.
  public static func number(_ range: ClosedRange<Int>) -> String {
    "a whole number from \(range.lowerBound) to \(range.upperBound)"
  }

  /// For a number of seconds in `range`.
  public static func seconds(_ range: ClosedRange<Int>) -> String {
    "a whole number of seconds from \(range.lowerBound) to \(range.upperBound)"
  }
}
