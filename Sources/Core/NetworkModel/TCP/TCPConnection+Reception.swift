import Simulation

/// A segment that came before the bytes in front of it.
struct EarlySegment: Sendable {
  var sequence: UInt32
  var payload: [UInt8]
  var fin: Bool
}

extension TCPConnection {
  /// The most early segments that are held; more are dropped and sent again.
  static let earlySegmentsMax = 512

  /// Queues the data of a segment that was trimmed to the window.
  mutating func textArrived(_ segment: Packet, now: Int64) {
    guard !segment.payload.isEmpty, !self.finReceived else { return }
    guard segment.sequence == self.receiveNext else {
      self.hold(segment)
      self.acknowledgementOwed = true
      return
    }
    self.queue(segment.payload)
    if !self.early.isEmpty {
      self.acknowledgementOwed = true
      self.queueEarly()
    }
    switch self.profile.acknowledging {
    case .immediate:
      self.acknowledgementOwed = true
    case .delayed(let delay):
      if self.acknowledgementDelayed {
        self.acknowledgementOwed = true
      } else {
        self.acknowledgementDelayed = true
        self.delayedAcknowledgementDue = now + delay.nanoseconds
      }
    }
  }

  private mutating func queue(_ payload: [UInt8]) {
    self.receiveNext = self.receiveNext &+ UInt32(payload.count)
    self.unread.append(payload)
    self.unreadBytes += payload.count
  }

  private mutating func hold(_ segment: Packet) {
    guard self.early.count < Self.earlySegmentsMax else { return }
    let place =
      self.early.firstIndex { !$0.sequence.isBefore(segment.sequence) } ?? self.early.count
    if place < self.early.count, self.early[place].sequence == segment.sequence,
      self.early[place].payload.count >= segment.payload.count
    {
      return
    }
    self.early.insert(
      EarlySegment(
        sequence: segment.sequence, payload: segment.payload, fin: segment.flags.contains(.fin)),
      at: place)
  }

  /// Queues the early segments to which the stream has come.
  private mutating func queueEarly() {
    var used = 0
    for held in self.early {
      let gap = held.sequence.offset(from: self.receiveNext)
      guard gap <= 0 else { break }
      used += 1
      if -gap < held.payload.count { self.queue(Array(held.payload.dropFirst(-gap))) }
      let end = held.sequence &+ UInt32(held.payload.count)
      if held.fin, end == self.receiveNext { self.earlyFin = true }
    }
    self.early.removeFirst(used)
  }

  /// Takes the FIN of a segment if the stream has come to it.
  mutating func finArrivedIfAny(_ segment: Packet, now: Int64, _ output: inout TCPOutput) {
    var arrives = self.earlyFin
    if segment.flags.contains(.fin) {
      let place = segment.sequence &+ UInt32(segment.payload.count)
      if place == self.receiveNext { arrives = true } else { self.acknowledgementOwed = true }
    }
    guard arrives, !self.finReceived else { return }
    self.finReceived = true
    self.earlyFin = false
    self.receiveNext = self.receiveNext &+ 1
    self.acknowledgementOwed = true
    switch self.state {
    case .established, .synReceived: self.state = .closeWait
    case .finWait1: self.state = .closing
    case .finWait2: self.enterTimeWait(now: now, &output)
    default: break
    }
  }

  /// Lets the application read, as its mode says, and tells what it then knows.
  mutating func deliver(now: Int64, _ output: inout TCPOutput) {
    if self.unreadBytes > 0 {
      switch self.options.read {
      case .automatic:
        self.readAll(&output)
        self.updateWindow(&output)
      case .manual:
        if !self.readableTold {
          self.readableTold = true
          output.events.append(.readable)
        }
      case .paced(_, let interval):
        if self.readDue == Self.off { self.readDue = now + interval.nanoseconds }
      }
    }
    self.tellEnd(&output)
  }

  /// Tells the peer's FIN when every byte before it is read, and the end of the connection after it.
  private mutating func tellEnd(_ output: inout TCPOutput) {
    guard self.unreadBytes == 0 else { return }
    if self.finReceived, !self.peerClosedTold {
      self.peerClosedTold = true
      if !self.ownerClosed { output.events.append(.peerClosed) }
    }
    self.tellOwedEnd(&output)
  }

  private mutating func readAll(_ output: inout TCPOutput) {
    if self.unreadOffset > 0 {
      output.events.append(.data(self.takeUnread(self.unread[0].count - self.unreadOffset)))
    }
    for chunk in self.unread { output.events.append(.data(chunk)) }
    self.unread.removeAll(keepingCapacity: true)
    self.unreadBytes = 0
  }

  /// Reads at most `count` bytes for the application.
  mutating func read(_ count: Int, now: Int64, _ output: inout TCPOutput) -> [UInt8] {
    let bytes = self.takeUnread(min(count, self.unreadBytes))
    self.readableTold = false
    if self.state != .closed {
      self.updateWindow(&output)
      self.deliver(now: now, &output)
    }
    return bytes
  }

  /// One paced read.
  mutating func readPaced(now: Int64, _ output: inout TCPOutput) {
    guard case .paced(let count, let interval) = self.options.read else { return }
    let bytes = self.takeUnread(min(count, self.unreadBytes))
    if !bytes.isEmpty { output.events.append(.data(bytes)) }
    self.updateWindow(&output)
    if self.unreadBytes > 0 { self.readDue = now + interval.nanoseconds }
    self.tellEnd(&output)
  }

  private mutating func takeUnread(_ count: Int) -> [UInt8] {
    var taken: [UInt8] = []
    taken.reserveCapacity(count)
    var used = 0
    while taken.count < count {
      let chunk = self.unread[used]
      let part = min(count - taken.count, chunk.count - self.unreadOffset)
      taken.append(contentsOf: chunk[self.unreadOffset..<self.unreadOffset + part])
      self.unreadOffset += part
      if self.unreadOffset == chunk.count {
        used += 1
        self.unreadOffset = 0
      }
    }
    self.unread.removeFirst(used)
    self.unreadBytes -= count
    return taken
  }

  /// Tells the peer when reading has opened the window by two segments or half the buffer.
  ///
  /// Source: RFC 9293 section 3.8.6.2.2, with the threshold of BSD.
  private mutating func updateWindow(_ output: inout TCPOutput) {
    guard self.isSynchronized, !self.finReceived else { return }
    let told = self.receiveEdge.offset(from: self.receiveNext)
    let gain = self.receiveWindow - told
    let threshold =
      told == 0
      ? min(self.segmentSize, self.receiveBuffer / 2)
      : min(2 * self.segmentSize, self.receiveBuffer / 2)
    if gain >= threshold { self.emit(.acknowledge, sequence: self.sendNext, &output) }
  }
}
