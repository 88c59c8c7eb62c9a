import Simulation

/// What one end sends: its place in the stream, the peer's window, and the bytes that are not
/// acknowledged yet.
///
/// Source: RFC 9293 section 3.3.1, the send sequence variables.
struct SendSequence: Sendable {
  /// A segment to send: its place, and its bytes by their place in the buffer.
  struct Piece: Sendable {
    let sequence: UInt32
    let offset: Int
    let length: Int
    /// The last byte that waits is in it.
    let takesAll: Bool
    let fin: Bool

    var end: UInt32 { self.sequence &+ UInt32(self.length + (self.fin ? 1 : 0)) }
  }

  /// ISS.
  let initial: UInt32
  /// SND.UNA.
  var unacknowledged: UInt32
  /// SND.NXT; falls back to `unacknowledged` when the time-out fires.
  var next: UInt32
  /// The highest SND.NXT that there was.
  var highest: UInt32
  /// SND.WND, in bytes.
  private(set) var window = 0
  /// The largest window that the peer told.
  private(set) var windowMax = 0
  /// SND.WL1 and SND.WL2: of the segment that told the window.
  private var windowSequence: UInt32 = 0
  private var windowAcknowledgement: UInt32 = 0
  /// The shift of the windows that the peer tells.
  var scale: UInt8 = 0
  /// The bytes from `bufferSequence` on.
  private(set) var buffer = ByteQueue()
  private(set) var bufferSequence: UInt32
  /// Our FIN follows the last byte of the buffer.
  var finQueued = false

  /// A sequence of which nothing is sent.
  init(initial: UInt32) {
    self.initial = initial
    self.unacknowledged = initial
    self.next = initial
    self.highest = initial
    self.bufferSequence = initial &+ 1
  }

  /// The sequence number of our FIN, once it is queued.
  var finSequence: UInt32 { self.bufferSequence &+ UInt32(self.buffer.count) }

  /// Whether our FIN is acknowledged.
  var isFinAcknowledged: Bool {
    self.finQueued && self.unacknowledged == self.finSequence &+ 1
  }

  /// Whether our SYN is not acknowledged yet.
  var isOpening: Bool { self.unacknowledged == self.initial }

  /// How much of the sequence space was sent and is not acknowledged.
  var inFlight: Int { self.highest.offset(from: self.unacknowledged) }

  /// Adds bytes at the end of the stream.
  mutating func append(_ bytes: ArraySlice<UInt8>) {
    self.buffer.append(bytes)
  }

  /// Takes the window of a segment that opens the connection.
  ///
  /// - Parameter shift: 0 for the window of a SYN (RFC 7323 section 2.2).
  mutating func openWindow(of segment: Packet, shift: UInt8) {
    self.window = Int(segment.window) << Int(shift)
    self.windowMax = max(self.windowMax, self.window)
    self.windowSequence = segment.sequence
    self.windowAcknowledgement = segment.acknowledgement
  }

  /// Takes the window of a segment, unless an older one tells it.
  ///
  /// Source: RFC 9293 section 3.10.7.4, the rule of SND.WL1 and SND.WL2.
  ///
  /// - Returns: whether it was taken.
  mutating func takeWindow(of segment: Packet) -> Bool {
    let isNewer =
      self.windowSequence.isBefore(segment.sequence)
      || (self.windowSequence == segment.sequence
        && !segment.acknowledgement.isBefore(self.windowAcknowledgement))
    guard isNewer, !segment.acknowledgement.isBefore(self.unacknowledged) else { return false }
    self.openWindow(of: segment, shift: self.scale)
    return true
  }

  /// Forgets what the peer has acknowledged up to `number`.
  ///
  /// - Returns: how many bytes of data.
  mutating func acknowledge(to number: UInt32) -> Int {
    let bytes = min(number.offset(from: self.bufferSequence), self.buffer.count)
    self.unacknowledged = number
    if self.next.isBefore(number) { self.next = number }
    guard bytes > 0 else { return 0 }
    self.buffer.drop(bytes)
    self.bufferSequence = self.bufferSequence &+ UInt32(bytes)
    return bytes
  }

  /// What may be sent next by the windows and the segment size; `nil` when nothing may.
  @inline(__always)
  func nextPiece(congestionWindow: Int, segmentSize: Int) -> Piece? {
    let offset = self.next.offset(from: self.bufferSequence)
    let available = self.buffer.count - offset
    guard available >= 0 else { return nil }
    let usable = min(self.window, congestionWindow) - self.next.offset(from: self.unacknowledged)
    let length = max(0, min(available, usable, segmentSize))
    let takesAll = length == available
    let fin = self.finQueued && takesAll
    guard length > 0 || fin else { return nil }
    return Piece(
      sequence: self.next, offset: offset, length: length, takesAll: takesAll, fin: fin)
  }

  /// What was sent first of what is not acknowledged; `nil` when that is nothing.
  func firstPiece(segmentSize: Int) -> Piece? {
    let offset = self.unacknowledged.offset(from: self.bufferSequence)
    let length = max(0, min(self.buffer.count - offset, self.inFlight, segmentSize))
    let fin = self.finQueued && offset + length == self.buffer.count && self.inFlight > length
    guard offset >= 0, length > 0 || fin else { return nil }
    return Piece(
      sequence: self.unacknowledged, offset: offset, length: length, takesAll: false, fin: fin)
  }

  /// What a small window takes, or one byte beyond a closed one; `nil` when no byte waits.
  func probe(segmentSize: Int) -> Piece? {
    let offset = self.unacknowledged.offset(from: self.bufferSequence)
    guard offset >= 0, offset < self.buffer.count else { return nil }
    let room = min(self.window, self.buffer.count - offset, segmentSize)
    return Piece(
      sequence: self.unacknowledged, offset: offset, length: max(1, room), takesAll: false,
      fin: false)
  }

  /// A copy of a piece's bytes.
  func bytes(of piece: Piece) -> [UInt8] {
    piece.length > 0 ? self.buffer.copy(from: piece.offset, count: piece.length) : []
  }
}
