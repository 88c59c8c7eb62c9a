internal import DequeModule

/// The disk buffer of one push: which lines are in which file, and what is to be done with the
/// files.
///
/// Lines have the sequence numbers of the ledger; one that was refused or dropped leaves a gap. A
/// pure value: the owner carries `SpoolAction`s out (docs/DELIVERY.md, "The disk buffer").
struct Spool: Sendable {
  /// Records in a row in one segment, about 64 KiB of lines.
  struct Piece: Hashable, Sendable {
    let firstSequence: UInt64
    /// Behind the last line.
    var endSequence: UInt64
    var lineBytes: Int
    let segment: UInt32
    let offset: Int
    var recordBytes: Int
    /// Its record could not be written: the lines are in memory, or nowhere.
    var isUnwritten = false
  }

  private static let pieceBytes = 64 * 1024

  private let bytesMax: Int
  private let overflow: BufferPolicy
  private let syncs: Bool
  private(set) var pieces = Deque<Piece>()
  private var segments = Deque<(number: UInt32, bytes: Int)>()
  private var storedBytes = 0
  /// Behind the last line of all.
  private(set) var endSequence: UInt64 = 0
  private var nextSegment: UInt32 = 1
  private(set) var actions: [SpoolAction] = []
  private var mayHaveUnwritten = false

  /// What happens at the limit.
  enum BufferPolicy: Hashable, Sendable {
    case dropNewest, dropOldest
  }

  init(bytesMax: Int, overflow: BufferPolicy, syncs: Bool) {
    self.bytesMax = bytesMax
    self.overflow = overflow
    self.syncs = syncs
  }

  /// A sixteenth of the whole, so that little is given up at a time.
  private var segmentBytesMax: Int { min(max(self.bytesMax / 16, 16 * 1024), 4 << 20) }

  mutating func takeActions() -> [SpoolAction] {
    defer { self.actions.removeAll(keepingCapacity: true) }
    return self.actions
  }

  // MARK: Writing

  /// How many bytes of lines fit.
  var room: Int { max(0, self.bytesMax - self.storedBytes - SpoolRecord.headerBytes) }

  /// Whether half of what it may hold is taken, and a quarter.
  var isHalfFull: Bool { self.storedBytes > self.bytesMax / 2 }
  var isQuarterFull: Bool { self.storedBytes > self.bytesMax / 4 }

  /// Whether it is too full to wait for anything.
  var lacksRoom: Bool { 8 * self.room < self.bytesMax }

  /// Whether the records before `sequence` take a good part of what it may hold.
  func isMuchKept(before sequence: UInt64) -> Bool {
    8 * self.recordBytes(before: sequence) >= self.bytesMax
  }

  /// How many bytes of records lie before `sequence`; few pieces do.
  private func recordBytes(before sequence: UInt64) -> Int {
    var bytes = 0
    for piece in self.pieces {
      if piece.endSequence > sequence { break }
      bytes += piece.recordBytes
    }
    return bytes
  }

  /// Gives up the segment that is written, where none of its lines is needed: a batch may need the
  /// room.
  mutating func reclaim() {
    guard self.pieces.isEmpty else { return }
    for segment in self.segments where segment.bytes > 0 { self.removeSegment(segment.number) }
  }

  /// Keeps a record.
  mutating func append(_ record: SpoolRecord, lines: UnsafeRawBufferPointer) {
    var bytes: [UInt8] = []
    record.append(lines: lines, to: &bytes)
    if self.segments.last.map({ $0.bytes + bytes.count > self.segmentBytesMax }) ?? true {
      self.segments.append((self.nextSegment, 0))
      self.nextSegment += 1
    }
    let last = self.segments.count - 1
    let offset = self.segments[last].bytes
    self.segments[last].bytes += bytes.count
    self.storedBytes += bytes.count
    self.add(
      record, lineBytes: lines.count, segment: self.segments[last].number, offset: offset,
      recordBytes: bytes.count)
    self.actions.append(
      .append(segment: self.segments[last].number, bytes, syncs: self.syncs))
  }

  private mutating func add(
    _ record: SpoolRecord, lineBytes: Int, segment: UInt32, offset: Int, recordBytes: Int
  ) {
    let end = record.firstSequence + UInt64(record.lineCount)
    self.endSequence = max(self.endSequence, end)
    if let last = self.pieces.last, !last.isUnwritten, last.segment == segment,
      last.lineBytes < Self.pieceBytes,
      last.offset + last.recordBytes == offset, last.endSequence == record.firstSequence
    {
      let index = self.pieces.count - 1
      self.pieces[index].endSequence = end
      self.pieces[index].lineBytes += lineBytes
      self.pieces[index].recordBytes += recordBytes
    } else {
      self.pieces.append(
        Piece(
          firstSequence: record.firstSequence, endSequence: end, lineBytes: lineBytes,
          segment: segment, offset: offset, recordBytes: recordBytes))
    }
  }

