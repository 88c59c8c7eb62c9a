/// The project's generator of random numbers: xoshiro256**, seeded through SplitMix64.
///
/// Concrete on purpose: a generic parameter across modules cost 3.4 times the time of a draw. The
/// same seed gives the same numbers on every machine and in every release; test vectors fix that.
///
/// Source: our choice; both algorithms are in the public domain (Blackman and Vigna, 2018).
@frozen
public struct SeededGenerator: Sendable, Hashable {
  @usableFromInline var s0: UInt64
  @usableFromInline var s1: UInt64
  @usableFromInline var s2: UInt64
  @usableFromInline var s3: UInt64

  /// The generator that `seed` names.
  public init(seed: UInt64) {
    var mixer = seed
    func nextWord() -> UInt64 {
      mixer &+= 0x9E37_79B9_7F4A_7C15
      var word = mixer
      word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
      word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
      return word ^ (word >> 31)
    }
    self.s0 = nextWord()
    self.s1 = nextWord()
    self.s2 = nextWord()
    self.s3 = nextWord()
  }

  /// The generator of one concern of a run, so that an extra draw in one never shifts another.
  ///
  /// - Parameter stream: the concern's name, such as `"mail-flow"`; hashed by 64-bit FNV-1a.
  public init(seed: UInt64, stream: StaticString) {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    stream.withUTF8Buffer { bytes in
      for byte in bytes {
        hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
      }
    }
    self.init(seed: seed ^ hash)
  }

  /// The next 64 random bits.
  @inlinable
  public mutating func next() -> UInt64 {
    let scrambled = self.s1 &* 5
    let result = ((scrambled << 7) | (scrambled >> 57)) &* 9
    let shifted = self.s1 << 17
    self.s2 ^= self.s0
    self.s3 ^= self.s1
    self.s1 ^= self.s2
    self.s0 ^= self.s3
    self.s2 ^= shifted
    self.s3 = (self.s3 << 45) | (self.s3 >> 19)
    return result
  }

  /// A whole number in `0..<bound`, each equally likely (Lemire's method with rejection).
  ///
  /// - Precondition: `bound` is positive.
  @inlinable
  public mutating func uniform(below bound: UInt64) -> UInt64 {
    precondition(bound > 0, "a draw needs a positive bound")
    var product = self.next().multipliedFullWidth(by: bound)
    if product.low < bound {
      let threshold = (0 &- bound) % bound
      while product.low < threshold {
        product = self.next().multipliedFullWidth(by: bound)
      }
    }
    return product.high
  }

  /// A whole number in `range`, each equally likely.
  @inlinable
  public mutating func uniform(in range: ClosedRange<Int>) -> Int {
    let width = UInt64(range.upperBound - range.lowerBound) + 1
    return range.lowerBound + Int(self.uniform(below: width))
  }

  /// True `permille` times in a thousand; never at 0 or less, always at 1000 or more.
  @inlinable
  public mutating func chance(permille: Int) -> Bool {
    guard permille > 0 else { return false }
    guard permille < 1000 else { return true }
    return self.uniform(below: 1000) < UInt64(permille)
  }
}
