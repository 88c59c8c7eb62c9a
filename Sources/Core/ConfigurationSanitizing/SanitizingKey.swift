/// What decides which replacement a value gets; who does not have it cannot undo a replacement by
/// trying values.
public struct SanitizingKey: Hashable, Sendable {
  private let first: UInt64
  private let second: UInt64

  /// A key of 128 bits.
  public init(_ first: UInt64, _ second: UInt64) {
    self.first = first
    self.second = second
  }

  /// The key that a text stands for; as hard to guess as the text.
  public init(text: String) {
    let bytes = Array(text.utf8)
    self.init(
      SanitizingKey(0x6B65_7920, 0x6F6E_6500).hash(bytes),
      SanitizingKey(0x6B65_7920, 0x7477_6F00).hash(bytes))
  }

  /// SipHash-2-4, a keyed hash of 64 bits.
  ///
  /// Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012, section 2; in the
  /// public domain.
  func hash(_ bytes: [UInt8]) -> UInt64 {
    var state = State(self.first, self.second)
    for start in stride(from: 0, to: bytes.count - bytes.count % 8, by: 8) {
      var word: UInt64 = 0
      for offset in 0..<8 { word |= UInt64(bytes[start + offset]) << UInt64(8 * offset) }
      state.take(word)
    }
    var last = UInt64(bytes.count & 0xFF) << 56
    for (offset, byte) in bytes.suffix(bytes.count % 8).enumerated() {
      last |= UInt64(byte) << UInt64(8 * offset)
    }
    state.take(last)
    return state.finished()
  }

  private struct State {
    private var v0: UInt64
    private var v1: UInt64
    private var v2: UInt64
    private var v3: UInt64

    init(_ first: UInt64, _ second: UInt64) {
      self.v0 = first ^ 0x736F_6D65_7073_6575
      self.v1 = second ^ 0x646F_7261_6E64_6F6D
      self.v2 = first ^ 0x6C79_6765_6E65_7261
      self.v3 = second ^ 0x7465_6462_7974_6573
    }

    mutating func take(_ word: UInt64) {
      self.v3 ^= word
      self.round()
      self.round()
      self.v0 ^= word
    }

    mutating func finished() -> UInt64 {
      self.v2 ^= 0xFF
      for _ in 0..<4 { self.round() }
      return self.v0 ^ self.v1 ^ self.v2 ^ self.v3
    }

    private mutating func round() {
      func rotated(_ word: UInt64, _ bits: UInt64) -> UInt64 {
        (word << bits) | (word >> (64 - bits))
      }
      self.v0 &+= self.v1
      self.v2 &+= self.v3
      self.v1 = rotated(self.v1, 13) ^ self.v0
      self.v3 = rotated(self.v3, 16) ^ self.v2
      self.v0 = rotated(self.v0, 32)
      self.v2 &+= self.v1
      self.v0 &+= self.v3
      self.v1 = rotated(self.v1, 17) ^ self.v2
      self.v3 = rotated(self.v3, 21) ^ self.v0
      self.v2 = rotated(self.v2, 32)
    }
  }
}
