public import Simulation

/// The path to a server as a proxy plays it: who is let in, what becomes of connections and datagrams.
///
/// Decides only. The same plan that middleboxes of the simulated network follow; where a proxy can
/// do less than a device on the path, docs/FAULTS.md says so.
public struct FaultedPath: Hashable, Sendable {
  /// What a SYN meets.
  public enum Door: String, Hashable, Sendable {
    case open
    /// A RST.
    case refusing
    /// Nothing.
    case silent
  }

  /// What this path does to everything, beside its faults.
  public struct Quality: Hashable, Sendable {
    /// One way.
    public var latency = SimDuration.zero
    /// Added, up to this much.
    public var jitter = SimDuration.zero
    /// 0 for no limit.
    public var bandwidthBitsPerSecond: Int64 = 0

    /// A clean path.
    public init() {}
  }

  private static let reorderingDelay = SimDuration.milliseconds(2)

  private let faults: [ScheduledPathFault]
  private let quality: Quality
  /// How many connections each fault has struck.
  private var struck: [Int]
  private var random: SeededGenerator
  private var datagramLine: PathLine

  /// A path that nobody has used.
  public init(faults: [ScheduledPathFault] = [], quality: Quality = Quality(), seed: UInt64 = 1) {
    self.faults = faults
    self.quality = quality
    self.struck = Array(repeating: 0, count: faults.count)
    self.random = SeededGenerator(seed: seed, stream: "faulted-path")
    self.datagramLine = PathLine(quality: quality)
  }

  /// What a SYN meets at `now`. A fault of some connections only cannot count SYNs that it refuses.
  public func door(now: SimInstant) -> Door {
    for scheduled in self.faults where scheduled.covers(now) && !scheduled.isSelective {
      if let door = scheduled.fault.door { return door }
    }
    return .open
  }

  /// When something may change by itself, behind `now`.
  public func nextChange(after now: SimInstant) -> SimInstant? {
    self.faults.compactMap { $0.nextChange(after: now) }.min()
  }

  /// A client's connection stands: which faults are its own is drawn now.
  public mutating func accepted(now: SimInstant) -> PathConnection {
    var own: [ScheduledPathFault] = []
    var server: ReceiverFault?
    for (index, scheduled) in self.faults.enumerated() {
      let isStruck =
        !scheduled.isSelective
        || scheduled.covers(now)
          && scheduled.connectionsMax.map { self.struck[index] < $0 } ?? true
          && self.random.chance(permille: scheduled.permille)
      guard isStruck else { continue }
      if case .server(let fault) = scheduled.fault {
        // A server has one behaviour for a connection: the first one that covers it.
        guard scheduled.covers(now), server == nil else { continue }
        server = fault
      } else {
        own.append(scheduled)
      }
      self.struck[index] += 1
    }
    return PathConnection(
      faults: own, server: server, quality: self.quality, seed: self.random.next(), now: now)
  }

  /// A datagram came, in either direction.
  ///
  /// - Returns: when it is handed on, once or twice; nothing when it is lost.
  public mutating func datagram(bytes: Int, now: SimInstant) -> [SimInstant] {
    var copies = 1
    var delay = SimDuration.zero
    for scheduled in self.faults where scheduled.covers(now) && !scheduled.isSelective {
      switch scheduled.fault {
      case .silentDrop, .blockUDP, .rejectWithReset, .refuse, .server(.neverRead): return []
      case .outage where scheduled.holds(now): return []
      case .loss(let permille): if self.random.chance(permille: permille) { return [] }
      case .longestDatagram(let most): if bytes > most { return [] }
      case .rateLimit(let rate):
        // A queue of a tenth of a second; what does not fit is dropped.
        guard self.datagramLine.backlog(now) <= .milliseconds(100) else { return [] }
        self.datagramLine.occupy(bytes: bytes, bitsPerSecond: rate, now: now)
      case .duplication(let permille):
        if self.random.chance(permille: permille) { copies += 1 }
      case .reordering(let permille):
        if self.random.chance(permille: permille) { delay = delay + Self.reorderingDelay }
      case .latency(let duration): delay = delay + duration
      case .jitter(let most): delay = delay + most.drawn(using: &self.random)
      default: break
      }
    }
    let sent = self.datagramLine.datagram(bytes: bytes, now: now, using: &self.random)
    return Array(repeating: sent.advanced(by: delay), count: copies)
  }
}

extension SimDuration {
  /// A time from 0 to this.
  func drawn(using random: inout SeededGenerator) -> SimDuration {
    guard self > .zero else { return .zero }
    return SimDuration(
      nanoseconds: Int64(clamping: random.uniform(below: UInt64(clamping: self.nanoseconds) + 1)))
  }
}

/// One direction of a path: when what came goes on.
struct PathLine: Hashable, Sendable {
  private let quality: FaultedPath.Quality
  /// When the line is free again.
  private var freeAt = SimInstant(nanoseconds: .min)
  /// A stream's bytes do not overtake each other.
  private var lastDue = SimInstant(nanoseconds: .min)

  init(quality: FaultedPath.Quality) {
    self.quality = quality
  }

  func backlog(_ now: SimInstant) -> SimDuration {
    self.freeAt > now ? now.duration(to: self.freeAt) : .zero
  }

  mutating func occupy(bytes: Int, bitsPerSecond: Int64, now: SimInstant) {
    guard bitsPerSecond > 0 else { return }
    let bits = Int64(clamping: bytes).multipliedReportingOverflow(by: 8 * 1_000_000)
    let micros = bits.overflow ? .max / 1000 : bits.partialValue / bitsPerSecond
    self.freeAt = max(self.freeAt, now).advanced(by: .microseconds(micros))
  }

  mutating func datagram(
    bytes: Int, now: SimInstant, using random: inout SeededGenerator
  ) -> SimInstant {
    self.occupy(bytes: bytes, bitsPerSecond: self.quality.bandwidthBitsPerSecond, now: now)
    return max(self.freeAt, now)
      .advanced(by: self.quality.latency + self.quality.jitter.drawn(using: &random))
  }

  mutating func stream(
    bytes: Int, extra: SimDuration, now: SimInstant, using random: inout SeededGenerator
  ) -> SimInstant {
    let due = self.datagram(bytes: bytes, now: now, using: &random).advanced(by: extra)
    self.lastDue = max(self.lastDue, due)
    return self.lastDue
  }
}
