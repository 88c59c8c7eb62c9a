internal import ApplianceConfiguration
internal import LogFormats
internal import LogModel
internal import Simulation

/// The disk buffer of a push: a line counts as logged once its record is written, waits in memory
/// as far as there is room, and is kept until it need not be sent again.
///
/// Not the appliance's: it is ours, for `buffered` and `at-least-once` (docs/DELIVERY.md). Without
/// it a push has a `MemoryBacklog` alone. With it that backlog holds the lines that are ready to
/// leave, and this value says which lines follow.
struct DiskBacklog: Sendable {
  /// A push goes back by this much at the least, whatever windows were seen.
  private static let rewindBytesMin = 64 * 1024

  /// Whether acknowledged lines are kept as long as the peer may not have read them.
  let isAtLeastOnce: Bool
  private let memoryBytesMax: Int
  /// Which lines are in which file.
  var spool: Spool
  /// The first line that is on disk alone and not in memory.
  var loaded: UInt64 = 0
  var isReading = false
  /// How many reads in a row returned no line.
  var emptyReads = 0
  /// The first line that has to be sent again after a failure.
  var resume: UInt64 = 0
  private var resumeAtLastFailure: UInt64?
  /// How many failures in a row have not moved `resume`.
  private(set) var failuresWithoutProgress = 0
  /// Lines before `resume` that were sent; those that were refused or dropped are not among them.
  var settledLines: UInt64 = 0
  var writeRetry = WriteRetry()
  var overflow = OverflowNotice()
  var progress = PeerProgress()
  /// Totals of the records that an earlier run left.
  var recovered: (filtered: UInt64, refused: UInt64) = (0, 0)

  /// - Returns: `nil` for a push that works as the appliance does. A datagram is never
  ///   acknowledged: there would be no telling what to send again.
  init?(_ settings: SyslogPushSettings, limits: PushLimits) {
    let delivery = settings.delivery
    guard delivery.mode.value != .asAppliance, settings.transport.value == .tcp else { return nil }
    self.isAtLeastOnce = delivery.mode.value == .atLeastOnce
    self.memoryBytesMax = limits.spoolMemoryBytes
    self.spool = Spool(
      bytesMax: delivery.bufferBytesMax.value,
      overflow: delivery.overflow.value == .dropOldest ? .dropOldest : .dropNewest,
      syncs: delivery.syncs.value)
  }

  /// Whether lines are on disk that are not in memory.
  var hasMore: Bool { self.loaded < self.spool.endSequence }

  // MARK: Lines come

  /// Writes the lines of a batch to the disk buffer as far as it has room, and to memory as far as
  /// that has.
  mutating func append(
    _ batch: borrowing SpoolBatch, memory: inout MemoryBacklog, ledger: inout DeliveryLedger,
    isConnected: Bool
  ) {
    let count = batch.ends.count
    ledger.cut(batch.cut)
    let base = ledger.accepted
    let fitting = self.fitting(
      batch.ends, memory: &memory, ledger: &ledger, isConnected: isConnected)
    self.overflow.lines += UInt64(count - fitting)
    ledger.add(logged: batch.logged, accepted: count)
    ledger.refuse(count - fitting)
    let end = base + UInt64(count)
    ledger.settle((base + UInt64(fitting))..<end, .queueFull, on: nil)
    if fitting > 0 { self.keep(fitting, of: batch, from: base, memory: &memory, ledger: &ledger) }
    // A batch that leaves nothing behind must not be forgotten either.
    if fitting < count || fitting == 0 {
      self.writeMark(ledger.totals, isConnected: isConnected)
    }
    self.spool.skip(to: end)
    if self.loaded == base + UInt64(fitting) { self.loaded = end }
  }

