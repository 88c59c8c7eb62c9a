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

  private let faults: [ScheduledPathFault]
  /// What a proxy makes of each of them; `nil` for one that is none of the path.
  private let plays: [ScheduledPlay?]
  private let quality: Quality
  /// How many connections each fault has struck.
  private var struck: [Int]
  private var random: SeededGenerator
  private var datagramLine: PathLine

  /// A path that nobody has used.
  public init(faults: [ScheduledPathFault] = [], quality: Quality = Quality(), seed: UInt64 = 1) {
    self.faults = faults
    self.plays = faults.map { ScheduledPlay($0) }
    self.quality = quality
    self.struck = Array(repeating: 0, count: faults.count)
    self.random = SeededGenerator(seed: seed, stream: "faulted-path")
    self.datagramLine = PathLine(quality: quality)
  }

  /// What a SYN meets at `now`. A fault of some connections only cannot count SYNs that it refuses.
  public func door(now: SimInstant) -> Door {
    for scheduled in self.plays.lazy.compactMap({ $0 })
    where scheduled.when.covers(now) && !scheduled.when.isSelective {
      if let door = scheduled.play.door { return door }
    }
    return .open
  }

  /// When something may change by itself, behind `now`.
  public func nextChange(after now: SimInstant) -> SimInstant? {
    zip(self.faults, self.plays).compactMap { fault, play in
      play?.nextChange(after: now) ?? fault.when.nextChange(after: now)
    }.min()
  }

  /// A client's connection stands: which faults are its own is drawn now.
  public mutating func accepted(now: SimInstant) -> PathConnection {
    var own: [ScheduledPlay] = []
    var server: ReceiverFault?
    for (index, scheduled) in self.faults.enumerated() {
      let when = scheduled.when
      let isStruck =
        !when.isSelective
        || when.covers(now)
          && when.chooses(afterStriking: self.struck[index], using: &self.random)
      guard isStruck else { continue }
      switch scheduled.fault {
      case .server(let fault):
        // A server has one behaviour for a connection: the first one that covers it.
        guard when.covers(now), server == nil else { continue }
        server = fault
      case .path(let fault): own.append(ScheduledPlay(fault, when: when))
      // Nothing that a path could do.
      case .host, .name, .appliance: continue
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
    var fate = DatagramFate()
    for (scheduled, path) in zip(self.faults, self.plays)
    where scheduled.when.covers(now) && !scheduled.when.isSelective {
      if scheduled.fault == .server(.neverRead) { return [] }
      path?.strike(bytes, &fate, now: now, line: &self.datagramLine, using: &self.random)
      if fate.isLost { return [] }
    }
    let sent = self.datagramLine.datagram(bytes: bytes, now: now, using: &self.random)
    return Array(repeating: sent.advanced(by: fate.delay), count: fate.copies)
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
