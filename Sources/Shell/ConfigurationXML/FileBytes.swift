import ApplianceConfiguration
internal import FileDescriptors
import Glibc

/// Reads a file up to a bound.
public enum FileBytes {
  /// The bytes of the file at `path`.
  ///
  /// - Parameter isNamed: whether a person named this very path; one that was met in a folder may
  ///   be no link, which would lead out of the folder, no device, and no pipe, for which nobody may
  ///   ever write. A named pipe is waited for: a shell's `<(command)` is one.
  /// - Throws: `FindingError` when it cannot be read or holds more than `bytesMax`.
  public static func read(
    _ path: String, bytesMax: Int, isNamed: Bool = true
  ) throws(FindingError) -> [UInt8] {
    guard !path.utf8.contains(0) else {
      throw FindingError(.fileUnreadable, at: nil, found: "a NUL byte in the name")
    }
    var information = stat()
    let isThere = isNamed ? stat(path, &information) : lstat(path, &information)
    guard isThere == 0 else { throw Self.failure(path) }
    try Self.refuseKind(information.st_mode, isNamed: isNamed)
    // What was put in its place since then neither holds up the call nor leads elsewhere.
    let descriptor = open(
      path, O_RDONLY | O_CLOEXEC | O_NOCTTY | (isNamed ? 0 : O_NOFOLLOW | O_NONBLOCK))
    guard descriptor >= 0 else { throw Self.failure(path) }
    defer { close(descriptor) }
    guard fstat(descriptor, &information) == 0 else { throw Self.failure(path) }
    try Self.refuseKind(information.st_mode, isNamed: isNamed)
    if information.st_mode & S_IFMT == S_IFREG, information.st_size > bytesMax {
      throw Self.tooLarge("\(information.st_size) bytes", bytesMax: bytesMax)
    }
    return try Self.readAll(
      descriptor, path, expected: Int(information.st_size), bytesMax: bytesMax)
  }

  private static func refuseKind(_ mode: mode_t, isNamed: Bool) throws(FindingError) {
    let found: String
    switch mode & S_IFMT {
    case S_IFREG: return
    // A device that is named is read up to the bound; of a folder the system says what it is.
    case S_IFCHR where isNamed, S_IFIFO where isNamed: return
    case S_IFDIR where isNamed: return
    case S_IFLNK: found = "a symbolic link"
    case S_IFDIR: found = "a folder"
    case S_IFIFO: found = "a pipe"
    case S_IFSOCK: found = "a socket"
    default: found = "a device"
    }
    throw FindingError(
      .fileUnreadable, at: nil, found: found,
      allowed: isNamed ? "a file" : "a regular file, as nothing outside the folder is read")
  }

  private static func readAll(
    _ descriptor: CInt, _ path: String, expected: Int, bytesMax: Int
  ) throws(FindingError) -> [UInt8] {
    do {
      return try Descriptor.readAll(descriptor, bytesMax: bytesMax, expected: expected)
    } catch {
      switch error {
      case .tooLarge: throw Self.tooLarge("more", bytesMax: bytesMax)
      case .system(let number): throw Self.failure(path, number)
      }
    }
  }

  static func tooLarge(_ found: String, bytesMax: Int) -> FindingError {
    FindingError(.fileTooLarge, at: nil, found: found, allowed: "\(bytesMax) bytes")
  }

  private static func failure(_ path: String, _ number: CInt = errno) -> FindingError {
    let reason = strerror(number).map { String(cString: $0) } ?? "error \(number)"
    // What stands for a byte that is no character was put there when the name was taken in.
    let isReadableName = !path.unicodeScalars.contains("\u{FFFD}")
    return FindingError(
      .fileUnreadable, at: nil, found: reason,
      allowed: "a readable file" + (isReadableName ? "" : " whose name is UTF-8"))
  }
}
