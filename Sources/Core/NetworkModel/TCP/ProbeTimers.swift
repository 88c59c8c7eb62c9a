import Simulation

/// When a peer that closed its window is asked again.
///
/// Source: RFC 9293 section 3.8.6.1.
struct PersistTimer: Sendable {
  /// When the next probe is sent; `TCPConnection.off` while it is off.
  private(set) var due = TCPConnection.off
  private var backoffs = 0

  var isOn: Bool { self.due != TCPConnection.off }

  /// Stops, and the next wait is the shortest again.
  mutating func reset() {
    self.due = TCPConnection.off
    self.backoffs = 0
  }

  mutating func stop() {
    self.due = TCPConnection.off
  }

  /// Waits from the time-out up, twice as long after each probe.
  mutating func start(now: Int64, after retransmission: RetransmissionTimer) {
    self.due = now + retransmission.doubled(self.backoffs)
  }

  /// A probe is sent.
  mutating func probed() {
    self.backoffs += 1
  }
}

/// When a silent peer is asked whether it is still there.
///
/// Source: RFC 9293 section 3.8.4.
struct KeepAlive: Sendable {
  /// What is to be done when the timer fires.
  enum Action: Sendable {
    case wait
    case probe
    case giveUp
  }

  /// When the next probe is sent; `TCPConnection.off` while it is off.
  private(set) var due = TCPConnection.off
  private var probes = 0
  /// When the last segment came from the peer.
  private(set) var lastHeard: Int64 = 0

  mutating func heard(now: Int64) {
    self.lastHeard = now
    self.probes = 0
  }

  mutating func stop() {
    self.due = TCPConnection.off
  }

  mutating func start(now: Int64, idle: Int64) {
    self.due = now + idle
  }

  /// The timer fired.
  ///
  /// - Parameter hasInFlight: the retransmission timer watches the peer meanwhile.
  mutating func reached(
    now: Int64, idle: Int64, interval: Int64, probesMax: Int, hasInFlight: Bool
  ) -> Action {
    let idleEnd = self.lastHeard + idle
    if self.probes == 0, idleEnd > now {
      self.due = idleEnd
      return .wait
    }
    if hasInFlight {
      self.due = now + idle
      return .wait
    }
    if self.probes >= probesMax {
      self.due = TCPConnection.off
      return .giveUp
    }
    self.probes += 1
    self.due = now + interval
    return .probe
  }
}
