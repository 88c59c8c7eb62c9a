import LogModel
import Simulation

/// Engines, filters and quarantines, in the order of the appliance's pipeline.
extension MailFlow {
  /// The largest message that anti-spam scans (FIDELITY: "Scan limits").
  private static let antiSpamBytesMax: UInt32 = 1_048_576
  /// The largest message that Outbreak Filters scan (FIDELITY: "Scan limits").
  private static let outbreakBytesMax: UInt32 = 262_144

  mutating func workDone(_ slot: UInt32, into events: inout [LogEvent]) {
    let message = self.messages[slot]
    self.counts.workQueue -= 1
    if self.verdicts.chance(permille: self.settings.profile.attachmentPermille) {
      let name = self.pick(self.people.attachments)
      self.emit(.reception(.attachment(message.mid, name: name)), &events)
    }
    if self.verdicts.chance(permille: self.settings.profile.filterDropPermille) {
      let filter = self.pick(self.people.words.messageFilters)
      self.emit(.workQueue(.droppedByFilter(message.mid, filter: filter)), &events)
      return self.drop(slot, into: &events)
    }
    let policy =
      self.verdicts.chance(permille: 80)
      ? self.people.words.policyFinance : self.people.words.policyDefault
    let direction: MailDirection = message.outbound ? .outbound : .inbound
    self.emit(.reception(.policyMatched(message.mid, policy: policy, direction)), &events)
    if !message.outbound, self.antiSpamDrops(slot, into: &events) { return }
    if self.antiVirusDrops(slot, into: &events) { return }
    if self.contentFiltersTake(slot, direction, into: &events) { return }
    if !message.outbound, self.outbreakFiltersTake(slot, into: &events) { return }
    if message.outbound {
      self.emit(.workQueue(.signingSkipped(message.mid, .domainKeys, message.sender)), &events)
      self.emit(.workQueue(.signingSkipped(message.mid, .dkim, message.sender)), &events)
    }
    self.queue(slot, into: &events)
  }

  private mutating func antiSpamDrops(_ slot: UInt32, into events: inout [LogEvent]) -> Bool {
    let message = self.messages[slot]
    if message.bytes > Self.antiSpamBytesMax {
      self.emit(
        .workQueue(
          .scanSkipped(
            message.mid, by: .antiSpam, bytes: message.bytes, limitBytes: Self.antiSpamBytesMax)),
        &events)
      self.messages[slot].verdict = .negative
      return false
    }
    self.emit(.workQueue(.interimSpamVerdict(message.mid, message.verdict)), &events)
    self.emit(.workQueue(.spamVerdict(message.mid, message.verdict)), &events)
    if message.verdict == .suspect {
      self.emit(.workQueue(.taggedForSpamQuarantine(message.mid)), &events)
    }
    guard message.verdict == .positive else { return false }
    self.emit(.workQueue(.droppedBySpamEngine(message.mid)), &events)
    self.drop(slot, into: &events)
    return true
  }

  private mutating func antiVirusDrops(_ slot: UInt32, into events: inout [LogEvent]) -> Bool {
    let mid = self.messages[slot].mid
    let infected = self.verdicts.chance(permille: self.settings.profile.virusPermille)
    self.emit(.workQueue(.interimVirusVerdict(mid, clean: !infected)), &events)
    guard infected else {
      self.emit(.workQueue(.virusNegative(mid)), &events)
      return false
    }
    self.emit(.workQueue(.virusPositive(mid, name: self.pick(self.people.viruses))), &events)
    self.emit(.workQueue(.droppedByVirusEngine(mid)), &events)
    self.drop(slot, into: &events)
    return true
  }

  private mutating func contentFiltersTake(
    _ slot: UInt32, _ direction: MailDirection, into events: inout [LogEvent]
  ) -> Bool {
    var ticket = Int(self.verdicts.uniform(below: 1000))
    if ticket < self.settings.profile.contentFilterDropPermille {
      let filter = self.pick(self.people.words.contentFilters)
      self.emit(
        .workQueue(.droppedByContentFilter(self.messages[slot].mid, filter: filter, direction)),
        &events)
      self.drop(slot, into: &events)
      return true
    }
    ticket -= self.settings.profile.contentFilterDropPermille
    if ticket < self.settings.profile.contentFilterBouncePermille {
      self.bounceByContentFilter(slot, direction, into: &events)
      return true
    }
    ticket -= self.settings.profile.contentFilterBouncePermille
    guard ticket < self.settings.profile.policyQuarantinePermille else { return false }
    self.quarantine(slot, outbreak: false, into: &events)
    return true
  }

  /// A message that a filter sends back: its sender is told, if there is one.
  private mutating func bounceByContentFilter(
    _ slot: UInt32, _ direction: MailDirection, into events: inout [LogEvent]
  ) {
    let message = self.messages[slot]
    let filter = self.pick(self.people.words.contentFilters)
    self.emit(.workQueue(.bouncedByContentFilter(message.mid, filter: filter, direction)), &events)
    if !message.senderIsNull { self.sendBounce(of: message, into: &events) }
    self.emit(.messageFinished(message.mid, .done), &events)
    self.counts.messagesBounced += 1
    self.forget(slot)
  }