  /// How many of the lines the disk buffer takes; the oldest ones go for them where they may.
  private mutating func fitting(
    _ ends: [Int], memory: inout MemoryBacklog, ledger: inout DeliveryLedger, isConnected: Bool
  ) -> Int {
    if self.writeRetry.isWaiting { return ends.count }
    guard let bytes = ends.last, bytes > self.spool.room else { return ends.count }
    self.spool.reclaim()
    let unsent = memory.firstUnsent
    let gone = self.spool.makeRoom(for: bytes, unsent: unsent)
    if let first = gone.first {
      for range in gone {
        ledger.drop(UInt64(range.count))
        ledger.settle(range, .bufferDropped, on: nil)
        self.overflow.lines += UInt64(range.count)
      }
      // What is queued may be gone: the queue is read anew.
      if first.lowerBound < self.loaded {
        memory.reload(from: unsent)
        self.loaded = unsent
        self.isReading = false
      }
      self.writeMark(ledger.totals, isConnected: isConnected)
    }
    let left = self.spool.room
    return ends.prefix { $0 <= left }.count
  }

  /// Writes the first lines of a batch to the disk buffer, and to memory as far as it has room.
  private mutating func keep(
    _ count: Int, of batch: borrowing SpoolBatch, from base: UInt64, memory: inout MemoryBacklog,
    ledger: inout DeliveryLedger
  ) {
    let ends = batch.ends[..<count]
    let record = SpoolRecord(
      firstSequence: base, lineCount: UInt32(count), filteredTotal: ledger.filtered,
      refusedTotal: ledger.refused)
    let bytes = ends.last ?? 0
    let isInMemory =
      self.loaded == base && !self.isReading
      && memory.queue.byteCount + bytes <= self.memoryBytesMax
    let isWritten = !self.writeRetry.isWaiting
    guard isWritten || isInMemory else {
      return self.lose(base..<(base + UInt64(count)), ledger: &ledger)
    }
    if !isWritten { self.spool.addUnwritten(record, lineBytes: bytes) }
    batch.bytes.withUnsafeBytes { raw in
      if isWritten {
        self.spool.append(record, lines: UnsafeRawBufferPointer(rebasing: raw[..<bytes]))
      }
      guard isInMemory else { return }
      var start = 0
      for end in ends {
        memory.append(UnsafeRawBufferPointer(rebasing: raw[start..<end]))
        start = end
      }
    }
    guard isInMemory else { return }
    memory.number(base, count: UInt64(count))
    self.loaded = base + UInt64(count)
  }

  // MARK: Progress and failure

  /// The first line that would have to be sent again if the connection ended now.
  ///
  /// - Parameters:
  ///   - acknowledged: the sequence number after the last line that was acknowledged.
  ///   - first: the connection's first line.
  ///   - windowBytes: the largest window that the peer of the connection advertised.
  func resumePoint(acknowledged: UInt64, first: UInt64, windowBytes: Int) -> UInt64 {
    guard self.isAtLeastOnce else { return acknowledged }
    return self.spool.rewound(
      from: acknowledged, by: max(windowBytes, Self.rewindBytesMin), notBefore: first)
  }

  /// The lines before `point` need not be sent again.
  mutating func settle(
    to point: UInt64, _ fate: LedgerFate, on id: ConnectionID?, ledger: inout DeliveryLedger,
    isConnected: Bool
  ) {
    guard point > self.resume else { return }
    for range in self.spool.ranges(self.resume..<point) {
      ledger.settle(range, fate, on: id)
      self.settledLines += UInt64(range.count)
    }
    self.resume = point
    // First: lines that are gone and that no mark calls settled would count as unknown.
    self.writeMark(ledger.totals, isConnected: isConnected)
    self.spool.trim(before: point)
  }

  /// The connection is gone: what it was handed from `point` on waits again.
  ///
  /// - Parameters:
  ///   - confirmed: how many lines of the connection lie before that.
  ///   - ends: what the connection's socket took, and what its peer acknowledged of it.
  mutating func requeue(
    from point: UInt64, confirmed: UInt64, ends: (written: UInt64, acknowledged: UInt64),
    ledger: inout DeliveryLedger, isConnected: Bool
  ) {
    ledger.requeue(behind: confirmed)
    self.settleUnwritten(from: point, ends: ends, isResent: true, ledger: &ledger)
    self.failuresWithoutProgress =
      point == self.resumeAtLastFailure ? self.failuresWithoutProgress + 1 : 0
    self.resumeAtLastFailure = point
    self.resume = point
    self.writeMark(ledger.totals, isConnected: isConnected)
  }

