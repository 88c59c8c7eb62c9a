import Simulation

extension TCPConnection {
  /// Takes a segment of this connection.
  ///
  /// Source: RFC 9293 section 3.10.7; the order of the checks is that section's.
  mutating func segmentArrived(_ segment: Packet, now: Int64, _ output: inout TCPOutput) {
    switch self.state {
    case .closed:
      return
    case .synSent:
      self.arrivedInSynSent(segment, now: now, &output)
    case .synReceived, .established, .finWait1, .finWait2, .closeWait, .closing, .lastAck,
      .timeWait:
      self.keepAlive.heard(now: now)
      self.arrivedSynchronized(segment, now: now, &output)
    }
    guard self.state != .closed else { return }
    self.transmit(now: now, &output)
    self.acknowledgeIfOwed(&output)
    self.deliver(now: now, &output)
  }

  private mutating func arrivedInSynSent(
    _ segment: Packet, now: Int64, _ output: inout TCPOutput
  ) {
    let acknowledges = segment.flags.contains(.acknowledge)
    if acknowledges, segment.acknowledgement != self.send.highest {
      if let reset = Packet.reset(answering: segment) { output.segments.append(reset) }
      return
    }
    if segment.flags.contains(.reset) {
      guard acknowledges else { return }
      self.state = .closed
      output.events.append(.connectFailed(.refused))
      return
    }
    guard segment.flags.contains(.syn) else { return }
    self.keepAlive.heard(now: now)
    self.takeSyn(segment)
    guard acknowledges else {
      // Both ends opened at the same time.
      self.state = .synReceived
      self.sendSyn(now: now, &output)
      return
    }
    self.retransmission.measure(segment.acknowledgement, now: now)
    self.send.unacknowledged = segment.acknowledgement
    self.lingerDue = Self.off
    self.acknowledgement.owe()
    self.establish(segment, now: now)
    output.events.append(.connected)
  }

  private mutating func arrivedSynchronized(
    _ segment: Packet, now: Int64, _ output: inout TCPOutput
  ) {
    if self.state == .synReceived, segment.flags.contains(.syn),
      segment.sequence == self.receive.initial
    {
      if self.flow.listener == nil, segment.flags.contains(.acknowledge) {
        self.acknowledged(segment, now: now, &output)
      } else {
        self.sendSyn(now: now, &output)
      }
      return
    }
    if self.receive.takesWhole(segment) {
      self.arrivedInWindow(segment, now: now, &output)
    } else if let part = self.part(of: segment, now: now) {
      self.arrivedInWindow(part, now: now, &output)
    }
  }

  private mutating func arrivedInWindow(
    _ segment: Packet, now: Int64, _ output: inout TCPOutput
  ) {
    if segment.flags.contains(.reset) {
      self.resetArrived(segment, &output)
      return
    }
    if segment.flags.contains(.syn) {
      // RFC 9293 section 3.10.7.4: an ACK that a peer which knows nothing answers with a RST.
      self.acknowledgement.owe()
      return
    }
    guard segment.flags.contains(.acknowledge) else { return }
    guard self.acknowledged(segment, now: now, &output) else { return }
    if !segment.payload.isEmpty, self.notices.isClosedByOwner {
      self.lateDataArrived(segment, &output)
      return
    }
    self.textArrived(segment, now: now)
    self.finArrivedIfAny(segment, now: now)
  }

  /// What the window takes of a segment that it does not take as a whole.
  ///
  /// - Returns: `nil` when nothing of it is acceptable; an ACK is then owed, unless it is a RST.
  private mutating func part(of segment: Packet, now: Int64) -> Packet? {
    let window = max(0, self.receive.toldWindow)
    let start = segment.sequence.offset(from: self.receive.next)
    let length = segment.sequenceLength
    let overlaps = length > 0 && start < window && start + length > 0
    if !overlaps {
      if segment.flags.contains(.reset) { return start == 0 ? segment : nil }
      self.acknowledgement.owe()
      if self.state == .timeWait, segment.flags.contains(.fin) {
        self.lingerDue = now + self.profile.timeWait.nanoseconds
      }
      // A closed window takes no data, but the acknowledgement still counts (section 3.10.7.4).
      guard window == 0, start == 0 else { return nil }
      var bare = segment
      bare.payload = []
      bare.flags.remove(.fin)
      return bare
    }
    var cut = segment
    if self.receive.trim(&cut) { self.acknowledgement.owe() }
    return cut
  }

  private mutating func resetArrived(_ segment: Packet, _ output: inout TCPOutput) {
    if self.profile.resetRule == .exact, segment.sequence != self.receive.next {
      self.acknowledgement.owe()
      return
    }
    switch self.state {
    case .synReceived:
      if self.flow.listener == nil { output.events.append(.connectFailed(.refused)) }
    case .closing, .lastAck:
      // Both sides have closed: an end like the one that would have come.
      output.events.append(.closed)
    case .timeWait:
      self.notices.tellClosedIfOwed(&output)
    case .closed, .synSent, .established, .finWait1, .finWait2, .closeWait:
      output.events.append(.reset)
    }
    self.state = .closed
  }

  /// Data for an application that is gone are answered with a RST.
  private mutating func lateDataArrived(_ segment: Packet, _ output: inout TCPOutput) {
    let beyond = segment.sequence.offset(from: self.receive.next) + segment.payload.count
    guard beyond > 0 else { return }
    self.emit([.reset, .acknowledge], sequence: self.send.next, &output)
    self.state = .closed
    output.events.append(.reset)
  }

  /// Reads the peer's SYN: its sequence number and options.
  mutating func takeSyn(_ segment: Packet) {
    self.receive.begin(at: segment.sequence)
    let offered = Int(segment.options.maximumSegmentSize ?? 536)
    self.agreed.segmentSize = max(64, min(offered, Int(self.profile.offeredSegmentSize)))
    self.agreed.peerOffersSACK = segment.options.sackPermitted
    if let scale = segment.options.windowScale, let own = self.profile.offeredWindowScale {
      self.agreed.windowScaling = true
      self.send.scale = min(scale, 14)
      self.receive.scale = min(own, 14)
    }
    self.send.openWindow(of: segment, shift: 0)
  }

  /// The handshake is over: the buffer and the congestion window take their sizes.
  mutating func establish(_ segment: Packet, now: Int64) {
    self.state = self.send.finQueued ? .finWait1 : .established
    self.send.openWindow(of: segment, shift: segment.flags.contains(.syn) ? 0 : self.send.scale)
    let size = self.agreed.segmentSize
    if self.profile.roundsBufferToSegments { self.receive.roundCapacity(to: size) }
    self.congestion.begin(segments: self.profile.initialCongestionSegments, segmentSize: size)
    self.retransmission.stop()
    self.retransmission.endBackoff()
    if self.options.keepAlive { self.keepAlive.start(now: now, idle: self.keepAliveIdle) }
  }
}
