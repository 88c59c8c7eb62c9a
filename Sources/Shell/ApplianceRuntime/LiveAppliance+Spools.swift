internal import ApplianceModel
internal import FileStore
internal import LiveNetwork
internal import LogDelivery

/// The disk buffers of the pushes.
extension LiveAppliance {
  /// The peer's window, as far as it was seen.
  func saw(_ progress: PushProgress, _ index: Int, _ id: ConnectionID) {
    self.appliance.windowSampled(
      progress.windowBytes, acknowledged: progress.acknowledgedBytes, subscription: index, id)
  }

  /// Asks the kernel what the peer of one push acknowledged.
  func readAcknowledgements(of index: Int) {
    guard let entry = self.sockets[index], let progress = entry.socket.progress() else { return }
    self.take(progress, index, entry.id)
  }

  /// A disk buffer that fills may have room by what was acknowledged since the last look.
  func readUrgentAcknowledgements() {
    for index in self.spools.indices where self.awaitsAcknowledgements(index) {
      self.readAcknowledgements(of: index)
    }
  }

  /// Whether a push waits for acknowledgements that tell nobody of themselves.
  var awaitsAcknowledgements: Bool {
    self.spools.indices.contains { self.awaitsAcknowledgements($0) }
  }

  private func awaitsAcknowledgements(_ index: Int) -> Bool {
    self.spools[index] != nil
      && self.appliance.wantsAcknowledgements(subscription: index, now: self.now())
  }

  /// Takes up the lines that an earlier run left in the disk buffers.
  func recoverSpools() throws(FileStoreError) {
    for (index, folder) in self.spools.enumerated() {
      guard let folder else { continue }
      for segment in try folder.segments() {
        let bytes = try folder.bytes(ofSegment: segment)
        self.appliance.recover(spoolSegment: segment, bytes, subscription: index)
      }
      self.appliance.endRecovery(
        spoolMark: try folder.mark(), subscription: index, now: self.now())
    }
  }

  /// A disk buffer that cannot be written does not end the run.
  func perform(_ action: SpoolAction, in index: Int) {
    let now = self.now()
    do throws(FileStoreError) {
      let bytes = try self.spools[index]?.perform(action)
      if case .read = action {
        self.appliance.spoolRead(bytes, subscription: index, now: now)
      }
      guard self.failingSpools.contains(index) else { return }
      if self.appliance.spoolWritten(subscription: index, action, now: now) {
        self.failingSpools.remove(index)
      }
    } catch {
      self.failingSpools.insert(index)
      self.appliance.spoolFailed(subscription: index, action, reason: error.reason, now: now)
      // What cannot be read is lost, and counted so.
      if case .read = action { self.appliance.spoolRead(nil, subscription: index, now: now) }
    }
  }
}
