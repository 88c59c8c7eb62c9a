/// Numbers in bytes, the lowest byte first.
public enum LittleEndian {
  /// The number at a place of which at least its bytes are there.
  @inlinable
  public static func word32(_ bytes: UnsafeRawBufferPointer, at place: Int) -> UInt32 {
    UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self))
  }

  /// The number at a place of which at least its bytes are there.
  @inlinable
  public static func word64(_ bytes: UnsafeRawBufferPointer, at place: Int) -> UInt64 {
    UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
  }

  /// So many numbers of eight bytes, one behind the other from the beginning.
  public static func words64(_ bytes: UnsafeRawBufferPointer, count: Int) -> [UInt64] {
    (0..<count).map { self.word64(bytes, at: 8 * $0) }
  }
}

extension [UInt8] {
  /// Appends a number, the lowest byte first.
  public mutating func append(littleEndian word: UInt32) {
    Swift.withUnsafeBytes(of: word.littleEndian) { self.append(contentsOf: $0) }
  }

  /// Appends a number, the lowest byte first.
  public mutating func append(littleEndian word: UInt64) {
    Swift.withUnsafeBytes(of: word.littleEndian) { self.append(contentsOf: $0) }
  }

  /// Puts a number into the place of four bytes, the lowest byte first.
  public mutating func replace(at place: Int, littleEndian word: UInt32) {
    Swift.withUnsafeBytes(of: word.littleEndian) { source in
      self.withUnsafeMutableBytes { bytes in
        UnsafeMutableRawBufferPointer(rebasing: bytes[place..<(place + 4)]).copyMemory(from: source)
      }
    }
  }
}