  private mutating func outbreakFiltersTake(
    _ slot: UInt32, into events: inout [LogEvent]
  ) -> Bool {
    let message = self.messages[slot]
    if message.bytes > Self.outbreakBytesMax {
      self.emit(
        .workQueue(
          .scanSkipped(
            message.mid, by: .outbreakFilters, bytes: message.bytes,
            limitBytes: Self.outbreakBytesMax)), &events)
      return false
    }
    guard self.verdicts.chance(permille: self.settings.profile.outbreakQuarantinePermille) else {
      self.emit(.workQueue(.outbreakNegative(message.mid)), &events)
      return false
    }
    let level = UInt8(self.verdicts.uniform(in: 3...5))
    self.emit(.workQueue(.outbreakThreatLevel(message.mid, level)), &events)
    self.quarantine(slot, outbreak: true, into: &events)
    return true
  }

  /// Ends a message that goes nowhere.
  private mutating func drop(_ slot: UInt32, into events: inout [LogEvent]) {
    self.emit(.messageFinished(self.messages[slot].mid, .done), &events)
    self.counts.messagesDropped += 1
    self.forget(slot)
  }

  // MARK: - Quarantines

  private mutating func quarantine(
    _ slot: UInt32, outbreak: Bool, into events: inout [LogEvent]
  ) {
    let reason = self.pick(
      outbreak ? self.people.words.outbreakReasons : self.people.words.policyReasons)
    let name = outbreak ? self.people.words.outbreakQuarantine : self.people.words.policyQuarantine
    self.emit(
      .workQueue(.quarantined(self.messages[slot].mid, quarantine: name, reason: reason)), &events)
    self.messages[slot].inOutbreakQuarantine = outbreak
    self.messages[slot].quarantinedAt = self.now
    self.counts.messagesQuarantined += 1
    self.counts.quarantined += 1
    let seconds = self.tables.quarantineSeconds.draw(using: &self.verdicts)
    self.schedule(.quarantineEnds, slot, at: self.now.advanced(by: .seconds(seconds)))
  }

  mutating func quarantineEnds(_ slot: UInt32, into events: inout [LogEvent]) {
    let message = self.messages[slot]
    let name =
      message.inOutbreakQuarantine
      ? self.people.words.outbreakQuarantine : self.people.words.policyQuarantine
    let end: QuarantineEnd = self.verdicts.chance(permille: 700) ? .expired : .manual
    self.counts.quarantined -= 1
    if self.verdicts.chance(permille: self.settings.profile.quarantineDeletedPermille) {
      self.emit(.workQueue(.deletedFromQuarantine(message.mid, quarantine: name, end)), &events)
      self.emit(.workQueue(.deletedFromAllQuarantines(message.mid)), &events)
      return self.drop(slot, into: &events)
    }
    let stay = message.quarantinedAt.duration(to: self.now)
    let seconds = UInt32(clamping: stay.nanoseconds / 1_000_000_000)
    self.emit(
      .workQueue(.releasedFromQuarantine(message.mid, quarantine: name, end, seconds: seconds)),
      &events)
    self.emit(.workQueue(.releasedFromAllQuarantines(message.mid)), &events)
    self.queue(slot, into: &events)
  }

  /// Queues a message: for delivery, or for the spam quarantine.
  private mutating func queue(_ slot: UInt32, into events: inout [LogEvent]) {
    let message = self.messages[slot]
    self.emit(.delivery(.queued(message.mid)), &events)
    guard message.verdict == .suspect else {
      self.counts.recipientsActive += Int(message.recipientCount)
      self.counts.recipientsUnattempted += Int(message.recipientCount)
      return self.startDelivery(slot, into: &events)
    }
    let rcid = RCID(self.identifiers.rcid)
    self.identifiers.rcid += 1
    self.messages[slot].rcid = rcid
    self.emit(.workQueue(.spamQuarantineStarted(rcid, message.mid)), &events)
    let delay = self.verdicts.uniform(in: 10...400)
    self.schedule(
      .spamQuarantineEnds, slot, at: self.now.advanced(by: .milliseconds(Int64(delay))))
  }

  mutating func spamQuarantineEnds(_ slot: UInt32, into events: inout [LogEvent]) {
    let message = self.messages[slot]
    self.emit(.workQueue(.spamQuarantined(message.mid)), &events)
    self.emit(.workQueue(.spamQuarantineDone(message.rcid, message.mid)), &events)
    self.emit(.messageFinished(message.mid, .done), &events)
    self.counts.messagesSpamQuarantined += 1
    self.forget(slot)
  }

  @inline(__always)
  private mutating func pick(_ texts: [TextID]) -> TextID {
    texts[Int(self.verdicts.uniform(below: UInt64(texts.count)))]
  }
}
