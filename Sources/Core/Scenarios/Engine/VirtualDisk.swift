internal import ApplianceModel
internal import LogDelivery
internal import LogModel
internal import Simulation

/// The appliance's disk in virtual time: what `FileStore` is on a real one. Log files go to the
/// scenario's output; disk buffers are kept here.
struct VirtualDisk: Sendable {
  /// What became of an action on log files.
  enum FileOutcome: Hashable, Sendable {
    /// - Parameter hasRecovered: whether the one before had failed.
    case done(hasRecovered: Bool)
    case failed(reason: String)
  }

  /// What became of an action on a disk buffer.
  enum BufferOutcome: Hashable, Sendable {
    /// What a `read` gave, `nil` for what is not there.
    case read([UInt8]?, afterFailure: Bool)
    case written(afterFailure: Bool)
    case failed(reason: String)
  }

  private static let noSpace = "No space left on device"

  /// When nothing can be written, after the scenario's start.
  private var full: [FaultWindow] = []
  /// What each subscription keeps on disk.
  private var storages: [SubscriptionID: SubscriptionStorage] = [:]
  private var buffers: [SubscriptionID: MemorySpool] = [:]
  /// Those of subscriptions that are no more, by name.
  private var closedBuffers: [String: MemorySpool] = [:]
  /// Subscriptions whose latest lines are in no file.
  private var failingFiles: Set<SubscriptionID> = []
  /// Subscriptions whose disk buffer could not be written, and is not known to be written again.
  private var failingBuffers: Set<SubscriptionID> = []
  /// Segments that nothing can be appended to any more, by subscription.
  private var brokenSegments: [SubscriptionID: UInt32] = [:]

  /// Nothing can be written in this window.
  mutating func fills(during window: FaultWindow) { self.full.append(window) }

  /// The name of a subscription's folders, also after its end.
  func name(of id: SubscriptionID) -> String { self.storages[id]?.name ?? "" }

  /// A subscription's folders are open.
  ///
  /// - Returns: the disk buffer that one of its name left.
  mutating func opened(
    _ subscription: SubscriptionID, _ storage: SubscriptionStorage
  ) -> MemorySpool? {
    self.storages[subscription] = storage
    guard storage.hasDiskBuffer, let earlier = self.closedBuffers.removeValue(forKey: storage.name)
    else { return nil }
    self.buffers[subscription] = earlier
    return earlier
  }

  /// A subscription is no more; the next one of its name finds its disk buffer.
  mutating func closed(_ subscription: SubscriptionID) {
    // One without a buffer leaves that of an earlier one of its name where it is.
    if let buffer = self.buffers.removeValue(forKey: subscription) {
      self.closedBuffers[self.name(of: subscription)] = buffer
    }
    self.failingFiles.remove(subscription)
    self.failingBuffers.remove(subscription)
    self.brokenSegments[subscription] = nil
  }

  /// Log files are written, named or removed.
  mutating func perform(
    _ action: LogFileAction, _ subscription: SubscriptionID, at elapsed: SimDuration
  ) -> FileOutcome {
    guard case .append = action else { return .done(hasRecovered: false) }
    // The record of a pushed log is ours and on no appliance's disk.
    guard !self.isFull(at: elapsed) || self.storages[subscription]?.isPush == true else {
      self.failingFiles.insert(subscription)
      return .failed(reason: Self.noSpace)
    }
    return .done(hasRecovered: self.failingFiles.remove(subscription) != nil)
  }

  /// A disk buffer is written or read.
  mutating func perform(
    _ action: SpoolAction, _ subscription: SubscriptionID, at elapsed: SimDuration
  ) -> BufferOutcome {
    guard self.takes(action, subscription, at: elapsed) else {
      self.failingBuffers.insert(subscription)
      return .failed(reason: Self.noSpace)
    }
    let bytes = self.buffers[subscription, default: MemorySpool()].perform(action)
    let afterFailure = self.failingBuffers.contains(subscription)
    return switch action {
    case .read: .read(bytes, afterFailure: afterFailure)
    case .append, .mark, .remove, .truncate: .written(afterFailure: afterFailure)
    }
  }

  /// The appliance knows that a disk buffer is written again.
  mutating func bufferRecovered(_ subscription: SubscriptionID) {
    self.failingBuffers.remove(subscription)
  }

  private func isFull(at elapsed: SimDuration) -> Bool {
    self.full.contains { $0.covers(since: elapsed) }
  }

  private mutating func takes(
    _ action: SpoolAction, _ subscription: SubscriptionID, at elapsed: SimDuration
  ) -> Bool {
    switch action {
    case .append(let segment, _, _):
      if self.isFull(at: elapsed) { self.brokenSegments[subscription] = segment }
      return self.brokenSegments[subscription] != segment
    case .mark: return !self.isFull(at: elapsed)
    case .read, .remove, .truncate: return true
    }
  }
}
