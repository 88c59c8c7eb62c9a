import Simulation

extension TCPConnection {
  /// Sends what the windows, the segment size and Nagle's algorithm allow; arms the timers.
  mutating func transmit(now: Int64, _ output: inout TCPOutput) {
    switch self.state {
    case .established, .closeWait, .finWait1, .closing, .lastAck: break
    case .closed, .synSent, .synReceived, .finWait2, .timeWait: return
    }
    guard self.unacknowledged != self.initialSequence else { return }
    while self.transmitOne(now: now, &output) {}
    let nothingInFlight = self.sendMax == self.unacknowledged || self.retransmitDue == Self.off
    let unsent = self.finSequence.offset(from: self.sendNext)
    if nothingInFlight, unsent > 0, self.persistDue == Self.off {
      self.waitingSince = now
      self.persistDue = now + self.persistInterval
    }
  }

  /// Sends one segment if one may go now.
  private mutating func transmitOne(now: Int64, _ output: inout TCPOutput) -> Bool {
    let offset = self.sendNext.offset(from: self.bufferSequence)
    let available = self.sendBuffer.count - offset
    guard available >= 0 else { return false }
    let window = min(self.sendWindow, self.congestionWindow)
    let usable = window - self.sendNext.offset(from: self.unacknowledged)
    let length = max(0, min(available, usable, self.segmentSize))
    let takesAll = length == available
    let fin = self.finQueued && takesAll
    guard length > 0 || fin else { return false }
    if !self.mayGo(length, takesAll: takesAll, fin: fin) { return false }
    self.sendData(length, offset: offset, takesAll: takesAll, fin: fin, now: now, &output)
    return true
  }

  /// The sender's half of the silly-window rules, with Nagle's algorithm.
  ///
  /// Source: RFC 9293 section 3.8.6.2.1 and 3.7.4.
  private func mayGo(_ length: Int, takesAll: Bool, fin: Bool) -> Bool {
    if length == self.segmentSize || fin { return true }
    if takesAll, self.options.noDelay || self.sendMax == self.unacknowledged { return true }
    if self.sendWindowMax > 0, length >= self.sendWindowMax / 2 { return true }
    return self.sendNext.isBefore(self.sendMax)
  }

  private mutating func sendData(
    _ length: Int, offset: Int, takesAll: Bool, fin: Bool, now: Int64, _ output: inout TCPOutput
  ) {
    var flags: TCPFlags = .acknowledge
    if length > 0, takesAll { flags.insert(.push) }
    if fin { flags.insert(.fin) }
    let sequence = self.sendNext
    let payload = length > 0 ? self.sendBuffer.copy(from: offset, count: length) : []
    self.emit(flags, sequence: sequence, payload: payload, &output)
    self.sendNext = sequence &+ UInt32(length + (fin ? 1 : 0))
    if self.sendMax.isBefore(self.sendNext) {
      if self.timedSince == Self.off, !sequence.isBefore(self.sendMax) {
        self.timedSince = now
        self.timedSequence = sequence
      }
      self.sendMax = self.sendNext
    }
    self.persistDue = Self.off
    self.persistBackoffs = 0
    if self.retransmitDue == Self.off {
      self.retransmitDue = now + self.timeout
      self.waitingSince = now
    }
  }

  /// Sends the first segment that is not acknowledged once more, and moves nothing else.
  mutating func retransmitFirst(now: Int64, _ output: inout TCPOutput) {
    let offset = self.unacknowledged.offset(from: self.bufferSequence)
    let inFlight = self.sendMax.offset(from: self.unacknowledged)
    let length = max(0, min(self.sendBuffer.count - offset, inFlight, self.segmentSize))
    let fin = self.finQueued && offset + length == self.sendBuffer.count && inFlight > length
    guard offset >= 0, length > 0 || fin else { return }
    self.timedSince = Self.off
    var flags: TCPFlags = .acknowledge
    if fin { flags.insert(.fin) }
    let payload = self.sendBuffer.copy(from: offset, count: length)
    self.emit(flags, sequence: self.unacknowledged, payload: payload, &output)
    self.retransmitDue = now + self.timeout
  }

