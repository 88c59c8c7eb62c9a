import ApplianceConfiguration
import FileDescriptors
import Glibc

/// Where a command's result goes piece by piece: a file that is named, or standard output.
final class ResultFile {
  private let path: String?
  private let descriptor: CInt
  private var failure: CInt?

  /// Opens the file, and empties it; standard output without one.
  ///
  /// - Parameter inputs: files that the command reads, which it must not write over.
  init(_ path: String?, inputs: [String] = []) throws {
    self.path = path
    guard let path else {
      self.descriptor = -1
      return
    }
    if let input = inputs.first(where: { NamedFile.isSame($0, path) }) {
      throw CommandFailure(
        "--output: found \(path), which is the input \(input); name another file")
    }
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0o666)
    guard descriptor >= 0 else { throw Self.problem(path, errno) }
    self.descriptor = descriptor
  }

  deinit {
    if self.descriptor >= 0 { close(self.descriptor) }
  }

  /// Bytes of the result; after a failure nothing further is tried.
  func write(_ bytes: [UInt8]) {
    guard self.path != nil else { return Terminal.output.write(bytes: bytes) }
    guard self.failure == nil else { return }
    let progress = bytes.withUnsafeBytes { Descriptor.writeAll($0, to: self.descriptor) }
    self.failure = progress.errorNumber
  }

  /// Whether all of the result was written.
  func finish() throws {
    if let path, let failure { throw Self.problem(path, failure) }
  }

  private static func problem(_ path: String, _ number: CInt) -> CommandFailure {
    CommandFailure("\(path): cannot be written: \(String(cString: strerror(number)))")
  }
}
