/// What became of some lines in a row.
public struct LedgerSpan: Hashable, Sendable, Codable {
  /// The sequence number of the first one; lines that pass the filter are counted from 0.
  public let first: UInt64
  /// How many.
  public internal(set) var count: UInt64
  /// What became of them.
  public let fate: LedgerFate
  /// The connection on which it happened; `nil` when it was none's.
  public let connection: ConnectionID?

  /// Behind the last one.
  var end: UInt64 { self.first + self.count }
}

/// The fate of a line that is settled.
public enum LedgerFate: String, Hashable, Sendable, CaseIterable, Codable {
  /// The peer's kernel acknowledged its last byte; nobody is known to have read it.
  case acknowledged
  /// The same, and the disk buffer let it go because both sides then closed the connection in
  /// order.
  case closedInOrder
  /// The receiver is known to have read it.
  case received
  /// It left by datagram; nothing more is known.
  case written
  /// Lost: thrown away with the queue, when the push failed or the run ended.
  case queueDiscarded
  /// Lost: the queue was full.
  case queueFull
  /// Lost: the connection ended before it was acknowledged.
  case unacknowledged
  /// Lost: dropped from the disk buffer to make room.
  case bufferDropped
  /// Lost: the disk buffer could not be written.
  case bufferUnwritable
  /// The process ended before it could say.
  case processEnded
}

/// Spans that are settled, in order of their settling; equal neighbours are one.
///
/// Bounded: beyond `spansMax` the oldest ones go, and are counted.
struct LedgerSpans: Sendable {
  static let spansMax = 4096

  private let spansMax: Int
  private(set) var all: [LedgerSpan] = []
  private(set) var forgotten: UInt64 = 0

  init(spansMax: Int) {
    self.spansMax = spansMax
  }

  mutating func add(_ range: Range<UInt64>, _ fate: LedgerFate, _ connection: ConnectionID?) {
    guard !range.isEmpty else { return }
    if let last = self.all.last, last.end == range.lowerBound, last.fate == fate,
      last.connection == connection
    {
      self.all[self.all.count - 1].count += UInt64(range.count)
      return
    }
    self.all.append(
      LedgerSpan(
        first: range.lowerBound, count: UInt64(range.count), fate: fate, connection: connection))
    guard self.all.count > 2 * self.spansMax else { return }
    // Half of them at a time, so that it costs little.
    self.forgotten += UInt64(self.all.count - self.spansMax)
    self.all.removeFirst(self.all.count - self.spansMax)
  }

  /// Of the lines that were settled on a connection, the first ones are known to be read.
  ///
  /// Which datagrams were read is not known.
  mutating func receive(_ record: ConnectionRecord) {
    var rest = record.keptReceived
    guard rest > 0, !record.isDatagram,
      var index = self.all.firstIndex(where: { $0.connection == record.id }),
      self.forgotten == 0 || index > 0
    else { return }
    while rest > 0, index < self.all.count {
      let span = self.all[index]
      guard span.connection == record.id else {
        index += 1
        continue
      }
      let count = min(rest, span.count)
      rest -= count
      if span.fate != .received {
        let read = LedgerSpan(
          first: span.first, count: count, fate: .received, connection: span.connection)
        let others = LedgerSpan(
          first: span.first + count, count: span.count - count, fate: span.fate,
          connection: span.connection)
        self.all.replaceSubrange(
          index...index, with: others.count > 0 ? [read, others] : [read])
      }
      if self.joins(index) { index -= 1 }
      index += 1
    }
  }

  /// Joins a span with the one before it, where both are one.
  private mutating func joins(_ index: Int) -> Bool {
    guard index > 0 else { return false }
    let (before, span) = (self.all[index - 1], self.all[index])
    guard before.end == span.first, before.fate == span.fate,
      before.connection == span.connection
    else { return false }
    self.all[index - 1].count += span.count
    self.all.remove(at: index)
    return true
  }
}