  /// Of the lines that wait again, those that are in no file cannot be sent again: they are what
  /// the connection made of them, and not lost where its peer acknowledged them.
  private mutating func settleUnwritten(
    from point: UInt64, ends: (written: UInt64, acknowledged: UInt64), isResent: Bool,
    ledger: inout DeliveryLedger
  ) {
    guard point < ends.written else { return }
    for range in self.spool.takeUnwritten(point..<ends.written) {
      let split = min(max(ends.acknowledged, range.lowerBound), range.upperBound)
      ledger.settleRequeued(range.lowerBound..<split, isAcknowledged: true, isResent: isResent)
      ledger.settleRequeued(split..<range.upperBound, isAcknowledged: false, isResent: isResent)
      self.settledLines += split - range.lowerBound
    }
  }

  /// A connection was closed in order.
  mutating func forgetFailures() {
    self.failuresWithoutProgress = 0
    self.resumeAtLastFailure = nil
  }

  /// The next connection begins with the first line that has to be sent again.
  mutating func rewind(memory: inout MemoryBacklog, ledger: inout DeliveryLedger) {
    self.restart(at: self.resume, memory: &memory)
    self.load(memory: &memory, ledger: &ledger)
  }

  private mutating func restart(at sequence: UInt64, memory: inout MemoryBacklog) {
    memory.restart(at: sequence)
    self.loaded = sequence
    self.isReading = false
  }

  // MARK: The end of the process

  /// The run ends with lines on their way: those that were not acknowledged wait in the disk
  /// buffer.
  mutating func keepUnacknowledged(memory: inout MemoryBacklog, ledger: inout DeliveryLedger) {
    let kept = ledger.latestSettled
    ledger.requeue(behind: kept, isResent: false)
    let point = memory.numbers.end(ofFirst: kept)
    let written = memory.numbers.end(ofFirst: ledger.latestWritten)
    self.settleUnwritten(
      from: point, ends: (written, acknowledged: point), isResent: false, ledger: &ledger)
    self.restart(at: point, memory: &memory)
  }

  /// The process is about to end: lines that no file holds are gone with it.
  mutating func abandonUnwritten(from unsent: UInt64, ledger: inout DeliveryLedger) {
    for range in self.spool.unwrittenRanges(from: unsent) {
      ledger.loseUnwritten(UInt64(range.count))
      ledger.settle(range, .bufferUnwritable, on: nil)
    }
    self.spool.forgetUnwritten()
  }

  /// Replaces the mark beside the segments.
  mutating func writeMark(_ totals: LedgerTotals, isConnected: Bool) {
    var mark = SpoolMark(
      resume: self.resume, settled: self.settledLines, isConnected: isConnected, totals)
    // What is in memory alone would be gone.
    mark.dropped += self.spool.unwrittenLines(from: self.resume)
    self.spool.write(mark)
  }

  /// Lines that neither the disk nor the memory has room for.
  mutating func lose(_ range: Range<UInt64>, ledger: inout DeliveryLedger) {
    ledger.loseUnwritten(UInt64(range.count))
    ledger.settle(range, .bufferUnwritable, on: nil)
    if self.loaded == range.lowerBound { self.loaded = range.upperBound }
  }

  // MARK: Reading back

  /// Asks for lines that are on disk alone, when the queue has room for them.
  mutating func load(memory: inout MemoryBacklog, ledger: inout DeliveryLedger) {
    guard self.hasMore, !self.isReading, memory.queue.byteCount < self.memoryBytesMax / 4 else {
      return
    }
    self.skipUnwritten(ledger: &ledger)
    if self.spool.read(from: self.loaded) {
      self.isReading = true
    } else {
      // Nothing but gaps is left.
      self.loaded = self.spool.endSequence
    }
  }

