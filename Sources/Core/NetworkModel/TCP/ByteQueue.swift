/// Bytes in order: appended at the end, dropped from the front, read at any offset.
///
/// What is appended is kept as it is, without a copy, and with all of its array.
struct ByteQueue: Sendable {
  private struct Chunk: Sendable {
    var bytes: ArraySlice<UInt8>
    /// The place of its first byte, counted from the first byte that ever was.
    let start: Int

    var end: Int { self.start + self.bytes.count }
  }

  private var chunks: [Chunk] = []
  /// The first chunk that is not dropped.
  private var first = 0
  /// The places of the first byte that waits and behind the last one.
  private var head = 0
  private var end = 0

  /// How many bytes wait.
  @inline(__always)
  var count: Int { self.end - self.head }

  /// Adds bytes at the end.
  mutating func append(_ added: ArraySlice<UInt8>) {
    guard !added.isEmpty else { return }
    self.chunks.append(Chunk(bytes: added, start: self.end))
    self.end += added.count
  }

  /// Forgets the first `count` bytes.
  mutating func drop(_ count: Int) {
    self.head += count
    while self.first < self.chunks.count, self.chunks[self.first].end <= self.head {
      self.chunks[self.first].bytes = []
      self.first += 1
    }
    if self.first == self.chunks.count {
      self.chunks.removeAll(keepingCapacity: true)
      self.first = 0
    } else if self.first > 64, self.first > self.chunks.count / 2 {
      self.chunks.removeSubrange(..<self.first)
      self.first = 0
    }
  }

  /// A copy of `count` bytes from `offset` on.
  func copy(from offset: Int, count: Int) -> [UInt8] {
    var place = self.head + offset
    let end = place + count
    var index = self.chunk(at: place)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    while place < end {
      let chunk = self.chunks[index]
      let part = min(end, chunk.end) - place
      let start = chunk.bytes.startIndex + place - chunk.start
      bytes.append(contentsOf: chunk.bytes[start..<start + part])
      place += part
      index += 1
    }
    return bytes
  }

  /// The chunk that has the byte at `place`, found by halving.
  private func chunk(at place: Int) -> Int {
    var low = self.first
    var high = self.chunks.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if self.chunks[middle].start <= place { low = middle } else { high = middle - 1 }
    }
    return low
  }
}
