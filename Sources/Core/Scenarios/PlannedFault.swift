public import Simulation

/// Something that goes wrong at a place, on a time line or on a condition.
public struct PlannedFault: Hashable, Sendable, Codable {
  /// What goes wrong.
  public var kind: FaultDescription
  /// The host where, or to which the path leads; the name that is asked for, for faults of names;
  /// empty for faults of the appliance itself.
  public var host: String
  /// When.
  public var when: FaultWindow

  /// A fault at a host or on the path to it.
  public init(_ kind: FaultDescription, host: String, when: FaultWindow = FaultWindow()) {
    self.kind = kind
    self.host = host
    self.when = when
  }
}

/// When a fault strikes, on a scenario's time line.
public struct FaultWindow: Hashable, Sendable, Codable {
  /// From then on, after the scenario's start.
  public var from = SimDuration.zero
  /// Until then; `nil` to the end.
  public var until: SimDuration?
  /// Only so many connections, the first ones in the window: "fail k times, then succeed". `nil`:
  /// each.
  public var connectionsMax: Int?
  /// Of a thousand connections so many are struck, drawn from the seed.
  public var connectionPermille = 1000

  /// Always.
  public init() {}

  /// The same, on the time line of a run that begins at `start`.
  public func trigger(start: SimInstant) -> FaultTrigger {
    FaultTrigger(
      from: start.advanced(by: self.from), until: self.until.map { start.advanced(by: $0) },
      connectionsMax: self.connectionsMax, permille: self.connectionPermille)
  }

  /// Whether it is the time, that long after the scenario's start.
  func covers(since: SimDuration) -> Bool {
    let start = SimInstant(nanoseconds: 0)
    return self.trigger(start: start).covers(start.advanced(by: since))
  }
}
