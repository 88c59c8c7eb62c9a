internal import DequeModule

/// The bytes of the present connection, and which lines end where in them.
extension SyslogPush {
  /// The next connection's stream begins with its first byte.
  mutating func resetStream() {
    self.handedBytes = 0
    self.handedLines = 0
    self.reportedBytes = 0
    self.writtenBytes = 0
    self.writtenLines = 0
    self.headerLinesInStream = 0
  }

  mutating func advanceWritten(to bytes: UInt64) {
    let lines = self.streamLines(through: bytes)
    let before = self.lines(in: self.writtenLines)
    let after = self.lines(in: lines)
    self.ledger.wrote(
      lines: after - before, headerLines: (lines - after) - (self.writtenLines - before),
      bytes: bytes - self.writtenBytes)
    self.writtenBytes = bytes
    self.writtenLines = lines
  }

  /// How many lines of the stream, header lines included, end within its first `bytes`.
  func streamLines(through bytes: UInt64) -> UInt64 {
    let index = partitionPoint(below: self.inFlight.count) { self.inFlight[$0].endOffset <= bytes }
    guard index < self.inFlight.count else { return self.handedLines }
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

  /// How many of a stream's first lines are no header lines.
  func lines(in streamLines: UInt64) -> UInt64 {
    streamLines - min(streamLines, self.headerLinesInStream)
  }
}
