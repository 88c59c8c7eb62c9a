internal import ApplianceConfiguration
public import Simulation

/// How far a push is with ending a connection in order: our FIN, then the peer's.
struct GracefulClose: Sendable {
  /// How long a peer's FIN is awaited.
  static let patience = SimDuration.seconds(10)
  /// A connection that is ended on purpose takes this much at the least, while that gets on.
  static let batchBytesMin: UInt64 = 65_536
  /// So many failures in a row that got nowhere, and pieces become as small as they must.
  static let failuresWithoutProgressMax = 2
  /// So many failures in a row behind all lines, and a drain goes on for no more of them.
  static let failuresAfterLastLineMax = 2
  /// So many resets in a row in answer to our FIN, each behind so few bytes, and the peer is asked
  /// no more.
  static let resetsMax = 3
  static let resetBytesMax: UInt64 = 1024
  /// Behind so many pieces that ended in order they become twice as large: a peer that failed once
  /// or twice need not be asked for each line.
  static let piecesBeforeGrowth = 8

  /// Until when the peer's FIN is awaited; `nil` before ours.
  var deadline: SimInstant?
  /// Until when the rest of a connection whose peer closed first may be acknowledged.
  var peerClosedUntil: SimInstant?
  /// The bytes behind which a connection is ended on purpose; `nil` for none.
  var batchBytes: UInt64?
  /// How many pieces in a row ended in order, since they last grew or one failed.
  var piecesInOrder = 0
  /// No lines will come but those about pushes and alerts.
  var isLast = false
  /// The peer left a FIN unanswered, or answered with a reset time and again: it is asked no more.
  var isUnanswered = false
  /// The connection is ended so that the disk buffer may let go of what it carried.
  var makesRoom = false
  /// Whether a reset answered the last FIN, and how many in a row did so behind few bytes.
  var wasReset = false
  var resets = 0
  /// The peer closes before we do, so early that nothing else lets the push get on.
  var closesFirst = false
}

/// An end in order: a FIN each way, each byte acknowledged before.
///
/// It confirms nothing: behind the peer's FIN bytes may lie unread (docs/DELIVERY.md, "Closing in
/// order"). But no more can be had of a peer that says nothing, so the disk buffer lets the lines
/// go. `at-least-once` does it at the end of a run, in pieces once failures let it get on little,
/// and when the buffer is full of lines that are acknowledged.
extension SyslogPush {
  var isAtLeastOnce: Bool {
    self.settings.delivery.mode.value == .atLeastOnce && self.spool != nil
  }

  var canCloseGracefully: Bool { self.isAtLeastOnce && !self.gracefulClose.isUnanswered }

  /// Whether the connection was ended in order, and no other has been opened since.
  public var isClosedGracefully: Bool { self.link.isClosedGracefully }

  /// Whether the peer is taken at its acknowledgements, since it closes no connection in order.
  public var isTakenAtAcknowledgement: Bool {
    self.isAtLeastOnce && self.gracefulClose.isUnanswered
  }

  private var hasLinesWaiting: Bool {
    !self.queue.isEmpty || self.hasMoreOnDisk || self.isReading
  }

  /// Whether a FIN is due: all that was handed over is acknowledged, and no more is to follow on
  /// this connection.
  private var isHalfCloseDue: Bool {
    guard self.canCloseGracefully, self.gracefulClose.deadline == nil,
      self.gracefulClose.peerClosedUntil == nil,
      self.connectedID != nil, self.handedBytes > 0, self.inFlight.isEmpty
    else { return false }
    if self.isBatchFull || self.gracefulClose.makesRoom { return true }
    return !self.hasLinesWaiting
      && (self.gracefulClose.isLast || self.gracefulClose.batchBytes != nil)
  }

  /// Whether this connection gets no more lines.
  var takesNoMore: Bool {
    self.gracefulClose.deadline != nil || self.gracefulClose.peerClosedUntil != nil
      || self.isBatchFull
      || self.gracefulClose.makesRoom
  }

  private var isBatchFull: Bool {
    self.gracefulClose.batchBytes.map { self.handedBytes >= $0 } ?? false
  }

  /// Whether the peer has closed in order behind all lines, as far as it can be asked to.
  var isAnswered: Bool {
    !self.gracefulClose.isLast || !self.canCloseGracefully || self.link.isClosedGracefully
      || self.handedBytes == 0
  }

  /// When `timeReached` or `takeHalfClose` is wanted for an end on purpose.
  var gracefulCloseWakeAt: SimInstant? {
    if let deadline = self.gracefulClose.deadline {
      return self.lacksRoom ? self.lastProgress : deadline
    }
    if let until = self.gracefulClose.peerClosedUntil {
      return self.inFlight.isEmpty ? self.lastProgress : until
    }
    return self.isHalfCloseDue || (self.link.isClosedGracefully && self.hasLinesWaiting)
      ? self.lastProgress : nil
  }

