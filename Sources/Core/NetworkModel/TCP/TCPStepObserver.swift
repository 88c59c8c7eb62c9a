/// The numbers of a connection's end that a check compares before and after a call.
struct TCPNumbers: BitwiseCopyable, Sendable {
  let state: TCPConnection.State
  let unacknowledged: UInt32
  let sendNext: UInt32
  let sendMax: UInt32
  /// The end of the stream that the owner has given so far.
  let streamEnd: UInt32
  let receiveNext: UInt32
  let receiveEdge: UInt32
  let finReceived: Bool
  let finQueued: Bool
  let firstTimer: Int64
  let waitingSince: Int64
  let lastHeard: Int64

  init(_ connection: borrowing TCPConnection) {
    self.state = connection.state
    self.unacknowledged = connection.send.unacknowledged
    self.sendNext = connection.send.next
    self.sendMax = connection.send.highest
    self.streamEnd = connection.send.finSequence
    self.receiveNext = connection.receive.next
    self.receiveEdge = connection.receive.edge
    self.finReceived = connection.receive.finReceived
    self.finQueued = connection.send.finQueued
    self.firstTimer = connection.firstTimer
    self.waitingSince = connection.retransmission.waitingSince
    self.lastHeard = connection.keepAlive.lastHeard
  }
}

/// Sees each call of each connection's machine. For checks only: a run has none.
protocol TCPStepObserver: AnyObject, Sendable {
  /// - Parameter arriving: the segment that the call was about, if it was about one.
  func stepped(
    _ connection: borrowing TCPConnection, from before: TCPNumbers, arriving: Packet?,
    _ output: TCPOutput, now: Int64)
}
