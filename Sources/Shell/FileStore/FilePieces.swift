internal import FileDescriptors
internal import Glibc
import Reconciliation

/// Where the records of a file end: lines by the system's search, all others by the core's.
struct FileSplitter {
  /// The lines of a log: ended by LF.
  static let lines = FileSplitter(form: .lines, endsAtNUL: false, joinsParts: false)

  let form: ReceivedFileForm
  private let endsAtNUL: Bool
  /// Whether a message that a collector wrote as several lines is one record.
  private let joinsParts: Bool
  /// Where the last line of the record begins, and how many lines of it are before.
  private var lineStart = 0
  private var linesBefore = 0
  private var records: RecordSplitter
  /// The next LF, from the last record's end on, and how far there is none.
  private var newline: Int?
  private var seen = 0
  private var seenForNUL = 0
  private var lineSteps = 0

  /// A collector's file of that form: NUL ends a line too, as in a raw stream.
  init(form: ReceivedFileForm, joinsParts: Bool) {
    self.init(form: form, endsAtNUL: true, joinsParts: joinsParts)
  }

  private init(form: ReceivedFileForm, endsAtNUL: Bool, joinsParts: Bool) {
    self.form = form
    self.endsAtNUL = endsAtNUL
    self.joinsParts = joinsParts
    self.records = RecordSplitter(form: form)
  }

  var isOfLines: Bool { self.form.isOfLines }

  /// Bytes that were looked at.
  var steps: Int { self.isOfLines ? self.lineSteps : self.records.steps }

  /// The state before the next record.
  var checkpoint: RecordSplitter.Checkpoint { self.records.checkpoint }

  /// Whether what is around the records never ended.
  var isOpen: Bool { self.records.isOpen }

  /// A splitter of the same file, from another place on.
  func resumed(at checkpoint: RecordSplitter.Checkpoint) -> FileSplitter {
    var splitter = FileSplitter(
      form: self.form, endsAtNUL: self.endsAtNUL, joinsParts: self.joinsParts)
    splitter.records = RecordSplitter(form: self.form, at: checkpoint)
    return splitter
  }

  /// The record at the beginning of `bytes`; `nil` when its end is not there.
  mutating func next(in bytes: UnsafeRawBufferPointer, isLast: Bool) -> RecordSplitter.Found? {
    guard self.isOfLines else { return self.records.next(in: bytes, isLast: isLast) }
    while true {
      let found = self.nextLine(in: bytes, isLast: isLast)
      guard let found, self.joinsParts, self.linesBefore < SplitRecord.partsMax - 1,
        found.record.upperBound < found.end,
        SplitRecord.goesOn(
          UnsafeRawBufferPointer(rebasing: bytes[self.lineStart..<found.record.upperBound]))
      else { return found.map { self.take($0) } }
      self.lineStart = found.end
      self.linesBefore += 1
      self.newline = nil
      self.seen = found.end
      self.seenForNUL = found.end
    }
  }

  /// The end of the line that begins at `lineStart`.
  private mutating func nextLine(
    in bytes: UnsafeRawBufferPointer, isLast: Bool
  ) -> RecordSplitter.Found? {
    if self.newline == nil {
      self.newline = self.find(0x0A, bytes, self.seen, bytes.count)
      self.seen = self.newline ?? bytes.count
    }
    let limit = self.newline ?? bytes.count
    if self.endsAtNUL, let end = self.find(0, bytes, self.seenForNUL, limit) {
      self.seenForNUL = end
      // A NUL with a LF behind it is one end.
      guard end + 1 < bytes.count || isLast else { return nil }
      return RecordSplitter.Found(
        record: 0..<end, end: end + 1 == self.newline ? end + 2 : end + 1)
    }
    self.seenForNUL = limit
    if let newline { return RecordSplitter.Found(record: 0..<newline, end: newline + 1) }
    return isLast && !bytes.isEmpty
      ? RecordSplitter.Found(record: 0..<bytes.count, end: bytes.count) : nil
  }

  private mutating func take(_ found: RecordSplitter.Found) -> RecordSplitter.Found {
    let end = found.end
    self.newline = self.newline.flatMap { $0 >= end ? $0 - end : nil }
    self.seen = max(self.seen - end, 0)
    self.seenForNUL = 0
    defer { (self.lineStart, self.linesBefore) = (0, 0) }
    return RecordSplitter.Found(record: found.record, end: end, linesBefore: self.linesBefore)
  }

  private mutating func find(
    _ byte: Int32, _ bytes: UnsafeRawBufferPointer, _ start: Int, _ end: Int
  ) -> Int? {
    guard start < end, let base = bytes.baseAddress else { return nil }
    let found = memchr(base + start, byte, end - start).map { UnsafeRawPointer($0) - base }
    self.lineSteps += (found ?? end) - start
    return found
  }
}

/// Pieces of a file, with the begin of a record that goes on in the next one.
struct PieceBuffer: ~Copyable {
  private var base: UnsafeMutableRawBufferPointer
  private var used = 0

  init(bytes: Int) {
    self.base = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes, alignment: 16)
  }

  deinit {
    self.base.deallocate()
  }

  /// A copy of what is in it.
  var bytes: [UInt8] { Array(self.base[..<self.used]) }

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

  /// Gives `body` what is left of the bytes, the record at its beginning, and the splitter's state
  /// before that one.
  mutating func takeRecords(
    _ splitter: inout FileSplitter, isLast: Bool,
    _ body: (UnsafeRawBufferPointer, RecordSplitter.Found, RecordSplitter.Checkpoint) -> Void
  ) {
    let all = UnsafeRawBufferPointer(rebasing: self.base[..<self.used])
    var start = 0
    while start < all.count {
      let rest = UnsafeRawBufferPointer(rebasing: all[start...])
      let before = splitter.checkpoint
      guard let found = splitter.next(in: rest, isLast: isLast) else { break }
      body(rest, found, before)
      start += found.end
    }
    self.base.copyMemory(from: UnsafeRawBufferPointer(rebasing: all[start...]))
    self.used = all.count - start
  }
}

/// Reads until the buffer is full or the file ends.
func readFully(
  _ target: UnsafeMutableRawBufferPointer, from descriptor: CInt, at offset: Int, path: String
) throws(FileStoreError) -> Int {
  let progress = Descriptor.fill(target, from: descriptor, at: offset)
  if let number = progress.errorNumber {
    throw FileStoreError(.read, path: path, errorNumber: number)
  }
  return progress.count
}

/// The same into the first `count` bytes of an array.
func readFully(
  _ target: inout [UInt8], count: Int, from descriptor: CInt, at offset: Int, path: String
) throws(FileStoreError) -> Int {
  let outcome = target.withUnsafeMutableBytes { target in
    Result { () throws(FileStoreError) in
      try readFully(
        UnsafeMutableRawBufferPointer(rebasing: target[..<count]), from: descriptor, at: offset,
        path: path)
    }
  }
  return try outcome.get()
}
