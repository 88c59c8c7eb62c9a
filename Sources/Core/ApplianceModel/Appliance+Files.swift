internal import Alerting
internal import ApplianceConfiguration
internal import BasicContainers
public import LogDelivery
public import LogModel
public import Simulation

/// The files of the subscriptions.
extension Appliance {
  /// Saves the files being written and begins the next ones, of one subscription or of all
  /// (`rollovernow`).
  ///
  /// - Parameter name: `nil` for all.
  /// - Returns: how many subscriptions rolled over; 0 where none has the name and files.
  @discardableResult
  public mutating func rollOverNow(subscription name: String? = nil, now: SimInstant) -> Int {
    var count = 0
    let stamp = self.stampForWriting(now)
    for index in 0..<self.subscriptions.count
    where name == nil || name == self.subscriptions[index].name {
      guard self.subscriptions[index].files != nil else { continue }
      self.subscriptions[index].files?.rollOver(stamp: stamp, zone: self.zone)
      self.report(.filesRolledOver, index, now: now)
      count += 1
    }
    return count
  }

  mutating func filesTimeReached(_ now: SimInstant) {
    for index in 0..<self.subscriptions.count
    where self.subscriptions[index].areFilesDue(now: now, stamp: self.stamp(now)) {
      let stamp = self.stampForWriting(now)
      self.subscriptions[index].filesTimeReached(now, stamp: stamp, zone: self.zone)
    }
  }

  /// How many lines passed the filter of a subscription and are in none of its files.
  public var linesNotKept: [String: UInt64] {
    var found = self.ended.linesNotKept
    for index in 0..<self.subscriptions.count {
      let count = self.subscriptions[index].linesNotKept
      if count > 0 { found[self.subscriptions[index].name, default: 0] += count }
    }
    return found
  }

  /// An action on the files of a subscription could not be carried out; the appliance goes on.
  ///
  /// - Parameter reason: such as `No space left on device`.
  public mutating func fileFailed(
    subscription: SubscriptionID, _ action: LogFileAction, reason: String, now: SimInstant
  ) {
    guard let index = self.place(of: subscription) else {
      // The last lines of a subscription that a commit ended.
      return self.ended.failed(action, subscription)
    }
    guard self.subscriptions[index].files?.failed(action, now: now) == true else { return }
    self.report(.filesFailed(reason: reason), index, now: now)
    self.raise(
      .logFileUnwritable(subscription: self.subscriptions[index].name, reason: reason), index,
      now: now)
  }

  /// The file of an action is not at its place any more; the appliance goes on with a new one.
  ///
  /// - Parameter name: of the file that is gone.
  public mutating func fileGone(
    subscription: SubscriptionID, _ action: LogFileAction, name: String, now: SimInstant
  ) {
    guard let index = self.place(of: subscription) else { return }
    let stamp = self.stampForWriting(now)
    self.subscriptions[index].files?.gone(action, name: name, stamp: stamp, zone: self.zone)
    self.report(.fileGone(name: name), index, now: now)
    let text = SubscriptionLogText.fileGone(
      subscription: self.subscriptions[index].name, name: name)
    self.log([(.warning, text, .textMail)], now: now)
    self.collectWrites(now: now)
  }

  /// A killed run left a torn line at the end of a log file, which was cut.
  public mutating func tornLineCut(subscription: SubscriptionID, file name: String, now: SimInstant)
  {
    guard let index = self.place(of: subscription) else { return }
    self.report(.earlierRunDamaged(.tornLine(file: name)), index, now: now)
  }

  /// A line could be written again.
  public mutating func filesRecovered(subscription: SubscriptionID, now: SimInstant) {
    guard let index = self.place(of: subscription) else { return }
    guard self.subscriptions[index].files?.recovered() == true else { return }
    let count = self.subscriptions[index].linesNotKept
    self.report(.filesRecovered(linesNotKept: count), index, now: now)
    let text = SubscriptionLogText.filesRecovered(
      subscription: self.subscriptions[index].name, linesNotKept: count)
    self.log([(.information, text, .textMail)], now: now)
    self.collectWrites(now: now)
  }

