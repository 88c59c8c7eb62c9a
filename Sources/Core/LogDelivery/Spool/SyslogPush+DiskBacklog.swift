internal import ApplianceConfiguration
public import Simulation

/// A push with a disk buffer; one without does nothing here.
///
/// Source: docs/DELIVERY.md.
extension SyslogPush {
  /// How many failures in a row have not moved the point from which lines are sent again.
  public var failuresWithoutProgress: Int { self.backlog.disk?.failuresWithoutProgress ?? 0 }

  /// How many lines may still have to be sent; 0 without a disk buffer.
  public var bufferedLinesLeft: UInt64 {
    self.backlog.disk.map { $0.spool.lines(from: $0.resume) } ?? 0
  }

  /// How many of the lines that wait are on disk: the next run sends them.
  public var linesOnDisk: UInt64 { self.backlog.linesOnDisk }

  /// The fate of each line, and how many of those that wait are on disk.
  public var ledgerWithDisk: DeliveryLedger {
    var ledger = self.ledger
    ledger.onDisk = self.linesOnDisk
    return ledger
  }

  /// Whether it is the oldest lines that go where the disk buffer is full.
  public var dropsOldest: Bool { self.settings.delivery.overflow.value == .dropOldest }

  var isHalfFull: Bool { self.backlog.disk?.spool.isHalfFull ?? false }

  /// Whether the disk buffer is too full to wait for anything.
  var lacksRoom: Bool { self.backlog.disk?.spool.lacksRoom ?? false }

  // MARK: Progress and failure

  /// Lines that need not be sent again, whatever happens now, are done with.
  mutating func advanceResume() {
    guard self.backlog.disk != nil else { return }
    let id = self.connectedID
    let point = self.backlog.resumePoint(windowBytes: self.connection?.windowBytes ?? 0)
    self.backlog.settle(to: point, .acknowledged, on: id, isConnected: id != nil)
    self.makeRoom()
  }

  /// The connection is gone: what it was handed and has not settled waits again.
  mutating func requeue(windowBytes: Int) {
    guard let resume = self.backlog.disk?.resume else { return }
    let point = max(self.backlog.resumePoint(windowBytes: windowBytes), resume)
    let confirmed = self.backlog.memory.numbers.count(before: point)
    if self.isAtLeastOnce {
      self.gracefulClose.resumeBatching(
        confirmedLines: confirmed, acknowledgedLines: self.ledger.latestAcknowledged,
        acknowledgedBytes: self.ledger.latestBytesAcknowledged,
        failuresWithoutProgress: self.failuresWithoutProgress)
    }
    let isConnected = self.connectedID != nil
    let written = self.backlog.memory.numbers.end(ofFirst: self.ledger.latestWritten)
    let acknowledged = self.backlog.acknowledgedEnd
    self.backlog.disk?.requeue(
      from: point, confirmed: confirmed, ends: (written, acknowledged),
      ledger: &self.backlog.ledger, isConnected: isConnected)
  }

  /// What writing again after a failure has come to.
  public enum Recovery: Hashable, Sendable {
    /// The other file has not been written yet.
    case notYet
    /// Segment and mark are written; whether that is to be said, as the failure was.
    case over(isSaid: Bool)
  }

  /// After a failure an action on the disk buffer's files could be carried out: the trouble is over
  /// once a record and a mark after it are written.
  public mutating func spoolWritten(_ action: SpoolAction) -> Recovery {
    let isConnected = self.connectedID != nil
    let totals = self.ledger.totals
    return self.backlog.disk?.written(action, totals, isConnected: isConnected) ?? .notYet
  }

  // MARK: A buffer that is nearly full

  /// Lets go of acknowledged lines, once they take a good part of a buffer that is half full.
  ///
  /// `at-least-once` keeps lines that are acknowledged as long as the peer's window has room for
  /// what follows them. Where the buffer is smaller than that, it would fill with them and no line
  /// would get further: the connection is then ended in order, the lines are let go, and the next
  /// one goes on. A peer that does not answer a FIN is taken at its acknowledgement. Source:
  /// docs/DELIVERY.md, "The disk buffer".
  mutating func makeRoom() {
    guard self.isAtLeastOnce, self.connectedID != nil, self.gracefulClose.deadline == nil,
      self.gracefulClose.peerClosedUntil == nil, self.isHalfFull
    else { return }
    let acknowledged = self.backlog.acknowledgedEnd
    guard self.backlog.disk?.spool.isMuchKept(before: acknowledged) ?? false else { return }
    if self.canCloseGracefully {
      self.gracefulClose.makesRoom = true
    } else {
      let id = self.connectedID
      self.backlog.settle(to: acknowledged, .acknowledged, on: id, isConnected: true)
    }
  }

  /// How many lines of any length the disk buffer takes now; `nil` where a model that runs at full
  /// speed need not ask: without a buffer, and for a push of which nothing more is to be expected.
  ///
  /// A server that reads slowly opens its window seldom, and is not to lose what the buffer has no
  /// room for; nor is one that reads, in the second between two connections.
  public func linesFitting(now: SimInstant) -> Int? {
    guard let disk = self.backlog.disk, !disk.writeRetry.isWaiting else { return nil }
    let mayGain =
      !self.isSettled && disk.progress.isRecent(now: now, patience: self.limits.patience)
    let awaitsNext =
      self.link.wakeAt != nil
      && disk.progress.brokeLately(now: now, within: self.limits.stallTime)
    guard mayGain || awaitsNext || self.getsOn(now: now) else { return nil }
    // Error lines come without being asked for.
    return max(0, disk.spool.room - 2 * self.limits.lineBytesMax) / self.limits.lineBytesMax
  }

  /// Whether news of acknowledgements is wanted soon: the disk buffer fills with lines on their
  /// way.
  public func wantsAcknowledgements(now: SimInstant) -> Bool {
    guard let disk = self.backlog.disk, !self.isSettled else { return false }
    return self.getsOn(now: now)
      && (disk.spool.isQuarterFull || self.gracefulClose.peerClosedUntil != nil)
  }
}
