import ApplianceConfiguration
import Glibc

/// Reads a file, a pipe or a device up to a bound.
enum FileBytes {
  private static let chunkBytes = 64 * 1024

  /// The bytes of the file at `path`.
  ///
  /// - Throws: `FindingError` when it cannot be read or holds more than `bytesMax`.
  static func read(_ path: String, bytesMax: Int) throws(FindingError) -> [UInt8] {
    guard !path.utf8.contains(0) else {
      throw FindingError(.fileUnreadable, at: nil, found: "a NUL byte in the name")
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.failure() }
    defer { close(descriptor) }
    var information = stat()
    guard fstat(descriptor, &information) == 0 else { throw Self.failure() }
    if information.st_mode & S_IFMT == S_IFREG, information.st_size > bytesMax {
      throw Self.tooLarge("\(information.st_size) bytes", bytesMax: bytesMax)
    }
    return try Self.readAll(descriptor, expected: Int(information.st_size), bytesMax: bytesMax)
  }

  private static func readAll(
    _ descriptor: CInt, expected: Int, bytesMax: Int
  ) throws(FindingError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(max(expected, 0), bytesMax))
    var chunk = [UInt8](repeating: 0, count: Self.chunkBytes)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EINTR { continue }
        throw Self.failure()
      }
      guard bytes.count + count <= bytesMax else {
        throw Self.tooLarge("more", bytesMax: bytesMax)
      }
      bytes += chunk[..<count]
    }
  }

  static func tooLarge(_ found: String, bytesMax: Int) -> FindingError {
    FindingError(.fileTooLarge, at: nil, found: found, allowed: "\(bytesMax) bytes")
  }

  private static func failure() -> FindingError {
    let reason = strerror(errno).map { String(cString: $0) } ?? "error \(errno)"
    return FindingError(.fileUnreadable, at: nil, found: reason, allowed: "a readable file")
  }
}