  /// No lines will come but those about pushes and alerts: once all are sent, the connection is
  /// ended in order.
  public mutating func expectNoMore() {
    self.gracefulClose.isLast = true
  }

  /// A connection of a push with a disk buffer has failed.
  mutating func noteFailureAfterLastLine() {
    guard self.gracefulClose.isLast else { return }
    self.failuresAfterLastLine = self.ledger.queued == 0 ? self.failuresAfterLastLine + 1 : 0
  }

  /// Whether the drain has come to lines about itself: twice in a row a connection failed when all
  /// that had been logged until then was done with, so that each line that waits was written since,
  /// and to send it would bring the next. The disk buffer keeps them for the next run.
  var hasOnlyOwnFailuresLeft: Bool {
    self.failuresAfterLastLine >= GracefulClose.failuresAfterLastLineMax
      && self.linesOnDisk == self.ledger.queued
  }

  /// The connection whose sending direction is to be closed now; `failed` is told of the answer.
  public mutating func takeHalfClose(now: SimInstant) -> ConnectionID? {
    guard self.isHalfCloseDue else { return nil }
    self.gracefulClose.deadline = now.advanced(by: GracefulClose.patience)
    return self.connectedID
  }

  /// The connection to be closed, since its peer did not answer a FIN in time, or before the disk
  /// buffer was full: as much of it as its window has room for is sent again, and the peer is not
  /// asked any more.
  public mutating func takeUnanswered(
    now: SimInstant, stamp: SimInstant? = nil
  ) -> ConnectionID? {
    guard let deadline = self.gracefulClose.deadline, deadline <= now || self.lacksRoom,
      let id = self.connectedID
    else { return nil }
    self.askNoMore()
    // Where there is no room to keep them, what the acknowledgement says has to do at once.
    if self.isHalfFull { self.advanceResume() }
    self.ledger.close(failure: LinkFailure(.established, .timedOut), now: stamp ?? now)
    self.requeue()
    self.rewind()
    self.link.closedGracefully(id)
    self.writeMark()
    self.lastProgress = now
    return id
  }

  private mutating func askNoMore() {
    self.gracefulClose = GracefulClose(
      isLast: self.gracefulClose.isLast, isUnanswered: true,
      closesFirst: self.gracefulClose.closesFirst)
  }

  /// Whether a connection ended as it should behind our FIN.
  mutating func takeAnswer(
    _ id: ConnectionID, _ failure: LinkFailure, now: SimInstant, stamp: SimInstant
  ) -> Bool {
    guard id == self.connectedID else { return false }
    self.gracefulClose.makesRoom = false
    self.gracefulClose.peerClosedUntil = nil
    if self.isDone(endedBy: failure) {
      self.endGracefully(from: id, now: now, stamp: stamp)
      return true
    }
    guard self.gracefulClose.deadline != nil else { return false }
    self.gracefulClose.deadline = nil
    guard failure == LinkFailure(.established, .endOfFile) else {
      // Each line of it was acknowledged. Less may have been read: the next pieces are smaller,
      // until they are so small that the peer must be one that always resets.
      self.gracefulClose.wasReset = true
      if self.handedBytes <= GracefulClose.resetBytesMax { self.gracefulClose.resets += 1 }
      if self.gracefulClose.resets >= GracefulClose.resetsMax { self.askNoMore() }
      return false
    }
    self.endGracefully(from: id, now: now, stamp: stamp)
    return true
  }

  /// Whether the peer of a push with a disk buffer closed a connection of the drain that had done all
  /// it was for: a failure would be a line more, for which another connection would be opened.
  private func isDone(endedBy failure: LinkFailure) -> Bool {
    // `at-least-once` waits for what is on its way (`peerClosed`), and closes in order itself.
    guard self.spool != nil, !self.isAtLeastOnce, self.gracefulClose.isLast,
      failure == LinkFailure(.established, .endOfFile)
    else { return false }
    return self.handedBytes > 0 && self.inFlight.isEmpty && !self.hasLinesWaiting
  }

  /// Both sides closed a connection in order, all of it acknowledged.
  private mutating func endGracefully(from id: ConnectionID, now: SimInstant, stamp: SimInstant) {
    self.gracefulClose.deadline = nil
    self.gracefulClose.peerClosedUntil = nil
    self.gracefulClose.makesRoom = false
    self.gracefulClose.wasReset = false
    self.gracefulClose.resets = 0
    let lines = self.lines(in: self.handedLines)
    self.growPieces()
    self.letGo(ofFirst: lines, on: id)
    self.ledger.close(failure: nil, now: stamp)
    self.runs.removeFirst(lines)
    self.resetStream()
    self.failuresWithoutProgress = 0
    self.resumeAtLastFailure = nil
    if !self.hasLinesWaiting { self.gracefulClose.batchBytes = nil }
    self.link.closedGracefully(id)
    self.writeMark()
    self.lastProgress = now
    // Whoever answers has taken something.
    self.lastGain = now
  }

