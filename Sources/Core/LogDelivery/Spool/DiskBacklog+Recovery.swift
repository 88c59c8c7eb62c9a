internal import LogFormats

/// What comes back from a disk buffer's files: the answer to a read, and what an earlier run left.
extension DiskBacklog {
  private static let emptyReadsMax = 64

  /// Takes what a read returned; `nil` when the file could not be read.
  ///
  /// Lines that cannot be read are lost, and counted so.
  mutating func readReturned(
    _ bytes: [UInt8]?, memory: inout MemoryBacklog, ledger: inout DeliveryLedger
  ) {
    guard self.isReading, let piece = self.spool.piece(at: self.loaded) else { return }
    self.isReading = false
    let first = max(piece.firstSequence, self.loaded)
    self.loaded = first
    var isWhole = false
    if let bytes {
      isWhole = Spool.forEachLine(in: bytes, from: first) { number, line in
        // An answer to an earlier question begins elsewhere.
        guard number == self.loaded, number < piece.endSequence else { return }
        memory.append(line)
        memory.number(number, count: 1)
        self.loaded = number + 1
      }
    }
    // An answer to an earlier question returns nothing; one that never does is no such answer.
    self.emptyReads = self.loaded == first ? self.emptyReads + 1 : 0
    if self.emptyReads > Self.emptyReadsMax { isWhole = false }
    if !isWhole, self.loaded < piece.endSequence {
      ledger.drop(piece.endSequence - self.loaded)
      ledger.settle(self.loaded..<piece.endSequence, .bufferDropped, on: nil)
      self.loaded = piece.endSequence
    }
    self.load(memory: &memory, ledger: &ledger)
  }

  /// Takes a segment that an earlier run left.
  mutating func recover(segment: UInt32, _ bytes: [UInt8]) {
    guard let totals = self.spool.recover(segment: segment, bytes) else { return }
    self.recovered = totals
  }

  /// All segments were taken; `mark` is what the file beside them holds, `nil` without one.
  ///
  /// - Returns: how many lines are neither there nor known to be done with.
  mutating func endRecovery(
    mark: [UInt8]?, memory: inout MemoryBacklog, ledger: inout DeliveryLedger
  ) -> UInt64 {
    let first = self.spool.pieces.first?.firstSequence ?? self.spool.endSequence
    // Each connection begins with a mark, so that without one, and nothing gone, there was none.
    var mark =
      mark.flatMap { SpoolMark($0) }
      ?? SpoolMark(resume: first, settled: 0, isConnected: first > 0, ledger.totals)
    self.spool.skip(to: max(mark.resume, mark.accepted))
    self.spool.endRecovery()
    self.resume = max(mark.resume, first)
    self.loaded = self.resume
    memory.restart(at: self.resume)
    mark.accepted = self.spool.endSequence
    mark.filtered = max(mark.filtered, self.recovered.filtered)
    mark.refused = max(mark.refused, self.recovered.refused)
    self.settledLines = mark.settled
    ledger.restore(mark, kept: self.spool.ranges(self.resume..<mark.accepted))
    self.spool.trim(before: self.resume)
    return ledger.totals.unknown
  }

  /// How many of the lines that wait are in files: the next run sends them.
  func linesOnDisk(queued: UInt64) -> UInt64 {
    queued - min(queued, self.spool.unwrittenRanges(from: self.resume).lineCount)
  }
}
