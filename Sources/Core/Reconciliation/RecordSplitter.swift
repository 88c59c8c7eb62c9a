/// Finds where the records of a file end.
///
/// It is given the bytes from the last record's end on, more of them when they were not enough, and
/// looks at none of them twice.
public struct RecordSplitter: Sendable {
  /// A record, and where the next one may begin.
  public struct Found: Sendable {
    public let record: Range<Int>
    public let end: Int
    /// How many lines before its last one are a part of it (`SplitRecord`), in a file of lines.
    public let linesBefore: Int

    public init(record: Range<Int>, end: Int, linesBefore: Int = 0) {
      self.record = record
      self.end = end
      self.linesBefore = linesBefore
    }
  }

  private enum CSVState {
    case fieldStart, plain, quoted, quote
  }

  private let form: ReceivedFileForm
  /// Bytes that were looked at, from the last record's end on.
  private var seen = 0
  /// Of the journal's field that begins there: how far it has no LF.
  private var fieldSeen = 0
  private var csv = CSVState.fieldStart
  private var json = JSONSplitter()

  /// What is known between two records.
  public struct Checkpoint: BitwiseCopyable, Sendable {
    let around: BitStack
  }

  /// The state before the next record.
  public var checkpoint: Checkpoint { Checkpoint(around: self.json.around) }

  /// After the last record: whether an array or an object around the records never ended, so that
  /// others may be missing.
  public var isOpen: Bool { self.endedOpen || !self.json.around.isEmpty }

  private var endedOpen = false

  /// How many bytes have been looked at: for tests of what that costs.
  public private(set) var steps = 0

  /// A splitter at a file's beginning.
  public init(form: ReceivedFileForm) {
    self.form = form
  }

  /// A splitter within a file, where another one was.
  public init(form: ReceivedFileForm, at checkpoint: Checkpoint) {
    self.form = form
    self.json = JSONSplitter(around: checkpoint.around)
  }

  /// The next record; `nil` when its end is not there.
  ///
  /// - Parameter isLast: whether nothing follows these bytes: then they are a record too.
  public mutating func next(in bytes: UnsafeRawBufferPointer, isLast: Bool) -> Found? {
    let before = self.seen
    let found =
      switch self.form.records {
      case .lines: self.nextLine(bytes)
      case .csv(let columns): self.nextRow(bytes, columns.separator)
      case .json: self.json.next(bytes, &self.seen)
      case .journal: self.nextEntry(bytes)
      }
    if self.form.records != .journal { self.steps += max(found?.end ?? self.seen, before) - before }
    if let found {
      self.seen = 0
      self.fieldSeen = 0
      self.csv = .fieldStart
      return found
    }
    guard isLast, !bytes.isEmpty else { return nil }
    self.seen = 0
    // Blanks and brackets at the end of JSON are no record.
    let start = self.form.records == .json ? self.json.start ?? bytes.count : 0
    self.endedOpen = self.isOpen
    self.json = JSONSplitter()
    return start < bytes.count ? Found(record: start..<bytes.count, end: bytes.count) : nil
  }

  private mutating func nextLine(_ bytes: UnsafeRawBufferPointer) -> Found? {
    while self.seen < bytes.count {
      let byte = bytes[self.seen]
      if byte == 0x0A || byte == 0 { return Found(record: 0..<self.seen, end: self.seen + 1) }
      self.seen += 1
    }
    return nil
  }

  private mutating func nextRow(_ bytes: UnsafeRawBufferPointer, _ separator: UInt8) -> Found? {
    while self.seen < bytes.count {
      let byte = bytes[self.seen]
      switch (self.csv, byte) {
      case (.quoted, 0x22): self.csv = .quote
      case (.quoted, _): break
      case (.quote, 0x22): self.csv = .quoted
      case (_, 0x0A): return Found(record: 0..<self.seen, end: self.seen + 1)
      case (_, separator): self.csv = .fieldStart
      case (.fieldStart, 0x22): self.csv = .quoted
      default: self.csv = .plain
      }
      self.seen += 1
    }
    return nil
  }

  private mutating func nextEntry(_ bytes: UnsafeRawBufferPointer) -> Found? {
    while self.seen < bytes.count {
      var end = max(self.seen, self.fieldSeen)
      while end < bytes.count, bytes[end] != 0x0A { end += 1 }
      self.steps += end - max(self.seen, self.fieldSeen)
      self.fieldSeen = end
      guard end < bytes.count else { return nil }
      if end == self.seen {
        // Empty lines before an entry are none.
        return Found(record: 0..<self.seen, end: self.seen + 1)
      }
      let line = UnsafeRawBufferPointer(rebasing: bytes[self.seen..<end])
      var next = end + 1
      if !line.contains(0x3D) {
        guard let count = JournalEntry.length(bytes.from(next)) else { return nil }
        next += JournalEntry.lengthCount + count + 1
        guard next <= bytes.count else { return nil }
      }
      self.seen = next
    }
    return nil
  }
}

