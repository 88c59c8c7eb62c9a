internal import Simulation

/// The numbers inside a push that a check compares with its ledger after each step.
struct PushNumbers: Sendable {
  let link: SyslogLinkStateMachine.State
  let limits: PushLimits
  /// What waits, header lines included.
  let queuedLines: UInt64
  let queuedBytes: Int
  /// What the socket was handed and has not taken, header lines included.
  let unwrittenLines: UInt64
  let unwrittenBytes: UInt64
  /// Header lines of the stream that wait or were not taken; the ledger does not count them.
  let waitingHeaderLines: UInt64
  /// What is on disk alone.
  let bufferedLines: UInt64
}

extension SyslogPush {
  var numbers: PushNumbers {
    PushNumbers(
      link: self.link.state, limits: self.limits,
      queuedLines: UInt64(self.backlog.memory.queue.lineCount),
      queuedBytes: self.backlog.memory.queue.byteCount,
      unwrittenLines: self.backlog.memory.handedLines - self.backlog.memory.writtenLines,
      unwrittenBytes: self.connection?.unwrittenBytes ?? 0,
      waitingHeaderLines: self.backlog.memory.waitingHeaderLines,
      bufferedLines: self.backlog.disk.map { $0.spool.lines(from: $0.loaded) } ?? 0)
  }
}
