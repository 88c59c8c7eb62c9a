internal import Glibc

/// Some text files read as one row of lines: once from end to end, then single lines again.
///
/// Where every 256th line begins is kept, 16 bytes each; the texts are not.
public final class LineFiles {
  private static let pieceBytes = 1 << 20
  private static let markEvery = 256

  /// A file, open as long as this is.
  private struct Open {
    let path: String
    let descriptor: CInt
    let bytes: Int
    /// Its first line among all, from 0.
    var firstLine = 0
  }

  private struct Mark {
    let file: Int32
    let offset: Int
  }

  private var files: [Open] = []
  private var marks: [Mark] = []
  private var block: [UInt8] = []
  private var blockLines: [Range<Int>] = []
  private var blockNumber = -1
  /// Lines of all files, once they are read.
  public private(set) var lines = 0
  /// What went wrong when a line was to be read again.
  public private(set) var failure: FileStoreError?

  /// Opens the files; each must be a plain file, since it is read more than once.
  public init(paths: [String]) throws(FileStoreError) {
    for path in paths {
      let descriptor = open(path, O_RDONLY | O_CLOEXEC)
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
    }
  }

  deinit {
    for file in self.files { close(file.descriptor) }
  }

  /// Bytes of all files.
  public var bytes: Int { self.files.reduce(0) { $0 + $1.bytes } }

