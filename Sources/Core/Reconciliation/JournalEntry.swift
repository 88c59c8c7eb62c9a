internal import Text

/// Fields of one entry of the journal's export format.
///
/// Source: systemd, "Journal Export Formats": `NAME=text`, or `NAME`, a LF, the length as 64 bits
/// with the lowest byte first, the bytes.
enum JournalEntry {
  static let lengthCount = 8

  /// Whether a file begins as one.
  static func begins(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.starts(with: "__CURSOR=") || bytes.starts(with: "__REALTIME_TIMESTAMP=")
  }

  /// Gives `body` name and value of each field.
  ///
  /// - Returns: whether the entry is whole.
  static func forEachField(
    of entry: UnsafeRawBufferPointer,
    _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Void
  ) -> Bool {
    var offset = 0
    while offset < entry.count {
      let rest = entry.from(offset)
      let end = rest.firstIndex(of: 0x0A) ?? rest.count
      let line = rest.upTo(end)
      if let equals = line.firstIndex(of: 0x3D) {
        body(line.upTo(equals), line.from(equals + 1))
        offset += end + 1
        continue
      }
      guard !line.isEmpty else {
        offset += 1
        continue
      }
      let start = end + 1 + self.lengthCount
      guard start <= rest.count, let count = self.length(rest.from(end + 1)),
        count <= rest.count - start
      else { return false }
      body(line, rest.from(start).upTo(count))
      offset += start + count + 1
    }
    return true
  }

  /// The number in the first eight bytes; `nil` for one beyond any file.
  static func length(_ bytes: UnsafeRawBufferPointer) -> Int? {
    guard bytes.count >= self.lengthCount else { return nil }
    let value = LittleEndian.word64(bytes, at: 0)
    return value < 1 << 40 ? Int(value) : nil
  }
}
