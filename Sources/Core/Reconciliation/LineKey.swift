internal import Text

/// A line in eight bytes: 48 bits of a hash of level and text, 16 bits of its stamp.
///
/// Two different texts share a hash once in 2.8 * 10^14 pairs.
struct LineKey: Hashable, BitwiseCopyable, Sendable {
  let bits: UInt64

  /// The key of `body`, stamped `stamp` seconds into the year.
  init(body: UnsafeRawBufferPointer, stamp: Int) {
    self.bits = Self.hash(body) & ~0xFFFF | UInt64(truncatingIfNeeded: stamp & 0xFFFF)
  }

  /// Level and text alone.
  var content: UInt64 { self.bits >> 16 }

  /// Seconds, modulo 65,536.
  var stamp: UInt16 { UInt16(truncatingIfNeeded: self.bits) }

  /// The key with its stamp moved by `seconds`.
  func shifted(by seconds: UInt16) -> LineKey {
    LineKey(bits: self.bits & ~0xFFFF | UInt64(self.stamp &+ seconds))
  }

  private init(bits: UInt64) {
    self.bits = bits
  }

  /// Eight bytes a step, each mixed by a full multiplication.
  private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var state = UInt64(bytes.count) &* 0x9E37_79B9_7F4A_7C15 ^ 0xA076_1D64_78BD_642F
    var offset = 0
    while offset + 8 <= bytes.count {
      let word = LittleEndian.word64(bytes, at: offset)
      state = self.mix(state ^ word, 0xE703_7ED1_A0B4_28DB)
      offset += 8
    }
    var rest: UInt64 = 0
    while offset < bytes.count {
      rest = rest << 8 | UInt64(bytes[offset])
      offset += 1
    }
    return self.mix(self.mix(state ^ rest, 0x8EBC_6AF0_9C88_C6E3), 0x5899_65CC_7537_4CC3)
  }

  @inline(__always)
  private static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.high ^ product.low ^ a
  }
}
