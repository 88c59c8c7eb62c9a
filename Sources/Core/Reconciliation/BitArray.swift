/// A row of bits.
struct BitArray: Sendable {
  private var words: [UInt64]
  let count: Int

  init(count: Int) {
    self.count = count
    self.words = Array(repeating: 0, count: (count + 63) / 64)
  }

  subscript(index: Int) -> Bool {
    get { self.words[index >> 6] >> UInt64(index & 63) & 1 == 1 }
    set {
      let bit = UInt64(1) << UInt64(index & 63)
      if newValue { self.words[index >> 6] |= bit } else { self.words[index >> 6] &= ~bit }
    }
  }

  /// The first set bit of `range`.
  func first(in range: Range<Int>) -> Int? {
    var index = range.lowerBound
    let end = min(range.upperBound, self.count)
    while index < end {
      let word = self.words[index >> 6] >> UInt64(index & 63)
      guard word == 0 else {
        let found = index + word.trailingZeroBitCount
        return found < end ? found : nil
      }
      index = (index | 63) + 1
    }
    return nil
  }

  /// The last set bit of `range`.
  func last(in range: Range<Int>) -> Int? {
    var index = min(range.upperBound, self.count) - 1
    while index >= range.lowerBound {
      let word = self.words[index >> 6] << UInt64(63 - index & 63)
      guard word == 0 else {
        let found = index - word.leadingZeroBitCount
        return found >= range.lowerBound ? found : nil
      }
      index = (index & ~63) - 1
    }
    return nil
  }
}
