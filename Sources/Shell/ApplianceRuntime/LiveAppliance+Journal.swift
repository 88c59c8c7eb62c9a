internal import ApplianceConfiguration
internal import ApplianceModel
public import FileStore
internal import LogDelivery

/// What is kept beside the log files, so that a run that was killed is gone on from.
extension LiveAppliance {
  /// Takes notice of the log files that an earlier run left, whole lines only.
  func adoptFiles() throws(FileStoreError) {
    for (index, folder) in self.folders.enumerated() {
      guard let folder else { continue }
      for name in try folder.cutTornLines() {
        self.appliance.tornLineCut(subscription: index, file: name, now: self.now())
      }
      self.appliance.adopt(files: try folder.existingFiles(), subscription: index)
    }
  }

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

  /// Adds to the log files what a killed run had in a disk buffer and not there yet. These lines
  /// have not left: a line is in the log files before it does.
  func completeLogs() throws(FileStoreError) {
    for (index, spool) in self.spools.enumerated() {
      guard let spool, let folder = self.folders[index],
        let mark = try spool.loggedMark().flatMap({ LedgerJournal($0) })
      else { continue }
      let behind = try folder.lines(
        behind: mark.position,
        headerLines: self.appliance.headerLinesOfFiles(subscription: index))
      var missing: [UInt8] = []
      var lines = 0
      for segment in try spool.segments() {
        let found = self.appliance.logLines(
          inSegment: try spool.bytes(ofSegment: segment), from: mark.totals.accepted + behind,
          subscription: index, now: self.now())
        missing += found.bytes
        lines += found.lines
      }
      guard lines > 0, try folder.complete(missing) else { continue }
      self.appliance.logCompleted(lines: lines, subscription: index, now: self.now())
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
    for (index, spool) in self.spools.enumerated() {
      guard let spool, let mark = self.appliance.loggedMark(subscription: index) else { continue }
      try spool.keepLoggedMark(mark.bytes)
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
