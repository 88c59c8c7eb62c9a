public import Simulation

/// One TCP connection at the lab's syslog receiver: counts lines, and decides when it misbehaves.
///
/// Lines end in LF, or are counted in octets (RFC 6587), as the first byte tells.
public struct SyslogReceiverConnection: Hashable, Sendable {
  /// What to do; bytes that were read are kept in either case.
  public enum Action: Hashable, Sendable {
    case goOn
    /// Close with a RST.
    case reset
    /// Close with a FIN.
    case close
    /// A FIN, and the socket stays; whether it is read on.
    case shutDown(readsOn: Bool)
  }

  /// How its socket is to be read.
  public enum Reading: Hashable, Sendable {
    case everything
    case nothing
    case paced(bytesPerSecond: Int)
  }

  /// From the FIN of a server that reads no more to the end of its program.
  private static let unreadTime = SimDuration.seconds(5)

  /// Bytes read.
  public private(set) var bytes: UInt64 = 0
  /// Whole lines read.
  public private(set) var lines: UInt64 = 0
  /// How it misbehaves; `nil` when it does not.
  public let fault: ReceiverFault?
  private let acceptedAt: SimInstant
  private var lastRead: SimInstant
  /// When the program closes a socket of which one direction is closed already.
  private var closesAt: SimInstant?
  private var frames = SyslogFrameReader()
  private var isOver = false

  /// A connection that was accepted at `now`.
  public init(fault: ReceiverFault?, now: SimInstant) {
    self.fault = fault
    self.acceptedAt = now
    self.lastRead = now
  }

  /// How its socket is to be read.
  public var reading: Reading {
    switch self.fault {
    case .neverRead: .nothing
    case .readSlowly(let bytesPerSecond): .paced(bytesPerSecond: bytesPerSecond)
    case .resetAfterHandshake, .resetAfter, .resetWhenIdle, .closeAfter, .halfClose, .answerClose,
      .remoteShell, nil:
      .everything
    }
  }

  /// When `timeReached` is wanted; `nil` when no time is awaited.
  public var wakeAt: SimInstant? {
    if let closesAt { return closesAt }
    guard !self.isOver else { return nil }
    switch self.fault {
    case .resetAfter(.time(let duration)), .closeAfter(.time(let duration)),
      .halfClose(.time(let duration), _):
      return self.acceptedAt.advanced(by: duration)
    case .resetWhenIdle(let duration):
      return self.lastRead.advanced(by: duration)
    case .resetAfterHandshake, .resetAfter, .neverRead, .readSlowly, .closeAfter, .halfClose,
      .answerClose, .remoteShell, nil:
      return nil
    }
  }

  /// The handshake is done.
  public mutating func accepted() -> Action {
    self.fault == .resetAfterHandshake ? self.end(.reset) : .goOn
  }

  /// The peer's bytes, in order.
  public mutating func received(_ bytes: UnsafeRawBufferPointer, now: SimInstant) -> Action {
    self.bytes += UInt64(bytes.count)
    self.lines += self.frames.read(bytes)
    self.lastRead = now
    switch self.fault {
    case .resetAfter(let point) where self.hasReached(point): return self.end(.reset)
    case .closeAfter(let point) where self.hasReached(point): return self.end(.close)
    case .halfClose(let point, let readsOn) where self.hasReached(point):
      return self.shutDown(readsOn: readsOn, now: now)
    case .remoteShell: return self.end(.close)
    case .resetAfterHandshake, .resetAfter, .resetWhenIdle, .neverRead, .readSlowly, .closeAfter,
      .halfClose, .answerClose, nil:
      return .goOn
    }
  }

  /// The client's FIN, behind all that was read.
  public mutating func peerClosed(now: SimInstant) -> Action {
    switch self.fault {
    case .answerClose(.late(let duration)):
      self.closesAt = now.advanced(by: duration)
      return .goOn
    case .answerClose(.never): return .goOn
    case .answerClose(.reset): return self.end(.reset)
    case .resetAfterHandshake, .resetAfter, .resetWhenIdle, .neverRead, .readSlowly, .closeAfter,
      .halfClose, .remoteShell, nil:
      // Also behind its own FIN.
      return .close
    }
  }

  /// The clock shows `now`.
  public mutating func timeReached(_ now: SimInstant) -> Action {
    guard let wakeAt = self.wakeAt, wakeAt <= now else { return .goOn }
    if self.closesAt != nil {
      self.closesAt = nil
      return .close
    }
    switch self.fault {
    case .closeAfter: return self.end(.close)
    case .halfClose(_, let readsOn): return self.shutDown(readsOn: readsOn, now: now)
    case .resetAfterHandshake, .resetAfter, .resetWhenIdle, .neverRead, .readSlowly, .answerClose,
      .remoteShell, nil:
      return self.end(.reset)
    }
  }

  private func hasReached(_ point: StreamPoint) -> Bool {
    switch point {
    case .lines(let count): self.lines >= count
    case .bytes(let count): self.bytes >= count
    case .time: false
    }
  }

  /// A program that reads no more ends a while later.
  private mutating func shutDown(readsOn: Bool, now: SimInstant) -> Action {
    guard !self.isOver else { return .goOn }
    if !readsOn { self.closesAt = now.advanced(by: Self.unreadTime) }
    return self.end(.shutDown(readsOn: readsOn))
  }

  /// What ends the connection is said once.
  private mutating func end(_ action: Action) -> Action {
    guard !self.isOver else { return .goOn }
    self.isOver = true
    return action
  }
}

/// The lab's syslog receiver: hands out connections and remembers which faults have struck.
public struct SyslogReceiver: Hashable, Sendable {
  private let faults: [ScheduledReceiverFault]
  /// How many connections each fault has struck.
  private var struck: [Int]
  private var random: SeededGenerator

  /// A receiver that no one has connected to.
  ///
  /// - Parameter faults: the first one that covers a connection strikes it.
  public init(faults: [ScheduledReceiverFault] = [], seed: UInt64 = 1) {
    self.faults = faults
    self.struck = Array(repeating: 0, count: faults.count)
    self.random = SeededGenerator(seed: seed, stream: "syslog-receiver")
  }

  /// A client connected.
  public mutating func accepted(now: SimInstant) -> SyslogReceiverConnection {
    for (index, scheduled) in self.faults.enumerated() {
      guard scheduled.covers(now),
        scheduled.connectionsMax.map({ self.struck[index] < $0 }) ?? true,
        self.random.chance(permille: scheduled.permille)
      else { continue }
      self.struck[index] += 1
      return SyslogReceiverConnection(fault: scheduled.fault, now: now)
    }
    return SyslogReceiverConnection(fault: nil, now: now)
  }
}
