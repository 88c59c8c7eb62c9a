internal import ApplianceConfiguration
internal import ApplianceModel
public import FileStore
internal import LogDelivery

/// What is kept beside the log files, so that a run that was killed is gone on from.
extension LiveAppliance {
  /// Goes on from what an earlier run left: its counts, and the lines in the log files behind them.
  func resumeJournals() throws(FileStoreError) {
    guard let journals = self.journals else { return }
    for index in self.subscriptions.indices where self.appliance.journal(subscription: index) != nil
    {
      let name = self.subscriptions[index].name.value
      guard let bytes = try journals.journal(subscription: name) else { continue }
      let journal = LedgerJournal(bytes)
      var unjournalled: UInt64 = 0
      if let folder = self.folders[index], journal == nil || journal?.position != nil {
        unjournalled = try folder.lines(
          behind: journal?.position,
          headerLines: self.appliance.headerLinesOfFiles(subscription: index))
      }
      self.appliance.resume(
        journal, unjournalled: unjournalled, subscription: index, now: self.now())
    }
  }

  /// Keeps how the ledgers and the log files stand, and the alert mails that wait.
  ///
  /// - Throws: when it cannot be written; the one before stays, and is as true.
  public func keepJournals() throws(FileStoreError) {
    try self.mailQueue?.keep(self.appliance.pendingAlertMails)
    guard let journals = self.journals else { return }
    for index in self.subscriptions.indices {
      guard let journal = self.appliance.journal(subscription: index) else { continue }
      try journals.replace(
        journal.bytes, subscription: self.subscriptions[index].name.value)
    }
  }

  /// Lets files and disk buffers behave as on a disk without room; not the record of a pushed log,
  /// which is ours and on no appliance's disk.
  public func setDiskFull(_ isFull: Bool) {
    for (folder, settings) in zip(self.folders, self.subscriptions) {
      if case .syslogPush = settings.retrieval { continue }
      folder?.isFull = isFull
    }
    for spool in self.spools { spool?.isFull = isFull }
  }
}
