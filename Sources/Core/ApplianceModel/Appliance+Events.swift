public import Alerting
internal import ApplianceConfiguration
internal import BasicContainers
public import LogDelivery
internal import LogModel
public import MailTransport
public import Simulation

/// What the owner tells: how connections and mails fared.
extension Appliance {
  /// With so many more failures that did not move the point of resending, a push is reported.
  private static let stuckFailures = 2

  /// A push's connection stands.
  public mutating func connected(subscription index: Int, _ id: ConnectionID, now: SimInstant) {
    switch self.subscriptions[index].connected(id, now: now, stamp: self.stamp(now)) {
    case .startSending:
      self.reportedWrites[index] = 0
      self.report(.pushConnected, index, id, now: now)
      self.collectWrites(now: now)
    case .close(let id):
      self.actions.append(.closeConnection(subscription: index, id))
    }
  }

  /// The socket of a push's connection took that many more bytes.
  public mutating func bytesWritten(
    _ count: Int, subscription index: Int, _ id: ConnectionID, now: SimInstant
  ) {
    self.subscriptions[index].withPush { $0.bytesWritten(count, on: id, now: now) }
  }

  /// The peer's kernel acknowledged the first `total` bytes of a push's connection.
  public mutating func bytesAcknowledged(
    _ total: UInt64, subscription index: Int, _ id: ConnectionID, now: SimInstant
  ) {
    self.subscriptions[index].withPush { $0.bytesAcknowledged(total, on: id, now: now) }
  }

  /// The peer of a push's connection advertised a window of that many bytes.
  public mutating func windowSeen(_ bytes: Int, subscription index: Int, _ id: ConnectionID) {
    self.subscriptions[index].withPush { $0.windowSeen(bytes, on: id) }
  }

  /// The window of a push's connection at one moment of many, and the bytes acknowledged then.
  public mutating func windowSampled(
    _ bytes: Int, acknowledged: UInt64, subscription index: Int, _ id: ConnectionID
  ) {
    self.subscriptions[index].withPush {
      $0.windowSampled(bytes, acknowledged: acknowledged, on: id)
    }
  }

  /// What a `read` of a disk buffer gave; `nil` when it could not be read.
  public mutating func spoolRead(_ bytes: [UInt8]?, subscription index: Int, now: SimInstant) {
    self.subscriptions[index].withPush { $0.spoolRead(bytes) }
    self.collectWrites(now: now)
  }

  /// A segment of a disk buffer that an earlier run left; in order of their numbers, before
  /// `start`.
  public mutating func recover(
    spoolSegment segment: UInt32, _ bytes: [UInt8], subscription index: Int
  ) {
    self.subscriptions[index].withPush { $0.recover(segment: segment, bytes) }
  }

  /// All segments of a disk buffer were taken; `mark` is the file beside them.
  public mutating func endRecovery(
    spoolMark mark: [UInt8]?, subscription index: Int, now: SimInstant
  ) {
    let unknown = self.subscriptions[index].withPush { $0.endRecovery(mark: mark) } ?? 0
    guard unknown > 0 else { return }
    self.report(
      .earlierRunDamaged, index, nil,
      "disk buffer damaged: what became of \(unknown) lines is not known", now: now)
  }

  mutating func collectSpoolActions(_ index: Int) {
    guard let actions = self.subscriptions[index].withPush({ $0.takeSpoolActions() }) else {
      return
    }
    for action in actions { self.actions.append(.spool(subscription: index, action)) }
  }

  /// The lab's receiver read that many lines of a push's connection, header lines included.
  public mutating func receiverRead(lines: UInt64, subscription index: Int, _ id: ConnectionID) {
    self.subscriptions[index].withPush { $0.receiverRead(lines: lines, on: id) }
  }

