public import ApplianceConfiguration
public import LogDelivery
public import Simulation

/// How often something must be seen.
public struct CountRange: Hashable, Sendable, CustomStringConvertible {
  /// At least.
  public var minimum: UInt64
  /// At most; `nil` for no end.
  public var maximum: UInt64?

  /// From `minimum` to `maximum`.
  public init(minimum: UInt64, maximum: UInt64?) {
    self.minimum = minimum
    self.maximum = maximum
  }

  /// Exactly so often.
  public static func exactly(_ count: UInt64) -> CountRange {
    CountRange(minimum: count, maximum: count)
  }

  /// Whether `count` is right.
  public func contains(_ count: UInt64) -> Bool {
    count >= self.minimum && self.maximum.map { count <= $0 } ?? true
  }

  /// Such as `3`, `at least 1` or `1 to 4`.
  public var description: String {
    guard let maximum = self.maximum else { return "at least \(self.minimum)" }
    return maximum == self.minimum ? "\(maximum)" : "\(self.minimum) to \(maximum)"
  }
}

/// A class of the ledger that an expectation can count.
public enum DeliveryFigure: String, Hashable, Sendable, CaseIterable {
  case logged, filtered, accepted, queued, written, acknowledged, received, lost
}

/// A part of a scenario's time.
public struct ScenarioWindow: Hashable, Sendable {
  /// From then on, after the scenario's start.
  public var from: SimDuration
  /// Before then; `nil` to the end.
  public var until: SimDuration?

  /// The time from `from` to `until`.
  public init(from: SimDuration = .zero, until: SimDuration? = nil) {
    self.from = from
    self.until = until
  }

  func contains(_ time: SimDuration) -> Bool {
    time >= self.from && self.until.map { time < $0 } ?? true
  }
}

/// How long something may take.
public struct DurationRange: Hashable, Sendable {
  /// At least.
  public var minimum: SimDuration
  /// At most; `nil` for no end.
  public var maximum: SimDuration?

  /// From `minimum` to `maximum`.
  public init(minimum: SimDuration = .zero, maximum: SimDuration? = nil) {
    self.minimum = minimum
    self.maximum = maximum
  }

  func contains(_ duration: SimDuration) -> Bool {
    duration >= self.minimum && self.maximum.map { duration <= $0 } ?? true
  }
}

extension Expectation {
  /// Whether it asks when a log line came.
  var timesLines: Bool {
    switch self {
    case .elapsed, .within(_, .logLine): true
    default: false
    }
  }
}

/// Something that must be true when a scenario has run.
public indirect enum Expectation: Hashable, Sendable {
  /// Only what happens in a part of the time counts; for alerts, log lines, connections, failures
  /// and received lines.
  case within(ScenarioWindow, Expectation)
  /// The time from the first line with one text to the first one behind it with the other.
  case elapsed(subscription: String, from: String, to: String, range: DurationRange)
  /// Alert mails that a mailbox took; an empty text matches every subject.
  case alert(
    alertClass: AlertClass?, severity: AlertSeverity?, subjectContains: String, count: CountRange)
  /// Lines of a subscription's files that contain a text.
  case logLine(subscription: String, contains: String, count: CountRange)
  /// These texts stand in lines of a subscription's files in this order.
  case logOrder(subscription: String, contains: [String])
  /// A figure of a pushed subscription's ledger.
  case delivery(subscription: String, figure: DeliveryFigure, count: CountRange)
  /// Connections of a push that were established.
  case connections(subscription: String, count: CountRange)
  /// Connections of a push that failed in that way.
  case failures(subscription: String, cause: LinkFailure.Cause?, count: CountRange)
  /// Lines that a host's syslog server read and that contain a text.
  case received(host: String, contains: String, count: CountRange)
}