  /// Lines that were refused take their sequence numbers all the same.
  mutating func skip(to sequence: UInt64) {
    self.endSequence = max(self.endSequence, sequence)
  }

  /// Drops the oldest lines that were not sent, a segment at a time, until so many bytes fit.
  ///
  /// - Parameter unsent: the first line that no connection was handed; those before are needed
  ///   still.
  /// - Returns: the sequence numbers that went.
  mutating func makeRoom(for bytes: Int, unsent: UInt64) -> [Range<UInt64>] {
    guard self.overflow == .dropOldest else { return [] }
    var gone: [Range<UInt64>] = []
    while self.room < bytes, let number = self.oldestUnsentSegment(unsent) {
      for piece in self.pieces where piece.segment == number {
        if let last = gone.last, last.upperBound == piece.firstSequence {
          gone[gone.count - 1] = last.lowerBound..<piece.endSequence
        } else {
          gone.append(piece.firstSequence..<piece.endSequence)
        }
      }
      self.pieces.removeAll { $0.segment == number }
      self.removeSegment(number)
    }
    return gone
  }

  /// The first segment, but for the one that is written, that holds none but unsent lines.
  private func oldestUnsentSegment(_ unsent: UInt64) -> UInt32? {
    var index = 0
    while index < self.pieces.count {
      let number = self.pieces[index].segment
      guard number != self.segments.last?.number else { return nil }
      if self.pieces[index].firstSequence >= unsent { return number }
      while index < self.pieces.count, self.pieces[index].segment == number { index += 1 }
    }
    return nil
  }

  private mutating func removeSegment(_ number: UInt32) {
    guard let index = self.segments.firstIndex(where: { $0.number == number }) else { return }
    self.storedBytes -= self.segments[index].bytes
    self.segments.remove(at: index)
    self.actions.append(.remove(segment: number))
  }

  // MARK: A disk that takes nothing

  /// Lines that are not to be written, since the disk takes nothing at this time.
  mutating func addUnwritten(_ record: SpoolRecord, lineBytes: Int) {
    let end = record.firstSequence + UInt64(record.lineCount)
    self.endSequence = max(self.endSequence, end)
    self.mayHaveUnwritten = true
    if let last = self.pieces.last, last.isUnwritten, last.endSequence == record.firstSequence {
      self.pieces[self.pieces.count - 1].endSequence = end
      self.pieces[self.pieces.count - 1].lineBytes += lineBytes
      return
    }
    self.pieces.append(
      Piece(
        firstSequence: record.firstSequence, endSequence: end, lineBytes: lineBytes,
        segment: self.segments.last?.number ?? 0, offset: 0, recordBytes: 0, isUnwritten: true))
  }

  /// Of the lines that are in memory alone, these are gone.
  mutating func forget(_ range: Range<UInt64>) {
    let index = self.index(of: range.lowerBound)
    guard index < self.pieces.count, self.pieces[index].isUnwritten else { return }
    self.pieces[index].endSequence = range.lowerBound
    if self.pieces[index].firstSequence >= range.lowerBound { self.pieces.remove(at: index) }
  }

  /// Takes away those lines of a range that are in memory alone; which they are.
  mutating func takeUnwritten(_ range: Range<UInt64>) -> [Range<UInt64>] {
    self.mayHaveUnwritten ? self.pieces.takeUnwritten(range) : []
  }

  /// How many lines from `sequence` on would be gone with the process; those before it are needed
  /// no more.
  mutating func unwrittenLines(from sequence: UInt64) -> UInt64 {
    let count = self.unwrittenRanges(from: sequence).lineCount
    if count == 0 { self.mayHaveUnwritten = false }
    return count
  }

  /// The lines from `sequence` on that are in no file.
  func unwrittenRanges(from sequence: UInt64) -> [Range<UInt64>] {
    guard self.mayHaveUnwritten else { return [] }
    return self.pieces.filter { $0.isUnwritten && $0.endSequence > sequence }
      .map { max($0.firstSequence, sequence)..<$0.endSequence }
  }

  /// What is in memory alone is gone with it.
  mutating func forgetUnwritten() {
    self.pieces.removeAll { $0.isUnwritten }
  }

  /// An `append` could not be carried out; its owner carries out no later one of that segment.
  mutating func appendFailed(segment: UInt32, _ bytes: [UInt8]) {
    self.beginSegment(behind: segment)
    let record = bytes.withUnsafeBytes { SpoolRecord.read($0, at: 0)?.record }
    if let held = self.segments.firstIndex(where: { $0.number == segment }) {
      self.segments[held].bytes -= min(bytes.count, self.segments[held].bytes)
    }
    self.storedBytes -= min(bytes.count, self.storedBytes)
    self.mayHaveUnwritten = true
    guard let record else { return }
    let lost = record.firstSequence..<(record.firstSequence + UInt64(record.lineCount))
    let index = self.index(of: lost.lowerBound)
    guard index < self.pieces.count, !self.pieces[index].isUnwritten,
      self.pieces[index].firstSequence <= lost.lowerBound
    else { return }
    let lineBytes = bytes.count - SpoolRecord.headerBytes
    let parts = self.pieces[index].split(around: lost, bytes: bytes.count, lineBytes: lineBytes)
    self.pieces.remove(at: index)
    for part in parts.reversed() { self.pieces.insert(part, at: index) }
  }

