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
  /// - Returns: whether this is to be said, which is so once a period.
  public mutating func spoolFailed(_ action: SpoolAction, now: SimInstant) -> Bool {
    guard self.spool != nil else { return false }
    if case .append(let segment, let bytes, _) = action {
      self.spool?.appendFailed(segment: segment, bytes)
    }
    return self.spoolWriteRetry.failed(now: now)
  }

  /// What writing again after a failure has come to.
  public enum Recovery: Hashable, Sendable {
    /// The other file has not been written yet.
    case notYet
    /// Segment and mark are written; whether that is to be said, as the failure was.
    case over(isSaid: Bool)
  }

  /// After a failure an action could be carried out: the trouble is over once a record and a mark
  /// behind it are written.
  public mutating func spoolWritten(_ action: SpoolAction) -> Recovery {
    switch action {
    case .append:
      self.spoolWriteRetry.recordWritten()
      self.writeMark()
    case .mark where self.spoolWriteRetry.endsWithMark:
      return .over(isSaid: self.spoolWriteRetry.recovered().isSaid)
    case .mark, .read, .remove, .truncate: break
    }
    return .notYet
  }

  /// Whether the wait before the next attempt is over.
  mutating func bufferTimeReached(_ now: SimInstant) {
    if let retryAt = self.spoolWriteRetry.retryAt, retryAt <= now {
      self.spoolWriteRetry.retryAt = nil
    }
  }
}
