/// What the owner of a connection has asked of it, and what it has been told.
struct OwnerNotices: Sendable {
  /// The owner closed both directions.
  var isClosedByOwner = false
  /// A send took less than was given, and the owner waits for room.
  var waitsForRoom = false
  private var toldPeerClosed = false
  /// Both directions are closed, and the owner does not know yet.
  private var owesClosed = false
  /// How many bytes of data are acknowledged.
  private var acknowledgedBytes: UInt64 = 0

  /// Both directions are closed; the owner hears of it when it has read everything.
  mutating func oweClosed() {
    self.owesClosed = true
  }

  /// Tells the end of the connection, if the owner has not heard of it.
  mutating func tellClosedIfOwed(_ output: inout TCPOutput) {
    guard self.owesClosed else { return }
    self.owesClosed = false
    output.events.append(.closed)
  }

  /// Tells the peer's FIN, once every byte before it is read.
  mutating func tellPeerClosed(_ output: inout TCPOutput) {
    guard !self.toldPeerClosed else { return }
    self.toldPeerClosed = true
    if !self.isClosedByOwner { output.events.append(.peerClosed) }
  }

  /// Tells how much is acknowledged, and an owner that waits, once half the buffer is free.
  ///
  /// - Parameters:
  ///   - room: how many bytes the buffer takes now.
  ///   - capacity: how many it takes when it is empty.
  ///   - takesMore: the sending direction is open.
  mutating func tellAcknowledged(
    _ bytes: Int, room: Int, capacity: Int, takesMore: Bool, _ output: inout TCPOutput
  ) {
    self.acknowledgedBytes += UInt64(bytes)
    output.events.append(.acknowledged(self.acknowledgedBytes))
    guard self.waitsForRoom, room * 2 >= capacity, takesMore else { return }
    self.waitsForRoom = false
    output.events.append(.writable(room))
  }
}