  /// An action on the disk buffer of a subscription could not be carried out; the appliance goes
  /// on.
  public mutating func spoolFailed(
    subscription: SubscriptionID, _ action: SpoolAction, reason: String, now: SimInstant
  ) {
    guard let index = self.place(of: subscription) else { return }
    let isFirst = self.subscriptions[index].withPush { $0.backlog.spoolFailed(action, now: now) }
    guard isFirst == true else { return }
    self.report(.bufferFailed(reason: reason), index, now: now)
    self.raise(
      .diskBufferUnwritable(subscription: self.subscriptions[index].name, reason: reason), index,
      now: now)
  }

  /// After a failure an action on the disk buffer could be carried out.
  ///
  /// - Returns: whether the trouble is over: segment and mark are written.
  public mutating func spoolWritten(
    subscription: SubscriptionID, _ action: SpoolAction, now: SimInstant
  ) -> Bool {
    guard let index = self.place(of: subscription) else { return true }
    switch self.subscriptions[index].withPush({ $0.spoolWritten(action) }) {
    case .notYet: return false
    case .over(isSaid: true): self.reportBufferRecovered(index, now: now)
    case .over(isSaid: false), nil: break
    }
    return true
  }

  private mutating func reportBufferRecovered(_ index: Int, now: SimInstant) {
    let count =
      self.subscriptions[index].readPush { $0.ledger.totals.lostBufferUnwritable } ?? 0
    self.report(.bufferRecovered(linesLost: count), index, now: now)
    let text = SubscriptionLogText.bufferRecovered(
      subscription: self.subscriptions[index].name, linesLost: count)
    self.log([(.information, text, .textMail)], now: now)
    self.collectWrites(now: now)
  }

  /// Where the ledger and the files of a subscription stand, once all actions are carried out;
  /// `nil` where nothing has to be kept of it.
  public func journal(subscription: SubscriptionID) -> LedgerJournal? {
    guard let index = self.place(of: subscription) else { return nil }
    return self.subscriptions[index].journal
  }

  /// The same for a subscription whose disk buffer keeps the ledger: how many of its lines the log
  /// files hold, up to where.
  public func loggedMark(subscription: SubscriptionID) -> LedgerJournal? {
    guard let index = self.place(of: subscription) else { return nil }
    return self.subscriptions[index].loggedMark
  }

  /// The lines of a disk buffer's segment from `sequence` on, as the log file has them.
  public mutating func logLines(
    inSegment bytes: [UInt8], from sequence: UInt64, subscription: SubscriptionID, now: SimInstant
  ) -> (bytes: [UInt8], lines: Int) {
    guard let index = self.place(of: subscription) else { return ([], 0) }
    let clock = self.zone.stamp(at: self.stampForWriting(now))
    return self.subscriptions[index].withPush {
      $0.backlog.logLines(inSegment: bytes, from: sequence, clock: clock)
    } ?? ([], 0)
  }

  /// Lines that a killed run had in its disk buffer, and not in its log file, were added there.
  public mutating func logCompleted(lines: Int, subscription: SubscriptionID, now: SimInstant) {
    guard let index = self.place(of: subscription) else { return }
    self.report(.logCompleted(lines: lines), index, now: now)
  }

  /// How many lines each log file of a subscription begins with that are no logged ones.
  public func headerLinesOfFiles(subscription: SubscriptionID) -> Int {
    guard let index = self.place(of: subscription) else { return 0 }
    return self.subscriptions[index].headerLinesOfFiles
  }

  /// Goes on from the journal of an earlier run, before `start`.
  ///
  /// - Parameters:
  ///   - journal: `nil` for one that cannot be read.
  ///   - unjournalled: lines that the log files hold behind the journal's position.
  public mutating func resume(
    _ journal: LedgerJournal?, unjournalled: UInt64, subscription: SubscriptionID, now: SimInstant
  ) {
    guard let index = self.place(of: subscription) else { return }
    let known = journal ?? LedgerJournal(DeliveryLedger().totals, position: nil)
    self.subscriptions[index].withPush { $0.resume(known, unjournalled: unjournalled) }
    guard journal == nil else { return }
    self.report(.earlierRunDamaged(.journal(unknownLines: unjournalled)), index, now: now)
  }

