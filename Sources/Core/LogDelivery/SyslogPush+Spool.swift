internal import ApplianceConfiguration
internal import DequeModule
internal import LogFormats
internal import LogModel
public import Simulation

/// A push with a disk buffer: a line counts as logged once its record is written, waits in memory
/// as far as there is room, and is needed until it need not be sent again.
///
/// Source: docs/DELIVERY.md.
extension SyslogPush {
  /// A push rewinds by this much at the least, whatever windows were seen.
  static let rewindBytesMin = 64 * 1024
  private static let emptyReadsMax = 64

  /// Whether lines are on disk that are not in the queue.
  var hasMoreOnDisk: Bool { self.spool.map { self.loaded < $0.endSequence } ?? false }

  /// What is to be done with the disk buffer's files, in order; a `read` is answered by
  /// `spoolRead`.
  public mutating func takeSpoolActions() -> [SpoolAction] {
    self.spool?.takeActions() ?? []
  }

  // MARK: Lines

  mutating func appendDurably(
    _ batch: borrowing RenderedBatch, type: LogType, level: LogLevel, zone: ZoneTransitions
  ) {
    var logged = 0
    var cut = 0
    var ends: [Int] = []
    self.scratch.removeAll()
    batch.bytes.withUnsafeBytes { bytes in
      for line in batch.lines where line.type == type {
        logged += 1
        guard line.level <= level else { continue }
        let body = UnsafeRawBufferPointer(rebasing: bytes[Int(line.start)..<Int(line.end)])
        let isCut = self.prefix.appendMessage(
          to: &self.scratch, second: line.second, level: line.level, zone: zone,
          bytesMax: self.settings.messageBytesMaxInForce, body: body)
        if isCut { cut += 1 }
        ends.append(self.scratch.count)
      }
    }
    guard logged > 0 else { return }
    self.ledger.cut(cut)
    let base = self.ledger.accepted
    let fitting = self.fitting(ends)
    self.unsaidOverflow += UInt64(ends.count - fitting)
    self.ledger.add(logged: logged, accepted: ends.count)
    self.ledger.refuse(ends.count - fitting)
    let end = base + UInt64(ends.count)
    self.ledger.settle((base + UInt64(fitting))..<end, .queueFull, on: nil)
    if fitting > 0 { self.keep(ends[..<fitting], from: base) }
    // A batch that leaves nothing behind must not be forgotten either.
    if fitting < ends.count || fitting == 0 { self.writeMark() }
    self.spool?.skip(to: end)
    if self.loaded == base + UInt64(fitting) { self.loaded = end }
    self.makeRoom()
    self.load()
  }

  /// How many of the lines the disk buffer takes; the oldest ones go for them where they may.
  private mutating func fitting(_ ends: [Int]) -> Int {
    if self.spoolWriteRetry.isWaiting { return ends.count }
    guard let bytes = ends.last, let room = self.spool?.room, bytes > room else {
      return ends.count
    }
    self.spool?.reclaim()
    let unsent = self.runs.end(ofFirst: self.lines(in: self.handedLines))
    let gone = self.spool?.makeRoom(for: bytes, unsent: unsent) ?? []
    if let first = gone.first {
      for range in gone {
        self.ledger.drop(UInt64(range.count))
        self.ledger.settle(range, .bufferDropped, on: nil)
        self.unsaidOverflow += UInt64(range.count)
      }
      // What is queued may be gone: the queue is read anew.
      if first.lowerBound < self.loaded { self.reloadQueue(from: unsent) }
      self.writeMark()
    }
    let left = self.spool?.room ?? 0
    return ends.prefix { $0 <= left }.count
  }

  /// Writes lines to the disk buffer, and to the queue as far as it has room.
  private mutating func keep(_ ends: ArraySlice<Int>, from base: UInt64) {
    let record = SpoolRecord(
      firstSequence: base, lineCount: UInt32(ends.count), filteredTotal: self.ledger.filtered,
      refusedTotal: self.ledger.refused)
    let bytes = ends.last ?? 0
    let isInMemory =
      self.loaded == base && !self.isReading
      && self.queue.byteCount + bytes <= self.limits.spoolMemoryBytes
    let isWritten = !self.spoolWriteRetry.isWaiting
    guard isWritten || isInMemory else { return self.lose(base..<(base + UInt64(ends.count))) }
    if !isWritten { self.spool?.addUnwritten(record, lineBytes: bytes) }
    self.scratch.withUnsafeBytes { lines in
      if isWritten {
        self.spool?.append(record, lines: UnsafeRawBufferPointer(rebasing: lines[..<bytes]))
      }
      guard isInMemory else { return }
      var start = 0
      for end in ends {
        let line = UnsafeRawBufferPointer(rebasing: lines[start..<end])
        _ = self.queue.append { $0.append(line) }
        start = end
      }
    }
    guard isInMemory else { return }
    self.runs.append(base, count: UInt64(ends.count))
    self.loaded = base + UInt64(ends.count)
  }

  // MARK: Reading back

