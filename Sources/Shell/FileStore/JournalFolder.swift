internal import Glibc

/// The journals of the pushes without disk buffer, a file each, named for the subscription; each is
/// whole at every instant.
public final class JournalFolder {
  private static let bytesMax = 64 * 1024

  private let path: String

  /// A folder that exists from now on.
  public init(path: String) throws(FileStoreError) {
    self.path = path
    try OutputFolder.create(path)
  }

  /// What an earlier run left; `nil` when there is none.
  public func journal(subscription: String) throws(FileStoreError) -> [UInt8]? {
    let path = "\(self.path)/\(subscription)"
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw FileStoreError(.read, path: path)
    }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: Self.bytesMax)
    let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
    guard count >= 0 else { throw FileStoreError(.read, path: path) }
    return Array(bytes[..<count])
  }

  /// Replaces a journal.
  public func replace(_ bytes: [UInt8], subscription: String) throws(FileStoreError) {
    try AppendFile.replace("\(self.path)/\(subscription)", by: bytes)
  }
}
