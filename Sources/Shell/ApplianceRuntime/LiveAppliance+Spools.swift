internal import ApplianceModel
internal import FileStore
internal import LiveNetwork
internal import LogDelivery
internal import LogModel

/// The disk buffers of the pushes.
extension LiveAppliance {
  /// The peer's window, as far as it was seen.
  func saw(_ progress: PushProgress, _ subscription: SubscriptionID, _ id: ConnectionID) {
    self.appliance.windowSampled(
      progress.windowBytes, acknowledged: progress.acknowledgedBytes, subscription: subscription,
      id)
  }

  /// Asks the kernel what the peer of one push acknowledged.
  func readAcknowledgements(of subscription: SubscriptionID) {
    guard let entry = self.sockets[subscription], let progress = entry.socket.progress() else {
      return
    }
    self.take(progress, subscription, entry.id)
  }

  /// A disk buffer that fills may have room by what was acknowledged since the last look.
  func readUrgentAcknowledgements() {
    for id in self.sockets.keys where self.awaitsAcknowledgements(id) {
      self.readAcknowledgements(of: id)
    }
  }

  /// Whether a push waits for acknowledgements that tell nobody of themselves.
  var awaitsAcknowledgements: Bool {
    self.sockets.keys.contains { self.awaitsAcknowledgements($0) }
  }

  private func awaitsAcknowledgements(_ id: SubscriptionID) -> Bool {
    self.open[id]?.spool != nil
      && self.appliance.wantsAcknowledgements(subscription: id, now: self.now())
  }

  /// Takes up the lines that an earlier run left in a disk buffer.
  func recoverSpool(_ id: SubscriptionID, _ entry: OpenSubscription) throws(FileStoreError) {
    guard let folder = entry.spool else { return }
    for segment in try folder.segments() {
      let bytes = try folder.bytes(ofSegment: segment)
      self.appliance.recover(spoolSegment: segment, bytes, subscription: id)
    }
    self.appliance.endRecovery(
      spoolMark: try folder.mark(), subscription: id, now: self.now())
  }

  /// A disk buffer that cannot be written does not end the run.
  func perform(_ action: SpoolAction, in id: SubscriptionID) {
    let now = self.now()
    do throws(FileStoreError) {
      let bytes = try self.open[id]?.spool?.perform(action)
      if case .read = action {
        self.appliance.spoolRead(bytes, subscription: id, now: now)
      }
      guard self.failingSpools.contains(id) else { return }
      if self.appliance.spoolWritten(subscription: id, action, now: now) {
        self.failingSpools.remove(id)
      }
    } catch {
      self.failingSpools.insert(id)
      self.appliance.spoolFailed(subscription: id, action, reason: error.reason, now: now)
      // What cannot be read is lost, and counted so.
      if case .read = action { self.appliance.spoolRead(nil, subscription: id, now: now) }
    }
  }
}
