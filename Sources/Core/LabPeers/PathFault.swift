public import Simulation

/// How the path to a server misbehaves where a proxy stands on it. docs/FAULTS.md describes each.
public enum PathFault: Hashable, Sendable {
  /// A server's behaviour, played in its place: up to the point everything is handed on.
  case server(ReceiverFault)
  /// The port is closed: a RST answers a SYN. Open connections go on.
  case refuse
  /// The port does not answer a SYN. Open connections go on.
  case backlogFull
  /// Nobody is told: no SYN is answered, and nothing of open connections is handed on.
  case silentDrop
  /// A RST answers each SYN and whatever else comes from the client.
  case rejectWithReset
  /// What holds the text goes no further; both ends get a RST.
  case resetOnPattern([UInt8])
  /// What goes beyond so many bytes goes no further; both ends get a RST.
  case resetAfterBytes(UInt64)
  /// The client gets a RST behind its first bytes that come so long after its connection began.
  case spoofedReset(after: SimDuration)
  /// A connection that was idle for that long is handed on no more, and nobody is told.
  case idleExpiry(SimDuration)
  /// One transport is dropped.
  case blockTCP, blockUDP
  /// Nothing passes for `length` at the beginning of each `every`; what TCP sent meanwhile follows.
  case outage(every: SimDuration, length: SimDuration)
  /// So many in a thousand are lost; of TCP they come later, as by retransmission.
  case loss(permille: Int)
  /// Datagrams that arrive twice.
  case duplication(permille: Int)
  /// Datagrams that are held back for 2 ms.
  case reordering(permille: Int)
  /// Everything takes so much longer.
  case latency(SimDuration)
  /// Everything takes longer by a time drawn up to this.
  case jitter(SimDuration)
  /// So many bits a second: TCP waits, datagrams beyond are lost.
  case rateLimit(bitsPerSecond: Int64)
  /// Longer datagrams vanish; TCP finds its way.
  case longestDatagram(bytes: Int)
}

extension PathFault {
  /// Its name in scenario files and in what a proxy tells.
  public var label: String {
    switch self {
    case .server(let fault): fault.label
    case .refuse: "refuse"
    case .backlogFull: "backlog-full"
    case .silentDrop: "silent-drop"
    case .rejectWithReset: "reject-with-reset"
    case .resetOnPattern: "reset-on-pattern"
    case .resetAfterBytes: "reset-after-bytes"
    case .spoofedReset: "spoofed-reset"
    case .idleExpiry: "idle-expiry"
    case .blockTCP: "block-tcp"
    case .blockUDP: "block-udp"
    case .outage: "burst-loss"
    case .loss: "loss"
    case .duplication: "duplication"
    case .reordering: "reordering"
    case .latency: "latency"
    case .jitter: "jitter"
    case .rateLimit: "rate-limit"
    case .longestDatagram: "mtu-black-hole"
    }
  }

  /// What a SYN meets; `nil` when the port is as ever.
  var door: FaultedPath.Door? {
    switch self {
    case .refuse, .rejectWithReset: .refusing
    case .backlogFull, .silentDrop, .blockTCP: .silent
    default: nil
    }
  }

  /// Whether open connections stand still.
  func holds(at since: SimDuration) -> Bool {
    switch self {
    case .silentDrop, .blockTCP: true
    case .outage(let every, let length): Self.isDown(since, every: every, length: length)
    default: false
    }
  }

  static func isDown(_ since: SimDuration, every: SimDuration, length: SimDuration) -> Bool {
    since >= .zero && every > .zero && since.nanoseconds % every.nanoseconds < length.nanoseconds
  }
}

/// A fault of the path, when it strikes, and which connections.
public struct ScheduledPathFault: Hashable, Sendable {
  /// What goes wrong.
  public var fault: PathFault
  /// From then on; the begin of an outage's periods.
  public var from: SimInstant
  /// Until then; `nil` to the end.
  public var until: SimInstant?
  /// Only so many connections, the first ones; `nil` each.
  public var connectionsMax: Int?
  /// Of a thousand connections so many, 0 to 1000.
  public var permille: Int

  /// A fault that strikes each connection, unless told otherwise.
  public init(
    _ fault: PathFault, from: SimInstant, until: SimInstant? = nil, connectionsMax: Int? = nil,
    permille: Int = 1000
  ) {
    self.fault = fault
    self.from = from
    self.until = until
    self.connectionsMax = connectionsMax
    self.permille = permille
  }

  /// Whether some connections only are struck.
  var isSelective: Bool { self.connectionsMax != nil || self.permille < 1000 }

  func covers(_ now: SimInstant) -> Bool {
    now >= self.from && self.until.map { now < $0 } ?? true
  }

  /// Whether open connections stand still at `now`.
  func holds(_ now: SimInstant) -> Bool {
    self.covers(now) && self.fault.holds(at: self.from.duration(to: now))
  }

  /// When the window or an outage begins or ends next, behind `now`.
  func nextChange(after now: SimInstant) -> SimInstant? {
    if now < self.from { return self.from }
    if let until = self.until, now >= until { return nil }
    guard case .outage(let every, let length) = self.fault, every > .zero else { return self.until }
    let into = SimDuration(
      nanoseconds: self.from.duration(to: now).nanoseconds % every.nanoseconds)
    let next = now.advanced(by: (into < length ? length : every) - into)
    return self.until.map { min($0, next) } ?? next
  }
}
