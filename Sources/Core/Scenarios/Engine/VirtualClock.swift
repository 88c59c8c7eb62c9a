internal import Simulation

/// The time of a run, and the appliance's wall clock, which a fault may set.
struct VirtualClock: Sendable {
  let start: SimInstant
  private(set) var now: SimInstant
  /// How far the appliance's wall clock was set.
  private var wallOffset = SimDuration.zero

  init(start: SimInstant) {
    self.start = start
    self.now = start
  }

  /// Since the scenario's start.
  var elapsed: SimDuration { self.start.duration(to: self.now) }

  /// Goes on to `instant`, never back.
  mutating func advance(to instant: SimInstant) { self.now = max(self.now, instant) }

  /// Somebody sets the appliance's wall clock; the rest of the world keeps its time.
  ///
  /// - Returns: what it shows then; `nil` outside of the years of a run.
  mutating func setWall(by step: SimDuration) -> SimInstant? {
    self.wallOffset = self.wallOffset.saturatingSum(step)
    return self.now.moved(by: self.wallOffset)
  }
}
