import LogModel
import Simulation

/// New connections, and what the Host Access Table says to them.
extension MailFlow {
  /// Draws when the next connection comes.
  ///
  /// Gaps are exponential, so that what is left of a gap at an hour's end may be drawn anew at the
  /// next hour's rate.
  mutating func scheduleArrival() {
    var from = self.now
    while true {
      guard self.settings.arrivals == .diurnal else {
        let gap = ExponentialDistribution.draw(
          mean: self.tables.hourlyGaps[0], using: &self.arrivals)
        self.nextArrival = from.advanced(by: gap).nanoseconds
        return
      }
      let local = from.wholeSeconds + Int64(self.settings.zone.offsetSeconds(at: from))
      let ofDay = (local % 86_400 + 86_400) % 86_400
      let hourEnd = SimInstant(secondsSinceEpoch: from.wholeSeconds + 3600 - ofDay % 3600)
      let gap = ExponentialDistribution.draw(
        mean: self.tables.hourlyGaps[Int(ofDay / 3600)], using: &self.arrivals)
      let due = from.advanced(by: gap)
      if due < hourEnd {
        self.nextArrival = due.nanoseconds
        return
      }
      from = hourEnd
    }
  }

  /// No connection comes any more.
  mutating func endArrivals(_ state: InjectionState) {
    self.injectionState = state
    self.nextArrival = .max
    self.arrivalsWait = false
  }

  mutating func connectionArrives(into events: inout [LogEvent]) {
    let last = UInt32.max - Self.identifierReserve
    let ids = self.identifiers
    guard max(max(ids.icid, ids.mid), max(ids.dcid, ids.rcid)) < last else {
      return self.endArrivals(.identifiersExhausted)
    }
    guard self.roomForMessages > 0 else {
      self.nextArrival = .max
      self.arrivalsWait = true
      return
    }
    if self.arrivals.chance(permille: self.settings.profile.outboundPermille) {
      self.acceptConnection(outbound: true, into: &events)
    } else {
      self.meetOutsider(into: &events)
    }
    if self.messagesLeft == 0 {
      self.endArrivals(.limitReached)
    } else {
      self.scheduleArrival()
    }
  }

  /// Refuses, rejects or accepts a connection from outside.
  private mutating func meetOutsider(into events: inout [LogEvent]) {
    var ticket = Int(self.arrivals.uniform(below: 1000))
    guard ticket < self.settings.profile.fruitlessPermille else {
      return self.acceptConnection(outbound: false, into: &events)
    }
    if ticket < self.settings.profile.refusedPermille {
      self.counts.connectionsRejected += 1
      return self.emit(
        .injection(
          .senderGroup(
            ICID(0), .tcpRefuse, group: self.people.words.blockList,
            match: self.people.words.blockMatch, score: .none)),
        &events)
    }
    ticket -= self.settings.profile.refusedPermille
    if ticket < self.settings.profile.rejectedPermille {
      return self.rejectConnection(into: &events)
    }
    ticket -= self.settings.profile.rejectedPermille
    self.disappointConnection(idle: ticket < self.settings.profile.idlePermille, into: &events)
  }

  private mutating func rejectConnection(into events: inout [LogEvent]) {
    let index = self.drawIndex(self.people.bots.count)
    let peer = self.people.bots[index]
    let slot = self.openConnection(peer, outbound: false, messages: 0, into: &events)
    self.counts.connectionsRejected += 1
    let score = ReputationScore.tenths(Int16(self.arrivals.uniform(in: -100 ... -25)))
    self.emit(
      .injection(
        .senderGroup(
          self.connections[slot].icid, .reject, group: self.people.words.blackList,
          match: self.people.words.blackMatch,
          score: score)), &events)
    self.schedule(.injectionCloses, slot, at: self.afterCommand())
  }

  /// A connection that is let in and brings no message.
  private mutating func disappointConnection(idle: Bool, into events: inout [LogEvent]) {
    let peer = self.people.servers[self.drawIndex(self.people.servers.count)]
    let slot = self.openConnection(peer, outbound: false, messages: 0, into: &events)
    let icid = self.connections[slot].icid
    self.emitAcceptance(icid, .negative, into: &events)
    if idle {
      self.schedule(.injectionIdles, slot, at: self.now.advanced(by: .seconds(300)))
      return
    }
    let bad = self.people.organisationCount + self.people.spamDomainCount
    let domain = self.people.domains[bad + self.drawIndex(self.people.badDomainCount)]
    let sender = EnvelopeAddress(
      localPart: self.people.localParts[self.drawIndex(self.people.localParts.count)],
      domain: domain)
    let rejection: SenderRejection =
      self.arrivals.chance(permille: 700) ? .domainDoesNotExist : .domainCouldNotBeResolved
    self.emit(.injection(.senderRejected(icid, sender, rejection)), &events)
    self.schedule(.injectionCloses, slot, at: self.afterCommand())
  }