  /// A piece ended in order.
  private mutating func growPieces() {
    guard let bytes = self.gracefulClose.batchBytes else { return }
    self.gracefulClose.piecesInOrder += 1
    guard self.gracefulClose.piecesInOrder >= GracefulClose.piecesBeforeGrowth else { return }
    self.gracefulClose.piecesInOrder = 0
    // A piece holds whole lines, however small it may be.
    let (twice, isTooMuch) = max(bytes, self.handedBytes).multipliedReportingOverflow(by: 2)
    self.gracefulClose.batchBytes = isTooMuch ? bytes : twice
  }

  /// The peer closed its direction, and may read on.
  ///
  /// - Returns: whether the connection stays until what it was handed is acknowledged, to be closed
  ///   in order then; if not, this is its end, as a failure or as the answer to our FIN.
  public mutating func peerClosed(_ id: ConnectionID, now: SimInstant) -> Bool {
    guard self.isAtLeastOnce, id == self.connectedID, self.gracefulClose.deadline == nil,
      self.handedBytes > 0
    else { return false }
    self.gracefulClose.peerClosedUntil = now.advanced(by: GracefulClose.patience)
    return true
  }

  /// How a connection whose peer closed first ends.
  public enum EndBehindPeer: Hashable, Sendable {
    /// All of it is acknowledged: it is to be closed.
    case inOrder(ConnectionID)
    /// Nothing came of it: it is to be closed and has failed.
    case failed(ConnectionID)
  }

  /// The end of a connection whose peer closed first, once it has come.
  public mutating func takeEndBehindPeer(
    now: SimInstant, stamp: SimInstant? = nil
  ) -> EndBehindPeer? {
    guard let until = self.gracefulClose.peerClosedUntil, let id = self.connectedID else {
      return nil
    }
    let end = self.runs.end(ofFirst: self.lines(in: self.handedLines))
    // A connection that brought nothing is opened anew after a wait only.
    guard self.inFlight.isEmpty, end > self.resume else {
      return self.inFlight.isEmpty || until <= now ? .failed(id) : nil
    }
    self.endGracefully(from: id, now: now, stamp: stamp ?? now)
    return .inOrder(id)
  }

  /// Both sides closed a connection in order: these of its lines are done with.
  private mutating func letGo(ofFirst lines: UInt64, on id: ConnectionID) {
    let end = self.runs.end(ofFirst: lines)
    guard end > self.resume else { return }
    let confirms = self.settings.delivery.closeConfirms.value
    if confirms {
      self.ledger.receive(linesWithHeaders: self.headerLinesInStream + lines, on: id)
    } else {
      self.ledger.closeInOrder(lines: lines - self.runs.count(before: self.resume))
    }
    self.settleResumed(to: end, confirms ? .received : .closedInOrder, on: id)
  }

  /// The connection ended by the peer's close, and not all of it was acknowledged or nobody could
  /// wait for that, as with TLS. Once or twice what its window has room for is sent again; a peer
  /// that does it time and again, and lets the push get nowhere, has no more to say of what it
  /// acknowledged.
  mutating func takeEarlyClose(_ id: ConnectionID, _ failure: LinkFailure) {
    guard failure == LinkFailure(.established, .endOfFile), self.isAtLeastOnce else { return }
    if self.failuresWithoutProgress >= GracefulClose.failuresWithoutProgressMax {
      self.gracefulClose.closesFirst = true
    }
    if self.gracefulClose.closesFirst {
      self.letGo(ofFirst: self.ledger.latestAcknowledged, on: id)
    }
  }

  /// A connection failed: where less than half of what its peer acknowledged need not be sent
  /// again, the next one is ended on purpose, before it got as far.
  mutating func resumeBatching(confirmedLines: UInt64) {
    let acknowledged = self.ledger.latestAcknowledged
    guard self.canCloseGracefully, acknowledged > 0, 2 * confirmedLines < acknowledged else {
      return
    }
    let wasReset = self.gracefulClose.wasReset
    self.gracefulClose.piecesInOrder = 0
    let bytes = self.ledger.latestBytesAcknowledged / (wasReset ? 8 : 2)
    let isStalled =
      wasReset || self.failuresWithoutProgress >= GracefulClose.failuresWithoutProgressMax
    self.gracefulClose.batchBytes = max(
      min(bytes, self.gracefulClose.batchBytes ?? bytes),
      isStalled ? 1 : GracefulClose.batchBytesMin)
  }
}
