internal import ApplianceConfiguration
public import Simulation

/// What leaves for the socket, and when: the limit of the rate and the framing come last.
extension SyslogPush {
  /// When `timeReached` is wanted; `nil` when no time is awaited.
  public var wakeAt: SimInstant? {
    earlier(
      earlier(self.linesWakeAt, self.backlog.disk?.writeRetry.retryAt), self.gracefulCloseWakeAt)
  }

  private var linesWakeAt: SimInstant? {
    // Lines that wait for the limit of the rate leave without another event, where any may leave.
    guard self.connectedID != nil, !self.takesNoMore, !self.backlog.memory.queue.isEmpty,
      let next = self.bucket?.nextAt
    else { return self.link.wakeAt }
    return earlier(self.link.wakeAt, next)
  }

  /// Appends to `writes` what should go to the socket now, in order.
  ///
  /// A fresh or idle connection sends its first line alone, as the documented capture shows; a
  /// backlog leaves in chunks of about 64 KiB. What is above the limit of the rate waits.
  public mutating func takeWrites(into writes: inout [PushWrite], now: SimInstant) {
    guard self.connection != nil, self.gracefulClose.deadline == nil else { return }
    self.bucket?.refill(now: now)
    let isFresh = self.handedBytes == 0
    let isIdle =
      self.unwrittenBytes == 0 && self.backlog.memory.queue.lineCount <= self.limits.idleLinesMax
    if isFresh || isIdle, !self.takesNoMore, self.linesAllowed > 0,
      let line = self.backlog.memory.queue.takeLine()
    {
      self.hand(line, to: &writes)
    }
    while self.unwrittenBytes < self.unwrittenBytesMax,
      !self.takesNoMore, self.linesAllowed > 0,
      let chunk = self.backlog.memory.queue.takeChunk(linesMax: self.linesInOneWrite)
    {
      self.hand(chunk, to: &writes)
    }
    self.backlog.load()
  }

  private var unwrittenBytes: UInt64 { self.connection?.unwrittenBytes ?? 0 }

  /// What the socket gets at one time passes without a look at the peer's window.
  private var unwrittenBytesMax: UInt64 {
    let delivery = self.settingsBox.settings.delivery
    guard delivery.mode.value == .atLeastOnce, let buffer = delivery.sendBufferInForce else {
      return UInt64(self.limits.unwrittenBytesMax)
    }
    return UInt64(min(self.limits.unwrittenBytesMax, 2 * buffer))
  }

  private var linesAllowed: Int { self.bucket?.available ?? .max }

  /// Line by line, where a connection is to end after less than a chunk.
  private var linesInOneWrite: Int {
    self.gracefulClose.hasSmallBatches ? 1 : self.linesAllowed
  }

  private mutating func hand(_ lines: PushWrite, to writes: inout [PushWrite]) {
    let write =
      self.settingsBox.settings.delivery.framing.value == .octetCounting
      ? lines.octetCounted : lines
    self.bucket?.take(write.lineCount)
    let linesBefore = self.backlog.memory.handedLines
    self.connection?.hand(write, linesBefore: linesBefore)
    self.backlog.memory.hand(write.lineCount)
    writes.append(write)
  }
}

private func earlier(_ first: SimInstant?, _ second: SimInstant?) -> SimInstant? {
  guard let first, let second else { return first ?? second }
  return min(first, second)
}
