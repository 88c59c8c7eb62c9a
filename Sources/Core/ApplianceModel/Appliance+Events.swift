public import Alerting
internal import ApplianceConfiguration
internal import BasicContainers
public import LogDelivery
public import LogModel
public import MailTransport
public import Simulation

/// What the owner tells: how connections and mails fared.
extension Appliance {
  /// With so many more failures that did not move the point of resending, a push is reported.
  private static let stuckFailures = 2

  /// A push's connection stands.
  public mutating func connected(subscription: SubscriptionID, _ id: ConnectionID, now: SimInstant)
  {
    guard let index = self.place(of: subscription) else { return }
    let stamp = self.stamp(now)
    let action = self.subscriptions[index].withPush { $0.connected(id, now: now, stamp: stamp) }
    switch action ?? .close(id) {
    case .startSending:
      self.subscriptions[index].reportedWrites = 0
      self.report(.pushConnected, index, id, now: now)
      self.collectWrites(now: now)
    case .close(let id):
      self.actions.append(.closeConnection(self.subscriptions[index].id, id))
    }
  }

  /// The socket of a push's connection took that many more bytes.
  public mutating func bytesWritten(
    _ count: Int, subscription: SubscriptionID, _ id: ConnectionID, now: SimInstant
  ) {
    guard let index = self.place(of: subscription) else { return }
    self.subscriptions[index].withPush { $0.bytesWritten(count, on: id, now: now) }
  }

  /// The peer's kernel acknowledged the first `total` bytes of a push's connection.
  public mutating func bytesAcknowledged(
    _ total: UInt64, subscription: SubscriptionID, _ id: ConnectionID, now: SimInstant
  ) {
    guard let index = self.place(of: subscription) else { return }
    self.subscriptions[index].withPush { $0.bytesAcknowledged(total, on: id, now: now) }
  }

  /// The peer of a push's connection advertised a window of that many bytes.
  public mutating func windowSeen(_ bytes: Int, subscription: SubscriptionID, _ id: ConnectionID) {
    guard let index = self.place(of: subscription) else { return }
    self.subscriptions[index].withPush { $0.connection?.windowSeen(bytes, on: id) }
  }

  /// The window of a push's connection at one moment of many, and the bytes acknowledged then.
  public mutating func windowSampled(
    _ bytes: Int, acknowledged: UInt64, subscription: SubscriptionID, _ id: ConnectionID
  ) {
    guard let index = self.place(of: subscription) else { return }
    self.subscriptions[index].withPush {
      $0.connection?.windowSampled(bytes, acknowledged: acknowledged, on: id)
    }
  }

  /// What a `read` of a disk buffer gave; `nil` when it could not be read.
  public mutating func spoolRead(_ bytes: [UInt8]?, subscription: SubscriptionID, now: SimInstant) {
    guard let index = self.place(of: subscription) else { return }
    self.subscriptions[index].withPush { $0.backlog.spoolRead(bytes) }
    self.collectWrites(now: now)
  }

  /// A segment of a disk buffer that an earlier run left; in order of their numbers, before
  /// `start`.
  public mutating func recover(
    spoolSegment segment: UInt32, _ bytes: [UInt8], subscription: SubscriptionID
  ) {
    guard let index = self.place(of: subscription) else { return }
    self.subscriptions[index].withPush { $0.backlog.recover(segment: segment, bytes) }
  }

  /// All segments of a disk buffer were taken; `mark` is the file beside them.
  public mutating func endRecovery(
    spoolMark mark: [UInt8]?, subscription: SubscriptionID, now: SimInstant
  ) {
    guard let index = self.place(of: subscription) else { return }
    let unknown = self.subscriptions[index].withPush { $0.backlog.endRecovery(mark: mark) } ?? 0
    guard unknown > 0 else { return }
    self.report(.earlierRunDamaged(.diskBuffer(unknownLines: unknown)), index, now: now)
  }

  mutating func collectSpoolActions(_ index: Int) {
    guard let actions = self.subscriptions[index].withPush({ $0.backlog.takeSpoolActions() }) else {
      return
    }
    for action in actions { self.actions.append(.spool(self.subscriptions[index].id, action)) }
  }

