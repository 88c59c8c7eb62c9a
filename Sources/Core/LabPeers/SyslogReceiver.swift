public import Simulation

/// One TCP connection at the lab's syslog receiver: finds the messages (`SyslogFrameReader`), gives
/// each as a line, and decides when it misbehaves.
///
/// A fault after so many lines or bytes takes exactly these; what came with them is not read.
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
  /// Messages read to their end.
  public private(set) var lines: UInt64 = 0
  /// How it misbehaves; `nil` when it does not.
  public let fault: ReceiverFault?
  private let acceptedAt: SimInstant
  private var lastRead: SimInstant
  /// When the program closes a socket of which one direction is closed already.
  private var closesAt: SimInstant?
  private var frames = SyslogFrameReader()
  private var whole = SyslogLines()
  private var isOver = false
  private var hasShutDown = false

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
    case .resetAfter(.time(let duration)), .closeAfter(.time(let duration)):
      return self.acceptedAt.advanced(by: duration)
    case .halfClose(.time(let duration), _):
      return self.hasShutDown ? nil : self.acceptedAt.advanced(by: duration)
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

  /// Bytes of a message that has not ended.
  public var heldBytes: Int { self.whole.heldBytes }

  /// Pieces in which messages were given that are longer than what may be held.
  public var pieces: UInt64 { self.whole.pieces }

  /// The peer's bytes, in order; after the end none is read.
  ///
  /// - Parameters:
  ///   - heldMax: bytes that may be held of a message that has not ended.
  ///   - line: given each message that ended, with a LF; `nil` when messages are only counted.
  public mutating func received(
    _ bytes: UnsafeRawBufferPointer, now: SimInstant, heldMax: Int = SyslogLines.heldMax,
    line: ((UnsafeRawBufferPointer) -> Void)?
  ) -> Action {
    guard !self.isOver else { return .goOn }
    let read = Self.read(
      self.upToPoint(bytes), &self.frames, &self.whole, linesMax: self.linesToPoint,
      heldMax: heldMax, line: line)
    self.bytes += UInt64(read.bytes)
    self.lines += read.messages
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

  private static func read(
    _ bytes: UnsafeRawBufferPointer, _ frames: inout SyslogFrameReader,
    _ whole: inout SyslogLines, linesMax: UInt64, heldMax: Int,
    line: ((UnsafeRawBufferPointer) -> Void)?
  ) -> (messages: UInt64, bytes: Int) {
    guard let line else { return frames.read(bytes, messagesMax: linesMax) }
    return frames.read(bytes, messagesMax: linesMax) { content, isWhole in
      whole.take(content, isWhole: isWhole, heldMax: heldMax, line: line)
    }
  }

  /// The connection ended: gives what has no end as a line.
  ///
  /// - Returns: its bytes.
  public mutating func ended(line: (UnsafeRawBufferPointer) -> Void) -> Int {
    Self.finish(&self.frames, &self.whole, line: line)
  }

  private static func finish(
    _ frames: inout SyslogFrameReader, _ whole: inout SyslogLines,
    line: (UnsafeRawBufferPointer) -> Void
  ) -> Int {
    frames.finish { content, isWhole in whole.take(content, isWhole: isWhole, line: line) }
    return whole.finish(line: line)
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

  private var point: StreamPoint? {
    switch self.fault {
    case .resetAfter(let point), .closeAfter(let point): point
    // One that shuts its direction down reads on behind the point.
    case .resetAfterHandshake, .resetWhenIdle, .neverRead, .readSlowly, .halfClose, .answerClose,
      .remoteShell, nil:
      nil
    }
  }

  private var linesToPoint: UInt64 {
    guard case .lines(let count) = self.point else { return .max }
    return count > self.lines ? count - self.lines : 0
  }

  private func upToPoint(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    guard case .bytes(let count) = self.point else { return bytes }
    let rest = Int(clamping: count > self.bytes ? count - self.bytes : 0)
    return UnsafeRawBufferPointer(rebasing: bytes.prefix(rest))
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
    guard !self.isOver, !self.hasShutDown else { return .goOn }
    self.hasShutDown = true
    if !readsOn { self.closesAt = now.advanced(by: Self.unreadTime) }
    return .shutDown(readsOn: readsOn)
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
  /// So much is held of messages that have not ended, of all connections; then little of each.
  private static let heldByAllMax = 64 << 20
  private static let heldMaxWhenMany = 64 << 10

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

  /// How much a connection may hold of a message that has not ended.
  ///
  /// - Parameter heldByAll: what all connections hold now.
  public static func heldMax(heldByAll: Int) -> Int {
    heldByAll > self.heldByAllMax ? self.heldMaxWhenMany : SyslogLines.heldMax
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