  private mutating func acceptConnection(outbound: Bool, into events: inout [LogEvent]) {
    let drawn = self.tables.messagesPerConnection.draw(using: &self.arrivals) + 1
    let count = min(drawn, min(self.messagesLeft, self.roomForMessages))
    if self.messagesLeft != .max { self.messagesLeft -= count }
    self.messagesReserved += count

    let verdict = outbound ? SpamVerdict.negative : self.drawVerdict()
    let slot = self.openConnection(
      self.drawPeer(outbound: outbound, verdict: verdict), outbound: outbound, messages: count,
      into: &events)
    let icid = self.connections[slot].icid
    self.connections[slot].verdict = verdict
    self.connections[slot].endsLost = self.arrivals.chance(
      permille: self.settings.profile.lostPermille)
    if outbound {
      self.emit(
        .injection(
          .senderGroup(
            icid, .relay, group: self.people.words.relayList, match: self.people.words.relayMatch,
            score: .rfc1918)), &events)
    } else {
      self.emitAcceptance(icid, verdict, into: &events)
    }
    if self.arrivals.chance(permille: self.settings.profile.injectionTLSPermille) {
      self.emit(.injection(.tls(icid, .tls1, cipher: self.drawCipher())), &events)
    } else if self.arrivals.chance(permille: self.settings.profile.injectionTLSFailedPermille) {
      self.emit(.injection(.tlsFailed(icid)), &events)
    }
    self.schedule(.mailBegins, slot, at: self.afterCommand())
  }

  /// Takes a connection in and tells where it comes from.
  private mutating func openConnection(
    _ peer: Peer, outbound: Bool, messages: Int, into events: inout [LogEvent]
  ) -> UInt32 {
    let icid = ICID(self.identifiers.icid)
    self.identifiers.icid += 1
    self.counts.connections += 1
    let points = outbound ? self.people.privatePoints.count : self.people.publicPoints.count
    let index = points == 1 ? 0 : self.drawIndex(points)
    let point = outbound ? self.people.privatePoints[index] : self.people.publicPoints[index]
    self.emit(
      .injection(
        .newConnection(
          icid, interface: point.name, interfaceAddress: point.address, remote: peer.address,
          reverseDNS: peer.reverseDNS, verified: peer.verified)), &events)
    return self.connections.insert(
      InjectionConnection(
        icid: icid, remote: peer.address, left: UInt32(messages), domain: peer.domain,
        outbound: outbound, verdict: .negative, endsLost: false))
  }

  /// The sender group of a connection that is let in; spam tends to come with a lower score.
  private mutating func emitAcceptance(
    _ icid: ICID, _ verdict: SpamVerdict, into events: inout [LogEvent]
  ) {
    let ticket = self.arrivals.uniform(below: 1000)
    let suspicious = verdict == .positive || verdict == .suspect
    let body: LogEventBody
    if ticket < (suspicious ? 250 : 60) {
      let score: ReputationScore = ticket % 16 == 0 ? .unableToRetrieve : .none
      body = .injection(
        .senderGroup(
          icid, .accept, group: self.people.words.none, match: self.people.words.empty, score: score
        ))
    } else if ticket < (suspicious ? 600 : 80) {
      let score = ReputationScore.tenths(Int16(self.arrivals.uniform(in: -24 ... -6)))
      body = .injection(
        .senderGroup(
          icid, .accept, group: self.people.words.suspectList,
          match: self.people.words.suspectMatch,
          score: score))
    } else {
      let range = suspicious ? -4...20 : 5...60
      let score = ReputationScore.tenths(Int16(self.arrivals.uniform(in: range)))
      body = .injection(
        .senderGroup(
          icid, .accept, group: self.people.words.unknownList,
          match: self.people.words.unknownMatch,
          score: score))
    }
    self.emit(body, &events)
  }

  private mutating func drawVerdict() -> SpamVerdict {
    let ticket = Int(self.arrivals.uniform(below: 1000))
    if ticket < self.settings.profile.spamPermille { return .positive }
    if ticket < self.settings.profile.spamPermille + self.settings.profile.suspectPermille {
      return .suspect
    }
    return self.arrivals.chance(permille: self.settings.profile.marketingPermille)
      ? .marketing : .negative
  }

  private mutating func drawPeer(outbound: Bool, verdict: SpamVerdict) -> Peer {
    // The index first: a subscript whose index draws would hold the array meanwhile.
    if outbound {
      let index = self.drawIndex(self.people.clients.count)
      return self.people.clients[index]
    }
    if verdict == .positive || verdict == .suspect {
      let index = self.drawIndex(self.people.bots.count)
      return self.people.bots[index]
    }
    let index = self.drawIndex(self.people.servers.count)
    return self.people.servers[index]
  }

  /// The first cipher for half of the connections.
  private mutating func drawCipher() -> TextID {
    let index = self.drawIndex(self.people.ciphers.count * 2)
    return self.people.ciphers[index < self.people.ciphers.count ? index : 0]
  }

  @inline(__always)
  private mutating func drawIndex(_ count: Int) -> Int {
    Int(self.arrivals.uniform(below: UInt64(count)))
  }

  /// When the other side's next command comes.
  mutating func afterCommand() -> SimInstant {
    let delay = self.tables.commandMilliseconds.draw(using: &self.content)
    return self.now.advanced(by: .milliseconds(delay))
  }
}