  /// Sends what a small window takes, or one byte beyond a closed one to learn whether it has
  /// opened.
  mutating func probeWindow(now: Int64, _ output: inout TCPOutput) {
    let offset = self.unacknowledged.offset(from: self.bufferSequence)
    guard offset >= 0, offset < self.sendBuffer.count else {
      self.emit(.acknowledge, sequence: self.unacknowledged &- 1, &output)
      return
    }
    let room = min(self.sendWindow, self.sendBuffer.count - offset, self.segmentSize)
    let payload = self.sendBuffer.copy(from: offset, count: max(1, room))
    self.emit(.acknowledge, sequence: self.unacknowledged, payload: payload, &output)
    let end = self.unacknowledged &+ UInt32(payload.count)
    if self.sendMax.isBefore(end) { self.sendMax = end }
    self.sendNext = self.unacknowledged
  }

  /// Sends the SYN or the SYN,ACK, first or again.
  mutating func sendSyn(now: Int64, _ output: inout TCPOutput) {
    var options = TCPOptions(maximumSegmentSize: self.profile.offeredSegmentSize)
    var flags: TCPFlags = .syn
    if self.state == .synReceived {
      flags.insert(.acknowledge)
      // Each option answers one of the SYN (RFC 7323 section 1.3, RFC 2018 section 2).
      options.windowScale = self.windowScaling ? self.profile.offeredWindowScale : nil
      options.sackPermitted = self.profile.offersSACK && self.peerOffersSACK
    } else {
      options.windowScale = self.profile.offeredWindowScale
      options.sackPermitted = self.profile.offersSACK
    }
    self.emit(flags, sequence: self.initialSequence, options: options, &output)
    self.sendNext = self.initialSequence &+ 1
    self.sendMax = self.sendNext
    if self.backoffs == 0 {
      self.timedSince = now
      self.timedSequence = self.initialSequence
      self.waitingSince = now
    } else {
      self.timedSince = Self.off
    }
    self.retransmitDue = now + self.timeout
  }

  /// Sends the acknowledgement that is owed, if one is.
  mutating func acknowledgeIfOwed(_ output: inout TCPOutput) {
    guard self.acknowledgementOwed else { return }
    self.emit(.acknowledge, sequence: self.sendNext, &output)
  }

  /// Hands one segment out; every segment with ACK tells the window and pays what is owed.
  mutating func emit(
    _ flags: TCPFlags, sequence: UInt32, payload: [UInt8] = [], options: TCPOptions = .none,
    _ output: inout TCPOutput
  ) {
    let carriesAcknowledgement = flags.contains(.acknowledge)
    let window = self.windowField(isSyn: flags.contains(.syn))
    output.segments.append(
      .segment(
        from: self.local, to: self.remote, flags: flags, sequence: sequence,
        acknowledgement: carriesAcknowledgement ? self.receiveNext : 0, window: window,
        options: options, payload: payload))
    if carriesAcknowledgement {
      self.acknowledgementOwed = false
      self.acknowledgementDelayed = false
      self.delayedAcknowledgementDue = Self.off
    }
  }

  /// The window to tell, which never takes back what was told (RFC 9293 section 3.8.6.2.2).
  ///
  /// A scaled window is rounded down; what an earlier one let in is still taken (RFC 7323
  /// section 2.4).
  private mutating func windowField(isSyn: Bool) -> UInt16 {
    let scale = isSyn ? 0 : self.receiveScale
    let window = min(self.receiveWindow, 65_535 << Int(scale))
    let field = window >> Int(scale)
    let edge = self.receiveNext &+ UInt32(field << Int(scale))
    if self.receiveEdge.isBefore(edge) { self.receiveEdge = edge }
    return UInt16(field)
  }

  /// How many bytes from `receiveNext` on the peer may send, were it told now.
  var receiveWindow: Int {
    let free = max(0, self.receiveBuffer - self.unreadBytes)
    let offered = free < self.receiveBuffer / 4 && free < self.segmentSize ? 0 : free
    return max(offered, self.receiveEdge.offset(from: self.receiveNext))
  }
}
