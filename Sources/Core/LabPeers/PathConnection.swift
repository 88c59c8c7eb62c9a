public import Simulation

/// One TCP connection through a faulted path.
public struct PathConnection: Hashable, Sendable {
  /// Which way bytes go.
  public enum Direction: Hashable, Sendable {
    case toServer, toClient
  }

  /// What to do.
  public enum Action: Hashable, Sendable {
    /// Hand on what came.
    case goOn
    /// Hand on what came; the client gets a RST, the server a FIN behind it.
    case resetClient(by: String)
    /// What came goes no further; both ends get a RST.
    case resetBoth(by: String)
    /// Hand on what came; both ends get a FIN.
    case close(by: String)
  }

  /// A fault of the path, and what its condition has seen.
  private struct Watched: Hashable, Sendable {
    let scheduled: ScheduledPlay
    var watch: StreamWatch?

    var stream: PathPlay.Stream { self.scheduled.play.stream }
    var when: FaultTrigger { self.scheduled.when }
    var label: String { self.scheduled.fault.label }
  }

  private var faults: [Watched]
  private var server: SyslogReceiverConnection
  private let acceptedAt: SimInstant
  private var toServer: PathLine
  private var toClient: PathLine
  private var random: SeededGenerator
  private var isForgotten = false
  private var isOver = false

  init(
    faults: [ScheduledPlay], server: ReceiverFault?, quality: FaultedPath.Quality,
    seed: UInt64, now: SimInstant
  ) {
    self.faults = faults.map { scheduled in
      Watched(
        scheduled: scheduled,
        watch: scheduled.fault.condition.map { StreamWatch($0, begunAt: now) })
    }
    self.server = SyslogReceiverConnection(fault: server, now: now)
    self.acceptedAt = now
    self.toServer = PathLine(quality: quality)
    self.toClient = PathLine(quality: quality)
    self.random = SeededGenerator(seed: seed, stream: "path-connection")
  }

  /// Whole lines that came from the client.
  public var lines: UInt64 { self.server.lines }

  /// Bytes that came from the client.
  public var bytes: UInt64 { self.server.bytes }

  /// The names of the faults that this connection meets, as far as they are known now.
  public var labels: [String] {
    (self.server.fault.map { [$0.label] } ?? []) + self.faults.map(\.label)
  }

  /// How the client's bytes are read.
  public var reading: SyslogReceiverConnection.Reading { self.server.reading }

  /// Whether nothing is handed on at `now`, in either direction.
  public func isHeld(now: SimInstant) -> Bool {
    self.isForgotten || self.faults.contains { $0.scheduled.holds(now) }
  }

  /// When `timeReached` is wanted; `nil` when no time is awaited.
  public func wakeAt(now: SimInstant) -> SimInstant? {
    guard !self.isOver else { return nil }
    var times = self.faults.compactMap { $0.scheduled.nextChange(after: now) }
    if let wakeAt = self.server.wakeAt { times.append(wakeAt) }
    return times.min()
  }

  /// The client's handshake is done.
  public mutating func accepted(now: SimInstant) -> Action {
    let isRejected = self.faults.contains {
      $0.scheduled.play.rejectsChosen && $0.when.isSelective && $0.when.covers(now)
    }
    if isRejected { return self.end(.resetBoth(by: "refuse")) }
    if let label = self.forgedReset(now) { return self.end(.resetClient(by: label)) }
    return self.translate(self.server.accepted())
  }

  /// Bytes came from the client.
  ///
  /// - Returns: what to do, and how many of the bytes count: none after a fault's point.
  public mutating func received(
    _ bytes: UnsafeRawBufferPointer, now: SimInstant
  ) -> (action: Action, bytes: Int) {
    guard !self.isOver else { return (.goOn, 0) }
    self.forgetIfIdle(now)
    let before = self.server.bytes
    let action = self.server.received(bytes, now: now, line: nil)
    let taken = Int(self.server.bytes - before)
    if let label = self.strike(bytes, now: now) { return (self.end(.resetBoth(by: label)), taken) }
    if let label = self.forgedReset(now) { return (self.end(.resetClient(by: label)), taken) }
    return (self.translate(action), taken)
  }

  /// Bytes came from the server.
  public mutating func answered(now: SimInstant) {
    self.forgetIfIdle(now)
  }

  /// The clock shows `now`.
  public mutating func timeReached(_ now: SimInstant) -> Action {
    guard !self.isOver else { return .goOn }
    return self.translate(self.server.timeReached(now))
  }

  /// When bytes that came at `now` are handed on; never before earlier ones of their direction.
  public mutating func handOn(
    bytes: Int, _ direction: Direction, now: SimInstant
  ) -> SimInstant {
    switch direction {
    case .toServer:
      let extra = Self.delay(self.faults, bytes, &self.toServer, now, &self.random)
      return self.toServer.stream(bytes: bytes, extra: extra, now: now, using: &self.random)
    case .toClient:
      let extra = Self.delay(self.faults, bytes, &self.toClient, now, &self.random)
      return self.toClient.stream(bytes: bytes, extra: extra, now: now, using: &self.random)
    }
  }

  /// How much later bytes come by the faults that cover `now`.
  private static func delay(
    _ faults: [Watched], _ bytes: Int, _ line: inout PathLine, _ now: SimInstant,
    _ random: inout SeededGenerator
  ) -> SimDuration {
    var delay = SimDuration.zero
    for own in faults where own.when.covers(now) {
      delay = delay + own.stream.delay(bytes, line: &line, now: now, using: &random)
    }
    return delay
  }

  // MARK: Faults of the path

  /// Who forges a RST needs the client's next packet for its numbers, and saw its SYN.
  ///
  /// - Returns: the fault, when this traffic is that packet.
  private func forgedReset(_ now: SimInstant) -> String? {
    self.faults.first { own in
      own.stream == .forgedReset && own.when.covers(self.acceptedAt) && own.when.covers(now)
        && own.watch?.isDue(now) == true
    }?.label
  }

  /// Something came at `now`, in either direction.
  private mutating func forgetIfIdle(_ now: SimInstant) {
    for index in self.faults.indices {
      guard self.faults[index].stream == .forgotten else { continue }
      if self.faults[index].when.covers(now), self.faults[index].watch?.isDue(now) == true {
        self.isForgotten = true
      }
      self.faults[index].watch?.touched(now)
    }
  }

  /// - Returns: the fault that ends the connection at these bytes.
  private mutating func strike(_ bytes: UnsafeRawBufferPointer, now: SimInstant) -> String? {
    var label: String?
    for index in self.faults.indices {
      // What came outside the window counts, and is where a pattern may begin.
      let isMet = self.faults[index].watch?.received(bytes, now: now) ?? false
      guard self.faults[index].when.covers(now), label == nil else { continue }
      if self.faults[index].stream.resets(isMet: isMet) { label = self.faults[index].label }
    }
    return label
  }

  private mutating func translate(_ action: SyslogReceiverConnection.Action) -> Action {
    let label = self.server.fault?.label ?? ""
    switch action {
    case .goOn: return .goOn
    case .reset: return self.end(.resetClient(by: label))
    case .close: return self.end(.close(by: label))
    // A proxy plays neither a half-close nor an answer to one (docs/FAULTS.md).
    case .shutDown: return .goOn
    }
  }

  private mutating func end(_ action: Action) -> Action {
    guard !self.isOver else { return .goOn }
    self.isOver = true
    return action
  }
}
