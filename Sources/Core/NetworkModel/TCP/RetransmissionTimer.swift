import Simulation

/// When what is not acknowledged is sent again, by the round trips that were measured.
///
/// Source: RFC 6298.
struct RetransmissionTimer: Sendable {
  /// The time-outs that a TCP implementation allows, in nanoseconds.
  struct Limits: Sendable {
    /// Before the first measurement.
    let first: Int64
    let least: Int64
    let most: Int64
  }

  private let limits: Limits
  /// When it fires; `TCPConnection.off` while it is off.
  private(set) var due = TCPConnection.off
  /// RTO.
  private(set) var timeout: Int64
  /// How often the time-out was doubled since the last progress.
  private(set) var backoffs = 0
  /// SRTT and RTTVAR; 0 before the first measurement.
  private var smoothedRoundTrip: Int64 = 0
  private var roundTripVariation: Int64 = 0
  private var timedSequence: UInt32 = 0
  /// When the timed segment left; `off` when none is timed.
  private var timedSince = TCPConnection.off
  /// When the oldest data not acknowledged began to wait without any progress.
  var waitingSince: Int64 = 0

  /// A timer that is off.
  init(limits: Limits) {
    self.limits = limits
    self.timeout = limits.first
  }

  /// Whether it runs.
  var isOn: Bool { self.due != TCPConnection.off }

  mutating func stop() {
    self.due = TCPConnection.off
  }

  mutating func start(now: Int64) {
    self.due = now + self.timeout
  }

  /// Fires no later than `limit`.
  mutating func limit(to limit: Int64) {
    self.due = min(self.due, limit)
  }

  /// Data leave; an idle timer starts.
  mutating func sent(now: Int64) {
    guard !self.isOn else { return }
    self.start(now: now)
    self.waitingSince = now
  }

  /// The SYN leaves, the first time or again.
  mutating func sentSyn(_ sequence: UInt32, now: Int64) {
    self.timedSince = TCPConnection.off
    if self.backoffs == 0 {
      self.time(sequence, now: now)
      self.waitingSince = now
    }
    self.start(now: now)
  }

  /// Times a segment that is sent for the first time, if none is timed.
  mutating func time(_ sequence: UInt32, now: Int64) {
    guard self.timedSince == TCPConnection.off else { return }
    self.timedSince = now
    self.timedSequence = sequence
  }

  /// Something is sent again: what is timed must not be measured (Karn's algorithm).
  mutating func untime() {
    self.timedSince = TCPConnection.off
  }

  /// Measures the round trip if `number` acknowledges the timed segment.
  ///
  /// Source: RFC 6298 section 2.
  mutating func measure(_ number: UInt32, now: Int64) {
    guard self.timedSince != TCPConnection.off, self.timedSequence.isBefore(number) else { return }
    let sample = now - self.timedSince
    self.timedSince = TCPConnection.off
    if self.smoothedRoundTrip == 0 {
      self.smoothedRoundTrip = max(1, sample)
      self.roundTripVariation = sample / 2
    } else {
      let difference = abs(self.smoothedRoundTrip - sample)
      self.roundTripVariation = (3 * self.roundTripVariation + difference) / 4
      self.smoothedRoundTrip = max(1, (7 * self.smoothedRoundTrip + sample) / 8)
    }
    self.timeout = self.estimate
  }

  /// The time-out without back-off.
  private var estimate: Int64 {
    guard self.smoothedRoundTrip > 0 else { return self.limits.first }
    let estimate = self.smoothedRoundTrip + max(1_000_000, 4 * self.roundTripVariation)
    return min(max(estimate, self.limits.least), self.limits.most)
  }

  /// There was progress: the time-out is the measured one again.
  mutating func endBackoff() {
    guard self.backoffs > 0 else { return }
    self.backoffs = 0
    self.timeout = self.estimate
  }

  /// How long a peer is left alone that was asked `tries` times in vain, doubling from the time-out up.
  func doubled(_ tries: Int) -> Int64 {
    min(max(self.timeout, self.limits.least) << Int64(min(tries, 12)), self.limits.most)
  }

  /// It fired: the next wait is twice as long (RFC 6298 section 5.5).
  mutating func backOff() {
    self.backoffs += 1
    self.timeout = min(self.timeout * 2, self.limits.most)
  }
}
