internal import BasicContainers
internal import LogDelivery
internal import Simulation

/// Disk buffers without room, and how the mail flow makes way for them.
extension Appliance {
  /// How long mail that is due may wait for a disk buffer without room, until the mail flow has
  /// caught up, and how soon it looks again. Source: docs/FIDELITY.md, "Hold of the full-speed
  /// model".
  private static let waitMax = SimDuration.seconds(2)
  static let roomInterval = SimDuration.milliseconds(1)

  /// Whether mail that is due waits for a moment, since a disk buffer whose push gets on has no
  /// room: what came in a burst can leave in between.
  private func waitsForRoom(now: SimInstant) -> Bool {
    // In virtual time nothing is late.
    guard self.options.waitsForRoom else { return false }
    let waited = self.waited + (self.waitsSince?.duration(to: now) ?? .zero)
    return waited < Self.waitMax && self.linesFitting(now: now) == 0
  }

  /// A batch that each disk buffer has room for; where the model waits no more, they must make do.
  func eventsMax(now: SimInstant) -> Int {
    guard self.isAtFullSpeed || self.waited < Self.waitMax else { return Self.batchEvents }
    return max(self.linesFitting(now: now), 1)
  }

  /// Whether the mail flow is to wait; how long it has waited counts until it has caught up.
  mutating func holdsFlow(now: SimInstant) -> Bool {
    if self.isAtFullSpeed { return self.isHeldByAPush(now: now) }
    if self.waitsForRoom(now: now) {
      self.waitsSince = self.waitsSince ?? now
      return true
    }
    if let since = self.waitsSince {
      self.waited = self.waited + since.duration(to: now)
      self.waitsSince = nil
    }
    return false
  }

  private func linesFitting(now: SimInstant) -> Int {
    var count = Self.batchEvents
    for index in 0..<self.subscriptions.count {
      let fitting = self.subscriptions[index].readPush { $0.linesFitting(now: now) } ?? nil
      count = min(count, fitting ?? count)
    }
    return count
  }
}
