internal import ApplianceConfiguration
public import Simulation

/// A disk buffer that is nearly full.
///
/// `at-least-once` keeps lines that are acknowledged as long as the peer's window has room for what
/// lies behind them. Where the buffer is smaller than that, it would fill with them and stand
/// still: the connection is then ended in order, the lines are let go, and the next one goes on. A
/// peer that does not answer a FIN is taken at its acknowledgement. Source: docs/DELIVERY.md, "The
/// disk buffer".
extension SyslogPush {
  var isHalfFull: Bool { self.spool?.isHalfFull ?? false }

  /// Whether the disk buffer is too full to wait for anything.
  var lacksRoom: Bool {
    self.spool.map { 8 * $0.room < self.settings.delivery.bufferBytesMax.value } ?? false
  }

  /// Lets go of acknowledged lines, once they take a good part of a buffer that is half full.
  mutating func makeRoom() {
    guard self.isAtLeastOnce, self.connectedID != nil, self.gracefulClose.deadline == nil,
      self.gracefulClose.peerClosedUntil == nil, self.isHalfFull
    else { return }
    let acknowledged = self.runs.end(ofFirst: self.ledger.latestAcknowledged)
    let kept = self.spool?.recordBytes(before: acknowledged) ?? 0
    guard 8 * kept >= self.settings.delivery.bufferBytesMax.value else { return }
    if self.canCloseGracefully {
      self.gracefulClose.makesRoom = true
    } else {
      self.settleResumed(to: acknowledged, .acknowledged, on: self.connectedID)
    }
  }

  /// Whether a connection stands or is being opened, and has made progress lately.
  func getsOn(now: SimInstant) -> Bool {
    // One that was ended in order is opened anew as soon as lines wait.
    if self.gracefulClose.deadline != nil || self.link.isClosedGracefully { return true }
    return self.link.isUnderWay
      && self.lastProgress.duration(to: now) < self.limits.stallTime
  }

  /// Whether a connection stands on which something may still be acknowledged: a server that reads
  /// slowly opens its window seldom, and is not to lose what a disk buffer has no room for.
  ///
  /// The time counts from the last acknowledgement of any connection on, so that one that is opened
  /// time and again and brings nothing holds nobody for ever.
  private func mayGain(now: SimInstant) -> Bool {
    guard self.connectedID != nil, !self.inFlight.isEmpty,
      let since = self.lastGain ?? self.firstConnectedAt
    else { return false }
    return since.duration(to: now) < self.limits.patience
  }

  /// A connection that brought something has broken: the next one is awaited for a moment.
  mutating func noteBreak(now: SimInstant) {
    guard let gained = self.lastGain, gained.duration(to: now) < self.limits.patience else {
      return
    }
    self.brokeAt = now
  }

  /// Whether a connection that was got on with broke a moment ago, and the next one is awaited: a
  /// server that reads is not to lose what a disk buffer has no room for in the second between.
  private func awaitsNextConnection(now: SimInstant) -> Bool {
    guard let broke = self.brokeAt, self.link.wakeAt != nil else { return false }
    return broke.duration(to: now) < self.limits.stallTime
  }

  /// How many lines of any length the disk buffer takes now; `nil` where a model that runs at full
  /// speed need not ask: without a buffer, and for a push of which nothing more is to be expected.
  public func linesFitting(now: SimInstant) -> Int? {
    guard let spool = self.spool, !self.spoolWriteRetry.isWaiting,
      self.getsOn(now: now) || self.mayGain(now: now) || self.awaitsNextConnection(now: now)
    else { return nil }
    // Error lines come without being asked for.
    return max(0, spool.room - 2 * self.limits.lineBytesMax) / self.limits.lineBytesMax
  }

  /// Whether news of acknowledgements is wanted soon: the disk buffer fills with lines on their
  /// way.
  public func wantsAcknowledgements(now: SimInstant) -> Bool {
    guard let spool = self.spool, !self.inFlight.isEmpty else { return false }
    return self.getsOn(now: now)
      && (spool.isQuarterFull || self.gracefulClose.peerClosedUntil != nil)
  }

  /// How many lines the disk buffer had no room for since it was said last; `nil` for none, and
  /// until the period is over (docs/FIDELITY.md, "A disk buffer that is full").
  public mutating func takeOverflow(now: SimInstant) -> UInt64? {
    guard self.unsaidOverflow > 0, self.overflowNotice.isDue(now: now) else { return nil }
    defer { self.unsaidOverflow = 0 }
    return self.unsaidOverflow
  }

  /// Whether it is the oldest lines that go where the disk buffer is full.
  public var dropsOldest: Bool { self.settings.delivery.overflow.value == .dropOldest }
}
