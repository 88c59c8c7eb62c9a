internal import Glibc
public import LogDelivery

/// The folder of one subscription's log files; carries out what `LogFileWriter` decides.
public final class LogFolder {
  private let path: String
  private var current: AppendFile?
  private var currentName: String?
  /// Whether it behaves as on a disk without room, as a scenario may want it.
  public var isFull = false

  /// A folder that exists from now on.
  public init(path: String) throws(FileStoreError) {
    self.path = path
    try OutputFolder.create(path)
  }

  /// Where the file of that name is, from wherever a program is started.
  public func path(of name: String) -> String {
    let absolute = realpath(self.path, nil)
    defer { free(absolute) }
    return "\(absolute.map { String(cString: $0) } ?? self.path)/\(name)"
  }

  /// The names of the files in it, in the order in which they were last written (`WrittenOrder`).
  ///
  /// Files of one instant are in the order of their names.
  public func existingFiles() throws(FileStoreError) -> [String] {
    guard let folder = opendir(self.path) else {
      throw FileStoreError(.listFolder, path: self.path)
    }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      guard entry.pointee.d_type != UInt8(DT_DIR) else { continue }
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      names.append(name)
    }
    let written = names.map { name in
      (order: WrittenOrder(path: "\(self.path)/\(name)", name: name), name: name)
    }
    return written.sorted { $0.order < $1.order }.map(\.name)
  }

  /// A file that could not be saved at its time is no longer the one being written.
  private func closeCurrent(named name: String) {
    if self.currentName == name { self.current = nil }
  }

  /// Does one thing.
  public func perform(_ action: LogFileAction) throws(FileStoreError) {
    switch action {
    case .create(let name):
      self.current = nil
      // The folder may have gone with the file before.
      if access(self.path, F_OK) != 0 { try OutputFolder.create(self.path) }
      self.current = try AppendFile(creating: "\(self.path)/\(name)", exclusively: true)
      self.currentName = name
    case .append(let bytes, _):
      guard !self.isFull else { throw .noSpace(path: self.path) }
      guard self.current != nil else {
        throw FileStoreError(.write, path: self.path, errorNumber: EBADF)
      }
      guard self.current?.isInPlace == true else {
        self.current = nil
        throw FileStoreError(.gone, path: "\(self.path)/\(self.currentName ?? "")")
      }
      try self.current?.append(bytes)
    case .save(let name, let newName):
      self.closeCurrent(named: name)
      // A rename would replace a file that has the name, and its lines would be gone.
      guard access("\(self.path)/\(newName)", F_OK) != 0 else {
        throw FileStoreError(.rename, path: "\(self.path)/\(name)", errorNumber: EEXIST)
      }
      guard rename("\(self.path)/\(name)", "\(self.path)/\(newName)") == 0 else {
        if errno == ENOENT { throw FileStoreError(.gone, path: "\(self.path)/\(name)") }
        throw FileStoreError(.rename, path: "\(self.path)/\(name)")
      }
    case .delete(let name):
      guard unlink("\(self.path)/\(name)") == 0 || errno == ENOENT else {
        throw FileStoreError(.delete, path: "\(self.path)/\(name)")
      }
    }
  }

  /// Cuts the torn line at the end of each file that a killed run was writing.
  ///
  /// - Returns: the names of those files.
  public func cutTornLines() throws(FileStoreError) -> [String] {
    var cut: [String] = []
    for name in try self.existingFiles() where name.hasSuffix(".c") {
      let path = "\(self.path)/\(name)"
      let descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
      guard descriptor >= 0 else { throw FileStoreError(.read, path: path) }
      defer { close(descriptor) }
      let size = lseek(descriptor, 0, SEEK_END)
      let whole = try Self.wholeLines(of: descriptor, size: size, path: path)
      guard whole < size else { continue }
      guard ftruncate(descriptor, whole) == 0 else { throw FileStoreError(.write, path: path) }
      cut.append(name)
    }
    return cut
  }

  /// Where the last whole line ends.
  private static func wholeLines(
    of descriptor: CInt, size: off_t, path: String
  ) throws(FileStoreError) -> off_t {
    var bytes = [UInt8](repeating: 0, count: 64 * 1024)
    var end = size
    while end > 0 {
      let start = max(0, end - off_t(bytes.count))
      let wanted = Int(end - start)
      let got = try readFully(
        &bytes, count: wanted, from: descriptor, at: Int(start), path: path)
      guard got == wanted else { throw FileStoreError(.read, path: path, errorNumber: EIO) }
      if let last = bytes[..<wanted].lastIndex(of: 0x0A) { return start + off_t(last) + 1 }
      end = start
    }
    return 0
  }

  /// Appends whole lines to the latest file, which a killed run was writing.
  ///
  /// - Returns: false where there is no file.
  public func complete(_ lines: [UInt8]) throws(FileStoreError) -> Bool {
    let names = try self.existingFiles().filter { $0.hasSuffix(".c") || $0.hasSuffix(".s") }
    guard let name = names.last else { return false }
    try AppendFile(continuing: "\(self.path)/\(name)").append(lines)
    return true
  }

  /// How many logged lines its files hold behind a place in one of them; all for `nil`.
  ///
  /// - Parameter headerLines: how many lines each file begins with that are no logged ones.
  public func lines(
    behind position: LogPosition?, headerLines: Int
  ) throws(FileStoreError) -> UInt64 {
    let position = position ?? LogPosition(base: "", bytes: 0)
    let stamp = position.base.firstRange(of: ".@")
    guard stamp != nil || position.base.isEmpty else { return 0 }
    let prefix = position.base[..<(stamp?.upperBound ?? position.base.startIndex)]
    var count: UInt64 = 0
    let names = try self.existingFiles().filter {
      ($0.hasSuffix(".c") || $0.hasSuffix(".s")) && $0.hasPrefix(prefix)
    }
    let place = names.firstIndex { $0.dropLast(2) == position.base[...] }
    for (index, name) in names.enumerated() {
      let base = name.dropLast(2)
      // Where the file of the place is gone, stamps are all that is known of the order.
      guard place.map({ index >= $0 }) ?? (base >= position.base[...]) else { continue }
      let isSame = base == position.base[...]
      let lines = try Self.lineEnds(
        of: "\(self.path)/\(name)", from: isSame ? position.bytes : 0)
      count += isSame ? lines : lines - min(lines, UInt64(headerLines))
    }
    return count
  }

  private static func lineEnds(
    of path: String, from start: UInt64
  ) throws(FileStoreError) -> UInt64 {
    guard var place = Int(exactly: start) else { return 0 }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileStoreError(.read, path: path) }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 256 * 1024)
    var count: UInt64 = 0
    while true {
      let got = try readFully(
        &bytes, count: bytes.count, from: descriptor, at: place, path: path)
      if got == 0 { return count }
      for byte in bytes[..<got] where byte == 0x0A { count += 1 }
      place += got
    }
  }
}
