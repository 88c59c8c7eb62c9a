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

/// A set of pairs of a class and a severity.
public struct AlertKinds: OptionSet, Hashable, Sendable {
  /// Each pair, class by class.
  public static let pairs: [(alertClass: AlertClass, severity: AlertSeverity)] =
    AlertClass.allCases.flatMap { alertClass in
      AlertSeverity.allCases.map { (alertClass, $0) }
    }

  /// A bit for each of `pairs`, the lowest for the first.
  public let rawValue: UInt32

  public init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  /// One pair.
  public init(_ alertClass: AlertClass, _ severity: AlertSeverity) {
    let index = Self.pairs.firstIndex { $0 == (alertClass, severity) }
    self.init(rawValue: index.map { 1 << UInt32($0) } ?? 0)
  }

  /// Each pair of one of `classes` and one of `severities`.
  public init(_ classes: [AlertClass], _ severities: [AlertSeverity]) {
    self = classes.reduce(into: []) { kinds, alertClass in
      for severity in severities { kinds.formUnion(AlertKinds(alertClass, severity)) }
    }
  }

  /// The pairs in it, in the order of `pairs`.
  public var listed: [(alertClass: AlertClass, severity: AlertSeverity)] {
    Self.pairs.enumerated().filter { self.rawValue & 1 << UInt32($0.offset) != 0 }.map(\.element)
  }
}

/// Who hears which alert, and how often.
public struct AlertSettings: Hashable, Sendable {
  /// One address of the alert tree and what it hears: one value of the file is one of these,
  /// however many classes and severities it stands for.
  public struct Recipient: Hashable, Sendable {
    /// The classes and severities that the address hears of.
    public var hears: AlertKinds
    /// Who hears of them.
    public var address: Setting<String>

    /// An address that hears of `hears`.
    public init(_ address: Setting<String>, hears: AlertKinds) {
      self.hears = hears
      self.address = address
    }

    /// An address that hears one class and severity.
    public init(alertClass: AlertClass, severity: AlertSeverity, address: Setting<String>) {
      self.init(address, hears: AlertKinds(alertClass, severity))
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
