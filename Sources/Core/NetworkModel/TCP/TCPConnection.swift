import Simulation

/// What one call of a connection brought about, for its owner to carry out in order.
struct TCPOutput: Sendable {
  var segments: [Packet] = []
  var events: [SocketEvent] = []
}

/// One end of a TCP connection: a pure machine, stepped by segments, calls and time.
///
/// Sends through `TCPOutput` and keeps its timers as instants in nanoseconds, `Int64.max` when off.
///
/// Source: RFC 9293, 6298 and 5681. Left out: urgent data, SACK blocks, time stamps, ECN, the
/// restart of a congestion window after idling, and delayed window updates.
struct TCPConnection: Sendable {
  /// The states of RFC 9293 section 3.3.2; a listening port has none of its own.
  enum State: UInt8, Sendable, CaseIterable {
    /// Can transition to: nothing; the owner forgets the connection.
    case closed
    /// Can transition to: `established` (SYN,ACK), `synReceived` (SYN), `closed` (RST, time-out,
    /// close).
    case synSent
    /// Can transition to: `established` (ACK), `finWait1` (ACK after a close), `closed` (RST,
    /// time-out).
    case synReceived
    /// Can transition to: `finWait1` (close), `closeWait` (FIN), `closed` (RST, abort, time-out).
    case established
    /// Can transition to: `finWait2` (ACK of FIN), `closing` (FIN), `timeWait` (both), `closed`.
    case finWait1
    /// Can transition to: `timeWait` (FIN), `closed` (RST, time-out).
    case finWait2
    /// Can transition to: `lastAck` (close), `closed` (RST, abort, time-out).
    case closeWait
    /// Can transition to: `timeWait` (ACK of FIN), `closed` (RST, time-out).
    case closing
    /// Can transition to: `closed` (ACK of FIN, RST, time-out).
    case lastAck
    /// Can transition to: `closed` (time).
    case timeWait
  }

  /// Which connection it is, and who made it.
  struct Flow: Sendable {
    let socket: SocketID
    let local: Endpoint
    let remote: Endpoint
    /// The port that took the connection; `nil` when this end opened it.
    let listener: ListenerID?
  }

  /// What both ends agreed on in the handshake, and what else was heard in it.
  struct Agreement: Sendable {
    /// The most data that a segment of ours has, in bytes; the path may lower it.
    var segmentSize = 536
    /// Both SYNs offered a window scale.
    var windowScaling = false
    var peerOffersSACK = false
    /// What an ICMP message said meanwhile.
    var softError: ConnectFailure?
  }

  static let off = Int64.max

  let flow: Flow
  let profile: TCPStackProfile
  var options: SocketOptions
  var state = State.closed
  var agreed = Agreement()
  var send: SendSequence
  var congestion = CongestionControl()
  var retransmission: RetransmissionTimer
  var persist = PersistTimer()
  var receive: ReceiveSequence
  var acknowledgement = OwedAcknowledgement()
  var keepAlive = KeepAlive()
  var notices = OwnerNotices()
  /// The end of a connect, of TIME-WAIT, or of the wait for the peer's FIN.
  var lingerDue = Self.off
  /// When a paced application reads.
  var readDue = Self.off

  /// A connection's end that has sent nothing.
  init(flow: Flow, profile: TCPStackProfile, options: SocketOptions, initialSequence: UInt32) {
    self.flow = flow
    self.profile = profile
    self.options = options
    self.send = SendSequence(initial: initialSequence)
    self.retransmission = RetransmissionTimer(
      limits: RetransmissionTimer.Limits(
        first: profile.firstTimeout.nanoseconds, least: profile.timeoutMin.nanoseconds,
        most: profile.timeoutMax.nanoseconds))
    self.receive = ReceiveSequence(capacity: profile.receiveBufferBytes)
  }

  /// Whether the handshake is over and the connection is not.
  var isSynchronized: Bool {
    switch self.state {
    case .closed, .synSent, .synReceived: false
    case .established, .finWait1, .finWait2, .closeWait, .closing, .lastAck, .timeWait: true
    }
  }

  /// Whether TIME-WAIT ends for a new connection (RFC 9293 section 3.6.1).
  func givesWay(to segment: Packet) -> Bool {
    self.state == .timeWait && segment.flags.contains(.syn)
      && !segment.flags.contains(.acknowledge)
      && self.receive.next.isBefore(segment.sequence)
  }

