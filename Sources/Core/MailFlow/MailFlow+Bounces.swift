import LogModel
import Simulation

/// Delays, hard bounces, and the messages that tell of them.
extension MailFlow {
  /// Puts off what is pending of a message; after too many attempts it bounces.
  mutating func delay(
    _ slot: UInt32, _ dcid: DCID, _ reason: BounceReason, into events: inout [LogEvent]
  ) {
    let message = self.messages[slot]
    guard message.attempts < self.tables.attemptsMax else {
      self.bounce(slot, message.pending, DCID(0), .deliveryExpired, into: &events)
      return self.finishIfDone(slot, into: &events)
    }
    var rest = message.pending.bits
    while rest != 0 {
      let rid = UInt32(rest.trailingZeroBitCount)
      rest &= rest - 1
      self.emit(
        .delivery(
          .softBounce(dcid, message.mid, RID(rid), reason, self.recipient(rid, of: message))),
        &events)
      self.counts.softBounces += 1
    }
    let till = self.now.advanced(by: self.retryDelay(attempts: Int(message.attempts)))
    self.emit(.pendingTill(message.mid, message.pending, till), &events)
    self.schedule(.deliveryRetries, slot, at: till)
  }

  /// `retryDelay · 2^(attempts − 1)`, at most `retryDelayMax`: 60, 120, 240, ... 3600 s by default.
  private func retryDelay(attempts: Int) -> SimDuration {
    var delay = self.settings.profile.retryDelay
    for _ in 1..<max(attempts, 1) {
      guard delay < self.settings.profile.retryDelayMax else { break }
      delay = delay * 2
    }
    return min(delay, self.settings.profile.retryDelayMax)
  }

  /// The remote host refuses one of the pending recipients for good.
  mutating func refuseOne(_ slot: UInt32, _ dcid: DCID, into events: inout [LogEvent]) {
    let pending = self.messages[slot].pending
    var rest = pending.bits
    for _ in 0..<self.delivery.uniform(below: UInt64(pending.count)) { rest &= rest - 1 }
    let chosen = RIDSet(RID(UInt32(rest.trailingZeroBitCount)))
    let ticket = self.delivery.uniform(below: 1000)
    let reason: BounceReason =
      ticket < 700 ? .unknownAddress : ticket < 850 ? .relayingDenied : .messageTooLarge
    self.bounce(slot, chosen, dcid, reason, into: &events)
  }

  /// Ends some recipients of a message without delivery, and tells the sender if there is one.
  ///
  /// The caller ends the message when nothing of it is pending.
  mutating func bounce(
    _ slot: UInt32, _ recipients: RIDSet, _ dcid: DCID, _ reason: BounceReason,
    into events: inout [LogEvent]
  ) {
    let message = self.messages[slot]
    var rest = recipients.bits
    while rest != 0 {
      let rid = UInt32(rest.trailingZeroBitCount)
      rest &= rest - 1
      let address = self.recipient(rid, of: message)
      if message.senderIsNull {
        self.emit(.delivery(.doubleBounce(message.mid, RID(rid), reason, address)), &events)
      } else {
        self.emit(.delivery(.hardBounce(dcid, message.mid, RID(rid), reason, address)), &events)
      }
    }
    self.messages[slot].pending.bits &= ~recipients.bits
    self.counts.recipientsActive -= recipients.count
    self.count(reason, UInt64(recipients.count))
    if !message.senderIsNull { self.sendBounce(of: message, into: &events) }
  }

  private mutating func count(_ reason: BounceReason, _ recipients: UInt64) {
    switch reason {
    case .badDestinationHost: self.counts.bouncesDNS += recipients
    case .deliveryExpired: self.counts.bouncesExpired += recipients
    default: self.counts.bouncesReply += recipients
    }
  }

  /// A message from the appliance itself to the sender of one that bounced.
  mutating func sendBounce(of original: MessageRecord, into events: inout [LogEvent]) {
    let mid = MID(self.identifiers.mid)
    self.identifiers.mid += 1
    var message = MessageRecord(
      mid: mid, bytes: min(original.bytes, 10_000) + 1500, sender: self.nullAddress,
      recipient: original.sender, recipientKey: nil, destination: original.senderDestination,
      senderDestination: Destination.none)
    message.recipientCount = 1
    message.pending = RIDSet(first: 1)
    self.emit(.reception(.started(mid, ICID(0))), &events)
    self.emit(.reception(.generatedForBounce(mid, of: original.mid)), &events)
    self.emit(.reception(.from(mid, ICID(0), message.sender)), &events)
    self.emit(.reception(.to(mid, ICID(0), RID(0), message.recipient)), &events)
    self.emit(.delivery(.queued(mid)), &events)
    self.counts.messagesGenerated += 1
    self.counts.recipientsGenerated += 1
    self.counts.recipientsActive += 1
    self.counts.recipientsUnattempted += 1
    self.startDelivery(self.messages.insert(message), into: &events)
  }
}
