import ApplianceConfiguration
import LogModel
import Simulation

/// Deliveries over connections that are used again.
extension MailFlow {
  /// The organisation's own servers first, then one destination a domain.
  static func makeDestinations(_ people: Populations) -> [Destination] {
    let outside = people.publicPoints[0].address
    let inside = people.privatePoints[0].address
    var destinations = [
      Destination(
        addresses: (IPv4Address(10, 20, 1, 25), IPv4Address(10, 20, 1, 26)), interface: inside,
        exists: true, speaksTLS: false, form: .enhancedQueued)
    ]
    let forms = ResponseForm.allCases
    for index in people.domains.indices {
      let first = UInt8(truncatingIfNeeded: 20 + index * 3)
      destinations.append(
        Destination(
          addresses: (IPv4Address(192, 0, 2, first), IPv4Address(192, 0, 2, first + 1)),
          interface: outside,
          exists: index < people.organisationCount + people.spamDomainCount,
          speaksTLS: index % 2 == 0, form: forms[index % forms.count]))
    }
    return destinations
  }

  /// Delivers what is pending of a message: over an unused connection, a new one, or later.
  mutating func startDelivery(_ slot: UInt32, into events: inout [LogEvent]) {
    let index = Int(self.messages[slot].destination)
    guard self.destinations[index].exists else {
      self.countAttempt(slot)
      self.bounce(
        slot, self.messages[slot].pending, DCID(0), .badDestinationHost, into: &events)
      return self.finishIfDone(slot, into: &events)
    }
    let idle = self.destinations[index].idleFirst
    if idle != noSlot {
      self.unlinkIdle(idle)
      self.deliver(slot, over: idle, into: &events)
    } else if self.destinations[index].open
      < max(self.settings.profile.connectionsPerDestinationMax, 1)
    {
      self.connect(slot, index, into: &events)
    } else {
      self.appendWaiting(slot, index)
    }
  }

  private mutating func connect(_ slot: UInt32, _ index: Int, into events: inout [LogEvent]) {
    let dcid = DCID(self.identifiers.dcid)
    self.identifiers.dcid += 1
    let destination = self.destinations[index]
    let remote = dcid.value & 1 == 0 ? destination.addresses.0 : destination.addresses.1
    if self.delivery.chance(permille: self.settings.profile.connectionFailedPermille) {
      let reason: ConnectionErrorReason = self.delivery.chance(permille: 500) ? .timeout : .refused
      self.emit(
        .delivery(.connectionError(dcid, remote: remote, interface: destination.interface, reason)),
        &events)
      let bounce: BounceReason = reason == .timeout ? .networkProblem : .connectionRefused
      self.countAttempt(slot)
      return self.delay(slot, DCID(0), bounce, into: &events)
    }
    self.destinations[index].open += 1
    self.counts.deliveryConnections += 1
    self.counts.deliveryConnectionsOpen += 1
    self.emit(
      .delivery(
        .newConnection(
          dcid, interface: destination.interface, remote: remote, port: 25)), &events)
    if destination.speaksTLS {
      self.emit(.delivery(.tls(dcid, .tls1, cipher: self.people.ciphers[index % 4])), &events)
    }
    let connection = self.deliveries.insert(
      DeliveryConnection(dcid: dcid, destination: UInt16(index)))
    self.deliver(slot, over: connection, into: &events)
  }

  private mutating func deliver(
    _ slot: UInt32, over connection: UInt32, into events: inout [LogEvent]
  ) {
    self.countAttempt(slot)
    self.deliveries[connection].message = slot
    self.emit(
      .delivery(
        .started(
          self.deliveries[connection].dcid, self.messages[slot].mid, self.messages[slot].pending)),
      &events)
    let delay = self.tables.deliveryMilliseconds.draw(using: &self.delivery)
    self.schedule(
      .deliveryDone, connection, at: self.now.advanced(by: .milliseconds(delay)))
  }

  /// The remote host has answered.
  mutating func deliveryDone(_ connection: UInt32, into events: inout [LogEvent]) {
    let slot = self.deliveries[connection].message
    let dcid = self.deliveries[connection].dcid
    var ticket = Int(self.delivery.uniform(below: 1000))
    if ticket < self.settings.profile.connectionBrokenPermille {
      return self.connectionBreaks(connection, into: &events)
    }
    ticket -= self.settings.profile.connectionBrokenPermille
    if ticket < self.settings.profile.softBouncePermille {
      let reason: BounceReason = self.delivery.chance(permille: 400) ? .mailboxFull : .greylisted
      self.delay(slot, dcid, reason, into: &events)
    } else {
      if ticket < self.settings.profile.softBouncePermille
        + self.settings.profile.hardBouncePermille
      {
        self.refuseOne(slot, dcid, into: &events)
      }
      self.succeed(slot, self.deliveries[connection], into: &events)
      self.finishIfDone(slot, into: &events)
    }
    self.connectionIsFree(connection, into: &events)
  }

  /// The remote host takes what is pending of a message.
  private mutating func succeed(
    _ slot: UInt32, _ connection: DeliveryConnection, into events: inout [LogEvent]
  ) {
    let message = self.messages[slot]
    guard !message.pending.isEmpty else { return }
    self.emit(.delivery(.done(connection.dcid, message.mid, message.pending)), &events)
    let queueID = self.delivery.next() >> 8
    if self.settings.logGlobals.logsRemoteResponse.value {
      let form = self.destinations[Int(connection.destination)].form
      self.emit(
        .delivery(.response(message.mid, message.pending, form, queueID: queueID)), &events)
    }
    let count = message.pending.count
    self.counts.recipientsDelivered += UInt64(count)
    self.counts.recipientsActive -= count
    self.messages[slot].hasDelivered = true
    self.messages[slot].pending = RIDSet(bits: 0)
  }