  /// The lab's receiver read that many lines of a push's connection, header lines included.
  public mutating func receiverRead(lines: UInt64, subscription: SubscriptionID, _ id: ConnectionID)
  {
    guard let index = self.place(of: subscription) else { return }
    self.subscriptions[index].withPush { $0.receiverRead(lines: lines, on: id) }
  }

  /// A push's connection could not be opened, or was lost.
  ///
  /// The order is the documented case's: the error line goes to every subscription, the failed
  /// push's queue is thrown away with the line in it, its log is opened anew, and the alert
  /// follows.
  /// Source: docs/FIDELITY.md, "Failure of a push".
  public mutating func connectionFailed(
    subscription: SubscriptionID, _ id: ConnectionID, _ failure: LinkFailure, now: SimInstant
  ) {
    guard let index = self.place(of: subscription) else { return }
    let retryAt: SimInstant
    let wasTaken = self.isTakenAtAcknowledgement(index)
    let stamp = self.stamp(now)
    switch self.subscriptions[index].withPush({ $0.failed(id, failure, now: now, stamp: stamp) }) {
    case .reopen(let instant)?: retryAt = instant
    case .closedGracefully?: return self.reportClose(index, id, now: now)
    case .ignore?, nil: return
    }
    let host = self.subscriptions[index].readPush { $0.endpoint.host } ?? ""
    self.report(.pushFailed(failure), index, id, now: now)
    let event = AlertEvent.pushFailed(
      subscription: self.subscriptions[index].name, host: host, failure)
    self.raise(event, index, now: now) { appliance in
      let (stamp, zone) = (appliance.stampForWriting(now), appliance.zone)
      appliance.subscriptions[index].withPush { $0.reopen(now: stamp, zone: zone) }
      let stuck = appliance.subscriptions[index].readPush { $0.failuresWithoutProgress } ?? 0
      if stuck >= Self.stuckFailures {
        appliance.report(.pushNotAdvancing(failures: stuck + 1), index, id, now: now)
      }
      if !wasTaken, appliance.isTakenAtAcknowledgement(index) {
        appliance.report(.pushTakenAtAcknowledgement(.answersWithReset), index, id, now: now)
      }
      let wait = now.duration(to: retryAt)
      appliance.report(.pushReopened(nextAttemptIn: wait), index, id, now: now)
    }
  }

  /// The peer of a push's connection closed its direction.
  ///
  /// - Returns: whether the connection stays for now; if not, `connectionFailed` is to be told of
  ///   the end of file.
  public mutating func peerClosed(
    subscription: SubscriptionID, _ id: ConnectionID, now: SimInstant
  ) -> Bool {
    guard let index = self.place(of: subscription) else { return false }
    return self.subscriptions[index].withPush { $0.peerClosed(id, now: now) } ?? false
  }

  /// An attempt to send an alert mail ended.
  public mutating func mailFinished(_ mail: AlertMail, fate: SMTPFate, now: SimInstant) {
    let recipient = mail.transaction.envelope.recipients[0]
    if case .accepted = fate {
      self.report(.alertMailAccepted(recipient: recipient), now: now)
    } else {
      self.report(.alertMailFailed(recipient: recipient, fate), now: now)
    }
    self.perform(self.alerts.mailFinished(mail, fate: fate, now: now), now: now)
    self.collectWrites(now: now)
  }

  /// The alert mails that are neither delivered nor given up.
  public var pendingAlertMails: [PendingAlertMail] {
    self.alerts.pendingMails(wallClockAhead: self.clock.wallOffset)
  }

  /// Takes over the alert mails that an earlier run left; behind `start`.
  public mutating func restore(alertMails mails: [PendingAlertMail], now: SimInstant) {
    guard !mails.isEmpty else { return }
    for mail in mails {
      self.report(.alertMailRestored(recipient: mail.recipient), now: now)
    }
    self.perform(self.alerts.restore(mails, now: now), now: now)
    self.collectWrites(now: now)
  }

  // MARK: Inside

  private func isTakenAtAcknowledgement(_ index: Int) -> Bool {
    self.subscriptions[index].readPush { $0.isTakenAtAcknowledgement } ?? false
  }

