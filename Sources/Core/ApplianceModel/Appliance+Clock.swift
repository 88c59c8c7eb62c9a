internal import BasicContainers
internal import LogDelivery
internal import LogModel
public import Simulation

/// The wall clock, as the owner tells it.
extension Appliance {
  /// The wall clock shows `wall` at `now`: to be told when it was set.
  ///
  /// Nothing follows from it but stamps, rollovers at a time of day, and for a step of more than a
  /// second a line and an event. A time outside of `SimInstant.runs` is not taken, and
  /// `isOutOfTime` from then on.
  public mutating func wallClock(is wall: SimInstant, now: SimInstant) {
    guard SimInstant.runs.contains(wall) else { return self.leaveTime(now: now) }
    guard self.clock.isStep(wall: wall, now: now) else { return }
    // What was due before the step is stamped by the clock of before, and stands before its line.
    self.catchUpWhole(now)
    let before = self.stampForWriting(now)
    let step = self.clock.set(wall: wall, now: now)
    guard self.clock.stampsByWall else { return }
    for index in 0..<self.subscriptions.count {
      self.subscriptions[index].files?.clockStepped(by: step, to: wall, zone: self.zone)
    }
    let length = step > .zero ? step : .zero - step
    guard length > ApplianceClock.stepWorthALine else { return }
    self.report(.clockStepped(by: step), now: now)
    let text =
      "\(Self.clockSetText)\(self.zone.stamp(at: before).dated) to "
      + self.zone.stamp(at: wall).dated
    self.log([(.information, text, .textMail)], now: now)
    self.collectWrites(now: now)
  }

  /// How a line begins that says that the clock was set.
  public static var clockSetText: String { "The system time was changed from " }

  /// The wall clock shows a time that no instant can stand for, or one outside of
  /// `SimInstant.runs`.
  public mutating func leaveTime(now: SimInstant) {
    guard !self.isOutOfTime else { return }
    self.isOutOfTime = true
    self.report(.clockOutOfRange, now: now)
  }

  mutating func checkModelTime(now: SimInstant) {
    if !SimInstant.runs.contains(self.clock.model) { self.leaveTime(now: now) }
  }
}
