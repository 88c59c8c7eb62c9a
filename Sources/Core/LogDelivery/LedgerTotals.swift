/// How many lines are in which class. The classes from `queued` on sum to `accepted`.
public struct LedgerTotals: Hashable, Sendable, Codable {
  /// Lines of the type: `accepted` + `filtered`.
  public let logged: UInt64
  /// Kept out by the level filter.
  public let filtered: UInt64
  /// Passed the filter.
  public let accepted: UInt64
  /// Wait for the connection.
  public let queued: UInt64
  /// The socket took them; nothing more is known.
  public let written: UInt64
  /// The peer's kernel acknowledged them; nobody is known to have read them.
  public let acknowledged: UInt64
  /// The receiver read them.
  public let received: UInt64
  /// Thrown away with the queue, when the push failed or the run ended.
  public let lostQueueDiscarded: UInt64
  /// Refused by a full queue.
  public let lostQueueFull: UInt64
  /// Written to a connection that ended before they were acknowledged.
  public let lostUnacknowledged: UInt64
  /// Dropped from the disk buffer.
  public let lostBufferDropped: UInt64
  /// Handed to a socket once more: so many may have arrived twice.
  public let resent: UInt64
  /// Of those, the ones that the receiver is known to have read before.
  public let knownDuplicates: UInt64
  /// Lines that lost their ends to the longest message allowed; each is in another count too.
  public internal(set) var cut: UInt64 = 0
  /// Not in the disk buffer because it could not be written, and gone with the memory that they
  /// were in.
  public internal(set) var lostBufferUnwritable: UInt64 = 0
  /// Logged by a process that ended before it could say what became of them.
  public internal(set) var unknown: UInt64 = 0
  /// Of `acknowledged`, those that the disk buffer let go because both sides then closed the
  /// connection in order, which confirms nothing.
  public internal(set) var closedInOrder: UInt64 = 0
  /// Of `queued`, those that a disk buffer holds: the next run sends them.
  public internal(set) var onDisk: UInt64 = 0

  /// All lost lines.
  public var lost: UInt64 {
    self.lostQueueDiscarded + self.lostQueueFull + self.lostUnacknowledged
      + self.lostBufferDropped + self.lostBufferUnwritable
  }

  /// Lines that have surely not arrived: nothing of them left.
  public var lostAtLeast: UInt64 {
    self.lostQueueDiscarded + self.lostQueueFull + self.lostBufferDropped
  }

  /// Lines that may not have arrived: all that were settled and that nobody is known to have read.
  ///
  /// Neither an acknowledgement nor a close in order is a receipt, and what was not acknowledged
  /// may have been read all the same: a reset can overtake the acknowledgement.
  public var lostAtMost: UInt64 { self.lost + self.written + self.acknowledged + self.unknown }

  /// The identity that holds at every instant.
  public var isBalanced: Bool {
    self.logged == self.accepted + self.filtered
      && self.closedInOrder <= self.acknowledged && self.onDisk <= self.queued
      && self.accepted
        == self.queued + self.written + self.acknowledged + self.received + self.unknown
        + self.lost
  }
}
