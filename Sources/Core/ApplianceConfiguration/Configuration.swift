public import LogModel

/// What an appliance is set to do, as far as the product understands it.
///
/// Made by an importer such as `ConfigurationXML`; parts of the product take sub-values, never the whole.
public struct Configuration: Hashable, Sendable {
  /// What the header comment says of the appliance.
  public var identity: ApplianceIdentity
  /// The fully qualified host name.
  public var hostname: Setting<String>
  /// The zone's name, such as `Africa/Johannesburg`; the shell looks its transitions up.
  public var timeZone: Setting<String>
  /// IP interfaces, in file order.
  public var interfaces: [NetworkInterface]
  /// SMTP routes, in file order.
  public var smtpRoutes: [SMTPRoute]
  /// Listeners, in file order.
  public var listeners: [Listener]
  /// Log subscriptions, in file order.
  public var subscriptions: [LogSubscriptionSettings]
  /// Settings that hold for all logs.
  public var logGlobals: LogGlobalSettings
  /// Alert recipients and intervals.
  public var alerts: AlertSettings

  /// A configuration with these parts.
  public init(
    identity: ApplianceIdentity, hostname: Setting<String>, timeZone: Setting<String>,
    interfaces: [NetworkInterface] = [], smtpRoutes: [SMTPRoute] = [],
    listeners: [Listener] = [], subscriptions: [LogSubscriptionSettings] = [],
    logGlobals: LogGlobalSettings = LogGlobalSettings(), alerts: AlertSettings = AlertSettings()
  ) {
    self.identity = identity
    self.hostname = hostname
    self.timeZone = timeZone
    self.interfaces = interfaces
    self.smtpRoutes = smtpRoutes
    self.listeners = listeners
    self.subscriptions = subscriptions
    self.logGlobals = logGlobals
    self.alerts = alerts
  }
}

/// What only the header comment of the file tells: log header lines and alert mails need it.
public struct ApplianceIdentity: Hashable, Sendable {
  /// Such as `Cisco C370 Email Security Appliance`.
  public var product: Setting<String>
  /// Such as `C370`; alert mails name it.
  public var model: Setting<String>
  /// Such as `8.0.1-023`.
  public var version: Setting<String>
  /// Such as `A4BADB4712A9-511AA1E`.
  public var serialNumber: Setting<String>

  /// An identity with these parts.
  public init(
    product: Setting<String>, model: Setting<String>, version: Setting<String>,
    serialNumber: Setting<String>
  ) {
    self.product = product
    self.model = model
    self.version = version
    self.serialNumber = serialNumber
  }
}

/// One IP interface.
public struct NetworkInterface: Hashable, Sendable {
  /// Such as `Management` or `Data 1`.
  public var name: Setting<String>
  /// Its address; `nil` when it has none of version 4.
  public var address: Setting<IPv4Address>?
  /// Length of the network prefix, 0 to 32, whichever way the file writes the mask.
  public var prefixLength: Setting<Int>?
  /// The name under which the appliance presents itself there.
  public var hostname: Setting<String>?

  /// An interface with these parts.
  public init(
    name: Setting<String>, address: Setting<IPv4Address>? = nil,
    prefixLength: Setting<Int>? = nil, hostname: Setting<String>? = nil
  ) {
    self.name = name
    self.address = address
    self.prefixLength = prefixLength
    self.hostname = hostname
  }
}

/// Where mail for some domains goes instead of where its MX records point.
public struct SMTPRoute: Hashable, Sendable {
  /// A place that an SMTP route leads to.
  public enum Destination: Hashable, Sendable {
    /// A host name or address literal, and a port, 25 unless told otherwise.
    case host(String, port: UInt16)
    /// `/dev/null`: mail is dropped.
    case discard
    /// `USEDNS`: as if there were no route.
    case useDNS
  }

  /// `ALL`, a domain, or `.domain` for its sub-domains.
  public var source: Setting<String>
  /// In order of preference.
  public var destinations: [Setting<Destination>]

  /// A route from `source` to `destinations`.
  public init(source: Setting<String>, destinations: [Setting<Destination>]) {
    self.source = source
    self.destinations = destinations
  }
}

/// A service that takes mail in.
public struct Listener: Hashable, Sendable {
  /// Whether mail comes in from the Internet or goes out from the organisation's own hosts.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case `public`
    case `private`
  }

  /// Such as `IncomingMail`.
  public var name: Setting<String>
  /// The interface that it listens on, by name.
  public var interfaceName: Setting<String>
  /// Public or private.
  public var kind: Setting<Kind>

  /// A listener with these parts.
  public init(name: Setting<String>, interfaceName: Setting<String>, kind: Setting<Kind>) {
    self.name = name
    self.interfaceName = interfaceName
    self.kind = kind
  }
}

/// Settings that hold for all logs; the file has them beside `log_subscriptions`, not inside.
public struct LogGlobalSettings: Hashable, Sendable {
  /// Seconds between status lines in the mail log, 1 or more.
  public var systemMeasurementsFrequencySeconds: Setting<Int>
  /// Whether the mail log has `Message-ID` lines.
  public var logsMessageID: Setting<Bool>
  /// Whether the mail log has `Subject` lines.
  public var logsOriginalSubject: Setting<Bool>
  /// Whether the mail log has `Response` lines.
  public var logsRemoteResponse: Setting<Bool>

  /// The documented defaults where one is known.
  public init(
    systemMeasurementsFrequencySeconds: Setting<Int> = Setting(60),
    logsMessageID: Setting<Bool> = Setting(true),
    logsOriginalSubject: Setting<Bool> = Setting(true),
    logsRemoteResponse: Setting<Bool> = Setting(true)
  ) {
    self.systemMeasurementsFrequencySeconds = systemMeasurementsFrequencySeconds
    self.logsMessageID = logsMessageID
    self.logsOriginalSubject = logsOriginalSubject
    self.logsRemoteResponse = logsRemoteResponse
  }
}
