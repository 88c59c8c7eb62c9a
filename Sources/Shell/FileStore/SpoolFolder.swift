internal import Glibc
public import LogDelivery

/// The files of one push's disk buffer; carries out what `SyslogPush` decides.
///
/// Segments are `NNNNNNNNNN.seg`, the mark is `mark`, and `logged` says how far the log files had
/// come; both are replaced by a rename.
public final class SpoolFolder {
  private static let suffix = ".seg"
  private static let markName = "mark"
  private static let loggedName = "logged"

  private let path: String
  private var segment: UInt32?
  private var file: AppendFile?
  /// Whether it behaves as on a disk without room, as a scenario may want it.
  public var isFull = false
  /// A segment that could not be appended to, and why: nothing may come behind the gap.
  private var failed: (segment: UInt32, failure: FileStoreError)?

  /// A folder that exists from now on.
  public init(path: String) throws(FileStoreError) {
    self.path = path
    try OutputFolder.create(path)
  }

  /// The numbers of the segments that are there, rising.
  public func segments() throws(FileStoreError) -> [UInt32] {
    try OutputFolder.entries(of: self.path).compactMap { name in
      name.hasSuffix(Self.suffix) ? UInt32(name.dropLast(Self.suffix.count)) : nil
    }
    .sorted()
  }

  /// All bytes of a segment.
  public func bytes(ofSegment segment: UInt32) throws(FileStoreError) -> [UInt8] {
    try Self.read(self.path(of: segment), offset: 0, count: nil)
  }

  /// The mark that an earlier run left; `nil` without one.
  public func mark() throws(FileStoreError) -> [UInt8]? {
    let path = "\(self.path)/\(Self.markName)"
    return access(path, F_OK) == 0 ? try Self.read(path, offset: 0, count: nil) : nil
  }

  /// How far the log files had come, as a run left it; `nil` without one.
  public func loggedMark() throws(FileStoreError) -> [UInt8]? {
    let path = "\(self.path)/\(Self.loggedName)"
    return access(path, F_OK) == 0 ? try Self.read(path, offset: 0, count: nil) : nil
  }

  /// Keeps how far the log files have come.
  public func keepLoggedMark(_ bytes: [UInt8]) throws(FileStoreError) {
    guard !self.isFull else { throw .noSpace(path: self.path) }
    try AppendFile.replace("\(self.path)/\(Self.loggedName)", by: bytes)
  }

  /// Does one thing.
  ///
  /// - Returns: what a `read` gave.
  public func perform(_ action: SpoolAction) throws(FileStoreError) -> [UInt8]? {
    switch action {
    case .append(let segment, let bytes, let syncs):
      try self.append(bytes, to: segment, syncs: syncs)
    case .truncate(let segment, let count):
      let path = self.path(of: segment)
      guard Glibc.truncate(path, off_t(count)) == 0 else {
        throw FileStoreError(.write, path: path)
      }
    case .remove(let segment):
      let path = self.path(of: segment)
      guard unlink(path) == 0 || errno == ENOENT else { throw FileStoreError(.delete, path: path) }
    case .mark(let bytes):
      guard !self.isFull else { throw .noSpace(path: self.path) }
      try AppendFile.replace("\(self.path)/\(Self.markName)", by: bytes)
    case .read(let segment, let offset, let count):
      return try Self.read(self.path(of: segment), offset: offset, count: count)
    }
    return nil
  }

  private func append(
    _ bytes: [UInt8], to segment: UInt32, syncs: Bool
  ) throws(FileStoreError) {
    if let failed, failed.segment == segment { throw failed.failure }
    do throws(FileStoreError) {
      guard !self.isFull else { throw .noSpace(path: self.path) }
      if self.segment != segment {
        self.segment = nil
        self.file = try AppendFile(continuing: self.path(of: segment))
        self.segment = segment
      }
      try self.file?.append(bytes, syncs: syncs)
    } catch {
      self.failed = (segment, error)
      throw error
    }
  }

  private func path(of segment: UInt32) -> String {
    let digits = String(segment)
    let padding = String(repeating: "0", count: 10 - digits.count)
    return "\(self.path)/\(padding)\(digits)\(Self.suffix)"
  }

  private static func read(
    _ path: String, offset: Int, count: Int?
  ) throws(FileStoreError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileStoreError(.read, path: path) }
    defer { close(descriptor) }
    var info = stat()
    guard fstat(descriptor, &info) == 0 else { throw FileStoreError(.read, path: path) }
    let wanted = count ?? max(0, Int(info.st_size) - offset)
    var bytes = [UInt8](repeating: 0, count: wanted)
    let count = try readFully(&bytes, count: wanted, from: descriptor, at: offset, path: path)
    bytes.removeLast(wanted - count)
    return bytes
  }
}