  private mutating func connectionBreaks(_ connection: UInt32, into events: inout [LogEvent]) {
    let record = self.deliveries[connection]
    let destination = self.destinations[Int(record.destination)]
    let remote = record.dcid.value & 1 == 0 ? destination.addresses.0 : destination.addresses.1
    self.emit(
      .delivery(
        .connectionError(
          record.dcid, remote: remote, interface: destination.interface, .endOfFile)), &events)
    self.delay(record.message, record.dcid, .networkProblem, into: &events)
    self.closeDelivery(connection, into: &events)
  }

  /// Ends a message when nothing of it is pending.
  mutating func finishIfDone(_ slot: UInt32, into events: inout [LogEvent]) {
    let message = self.messages[slot]
    guard message.pending.isEmpty else { return }
    self.emit(.messageFinished(message.mid, .done), &events)
    if message.hasDelivered {
      self.counts.messagesDelivered += 1
    } else {
      self.counts.messagesBounced += 1
    }
    self.forget(slot)
  }

  /// An attempt to deliver a message begins.
  private mutating func countAttempt(_ slot: UInt32) {
    if self.messages[slot].attempts == 0 {
      self.counts.recipientsUnattempted -= Int(self.messages[slot].recipientCount)
    }
    self.messages[slot].attempts += 1
  }

  // MARK: - Connections that are free

  /// Gives a connection the next message that waits, closes it after many, or keeps it for a while.
  private mutating func connectionIsFree(_ connection: UInt32, into events: inout [LogEvent]) {
    let index = Int(self.deliveries[connection].destination)
    self.deliveries[connection].message = noSlot
    self.deliveries[connection].served += 1
    let most = UInt32(clamping: self.settings.profile.messagesPerDeliveryConnectionMax)
    guard self.deliveries[connection].served < most else {
      return self.closeDelivery(connection, into: &events)
    }
    if let waiting = self.takeWaiting(index) {
      return self.deliver(waiting, over: connection, into: &events)
    }
    self.deliveries[connection].idleSince = self.now
    self.linkIdle(connection)
    guard !self.deliveries[connection].idleStepPending else { return }
    self.deliveries[connection].idleStepPending = true
    self.schedule(
      .deliveryIdles, connection, at: self.now.advanced(by: self.settings.profile.deliveryIdle))
  }

  /// Looks whether a connection has been unused for long enough.
  mutating func deliveryIdles(_ connection: UInt32, into events: inout [LogEvent]) {
    let record = self.deliveries[connection]
    self.deliveries[connection].idleStepPending = false
    if record.isClosed { return self.deliveries.remove(connection) }
    guard record.message == noSlot else { return }
    let due = record.idleSince.advanced(by: self.settings.profile.deliveryIdle)
    guard due <= self.now else {
      self.deliveries[connection].idleStepPending = true
      return self.schedule(.deliveryIdles, connection, at: due)
    }
    self.unlinkIdle(connection)
    self.closeDelivery(connection, into: &events)
  }

  private mutating func closeDelivery(_ connection: UInt32, into events: inout [LogEvent]) {
    let record = self.deliveries[connection]
    let index = Int(record.destination)
    self.emit(.delivery(.closed(record.dcid)), &events)
    self.counts.deliveryConnectionsOpen -= 1
    self.destinations[index].open -= 1
    if record.idleStepPending {
      // The slot is taken again only when its step has come, lest that step meet another
      // connection.
      self.deliveries[connection].isClosed = true
    } else {
      self.deliveries.remove(connection)
    }
    let openMax = max(self.settings.profile.connectionsPerDestinationMax, 1)
    while self.destinations[index].open < openMax, let waiting = self.takeWaiting(index) {
      self.startDelivery(waiting, into: &events)
    }
  }

  // MARK: - Lists

  private mutating func linkIdle(_ connection: UInt32) {
    let index = Int(self.deliveries[connection].destination)
    let first = self.destinations[index].idleFirst
    self.deliveries[connection].idleNext = first
    self.deliveries[connection].idlePrevious = noSlot
    if first != noSlot { self.deliveries[first].idlePrevious = connection }
    self.destinations[index].idleFirst = connection
  }

  private mutating func unlinkIdle(_ connection: UInt32) {
    let record = self.deliveries[connection]
    if record.idlePrevious == noSlot {
      self.destinations[Int(record.destination)].idleFirst = record.idleNext
    } else {
      self.deliveries[record.idlePrevious].idleNext = record.idleNext
    }
    if record.idleNext != noSlot {
      self.deliveries[record.idleNext].idlePrevious = record.idlePrevious
    }
  }

  private mutating func appendWaiting(_ slot: UInt32, _ index: Int) {
    let last = self.destinations[index].waitingLast
    if last == noSlot {
      self.destinations[index].waitingFirst = slot
    } else {
      self.messages[last].nextWaiting = slot
    }
    self.destinations[index].waitingLast = slot
    self.messages[slot].nextWaiting = noSlot
  }

  private mutating func takeWaiting(_ index: Int) -> UInt32? {
    let first = self.destinations[index].waitingFirst
    guard first != noSlot else { return nil }
    let next = self.messages[first].nextWaiting
    self.destinations[index].waitingFirst = next
    if next == noSlot { self.destinations[index].waitingLast = noSlot }
    return first
  }
}
