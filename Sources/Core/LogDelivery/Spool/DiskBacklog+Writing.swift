internal import Simulation

/// A disk that takes nothing, and takes again.
extension DiskBacklog {
  /// An action could not be carried out; whether to report it.
  mutating func failed(_ action: SpoolAction, now: SimInstant) -> Bool {
    if case .append(let segment, let bytes, _) = action {
      self.spool.appendFailed(segment: segment, bytes)
    }
    return self.writeRetry.failed(now: now)
  }

  /// An action could be carried out after a failure.
  mutating func written(
    _ action: SpoolAction, _ totals: LedgerTotals, isConnected: Bool
  ) -> SyslogPush.Recovery {
    switch action {
    case .append:
      self.writeRetry.recordWritten()
      self.writeMark(totals, isConnected: isConnected)
    case .mark where self.writeRetry.endsWithMark:
      return .over(isSaid: self.writeRetry.recovered().isSaid)
    case .mark, .read, .remove, .truncate: break
    }
    return .notYet
  }

  /// Whether the wait before the next attempt is over.
  mutating func timeReached(_ now: SimInstant) {
    if let retryAt = self.writeRetry.retryAt, retryAt <= now { self.writeRetry.retryAt = nil }
  }
}
