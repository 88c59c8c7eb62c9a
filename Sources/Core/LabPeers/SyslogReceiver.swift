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

    /// How much one of ten reads a second takes at the most: 16 MiB, more than a socket holds, for
    /// any rate above.
    public static func bytesARead(bytesPerSecond: Int) -> Int {
      min(max(bytesPerSecond / 10, 1), 1 << 24)
    }
  }

  /// From the FIN of a server that reads no more to the end of its program.
  private static let unreadTime = SimDuration.seconds(5)

  /// Bytes read.
  public private(set) var bytes: UInt64 = 0
  /// Messages read to their end.
  public private(set) var lines: UInt64 = 0
  /// How it misbehaves; `nil` when it does not.
  public let fault: ReceiverFault?
  /// What the fault's condition has seen.
  private var watch: StreamWatch?
  /// When the program closes a socket of which one direction is closed already.
  private var closesAt: SimInstant?
  private var frames = SyslogFrameReader()
  private var whole = SyslogLines()
  private var isOver = false
  private var hasShutDown = false

  /// A connection that was accepted at `now`.
  public init(fault: ReceiverFault?, now: SimInstant) {
    self.fault = fault
    self.watch = fault?.condition.map { StreamWatch($0, begunAt: now) }
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
    return self.hasShutDown ? nil : self.watch?.dueAt
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
    let isMet = self.watch?.counted(bytes: read.bytes, lines: read.messages, now: now) ?? false
    switch self.fault {
    case .resetAfter where isMet: return self.end(.reset)
    case .closeAfter where isMet: return self.end(.close)
    case .halfClose(_, let readsOn) where isMet: return self.shutDown(readsOn: readsOn, now: now)
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

  /// Whether nothing behind the fault's point is read; one that shuts its direction down reads on.
  private var stopsAtPoint: Bool {
    switch self.fault {
    case .resetAfter, .closeAfter: true
    case .resetAfterHandshake, .resetWhenIdle, .neverRead, .readSlowly, .halfClose, .answerClose,
      .remoteShell, nil:
      false
    }
  }

  private var linesToPoint: UInt64 {
    guard self.stopsAtPoint, let watch else { return .max }
    return watch.linesLeft
  }

  private func upToPoint(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    guard self.stopsAtPoint, let watch else { return bytes }
    return UnsafeRawBufferPointer(rebasing: bytes.prefix(Int(clamping: watch.bytesLeft)))
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
      guard scheduled.when.covers(now),
        scheduled.when.chooses(afterStriking: self.struck[index], using: &self.random)
      else { continue }
      self.struck[index] += 1
      return SyslogReceiverConnection(fault: scheduled.fault, now: now)
    }
    return SyslogReceiverConnection(fault: nil, now: now)
  }
}
