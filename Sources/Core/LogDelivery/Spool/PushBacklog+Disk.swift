internal import ApplianceConfiguration
internal import LogFormats
public import Simulation

/// The part of a push's disk buffer: without one each of these does nothing.
///
/// Source: docs/DELIVERY.md.
extension PushBacklog {
  /// Whether lines are on disk that are not in memory.
  var hasMoreOnDisk: Bool { self.disk?.hasMore ?? false }

  /// Whether lines wait, in memory or on disk.
  var hasLinesWaiting: Bool {
    !self.memory.queue.isEmpty || self.hasMoreOnDisk || self.disk?.isReading ?? false
  }

  /// How many of the lines that wait are on disk: the next run sends them.
  var linesOnDisk: UInt64 { self.disk?.linesOnDisk(queued: self.ledger.queued) ?? 0 }

  /// The sequence number after the last line that the latest connection's peer acknowledged.
  var acknowledgedEnd: UInt64 {
    self.memory.numbers.end(ofFirst: self.ledger.latestAcknowledged)
  }

  /// What is to be done with the disk buffer's files, in order; a `read` is answered by
  /// `spoolRead`.
  public mutating func takeSpoolActions() -> [SpoolAction] {
    self.disk?.spool.takeActions() ?? []
  }

  // MARK: Reading back

  /// Asks for lines that are on disk alone, when memory has room for them.
  mutating func load() {
    self.disk?.load(memory: &self.memory, ledger: &self.ledger)
  }

  /// What a `read` of the disk buffer gave; `nil` when it could not be read.
  ///
  /// Lines that cannot be read are lost, and counted so.
  public mutating func spoolRead(_ bytes: [UInt8]?) {
    self.disk?.readReturned(bytes, memory: &self.memory, ledger: &self.ledger)
  }

  // MARK: Progress and failure

  /// The first line that would have to be sent again if the connection ended now.
  ///
  /// - Parameter windowBytes: the largest window that the peer of the connection advertised.
  func resumePoint(windowBytes: Int) -> UInt64 {
    self.disk?.resumePoint(
      acknowledged: self.acknowledgedEnd, first: self.memory.firstSequence,
      windowBytes: windowBytes) ?? 0
  }

  /// The lines before `point` need not be sent again.
  mutating func settle(
    to point: UInt64, _ fate: LedgerFate, on id: ConnectionID?, isConnected: Bool
  ) {
    self.disk?.settle(to: point, fate, on: id, ledger: &self.ledger, isConnected: isConnected)
  }

  /// Both sides closed a connection in order: its first `lines` are done with.
  ///
  /// - Parameter confirms: whether the peer is known to have read them then.
  mutating func letGo(
    ofFirst lines: UInt64, on id: ConnectionID, confirms: Bool, isConnected: Bool
  ) {
    let end = self.memory.numbers.end(ofFirst: lines)
    guard let resume = self.disk?.resume, end > resume else { return }
    if confirms {
      self.ledger.receive(linesWithHeaders: self.memory.headerLines + lines, on: id)
    } else {
      self.ledger.closeInOrder(lines: lines - self.memory.numbers.count(before: resume))
    }
    self.settle(to: end, confirms ? .received : .closedInOrder, on: id, isConnected: isConnected)
  }

  /// The next connection begins with the first line that has to be sent again.
  mutating func rewind() {
    self.disk?.rewind(memory: &self.memory, ledger: &self.ledger)
  }

  /// The run ends with lines on their way: those that were not acknowledged wait in the disk
  /// buffer.
  mutating func keepUnacknowledged() {
    self.disk?.keepUnacknowledged(memory: &self.memory, ledger: &self.ledger)
  }

  mutating func writeMark(isConnected: Bool) {
    guard self.disk != nil else { return }
    let totals = self.ledger.totals
    self.disk?.writeMark(totals, isConnected: isConnected)
  }

  // MARK: A disk without room, and one that takes nothing

  /// How many lines the disk buffer had no room for since it was said last; `nil` for none, and
  /// until the period is over (docs/FIDELITY.md, "A disk buffer that is full").
  public mutating func takeOverflow(now: SimInstant) -> UInt64? {
    self.disk?.overflow.take(now: now)
  }

  /// An action on the disk buffer's files could not be carried out: a full disk, a folder without
  /// permission.
  ///
  /// Lines go on by memory alone, as far as it has room and the connection stands; what the memory
  /// loses is counted. Writing is tried again after a wait. After a failed `append` its owner
  /// carries out no other one of the same segment, and reports each. Source: docs/DELIVERY.md, "The
  /// disk buffer".
  /// - Returns: whether this is to be said, which is so once a period.
  public mutating func spoolFailed(_ action: SpoolAction, now: SimInstant) -> Bool {
    self.disk?.failed(action, now: now) ?? false
  }

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
    self.disk?.recover(segment: segment, bytes)
  }

  /// All segments were taken; `mark` is what the file beside them holds, `nil` without one.
  ///
  /// - Returns: how many lines are neither there nor known to be done with.
  public mutating func endRecovery(mark: [UInt8]?) -> UInt64 {
    self.disk?.endRecovery(mark: mark, memory: &self.memory, ledger: &self.ledger) ?? 0
  }
}
