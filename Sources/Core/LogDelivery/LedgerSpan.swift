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
  /// The peer's kernel acknowledged its last byte; receipt unknown.
  case acknowledged
  /// The receiver is known to have read it.
  case received
  /// It left by datagram; nothing more is known.
  case written
  /// Lost: thrown away with the queue when the push failed.
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

  private(set) var all: [LedgerSpan] = []
  private(set) var forgotten: UInt64 = 0

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
    guard self.all.count > 2 * Self.spansMax else { return }
    // Half of them at a time, so that it costs little.
    self.forgotten += UInt64(self.all.count - Self.spansMax)
    self.all.removeFirst(self.all.count - Self.spansMax)
  }
}