  /// Lines that are neither on disk nor in memory any more are lost.
  private mutating func skipUnwritten(ledger: inout DeliveryLedger) {
    while let piece = self.spool.piece(at: self.loaded), piece.isUnwritten {
      let range = max(piece.firstSequence, self.loaded)..<piece.endSequence
      self.spool.forget(range)
      self.loaded = range.lowerBound
      self.lose(range, ledger: &ledger)
    }
  }
}

/// The lines of one batch as they go into a disk buffer's record.
struct SpoolBatch: ~Copyable, Sendable {
  private(set) var bytes: LineBuffer
  /// The offset after each line.
  private(set) var ends: [Int] = []
  /// Lines of the type, those that the level filter kept out included.
  private(set) var logged = 0
  /// Lines that lost their ends.
  private(set) var cut = 0

  init(capacity: Int) {
    self.bytes = LineBuffer(capacity: capacity)
  }

  /// Takes the lines of a batch that belong to `type` and are at `level` or more severe.
  mutating func render(
    _ batch: borrowing RenderedBatch, type: LogType, level: LogLevel, zone: ZoneTransitions,
    bytesMax: Int, prefix: inout SyslogLinePrefix
  ) {
    self.bytes.removeAll()
    self.ends.removeAll(keepingCapacity: true)
    self.logged = 0
    self.cut = 0
    batch.bytes.withUnsafeBytes { raw in
      for line in batch.lines where line.type == type {
        self.logged += 1
        guard line.level <= level else { continue }
        let body = UnsafeRawBufferPointer(rebasing: raw[Int(line.start)..<Int(line.end)])
        let isCut = prefix.appendMessage(
          to: &self.bytes, second: line.second, level: line.level, zone: zone,
          bytesMax: bytesMax, body: body)
        if isCut { self.cut += 1 }
        self.ends.append(self.bytes.count)
      }
    }
  }
}

/// Lines that a disk buffer had no room for, and when that is reported.
struct OverflowNotice: Sendable {
  /// Since the last report.
  var lines: UInt64 = 0
  private var notice = PeriodicNotice()

  /// How many lines to report now; `nil` for none, and until the period is over.
  mutating func take(now: SimInstant) -> UInt64? {
    guard self.lines > 0, self.notice.isDue(now: now) else { return nil }
    defer { self.lines = 0 }
    return self.lines
  }
}

/// When the peers of a push's connections took something, over all of them.
struct PeerProgress: Sendable {
  /// When the peer's kernel acknowledged more than before, or the peer closed in order; `nil`
  /// before it did.
  var lastGain: SimInstant?
  /// When the first connection was established.
  private var firstConnectedAt: SimInstant?
  /// When the last connection that had brought something broke.
  private var brokeAt: SimInstant?

  mutating func connected(now: SimInstant) {
    self.firstConnectedAt = self.firstConnectedAt ?? now
  }

  /// A connection broke: where something was gained lately, the next one is awaited for a moment.
  mutating func broke(now: SimInstant, patience: SimDuration) {
    guard let gained = self.lastGain, gained.duration(to: now) < patience else { return }
    self.brokeAt = now
  }

  /// Whether something was gained lately.
  ///
  /// The time counts from the last acknowledgement of any connection on, so that one that is opened
  /// time and again and brings nothing holds nobody for ever.
  func isRecent(now: SimInstant, patience: SimDuration) -> Bool {
    guard let since = self.lastGain ?? self.firstConnectedAt else { return false }
    return since.duration(to: now) < patience
  }

  /// Whether a connection that had brought something broke less than `time` ago.
  func brokeLately(now: SimInstant, within time: SimDuration) -> Bool {
    self.brokeAt.map { $0.duration(to: now) < time } ?? false
  }
}
