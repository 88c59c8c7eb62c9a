internal import FileDescriptors
internal import Glibc

/// What a run leaves behind, in the layout of docs/ARCHITECTURE.md, "The output folder".
public struct OutputFolder: Sendable {
  /// The folder itself.
  public let path: String
  /// Keeps other runs out while this value lives.
  private var lock: FolderLock?

  /// A folder that exists from now on and can be written to.
  public init(path: String) throws(FileStoreError) {
    self.path = path
    try Self.create(path)
    guard access(path, W_OK | X_OK) == 0 else { throw FileStoreError(.createFile, path: path) }
  }

  /// The folder of one subscription's log files; `subscription` was checked to be safe as a name.
  public func logFolder(subscription: String) throws(FileStoreError) -> LogFolder {
    try LogFolder(path: "\(self.path)/logs/\(subscription)")
  }

  /// The folder of one push's disk buffer.
  public func spoolFolder(subscription: String) throws(FileStoreError) -> SpoolFolder {
    try SpoolFolder(path: "\(self.path)/spool/\(subscription)")
  }

  /// The folder of one run, for as long as the value lives.
  ///
  /// - Throws: when it cannot be made or written to, or another run has it.
  public init(ofRunAt path: String) throws(FileStoreError) {
    try self.init(path: path)
    self.lock = try FolderLock(path)
  }

  /// Checks that an earlier run kept what became of a push's lines where this one looks for it.
  public func requireSameMode(
    subscription: String, hasDiskBuffer: Bool
  ) throws(FileStoreError) {
    let other = hasDiskBuffer ? "journal/\(subscription)" : "spool/\(subscription)/mark"
    guard access("\(self.path)/\(other)", F_OK) != 0 else {
      throw FileStoreError(.changeMode, path: "\(self.path)/\(other)")
    }
  }

  /// The folder of the journals of pushes without disk buffer.
  public func journalFolder() throws(FileStoreError) -> JournalFolder {
    try JournalFolder(path: "\(self.path)/journal")
  }

  /// The folder of keys for SSH, for nobody else to look into; its path.
  public func sshFolder() throws(FileStoreError) -> String {
    let path = "\(self.path)/ssh"
    try Self.create(path)
    guard chmod(path, 0o700) == 0, let absolute = realpath(path, nil) else {
      throw FileStoreError(.createFolder, path: path)
    }
    defer { free(absolute) }
    return String(cString: absolute)
  }

  /// The file for what one lab syslog server reads.
  public func receivedFile(server: String) throws(FileStoreError) -> AppendFile {
    try Self.create("\(self.path)/received")
    return try AppendFile(creating: "\(self.path)/received/\(server).log", exclusively: false)
  }

  /// The files of what the lab's syslog servers read, those that hold something.
  public func receivedFiles() throws(FileStoreError) -> [String] {
    let folder = "\(self.path)/received"
    guard access(folder, F_OK) == 0 else { return [] }
    return try Self.entries(of: folder).sorted().map { "\(folder)/\($0)" }.filter { path in
      var about = stat()
      return stat(path, &about) == 0 && about.st_size > 0
    }
  }

  /// The capture file of that name, such as `appliance.pcap`.
  public func captureFile(named name: String) throws(FileStoreError) -> AppendFile {
    try Self.create("\(self.path)/captures")
    return try AppendFile(creating: "\(self.path)/captures/\(name)", exclusively: false)
  }

  /// Writes the mail that a lab mailbox took as number `number`, from 1.
  ///
  /// - Returns: the file's path.
  public func writeMail(_ bytes: [UInt8], number: Int) throws(FileStoreError) -> String {
    try Self.create("\(self.path)/mail")
    let digits = String(number)
    let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    let path = "\(self.path)/mail/\(padded).eml"
    try AppendFile(creating: path, exclusively: false).append(bytes)
    return path
  }

  /// Replaces a file at the folder's top, which is whole at every instant.
  public func replace(_ bytes: [UInt8], name: String) throws(FileStoreError) {
    try AppendFile.replace("\(self.path)/\(name)", by: bytes)
  }

  /// A file at the folder's top; `nil` when there is none.
  ///
  /// - Throws: also when it has more than `bytesMax` bytes.
  public func read(name: String, bytesMax: Int) throws(FileStoreError) -> [UInt8]? {
    let path = "\(self.path)/\(name)"
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw FileStoreError(.read, path: path)
    }
    defer { close(descriptor) }
    do {
      return try Descriptor.readAll(descriptor, bytesMax: bytesMax)
    } catch {
      switch error {
      case .tooLarge: throw FileStoreError(.read, path: path, errorNumber: EFBIG)
      case .system(let number): throw FileStoreError(.read, path: path, errorNumber: number)
      }
    }
  }

  /// Deletes a file at the folder's top; none there is fine.
  public func remove(name: String) throws(FileStoreError) {
    let path = "\(self.path)/\(name)"
    guard unlink(path) == 0 || errno == ENOENT else { throw FileStoreError(.delete, path: path) }
  }

  /// A file at the folder's top holds something else than an earlier run would have left.
  public func unreadable(name: String) -> FileStoreError {
    FileStoreError(.understand, path: "\(self.path)/\(name)", errorNumber: EBADMSG)
  }

  /// Creates a folder and those above it; one that exists is fine.
  static func create(_ path: String) throws(FileStoreError) {
    var built = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      built += built.isEmpty || built == "/" ? String(part) : "/\(part)"
      guard mkdir(built, 0o755) == 0 || errno == EEXIST else {
        throw FileStoreError(.createFolder, path: built)
      }
    }
    var info = stat()
    guard stat(path, &info) == 0 else { throw FileStoreError(.createFolder, path: path) }
    guard info.st_mode & S_IFMT == S_IFDIR else {
      throw FileStoreError(.createFolder, path: path, errorNumber: ENOTDIR)
    }
  }
}
