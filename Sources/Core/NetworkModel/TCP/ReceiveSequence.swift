import Simulation

/// A segment that came before the bytes in front of it.
struct EarlySegment: Sendable {
  var sequence: UInt32
  var payload: [UInt8]
  var fin: Bool
}

/// What one end receives: its place in the stream, the window that it told, and what waits to be
/// read.
///
/// Source: RFC 9293 section 3.3.1, the receive sequence variables.
struct ReceiveSequence: Sendable {
  /// The most early segments that are held; more are dropped and sent again.
  static let earlyMax = 512

  /// IRS.
  private(set) var initial: UInt32 = 0
  /// RCV.NXT.
  private(set) var next: UInt32 = 0
  /// The shift of the windows that are told.
  var scale: UInt8 = 0
  /// How many bytes may wait to be read.
  private(set) var capacity: Int
  /// The right edge of the last window told.
  private(set) var edge: UInt32 = 0
  private(set) var unread = UnreadBytes()
  /// Segments that came too early, in order of their sequence numbers.
  private(set) var early: [EarlySegment] = []
  /// The peer's FIN has its place in the stream.
  private(set) var finReceived = false
  /// The FIN came early, and the stream has come to it now.
  private var earlyFin = false

  /// A sequence that nothing is known of.
  init(capacity: Int) {
    self.capacity = capacity
  }

  /// Begins behind the peer's SYN.
  mutating func begin(at sequence: UInt32) {
    self.initial = sequence
    self.next = sequence &+ 1
    self.edge = self.next &+ UInt32(min(self.capacity, 65_535))
  }

  /// Rounds the capacity up to whole segments.
  mutating func roundCapacity(to segmentSize: Int) {
    self.capacity = (self.capacity + segmentSize - 1) / segmentSize * segmentSize
  }

  // MARK: The window

  /// How many bytes from `next` on the peer was told that it may send.
  var toldWindow: Int { self.edge.offset(from: self.next) }

  /// How many bytes from `next` on the peer may send, were it told now.
  func window(segmentSize: Int) -> Int {
    let free = max(0, self.capacity - self.unread.count)
    let offered = free < self.capacity / 4 && free < segmentSize ? 0 : free
    return max(offered, self.toldWindow)
  }

  /// The window to tell, which never takes back what was told (RFC 9293 section 3.8.6.2.2).
  ///
  /// A scaled window is rounded down; what an earlier one let in is still taken (RFC 7323
  /// section 2.4).
  mutating func tellWindow(isSyn: Bool, segmentSize: Int) -> UInt16 {
    let scale = isSyn ? 0 : self.scale
    let field = min(self.window(segmentSize: segmentSize), 65_535 << Int(scale)) >> Int(scale)
    let edge = self.next &+ UInt32(field << Int(scale))
    if self.edge.isBefore(edge) { self.edge = edge }
    return UInt16(field)
  }

  /// Whether reading has opened the window by two segments or half the buffer.
  ///
  /// Source: RFC 9293 section 3.8.6.2.2, with the threshold of BSD.
  func isWindowUpdateDue(segmentSize: Int) -> Bool {
    guard !self.finReceived else { return false }
    let told = self.toldWindow
    let segments = told == 0 ? segmentSize : 2 * segmentSize
    return self.window(segmentSize: segmentSize) - told >= min(segments, self.capacity / 2)
  }

  // MARK: Arrival

  /// Whether the window takes a segment as it is.
  ///
  /// Source: RFC 9293 section 3.10.7.4.
  func takesWhole(_ segment: Packet) -> Bool {
    let window = max(0, self.toldWindow)
    let start = segment.sequence.offset(from: self.next)
    let length = segment.sequenceLength
    if length == 0 { return start == 0 || (start > 0 && start < window) }
    if start >= 0, start + length <= window { return true }
    // A bare FIN needs no room.
    return length == 1 && start == 0 && segment.flags.contains(.fin)
  }

