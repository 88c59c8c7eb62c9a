import Simulation

extension TCPConnection {
  /// Takes the acknowledgement and the window of a segment.
  ///
  /// - Returns: false when the rest of the segment must not be looked at.
  @discardableResult
  mutating func acknowledged(_ segment: Packet, now: Int64, _ output: inout TCPOutput) -> Bool {
    let number = segment.acknowledgement
    if self.send.isOpening { return self.handshakeEnded(segment, now: now, &output) }
    if self.send.highest.isBefore(number) {
      self.acknowledgement.owe()
      return false
    }
    if self.send.unacknowledged.isBefore(number) {
      self.progressed(to: number, now: now, &output)
    } else if number == self.send.unacknowledged {
      self.repeated(segment, now: now, &output)
    }
    if self.send.takeWindow(of: segment), self.send.window > 0 { self.persist.reset() }
    return self.advanceStateIfFinAcknowledged(now: now, &output)
  }

  /// - Returns: false when the segment acknowledges something else than our SYN.
  private mutating func handshakeEnded(
    _ segment: Packet, now: Int64, _ output: inout TCPOutput
  ) -> Bool {
    let number = segment.acknowledgement
    guard number == self.send.initial &+ 1 else {
      if let reset = Packet.reset(answering: segment) { output.segments.append(reset) }
      return false
    }
    self.retransmission.measure(number, now: now)
    self.send.unacknowledged = number
    self.lingerDue = Self.off
    self.establish(segment, now: now)
    if let listener = self.flow.listener {
      output.events.append(.accepted(by: listener, from: self.flow.remote))
    } else {
      output.events.append(.connected)
    }
    return true
  }

  private mutating func progressed(to number: UInt32, now: Int64, _ output: inout TCPOutput) {
    self.retransmission.measure(number, now: now)
    let bytes = self.send.acknowledge(to: number)
    if bytes > 0 {
      self.notices.tellAcknowledged(
        bytes, room: self.room, capacity: self.options.sendBufferBytes,
        takesMore: !self.send.finQueued, &output)
    }
    let sendsAgain = self.congestion.acknowledged(
      bytes, to: number, segmentSize: self.agreed.segmentSize)
    if sendsAgain { self.retransmitFirst(now: now, &output) }
    self.retransmission.endBackoff()
    self.retransmission.waitingSince = now
    if number == self.send.highest {
      self.retransmission.stop()
    } else {
      self.retransmission.start(now: now)
    }
  }

  /// Counts acknowledgements that bring nothing (RFC 5681 section 2).
  private mutating func repeated(_ segment: Packet, now: Int64, _ output: inout TCPOutput) {
    let window = Int(segment.window) << Int(self.send.scale)
    guard segment.sequenceLength == 0, window == self.send.window, self.retransmission.isOn,
      self.send.inFlight != 0
    else { return }
    let sendsAgain = self.congestion.repeated(
      inFlight: self.send.inFlight, highest: self.send.highest,
      segmentSize: self.agreed.segmentSize)
    if sendsAgain { self.retransmitFirst(now: now, &output) }
  }

  /// - Returns: false when the connection is over.
  private mutating func advanceStateIfFinAcknowledged(
    now: Int64, _ output: inout TCPOutput
  ) -> Bool {
    guard self.send.isFinAcknowledged else { return true }
    switch self.state {
    case .finWait1:
      self.state = .finWait2
      if self.notices.isClosedByOwner { self.lingerDue = now + self.profile.finWait.nanoseconds }
    case .closing:
      self.enterTimeWait(now: now)
    case .lastAck:
      self.state = .closed
      output.events.append(.closed)
      return false
    case .closed, .synSent, .synReceived, .established, .finWait2, .closeWait, .timeWait:
      break
    }
    return true
  }

  /// Both directions are closed; late segments are still answered for a while.
  mutating func enterTimeWait(now: Int64) {
    self.state = .timeWait
    self.retransmission.stop()
    self.persist.stop()
    self.keepAlive.stop()
    self.lingerDue = now + self.profile.timeWait.nanoseconds
    self.notices.oweClosed()
  }
}
