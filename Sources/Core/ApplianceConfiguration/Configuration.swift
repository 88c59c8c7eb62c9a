/// What an appliance is set to do, as far as the product understands it.
///
/// Made by an importer such as `ConfigurationXML`; parts of the product take sub-values, never the
/// whole.
public struct Configuration: Hashable, Sendable {
  /// What the header comment says of the appliance.
  public var identity: ApplianceIdentity
  /// The fully qualified host name.
  public var hostname: Setting<String>
  /// The zone's name, such as `Africa/Johannesburg`; the shell looks its transitions up.
  public var timeZone: Setting<String>
  /// IP interfaces, in file order.
  public var interfaces: [NetworkInterface]
  /// Ports, names and routes.
  public var network: NetworkSettings
  /// Who may log in, in file order.
  public var users: [UserAccount]
  /// Bounce profiles, in file order.
  public var bounceProfiles: [BounceProfile]
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
  /// Sections that the file has and that hold nothing: an empty section clears, an absent one does
  /// not.
  public var emptied: [Setting<String>]
  /// Sections that the model does not read, in file order.
  public var kept: [ConfigurationElement]
  /// What stands in a section that the model reads and is not read, by the section's name.
  public var keptInSections: [String: [ConfigurationElement]]
  /// Attributes that are not known, of elements that are read, in the order of reading.
  public var keptAttributes: [KeptAttribute] = []

  /// A configuration with these parts.
  public init(
    identity: ApplianceIdentity, hostname: Setting<String>, timeZone: Setting<String>,
    interfaces: [NetworkInterface] = [], smtpRoutes: [SMTPRoute] = [],
    listeners: [Listener] = [], subscriptions: [LogSubscriptionSettings] = [],
    logGlobals: LogGlobalSettings = LogGlobalSettings(), alerts: AlertSettings = AlertSettings(),
    network: NetworkSettings = NetworkSettings(), users: [UserAccount] = [],
    bounceProfiles: [BounceProfile] = [], emptied: [Setting<String>] = [],
    kept: [ConfigurationElement] = [], keptInSections: [String: [ConfigurationElement]] = [:]
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
    self.network = network
    self.users = users
    self.bounceProfiles = bounceProfiles
    self.emptied = emptied
    self.kept = kept
    self.keptInSections = keptInSections
  }
}

/// An attribute that is not known, of an element that is read.
public struct KeptAttribute: Hashable, Sendable {
  /// The element and what it is called or, of a leaf, what it holds, such as `log_level 3`.
  public let element: String
  /// The attribute.
  public let attribute: ConfigurationAttribute
  /// Whether its value must not be shown.
  public let isSecret: Bool
  /// Where the element stands.
  public let position: SourcePosition

  /// An attribute of an element `name`, which is called as `content` is, or holds its text.
  public init(
    of name: String, _ attribute: ConfigurationAttribute, content: ConfigurationElement,
    at position: SourcePosition
  ) {
    let label = ElementLabel.find(in: content)
    let ownText = content.children.isEmpty ? XMLBlank.trimmed(content.text) : ""
    let text = label?.text ?? ownText
    let isSecret = content.isSecret || label?.child?.isSecret ?? false
    let isShown = !text.isEmpty && !isSecret && !SecretText.mayHold(text)
    self.element = isShown ? name + " " + Diagnostic.excerpt(of: text) : name
    self.attribute = attribute
    self.isSecret = content.isSecret(attribute)
    self.position = position
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
  /// The other lines of the comment, `Key: value` each, in file order.
  public var otherLines: [Setting<String>]

  /// An identity with these parts.
  public init(
    product: Setting<String>, model: Setting<String>, version: Setting<String>,
    serialNumber: Setting<String>, otherLines: [Setting<String>] = []
  ) {
    self.product = product
    self.model = model
    self.version = version
    self.serialNumber = serialNumber
    self.otherLines = otherLines
  }
}

/// Where mail for some domains goes instead of where its MX records point.
public struct SMTPRoute: Hashable, Sendable {
  /// A place that an SMTP route leads to.
  public enum Destination: Hashable, Sendable {
    /// A host name or address literal, and a port, 25 unless told otherwise.
    case host(String, port: UInt16)
    /// `[host]`: a host by its address records, whatever its MX records say, and a port.
    case hostByAddress(String, port: UInt16)
    /// `/dev/null`: mail is dropped.
    case discard
    /// `USEDNS`: as if there were no route.
    case useDNS
  }

  /// `ALL`, a domain, or `.domain` for its sub-domains.
  public var source: Setting<String>
  /// In order of preference.
  public var destinations: [Setting<Destination>]
  /// What else the file says of it.
  public var kept: [ConfigurationElement]

  /// A route from `source` to `destinations`.
  public init(
    source: Setting<String>, destinations: [Setting<Destination>],
    kept: [ConfigurationElement] = []
  ) {
    self.source = source
    self.destinations = destinations
    self.kept = kept
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
  /// How its mail is bounced, by the profile's name.
  public var bounceProfileName: Setting<String>?
  /// Which senders it serves; `nil` when the file does not say.
  public var hostAccess: HostAccessTable?
  /// For which recipients it takes mail; `nil` when the file does not say.
  public var recipientAccess: RecipientAccessTable?
  /// What else the file says of it.
  public var kept: [ConfigurationElement]

  /// A listener with these parts.
  public init(
    name: Setting<String>, interfaceName: Setting<String>, kind: Setting<Kind>,
    bounceProfileName: Setting<String>? = nil, hostAccess: HostAccessTable? = nil,
    recipientAccess: RecipientAccessTable? = nil, kept: [ConfigurationElement] = []
  ) {
    self.name = name
    self.interfaceName = interfaceName
    self.kind = kind
    self.bounceProfileName = bounceProfileName
    self.hostAccess = hostAccess
    self.recipientAccess = recipientAccess
    self.kept = kept
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
  /// Names of the header fields that the mail log quotes, in file order.
  public var headers: [Setting<String>]

  /// The documented defaults where one is known.
  public init(
    systemMeasurementsFrequencySeconds: Setting<Int> = Setting(default: 60),
    logsMessageID: Setting<Bool> = Setting(default: true),
    logsOriginalSubject: Setting<Bool> = Setting(default: true),
    logsRemoteResponse: Setting<Bool> = Setting(default: true), headers: [Setting<String>] = []
  ) {
    self.systemMeasurementsFrequencySeconds = systemMeasurementsFrequencySeconds
    self.logsMessageID = logsMessageID
    self.logsOriginalSubject = logsOriginalSubject
    self.logsRemoteResponse = logsRemoteResponse
    self.headers = headers
  }
}
