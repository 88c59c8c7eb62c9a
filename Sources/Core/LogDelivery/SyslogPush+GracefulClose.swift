internal import ApplianceConfiguration
public import Simulation

/// The graceful close: a FIN each way, each byte acknowledged before.
///
/// It confirms nothing: after the peer's FIN bytes may lie unread (docs/DELIVERY.md, "Closing in
/// order"). But no more can be had of a peer that says nothing, so the disk buffer lets the lines
/// go. `at-least-once` does it at the end of a run, in pieces once failures let it get on little,
/// and when the buffer is full of lines that are acknowledged.
extension SyslogPush {
  var isAtLeastOnce: Bool { self.backlog.disk?.isAtLeastOnce ?? false }

  var canCloseGracefully: Bool { self.isAtLeastOnce && !self.gracefulClose.isUnanswered }

  /// Whether the connection was ended in order, and no other has been opened since.
  public var isClosedGracefully: Bool { self.link.isClosedGracefully }

  /// Whether it ended its connection in order, and has nothing more to send.
  public var hasClosedGracefully: Bool { self.isClosedGracefully && self.isDrained }

  /// Whether it waits for its server's FIN as a confirmation.
  public var awaitsConfirmation: Bool { self.isAtLeastOnce }

  /// Whether the peer is taken at its acknowledgements, since it closes no connection in order.
  public var isTakenAtAcknowledgement: Bool {
    self.isAtLeastOnce && self.gracefulClose.isUnanswered
  }

  /// Whether a FIN is due: all that was handed over is acknowledged, and no more is to follow on
  /// this connection.
  private var isHalfCloseDue: Bool {
    guard self.canCloseGracefully, self.gracefulClose.deadline == nil,
      self.gracefulClose.peerClosedUntil == nil, self.isHandedAndSettled
    else { return false }
    if self.isBatchFull || self.gracefulClose.makesRoom { return true }
    return !self.backlog.hasLinesWaiting
      && (self.gracefulClose.isLast || self.gracefulClose.batchBytes != nil)
  }

  /// Whether a connection stands that was handed something, and all of that is settled.
  private var isHandedAndSettled: Bool { self.handedBytes > 0 && self.isSettled }

  /// Whether this connection gets no more lines.
  var takesNoMore: Bool { self.gracefulClose.takesNoMore || self.isBatchFull }

  private var isBatchFull: Bool {
    self.gracefulClose.isBatchFull(handedBytes: self.handedBytes)
  }

  /// Whether the peer has closed in order after all lines, as far as it can be asked to.
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
      return self.isSettled ? self.lastProgress : until
    }
    return self.isHalfCloseDue || (self.link.isClosedGracefully && self.backlog.hasLinesWaiting)
      ? self.lastProgress : nil
  }

  /// No lines will come but those about pushes and alerts: once all are sent, the connection is
  /// ended in order.
  public mutating func expectNoMore() {
    self.gracefulClose.isLast = true
  }

  /// Whether the drain has come to lines about itself: twice in a row a connection failed when all
  /// that had been logged until then was done with, so that each line that waits was written since,
  /// and to send it would bring the next. The disk buffer keeps them for the next run.
  var hasOnlyOwnFailuresLeft: Bool {
    self.gracefulClose.failuresAfterLastLine >= GracefulClose.failuresAfterLastLineMax
      && self.linesOnDisk == self.backlog.ledger.queued
  }

  /// The connection whose sending direction is to be closed now; `failed` reports the answer.
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
    self.gracefulClose.askNoMore()
    // Where there is no room to keep them, what the acknowledgement says has to do at once.
    if self.isHalfFull { self.advanceResume() }
    self.backlog.ledger.close(
      failure: LinkFailure(.established, .timedOut), now: stamp ?? now)
    self.requeue(windowBytes: self.connection?.windowBytes ?? 0)
    self.connection = nil
    self.backlog.rewind()
    self.link.closedGracefully(id)
    self.backlog.writeMark(isConnected: false)
    self.lastProgress = now
    return id
  }

  /// Whether a connection ended as it should after our FIN.
  mutating func takeAnswer(
    _ id: ConnectionID, _ failure: LinkFailure, now: SimInstant, stamp: SimInstant
  ) -> Bool {
    guard id == self.connectedID else { return false }
    self.gracefulClose.makesRoom = false
    self.gracefulClose.peerClosedUntil = nil
    let isPeersClose = failure == LinkFailure(.established, .endOfFile)
    // A peer of `buffered` closed a connection of the drain that had done all it was for: a failure
    // would be a line more, for which another connection would be opened. `at-least-once` waits for
    // what is on its way (`peerClosed`), and closes in order itself.
    if isPeersClose, self.backlog.disk != nil, !self.isAtLeastOnce, self.gracefulClose.isLast,
      self.isHandedAndSettled, !self.backlog.hasLinesWaiting
    {
      self.endGracefully(id, now: now, stamp: stamp)
      return true
    }
    guard self.gracefulClose.deadline != nil else { return false }
    self.gracefulClose.deadline = nil
    guard isPeersClose else {
      self.gracefulClose.answeredByReset(handedBytes: self.handedBytes)
      return false
    }
    self.endGracefully(id, now: now, stamp: stamp)
    return true
  }

  /// Both sides closed a connection in order, all of it acknowledged.
  private mutating func endGracefully(_ id: ConnectionID, now: SimInstant, stamp: SimInstant) {
    self.gracefulClose.closed(handedBytes: self.handedBytes)
    self.backlog.letGo(
      ofFirst: self.backlog.memory.handedLoggedLines, on: id,
      confirms: self.settingsBox.settings.delivery.closeConfirms.value, isConnected: true)
    self.backlog.ledger.close(failure: nil, now: stamp)
    self.backlog.memory.removeHanded()
    self.connection = nil
    self.backlog.disk?.forgetFailures()
    if !self.backlog.hasLinesWaiting { self.gracefulClose.batchBytes = nil }
    self.link.closedGracefully(id)
    self.backlog.writeMark(isConnected: false)
    self.lastProgress = now
    // Whoever answers has taken something.
    self.backlog.disk?.progress.lastGain = now
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
    guard let until = self.gracefulClose.peerClosedUntil, let id = self.connectedID,
      let resume = self.backlog.disk?.resume
    else { return nil }
    // A connection that brought nothing is opened anew after a wait only.
    guard self.isSettled, self.backlog.memory.firstUnsent > resume else {
      return self.isSettled || until <= now ? .failed(id) : nil
    }
    self.endGracefully(id, now: now, stamp: stamp ?? now)
    return .inOrder(id)
  }
}
