internal import ApplianceModel
public import FileStore
internal import LogDelivery
internal import LogModel

/// What a subscription has on disk while it is open.
struct OpenSubscription {
  let storage: SubscriptionStorage
  /// `nil` without log files.
  let folder: LogFolder?
  /// `nil` without disk buffer.
  let spool: SpoolFolder?
}

/// What is kept beside the log files, so that a run that was killed is gone on from.
extension LiveAppliance {
  /// The folders of a subscription, as they are from now on.
  func openFolders(_ storage: SubscriptionStorage) throws(FileStoreError) -> OpenSubscription {
    if storage.isPush {
      try self.output?.requireSameMode(
        subscription: storage.name, hasDiskBuffer: storage.hasDiskBuffer)
    }
    let spool =
      storage.hasDiskBuffer ? try self.output?.spoolFolder(subscription: storage.name) : nil
    let folder = storage.keepsFiles ? try self.output?.logFolder(subscription: storage.name) : nil
    return OpenSubscription(storage: storage, folder: folder, spool: spool)
  }

  /// Opens the folders of a subscription, unless they are, and says what an earlier run left.
  func open(_ id: SubscriptionID, _ storage: SubscriptionStorage) {
    do throws(FileStoreError) {
      if self.open[id] == nil { self.open[id] = try self.openFolders(storage) }
      guard let entry = self.open[id] else { return }
      try self.adoptFiles(id, entry)
      try self.recoverSpool(id, entry)
      try self.completeLog(id, entry)
      if !storage.continues { try self.resumeJournal(id, entry) }
      self.appliance.opened(subscription: id, now: self.now())
    } catch {
      self.end(.failed(error))
    }
  }

  /// A subscription is no more: it is kept as for the next run.
  func close(_ id: SubscriptionID, _ record: SubscriptionRecord) {
    guard let entry = self.open.removeValue(forKey: id) else { return }
    do throws(FileStoreError) {
      try self.keep(record, entry.spool)
    } catch {
      // `keepJournals` tries again, and says so.
      self.unkept.append((record, entry.spool))
    }
    self.failingFolders.remove(id)
    self.failingSpools.remove(id)
  }

  private func keep(
    _ record: SubscriptionRecord, _ spool: SpoolFolder?
  ) throws(FileStoreError) {
    if let journal = record.journal {
      try self.journals?.replace(journal.bytes, subscription: record.name)
    }
    if let mark = record.loggedMark { try spool?.keepLoggedMark(mark.bytes) }
  }

  /// Takes notice of the log files that an earlier run left, whole lines only.
  private func adoptFiles(
    _ id: SubscriptionID, _ entry: OpenSubscription
  ) throws(FileStoreError) {
    guard let folder = entry.folder else { return }
    for name in try folder.cutTornLines() {
      self.appliance.tornLineCut(subscription: id, file: name, now: self.now())
    }
    self.appliance.adopt(files: try folder.existingFiles(), subscription: id)
  }

  /// Goes on from what an earlier run left: its counts, and the lines in the log files behind them.
  private func resumeJournal(
    _ id: SubscriptionID, _ entry: OpenSubscription
  ) throws(FileStoreError) {
    guard let journals = self.journals, self.appliance.journal(subscription: id) != nil,
      let bytes = try journals.journal(subscription: entry.storage.name)
    else { return }
    let journal = LedgerJournal(bytes)
    var unjournalled: UInt64 = 0
    if let folder = entry.folder, journal == nil || journal?.position != nil {
      unjournalled = try folder.lines(
        behind: journal?.position,
        headerLines: self.appliance.headerLinesOfFiles(subscription: id))
    }
    self.appliance.resume(
      journal, unjournalled: unjournalled, subscription: id, now: self.now())
  }

  /// Adds to the log files what a killed run had in a disk buffer and not there yet. These lines
  /// have not left: a line is in the log files before it does.
  private func completeLog(
    _ id: SubscriptionID, _ entry: OpenSubscription
  ) throws(FileStoreError) {
    guard let spool = entry.spool, let folder = entry.folder,
      let mark = try spool.loggedMark().flatMap({ LedgerJournal($0) })
    else { return }
    let behind = try folder.lines(
      behind: mark.position, headerLines: self.appliance.headerLinesOfFiles(subscription: id))
    var missing: [UInt8] = []
    var lines = 0
    for segment in try spool.segments() {
      let found = self.appliance.logLines(
        inSegment: try spool.bytes(ofSegment: segment), from: mark.totals.accepted + behind,
        subscription: id, now: self.now())
      missing += found.bytes
      lines += found.lines
    }
    guard lines > 0, try folder.complete(missing) else { return }
    self.appliance.logCompleted(lines: lines, subscription: id, now: self.now())
  }

  /// Keeps how the ledgers and the log files stand, and the alert mails that wait.
  ///
  /// - Throws: when it cannot be written; the one before stays, and is as true.
  public func keepJournals() throws(FileStoreError) {
    while let (record, spool) = self.unkept.first {
      try self.keep(record, spool)
      self.unkept.removeFirst()
    }
    try self.mailQueue?.keep(self.appliance.pendingAlertMails)
    guard let journals = self.journals else { return }
    for (id, entry) in self.open {
      if let journal = self.appliance.journal(subscription: id) {
        try journals.replace(journal.bytes, subscription: entry.storage.name)
      }
      if let spool = entry.spool, let mark = self.appliance.loggedMark(subscription: id) {
        try spool.keepLoggedMark(mark.bytes)
      }
    }
  }

  /// Lets files and disk buffers behave as on a disk without room; not the record of a pushed log,
  /// which is ours and on no appliance's disk.
  public func setDiskFull(_ isFull: Bool) {
    for entry in self.open.values {
      if !entry.storage.isPush { entry.folder?.isFull = isFull }
      entry.spool?.isFull = isFull
    }
  }
}
