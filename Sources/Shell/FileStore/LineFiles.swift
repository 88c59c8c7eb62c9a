internal import Glibc
public import Reconciliation

/// Some files read as one row of records: once from end to end, then single ones again.
///
/// Where about every 256th record begins is kept; the texts are not.
public final class LineFiles {
  private static let pieceBytes = 1 << 20
  /// Records and bytes between two marks, at least.
  private static let markRecords = 256
  private static let markBytes = 65_536
  private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// A file, open as long as this is.
  private struct Open {
    let path: String
    let descriptor: CInt
    let bytes: Int
    /// Bytes of a byte order mark.
    var start = 0
    var splitter = FileSplitter.lines
    /// Its first record among all, from 0.
    var firstRecord = 0

    /// Whether the number of a record is that of its line.
    var isOfLines: Bool { self.splitter.isOfLines }
  }

  private struct Mark {
    let file: Int
    let offset: Int
    let record: Int
    /// Of the file, from 1; only where records are no lines.
    let line: Int
    let state: RecordSplitter.Checkpoint
  }

  private var files: [Open] = []
  private var marks: [Mark] = []
  /// Records that are several lines, in order, and how many lines more all up to there are.
  private var joined: [(record: Int, lines: Int)] = []
  private var block: [UInt8] = []
  private var blockRecords: [Range<Int>] = []
  private var blockNumber = -1
  /// Records of all files, once they are read.
  public private(set) var lines = 0
  /// Bytes that were looked at in search of records' ends: for tests of what that costs.
  public private(set) var bytesScanned = 0
  /// What went wrong when a record was to be read again.
  public private(set) var failure: FileStoreError?

  /// Opens the files; each must be a plain file, since it is read more than once.
  public init(paths: [String]) throws(FileStoreError) {
    for path in paths {
      // A pipe's other end is not waited for.
      let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
      guard descriptor >= 0 else { throw FileStoreError(.read, path: path) }
      var info = stat()
      let isKnown = fstat(descriptor, &info) == 0
      let kind = info.st_mode & S_IFMT
      // What is appended from now on is not compared.
      self.files.append(Open(path: path, descriptor: descriptor, bytes: Int(info.st_size)))
      guard isKnown else { throw FileStoreError(.read, path: path) }
      guard kind != S_IFDIR else { throw FileStoreError(.read, path: path, errorNumber: EISDIR) }
      guard kind == S_IFREG else {
        throw FileStoreError(.readAgain, path: path, errorNumber: ESPIPE)
      }
      let beginning = try self.beginning(of: self.files.count - 1, count: Self.mark.count)
      if beginning == Self.mark { self.files[self.files.count - 1].start = Self.mark.count }
    }
  }

  deinit {
    for file in self.files { close(file.descriptor) }
  }

  /// Finds out what each file is made of, as a collector's; without it each LF ends a record.
  ///
  /// - Throws: `FileStoreError`, `RefusedFile`.
  public func findForms(_ format: ReceivedFormat) throws {
    for index in self.files.indices {
      let file = self.files[index]
      let beginning = try self.beginning(of: index, count: ReceivedFileForm.beginningCount)
      do {
        let form = try beginning.withUnsafeBytes { bytes throws(RefusedForm) in
          try ReceivedFileForm.of(bytes, isWhole: bytes.count == file.bytes, format: format)
        }
        self.files[index].splitter = FileSplitter(form: form, joinsParts: format != .plain)
      } catch let found as RefusedForm {
        throw RefusedFile(path: file.path, line: 1, found: found)
      }
    }
  }

  private func beginning(of index: Int, count: Int) throws(FileStoreError) -> [UInt8] {
    let file = self.files[index]
    var buffer = PieceBuffer(bytes: min(count, file.bytes))
    _ = try buffer.read(min(count, file.bytes), from: file.descriptor, at: 0, path: file.path)
    return buffer.bytes
  }

  /// The first file whose records are in an array of JSON that never ends, once it was read.
  public private(set) var openFile: String?

  /// Bytes of all files.
  public var bytes: Int { self.files.reduce(0) { $0 + $1.bytes } }

