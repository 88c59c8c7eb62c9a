import Simulation

@testable import NetworkModel

/// Sees each call of each end of each connection and compares it with RFC 9293.
final class TCPChecker: TCPStepObserver, @unchecked Sendable {
  struct Flow: Hashable {
    let local: Endpoint
    let remote: Endpoint
  }

  /// One end, as the checker knows it.
  struct End {
    let flow: Flow
    let initialSequence: UInt32
    /// The peer's, once its SYN has come.
    var remoteSequence: UInt32 = 0
    let opened: Int64
    /// What the owner gave to send, all of it.
    var stream: [UInt8] = []
    /// How many bytes of the peer's stream the owner has been told.
    var delivered = 0
    /// How many bytes of the peer's stream the stack took.
    var taken = 0
    var acknowledged: UInt64 = 0
    var isConnected = false
    var isOver = false
    /// Why it ended, for those who watch the owner.
    var ending = ""
  }

  let record: SwarmRecord
  private(set) var ends: [UInt64: End] = [:]
  /// Each connection that somebody called for, in order.
  private(set) var calls: [(key: UInt64, remote: Endpoint)] = []
  private var keys: [Place: UInt64] = [:]

  private struct Place: Hashable {
    let flow: Flow
    let initialSequence: UInt32
  }

  private let name: String
  private var lastCall: Int64 = 0
  private var callsAtInstant = 0

  init(record: SwarmRecord, name: String) {
    self.record = record
    self.name = name
  }

  func stepped(
    _ connection: borrowing TCPConnection, from before: TCPNumbers, arriving: Packet?,
    _ output: TCPOutput, now: Int64
  ) {
    self.record.now = SimInstant(nanoseconds: now)
    self.callsAtInstant = now == self.lastCall ? self.callsAtInstant + 1 : 0
    self.lastCall = now
    // A loop within one instant never comes back to be reported.
    precondition(
      self.callsAtInstant < 100_000, "\(self.name): time stands still in \(connection.state)")
    let key = connection.flow.socket.number
    if before.state == .closed { self.begin(connection, now: now) }
    let after = TCPNumbers(connection)
    self.ends[key]?.remoteSequence = connection.receive.initial
    self.checkState(before, after, arriving, now: now)
    self.checkSequence(connection, before, after)
    self.takeStream(connection, before, after)
    self.checkBuffers(connection, after, now: now)
    if let arriving { self.checkReset(before, after, arriving, connection.flow.listener != nil) }
    for segment in output.segments { self.checkSegment(segment, connection, before, after) }
    for event in output.events { self.checkEvent(event, connection, before, now: now) }
    if after.state == .closed { self.ends[key]?.isOver = true }
  }

  private func begin(_ connection: borrowing TCPConnection, now: Int64) {
    let flow = Flow(local: connection.flow.local, remote: connection.flow.remote)
    let key = connection.flow.socket.number
    self.record.require(self.ends[key] == nil, .idsGrow, "socket \(key) again")
    self.ends[key] = End(
      flow: flow, initialSequence: connection.send.initial, opened: now)
    self.keys[Place(flow: flow, initialSequence: connection.send.initial)] = key
    if connection.flow.listener == nil { self.calls.append((key, connection.flow.remote)) }
  }

  private func checkState(
    _ before: TCPNumbers, _ after: TCPNumbers, _ arriving: Packet?, now: Int64
  ) {
    self.record.saw(.tcpState, "\(after.state)")
    guard before.state != after.state else { return }
    let by =
      arriving.map { $0.flags.contains(.reset) ? "RST" : "segment" }
      ?? (before.firstTimer <= now ? "time" : "call")
    self.record.saw(.tcpExit, "\(before.state) > \(after.state) by \(by)")
    self.record.require(
      TransitionTables.allowsTCP(from: before.state, to: after.state), .tcpLegal,
      "\(before.state) > \(after.state) by \(by)")
  }