  /// Gives `body` each line without its end, in order; a last line without end too.
  public func forEachLine(
    _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(FileStoreError) {
    self.marks.removeAll()
    self.lines = 0
    for index in self.files.indices { try self.readFile(index, body) }
  }

  private func readFile(
    _ index: Int, _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(FileStoreError) {
    self.files[index].firstLine = self.lines
    let file = self.files[index]
    var buffer = PieceBuffer(bytes: Self.pieceBytes)
    var offset = 0
    while offset < file.bytes {
      let wanted = min(Self.pieceBytes, file.bytes - offset)
      let count = try buffer.read(wanted, from: file.descriptor, at: offset, path: file.path)
      guard count > 0 else { break }
      offset += count
      buffer.takeLines(isLast: offset >= file.bytes) { line, start in
        // Marks do not span files, so that a block is one piece of one file.
        if (self.lines - file.firstLine) % Self.markEvery == 0 {
          self.marks.append(Mark(file: Int32(index), offset: offset - start))
        }
        self.lines += 1
        body(line)
      }
    }
  }

  /// Gives `body` lines from evenly spread places, at most about `max` bytes.
  public func sampleLines(
    bytesMax: Int, _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(FileStoreError) {
    let pieces = 16
    let total = max(self.bytes, 1)
    for file in self.files {
      let share = file.bytes * (bytesMax / 1024) / total * 1024 / pieces
      let size = min(max(share, 4096), Self.pieceBytes)
      for piece in 0..<pieces {
        let offset = file.bytes / pieces * piece
        guard offset < file.bytes, piece == 0 || file.bytes > size else { break }
        var buffer = PieceBuffer(bytes: size)
        _ = try buffer.read(
          min(size, file.bytes - offset), from: file.descriptor, at: offset, path: file.path)
        // The first line may have begun before the piece.
        var isFirst = offset > 0
        buffer.takeLines(isLast: false) { line, _ in
          if !isFirst { body(line) }
          isFirst = false
        }
      }
    }
  }

  /// The file and line number, from 1, of line `number` among all, from 1.
  public func place(ofLine number: Int) -> (path: String, line: Int) {
    let file = self.files.last { $0.firstLine < number } ?? self.files.first
    return (file?.path ?? "", number - (file?.firstLine ?? 0))
  }

  /// Gives `body` line `number`, from 0, once more; nothing when it cannot be read any more.
  public func withLine<Result>(
    _ number: Int, _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result {
    guard let (mark, line) = self.mark(ofLine: number) else {
      return body(UnsafeRawBufferPointer(start: nil, count: 0))
    }
    if mark != self.blockNumber { self.readBlock(mark) }
    guard line < self.blockLines.count else {
      return body(UnsafeRawBufferPointer(start: nil, count: 0))
    }
    return self.block.withUnsafeBytes { block in
      body(UnsafeRawBufferPointer(rebasing: block[self.blockLines[line]]))
    }
  }

  /// The mark before a line, and how many lines behind it.
  private func mark(ofLine number: Int) -> (mark: Int, line: Int)? {
    var marksBefore = 0
    for (index, file) in self.files.enumerated() {
      let end = index + 1 < self.files.count ? self.files[index + 1].firstLine : self.lines
      if number < end {
        let line = number - file.firstLine
        return (marksBefore + line / Self.markEvery, line % Self.markEvery)
      }
      marksBefore += (end - file.firstLine + Self.markEvery - 1) / Self.markEvery
    }
    return nil
  }

  private func readBlock(_ number: Int) {
    self.blockNumber = number
    self.blockLines.removeAll(keepingCapacity: true)
    let mark = self.marks[number]
    let file = self.files[Int(mark.file)]
    let isLast = number + 1 == self.marks.count || self.marks[number + 1].file != mark.file
    let end = isLast ? file.bytes : self.marks[number + 1].offset
    let size = end - mark.offset
    if self.block.count < size { self.block = Array(repeating: 0, count: size) }
    let outcome = self.block.withUnsafeMutableBytes { block in
      Result { () throws(FileStoreError) in
        try readFully(
          UnsafeMutableRawBufferPointer(rebasing: block[..<size]), from: file.descriptor,
          at: mark.offset, path: file.path)
      }
    }
    switch outcome {
    case .failure(let error): self.failure = self.failure ?? error
    case .success(let count): self.splitBlock(count)
    }
  }

  private func splitBlock(_ count: Int) {
    var start = 0
    while start < count {
      let end = self.block[start..<count].firstIndex(of: 0x0A) ?? count
      self.blockLines.append(start..<end)
      start = end + 1
    }
  }
}

/// Pieces of a file, with the begin of a line that goes on in the next one.
private struct PieceBuffer: ~Copyable {
  private var base: UnsafeMutableRawBufferPointer
  private var used = 0

  init(bytes: Int) {
    self.base = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes, alignment: 16)
  }

  deinit {
    self.base.deallocate()
  }

  /// Appends at most `count` bytes of the file at `offset`.
  mutating func read(
    _ count: Int, from descriptor: CInt, at offset: Int, path: String
  ) throws(FileStoreError) -> Int {
    if self.base.count - self.used < count {
      let larger = UnsafeMutableRawBufferPointer.allocate(
        byteCount: max(self.base.count * 2, self.used + count), alignment: 16)
      larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: self.base[..<self.used]))
      self.base.deallocate()
      self.base = larger
    }
    let target = UnsafeMutableRawBufferPointer(
      rebasing: self.base[self.used..<self.used + count])
    let got = try readFully(target, from: descriptor, at: offset, path: path)
    self.used += got
    return got
  }

  /// Gives `body` each whole line and how many bytes before the buffer's end it begins.
  mutating func takeLines(isLast: Bool, _ body: (UnsafeRawBufferPointer, Int) -> Void) {
    let all = UnsafeRawBufferPointer(rebasing: self.base[..<self.used])
    var start = 0
    while start < all.count, let base = all.baseAddress {
      var end = all.count
      if let found = memchr(base + start, 0x0A, all.count - start) {
        end = UnsafeRawPointer(found) - base
      } else if !isLast {
        break
      }
      body(UnsafeRawBufferPointer(start: base + start, count: end - start), all.count - start)
      start = min(end + 1, all.count)
    }
    self.base.copyMemory(from: UnsafeRawBufferPointer(rebasing: all[start...]))
    self.used = all.count - start
  }
}

/// Reads until the buffer is full or the file ends.
private func readFully(
  _ target: UnsafeMutableRawBufferPointer, from descriptor: CInt, at offset: Int, path: String
) throws(FileStoreError) -> Int {
  var got = 0
  while got < target.count, let base = target.baseAddress {
    let count = pread(descriptor, base + got, target.count - got, off_t(offset + got))
    if count < 0 {
      if errno == EINTR { continue }
      throw FileStoreError(.read, path: path)
    }
    guard count > 0 else { break }
    got += count
  }
  return got
}
