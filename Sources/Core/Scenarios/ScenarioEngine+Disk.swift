internal import ApplianceModel
internal import LogDelivery
internal import LogModel
internal import Simulation

/// The appliance's disk in virtual time: what `FileStore` is on a real one.
extension ScenarioEngine {
  /// What a full disk did not take.
  struct DiskState {
    /// Subscriptions whose latest lines are in no file.
    var failingFiles: Set<SubscriptionID> = []
    /// Subscriptions whose disk buffer could not be written, and is not known to be written again.
    var failingSpools: Set<SubscriptionID> = []
    /// Segments that nothing can be appended to any more, by subscription.
    var brokenSegments: [SubscriptionID: UInt32] = [:]
  }

  private static let noSpace = "No space left on device"

  private var isDiskFull: Bool {
    self.scenario.faults.contains {
      $0.kind == .appliance(.diskFull) && self.lab.covers($0.when, self.now)
    }
  }

  /// Faults of the appliance itself that strike at an instant.
  mutating func planFaultsOfAppliance() {
    for fault in self.scenario.faults {
      let instant = self.scenario.start.advanced(by: fault.when.from)
      switch fault.kind {
      case .appliance(.rollOverNow(let name)):
        self.schedule(.rollsOver(subscription: name), at: instant)
      case .appliance(.clockStep(let step)): self.schedule(.clockIsSet(by: step), at: instant)
      default: break
      }
    }
  }

  /// Somebody sets the appliance's clock; the rest of the world keeps its time.
  mutating func setWallClock(by step: SimDuration) {
    self.wallOffset = self.wallOffset.saturatingSum(step)
    if let wall = self.now.moved(by: self.wallOffset) {
      self.appliance.wallClock(is: wall, now: self.now)
    } else {
      self.appliance.leaveTime(now: self.now)
    }
  }

  /// What a subscription keeps on disk is open; a disk buffer may hold what one of its name left.
  mutating func open(_ subscription: SubscriptionID, _ storage: SubscriptionStorage) {
    self.storages[subscription] = storage
    if storage.hasDiskBuffer,
      let earlier = self.closedSpools.removeValue(forKey: storage.name)
    {
      self.spools[subscription] = earlier
      earlier.recover(into: &self.appliance, subscription: subscription, now: self.now)
    }
    self.appliance.opened(subscription: subscription, now: self.now)
  }

  mutating func closed(_ subscription: SubscriptionID) {
    self.closedSpools[self.name(of: subscription)] = self.spools.removeValue(forKey: subscription)
    self.disk.failingFiles.remove(subscription)
    self.disk.failingSpools.remove(subscription)
    self.disk.brokenSegments[subscription] = nil
  }

  mutating func perform(_ action: LogFileAction, _ subscription: SubscriptionID) {
    guard case .append(let bytes, _) = action else {
      self.output.perform(action, subscription: self.name(of: subscription))
      return
    }
    // The record of a pushed log is ours and on no appliance's disk.
    guard !self.isDiskFull || self.storages[subscription]?.isPush == true else {
      self.disk.failingFiles.insert(subscription)
      self.appliance.fileFailed(
        subscription: subscription, action, reason: Self.noSpace, now: self.now)
      return
    }
    self.watcher.logged(bytes, subscription: self.name(of: subscription), at: self.elapsed)
    self.output.perform(action, subscription: self.name(of: subscription))
    if self.disk.failingFiles.remove(subscription) != nil {
      self.appliance.filesRecovered(subscription: subscription, now: self.now)
    }
  }

  /// The disk buffer of a push, which is in memory here.
  mutating func perform(_ action: SpoolAction, _ subscription: SubscriptionID) {
    guard self.takes(action, subscription) else {
      self.disk.failingSpools.insert(subscription)
      self.appliance.spoolFailed(
        subscription: subscription, action, reason: Self.noSpace, now: self.now)
      return
    }
    let bytes = self.spools[subscription, default: MemorySpool()].perform(action)
    if case .read = action {
      self.appliance.spoolRead(bytes, subscription: subscription, now: self.now)
    }
    guard self.disk.failingSpools.contains(subscription) else { return }
    if self.appliance.spoolWritten(subscription: subscription, action, now: self.now) {
      self.disk.failingSpools.remove(subscription)
    }
  }

  private mutating func takes(_ action: SpoolAction, _ subscription: SubscriptionID) -> Bool {
    switch action {
    case .append(let segment, _, _):
      if self.isDiskFull { self.disk.brokenSegments[subscription] = segment }
      return self.disk.brokenSegments[subscription] != segment
    case .mark: return !self.isDiskFull
    case .read, .remove, .truncate: return true
    }
  }
}
