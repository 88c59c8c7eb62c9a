public import Simulation

/// A disk buffer that cannot be written: a full disk, a folder without permission.
///
/// Lines go on by memory alone, as far as it has room and the connection stands; what the memory
/// loses is counted. Writing is tried again after a wait. Source: docs/DELIVERY.md, "The disk
/// buffer".
extension SyslogPush {
  /// An action on the disk buffer's files could not be carried out.
  ///
  /// After a failed `append` its owner carries out no other one of the same segment, and tells of
  /// each.
  /// - Returns: whether this is worth a word: the first failure of an attempt.
  public mutating func spoolFailed(_ action: SpoolAction, now: SimInstant) -> Bool {
    guard self.spool != nil else { return false }
    if case .append(let segment, let bytes, _) = action {
      self.spool?.appendFailed(segment: segment, bytes)
    }
    return self.bufferTrouble.begins(now: now)
  }

  /// A record could be written again after a failure.
  public mutating func spoolRecovered() {
    _ = self.bufferTrouble.ended()
    self.writeMark()
  }

  /// Whether the wait before the next attempt is over.
  mutating func bufferTimeReached(_ now: SimInstant) {
    if let retryAt = self.bufferTrouble.retryAt, retryAt <= now { self.bufferTrouble.retryAt = nil }
  }
}
