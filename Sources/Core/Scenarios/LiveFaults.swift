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
    /// When.
    public let when: FaultTrigger
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

  /// Everything as a proxy before a real server plays it.
  public var wholePath: [ScheduledPathFault] {
    let servers = self.server.filter { $0.fault.proxyRefusal == nil }.map { fault in
      ScheduledPathFault(.server(fault.fault), when: fault.when)
    }
    let crashes = self.crashes.map {
      ScheduledPathFault(.path(.rejectWithReset), from: $0.at, until: $0.backAt)
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
    let when = fault.when.trigger(start: start)
    switch fault.kind {
    case .server(let kind): self.server.append(ScheduledReceiverFault(kind, when: when))
    case .host(.cutDatagrams(let bytes)): self.cuts.append(DatagramCut(when: when, bytes: bytes))
    case .host(.crash(let backAfter)):
      let at = start.advanced(by: fault.when.from)
      self.crashes.append(Crash(at: at, backAt: at.advanced(by: backAfter)))
    case .path(let path):
      if let reason = path.liveLimit(when) {
        self.warnings.append("\(fault.kind.name) at \(fault.host): \(reason)")
      }
      guard let played = path.played else { return }
      self.path.append(ScheduledPathFault(.path(played), when: when))
    case .name, .appliance: break
    }
  }
}

extension FaultDescription {
  /// Why a program without rights over packets cannot play the fault at all, and what can; `nil`
  /// when it can.
  public var liveRefusal: String? {
    guard case .path(.rejectWithICMP) = self else { return nil }
    return
      "no program can make a kernel answer a SYN with ICMP; use `appliance simulate`, or a router's"
      + " rule such as nftables' `reject with icmp type admin-prohibited`, as "
      + "Scripts/interop/70-firewall-namespaces.sh does"
  }
}

extension PathFault {
  /// What a proxy plays in its place, which is the fault itself for most; `nil` for what it cannot.
  fileprivate var played: PathFault? {
    switch self {
    // A proxy does the same about the two, and reports the first.
    case .linkFlap(let every, let down): .burstLoss(every: every, length: down)
    case .backlogFull(resets: true): .refuse
    case .rejectWithICMP, .spoofedReset(_, rightSequence: false): nil
    case .refuse, .backlogFull(resets: false), .silentDrop, .rejectWithReset, .resetOnPattern,
      .resetAfterBytes, .spoofedReset, .idleExpiry, .blockTCP, .blockUDP, .rateLimit, .loss,
      .burstLoss, .duplication, .reordering, .latency, .mtuBlackHole:
      self
    }
  }

  /// Why real sockets behave otherwise than the fault says; `nil` when they do not.
  fileprivate func liveLimit(_ when: FaultTrigger) -> String? {
    switch self {
    case .rejectWithICMP: FaultDescription.path(self).liveRefusal
    case .spoofedReset(_, rightSequence: false):
      "a proxy cannot forge a sequence number; without effect"
    case .refuse, .backlogFull, .rejectWithReset:
      when.isSelective
        ? "a proxy cannot count SYNs: the chosen connections are reset after the handshake" : nil
    case .silentDrop, .blockTCP, .idleExpiry:
      "the proxy's kernel acknowledges until its buffers are full; no retransmission"
    case .mtuBlackHole: "of TCP nothing is lost: the proxy's segments are its own"
    case .resetOnPattern, .resetAfterBytes, .spoofedReset, .blockUDP, .rateLimit, .loss, .burstLoss,
      .linkFlap, .duplication, .reordering, .latency:
      nil
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
