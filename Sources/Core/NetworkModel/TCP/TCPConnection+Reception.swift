import Simulation

extension TCPConnection {
  /// Queues the data of a segment that was trimmed to the window.
  mutating func textArrived(_ segment: Packet, now: Int64) {
    guard !segment.payload.isEmpty, !self.receive.finReceived else { return }
    if self.receive.take(segment) {
      self.acknowledgement.owe()
    } else {
      self.acknowledgement.dataArrived(self.profile.acknowledging, now: now)
    }
  }

  /// Takes the FIN of a segment if the stream has come to it.
  mutating func finArrivedIfAny(_ segment: Packet, now: Int64) {
    let fin = self.receive.takeFin(of: segment)
    if fin.owesAcknowledgement { self.acknowledgement.owe() }
    guard fin.taken else { return }
    switch self.state {
    case .established, .synReceived: self.state = .closeWait
    case .finWait1: self.state = .closing
    case .finWait2: self.enterTimeWait(now: now)
    case .closed, .synSent, .closeWait, .closing, .lastAck, .timeWait: break
    }
  }

  /// Lets the application read, as its mode says, and tells what it then knows.
  mutating func deliver(now: Int64, _ output: inout TCPOutput) {
    if self.receive.unread.count > 0 {
      switch self.options.read {
      case .automatic:
        self.receive.readAll { output.events.append(.data($0)) }
        self.updateWindow(&output)
      case .manual: break
      case .paced(_, let interval):
        if self.readDue == Self.off { self.readDue = now + interval.nanoseconds }
      }
    }
    self.tellEnd(&output)
  }

  /// Tells the peer's FIN when every byte before it is read, and the end of the connection after it.
  private mutating func tellEnd(_ output: inout TCPOutput) {
    guard self.receive.unread.count == 0 else { return }
    if self.receive.finReceived { self.notices.tellPeerClosed(&output) }
    self.notices.tellClosedIfOwed(&output)
  }

  /// One paced read.
  mutating func readPaced(now: Int64, _ output: inout TCPOutput) {
    guard case .paced(let count, let interval) = self.options.read else { return }
    let bytes = self.receive.read(count)
    if !bytes.isEmpty { output.events.append(.data(bytes)) }
    self.updateWindow(&output)
    if self.receive.unread.count > 0 { self.readDue = now + interval.nanoseconds }
    self.tellEnd(&output)
  }

  /// Tells the peer when reading has opened the window.
  private mutating func updateWindow(_ output: inout TCPOutput) {
    guard self.isSynchronized,
      self.receive.isWindowUpdateDue(segmentSize: self.agreed.segmentSize)
    else { return }
    self.emit(.acknowledge, sequence: self.send.next, &output)
  }
}
