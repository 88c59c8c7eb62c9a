internal import Glibc

/// What somebody else appends to a file from now on.
public struct FileGrowth: Sendable {
  private static let pieceBytes = 1 << 20

  /// The file.
  public let path: String
  private var start: Int
  private var size: Int
  private var inode: UInt64

  /// Remembers how long the file is; one that is not there yet has no bytes.
  public init(of path: String) throws(FileStoreError) {
    self.path = path
    (self.size, self.inode) = try Self.standing(path)
    self.start = self.size
  }

  /// Bytes that were appended, as far as `hasGrown` has seen.
  public var bytes: Int { self.size - self.start }

  /// Looks again. A file that was replaced, or cut, is new from its beginning.
  public mutating func hasGrown() throws(FileStoreError) -> Bool {
    let (size, inode) = try Self.standing(self.path)
    defer { (self.size, self.inode) = (size, inode) }
    if inode != self.inode || size < self.size { self.start = 0 }
    return size != self.size || inode != self.inode
  }

  /// Copies what was appended into a file.
  ///
  /// - Returns: the file's path.
  public func copy(to target: String) throws(FileStoreError) -> String {
    let source = open(self.path, O_RDONLY | O_CLOEXEC)
    guard source >= 0 else { throw FileStoreError(.read, path: self.path) }
    defer { close(source) }
    let file = try AppendFile(creating: target, exclusively: false)
    var buffer = [UInt8](repeating: 0, count: Self.pieceBytes)
    var place = self.start
    while place < self.size {
      let wanted = min(buffer.count, self.size - place)
      let count = try readFully(&buffer, count: wanted, from: source, at: place, path: self.path)
      // It was cut meanwhile.
      guard count > 0 else { break }
      try file.append(Array(buffer[..<count]))
      place += count
    }
    return target
  }

  private static func standing(_ path: String) throws(FileStoreError) -> (Int, UInt64) {
    var info = stat()
    guard stat(path, &info) == 0 else {
      guard errno == ENOENT else { throw FileStoreError(.read, path: path) }
      return (0, 0)
    }
    guard info.st_mode & S_IFMT == S_IFREG else {
      throw FileStoreError(
        .readAgain, path: path, errorNumber: info.st_mode & S_IFMT == S_IFDIR ? EISDIR : ESPIPE)
    }
    return (Int(info.st_size), UInt64(info.st_ino))
  }
}