  private func checkSequence(
    _ connection: borrowing TCPConnection, _ before: TCPNumbers, _ after: TCPNumbers
  ) {
    func numbers() -> String {
      "\(after.state): UNA \(after.unacknowledged) NXT \(after.sendNext) MAX \(after.sendMax),"
        + " before \(before.unacknowledged) \(before.sendNext) \(before.sendMax)"
    }
    let isOrdered =
      !after.sendNext.isBefore(after.unacknowledged) && !after.sendMax.isBefore(after.sendNext)
      && !after.unacknowledged.isBefore(before.unacknowledged)
      && !after.sendMax.isBefore(before.sendMax)
    self.record.require(isOrdered, .tcpSequence, numbers())
    let inFlight = after.sendMax.offset(from: after.unacknowledged)
    self.record.require(
      inFlight <= max(connection.send.windowMax, 1) + 1, .tcpWindow,
      "\(inFlight) in flight, largest window \(connection.send.windowMax)")
    self.record.require(
      !after.streamEnd.isBefore(before.streamEnd), .tcpSequence, "the stream got shorter")
    guard before.state != .closed, before.state != .synSent else { return }
    self.record.require(
      !after.receiveNext.isBefore(before.receiveNext)
        && !after.receiveEdge.isBefore(before.receiveEdge), .tcpSequence,
      "RCV.NXT \(before.receiveNext) to \(after.receiveNext),"
        + " edge \(before.receiveEdge) to \(after.receiveEdge)")
    self.record.require(
      !before.finReceived || after.receiveNext == before.receiveNext, .tcpStream,
      "bytes behind the peer's FIN")
    let taken = after.receiveNext.offset(from: before.receiveNext)
    let isFin = after.finReceived && !before.finReceived
    self.record.require(
      taken - (isFin ? 1 : 0) <= max(0, before.receiveEdge.offset(from: before.receiveNext)),
      .tcpWindow, "\(taken) bytes taken beyond the window told")
    let key = connection.flow.socket.number
    self.ends[key]?.taken += taken - (isFin ? 1 : 0)
  }

  /// Keeps what the owner gave: the buffer's new bytes.
  private func takeStream(
    _ connection: borrowing TCPConnection, _ before: TCPNumbers, _ after: TCPNumbers
  ) {
    let growth = after.streamEnd.offset(from: before.streamEnd)
    guard growth > 0 else { return }
    self.record.require(!before.finQueued, .tcpStream, "\(growth) bytes given behind our FIN")
    let count = connection.send.buffer.count
    self.record.require(growth <= count, .tcpBuffers, "\(growth) given, \(count) in the buffer")
    guard growth <= count else { return }
    self.ends[connection.flow.socket.number]?.stream += connection.send.buffer.copy(
      from: count - growth, count: growth)
  }

  private func checkBuffers(
    _ connection: borrowing TCPConnection, _ after: TCPNumbers, now: Int64
  ) {
    let unread = connection.receive.unread.counted
    self.record.require(
      unread == connection.receive.unread.count && unread <= connection.receive.capacity
        && connection.send.buffer.count <= connection.options.sendBufferBytes, .tcpBuffers,
      "unread \(unread) of \(connection.receive.capacity), told \(connection.receive.unread.count),"
        + " to send \(connection.send.buffer.count) of \(connection.options.sendBufferBytes)")
    let early = connection.receive.early
    self.record.require(
      early.isEmpty
        || early.count <= ReceiveSequence.earlyMax
          && early.allSatisfy { after.receiveNext.isBefore($0.sequence) }
          && zip(early, early.dropFirst()).allSatisfy { !$1.sequence.isBefore($0.sequence) },
      .tcpBuffers, "early segments \(early.map(\.sequence)), RCV.NXT \(after.receiveNext)")
    guard after.state != .closed else { return }
    let waits =
      after.sendMax != after.unacknowledged && after.state != .timeWait
      && !connection.retransmission.isOn && !connection.persist.isOn
    self.record.require(
      !waits, .tcpTimers, "\(after.state): data not acknowledged and no timer that sends them again"
    )
    // Nothing is on its way: bytes that a closed window holds back need a probe.
    let isStuck =
      [.established, .closeWait].contains(after.state) && connection.send.buffer.count > 0
      && after.sendMax == after.unacknowledged
      && !connection.retransmission.isOn
      && !connection.persist.isOn
    self.record.require(
      !isStuck, .tcpTimers, "\(after.state): \(connection.send.buffer.count) bytes and no probe")
    self.record.require(
      connection.retransmission.timeout <= connection.profile.timeoutMax.nanoseconds
        && connection.retransmission.timeout >= connection.profile.timeoutMin.nanoseconds,
      .tcpTimers,
      "time-out of \(connection.retransmission.timeout) ns")
    if case .automatic = connection.options.read {
      self.record.require(unread == 0, .tcpBuffers, "\(unread) bytes that nobody reads")
    }
    self.record.require(
      after.firstTimer >= now, .tcpTimers, "\(after.state): a timer of \(after.firstTimer) is late")
  }

  func note(_ key: UInt64, _ change: (inout End) -> Void) {
    guard self.ends[key] != nil else { return }
    change(&self.ends[key, default: Self.none])
  }

  func peer(of end: End) -> End? {
    let flow = Flow(local: end.flow.remote, remote: end.flow.local)
    return self.keys[Place(flow: flow, initialSequence: end.remoteSequence)].flatMap {
      self.ends[$0]
    }
  }

  private static let none = End(
    flow: Flow(local: Endpoint(IPv4Address(bits: 0), 0), remote: Endpoint(IPv4Address(bits: 0), 0)),
    initialSequence: 0, opened: 0)
}
