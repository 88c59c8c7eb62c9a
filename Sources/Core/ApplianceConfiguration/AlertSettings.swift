/// Which part of the appliance an alert is about.
///
/// Source: docs/FIDELITY.md, "Alert classes".
public enum AlertClass: String, Hashable, Sendable, CaseIterable, Codable {
  case system = "System"
  case hardware = "Hardware"
  case updater = "Updater"
  case outbreakFilters = "Outbreak Filters"
  case antiVirus = "Anti-Virus"
  case antiSpam = "Anti-Spam"
  case directoryHarvestAttackPrevention = "Directory Harvest Attack Prevention"
}

/// How grave an alert is.
public enum AlertSeverity: String, Hashable, Sendable, CaseIterable, Codable {
  case critical = "Critical"
  case warning = "Warning"
  case information = "Information"
}

/// Who hears which alert, and how often.
public struct AlertSettings: Hashable, Sendable {
  /// One line of the alert tree: a class, a severity, an address.
  public struct Recipient: Hashable, Sendable {
    /// The class that the address hears of.
    public var alertClass: AlertClass
    /// The severity that the address hears of.
    public var severity: AlertSeverity
    /// Who hears of it.
    public var address: Setting<String>

    /// An address that hears one class and severity.
    public init(alertClass: AlertClass, severity: AlertSeverity, address: Setting<String>) {
      self.alertClass = alertClass
      self.severity = severity
      self.address = address
    }
  }

  /// The address in From; `nil`, or empty, for the default, `alert@` and the host name.
  public var fromAddress: Setting<String>?
  /// In file order.
  public var recipients: [Recipient]
  /// Seconds before a duplicate is sent; 0 sends each at once.
  public var initialIntervalSeconds: Setting<Int>
  /// The longest wait that duplicates can reach.
  public var maximumIntervalSeconds: Setting<Int>
  /// Whether the vendor's address gets a copy of each alert.
  public var autosupportEnabled: Setting<Bool>
  /// What else the file says among the alert settings.
  public var kept: [ConfigurationElement]

  /// Intervals of 300 s and 3600 s and no recipient unless told otherwise.
  ///
  /// Source: docs/FIDELITY.md, "Duplicate alerts".
  public init(
    fromAddress: Setting<String>? = nil, recipients: [Recipient] = [],
    initialIntervalSeconds: Setting<Int> = Setting(default: 300),
    maximumIntervalSeconds: Setting<Int> = Setting(default: 3600),
    autosupportEnabled: Setting<Bool> = Setting(default: false),
    kept: [ConfigurationElement] = []
  ) {
    self.fromAddress = fromAddress
    self.recipients = recipients
    self.initialIntervalSeconds = initialIntervalSeconds
    self.maximumIntervalSeconds = maximumIntervalSeconds
    self.autosupportEnabled = autosupportEnabled
    self.kept = kept
  }
}
