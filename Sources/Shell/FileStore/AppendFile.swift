internal import FileDescriptors
internal import Glibc

/// A file that only grows, by whole writes; unbuffered, so that `tail` sees each at once.
public struct AppendFile: ~Copyable, Sendable {
  private let descriptor: CInt
  /// Where it is.
  public let path: String

  /// Creates the file.
  ///
  /// - Parameter exclusively: fail when it exists; if not, it is emptied.
  public init(creating path: String, exclusively: Bool) throws(FileStoreError) {
    let mode = exclusively ? O_EXCL | O_NOFOLLOW : O_TRUNC
    self.descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | mode, 0o644)
    self.path = path
    guard self.descriptor >= 0 else { throw FileStoreError(.createFile, path: path) }
  }

  /// A file that goes on at its end, or begins.
  public init(continuing path: String) throws(FileStoreError) {
    self.descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    self.path = path
    guard self.descriptor >= 0 else { throw FileStoreError(.createFile, path: path) }
  }

  /// Replaces a file, which is whole at every instant: the new one is written beside it, under a
  /// name that no link leads on from, and takes its place.
  public static func replace(_ path: String, by bytes: [UInt8]) throws(FileStoreError) {
    let new = path + ".new"
    // What an earlier run left half done, or somebody put there.
    guard unlink(new) == 0 || errno == ENOENT else { throw FileStoreError(.delete, path: new) }
    do throws(FileStoreError) {
      try AppendFile(creating: new, exclusively: true).append(bytes)
      guard rename(new, path) == 0 else { throw FileStoreError(.rename, path: path) }
    } catch {
      unlink(new)
      throw error
    }
  }

  /// Whether it is still the file at its path.
  public var isInPlace: Bool {
    var own = stat()
    var there = stat()
    guard fstat(self.descriptor, &own) == 0, stat(self.path, &there) == 0 else { return false }
    return own.st_ino == there.st_ino && own.st_dev == there.st_dev
  }

  deinit {
    if self.descriptor >= 0 { close(self.descriptor) }
  }

  /// Appends all of `bytes`, or nothing where the file can be cut back to what it was.
  public func append(_ bytes: UnsafeRawBufferPointer) throws(FileStoreError) {
    let progress = Descriptor.writeAll(bytes, to: self.descriptor)
    guard let number = progress.errorNumber else { return }
    self.cut(by: progress.count)
    throw FileStoreError(.write, path: self.path, errorNumber: number)
  }

  /// A full disk may have taken a part; no half line is left.
  private func cut(by count: Int) {
    var status = stat()
    guard count > 0, fstat(self.descriptor, &status) == 0 else { return }
    _ = ftruncate(self.descriptor, status.st_size - off_t(count))
  }

  /// Appends all of `bytes`, or nothing.
  public func append(_ bytes: [UInt8]) throws(FileStoreError) {
    let result = bytes.withUnsafeBytes { buffer in
      Result { () throws(FileStoreError) in try self.append(buffer) }
    }
    try result.get()
  }

  /// Appends all of `bytes`, or nothing, and waits until they are on the disk if `syncs`.
  public func append(_ bytes: [UInt8], syncs: Bool) throws(FileStoreError) {
    try self.append(bytes)
    guard syncs, fdatasync(self.descriptor) != 0 else { return }
    let error = FileStoreError(.write, path: self.path)
    self.cut(by: bytes.count)
    throw error
  }
}
