internal import Text

/// What the owner of a disk buffer should do with its files, in order.
///
/// A segment is a file named by its number; the mark is one more file, small and replaced as a
/// whole.
public enum SpoolAction: Hashable, Sendable {
  /// Append to a segment, which is created by its first bytes; flush it to the disk when `syncs`.
  case append(segment: UInt32, [UInt8], syncs: Bool)
  /// A segment's end is torn: keep so many bytes.
  case truncate(segment: UInt32, Int)
  /// Delete a segment.
  case remove(segment: UInt32)
  /// Replace the mark.
  case mark([UInt8])
  /// Read a range of a segment and hand it over by `spoolRead`.
  case read(segment: UInt32, offset: Int, count: Int)
}

/// How far a push has come, kept beside its segments: what a restart begins with.
struct SpoolMark: Hashable, Sendable {
  private static let magic: UInt64 = 0x3330_4B52_414D_4C31
  private static let words = 12

  /// The first line that has to be sent again.
  var resume: UInt64
  /// Lines that were dropped from the buffer to make room, or never came into it.
  var dropped: UInt64
  /// Lines that a receiver of the lab is known to have read.
  var received: UInt64
  /// Lines that were let go because both sides closed their connection in order.
  var closedInOrder: UInt64
  /// Lines that were handed to a socket once more.
  var resent: UInt64
  /// Lines that passed the filter, that it kept out, and that were refused: records tell it too,
  /// but not of a batch that left nothing to keep.
  var accepted: UInt64
  var filtered: UInt64
  var refused: UInt64
  /// Lines before `resume` that were sent and need not be sent again.
  var settled: UInt64
  /// Whether a connection stood: lines from `resume` on may have left by it.
  var isConnected: Bool

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    let words = [
      Self.magic, self.resume, self.dropped, self.received, self.resent, self.accepted,
      self.filtered, self.refused, self.settled, self.isConnected ? 1 : 0,
      self.closedInOrder,
    ]
    for word in words { bytes.append(littleEndian: word) }
    let sum = bytes.withUnsafeBytes { Checksum.of($0) }
    bytes.append(littleEndian: UInt64(sum))
    return bytes
  }

  /// Where a push stands.
  init(resume: UInt64, settled: UInt64, isConnected: Bool, _ totals: LedgerTotals) {
    self.resume = resume
    self.settled = settled
    self.isConnected = isConnected
    self.dropped =
      totals.lostBufferDropped + totals.lostBufferUnwritable + totals.lostUnacknowledged
    self.received = totals.received
    self.closedInOrder = totals.closedInOrder
    self.resent = totals.resent
    self.accepted = totals.accepted
    self.filtered = totals.filtered
    self.refused = totals.lostQueueFull
  }

  /// - Returns: `nil` for what is no whole mark.
  init?(_ bytes: [UInt8]) {
    guard bytes.count == 8 * Self.words else { return nil }
    let words = bytes.withUnsafeBytes { LittleEndian.words64($0, count: Self.words) }
    let sum = bytes.withUnsafeBytes {
      Checksum.of(UnsafeRawBufferPointer(rebasing: $0[..<(8 * (Self.words - 1))]))
    }
    guard words[0] == Self.magic, words[Self.words - 1] == UInt64(sum) else { return nil }
    self.resume = words[1]
    self.dropped = words[2]
    self.received = words[3]
    self.resent = words[4]
    self.accepted = words[5]
    self.filtered = words[6]
    self.refused = words[7]
    self.settled = words[8]
    self.isConnected = words[9] != 0
    self.closedInOrder = words[10]
  }
}
