public import ApplianceConfiguration
public import Simulation

/// A kind of alert from the appliance's catalogue.
public struct AlertDefinition: Hashable, Sendable {
  /// Stable identifier, such as `LOG.ERROR`.
  public let identifier: String
  /// Which part of the appliance it is about.
  public let alertClass: AlertClass
  /// How grave it is.
  public let severity: AlertSeverity

  /// A log subscription failed. Source: docs/FIDELITY.md, "Alert catalogue".
  public static let logError = AlertDefinition(
    identifier: "LOG.ERROR", alertClass: .system, severity: .critical)

  /// A kind of alert.
  public init(identifier: String, alertClass: AlertClass, severity: AlertSeverity) {
    self.identifier = identifier
    self.alertClass = alertClass
    self.severity = severity
  }
}

/// One alert that was raised and not suppressed.
public struct Alert: Hashable, Sendable {
  /// Which kind.
  public let definition: AlertDefinition
  /// What happened, such as `Log Error: Subscription Mail_Log: ...`; may have several lines.
  public let text: String
  /// When it was raised, by the appliance's clock.
  public let instant: SimInstant
  /// How many alerts of the same text were suppressed since the last one that was sent.
  public let suppressedBefore: Int

  /// An alert.
  public init(
    definition: AlertDefinition, text: String, instant: SimInstant, suppressedBefore: Int = 0
  ) {
    self.definition = definition
    self.text = text
    self.instant = instant
    self.suppressedBefore = suppressedBefore
  }

  /// The subject of its mail, such as `Critical <System> mail.example.com: Log Error: ...`.
  ///
  /// The text is cut after 60 characters, and `...` then follows; the host name does not count.
  /// Line ends in the text become `; `. Source: docs/FIDELITY.md, "Alert subject".
  public func subject(hostname: String) -> String {
    let oneLine = self.text.split(whereSeparator: \.isNewline).joined(separator: "; ")
    let cut = oneLine.count > 60 ? oneLine.prefix(60) + "..." : oneLine[...]
    let lead = "\(self.definition.severity.shortName) <\(self.definition.alertClass.rawValue)>"
    return "\(lead) \(hostname): \(cut)"
  }

  /// Class and severity as log lines name them, such as `System/Critical`.
  public var logName: String {
    "\(self.definition.alertClass.rawValue)/\(self.definition.severity.shortName)"
  }
}

extension AlertSeverity {
  /// The word in subjects and log lines: `Critical`, `Warning` or `Info`.
  public var shortName: String {
    switch self {
    case .critical: "Critical"
    case .warning: "Warning"
    case .information: "Info"
    }
  }
}