  /// What comes next goes into another segment than this one.
  private mutating func beginSegment(behind segment: UInt32) {
    guard self.segments.last?.number == segment else { return }
    self.segments.append((self.nextSegment, 0))
    self.nextSegment += 1
  }

  // MARK: Reading

  /// Asks for the lines from `sequence` on.
  ///
  /// - Returns: false when none is kept.
  mutating func read(from sequence: UInt64) -> Bool {
    guard let piece = self.piece(at: sequence), !piece.isUnwritten else { return false }
    self.actions.append(
      .read(segment: piece.segment, offset: piece.offset, count: piece.recordBytes))
    return true
  }

  /// The first piece that has lines from `sequence` on.
  func piece(at sequence: UInt64) -> Piece? {
    let index = self.index(of: sequence)
    return index < self.pieces.count ? self.pieces[index] : nil
  }

  /// The sequence numbers of a range that are kept.
  func ranges(_ range: Range<UInt64>) -> [Range<UInt64>] {
    var found: [Range<UInt64>] = []
    for piece in self.pieces[self.index(of: range.lowerBound)...] {
      let part = (piece.firstSequence..<piece.endSequence).clamped(to: range)
      if part.isEmpty { break }
      found.append(part)
    }
    return found
  }

  /// Replaces the mark.
  mutating func write(_ mark: SpoolMark) {
    // Of marks that wait, the last one counts.
    if case .mark? = self.actions.last { self.actions.removeLast() }
    self.actions.append(.mark(mark.bytes))
  }

  /// The first piece that has lines from `sequence` on.
  private func index(of sequence: UInt64) -> Int {
    partitionPoint(below: self.pieces.count) { self.pieces[$0].endSequence <= sequence }
  }

  /// How many lines from `sequence` on are kept.
  func lines(from sequence: UInt64) -> UInt64 {
    let index = self.index(of: sequence)
    guard index < self.pieces.count else { return 0 }
    var count: UInt64 = 0
    // Pieces have gaps between them, and none within: a record after a gap begins a new one.
    for piece in self.pieces[index...] {
      count += piece.endSequence - max(piece.firstSequence, sequence)
    }
    return count
  }

  /// The line from which at least so many bytes lie before `sequence`; not before `first`.
  func rewound(from sequence: UInt64, by bytes: Int, notBefore first: UInt64) -> UInt64 {
    var index = self.index(of: sequence)
    var found = sequence
    var rest = bytes
    if index < self.pieces.count, self.pieces[index].firstSequence < sequence { index += 1 }
    while rest > 0, index > 0 {
      index -= 1
      found = self.pieces[index].firstSequence
      // The last piece counts as a whole, though part of it is not acknowledged: more is sent
      // again.
      if self.pieces[index].endSequence <= sequence { rest -= self.pieces[index].lineBytes }
    }
    return max(min(found, sequence), first)
  }

  /// Lines before `sequence` are needed no more.
  /// The segment that is written stays while there is room: an idle link makes no file a line.
  mutating func trim(before sequence: UInt64) {
    while let first = self.pieces.first, first.endSequence <= sequence { self.pieces.removeFirst() }
    let needed = self.pieces.first?.segment ?? self.segments.last?.number ?? 0
    while let first = self.segments.first, first.number < needed {
      self.removeSegment(first.number)
    }
    if self.isHalfFull { self.reclaim() }
  }

  // MARK: A restart

  /// Takes a segment that an earlier run left; they come in order of their numbers.
  ///
  /// - Returns: the last record's totals of lines filtered and refused; `nil` without records.
  mutating func recover(segment: UInt32, _ bytes: [UInt8]) -> (filtered: UInt64, refused: UInt64)? {
    self.nextSegment = max(self.nextSegment, segment + 1)
    var totals: (UInt64, UInt64)?
    let valid = bytes.withUnsafeBytes { raw in
      var valid = 0
      // A damaged record takes only its own lines with it.
      while let (place, record, lines, end) = SpoolRecord.next(raw, from: valid) {
        self.add(
          record, lineBytes: lines.count, segment: segment, offset: place,
          recordBytes: end - place)
        totals = (record.filteredTotal, record.refusedTotal)
        valid = end
      }
      return valid
    }
    if valid < bytes.count { self.actions.append(.truncate(segment: segment, valid)) }
    self.segments.append((segment, valid))
    self.storedBytes += valid
    return totals
  }

  /// What comes next goes into a segment of its own.
  mutating func endRecovery() {
    guard !self.segments.isEmpty else { return }
    self.segments.append((self.nextSegment, 0))
    self.nextSegment += 1
  }
}
