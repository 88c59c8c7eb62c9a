internal import Text

/// What a batch brought to a push, as its disk buffer keeps it.
///
/// Little endian: magic, length of the payload, checksum of all that follows, number of lines,
/// sequence number of the first line, and the totals of lines filtered and refused so far; then the
/// lines, each with its LF.
struct SpoolRecord: Hashable, Sendable {
  static let headerBytes = 40
  private static let magic: UInt32 = 0x4C50_5331  // "1SPL"
  /// No line is longer than a text of the arena and its prefix; no batch has more than this.
  static let payloadBytesMax = 8 << 20

  var firstSequence: UInt64
  var lineCount: UInt32
  var filteredTotal: UInt64
  var refusedTotal: UInt64

  /// Appends the record with its lines.
  func append(lines: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
    let start = bytes.count
    bytes.reserveCapacity(start + Self.headerBytes + lines.count)
    bytes.append(littleEndian: Self.magic)
    bytes.append(littleEndian: UInt32(lines.count))
    bytes.append(littleEndian: UInt32(0))
    bytes.append(littleEndian: self.lineCount)
    for total in [self.firstSequence, self.filteredTotal, self.refusedTotal] {
      bytes.append(littleEndian: total)
    }
    bytes.append(contentsOf: lines)
    let sum = bytes.withUnsafeBytes {
      Checksum.of(UnsafeRawBufferPointer(rebasing: $0[(start + 12)...]))
    }
    bytes.replace(at: start + 8, littleEndian: sum)
  }

  /// Reads the record at `place`.
  ///
  /// - Returns: the record, its lines and where the next one begins; `nil` for what is no whole
  ///   record.
  static func read(
    _ bytes: UnsafeRawBufferPointer, at place: Int
  ) -> (record: SpoolRecord, lines: Range<Int>, end: Int)? {
    guard bytes.count - place >= self.headerBytes,
      LittleEndian.word32(bytes, at: place) == self.magic
    else {
      return nil
    }
    let length = Int(LittleEndian.word32(bytes, at: place + 4))
    let start = place + self.headerBytes
    guard length <= self.payloadBytesMax, bytes.count - start >= length else { return nil }
    let covered = UnsafeRawBufferPointer(rebasing: bytes[(place + 12)..<(start + length)])
    guard Checksum.of(covered) == LittleEndian.word32(bytes, at: place + 8) else { return nil }
    let record = SpoolRecord(
      firstSequence: LittleEndian.word64(bytes, at: place + 16),
      lineCount: LittleEndian.word32(bytes, at: place + 12),
      filteredTotal: LittleEndian.word64(bytes, at: place + 24),
      refusedTotal: LittleEndian.word64(bytes, at: place + 32))
    return (record, start..<(start + length), start + length)
  }

  /// Reads the first whole record at `place` or behind it.
  ///
  /// - Returns: where it stands, and as `read` does.
  static func next(
    _ bytes: UnsafeRawBufferPointer, from place: Int
  ) -> (place: Int, record: SpoolRecord, lines: Range<Int>, end: Int)? {
    var place = place
    while bytes.count - place >= self.headerBytes {
      if let found = self.read(bytes, at: place) {
        return (place, found.record, found.lines, found.end)
      }
      place += 1
    }
    return nil
  }
}

extension Spool {
  /// Gives each line of records that were read, from `sequence` on, with its number.
  ///
  /// - Returns: false when the bytes are no whole records.
  static func forEachLine(
    in bytes: [UInt8], from sequence: UInt64,
    _ body: (UInt64, UnsafeRawBufferPointer) -> Void
  ) -> Bool {
    bytes.withUnsafeBytes { raw in
      var place = 0
      while place < raw.count {
        guard let (record, lines, end) = SpoolRecord.read(raw, at: place) else { return false }
        var number = record.firstSequence
        var start = lines.lowerBound
        for index in lines where raw[index] == 0x0A {
          if number >= sequence {
            body(number, UnsafeRawBufferPointer(rebasing: raw[start...index]))
          }
          number += 1
          start = index + 1
        }
        place = end
      }
      return true
    }
  }
}
