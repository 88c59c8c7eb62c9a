internal import DequeModule

/// One established connection of a push: the bytes that its socket was handed and took.
///
/// Born when the connection is established, gone when it fails or closes: the next one starts from
/// zero. Which lines the bytes hold is in `MemoryBacklog`.
public struct PushConnectionState: Sendable {
  /// A write that was handed to the socket and is not settled.
  private struct InFlight {
    let startOffset: UInt64
    let linesBefore: UInt64
    let lineEnds: [UInt32]
    var endOffset: UInt64 { self.startOffset + UInt64(self.lineEnds.last ?? 0) }
    var linesThrough: UInt64 { self.linesBefore + UInt64(self.lineEnds.count) }
  }

  /// Which one.
  public let id: ConnectionID
  private var inFlight = Deque<InFlight>()
  /// All that the socket was handed.
  private(set) var handedBytes: UInt64 = 0
  /// What the socket reported that it took; an acknowledgement may arrive before that report.
  private var reportedBytes: UInt64 = 0
  /// What the socket took, by its reports or by an acknowledgement.
  private(set) var writtenBytes: UInt64 = 0
  /// The largest window that the peer has advertised.
  private(set) var windowBytes = 0
  /// The acknowledged bytes when the window was sampled last.
  private var acknowledgedAtSample: UInt64 = 0

  init(_ id: ConnectionID) {
    self.id = id
  }

  /// Bytes handed to the socket that it has not taken.
  var unwrittenBytes: UInt64 { self.handedBytes - self.writtenBytes }

  /// Whether all that was handed over is settled: acknowledged, or taken where it goes by datagram.
  var isSettled: Bool { self.inFlight.isEmpty }

  /// The socket is handed a write, after `linesBefore` lines of the stream.
  mutating func hand(_ write: PushWrite, linesBefore: UInt64) {
    self.inFlight.append(
      InFlight(
        startOffset: self.handedBytes, linesBefore: linesBefore, lineEnds: write.lineEnds))
    self.handedBytes += UInt64(write.bytes.count)
  }

  /// The socket reports that it took the next `count` bytes.
  ///
  /// - Returns: how many it has taken in all, as far as is known.
  mutating func reported(_ count: Int) -> UInt64 {
    self.reportedBytes += UInt64(count)
    precondition(self.reportedBytes <= self.handedBytes, "the socket took more than it was handed")
    return max(self.reportedBytes, self.writtenBytes)
  }

  mutating func advanceWritten(to bytes: UInt64) {
    self.writtenBytes = bytes
  }

  /// The peer's kernel acknowledged the first `total` bytes.
  mutating func settle(through total: UInt64) {
    while let first = self.inFlight.first, first.endOffset <= total { self.inFlight.removeFirst() }
  }

  /// Datagrams that were written have no other news to wait for.
  mutating func settleWritten() {
    let written = self.writtenBytes
    self.inFlight.removeAll { $0.endOffset <= written }
  }

  // MARK: The peer's window

  /// The peer has advertised a window of that many bytes; news of another connection is ignored.
  public mutating func windowSeen(_ bytes: Int, on id: ConnectionID) {
    guard id == self.id else { return }
    self.windowBytes = max(self.windowBytes, bytes)
  }

  /// The peer's window and the acknowledged bytes at one moment of many.
  ///
  /// Between two samples the window may have been larger. But its right edge never moves back (RFC
  /// 9293, section 3.8.6), so what lay behind an acknowledged byte then lies behind it now: no
  /// window since the sample before was larger than this one and what was acknowledged meanwhile.
  public mutating func windowSampled(_ bytes: Int, acknowledged: UInt64, on id: ConnectionID) {
    guard id == self.id, acknowledged >= self.acknowledgedAtSample else { return }
    self.windowSeen(bytes + Int(acknowledged - self.acknowledgedAtSample), on: id)
    self.acknowledgedAtSample = acknowledged
  }

  // MARK: Bytes and lines

  /// How many lines of the stream, header lines included, end within its first `bytes`; `nil` for
  /// all that were handed over.
  func streamLines(through bytes: UInt64) -> UInt64? {
    let index = partitionPoint(below: self.inFlight.count) { self.inFlight[$0].endOffset <= bytes }
    guard index < self.inFlight.count else { return nil }
    let write = self.inFlight[index]
    guard write.startOffset < bytes else { return write.linesBefore }
    let rest = bytes - write.startOffset
    let ended = partitionPoint(below: write.lineEnds.count) { UInt64(write.lineEnds[$0]) <= rest }
    return write.linesBefore + UInt64(ended)
  }

  /// Where the first `lines` of the stream, header lines included, end; `nil` when that is settled
  /// long since, or when so many were not handed over.
  func streamBytes(through lines: UInt64) -> UInt64? {
    let index = partitionPoint(below: self.inFlight.count) {
      self.inFlight[$0].linesThrough < lines
    }
    guard index < self.inFlight.count, self.inFlight[index].linesBefore < lines else { return nil }
    let write = self.inFlight[index]
    return write.startOffset + UInt64(write.lineEnds[Int(lines - write.linesBefore) - 1])
  }
}
