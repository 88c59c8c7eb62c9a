internal import FileDescriptors
internal import Glibc

/// Why a state folder could not be used: what, where, and what is allowed.
public struct StateFolderError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String

  init(_ path: String, _ words: String) {
    self.description = "\(path): \(words)"
  }

  /// An error of the system call that just failed.
  static func system(_ action: String, _ path: String, _ number: Int32 = errno) -> StateFolderError
  {
    StateFolderError(path, "cannot \(action): \(String(cString: strerror(number)))")
  }
}

/// Files inside one folder, replaced whole and on the disk before the next step; no link is
/// followed, so that nothing outside is touched.
struct StateFiles {
  let folder: String

  /// More than any configuration has.
  private static let bytesMax = 2047 << 20
  private static let modeOfFiles: mode_t = 0o600
  private static let modeOfFolders: mode_t = 0o700

  func path(_ name: String) -> String { "\(self.folder)/\(name)" }

  /// Creates the folder and those above it; one that exists is fine.
  func create() throws(StateFolderError) {
    var built = self.folder.hasPrefix("/") ? "/" : ""
    for part in self.folder.split(separator: "/") {
      built += built.isEmpty || built == "/" ? String(part) : "/\(part)"
      guard mkdir(built, Self.modeOfFolders) == 0 || errno == EEXIST else {
        throw .system("create folder", built)
      }
    }
    guard Self.kind(of: self.folder, follows: true) == S_IFDIR else {
      throw .system("create folder", self.folder, ENOTDIR)
    }
  }

  /// Creates a folder inside; one that exists is fine, a link to one is not.
  func createFolder(_ name: String) throws(StateFolderError) {
    guard mkdir(self.path(name), Self.modeOfFolders) == 0 || errno == EEXIST else {
      throw .system("create folder", self.path(name))
    }
    try self.requireFolder(name)
  }

  func requireFolder(_ name: String) throws(StateFolderError) {
    guard Self.kind(of: self.path(name), follows: false) == S_IFDIR else {
      throw StateFolderError(self.path(name), "found no folder, allowed: the folder of commits")
    }
  }

  /// Whether anything of that name is there, a broken link too.
  func exists(_ name: String) -> Bool { Self.kind(of: self.path(name), follows: false) != nil }

  private static func kind(of path: String, follows: Bool) -> mode_t? {
    var information = stat()
    let result = follows ? stat(path, &information) : lstat(path, &information)
    return result == 0 ? information.st_mode & S_IFMT : nil
  }

  /// The names in the folder, or in one inside it.
  func names(in inner: String? = nil) throws(StateFolderError) -> [String] {
    let path = inner.map { self.path($0) } ?? self.folder
    guard let stream = opendir(path) else { throw .system("list folder", path) }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  // MARK: Reading and writing

  func read(_ name: String) throws(StateFolderError) -> [UInt8] {
    let path = self.path(name)
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { throw .system("read", path) }
    defer { close(descriptor) }
    var information = stat()
    guard fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG,
      information.st_size <= Self.bytesMax
    else { throw StateFolderError(path, "found no plain file, allowed: one that this made") }
    var bytes = [UInt8](repeating: 0, count: Int(information.st_size))
    let progress = bytes.withUnsafeMutableBytes { Descriptor.fill($0, from: descriptor) }
    guard progress.count == bytes.count else {
      throw .system("read", path, progress.errorNumber ?? EIO)
    }
    return bytes
  }

  /// A file is the old one or the new one at every instant, and the new one is on the disk.
  func replace(_ name: String, by bytes: [UInt8]) throws(StateFolderError) {
    let new = self.path(name) + ".new"
    unlink(new)
    let descriptor = open(
      new, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, Self.modeOfFiles)
    guard descriptor >= 0 else { throw .system("create file", new) }
    defer { close(descriptor) }
    let progress = bytes.withUnsafeBytes { Descriptor.writeAll($0, to: descriptor) }
    if let number = progress.errorNumber { throw .system("write", new, number) }
    guard fsync(descriptor) == 0 else { throw .system("write", new) }
    guard rename(new, self.path(name)) == 0 else { throw .system("rename", new) }
    try self.sync(folderOf: name)
  }

  /// A link to a name inside, put in the place of the one before in one step.
  func link(_ name: String, to target: String) throws(StateFolderError) {
    let new = self.path(name) + ".new"
    unlink(new)
    guard symlink(target, new) == 0 else { throw .system("create link", new) }
    guard rename(new, self.path(name)) == 0 else { throw .system("rename", new) }
    try self.sync(folderOf: name)
  }

  /// What a link leads to; `nil` where there is no link.
  func target(of name: String) -> String? {
    var buffer = [CChar](repeating: 0, count: 256)
    let count = readlink(self.path(name), &buffer, buffer.count)
    guard count > 0, count < buffer.count else { return nil }
    return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  func remove(_ name: String) throws(StateFolderError) {
    guard unlink(self.path(name)) == 0 || errno == ENOENT else {
      throw .system("delete", self.path(name))
    }
    try self.sync(folderOf: name)
  }

  private func sync(folderOf name: String) throws(StateFolderError) {
    let inner = name.lastIndex(of: "/").map { "/" + name[..<$0] } ?? ""
    let descriptor = open(self.folder + inner, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system("read", self.folder + inner) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .system("write", self.folder + inner) }
  }

  /// Waits until no other call uses the folder; the lock ends with the descriptor.
  func lock(_ name: String) throws(StateFolderError) -> CInt {
    let path = self.path(name)
    let descriptor = open(
      path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, Self.modeOfFiles)
    guard descriptor >= 0 else { throw .system("lock", path) }
    guard Descriptor.retrying({ flock(descriptor, LOCK_EX) }) == 0 else {
      let error = StateFolderError.system("lock", path)
      close(descriptor)
      throw error
    }
    return descriptor
  }
}
