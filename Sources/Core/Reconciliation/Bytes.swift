/// What reading lines needs of raw bytes.
extension UnsafeRawBufferPointer {
  /// The bytes from `start` on.
  @inline(__always)
  func from(_ start: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: self[Swift.min(start, self.count)...])
  }

  /// The first `count` bytes.
  @inline(__always)
  func upTo(_ count: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: self[..<Swift.min(count, self.count)])
  }

  /// Without blanks and line ends behind the last word: collectors trim them.
  @inline(__always)
  var trimmed: UnsafeRawBufferPointer {
    var end = self.count
    while end > 0, self[end - 1] == 0x20 || self[end - 1] == 0x0D || self[end - 1] == 0x0A {
      end -= 1
    }
    return self.upTo(end)
  }

  /// Without UTF-8's byte order mark.
  @inline(__always)
  var withoutMark: UnsafeRawBufferPointer {
    self.count >= 3 && self[0] == 0xEF && self[1] == 0xBB && self[2] == 0xBF ? self.from(3) : self
  }

  /// Whether it begins with `text`.
  @inline(__always)
  func starts(with text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard self.count >= count else { return false }
    for offset in 0..<count where self[offset] != text.utf8Start[offset] { return false }
    return true
  }

  /// How many first bytes both have in common.
  func commonPrefix(_ other: UnsafeRawBufferPointer) -> Int {
    let end = Swift.min(self.count, other.count)
    var offset = 0
    while offset < end, self[offset] == other[offset] { offset += 1 }
    return offset
  }

  /// How many last bytes both have in common, at most `max`.
  func commonSuffix(_ other: UnsafeRawBufferPointer, max: Int) -> Int {
    var length = 0
    while length < max, self[self.count - 1 - length] == other[other.count - 1 - length] {
      length += 1
    }
    return length
  }
}
