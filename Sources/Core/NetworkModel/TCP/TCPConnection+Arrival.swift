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
    default:
      self.lastHeard = now
      self.keepAliveProbes = 0
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
    if acknowledges, segment.acknowledgement != self.sendMax {
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
    self.lastHeard = now
    self.takeSyn(segment)
    guard acknowledges else {
      // Both ends opened at the same time.
      self.state = .synReceived
      self.sendSyn(now: now, &output)
      return
    }
    self.takeRoundTrip(segment.acknowledgement, now: now)
    self.unacknowledged = segment.acknowledgement
    self.lingerDue = Self.off
    self.acknowledgementOwed = true
    self.establish(segment, now: now)
    output.events.append(.connected)
  }

  private mutating func arrivedSynchronized(
    _ segment: Packet, now: Int64, _ output: inout TCPOutput
  ) {
    if self.state == .synReceived, segment.flags.contains(.syn),
      segment.sequence == self.remoteInitialSequence
    {
      if self.listener == nil, segment.flags.contains(.acknowledge) {
        self.acknowledged(segment, now: now, &output)
      } else {
        self.sendSyn(now: now, &output)
      }
      return
    }
    guard let segment = self.fitted(segment, now: now) else { return }
    if segment.flags.contains(.reset) {
      self.resetArrived(segment, &output)
      return
    }
    if segment.flags.contains(.syn) {
      // RFC 9293 section 3.10.7.4: an ACK that a peer which knows nothing answers with a RST.
      self.acknowledgementOwed = true
      return
    }
    guard segment.flags.contains(.acknowledge) else { return }
    guard self.acknowledged(segment, now: now, &output) else { return }
    if !segment.payload.isEmpty, self.ownerClosed {
      self.lateDataArrived(segment, &output)
      return
    }
    self.textArrived(segment, now: now)
    self.finArrivedIfAny(segment, now: now, &output)
  }

  /// The part of the segment that the window takes.
  ///
  /// - Returns: `nil` when nothing of it is acceptable; an ACK is then owed, unless it is a RST.
  private mutating func fitted(_ segment: Packet, now: Int64) -> Packet? {
    let window = max(0, self.receiveEdge.offset(from: self.receiveNext))
    let start = segment.sequence.offset(from: self.receiveNext)
    let length = segment.sequenceLength
    if length == 0, start == 0 || (start > 0 && start < window) { return segment }
    if length > 0, start >= 0, start + length <= window { return segment }
    // A bare FIN needs no room.
    if length == 1, start == 0, segment.flags.contains(.fin) { return segment }
    let overlaps = length > 0 && start < window && start + length > 0
    if !overlaps {
      if segment.flags.contains(.reset) { return start == 0 ? segment : nil }
      self.acknowledgementOwed = true
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
    return self.trimmed(segment, start: start, window: window)
  }

  /// Cuts off what lies before and beyond the window.
  private mutating func trimmed(_ segment: Packet, start: Int, window: Int) -> Packet {
    var cut = segment
    if start < 0 {
      self.acknowledgementOwed = true
      let front = min(-start, cut.payload.count)
      cut.flags.remove(.syn)
      cut.payload.removeFirst(front)
      cut.sequence = self.receiveNext
    }
    let end = cut.sequence.offset(from: self.receiveNext) + cut.sequenceLength
    if end > window {
      cut.flags.remove(.fin)
      let room = window - cut.sequence.offset(from: self.receiveNext)
      if cut.payload.count > room { cut.payload.removeLast(cut.payload.count - room) }
      self.acknowledgementOwed = true
    }
    return cut
  }

  private mutating func resetArrived(_ segment: Packet, _ output: inout TCPOutput) {
    if self.profile.resetRule == .exact, segment.sequence != self.receiveNext {
      self.acknowledgementOwed = true
      return
    }
    switch self.state {
    case .synReceived:
      if self.listener == nil { output.events.append(.connectFailed(.refused)) }
    case .closing, .lastAck:
      // Both sides have closed: an end like the one that would have come.
      output.events.append(.closed)
    case .timeWait:
      self.tellOwedEnd(&output)
    default:
      output.events.append(.reset)
    }
    self.state = .closed
  }

  /// Data for an application that is gone are answered with a RST.
  private mutating func lateDataArrived(_ segment: Packet, _ output: inout TCPOutput) {
    let beyond = segment.sequence.offset(from: self.receiveNext) + segment.payload.count
    guard beyond > 0 else { return }
    self.emit([.reset, .acknowledge], sequence: self.sendNext, &output)
    self.state = .closed
    output.events.append(.reset)
  }

  /// Reads the peer's SYN: its sequence number and options.
  mutating func takeSyn(_ segment: Packet) {
    self.remoteInitialSequence = segment.sequence
    self.receiveNext = segment.sequence &+ 1
    self.receiveEdge = self.receiveNext &+ UInt32(min(self.receiveBuffer, 65_535))
    let offered = Int(segment.options.maximumSegmentSize ?? 536)
    self.segmentSize = max(64, min(offered, Int(self.profile.offeredSegmentSize)))
    self.peerOffersSACK = segment.options.sackPermitted
    if let scale = segment.options.windowScale, let own = self.profile.offeredWindowScale {
      self.windowScaling = true
      self.sendScale = min(scale, 14)
      self.receiveScale = min(own, 14)
    }
    self.sendWindow = Int(segment.window)
    self.sendWindowMax = self.sendWindow
    self.windowSequence = segment.sequence
    self.windowAcknowledgement = segment.acknowledgement
  }

  /// The handshake is over: the buffer and the congestion window take their sizes.
  mutating func establish(_ segment: Packet, now: Int64) {
    self.state = self.finQueued ? .finWait1 : .established
    let shift = segment.flags.contains(.syn) ? 0 : Int(self.sendScale)
    self.sendWindow = Int(segment.window) << shift
    self.sendWindowMax = max(self.sendWindowMax, self.sendWindow)
    self.windowSequence = segment.sequence
    self.windowAcknowledgement = segment.acknowledgement
    if self.profile.roundsBufferToSegments {
      let size = self.segmentSize
      self.receiveBuffer = (self.receiveBuffer + size - 1) / size * size
    }
    self.congestionWindow = self.profile.initialCongestionSegments * self.segmentSize
    self.retransmitDue = Self.off
    if self.backoffs > 0 { self.timeout = self.estimatedTimeout }
    self.backoffs = 0
    if self.options.keepAlive {
      self.keepAliveDue = now + self.keepAliveIdle
    }
  }
}
