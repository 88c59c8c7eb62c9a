import Simulation

/// Whether the peer waits for an acknowledgement of ours, and for how long.
///
/// Source: RFC 9293 section 3.8.6.3.
struct OwedAcknowledgement: Sendable {
  /// One is to be sent now.
  private(set) var isOwed = false
  /// One more segment makes it owed.
  private var isDelayed = false
  /// When a delayed one is sent; `TCPConnection.off` while none is.
  private(set) var due = TCPConnection.off

  mutating func owe() {
    self.isOwed = true
  }

  /// Data came in order.
  mutating func dataArrived(_ acknowledging: TCPStackProfile.Acknowledging, now: Int64) {
    switch acknowledging {
    case .immediate:
      self.isOwed = true
    case .delayed(let delay):
      if self.isDelayed {
        self.isOwed = true
      } else {
        self.isDelayed = true
        self.due = now + delay.nanoseconds
      }
    }
  }

  /// The delay is over.
  mutating func delayEnded() {
    self.due = TCPConnection.off
    self.isOwed = true
  }

  /// A segment carries it.
  mutating func paid() {
    self = OwedAcknowledgement()
  }

  mutating func stop() {
    self.due = TCPConnection.off
  }
}
