internal import ApplianceModel
public import MailFlow
public import Simulation

/// The clocks: elapsed time, by which everything is told, and the wall clock.
extension LiveAppliance {
  /// The elapsed time; the appliance hears at once when the wall clock was set.
  func now() -> SimInstant {
    let (now, news) = self.clock.read()
    switch news {
    case .none: break
    case .set(let wall): self.appliance.wallClock(is: wall, now: now)
    case .outOfRange: self.appliance.leaveTime(now: now)
    }
    return now
  }

  /// Sets the wall clock of this run alone, as somebody may that of an appliance.
  public func setWallClock(by step: SimDuration) {
    guard !self.hasEnded else { return }
    self.clock.setWall(by: step)
    self.step()
  }

  /// Notices a clock that was set while nothing else happens.
  func lookAtClock() {
    let known = self.clock.offset
    _ = self.now()
    if self.clock.offset != known || self.appliance.isOutOfTime { self.stepSoon() }
  }

  /// What the traffic has not done, by kind.
  public var pendingWork: [PendingWork] {
    self.appliance.pendingWork(now: self.clock.elapsed())
  }
}
