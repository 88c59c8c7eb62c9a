internal import ApplianceModel
internal import LogDelivery
internal import Simulation

/// The appliance's disk in virtual time: what `FileStore` is on a real one.
extension ScenarioEngine {
  /// What a full disk did not take.
  struct DiskState {
    /// Subscriptions whose latest lines are in no file.
    var failingFiles: Set<Int> = []
    /// Subscriptions whose disk buffer could not be written, and is not known to be written again.
    var failingSpools: Set<Int> = []
    /// Segments that nothing can be appended to any more, by subscription.
    var brokenSegments: [Int: UInt32] = [:]
  }

  private static let noSpace = "No space left on device"

  private var isDiskFull: Bool {
    self.scenario.faults.contains { $0.kind == .diskFull && self.lab.covers($0.when, self.now) }
  }

  /// Faults of the appliance itself that strike at an instant.
  mutating func planFaultsOfAppliance() {
    for fault in self.scenario.faults {
      let instant = self.scenario.start.advanced(by: fault.when.from)
      switch fault.kind {
      case .rollOverNow(let name): self.schedule(.rollsOver(subscription: name), at: instant)
      case .clockStep(let step): self.schedule(.clockIsSet(by: step), at: instant)
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

  mutating func perform(_ action: LogFileAction, _ index: Int) {
    guard case .append(let bytes, _) = action else {
      self.output.perform(action, subscription: self.names[index])
      return
    }
    // The record of a pushed log is ours and on no appliance's disk.
    guard !self.isDiskFull || self.pushSettings(index) != nil else {
      self.disk.failingFiles.insert(index)
      self.appliance.fileFailed(
        subscription: index, action, reason: Self.noSpace, now: self.now)
      return
    }
    self.watcher.logged(bytes, subscription: self.names[index], at: self.elapsed)
    self.output.perform(action, subscription: self.names[index])
    if self.disk.failingFiles.remove(index) != nil {
      self.appliance.filesRecovered(subscription: index, now: self.now)
    }
  }

  /// The disk buffer of a push, which is in memory here.
  mutating func perform(_ action: SpoolAction, _ index: Int) {
    guard self.takes(action, index) else {
      self.disk.failingSpools.insert(index)
      self.appliance.spoolFailed(
        subscription: index, action, reason: Self.noSpace, now: self.now)
      return
    }
    let bytes = self.spools[index, default: MemorySpool()].perform(action)
    if case .read = action {
      self.appliance.spoolRead(bytes, subscription: index, now: self.now)
    }
    guard self.disk.failingSpools.contains(index) else { return }
    if self.appliance.spoolWritten(subscription: index, action, now: self.now) {
      self.disk.failingSpools.remove(index)
    }
  }

  private mutating func takes(_ action: SpoolAction, _ index: Int) -> Bool {
    switch action {
    case .append(let segment, _, _):
      if self.isDiskFull { self.disk.brokenSegments[index] = segment }
      return self.disk.brokenSegments[index] != segment
    case .mark: return !self.isDiskFull
    case .read, .remove, .truncate: return true
    }
  }
}
