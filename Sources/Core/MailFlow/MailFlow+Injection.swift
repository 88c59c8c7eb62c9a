import ApplianceConfiguration
import LogModel
import Simulation

/// The reception of messages.
extension MailFlow {
  /// MAIL FROM and RCPT TO of a connection's next message.
  mutating func mailBegins(_ slot: UInt32, into events: inout [LogEvent]) {
    let connection = self.connections[slot]
    self.connections[slot].left -= 1
    self.messagesReserved -= 1
    self.counts.messagesInjected += 1
    var message = self.makeMessage(connection)
    self.emit(.reception(.started(message.mid, connection.icid)), &events)
    self.emit(.reception(.from(message.mid, connection.icid, message.sender)), &events)
    self.takeRecipients(&message, connection, into: &events)
    guard message.recipientCount > 0 else {
      self.emitAbort(message.mid, into: &events)
      return self.messageIsOver(slot, into: &events)
    }
    message.tooLarge = self.content.chance(permille: self.settings.profile.tooLargePermille)
    self.connections[slot].message = self.messages.insert(message)
    let delay = self.tables.receptionMilliseconds.draw(using: &self.content)
    let isLost = connection.endsLost && connection.left == 1
    self.schedule(
      isLost ? .injectionLost : .dataEnds, slot, at: self.now.advanced(by: .milliseconds(delay)))
  }

  /// The end of the data of a connection's message.
  mutating func dataEnds(_ slot: UInt32, into events: inout [LogEvent]) {
    let connection = self.connections[slot]
    let message = self.messages[connection.message]
    if message.tooLarge {
      self.emit(.injection(.receivingFailed(connection.icid, .messageSizeExceedsLimit)), &events)
      self.emitAbort(message.mid, into: &events)
      self.forget(connection.message)
    } else {
      self.acceptMessage(message, into: &events)
      let delay = self.tables.workQueueMilliseconds.draw(using: &self.content)
      self.schedule(
        .workDone, connection.message, at: self.now.advanced(by: .milliseconds(delay)))
    }
    self.messageIsOver(slot, into: &events)
  }

  private mutating func acceptMessage(_ message: MessageRecord, into events: inout [LogEvent]) {
    // Drawn also when its line is switched off, so that a switch changes nothing else.
    let token = self.content.next()
    let domain = message.senderIsNull ? self.people.ownDomain : message.sender.domain
    if self.settings.logGlobals.logsMessageID.value {
      self.emit(.reception(.identifier(message.mid, token: token, domain: domain)), &events)
    }
    let subject = self.drawSubject(message.verdict)
    let number = UInt32(self.content.uniform(below: 9_000)) + 1
    if self.settings.logGlobals.logsOriginalSubject.value {
      self.emit(.reception(.subject(message.mid, text: subject, number: number)), &events)
    }
    self.emit(.reception(.ready(message.mid, bytes: message.bytes, message.sender)), &events)
    self.counts.messagesAccepted += 1
    self.counts.bytesAccepted += UInt64(message.bytes)
    self.counts.recipientsAccepted += UInt64(message.recipientCount)
    self.counts.workQueue += 1
  }

  /// The connection's message is over: another one, or the end.
  private mutating func messageIsOver(_ slot: UInt32, into events: inout [LogEvent]) {
    self.connections[slot].message = noSlot
    if self.connections[slot].left > 0 {
      self.schedule(.mailBegins, slot, at: self.afterCommand())
    } else if self.content.chance(permille: 750) {
      self.injectionCloses(slot, into: &events)
    } else {
      self.schedule(.injectionCloses, slot, at: self.afterCommand())
    }
  }

  mutating func injectionCloses(_ slot: UInt32, into events: inout [LogEvent]) {
    self.emit(.injection(.closed(self.connections[slot].icid)), &events)
    self.connections.remove(slot)
  }

  mutating func injectionIdles(_ slot: UInt32, into events: inout [LogEvent]) {
    let connection = self.connections[slot]
    self.emit(.injection(.idle(connection.icid, remote: connection.remote)), &events)
    self.injectionCloses(slot, into: &events)
  }

  mutating func injectionIsLost(_ slot: UInt32, into events: inout [LogEvent]) {
    let connection = self.connections[slot]
    self.emit(.injection(.lost(connection.icid)), &events)
    self.emitAbort(self.messages[connection.message].mid, into: &events)
    self.forget(connection.message)
    self.injectionCloses(slot, into: &events)
  }

  private mutating func emitAbort(_ mid: MID, into events: inout [LogEvent]) {
    self.emit(.reception(.aborted(mid, .receivingAborted)), &events)
    self.emit(.messageFinished(mid, .aborted), &events)
    self.counts.messagesAborted += 1
  }

  // MARK: - Envelopes

