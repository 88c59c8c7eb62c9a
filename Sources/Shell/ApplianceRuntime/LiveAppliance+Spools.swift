internal import ApplianceModel
internal import FileStore
internal import LogDelivery

/// The disk buffers of the pushes.
extension LiveAppliance {
  /// Takes up the lines that an earlier run left in the disk buffers.
  func recoverSpools() throws(FileStoreError) {
    for (index, folder) in self.spools.enumerated() {
      guard let folder else { continue }
      for segment in try folder.segments() {
        let bytes = try folder.bytes(ofSegment: segment)
        self.appliance.recover(spoolSegment: segment, bytes, subscription: index)
      }
      self.appliance.endRecovery(spoolMark: try folder.mark(), subscription: index)
    }
  }

  func perform(_ action: SpoolAction, in index: Int) {
    do throws(FileStoreError) {
      let bytes = try self.spools[index]?.perform(action)
      if case .read = action {
        self.appliance.spoolRead(bytes, subscription: index, now: self.clock.now())
      }
    } catch {
      self.end(.failed(error))
    }
  }
}
