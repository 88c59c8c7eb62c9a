internal import LogFormats
internal import LogModel
internal import Simulation

/// What waits in memory for the connection, as the documented appliance keeps it, and the stream
/// of lines that it forms.
///
/// The stream begins when the log is opened: header lines first, then what was logged. One
/// connection at most carries it. Its counts outlive that connection until the log is opened anew,
/// since the error line about the failure is still appended to it (docs/FIDELITY.md, "Failure of a
/// push"). With a disk buffer this is the part of `DiskBacklog` that is ready to leave.
struct MemoryBacklog: ~Copyable, Sendable {
  /// The lines that were not handed over.
  var queue: PushQueue
  /// The sequence numbers of the stream's lines, header lines left out.
  private(set) var numbers = SequenceRuns()
  /// How many lines of the stream are header lines; they are its first.
  private(set) var headerLines: UInt64 = 0
  /// Lines of the stream that a socket was handed, header lines included.
  private(set) var handedLines: UInt64 = 0
  /// Lines of the stream that a socket took, header lines included.
  private(set) var writtenLines: UInt64 = 0

  init(capacityBytes: Int) {
    self.queue = PushQueue(capacityBytes: capacityBytes)
  }

  /// How many of the stream's first lines are no header lines.
  func loggedLines(in streamLines: UInt64) -> UInt64 {
    streamLines - min(streamLines, self.headerLines)
  }

  /// How many lines that are no header lines a socket was handed.
  var handedLoggedLines: UInt64 { self.loggedLines(in: self.handedLines) }

  /// The sequence number of the first line that no socket was handed.
  var firstUnsent: UInt64 { self.numbers.end(ofFirst: self.handedLoggedLines) }

  /// The sequence number with which the stream begins.
  var firstSequence: UInt64 { self.numbers.end(ofFirst: 0) }

  /// Header lines that no socket took; the ledger does not count them.
  var waitingHeaderLines: UInt64 {
    self.headerLines - min(self.writtenLines, self.headerLines)
  }

  // MARK: Lines come

  /// Takes the lines of a batch that belong to `type` and are at `level` or more severe; one that
  /// finds no room is refused.
  mutating func append(
    _ batch: borrowing RenderedBatch, type: LogType, level: LogLevel, zone: ZoneTransitions,
    bytesMax: Int, prefix: inout SyslogLinePrefix, ledger: inout DeliveryLedger
  ) {
    var logged = 0
    var refused = 0
    let base = ledger.accepted
    var cut = 0
    var next = base
    var firstKept = base
    batch.bytes.withUnsafeBytes { bytes in
      for line in batch.lines where line.type == type {
        logged += 1
        guard line.level <= level else { continue }
        let body = UnsafeRawBufferPointer(rebasing: bytes[Int(line.start)..<Int(line.end)])
        var isCut = false
        let kept = self.queue.append { buffer in
          isCut = prefix.appendMessage(
            to: &buffer, second: line.second, level: line.level, zone: zone, bytesMax: bytesMax,
            body: body)
        }
        if kept, isCut { cut += 1 }
        if !kept {
          self.numbers.append(firstKept, count: next - firstKept)
          ledger.settle(next..<(next + 1), .queueFull, on: nil)
          firstKept = next + 1
          refused += 1
        }
        next += 1
      }
    }
    self.numbers.append(firstKept, count: next - firstKept)
    ledger.add(logged: logged, accepted: Int(next - base))
    ledger.refuse(refused)
    ledger.cut(cut)
  }

  /// The log is opened: the stream begins with these header lines.
  mutating func openLog(
    _ header: HeaderLines?, now: SimInstant, zone: ZoneTransitions, bytesMax: Int,
    prefix: inout SyslogLinePrefix
  ) {
    self.resetCounts()
    guard let header else { return }
    for text in header.texts(offsetSeconds: zone.offsetSeconds(at: now)) {
      var line = "\(LogLevel.information.lineToken): \(text)"
      let kept = line.withUTF8 { bytes in
        self.queue.append { buffer in
          _ = prefix.appendMessage(
            to: &buffer, second: now.wholeSeconds, level: .information, zone: zone,
            bytesMax: bytesMax, body: UnsafeRawBufferPointer(bytes))
        }
      }
      if kept { self.headerLines += 1 }
    }
  }

  /// A line that a disk buffer keeps joins the queue.
  mutating func append(_ line: UnsafeRawBufferPointer) {
    _ = self.queue.append { $0.append(line) }
  }

  /// Lines that joined the queue have these numbers.
  mutating func number(_ first: UInt64, count: UInt64) {
    self.numbers.append(first, count: count)
  }

  // MARK: Lines leave

  /// A socket is handed the next lines of the queue.
  mutating func hand(_ count: Int) {
    self.handedLines += UInt64(count)
  }

  /// A socket took the stream's first `lines`, which are its connection's first `bytes`.
  mutating func wrote(through lines: UInt64, bytes: UInt64, ledger: inout DeliveryLedger) {
    let before = self.loggedLines(in: self.writtenLines)
    let after = self.loggedLines(in: lines)
    ledger.wrote(
      lines: after - before, headerLines: (lines - after) - (self.writtenLines - before),
      bytes: bytes)
    self.writtenLines = lines
  }

  /// Settles the lines of a connection that ends, as far as they were written: nothing more will be
  /// known of them.
  func settle(on id: ConnectionID, isDatagram: Bool, ledger: inout DeliveryLedger) {
    let written = self.loggedLines(in: self.writtenLines)
    let settled = isDatagram ? written : min(ledger.latestSettled, written)
    let fate: LedgerFate = isDatagram ? .written : .acknowledged
    for range in self.numbers.ranges(0..<settled) { ledger.settle(range, fate, on: id) }
    for range in self.numbers.ranges(settled..<written) {
      ledger.settle(range, .unacknowledged, on: id)
    }
  }

  /// Discards the lines that no socket took: they are lost.
  mutating func discard(ledger: inout DeliveryLedger) {
    let written = self.loggedLines(in: self.writtenLines)
    for range in self.numbers.ranges(written..<self.numbers.count) {
      ledger.settle(range, .queueDiscarded, on: nil)
    }
    self.queue.removeAll()
    ledger.discardQueue()
  }

  // MARK: The stream begins anew

  /// Forgets the queue; the next line of the stream is `sequence`.
  mutating func restart(at sequence: UInt64) {
    self.queue.removeAll()
    self.numbers.restart(at: sequence)
    self.resetCounts()
  }

  /// What was handed over is done with: the stream begins with the line after it.
  mutating func removeHanded() {
    self.numbers.removeFirst(self.handedLoggedLines)
    self.resetCounts()
  }

  /// Forgets the queue, which is filled again from `sequence` on; the stream goes on.
  mutating func reload(from sequence: UInt64) {
    self.queue.removeAll()
    self.numbers.truncate(to: self.handedLoggedLines)
    if self.handedLines == 0 { self.restart(at: sequence) }
  }

  private mutating func resetCounts() {
    self.headerLines = 0
    self.handedLines = 0
    self.writtenLines = 0
  }
}
