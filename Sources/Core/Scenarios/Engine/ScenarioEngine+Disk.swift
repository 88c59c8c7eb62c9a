internal import ApplianceModel
internal import LogDelivery
internal import LogModel
internal import Simulation

/// The appliance's log files and disk buffers.
extension ScenarioEngine {
  mutating func perform(_ action: LogFileAction, _ subscription: SubscriptionID) {
    switch self.disk.perform(action, subscription, at: self.clock.elapsed) {
    case .failed(let reason):
      self.appliance.fileFailed(
        subscription: subscription, action, reason: reason, now: self.now)
    case .done(let hasRecovered):
      self.record.performed(
        action, subscription: self.disk.name(of: subscription), at: self.clock.elapsed)
      if hasRecovered { self.appliance.filesRecovered(subscription: subscription, now: self.now) }
    }
  }

  mutating func perform(_ action: SpoolAction, _ subscription: SubscriptionID) {
    let isAfterFailure: Bool
    switch self.disk.perform(action, subscription, at: self.clock.elapsed) {
    case .failed(let reason):
      self.appliance.spoolFailed(subscription: subscription, action, reason: reason, now: self.now)
      return
    case .read(let bytes, let afterFailure):
      self.appliance.spoolRead(bytes, subscription: subscription, now: self.now)
      isAfterFailure = afterFailure
    case .written(let afterFailure): isAfterFailure = afterFailure
    }
    if isAfterFailure,
      self.appliance.spoolWritten(subscription: subscription, action, now: self.now)
    {
      self.disk.bufferRecovered(subscription)
    }
  }
}
