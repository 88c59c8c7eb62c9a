internal import Glibc

/// A folder that one process has for itself, until this is let go; the system frees it when the
/// process dies.
final class FolderLock: Sendable {
  private let descriptor: CInt

  init(_ path: String) throws(FileStoreError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileStoreError(.lock, path: path) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let error = FileStoreError(.lock, path: path)
      close(descriptor)
      throw error
    }
    self.descriptor = descriptor
  }

  deinit { close(self.descriptor) }
}
