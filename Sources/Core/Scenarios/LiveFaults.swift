internal import LabPeers
public import Simulation

/// A scenario's faults of one host, for real sockets: what its lab server does, and what a proxy does
/// on the path to it.
///
/// What a proxy makes of a path's fault is `PathPlay`; docs/FAULTS.md tells which ones it can only
/// play in part.
public struct LiveFaults: Hashable, Sendable {
  /// What the lab's server does.
  public private(set) var server: [ScheduledReceiverFault] = []
  /// What the proxy on the path does.
  public private(set) var path: [ScheduledPathFault] = []
  /// What goes wrong at the host as a whole.
  public private(set) var ofHost: [ScheduledFault<HostFault>] = []
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

  /// From when to when the server keeps how much of each datagram.
  public var cuts: [DatagramCut] {
    self.ofHost.compactMap { scheduled in
      guard case .cutDatagrams(let bytes) = scheduled.fault else { return nil }
      return DatagramCut(when: scheduled.when, bytes: bytes)
    }
  }

  /// When the server is gone, and when it is back.
  public var crashes: [Crash] {
    self.ofHost.compactMap { scheduled in
      guard case .crash(let backAfter) = scheduled.fault, let at = scheduled.when.from else {
        return nil
      }
      return Crash(at: at, backAt: at.advanced(by: backAfter))
    }
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
    case .host(let kind): self.ofHost.append(ScheduledFault(kind, when: when))
    case .path(let path):
      let play = path.play
      if let reason = play.limit(when) {
        self.warnings.append("\(fault.kind.name) at \(fault.host): \(reason)")
      }
      guard let played = play.played else { return }
      self.path.append(ScheduledPathFault(.path(played), when: when))
    case .name, .appliance: break
    }
  }
}

extension FaultDescription {
  /// Why a program without rights over packets cannot play the fault at all, and what can; `nil`
  /// when it can.
  public var liveRefusal: String? {
    guard case .path(let path) = self else { return nil }
    return path.play.refusal
  }
}
