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

  static let off = Int64.max

  let socket: SocketID
  let local: Endpoint
  let remote: Endpoint
  let profile: TCPStackProfile
  /// The port that took the connection; `nil` when this end opened it.
  let listener: ListenerID?
  var options: SocketOptions
  var state = State.closed

  // Sending. `sendNext` falls back to `unacknowledged` when the time-out fires; `sendMax` never
  // does.
  let initialSequence: UInt32
  var unacknowledged: UInt32
  var sendNext: UInt32
  var sendMax: UInt32
  var sendWindow = 0
  var sendWindowMax = 0
  var windowSequence: UInt32 = 0
  var windowAcknowledgement: UInt32 = 0
  var sendScale: UInt8 = 0
  /// Both SYNs offered a window scale.
  var windowScaling = false
  var peerOffersSACK = false
  var segmentSize = 536
  /// The bytes from `bufferSequence` on.
  var sendBuffer = ByteQueue()
  var bufferSequence: UInt32
  var acknowledgedBytes: UInt64 = 0
  /// Our FIN follows the last byte of the buffer.
  var finQueued = false
  /// A send took less than was given, and the owner waits for room.
  var senderWaits = false
  /// The owner closed both directions.
  var ownerClosed = false

  // Congestion.
  var congestionWindow = 0
  var slowStartThreshold = 1 << 30
  var duplicateAcknowledgements = 0
  var recovering = false
  var recoverySequence: UInt32 = 0

  // Round trips.
  var smoothedRoundTrip: Int64 = 0
  var roundTripVariation: Int64 = 0
  var timeout: Int64
  var backoffs = 0
  var timedSequence: UInt32 = 0
  /// When the timed segment left; `off` when none is timed.
  var timedSince = Self.off
  /// When the oldest data not acknowledged began to wait without any progress.
  var waitingSince: Int64 = 0

  // Receiving.
  var receiveNext: UInt32 = 0
  var receiveScale: UInt8 = 0
  var receiveBuffer: Int
  /// The right edge of the last window told.
  var receiveEdge: UInt32 = 0
  var remoteInitialSequence: UInt32 = 0
  /// Segments that are in order and not read, and how much of the first is read.
  var unread: [[UInt8]] = []
  var unreadOffset = 0
  var unreadBytes = 0
  /// Segments that came too early, in order of their sequence numbers.
  var early: [EarlySegment] = []
  /// The peer's FIN has its place in the stream.
  var finReceived = false
  /// The FIN came early, and the stream has come to it now.
  var earlyFin = false
  var peerClosedTold = false
  /// Both directions are closed, and the owner does not know yet.
  var closedOwed = false
  var readableTold = false
  var acknowledgementOwed = false
  var acknowledgementDelayed = false

  // Timers.
  var retransmitDue = Self.off
  var persistDue = Self.off
  var delayedAcknowledgementDue = Self.off
  var keepAliveDue = Self.off
  /// The end of a connect, of TIME-WAIT, or of the wait for the peer's FIN.
  var lingerDue = Self.off
  var readDue = Self.off
  var keepAliveProbes = 0
  var persistBackoffs = 0
  var lastHeard: Int64 = 0
  /// What an ICMP message said during the connect.
  var softError: ConnectFailure?

  /// When the heap will next wake the connection; kept by the owner.
  var scheduledAt = Self.off

  /// A connection's end that has sent nothing.
  init(
    socket: SocketID, local: Endpoint, remote: Endpoint, profile: TCPStackProfile,
    options: SocketOptions, listener: ListenerID?, initialSequence: UInt32
  ) {
    self.socket = socket
    self.local = local
    self.remote = remote
    self.profile = profile
    self.options = options
    self.listener = listener
    self.initialSequence = initialSequence
    self.unacknowledged = initialSequence
    self.sendNext = initialSequence
    self.sendMax = initialSequence
    self.bufferSequence = initialSequence &+ 1
    self.timeout = profile.firstTimeout.nanoseconds
    self.receiveBuffer = profile.receiveBufferBytes
  }

  /// Whether the handshake is over and the connection is not.
  var isSynchronized: Bool {
    switch self.state {
    case .closed, .synSent, .synReceived: false
    default: true
    }
  }

  /// The sequence number of our FIN, once it is queued.
  var finSequence: UInt32 { self.bufferSequence &+ UInt32(self.sendBuffer.count) }

  /// Whether our FIN is acknowledged.
  var isFinAcknowledged: Bool {
    self.finQueued && self.unacknowledged == self.finSequence &+ 1
  }

  /// Whether TIME-WAIT ends for a new connection (RFC 9293 section 3.6.1).
  func givesWay(to segment: Packet) -> Bool {
    self.state == .timeWait && segment.flags.contains(.syn)
      && !segment.flags.contains(.acknowledge) && self.receiveNext.isBefore(segment.sequence)
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
    self.lastHeard = now
    self.takeSyn(syn)
    self.sendSyn(now: now, &output)
  }

  /// Takes as many of `bytes` as the buffer has room for.
  ///
  /// - Returns: how many; none once the sending direction is closed.
  mutating func send(_ bytes: ArraySlice<UInt8>, now: Int64, _ output: inout TCPOutput) -> Int {
    guard !self.finQueued, self.state != .closed else { return 0 }
    let room = max(0, self.options.sendBufferBytes - self.sendBuffer.count)
    let taken = min(room, bytes.count)
    self.sendBuffer.append(bytes.prefix(taken))
    if taken < bytes.count { self.senderWaits = true }
    self.transmit(now: now, &output)
    return taken
  }

  /// Closes the sending direction: FIN after the bytes that wait.
  mutating func shutdown(now: Int64, _ output: inout TCPOutput) {
    guard !self.finQueued else { return }
    switch self.state {
    case .synSent:
      self.state = .closed
      return
    case .synReceived: break  // The FIN follows the handshake.
    case .established: self.state = .finWait1
    case .closeWait: self.state = .lastAck
    default: return
    }
    self.finQueued = true
    self.transmit(now: now, &output)
  }

  /// Closes both directions.
  mutating func close(now: Int64, _ output: inout TCPOutput) {
    guard !self.ownerClosed else { return }
    self.ownerClosed = true
    if self.unreadBytes > 0, self.profile.resetsOnCloseWithUnreadBytes {
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
      self.emit([.reset, .acknowledge], sequence: self.sendNext, &output)
    case .closed, .synSent, .closing, .lastAck, .timeWait:
      break
    }
    self.state = .closed
  }

  /// Takes an ICMP message about a segment of this connection.
  mutating func unreachable(_ message: ICMPUnreachable, now: Int64, _ output: inout TCPOutput) {
    let sequence = message.quotedSequence
    guard !sequence.isBefore(self.unacknowledged), !self.sendMax.isBefore(sequence) else { return }
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
      self.softError = failure
    }
  }

  /// Lowers the segment size to what the path takes (RFC 1191) and sends again.
  private mutating func pathTakes(_ size: Int, now: Int64, _ output: inout TCPOutput) {
    guard self.isSynchronized, size >= 64, size < self.segmentSize else { return }
    self.segmentSize = size
    self.sendNext = self.unacknowledged
    self.timedSince = Self.off
    self.transmit(now: now, &output)
  }
}