  /// Gives `body` each record, in order, and `begin` the form of each file before its first one.
  public func forEachRecord(
    begin: (ReceivedFileForm) -> Void = { _ in }, _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(FileStoreError) {
    self.marks.removeAll()
    self.joined.removeAll()
    self.lines = 0
    for index in self.files.indices {
      self.files[index].firstRecord = self.lines
      begin(self.files[index].splitter.form)
      var sinceMark = (records: 0, offset: Int.min / 2)
      var line = 1
      let isOfLines = self.files[index].isOfLines
      try self.readFile(index) { bytes, found, offset, state in
        if sinceMark.records >= Self.markRecords || offset - sinceMark.offset >= Self.markBytes {
          self.marks.append(
            Mark(file: index, offset: offset, record: self.lines, line: line, state: state))
          sinceMark = (0, offset)
        }
        if found.linesBefore > 0 {
          self.joined.append((self.lines, (self.joined.last?.lines ?? 0) + found.linesBefore))
        }
        sinceMark.records += 1
        self.lines += 1
        if !isOfLines { line += countLines(bytes.prefix(found.end)) }
        body(UnsafeRawBufferPointer(rebasing: bytes[found.record]))
      }
    }
  }

  /// Gives `body` what is left of the file, the record at its beginning, where that is in the file,
  /// and the splitter's state before.
  private func readFile(
    _ index: Int,
    _ body: (UnsafeRawBufferPointer, RecordSplitter.Found, Int, RecordSplitter.Checkpoint) -> Void
  ) throws(FileStoreError) {
    let file = self.files[index]
    var splitter = file.splitter
    var buffer = PieceBuffer(bytes: Self.pieceBytes)
    var offset = file.start
    while offset < file.bytes {
      let wanted = min(Self.pieceBytes, file.bytes - offset)
      let count = try buffer.read(wanted, from: file.descriptor, at: offset, path: file.path)
      guard count > 0 else { break }
      offset += count
      buffer.takeRecords(&splitter, isLast: offset >= file.bytes) { bytes, found, before in
        body(bytes, found, offset - bytes.count, before)
      }
    }
    self.bytesScanned += splitter.steps
    if splitter.isOpen { self.openFile = self.openFile ?? file.path }
  }

  /// Gives `body` records from evenly spread places, of at most about `max` bytes, and the form of
  /// their file.
  public func sampleRecords(
    bytesMax: Int, _ body: (UnsafeRawBufferPointer, ReceivedFileForm) -> Void
  ) throws(FileStoreError) {
    let total = max(self.bytes, 1)
    for (index, file) in self.files.enumerated() {
      let share = max(bytesMax / 1024 * file.bytes / total * 1024, 65_536)
      guard file.isOfLines, file.bytes > share else {
        // Where another record begins is not seen within.
        let every = max(file.bytes / share, 1)
        var number = 0
        try self.readFile(index) { bytes, found, _, _ in
          if number % every == 0 {
            body(UnsafeRawBufferPointer(rebasing: bytes[found.record]), file.splitter.form)
          }
          number += 1
        }
        continue
      }
      try self.samplePieces(of: file, share: share, body)
    }
  }

  private func samplePieces(
    of file: Open, share: Int, _ body: (UnsafeRawBufferPointer, ReceivedFileForm) -> Void
  ) throws(FileStoreError) {
    let pieces = 16
    let size = min(share / pieces, Self.pieceBytes)
    for piece in 0..<pieces {
      let offset = max(file.bytes / pieces * piece, file.start)
      var buffer = PieceBuffer(bytes: size)
      _ = try buffer.read(
        min(size, file.bytes - offset), from: file.descriptor, at: offset, path: file.path)
      // The first line may have begun before the piece.
      var isFirst = piece > 0
      var splitter = file.splitter
      buffer.takeRecords(&splitter, isLast: false) { bytes, found, _ in
        if !isFirst {
          body(UnsafeRawBufferPointer(rebasing: bytes[found.record]), file.splitter.form)
        }
        isFirst = false
      }
    }
  }

  /// The file and line number, from 1, of record `number` among all, from 1. Where NULs end lines
  /// it is the number of the record in its file.
  public func place(ofLine number: Int) -> (path: String, line: Int) {
    let file = self.files.last { $0.firstRecord < number } ?? self.files.first
    guard let file else { return ("", number) }
    guard !file.isOfLines, let (mark, record) = self.mark(ofRecord: number - 1) else {
      let more = self.joinedLines(before: number - 1) - self.joinedLines(before: file.firstRecord)
      return (file.path, number - file.firstRecord + more)
    }
    if mark != self.blockNumber { self.readBlock(mark) }
    guard record < self.blockRecords.count else { return (file.path, self.marks[mark].line) }
    let lines = self.block.withUnsafeBytes {
      countLines($0.prefix(self.blockRecords[record].lowerBound))
    }
    return (file.path, self.marks[mark].line + lines)
  }

  /// How many lines more than records there are before one, from 0.
  private func joinedLines(before record: Int) -> Int {
    var low = 0
    var high = self.joined.count
    while low < high {
      let middle = (low + high) / 2
      if self.joined[middle].record < record { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? self.joined[low - 1].lines : 0
  }

  /// Gives `body` record `number`, from 0, once more; nothing when it cannot be read any more.
  public func withLine<Result>(
    _ number: Int, _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result {
    guard let (mark, record) = self.mark(ofRecord: number) else {
      return body(UnsafeRawBufferPointer(start: nil, count: 0))
    }
    if mark != self.blockNumber { self.readBlock(mark) }
    guard record < self.blockRecords.count else {
      return body(UnsafeRawBufferPointer(start: nil, count: 0))
    }
    return self.block.withUnsafeBytes { block in
      body(UnsafeRawBufferPointer(rebasing: block[self.blockRecords[record]]))
    }
  }

  /// The mark before a record, and how many records behind it.
  private func mark(ofRecord number: Int) -> (mark: Int, record: Int)? {
    guard number < self.lines else { return nil }
    var low = 0
    var high = self.marks.count
    while low < high {
      let middle = (low + high) / 2
      if self.marks[middle].record <= number { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? (low - 1, number - self.marks[low - 1].record) : nil
  }

  private func readBlock(_ number: Int) {
    self.blockNumber = number
    self.blockRecords.removeAll(keepingCapacity: true)
    let mark = self.marks[number]
    let file = self.files[mark.file]
    let isLast = number + 1 == self.marks.count || self.marks[number + 1].file != mark.file
    let end = isLast ? file.bytes : self.marks[number + 1].offset
    let size = end - mark.offset
    if self.block.count < size { self.block = Array(repeating: 0, count: size) }
    do {
      let count = try readFully(
        &self.block, count: size, from: file.descriptor, at: mark.offset, path: file.path)
      self.splitBlock(count, file.splitter.resumed(at: mark.state))
    } catch {
      self.failure = self.failure ?? error
    }
  }

  private func splitBlock(_ count: Int, _ splitter: FileSplitter) {
    var splitter = splitter
    var start = 0
    self.block.withUnsafeBytes { block in
      while start < count {
        let rest = UnsafeRawBufferPointer(rebasing: block[start..<count])
        guard let found = splitter.next(in: rest, isLast: true) else { break }
        self.blockRecords.append(
          start + found.record.lowerBound..<start + found.record.upperBound)
        start += found.end
      }
    }
  }
}

/// A file of a collector that cannot be compared.
public struct RefusedFile: Error, CustomStringConvertible {
  /// The file.
  public let path: String
  /// The line, from 1.
  public let line: Int?
  /// What was found.
  public let found: RefusedForm

  /// What was found in a file, or in some of its lines.
  public init(path: String, line: Int?, found: RefusedForm) {
    self.path = path
    self.line = line
    self.found = found
  }

  public var description: String {
    let place = self.line.map { "\(self.path):\($0)" } ?? self.path
    return "\(place): \(self.found.words)"
  }
}

private func countLines(_ bytes: Slice<UnsafeRawBufferPointer>) -> Int {
  bytes.reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) }
}