/// Some bits, the last one first; beyond 64 they are false.
struct BitStack: BitwiseCopyable, Sendable {
  private var bits: UInt64 = 0
  private var count = 0

  var isEmpty: Bool { self.count == 0 }

  var last: Bool? {
    guard self.count > 0 else { return nil }
    return self.count <= 64 && self.bits >> UInt64(self.count - 1) & 1 == 1
  }

  mutating func append(_ bit: Bool) {
    self.count += 1
    guard self.count <= 64 else { return }
    let mask = UInt64(1) << UInt64(self.count - 1)
    if bit { self.bits |= mask } else { self.bits &= ~mask }
  }

  mutating func removeLast() {
    self.count = max(self.count - 1, 0)
  }
}

/// Finds the objects in JSON that are records: at the top, in arrays, or in the array of an answer.
struct JSONSplitter: Sendable {
  /// Where the object that is looked at begins.
  private(set) var start: Int?
  /// Objects and arrays around the records, from the outermost: whether there are records in it.
  private(set) var around: BitStack
  /// Objects and arrays open within the object that is looked at.
  private var depth = 0
  private var isInString = false
  private var isEscaped = false
  private var stringStart = 0
  /// The names of the two outermost members.
  private var names: (UInt64, UInt64) = (0, 0)
  /// Whether the array that just opened is one of those that hold records, when an object follows.
  private var isArrayOfRecords = false

  init(around: BitStack = BitStack()) {
    self.around = around
  }

  private static let arrays = ReceivedForm.arrays.map { Self.hash($0.utf8) }

  /// The next record behind `seen`, which goes on.
  mutating func next(_ bytes: UnsafeRawBufferPointer, _ seen: inout Int) -> RecordSplitter.Found? {
    while seen < bytes.count {
      let byte = bytes[seen]
      if self.isInString {
        self.takeOfString(byte, bytes, seen)
      } else if self.start == nil {
        self.takeBetween(byte, at: seen)
      } else if let start = self.start, self.takeWithin(byte, at: seen) {
        self.start = nil
        return RecordSplitter.Found(record: start..<seen + 1, end: seen + 1)
      }
      seen += 1
    }
    return nil
  }

  private mutating func takeOfString(_ byte: UInt8, _ bytes: UnsafeRawBufferPointer, _ place: Int) {
    if self.isEscaped {
      self.isEscaped = false
    } else if byte == 0x5C {
      self.isEscaped = true
    } else if byte == 0x22 {
      self.isInString = false
      // Only names of an answer's outermost members matter.
      guard self.around.isEmpty, (1...2).contains(self.depth) else { return }
      let name = Self.hash(UnsafeRawBufferPointer(rebasing: bytes[self.stringStart..<place]))
      if self.depth == 1 { self.names.0 = name } else { self.names.1 = name }
    }
  }

  /// Before, between and behind records.
  private mutating func takeBetween(_ byte: UInt8, at place: Int) {
    switch byte {
    case 0x22 where self.around.last == false:
      self.isInString = true
      self.stringStart = place + 1
    case 0x5B: self.around.append(self.around.last ?? true)
    case 0x5D, 0x7D: self.around.removeLast()
    case 0x7B where self.around.last == false:
      // Behind the records' array: the rest of the answer.
      self.around.append(false)
    // Commas, and the mark before each object of a JSON text sequence (RFC 7464).
    case 0x2C, 0x1E: break
    default:
      guard self.around.last != false, !JSONText.isBlank(byte) else { return }
      // An object, or what should be none: refused where the record is read.
      self.start = place
      self.depth = 1
      self.names = (0, 0)
    }
  }

  /// - Returns: whether the object ends here.
  private mutating func takeWithin(_ byte: UInt8, at place: Int) -> Bool {
    if self.isArrayOfRecords, !JSONText.isBlank(byte) {
      self.isArrayOfRecords = false
      if byte == 0x7B {
        // An answer: its records are in this array.
        self.around = BitStack()
        for _ in 1..<self.depth { self.around.append(false) }
        self.around.append(true)
        self.start = place
        self.depth = 1
        return false
      }
    }
    switch byte {
    case 0x22:
      self.isInString = true
      self.stringStart = place + 1
    case 0x7B: self.depth += 1
    case 0x5B:
      self.isArrayOfRecords =
        self.around.isEmpty && (1...2).contains(self.depth) && self.isArrayName(at: self.depth)
      self.depth += 1
    case 0x7D, 0x5D:
      self.depth -= 1
      return self.depth == 0
    default: break
    }
    return false
  }

  /// `results`, or `hits` in `hits`.
  private func isArrayName(at depth: Int) -> Bool {
    Self.arrays.contains(self.names.0) && (depth == 1 || Self.arrays.contains(self.names.1))
  }

  private static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
