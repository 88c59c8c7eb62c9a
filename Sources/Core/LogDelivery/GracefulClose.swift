internal import Simulation

/// How far a push is with closing a connection in order: our FIN, then the peer's.
///
/// Not the appliance's: only a push with a disk buffer does it (docs/DELIVERY.md, "Closing in
/// order").
struct GracefulClose: Sendable {
  /// How long a peer's FIN is awaited.
  static let patience = SimDuration.seconds(10)
  /// A connection that is ended on purpose takes this much at the least, while that gets on.
  static let batchBytesMin: UInt64 = 65_536
  /// So many failures in a row that got nowhere, and pieces become as small as they must.
  static let failuresWithoutProgressMax = 2
  /// So many failures in a row after the last line, and a drain goes on for no more of them.
  static let failuresAfterLastLineMax = 2
  /// So many resets in a row in answer to our FIN, each after so few bytes, and the peer is asked
  /// no more.
  static let resetsMax = 3
  static let resetBytesMax: UInt64 = 1024
  /// After so many pieces that ended in order they become twice as large: a peer that failed once
  /// or twice need not be asked for each line.
  static let piecesBeforeGrowth = 8

  /// Until when the peer's FIN is awaited; `nil` before ours.
  var deadline: SimInstant?
  /// Until when the rest of a connection whose peer closed first may be acknowledged.
  var peerClosedUntil: SimInstant?
  /// The bytes after which a connection is ended on purpose; `nil` for none.
  var batchBytes: UInt64?
  /// How many pieces in a row ended in order, since they last grew or one failed.
  private var piecesInOrder = 0
  /// No lines will come but those about pushes and alerts.
  var isLast = false
  /// The peer left a FIN unanswered, or answered with a reset time and again: it is asked no more.
  private(set) var isUnanswered = false
  /// The connection is ended so that the disk buffer may let go of what it carried.
  var makesRoom = false
  /// Whether a reset answered the last FIN, and how many in a row did so after few bytes.
  private var wasReset = false
  private var resets = 0
  /// The peer closes before we do, so early that nothing else lets the push get on.
  private var closesFirst = false
  /// How many connections in a row failed in the drain when nothing waited any more.
  private(set) var failuresAfterLastLine = 0

  /// Another server is asked from now on.
  mutating func forgetPeer() {
    var fresh = GracefulClose()
    fresh.isLast = self.isLast
    fresh.failuresAfterLastLine = self.failuresAfterLastLine
    self = fresh
  }

  /// Whether a connection gets no more lines, however many bytes it was handed.
  var takesNoMore: Bool {
    self.deadline != nil || self.peerClosedUntil != nil || self.makesRoom
  }

  /// Whether a connection that was handed so many bytes is to be ended on purpose.
  func isBatchFull(handedBytes: UInt64) -> Bool {
    self.batchBytes.map { handedBytes >= $0 } ?? false
  }

  /// Whether a connection is to end after less than a chunk, so that lines leave one by one.
  var hasSmallBatches: Bool { self.batchBytes.map { $0 < Self.batchBytesMin } ?? false }

  /// The peer is taken at its acknowledgements from now on.
  mutating func askNoMore() {
    self.deadline = nil
    self.peerClosedUntil = nil
    self.batchBytes = nil
    self.piecesInOrder = 0
    self.isUnanswered = true
    self.makesRoom = false
    self.wasReset = false
    self.resets = 0
  }

  /// A reset answered our FIN.
  ///
  /// Each line of the connection was acknowledged. Less may have been read: the next pieces are
  /// smaller, until they are so small that the peer must be one that always resets.
  mutating func answeredByReset(handedBytes: UInt64) {
    self.wasReset = true
    if handedBytes <= Self.resetBytesMax { self.resets += 1 }
    if self.resets >= Self.resetsMax { self.askNoMore() }
  }

  /// Both sides closed a connection in order.
  mutating func closed(handedBytes: UInt64) {
    self.deadline = nil
    self.peerClosedUntil = nil
    self.makesRoom = false
    self.wasReset = false
    self.resets = 0
    self.growPieces(handedBytes)
  }

  private mutating func growPieces(_ handedBytes: UInt64) {
    guard let bytes = self.batchBytes else { return }
    self.piecesInOrder += 1
    guard self.piecesInOrder >= Self.piecesBeforeGrowth else { return }
    self.piecesInOrder = 0
    // A piece holds whole lines, however small it may be.
    let (twice, isTooMuch) = max(bytes, handedBytes).multipliedReportingOverflow(by: 2)
    self.batchBytes = isTooMuch ? bytes : twice
  }

  /// A connection failed: where less than half of what its peer acknowledged need not be sent
  /// again, the next one is ended on purpose, before it got as far.
  mutating func resumeBatching(
    confirmedLines: UInt64, acknowledgedLines: UInt64, acknowledgedBytes: UInt64,
    failuresWithoutProgress: Int
  ) {
    guard !self.isUnanswered, acknowledgedLines > 0, 2 * confirmedLines < acknowledgedLines
    else { return }
    self.piecesInOrder = 0
    let bytes = acknowledgedBytes / (self.wasReset ? 8 : 2)
    let isStalled =
      self.wasReset || failuresWithoutProgress >= Self.failuresWithoutProgressMax
    self.batchBytes = max(
      min(bytes, self.batchBytes ?? bytes), isStalled ? 1 : Self.batchBytesMin)
  }

  /// A connection ended by the peer's close, and not all of it was acknowledged or nobody could
  /// wait for that, as with TLS. Once or twice what its window has room for is sent again; a peer
  /// that does it time and again, and lets the push get nowhere, has no more to say of what it
  /// acknowledged.
  ///
  /// - Returns: whether the push is to let go of what the peer acknowledged.
  mutating func closedEarly(failuresWithoutProgress: Int) -> Bool {
    if failuresWithoutProgress >= Self.failuresWithoutProgressMax { self.closesFirst = true }
    return self.closesFirst
  }

  /// A connection failed with so many lines waiting.
  mutating func failed(queued: UInt64) {
    guard self.isLast else { return }
    self.failuresAfterLastLine = queued == 0 ? self.failuresAfterLastLine + 1 : 0
  }
}
