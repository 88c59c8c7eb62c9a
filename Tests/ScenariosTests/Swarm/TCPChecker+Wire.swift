import Simulation

@testable import NetworkModel

/// What goes out, what the owner is told, and RSTs.
extension TCPChecker {
  /// Source: RFC 9293 section 3.10.7.3 and 3.10.7.4, RFC 5961 section 3.2.
  func checkReset(
    _ before: TCPNumbers, _ after: TCPNumbers, _ segment: Packet, _ isPassive: Bool
  ) {
    guard segment.flags.contains(.reset) else {
      let isWild =
        segment.flags.contains(.acknowledge) && before.state != .synSent
        && before.sendMax.isBefore(segment.acknowledgement)
      self.record.require(
        !isWild || after.unacknowledged == before.unacknowledged, .tcpSequence,
        "ACK of \(segment.acknowledgement) taken, sent only to \(before.sendMax)")
      return
    }
    let mustEnd: Bool
    let mayEnd: Bool
    switch before.state {
    case .closed: return
    case .synSent:
      mustEnd =
        segment.flags.contains(.acknowledge) && segment.acknowledgement == before.sendMax
      mayEnd = mustEnd
    default:
      mustEnd = segment.sequence == before.receiveNext
      mayEnd = mustEnd
    }
    self.record.require(
      after.state == .closed ? mayEnd : !mustEnd, .tcpReset,
      "\(before.state)\(isPassive ? " passive" : ""): RST of \(segment.sequence), RCV.NXT "
        + "\(before.receiveNext), left \(after.state)")
  }

  func checkSegment(
    _ segment: Packet, _ connection: borrowing TCPConnection, _ before: TCPNumbers,
    _ after: TCPNumbers
  ) {
    self.record.require(
      before.state != .closed || segment.flags.contains(.syn), .tcpSegments,
      "a segment of a closed connection")
    // A RST may answer another's numbers.
    guard !segment.flags.contains(.reset) else { return }
    self.record.require(
      !segment.flags.contains(.acknowledge) || segment.acknowledgement == after.receiveNext
        || segment.acknowledgement == before.receiveNext, .tcpSegments,
      "ACK \(segment.acknowledgement), RCV.NXT \(after.receiveNext)")
    guard let end = self.ends[connection.flow.socket.number] else { return }
    let start = segment.sequence.offset(from: end.initialSequence &+ 1)
    let stop = start + segment.payload.count
    if segment.flags.contains(.fin) {
      self.record.require(
        after.finQueued && stop == end.stream.count, .tcpSegments,
        "FIN at \(stop) of \(end.stream.count) bytes")
    }
    guard !segment.payload.isEmpty else { return }
    self.record.require(
      segment.payload.count <= connection.agreed.segmentSize, .tcpSegments,
      "\(segment.payload.count) bytes, MSS \(connection.agreed.segmentSize)")
    let reach = (segment.sequence &+ UInt32(segment.payload.count))
    self.record.require(
      !before.sendMax.isBefore(reach)
        || reach.offset(from: after.unacknowledged) <= max(1, connection.send.window),
      .tcpWindow,
      "sent \(reach.offset(from: after.unacknowledged)) bytes ahead, window "
        + "\(connection.send.window)")
    self.record.require(
      start >= 0 && stop <= end.stream.count
        && end.stream[start..<stop].elementsEqual(segment.payload), .tcpSegments,
      "bytes \(start) to \(stop) are not those of the stream of \(end.stream.count)")
  }

  func checkEvent(
    _ event: SocketEvent, _ connection: borrowing TCPConnection, _ before: TCPNumbers, now: Int64
  ) {
    let key = connection.flow.socket.number
    guard let end = self.ends[key] else { return }
    self.record.require(!end.isOver, .tcpEvents, "\(event) behind the end of a connection")
    switch event {
    case .connected, .accepted:
      self.record.require(!end.isConnected, .tcpEvents, "connected twice")
      self.note(key) { $0.isConnected = true }
    case .data(let bytes): self.delivered(bytes, key, end)
    case .acknowledged(let total): self.acknowledged(total, key, end)
    case .peerClosed:
      self.note(key) { $0.ending = "peer closed" }
    case .reset:
      self.note(key) { $0.ending = "peer reset" }
    case .timedOut:
      self.note(key) { $0.ending = "timed out" }
      let silent = now - before.waitingSince
      self.record.require(
        silent >= connection.profile.giveUpAfter.nanoseconds, .tcpGivesUpInTime,
        "given up after \(silent) ns")
    case .connectFailed(let failure):
      self.record.saw(.connectFailure, "\(failure)")
      let waited = now - end.opened
      self.record.require(
        failure != .timedOut || waited >= connection.profile.connectTimeout.nanoseconds,
        .tcpGivesUpInTime, "connect given up after \(waited) ns")
    case .closed, .writable: break
    }
  }

  private func delivered(_ bytes: [UInt8], _ key: UInt64, _ end: End) {
    let peer = self.peer(of: end)
    let stop = end.delivered + bytes.count
    self.record.require(
      peer.map {
        stop <= $0.stream.count && $0.stream[end.delivered..<stop].elementsEqual(bytes)
      } ?? false, .tcpStream,
      "bytes \(end.delivered) to \(stop) told are not those that the peer gave"
        + " (\(peer?.stream.count ?? -1))")
    self.note(key) { $0.delivered = stop }
  }

  private func acknowledged(_ total: UInt64, _ key: UInt64, _ end: End) {
    let taken = self.peer(of: end)?.taken ?? 0
    self.record.require(
      total > end.acknowledged && total <= UInt64(taken), .tcpStream,
      "\(total) bytes acknowledged after \(end.acknowledged), the peer took \(taken)")
    self.note(key) { $0.acknowledged = total }
  }
}