  /// Asks for lines that are on disk alone, when the queue has room for them.
  mutating func load() {
    guard self.hasMoreOnDisk, !self.isReading,
      self.queue.byteCount < self.limits.spoolMemoryBytes / 4
    else { return }
    self.skipUnwritten()
    if self.spool?.read(from: self.loaded) == true {
      self.isReading = true
    } else {
      // Nothing but gaps is left.
      self.loaded = self.spool?.endSequence ?? self.loaded
    }
  }

  /// Lines that neither the disk nor the memory has room for.
  private mutating func lose(_ range: Range<UInt64>) {
    self.ledger.loseUnwritten(UInt64(range.count))
    self.ledger.settle(range, .bufferUnwritable, on: nil)
    if self.loaded == range.lowerBound { self.loaded = range.upperBound }
  }

  /// Lines that are neither on disk nor in the queue any more are lost.
  private mutating func skipUnwritten() {
    while let piece = self.spool?.piece(at: self.loaded), piece.isUnwritten {
      let range = max(piece.firstSequence, self.loaded)..<piece.endSequence
      self.spool?.forget(range)
      self.loaded = range.lowerBound
      self.lose(range)
    }
  }

  /// What a `read` of the disk buffer gave; `nil` when it could not be read.
  ///
  /// Lines that cannot be read are lost, and counted so.
  public mutating func spoolRead(_ bytes: [UInt8]?) {
    guard self.isReading, let piece = self.spool?.piece(at: self.loaded) else { return }
    self.isReading = false
    let first = max(piece.firstSequence, self.loaded)
    self.loaded = first
    var isWhole =
      bytes.map { bytes in
        Spool.forEachLine(in: bytes, from: first) { number, line in
          // An answer to an earlier question begins elsewhere.
          guard number == self.loaded, number < piece.endSequence else { return }
          _ = self.queue.append { $0.append(line) }
          self.runs.append(number, count: 1)
          self.loaded = number + 1
        }
      } ?? false
    // An answer to an earlier question brings nothing; one that never does is no such answer.
    self.emptyReads = self.loaded == first ? self.emptyReads + 1 : 0
    if self.emptyReads > Self.emptyReadsMax { isWhole = false }
    if !isWhole, self.loaded < piece.endSequence {
      self.ledger.drop(piece.endSequence - self.loaded)
      self.ledger.settle(self.loaded..<piece.endSequence, .bufferDropped, on: nil)
      self.loaded = piece.endSequence
    }
    self.load()
  }

  // MARK: Progress and failure

  /// The peer of a connection has advertised a window of that many bytes.
  public mutating func windowSeen(_ bytes: Int, on id: ConnectionID) {
    guard id == self.connectedID else { return }
    self.windowBytes = max(self.windowBytes, bytes)
  }

  /// The peer's window and the acknowledged bytes at one moment of many.
  ///
  /// Between two samples the window may have been larger. But its right edge never moves back (RFC
  /// 9293, section 3.8.6), so what lay behind an acknowledged byte then lies behind it now: no
  /// window since the sample before was larger than this one and what was acknowledged meanwhile.
  public mutating func windowSampled(_ bytes: Int, acknowledged: UInt64, on id: ConnectionID) {
    guard id == self.connectedID, acknowledged >= self.acknowledgedAtSample else { return }
    self.windowSeen(bytes + Int(acknowledged - self.acknowledgedAtSample), on: id)
    self.acknowledgedAtSample = acknowledged
  }

  /// Lines that need not be sent again, whatever happens now, are done with.
  mutating func advanceResume() {
    guard self.spool != nil else { return }
    self.settleResumed(to: self.resumePoint(), .acknowledged, on: self.connectedID)
    self.makeRoom()
  }

  /// The lines before `point` need not be sent again.
  mutating func settleResumed(to point: UInt64, _ fate: LedgerFate, on id: ConnectionID?) {
    guard point > self.resume else { return }
    for range in self.spool?.ranges(self.resume..<point) ?? [] {
      self.ledger.settle(range, fate, on: id)
      self.settledLines += UInt64(range.count)
    }
    self.resume = point
    // First: lines that are gone and that no mark calls settled would count as unknown.
    self.writeMark()
    self.spool?.trim(before: point)
  }

  /// The first line that would have to be sent again if the connection ended now.
  private func resumePoint() -> UInt64 {
    let acknowledged = self.runs.end(ofFirst: self.ledger.latestAcknowledged)
    guard self.settings.delivery.mode.value == .atLeastOnce, let spool = self.spool else {
      return acknowledged
    }
    return spool.rewound(
      from: acknowledged, by: max(self.windowBytes, Self.rewindBytesMin),
      notBefore: self.runs.end(ofFirst: 0))
  }

  /// The connection is gone: what it was handed and has not settled waits again.
  mutating func requeue() {
    let point = max(self.resumePoint(), self.resume)
    let kept = self.runs.count(before: point)
    self.resumeBatching(confirmedLines: kept)
    self.ledger.requeue(behind: kept)
    self.failuresWithoutProgress =
      point == self.resumeAtLastFailure ? self.failuresWithoutProgress + 1 : 0
    self.resumeAtLastFailure = point
    self.resume = point
    self.writeMark()
  }