  private mutating func makeMessage(_ connection: InjectionConnection) -> MessageRecord {
    let mid = MID(self.identifiers.mid)
    self.identifiers.mid += 1
    let key = UInt32(truncatingIfNeeded: self.content.next() >> 32)
    var message = MessageRecord(
      mid: mid, bytes: self.drawSize(connection.verdict), sender: self.drawSender(connection),
      recipient: EnvelopeAddress(localPart: self.people.words.empty, domain: self.people.ownDomain),
      recipientKey: key, destination: 0,
      senderDestination: connection.outbound ? 0 : connection.domain + 1)
    message.outbound = connection.outbound
    message.verdict = connection.verdict
    if connection.outbound {
      let domain = self.drawDestinationDomain()
      message.destination = UInt16(domain + 1)
      message.recipient.domain = self.people.domains[domain]
    } else if connection.verdict == .negative,
      self.content.chance(permille: self.settings.profile.nullSenderPermille)
    {
      message.sender = self.nullAddress
      message.senderDestination = Destination.none
    }
    message.recipient = self.recipient(0, of: message)
    return message
  }

  /// An empty local part and an empty domain.
  var nullAddress: EnvelopeAddress {
    EnvelopeAddress(localPart: self.people.words.empty, domain: self.people.words.empty)
  }

  private mutating func takeRecipients(
    _ message: inout MessageRecord, _ connection: InjectionConnection,
    into events: inout [LogEvent]
  ) {
    let named = self.tables.recipientsPerMessage.draw(using: &self.content) + 1
    for _ in 0..<named {
      if !connection.outbound,
        self.content.chance(permille: self.settings.profile.recipientRejectedPermille)
      {
        let key = UInt32(truncatingIfNeeded: self.content.next())
        let refused = self.address(key: key, domain: message.recipient.domain)
        self.emit(
          .reception(.recipientRejected(message.mid, connection.icid, refused, .rat)), &events)
        self.counts.recipientsRejected += 1
        continue
      }
      let rid = message.recipientCount
      self.emit(
        .reception(.to(message.mid, connection.icid, RID(rid), self.recipient(rid, of: message))),
        &events)
      message.recipientCount += 1
    }
    message.pending = RIDSet(first: Int(message.recipientCount))
  }

  /// The address of a recipient: it follows from the message's key, so that none is stored.
  func recipient(_ rid: UInt32, of message: MessageRecord) -> EnvelopeAddress {
    guard let key = message.recipientKey else { return message.recipient }
    return self.address(key: key &+ rid &* 0x0101_0007, domain: message.recipient.domain)
  }

  private func address(key: UInt32, domain: TextID) -> EnvelopeAddress {
    let count = UInt32(self.people.localParts.count)
    return EnvelopeAddress(
      localPart: self.people.localParts[Int((key & 0xFFFF) % count)],
      localNumber: ((key &* 0x9E37_79B1) >> 24) % 60, domain: domain)
  }

  private mutating func drawSender(_ connection: InjectionConnection) -> EnvelopeAddress {
    let key = UInt32(truncatingIfNeeded: self.content.next())
    let domain =
      connection.outbound
      ? self.people.ownDomain : self.people.domains[Int(connection.domain)]
    return self.address(key: key, domain: domain)
  }

  /// An index of `Populations.domains`; now and then of one that does not exist.
  private mutating func drawDestinationDomain() -> Int {
    if self.content.chance(permille: self.settings.profile.badDomainPermille) {
      let bad = self.content.uniform(below: UInt64(self.people.badDomainCount))
      return self.people.organisationCount + self.people.spamDomainCount + Int(bad)
    }
    return Int(self.content.uniform(below: UInt64(self.people.organisationCount)))
  }

  /// Spam is small: above 40,000 bytes it is cut to what is left.
  private mutating func drawSize(_ verdict: SpamVerdict) -> UInt32 {
    let size = UInt32(clamping: self.tables.sizeBytes.draw(using: &self.content))
    return verdict == .positive && size > 40_000 ? 900 + size % 40_000 : size
  }

  private mutating func drawSubject(_ verdict: SpamVerdict) -> TextID {
    let ticket = self.content.next()
    switch verdict {
    case .positive, .suspect:
      return self.people.spamSubjects[Self.pick(ticket, self.people.spamSubjects.count)]
    case .marketing, .bulk:
      return self.people.marketingSubjects[Self.pick(ticket, self.people.marketingSubjects.count)]
    case .negative:
      return self.people.subjects[Self.pick(ticket, self.people.subjects.count)]
    }
  }

  @inline(__always)
  private static func pick(_ ticket: UInt64, _ count: Int) -> Int {
    Int(ticket.multipliedFullWidth(by: UInt64(count)).high)
  }
}
