internal import Simulation

/// Something that is worth a line and an alert, and not one each time.
struct PeriodicNotice: Sendable {
  /// At most one in this time. Source: docs/FIDELITY.md, "Full disk".
  static let period = SimDuration.seconds(300)

  private var saidAt: SimInstant?

  /// Whether it is to be said now; the period begins anew if so.
  mutating func isDue(now: SimInstant) -> Bool {
    if let saidAt, saidAt.duration(to: now) < Self.period { return false }
    self.saidAt = now
    return true
  }
}

/// Retries of writing a subscription's files, with growing waits, and whether to report a failure.
struct WriteRetry: Sendable {
  /// Lines that are in no file.
  var notKept: UInt64 = 0
  /// While it is set nothing is written.
  var retryAt: SimInstant?
  private let backoff = ExponentialBackoff()
  private var attempts = 0
  private var notice = PeriodicNotice()
  /// Whether the present trouble was said, so that its end is too.
  private var isSaid = false
  private var unsaved: [(name: String, savedName: String)] = []
  private var triedTwice: Set<String> = []
  /// Whether a record was written since the last failure.
  private var hasRecord = false

  /// Whether lines are counted and not kept.
  var isWaiting: Bool { self.retryAt != nil }

  /// Takes notice of a failure; returns whether to report it.
  mutating func failed(now: SimInstant) -> Bool {
    self.hasRecord = false
    guard !self.isWaiting else { return false }
    self.attempts += 1
    self.retryAt = now.advanced(by: self.backoff.delay(attempt: self.attempts))
    return self.isReportDue(now: now)
  }

  /// Whether to report a failure now.
  mutating func isReportDue(now: SimInstant) -> Bool {
    guard self.notice.isDue(now: now) else { return false }
    self.isSaid = true
    return true
  }

  mutating func saveFailed(name: String, _ savedName: String) {
    if !self.triedTwice.contains(name) { self.unsaved.append((name, savedName)) }
  }

  /// A record of a disk buffer was written; the mark is to follow.
  mutating func recordWritten() {
    self.hasRecord = true
  }

  /// Whether a mark that was written ends the trouble: a record was before it.
  var endsWithMark: Bool { self.hasRecord && !self.isWaiting }

  /// The files that are to be saved now, and whether the end of the trouble is to be said.
  mutating func recovered() -> (saves: [(name: String, savedName: String)], isSaid: Bool) {
    self.attempts = 0
    self.retryAt = nil
    self.hasRecord = false
    defer {
      self.unsaved = []
      self.isSaid = false
    }
    for file in self.unsaved { self.triedTwice.insert(file.name) }
    return (self.unsaved, self.isSaid)
  }
}