  /// A push's connection could not be opened, or was lost.
  ///
  /// The order is the documented case's: the error line goes to every subscription, the failed
  /// push's queue is thrown away with the line in it, its log is opened anew, and the alert
  /// follows.
  /// Source: docs/FIDELITY.md, "Failure of a push".
  public mutating func connectionFailed(
    subscription index: Int, _ id: ConnectionID, _ failure: LinkFailure, now: SimInstant
  ) {
    let retryAt: SimInstant
    let wasTaken = self.isTakenAtAcknowledgement(index)
    switch self.subscriptions[index].failed(id, failure, now: now, stamp: self.stamp(now)) {
    case .reopen(let instant)?: retryAt = instant
    case .parted?: return self.reportClose(index, id, now: now)
    case .ignore?, nil: return
    }
    let host = self.subscriptions[index].pushSettings?.host.value ?? ""
    let text = LogErrorText.text(
      subscription: self.subscriptions[index].name, host: host, failure: failure)
    self.report(
      .pushFailed, index, id, "\(failure.cause.rawValue) while \(failure.phase.rawValue)",
      now: now)
    self.log([(.critical, text, .textMail)], now: now)
    self.subscriptions[index].reopenPush(stamp: self.stampForWriting(now), zone: self.zone)
    let stuck = self.subscriptions[index].withPush { $0.failuresWithoutProgress } ?? 0
    if stuck >= Self.stuckFailures {
      self.report(.pushNotAdvancing, index, id, "\(stuck + 1) failures in a row", now: now)
    }
    if !wasTaken, self.isTakenAtAcknowledgement(index) {
      self.report(
        .pushTakenAtAcknowledgement, index, id, "the server answers each FIN with a reset", now: now
      )
    }
    let wait = now.duration(to: retryAt).nanoseconds / 1_000_000
    self.report(.pushReopened, index, id, "next attempt in \(wait) ms", now: now)
    self.raiseLogError(text, index, now: now)
  }

  /// The peer of a push's connection closed its direction.
  ///
  /// - Returns: whether the connection stays for now; if not, `connectionFailed` is to be told of
  ///   the end of file.
  public mutating func peerClosed(
    subscription index: Int, _ id: ConnectionID, now: SimInstant
  ) -> Bool {
    self.subscriptions[index].withPush { $0.peerClosed(id, now: now) } ?? false
  }

  /// An attempt to send an alert mail ended.
  public mutating func mailFinished(_ mail: AlertMail, fate: SMTPFate, now: SimInstant) {
    let recipient = mail.transaction.envelope.recipients[0].description
    if case .accepted = fate {
      self.report(.alertMailAccepted, now: now, detail: recipient)
    } else {
      self.report(.alertMailFailed, now: now, detail: recipient)
    }
    self.perform(self.alerts.mailFinished(mail, fate: fate, now: now), now: now)
    self.collectWrites(now: now)
  }

  /// The alert mails that are neither delivered nor given up.
  public var pendingAlertMails: [PendingAlertMail] {
    self.alerts.pendingMails(wallClockAhead: self.clock.wallOffset)
  }

  /// Whether an attempt to send an alert mail is under way.
  public var isSendingAlertMail: Bool { !self.alerts.isIdle }

  /// Takes over the alert mails that an earlier run left; behind `start`.
  public mutating func restore(alertMails mails: [PendingAlertMail], now: SimInstant) {
    guard !mails.isEmpty else { return }
    for mail in mails {
      self.report(.alertMailRestored, now: now, detail: "\(mail.recipient), of an earlier run")
    }
    self.perform(self.alerts.restore(mails, now: now), now: now)
    self.collectWrites(now: now)
  }

  /// The traffic has ended, and no lines will come but those about pushes and alerts.
  public mutating func expectNoMore(now: SimInstant) {
    for index in 0..<self.subscriptions.count {
      self.subscriptions[index].withPush { $0.expectNoMore() }
    }
    self.collectWrites(now: now)
  }

  // MARK: Inside

  private mutating func isTakenAtAcknowledgement(_ index: Int) -> Bool {
    self.subscriptions[index].withPush { $0.isTakenAtAcknowledgement } ?? false
  }

