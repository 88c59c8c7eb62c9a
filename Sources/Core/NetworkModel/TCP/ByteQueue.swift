/// Bytes in order: appended at the end, dropped from the front, read at any offset.
struct ByteQueue: Sendable {
  private var bytes: [UInt8] = []
  private var head = 0

  /// How many bytes wait.
  @inline(__always)
  var count: Int { self.bytes.count - self.head }

  /// Adds bytes at the end.
  mutating func append(_ added: ArraySlice<UInt8>) {
    self.bytes.append(contentsOf: added)
  }

  /// Forgets the first `count` bytes.
  mutating func drop(_ count: Int) {
    self.head += count
    if self.head == self.bytes.count {
      self.bytes.removeAll(keepingCapacity: true)
      self.head = 0
    } else if self.head > 65_536, self.head > self.bytes.count / 2 {
      self.bytes.removeSubrange(0..<self.head)
      self.head = 0
    }
  }

  /// A copy of `count` bytes from `offset` on.
  func copy(from offset: Int, count: Int) -> [UInt8] {
    Array(self.bytes[self.head + offset..<self.head + offset + count])
  }
}