  /// Lets the memory go, once the connection is over and nobody reads from it any more.
  mutating func forgetBytes() {
    self.send = SendSequence(initial: self.send.initial)
    self.receive = ReceiveSequence(capacity: self.receive.capacity)
  }

  // MARK: Calls of the owner

  /// Sends the SYN.
  mutating func open(now: Int64, _ output: inout TCPOutput) {
    self.state = .synSent
    self.lingerDue = now + self.profile.connectTimeout.nanoseconds
    self.sendSyn(now: now, &output)
  }

  /// Answers a SYN that a listening port took.
  mutating func accept(syn: Packet, now: Int64, _ output: inout TCPOutput) {
    self.state = .synReceived
    self.keepAlive.heard(now: now)
    self.takeSyn(syn)
    self.sendSyn(now: now, &output)
  }

  /// Takes as many of `bytes` as the buffer has room for.
  ///
  /// - Returns: how many; none once the sending direction is closed.
  mutating func write(_ bytes: ArraySlice<UInt8>, now: Int64, _ output: inout TCPOutput) -> Int {
    guard !self.send.finQueued, self.state != .closed else { return 0 }
    let taken = min(self.room, bytes.count)
    // A part is copied: as a slice it would keep all of what was given.
    self.send.append(taken == bytes.count ? bytes : Array(bytes.prefix(taken))[...])
    if taken < bytes.count { self.notices.waitsForRoom = true }
    self.transmit(now: now, &output)
    return taken
  }

  /// How many bytes the send buffer takes now.
  var room: Int { max(0, self.options.sendBufferBytes - self.send.buffer.count) }

  /// Closes the sending direction: FIN after the bytes that wait.
  mutating func shutdown(now: Int64, _ output: inout TCPOutput) {
    guard !self.send.finQueued else { return }
    switch self.state {
    case .synSent:
      self.state = .closed
      return
    case .synReceived: break  // The FIN follows the handshake.
    case .established: self.state = .finWait1
    case .closeWait: self.state = .lastAck
    case .closed, .finWait1, .finWait2, .closing, .lastAck, .timeWait: return
    }
    self.send.finQueued = true
    self.transmit(now: now, &output)
  }

  /// Closes both directions.
  mutating func close(now: Int64, _ output: inout TCPOutput) {
    guard !self.notices.isClosedByOwner else { return }
    self.notices.isClosedByOwner = true
    if self.receive.unread.count > 0, self.profile.resetsOnCloseWithUnreadBytes {
      self.abort(&output)
      return
    }
    self.shutdown(now: now, &output)
    if self.state == .finWait2 {
      self.lingerDue = now + self.profile.finWait.nanoseconds
    }
  }

  /// Ends the connection with a RST, where RFC 9293 section 3.10.5 sends one.
  mutating func abort(_ output: inout TCPOutput) {
    switch self.state {
    case .synReceived, .established, .finWait1, .finWait2, .closeWait:
      self.emit([.reset, .acknowledge], sequence: self.send.next, &output)
    case .closed, .synSent, .closing, .lastAck, .timeWait:
      break
    }
    self.state = .closed
  }

  /// Takes an ICMP message about a segment of this connection.
  mutating func unreachable(_ message: ICMPUnreachable, now: Int64, _ output: inout TCPOutput) {
    let sequence = message.quotedSequence
    guard !sequence.isBefore(self.send.unacknowledged), !self.send.highest.isBefore(sequence)
    else { return }
    if message.code == .fragmentationNeeded {
      self.pathTakes(Int(message.nextHopMTU) - 40, now: now, &output)
      return
    }
    guard self.state == .synSent else { return }
    let failure: ConnectFailure
    switch message.code {
    case .network: failure = .networkUnreachable
    case .port: failure = .portUnreachable
    case .host, .administrativelyProhibited, .fragmentationNeeded: failure = .hostUnreachable
    }
    if self.profile.unreachableFailsConnect {
      self.state = .closed
      output.events.append(.connectFailed(failure))
    } else {
      self.agreed.softError = failure
    }
  }

  /// Lowers the segment size to what the path takes (RFC 1191) and sends again.
  private mutating func pathTakes(_ size: Int, now: Int64, _ output: inout TCPOutput) {
    guard self.isSynchronized, size >= 64, size < self.agreed.segmentSize else { return }
    self.agreed.segmentSize = size
    self.send.next = self.send.unacknowledged
    self.retransmission.untime()
    self.transmit(now: now, &output)
  }
}
