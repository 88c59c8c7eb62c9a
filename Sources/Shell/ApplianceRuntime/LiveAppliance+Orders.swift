public import ApplianceConfiguration
public import ApplianceModel
public import Simulation

/// What may be asked of an appliance that runs.
extension LiveAppliance {
  /// Takes a commit.
  ///
  /// - Parameter zone: the transitions of the new configuration's time zone.
  public func apply(_ delta: ConfigurationDelta, zone: ZoneTransitions) {
    guard !self.hasEnded else { return }
    self.appliance.apply(delta, zone: zone, now: self.now())
    self.relays = delta.configuration.relays
    self.beginCapture()
    self.runActions()
    self.stepSoon()
  }

  /// What the appliance is set to.
  public var configuration: Configuration { self.appliance.configuration }

  /// How many lines are in no file, though files were meant for them; by subscription.
  public var linesNotKept: [String: UInt64] { self.appliance.linesNotKept }

  /// Stops the traffic's time.
  public func holdTraffic() {
    self.appliance.holdTraffic(now: self.now())
    self.step()
  }

  /// Lets the traffic's time go on.
  public func resumeTraffic() {
    self.appliance.resumeTraffic(now: self.now())
    self.step()
  }
}