  /// Cuts off what of a segment lies before and beyond the window.
  ///
  /// - Returns: whether anything was cut, so that an acknowledgement is owed.
  func trim(_ segment: inout Packet) -> Bool {
    var isCut = false
    let start = segment.sequence.offset(from: self.next)
    let window = max(0, self.toldWindow)
    if start < 0 {
      isCut = true
      segment.flags.remove(.syn)
      segment.payload.removeFirst(min(-start, segment.payload.count))
      segment.sequence = self.next
    }
    let end = segment.sequence.offset(from: self.next) + segment.sequenceLength
    if end > window {
      isCut = true
      segment.flags.remove(.fin)
      let room = window - segment.sequence.offset(from: self.next)
      if segment.payload.count > room {
        segment.payload.removeLast(segment.payload.count - room)
      }
    }
    return isCut
  }

  /// Takes the data of a segment that was trimmed to the window.
  ///
  /// - Returns: whether they came out of order, or filled a gap: that is acknowledged at once
  ///   (RFC 5681 section 3.2).
  mutating func take(_ segment: Packet) -> Bool {
    guard segment.sequence == self.next else {
      self.hold(segment)
      return true
    }
    self.queue(segment.payload)
    if self.early.isEmpty { return false }
    self.queueEarly()
    return true
  }

  private mutating func queue(_ payload: [UInt8]) {
    self.next = self.next &+ UInt32(payload.count)
    self.unread.append(payload)
  }

  private mutating func hold(_ segment: Packet) {
    guard self.early.count < Self.earlyMax else { return }
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
      let gap = held.sequence.offset(from: self.next)
      guard gap <= 0 else { break }
      used += 1
      if -gap < held.payload.count { self.queue(Array(held.payload.dropFirst(-gap))) }
      let end = held.sequence &+ UInt32(held.payload.count)
      if held.fin, end == self.next { self.earlyFin = true }
    }
    self.early.removeFirst(used)
  }

  /// Takes the peer's FIN, of this segment or of an early one, if the stream has come to it.
  ///
  /// - Returns: whether it was taken now, and whether an acknowledgement is owed.
  mutating func takeFin(of segment: Packet) -> (taken: Bool, owesAcknowledgement: Bool) {
    let end = segment.sequence &+ UInt32(segment.payload.count)
    let hasFin = segment.flags.contains(.fin)
    let isEarly = hasFin && end != self.next
    guard self.earlyFin || (hasFin && !isEarly), !self.finReceived else { return (false, isEarly) }
    self.finReceived = true
    self.earlyFin = false
    self.next = self.next &+ 1
    return (true, true)
  }

  // MARK: Reading

  /// Takes at most `count` bytes for the application.
  mutating func read(_ count: Int) -> [UInt8] { self.unread.take(count) }

  /// Takes everything for the application, segment by segment.
  mutating func readAll(_ body: ([UInt8]) -> Void) { self.unread.takeAll(body) }
}

/// Segments that are in order and not read.
struct UnreadBytes: Sendable {
  private var segments: [[UInt8]] = []
  /// How much of the first is read.
  private var offset = 0
  /// How many bytes wait.
  private(set) var count = 0

  /// What the segments have, for checks.
  var counted: Int { self.segments.reduce(0) { $0 + $1.count } - self.offset }

  mutating func append(_ payload: [UInt8]) {
    self.segments.append(payload)
    self.count += payload.count
  }

  /// Hands out everything, each segment on its own.
  mutating func takeAll(_ body: ([UInt8]) -> Void) {
    if self.offset > 0 { body(self.take(self.segments[0].count - self.offset)) }
    for segment in self.segments { body(segment) }
    self.segments.removeAll(keepingCapacity: true)
    self.count = 0
  }

  /// Takes at most `limit` bytes.
  mutating func take(_ limit: Int) -> [UInt8] {
    let wanted = min(limit, self.count)
    var taken: [UInt8] = []
    taken.reserveCapacity(wanted)
    var used = 0
    while taken.count < wanted {
      let segment = self.segments[used]
      let part = min(wanted - taken.count, segment.count - self.offset)
      taken.append(contentsOf: segment[self.offset..<self.offset + part])
      self.offset += part
      if self.offset == segment.count {
        used += 1
        self.offset = 0
      }
    }
    self.segments.removeFirst(used)
    self.count -= wanted
    return taken
  }
}
