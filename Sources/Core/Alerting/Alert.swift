public import ApplianceConfiguration
public import Simulation

/// What the appliance calls a group of alerts, and whom it goes to.
public struct AlertDefinition: Hashable, Sendable {
  /// Stable identifier, such as `LOG.ERROR`.
  public let identifier: String
  /// Which part of the appliance it is about.
  public let alertClass: AlertClass
  /// How severe it is.
  public let severity: AlertSeverity

  /// Something is wrong with a log subscription. Source: docs/FIDELITY.md, "Alert catalogue".
  public static let logError = AlertDefinition(
    identifier: "LOG.ERROR", alertClass: .system, severity: .critical)

  /// A group of alerts.
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
  /// The cause; `nil` for one that an earlier run raised, of which the text is kept.
  public let event: AlertEvent?
  /// When it was raised, by the appliance's clock.
  public let instant: SimInstant
  /// How many alerts of the same text were suppressed since the last one that was sent.
  public let suppressedBefore: Int

  /// The alert about an event.
  public init(_ event: AlertEvent, instant: SimInstant, suppressedBefore: Int = 0) {
    self.definition = event.alert.row.definition
    self.text = event.text
    self.event = event
    self.instant = instant
    self.suppressedBefore = suppressedBefore
  }

  /// An alert of which only the words are known.
  public init(
    definition: AlertDefinition, text: String, instant: SimInstant, suppressedBefore: Int = 0
  ) {
    self.definition = definition
    self.text = text
    self.event = nil
    self.instant = instant
    self.suppressedBefore = suppressedBefore
  }

  /// The most characters of the text in a subject. Source: docs/FIDELITY.md, "Alert subject".
  public static let subjectTextMax = 60

  /// The subject of its mail, such as `Critical <System> mail.example.com: Log Error: ...`.
  ///
  /// The text is cut after `subjectTextMax` characters, and `...` then follows; the host name does
  /// not count.
  /// Line ends in the text become `; `. Source: docs/FIDELITY.md, "Alert subject".
  public func subject(hostname: String) -> String {
    let oneLine = self.text.split(whereSeparator: \.isNewline).joined(separator: "; ")
    let cut =
      oneLine.count > Self.subjectTextMax
      ? oneLine.prefix(Self.subjectTextMax) + "..." : oneLine[...]
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
