import Simulation

extension TCPConnection {
  /// Sends what the windows, the segment size and Nagle's algorithm allow; arms the timers.
  mutating func transmit(now: Int64, _ output: inout TCPOutput) {
    switch self.state {
    case .established, .closeWait, .finWait1, .closing, .lastAck: break
    case .closed, .synSent, .synReceived, .finWait2, .timeWait: return
    }
    guard !self.send.isOpening else { return }
    while self.transmitOne(now: now, &output) {}
    let nothingInFlight = self.send.inFlight == 0 || !self.retransmission.isOn
    let unsent = self.send.finSequence.offset(from: self.send.next)
    if nothingInFlight, unsent > 0, !self.persist.isOn {
      self.retransmission.waitingSince = now
      self.startPersist(now: now)
    }
  }

  mutating func startPersist(now: Int64) {
    self.persist.start(now: now, after: self.retransmission)
  }

  /// Sends one segment if one may go now.
  private mutating func transmitOne(now: Int64, _ output: inout TCPOutput) -> Bool {
    guard
      let piece = self.send.nextPiece(
        congestionWindow: self.congestion.window, segmentSize: self.agreed.segmentSize),
      self.mayGo(piece)
    else { return false }
    self.emit(piece, pushes: piece.length > 0 && piece.takesAll, &output)
    self.send.next = piece.end
    if self.send.highest.isBefore(piece.end) {
      if !piece.sequence.isBefore(self.send.highest) {
        self.retransmission.time(piece.sequence, now: now)
      }
      self.send.highest = piece.end
    }
    self.persist.reset()
    self.retransmission.sent(now: now)
    return true
  }

  /// The sender's half of the silly-window rules, with Nagle's algorithm.
  ///
  /// Source: RFC 9293 section 3.8.6.2.1 and 3.7.4.
  private func mayGo(_ piece: SendSequence.Piece) -> Bool {
    if piece.length == self.agreed.segmentSize || piece.fin { return true }
    if piece.takesAll, self.options.noDelay || self.send.inFlight == 0 { return true }
    if self.send.windowMax > 0, piece.length >= self.send.windowMax / 2 { return true }
    return self.send.next.isBefore(self.send.highest)
  }

  /// Sends the first segment that is not acknowledged once more, and moves nothing else.
  mutating func retransmitFirst(now: Int64, _ output: inout TCPOutput) {
    guard let piece = self.send.firstPiece(segmentSize: self.agreed.segmentSize) else { return }
    self.retransmission.untime()
    self.emit(piece, pushes: false, &output)
    self.retransmission.start(now: now)
  }

  /// Sends what a small window takes, or one byte beyond a closed one to learn whether it has
  /// opened.
  mutating func probeWindow(_ output: inout TCPOutput) {
    guard let piece = self.send.probe(segmentSize: self.agreed.segmentSize) else {
      self.emit(.acknowledge, sequence: self.send.unacknowledged &- 1, &output)
      return
    }
    self.emit(piece, pushes: false, &output)
    if self.send.highest.isBefore(piece.end) { self.send.highest = piece.end }
    self.send.next = self.send.unacknowledged
  }

  /// Sends the SYN or the SYN,ACK, first or again.
  mutating func sendSyn(now: Int64, _ output: inout TCPOutput) {
    var options = TCPOptions(maximumSegmentSize: self.profile.offeredSegmentSize)
    var flags: TCPFlags = .syn
    if self.state == .synReceived {
      flags.insert(.acknowledge)
      // Each option answers one of the SYN (RFC 7323 section 1.3, RFC 2018 section 2).
      options.windowScale = self.agreed.windowScaling ? self.profile.offeredWindowScale : nil
      options.sackPermitted = self.profile.offersSACK && self.agreed.peerOffersSACK
    } else {
      options.windowScale = self.profile.offeredWindowScale
      options.sackPermitted = self.profile.offersSACK
    }
    self.emit(flags, sequence: self.send.initial, options: options, &output)
    self.send.next = self.send.initial &+ 1
    self.send.highest = self.send.next
    self.retransmission.sentSyn(self.send.initial, now: now)
  }

  /// Sends the acknowledgement that is owed, if one is.
  mutating func acknowledgeIfOwed(_ output: inout TCPOutput) {
    guard self.acknowledgement.isOwed else { return }
    self.emit(.acknowledge, sequence: self.send.next, &output)
  }

  private mutating func emit(
    _ piece: SendSequence.Piece, pushes: Bool, _ output: inout TCPOutput
  ) {
    var flags: TCPFlags = .acknowledge
    if pushes { flags.insert(.push) }
    if piece.fin { flags.insert(.fin) }
    self.emit(flags, sequence: piece.sequence, payload: self.send.bytes(of: piece), &output)
  }

  /// Hands one segment out; every segment with ACK tells the window and pays what is owed.
  mutating func emit(
    _ flags: TCPFlags, sequence: UInt32, payload: [UInt8] = [], options: TCPOptions = .none,
    _ output: inout TCPOutput
  ) {
    let carriesAcknowledgement = flags.contains(.acknowledge)
    let window = self.receive.tellWindow(
      isSyn: flags.contains(.syn), segmentSize: self.agreed.segmentSize)
    output.segments.append(
      .segment(
        from: self.flow.local, to: self.flow.remote, flags: flags, sequence: sequence,
        acknowledgement: carriesAcknowledgement ? self.receive.next : 0, window: window,
        options: options, payload: payload))
    if carriesAcknowledgement { self.acknowledgement.paid() }
  }
}