  private mutating func reportClose(_ index: Int, _ id: ConnectionID, now: SimInstant) {
    let record = self.subscriptions[index].ledger?.recentConnections.last
    let closed = record?.closedUnconfirmed ?? 0
    // Those of a `buffered` push were let go by their acknowledgement before.
    let unread = record.map { $0.acknowledged - min($0.acknowledged, $0.received) } ?? 0
    let count = closed > 0 ? closed : unread
    let lines = count == 1 ? "1 line" : "\(count) lines"
    self.report(
      .pushClosedInOrder, index, id,
      count == 0 ? "all of it read" : "\(lines) acknowledged, not confirmed as read", now: now)
  }

  /// Disk buffers that are full: a line and an alert each, once a period.
  mutating func reportOverflows(now: SimInstant) {
    for index in 0..<self.subscriptions.count {
      guard let lost = self.subscriptions[index].withPush({ $0.takeOverflow(now: now) }) ?? nil
      else { continue }
      let dropsOldest = self.subscriptions[index].withPush { $0.dropsOldest } ?? false
      let lines = lost == 1 ? "1 line" : "\(lost) lines"
      self.report(.bufferFull, index, nil, "\(lines) dropped", now: now)
      self.logError(
        LogErrorText.bufferFull(
          subscription: self.subscriptions[index].name, dropsOldest: dropsOldest), index, now: now)
    }
  }

  /// What concerns connections that are ended on purpose (docs/DELIVERY.md, "Closing in order").
  mutating func collectPartings(_ index: Int, now: SimInstant) {
    guard self.subscriptions[index].hasPush else { return }
    let stamp = self.stamp(now)
    let unanswered = self.subscriptions[index].withPush {
      $0.takeUnanswered(now: now, stamp: stamp)
    }
    if let id = unanswered ?? nil {
      self.actions.append(.closeConnection(subscription: index, id))
      self.report(.pushUnanswered, index, id, "no answer to a FIN", now: now)
      self.report(.pushTakenAtAcknowledgement, index, id, "the server answers no FIN", now: now)
    }
    if let id = self.subscriptions[index].withPush({ $0.takeParting(now: now) }) ?? nil {
      self.actions.append(.finish(subscription: index, id))
    }
    let end = self.subscriptions[index].withPush {
      $0.takeEndBehindPeer(now: now, stamp: stamp)
    }
    switch end ?? nil {
    case .inOrder(let id):
      self.actions.append(.closeConnection(subscription: index, id))
      self.reportClose(index, id, now: now)
    case .failed(let id):
      self.actions.append(.closeConnection(subscription: index, id))
      self.connectionFailed(
        subscription: index, id, LinkFailure(.established, .endOfFile), now: now)
    case nil: break
    }
  }

  mutating func perform(
    _ action: SyslogLinkStateMachine.ConnectAction?, _ index: Int, now: SimInstant
  ) {
    guard case .connect(let id)? = action else { return }
    let settings = self.subscriptions[index].pushSettings
    let place = settings.map {
      "\($0.host.value):\($0.port.value) \($0.transport.value.rawValue)"
    }
    self.report(.pushConnecting, index, id, place ?? "", now: now)
    self.actions.append(.connect(subscription: index, id))
  }

  mutating func perform(_ actions: [AlertService.Action], now: SimInstant) {
    for action in actions {
      switch action {
      case .send(let mail):
        let recipient = mail.transaction.envelope.recipients[0]
        self.report(
          .alertMailStarted, now: now,
          detail: "\(recipient) by \(mail.relay.host):\(mail.relay.port)")
        self.actions.append(.sendMail(mail))
      case .log(let level, let text):
        self.log([(level, text, .textMail)], now: now)
      }
    }
  }

  mutating func report(
    _ kind: RunEvent.Kind, _ index: Int, _ id: ConnectionID?, _ detail: String = "",
    now: SimInstant
  ) {
    self.actions.append(
      .report(
        RunEvent(
          at: self.stamp(now), kind, subscription: self.subscriptions[index].name, connection: id,
          detail: detail)))
  }

  mutating func report(_ kind: RunEvent.Kind, now: SimInstant, detail: String = "") {
    self.actions.append(.report(RunEvent(at: self.stamp(now), kind, detail: detail)))
  }
}
