internal import Glibc

/// Whole reads and writes: the system may do a part of one, and a signal may interrupt it.
///
/// What is wrong with a file is said by the caller, in its own words.
public enum Descriptor {
  /// How far a read or a write came.
  public struct Progress: Hashable, Sendable {
    /// How many bytes were moved.
    public let count: Int
    /// Why it came no farther; `nil` when all was moved, or a file ended.
    public let errorNumber: CInt?
  }

  /// Why a file was not read as a whole.
  public enum ReadFailure: Error, Hashable {
    case tooLarge
    /// The system's error number.
    case system(CInt)
  }

  private static let chunkBytes = 64 * 1024

  /// Does a call of the system again as long as a signal interrupts it; `errno` stays as the last
  /// one left it.
  public static func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
      let result = call()
      if result >= 0 || errno != EINTR { return result }
    }
  }

  /// Writes all of `bytes`.
  public static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: CInt) -> Progress {
    var count = 0
    while count < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[count...])
      let written = self.retrying { write(descriptor, rest.baseAddress, rest.count) }
      // A write of nothing says nothing of why, and would be tried for ever.
      guard written > 0 else {
        return Progress(count: count, errorNumber: written == 0 ? EIO : errno)
      }
      count += written
    }
    return Progress(count: count, errorNumber: nil)
  }

  /// Reads until `target` is full or the file ends.
  public static func fill(
    _ target: UnsafeMutableRawBufferPointer, from descriptor: CInt
  ) -> Progress {
    self.fill(target) { read(descriptor, $0.baseAddress, $0.count) }
  }

  /// Reads from `offset` on until `target` is full or the file ends.
  public static func fill(
    _ target: UnsafeMutableRawBufferPointer, from descriptor: CInt, at offset: Int
  ) -> Progress {
    var place = off_t(offset)
    return self.fill(target) { rest in
      let count = pread(descriptor, rest.baseAddress, rest.count, place)
      if count > 0 { place += off_t(count) }
      return count
    }
  }

  private static func fill(
    _ target: UnsafeMutableRawBufferPointer, by read: (UnsafeMutableRawBufferPointer) -> Int
  ) -> Progress {
    var count = 0
    while count < target.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: target[count...])
      let got = self.retrying { read(rest) }
      guard got > 0 else { return Progress(count: count, errorNumber: got == 0 ? nil : errno) }
      count += got
    }
    return Progress(count: count, errorNumber: nil)
  }

  /// Reads to the end of a file, a pipe or a device.
  ///
  /// - Parameter expected: how many bytes it seems to have.
  /// - Throws: also when it has more than `bytesMax`.
  public static func readAll(
    _ descriptor: CInt, bytesMax: Int, expected: Int = 0
  ) throws(ReadFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(max(expected, 0), bytesMax))
    var chunk = [UInt8](repeating: 0, count: self.chunkBytes)
    while true {
      let count = self.retrying { read(descriptor, &chunk, self.chunkBytes) }
      guard count >= 0 else { throw .system(errno) }
      if count == 0 { return bytes }
      guard bytes.count + count <= bytesMax else { throw .tooLarge }
      bytes += chunk[..<count]
    }
  }
}