  private mutating func reportClose(_ index: Int, _ id: ConnectionID, now: SimInstant) {
    let record = self.subscriptions[index].readPush { $0.ledger.recentConnections.last } ?? nil
    let closed = record?.closedUnconfirmed ?? 0
    // Those of a `buffered` push were let go by their acknowledgement before.
    let unread = record.map { $0.acknowledged - min($0.acknowledged, $0.received) } ?? 0
    self.report(
      .pushClosedInOrder(unconfirmedLines: closed > 0 ? closed : unread), index, id, now: now)
  }

  /// Disk buffers that are full: a line and an alert each, once a period.
  mutating func reportOverflows(now: SimInstant) {
    for index in 0..<self.subscriptions.count {
      guard
        let lost = self.subscriptions[index].withPush({ $0.backlog.takeOverflow(now: now) }) ?? nil
      else { continue }
      let dropsOldest = self.subscriptions[index].readPush { $0.dropsOldest } ?? false
      self.report(.bufferFull(linesDropped: lost), index, now: now)
      self.raise(
        .diskBufferFull(subscription: self.subscriptions[index].name, dropsOldest: dropsOldest),
        index, now: now)
    }
  }

  /// What concerns connections that are ended on purpose (docs/DELIVERY.md, "Closing in order").
  mutating func collectGracefulCloses(_ index: Int, now: SimInstant) {
    guard self.subscriptions[index].hasPush else { return }
    let stamp = self.stamp(now)
    let unanswered = self.subscriptions[index].withPush {
      $0.takeUnanswered(now: now, stamp: stamp)
    }
    if let id = unanswered ?? nil {
      self.actions.append(.closeConnection(self.subscriptions[index].id, id))
      self.report(.pushUnanswered, index, id, now: now)
      self.report(.pushTakenAtAcknowledgement(.answersNothing), index, id, now: now)
    }
    if let id = self.subscriptions[index].withPush({ $0.takeHalfClose(now: now) }) ?? nil {
      self.actions.append(.finish(self.subscriptions[index].id, id))
    }
    let end = self.subscriptions[index].withPush {
      $0.takeEndBehindPeer(now: now, stamp: stamp)
    }
    switch end ?? nil {
    case .inOrder(let id):
      self.actions.append(.closeConnection(self.subscriptions[index].id, id))
      self.reportClose(index, id, now: now)
    case .failed(let id):
      self.actions.append(.closeConnection(self.subscriptions[index].id, id))
      self.connectionFailed(
        subscription: self.subscriptions[index].id, id,
        LinkFailure(.established, .endOfFile), now: now)
    case nil: break
    }
  }

  mutating func perform(
    _ action: SyslogLinkStateMachine.ConnectAction?, _ index: Int, now: SimInstant
  ) {
    guard case .connect(let id)? = action else { return }
    guard let endpoint = self.subscriptions[index].readPush({ $0.endpoint }) else { return }
    self.report(.pushConnecting(endpoint), index, id, now: now)
    self.actions.append(.connect(self.subscriptions[index].id, id, endpoint))
  }

  mutating func perform(_ actions: [AlertService.Action], now: SimInstant) {
    for action in actions {
      switch action {
      case .send(let mail):
        let recipient = mail.transaction.envelope.recipients[0]
        self.report(.alertMailStarted(recipient: recipient, relay: mail.relay), now: now)
        self.actions.append(.sendMail(mail))
      case .log(let level, let text):
        self.log([(level, text, .textMail)], now: now)
      }
    }
  }

  mutating func report(
    _ fact: RunFact, _ index: Int, _ id: ConnectionID? = nil, now: SimInstant
  ) {
    self.actions.append(
      .report(
        RunEvent(
          at: self.stamp(now), fact, subscription: self.subscriptions[index].name,
          connection: id)))
  }

  mutating func report(_ fact: RunFact, now: SimInstant) {
    self.actions.append(.report(RunEvent(at: self.stamp(now), fact)))
  }
}

extension MemorySpool {
  /// Says what the buffer holds, as the owner of one on disk does before `opened`.
  public func recover(
    into appliance: inout Appliance, subscription: SubscriptionID, now: SimInstant
  ) {
    for (segment, bytes) in self.segments.sorted(by: { $0.key < $1.key }) {
      appliance.recover(spoolSegment: segment, bytes, subscription: subscription)
    }
    appliance.endRecovery(spoolMark: self.mark, subscription: subscription, now: now)
  }
}
