public import LabPeers
internal import LogModel
public import Simulation

/// Something that goes wrong at a place, on a time line or on a condition.
public struct PlannedFault: Hashable, Sendable {
  /// What goes wrong.
  public var kind: FaultKind
  /// The host where, or to which the path leads; the name that is asked for, for faults of names;
  /// empty for faults of the appliance itself.
  public var host: String
  /// When.
  public var when: FaultWindow

  /// A fault at a host or on the path to it.
  public init(_ kind: FaultKind, host: String, when: FaultWindow = FaultWindow()) {
    self.kind = kind
    self.host = host
    self.when = when
  }
}

/// When a fault strikes.
public struct FaultWindow: Hashable, Sendable {
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
}

/// What goes wrong. docs/FAULTS.md describes each by its name.
public enum FaultKind: Hashable, Sendable {
  // The server
  case refuse
  case resetAfterHandshake
  /// Read everything up to the point, then reset.
  case resetAfter(StreamPoint)
  case resetWhenIdle(SimDuration)
  case neverRead
  case readSlowly(bytesPerSecond: Int)
  case backlogFull(resets: Bool)
  case closeAfter(StreamPoint)
  /// A FIN at the point; the server reads on, or reads no more.
  case halfClose(StreamPoint, readsOn: Bool)
  /// What the server does about the client's FIN.
  case answerClose(CloseAnswer)
  /// It keeps only so many bytes of each datagram.
  case cutDatagrams(bytes: Int)
  /// The server is gone for a while: its connections are reset, its port is closed, then it is
  /// back.
  case crash(backAfter: SimDuration)

  // Firewall and IPS on the path
  case silentDrop
  case rejectWithReset
  case rejectWithICMP
  case resetOnPattern([UInt8])
  case resetAfterBytes(UInt64)
  /// A reset with a sequence number that the receiver accepts, or not.
  case spoofedReset(after: SimDuration, rightSequence: Bool)
  case idleExpiry(SimDuration)
  case blockTCP
  case blockUDP
  case rateLimit(bitsPerSecond: Int64)

  // The path
  case loss(permille: Int)
  case burstLoss(every: SimDuration, length: SimDuration)
  case duplication(permille: Int)
  case reordering(permille: Int)
  case latency(SimDuration)
  case mtuBlackHole(mtu: Int)
  case linkFlap(every: SimDuration, down: SimDuration)

  // Names
  case nameNotFound
  case nameServerFailure
  case nameTimeout(SimDuration)
  case addressChange(IPv4Address)

  // The appliance itself
  /// Somebody saves the log files being written, of one subscription or of all.
  case rollOverNow(subscription: String?)
  /// The appliance's wall clock is set; negative for back.
  case clockStep(by: SimDuration)
  /// Neither log files nor disk buffers can be written.
  case diskFull
}

extension FaultKind {
  /// Its name in scenario files and in the comments of captures.
  public var name: String {
    switch self {
    case .refuse: "refuse"
    case .resetAfterHandshake: ReceiverFault.resetAfterHandshake.label
    case .resetAfter(let point): ReceiverFault.resetAfter(point).label
    case .resetWhenIdle(let duration): ReceiverFault.resetWhenIdle(duration).label
    case .neverRead: ReceiverFault.neverRead.label
    case .readSlowly(let rate): ReceiverFault.readSlowly(bytesPerSecond: rate).label
    case .backlogFull: "backlog-full"
    case .closeAfter(let point): ReceiverFault.closeAfter(point).label
    case .halfClose(let point, let readsOn):
      ReceiverFault.halfClose(point, readsOn: readsOn).label
    case .answerClose(let answer): ReceiverFault.answerClose(answer).label
    case .cutDatagrams: "cut-datagrams"
    case .crash: "crash"
    case .silentDrop: "silent-drop"
    case .rejectWithReset: "reject-with-reset"
    case .rejectWithICMP: "reject-with-icmp"
    case .resetOnPattern: "reset-on-pattern"
    case .resetAfterBytes: "reset-after-bytes"
    case .spoofedReset: "spoofed-reset"
    case .idleExpiry: "idle-expiry"
    case .blockTCP: "block-tcp"
    case .blockUDP: "block-udp"
    case .rateLimit: "rate-limit"
    case .loss: "loss"
    case .burstLoss: "burst-loss"
    case .duplication: "duplication"
    case .reordering: "reordering"
    case .latency: "latency"
    case .mtuBlackHole: "mtu-black-hole"
    case .linkFlap: "link-flap"
    case .nameNotFound: "name-not-found"
    case .nameServerFailure: "name-server-failure"
    case .nameTimeout: "name-timeout"
    case .addressChange: "address-change"
    case .rollOverNow: "rollovernow"
    case .clockStep: "clock-step"
    case .diskFull: "disk-full"
    }
  }
}