  /// The run ends with lines on their way: those that were not acknowledged wait in the disk
  /// buffer.
  mutating func keepUnacknowledged() {
    let kept = self.ledger.latestSettled
    let next = self.runs.end(ofFirst: kept)
    self.ledger.requeue(behind: kept, isResent: false)
    self.inFlight.removeAll()
    self.resetStream()
    self.queue.removeAll()
    self.runs.restart(at: next)
    self.loaded = next
    self.isReading = false
  }

  /// How many of the lines that wait are on disk: the next run sends them.
  public var linesOnDisk: UInt64 {
    guard let spool = self.spool else { return 0 }
    return self.ledger.queued - min(self.ledger.queued, spool.unwrittenCount(from: self.resume))
  }

  /// The process is about to end: lines that no file holds are gone with it.
  mutating func abandonUnwritten() {
    let next = self.runs.end(ofFirst: self.lines(in: self.handedLines))
    let ranges = self.spool?.unwrittenRanges(from: next) ?? []
    for range in ranges {
      self.ledger.loseUnwritten(UInt64(range.count))
      self.ledger.settle(range, .bufferUnwritable, on: nil)
    }
    self.spool?.forgetUnwritten()
  }

  /// The next connection begins with the first line that has to be sent again.
  mutating func rewind() {
    self.inFlight.removeAll()
    self.resetStream()
    self.queue.removeAll()
    self.runs.restart(at: self.resume)
    self.loaded = self.resume
    self.isReading = false
    self.load()
  }

  /// Forgets what waits in memory, and reads it again from a line on that was not handed over.
  private mutating func reloadQueue(from unsent: UInt64) {
    self.queue.removeAll()
    self.runs.truncate(to: self.lines(in: self.handedLines))
    if self.handedLines == 0 {
      self.headerLinesInStream = 0
      self.runs.restart(at: unsent)
    }
    self.loaded = unsent
    self.isReading = false
  }

  mutating func writeMark() {
    var mark = SpoolMark(
      resume: self.resume, settled: self.settledLines, isConnected: self.connectedID != nil,
      self.ledger.totals)
    // What is in memory alone would be gone.
    mark.dropped += self.spool?.unwrittenLines(from: self.resume) ?? 0
    self.spool?.write(mark)
  }

  /// How many lines may still have to be sent; 0 without a disk buffer.
  var bufferedLinesLeft: UInt64 { self.spool?.lines(from: self.resume) ?? 0 }

  // MARK: A restart

  /// The lines of a segment from `sequence` on, as the log file has them; how many they are.
  ///
  /// - Parameter clock: what the appliance's clock shows now.
  public func logLines(
    inSegment bytes: [UInt8], from sequence: UInt64, clock: CalendarStamp
  ) -> (bytes: [UInt8], lines: Int) {
    var buffer = LineBuffer(capacity: 4096)
    var lines = 0
    bytes.withUnsafeBytes { raw in
      var place = 0
      // A damaged record takes only its own lines with it.
      while let (_, record, range, end) = SpoolRecord.next(raw, from: place) {
        place = end
        var number = record.firstSequence
        var start = range.lowerBound
        for index in range where raw[index] == 0x0A {
          let message = UnsafeRawBufferPointer(rebasing: raw[start...index])
          start = index + 1
          if number >= sequence,
            self.prefix.appendLogLine(of: message, clock: clock, to: &buffer)
          {
            lines += 1
          }
          number += 1
        }
      }
    }
    return (buffer.array, lines)
  }

  /// Takes a segment that an earlier run left, in order of their numbers, before `start`.
  public mutating func recover(segment: UInt32, _ bytes: [UInt8]) {
    guard let totals = self.spool?.recover(segment: segment, bytes) else { return }
    self.recoveredTotals = totals
  }

  /// All segments were taken; `mark` is what the file beside them holds, `nil` without one.
  ///
  /// - Returns: how many lines are neither there nor known to be done with.
  public mutating func endRecovery(mark: [UInt8]?) -> UInt64 {
    guard let first = self.spool?.pieces.first?.firstSequence ?? self.spool.map(\.endSequence)
    else { return 0 }
    // Each connection begins with a mark, so that without one, and nothing gone, there was none.
    var mark =
      mark.flatMap { SpoolMark($0) }
      ?? SpoolMark(resume: first, settled: 0, isConnected: first > 0, self.ledger.totals)
    self.spool?.skip(to: max(mark.resume, mark.accepted))
    self.spool?.endRecovery()
    self.resume = max(mark.resume, first)
    self.loaded = self.resume
    self.runs.restart(at: self.resume)
    mark.accepted = self.spool?.endSequence ?? 0
    mark.filtered = max(mark.filtered, self.recoveredTotals.filtered)
    mark.refused = max(mark.refused, self.recoveredTotals.refused)
    self.settledLines = mark.settled
    let kept = self.spool?.ranges(self.resume..<mark.accepted) ?? []
    self.ledger.restore(mark, kept: kept)
    self.spool?.trim(before: self.resume)
    return self.ledger.totals.unknown
  }
}