  /// The one door of alerts: the error line to every subscription, the report, the mails.
  ///
  /// - Parameter behindItsLine: what belongs between the line and the alert.
  mutating func raise(
    _ event: AlertEvent, _ index: Int, now: SimInstant,
    behindItsLine: (inout Appliance) -> Void = { _ in }
  ) {
    self.log([(.critical, event.text, .textMail)], now: now)
    behindItsLine(&self)
    let stamp = self.stamp(now)
    if let raised = self.alerts.raise(
      event, now: self.clock.decision(now), stamp: stamp,
      offsetSeconds: self.zone.offsetSeconds(at: stamp))
    {
      // An alert that no one is to hear of is one too.
      self.report(.alertRaised(raised.alert), index, now: now)
      self.perform(raised.actions, now: now)
    }
    self.collectWrites(now: now)
  }
}

/// Saved files on their way to a server by FTP or SCP.
extension Appliance {
  /// A file was saved; one of an FTP or SCP push is sent.
  public mutating func fileSaved(subscription: SubscriptionID, name: String, now: SimInstant) {
    guard let index = self.place(of: subscription) else { return }
    guard self.subscriptions[index].transfers != nil else { return }
    self.subscriptions[index].transfers?.saved(name)
    self.collectTransfers(now: now)
  }

  /// The attempt to send a file ended; `failure` is `nil` when it arrived.
  ///
  /// - Parameter client: the program that sends, such as `curl`.
  ///
  /// A failure is told as a push's is: an error line to every subscription, and an alert.
  /// Source: docs/FIDELITY.md, "FTP push, SCP push".
  public mutating func transferFinished(
    subscription: SubscriptionID, name: String, failure: FileTransferFailure?, client: String = "",
    now: SimInstant
  ) {
    guard let index = self.place(of: subscription) else { return }
    let host = self.subscriptions[index].transferEndpoint?.settings.host.value ?? ""
    switch self.subscriptions[index].transfers?.finished(name, failure: failure, now: now) {
    case .sent: self.report(.fileSent(name: name, host: host), index, now: now)
    case .retry(_, let retryAt):
      let failure = failure ?? .other
      self.report(
        .fileNotSent(
          name: name, host: host, failure, nextAttemptIn: now.duration(to: retryAt)), index,
        now: now)
      self.raise(
        .fileNotSent(
          subscription: self.subscriptions[index].name, host: host, failure, client: client),
        index, now: now)
    case .forgotten:
      self.report(
        .fileNotSent(name: name, host: host, .fileMissing, nextAttemptIn: nil), index, now: now)
    case .ignore, nil: break
    }
    self.collectTransfers(now: now)
  }

  /// How many saved files of each subscription have not arrived yet.
  public var filesWaiting: [String: Int] {
    var found: [String: Int] = [:]
    for index in 0..<self.subscriptions.count {
      let count = self.subscriptions[index].filesWaiting
      if count > 0 { found[self.subscriptions[index].name] = count }
    }
    return found
  }

  mutating func collectTransfers(now: SimInstant) {
    guard !self.hasStopped else { return }  // What is saved at the end goes with the next run.
    for index in 0..<self.subscriptions.count {
      guard let endpoint = self.subscriptions[index].transferEndpoint else { continue }
      for action in self.subscriptions[index].transfers?.takeActions(now: now) ?? [] {
        switch action {
        case .send(let name):
          self.actions.append(.transfer(self.subscriptions[index].id, name: name, endpoint))
        case .delete(let name): self.subscriptions[index].files?.sent(name)
        }
      }
    }
  }

  /// The traffic has ended: what was logged goes before the run ends.
  mutating func saveFilesToSend() {
    for index in 0..<self.subscriptions.count where self.subscriptions[index].transfers != nil {
      self.subscriptions[index].files?.close()
    }
  }
}
