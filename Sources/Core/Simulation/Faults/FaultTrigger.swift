/// When a fault strikes, and which connections: the first ones, or a share of them.
public struct FaultTrigger: Hashable, Sendable, Codable {
  /// From then on; `nil` from the beginning.
  public var from: SimInstant?
  /// Until then; `nil` to the end.
  public var until: SimInstant?
  /// Only so many connections, the first ones; `nil` each.
  public var connectionsMax: Int?
  /// Of a thousand connections so many, 0 to 1000.
  public var permille: Int

  /// A trigger that covers each connection at any time, unless told otherwise.
  public init(
    from: SimInstant? = nil, until: SimInstant? = nil, connectionsMax: Int? = nil,
    permille: Int = 1000
  ) {
    self.from = from
    self.until = until
    self.connectionsMax = connectionsMax
    self.permille = permille
  }

  /// Whether it is the time.
  public func covers(_ now: SimInstant) -> Bool {
    self.from.map { now >= $0 } ?? true && self.until.map { now < $0 } ?? true
  }

  /// Whether some connections only are struck.
  public var isSelective: Bool { self.connectionsMax != nil || self.permille < 1000 }

  /// Whether one more connection is struck, when `struck` have been.
  public func chooses(afterStriking struck: Int, using random: inout SeededGenerator) -> Bool {
    self.connectionsMax.map { struck < $0 } ?? true && random.chance(permille: self.permille)
  }

  /// When the window begins or ends next, behind `now`.
  public func nextChange(after now: SimInstant) -> SimInstant? {
    if let from, now < from { return from }
    guard let until, now < until else { return nil }
    return until
  }
}

/// A fault, when it strikes, and which connections.
public struct ScheduledFault<Fault: Hashable & Sendable>: Hashable, Sendable {
  /// What happens.
  public var fault: Fault
  /// When, and to which connections.
  public var when: FaultTrigger

  /// A fault that strikes when its trigger says so.
  public init(_ fault: Fault, when: FaultTrigger) {
    self.fault = fault
    self.when = when
  }

  /// A fault that strikes each connection, unless told otherwise.
  public init(
    _ fault: Fault, from: SimInstant? = nil, until: SimInstant? = nil, connectionsMax: Int? = nil,
    permille: Int = 1000
  ) {
    self.init(
      fault,
      when: FaultTrigger(
        from: from, until: until, connectionsMax: connectionsMax, permille: permille))
  }
}

/// A fault of a server's connections.
public typealias ScheduledReceiverFault = ScheduledFault<ReceiverFault>

/// A fault that a proxy plays: of the path, or of the server in its place.
public typealias ScheduledPathFault = ScheduledFault<FaultDescription>
