internal import Simulation

/// What could not be done with a subscription's files, and when it is tried again.
struct FileTrouble: Sendable {
  /// Lines that are in no file.
  var notKept: UInt64 = 0
  /// While it is set nothing is written.
  var retryAt: SimInstant?
  private let backoff = ReconnectBackoff()
  private var attempts = 0
  private var unsaved: [(name: String, savedName: String)] = []
  private var triedTwice: Set<String> = []

  /// Whether lines are counted and not kept.
  var isWaiting: Bool { self.retryAt != nil }

  /// A failure; whether it is the first since the last attempt.
  mutating func begins(now: SimInstant) -> Bool {
    guard !self.isWaiting else { return false }
    self.attempts += 1
    self.retryAt = now.advanced(by: self.backoff.delay(attempt: self.attempts))
    return true
  }

  mutating func saveFailed(name: String, _ savedName: String) {
    if !self.triedTwice.contains(name) { self.unsaved.append((name, savedName)) }
  }

  /// The files that are to be saved now.
  mutating func ended() -> [(name: String, savedName: String)] {
    self.attempts = 0
    self.retryAt = nil
    defer { self.unsaved = [] }
    for file in self.unsaved { self.triedTwice.insert(file.name) }
    return self.unsaved
  }
}
