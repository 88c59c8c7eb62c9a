public import LabPeers
public import Simulation

/// A scenario's faults of one host, for real sockets: what its lab server does, and what a proxy does
/// on the path to it.
///
/// One row a fault, as `Lab+Faults.swift` has for the simulated network; docs/FAULTS.md tells which
/// ones a proxy can only play in part.
public struct LiveFaults: Hashable, Sendable {
  /// What the lab's server does.
  public private(set) var server: [ScheduledReceiverFault] = []
  /// What the proxy on the path does.
  public private(set) var path: [ScheduledPathFault] = []
  /// From when to when the server keeps how much of each datagram.
  public private(set) var cuts: [DatagramCut] = []
  /// When the server is gone, and when it is back.
  public private(set) var crashes: [Crash] = []
  /// What real sockets cannot do, or only in part.
  public private(set) var warnings: [String] = []

  /// A server that keeps only the beginning of datagrams.
  public struct DatagramCut: Hashable, Sendable {
    /// From then on.
    public let from: SimInstant
    /// Until then; `nil` to the end.
    public let until: SimInstant?
    /// So many bytes are kept.
    public let bytes: Int
  }

  /// A server that is gone for a while.
  public struct Crash: Hashable, Sendable {
    /// When it goes.
    public let at: SimInstant
    /// When it is back.
    public let backAt: SimInstant
  }

  /// The faults of `host`, on a time line that begins at `start`.
  public init(_ scenario: Scenario, host: String, start: SimInstant) {
    for fault in scenario.faults where fault.host == host { self.add(fault, start: start) }
  }

  /// Everything as faults of the path, for a proxy before a real server.
  public var wholePath: [ScheduledPathFault] {
    let servers = self.server.filter { $0.fault.proxyRefusal == nil }.map { fault in
      ScheduledPathFault(
        .server(fault.fault), from: fault.from ?? SimInstant(nanoseconds: 0),
        until: fault.until, connectionsMax: fault.connectionsMax, permille: fault.permille)
    }
    let crashes = self.crashes.map {
      ScheduledPathFault(.rejectWithReset, from: $0.at, until: $0.backAt)
    }
    return servers + crashes + self.path
  }

  /// What a proxy before a real server cannot do.
  public var proxyWarnings: [String] {
    self.server.compactMap { scheduled in
      scheduled.fault.proxyRefusal.map { "\(scheduled.fault.label): \($0)" }
    }
  }

  private mutating func add(_ fault: PlannedFault, start: SimInstant) {
    let from = start.advanced(by: fault.when.from)
    let until = fault.when.until.map { start.advanced(by: $0) }
    if let kind = fault.kind.receiverFault {
      self.server.append(
        ScheduledReceiverFault(
          kind, from: from, until: until, connectionsMax: fault.when.connectionsMax,
          permille: fault.when.connectionPermille))
      return
    }
    switch fault.kind {
    case .cutDatagrams(let bytes):
      self.cuts.append(DatagramCut(from: from, until: until, bytes: bytes))
    case .crash(let backAfter):
      self.crashes.append(Crash(at: from, backAt: from.advanced(by: backAfter)))
    default:
      if let reason = fault.kind.liveLimit(fault.when) {
        self.warnings.append("\(fault.kind.name) at \(fault.host): \(reason)")
      }
      guard let kind = fault.kind.pathFault else { return }
      self.path.append(
        ScheduledPathFault(
          kind, from: from, until: until, connectionsMax: fault.when.connectionsMax,
          permille: fault.when.connectionPermille))
    }
  }
}

extension FaultKind {
  /// What a proxy plays; `nil` for faults of servers and names, and for what it cannot play.
  var pathFault: PathFault? {
    switch self {
    case .refuse: .refuse
    case .backlogFull(let resets): resets ? .refuse : .backlogFull
    case .silentDrop: .silentDrop
    case .rejectWithReset: .rejectWithReset
    case .resetOnPattern(let pattern): .resetOnPattern(pattern)
    case .resetAfterBytes(let count): .resetAfterBytes(count)
    case .spoofedReset(let after, let right): right ? .spoofedReset(after: after) : nil
    case .idleExpiry(let duration): .idleExpiry(duration)
    case .blockTCP: .blockTCP
    case .blockUDP: .blockUDP
    case .rateLimit(let rate): .rateLimit(bitsPerSecond: rate)
    case .loss(let permille): .loss(permille: permille)
    case .burstLoss(let every, let length), .linkFlap(let every, let length):
      .outage(every: every, length: length)
    case .duplication(let permille): .duplication(permille: permille)
    case .reordering(let permille): .reordering(permille: permille)
    case .latency(let delay): .latency(delay)
    // 28 bytes of headers of IP and UDP.
    case .mtuBlackHole(let mtu): .longestDatagram(bytes: mtu - 28)
    case .rejectWithICMP, .resetAfterHandshake, .resetAfter, .resetWhenIdle, .neverRead,
      .readSlowly, .closeAfter, .halfClose, .answerClose, .cutDatagrams, .crash, .nameNotFound,
      .nameServerFailure, .nameTimeout, .addressChange, .rollOverNow, .clockStep, .diskFull:
      nil
    }
  }

  /// Why a program without rights over packets cannot play the fault at all, and what can; `nil`
  /// when it can.
  public var liveRefusal: String? {
    guard case .rejectWithICMP = self else { return nil }
    return
      "no program can make a kernel answer a SYN with ICMP; use `appliance simulate`, or a router's"
      + " rule such as nftables' `reject with icmp type admin-prohibited`, as "
      + "Scripts/interop/70-firewall-namespaces.sh does"
  }

  /// Why real sockets behave otherwise than the fault says; `nil` when they do not.
  func liveLimit(_ window: FaultWindow) -> String? {
    let isSelective = window.connectionsMax != nil || window.connectionPermille < 1000
    switch self {
    case .rejectWithICMP: return self.liveRefusal
    case .spoofedReset(_, false): return "a proxy cannot forge a sequence number; without effect"
    case .refuse, .backlogFull, .rejectWithReset:
      return isSelective
        ? "a proxy cannot count SYNs: the chosen connections are reset after the handshake" : nil
    case .silentDrop, .blockTCP, .idleExpiry:
      return "the proxy's kernel acknowledges until its buffers are full; no retransmission"
    case .loss, .burstLoss, .linkFlap: return nil
    case .mtuBlackHole: return "of TCP nothing is lost: the proxy's segments are its own"
    default: return nil
    }
  }
}

extension ReceiverFault {
  /// Why a proxy cannot play the fault in a server's place; `nil` when it can.
  fileprivate var proxyRefusal: String? {
    switch self {
    case .halfClose, .answerClose:
      "it is the server's own close that counts; without effect in a proxy"
    case .resetAfterHandshake, .resetAfter, .resetWhenIdle, .neverRead, .readSlowly, .closeAfter,
      .remoteShell:
      nil
    }
  }
}
