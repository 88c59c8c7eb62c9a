/// Lines that can be read once more, by number from 0.
public protocol LineSource {
  /// Gives `body` the bytes of a line, without its end; none when it is not there any more.
  mutating func withLine<Result>(
    _ number: Int, _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result
}

/// Compares a log with what a collector received.
///
/// It is told the log's lines, then samples of the received ones, then all of those, and answers
/// with findings. It keeps no texts: lines without a match are read once more at the end.
/// Source: docs/RECONCILE.md.
public struct Reconciler: ~Copyable {
  /// Samples that are kept.
  private static let samplesMax = 65_536
  /// Lines that either side may have.
  public static let linesMax = Int(UInt32.max) - 2

  private let spansMax: Int
  private let format: ReceivedFormat
  private var reader: ReceivedLineReader
  private var logged: LoggedLines
  private var records = ReceivedRecords()
  private var samples: [(key: LineKey, isStamped: Bool)] = []
  private var isIndexed = false
  /// The place of the logged line that the next received one is likely to be.
  private var expected = 0
  private var findings = ReconciliationFindings()
  private var duplicates: SpanList
  /// The first received line that is no record of an export, by number from 1: then the figures
  /// tell nothing. `nil` when there is none.
  public private(set) var refused: (line: Int, found: RefusedExportLine)?

  /// A comparison of nothing so far.
  ///
  /// - Parameters:
  ///   - expectedLoggedLines: for how many lines memory is taken at once.
  ///   - spansMax: how many spans of each class are kept.
  public init(format: ReceivedFormat = .auto, expectedLoggedLines: Int = 0, spansMax: Int = 1000) {
    self.format = format
    self.spansMax = spansMax
    self.reader = ReceivedLineReader(format: format)
    self.logged = LoggedLines(expected: expectedLoggedLines)
    self.duplicates = SpanList(max: spansMax)
  }

  /// The next line of the log.
  public mutating func log(_ line: UnsafeRawBufferPointer) {
    self.logged.append(.logged(line))
  }

  /// Some received line, from anywhere, once the log is known: tells whether stamps can be used.
  public mutating func sample(_ line: UnsafeRawBufferPointer) {
    guard self.samples.count < Self.samplesMax else { return }
    let sample = self.reader.read(line) { read in
      read.flatMap { $0.isHeader ? nil : (key: $0.key, isStamped: $0.stamp != nil) }
    }
    if let sample { self.samples.append(sample) }
  }

  /// The next received line.
  public mutating func receive(_ line: UnsafeRawBufferPointer) {
    self.indexLog()
    guard !self.take(line, isGlued: false, isWhole: true) else { return }
    var rest = line
    var isGlued = false
    while let second = ReceivedLineReader.secondLine(in: rest) {
      _ = self.take(rest.upTo(second), isGlued: isGlued, isWhole: false)
      rest = rest.from(second)
      isGlued = true
    }
    _ = self.take(rest, isGlued: isGlued, isWhole: false)
  }

  /// - Returns: whether it was told; a whole line may turn out to be two.
  private mutating func take(
    _ line: UnsafeRawBufferPointer, isGlued: Bool, isWhole: Bool
  ) -> Bool {
    enum Kind {
      case skipped, header, line(LineKey)
    }
    let kind: Kind = self.reader.read(line) { read in
      guard let read, !line.isEmpty else { return .skipped }
      return read.isHeader ? .header : .line(read.key)
    }
    if self.refused == nil, let found = self.reader.refusal {
      self.refused = (self.records.line(of: self.records.count).line + 1, found)
    }
    switch kind {
    case .skipped:
      self.findings.skipped += 1
      self.records.append(.uncounted, isGlued: isGlued)
    case .header:
      if isWhole, ReceivedLineReader.secondLine(in: line) != nil { return false }
      self.findings.receivedHeaderLines += 1
      self.records.append(.uncounted, isGlued: isGlued)
    case .line(let key):
      return self.look(key, line: line, isGlued: isGlued, isWhole: isWhole)
    }
    return true
  }

  private mutating func look(
    _ key: LineKey, line: UnsafeRawBufferPointer, isGlued: Bool, isWhole: Bool
  ) -> Bool {
    self.expected = self.logged.skippingHeaders(self.expected)
    let shifted =
      switch self.logged.use {
      case .ignored: key
      case .shifted(let seconds): key.shifted(by: seconds)
      }
    switch self.logged.look(shifted, expected: self.expected) {
    case .arrived(let place):
      self.logged.match(place, record: self.records.count)
      self.records.append(.matched, isGlued: isGlued)
      self.records.settle(place: place)
      self.expected = place + 1
    case .repeated(let place):
      self.records.append(.duplicated, isGlued: isGlued)
      self.addDuplicate(of: place)
    case .unknown:
      if isWhole, ReceivedLineReader.secondLine(in: line) != nil { return false }
      self.records.append(.leftover, isGlued: isGlued)
      self.records.leave(place: self.expected)
    }
    return true
  }

  private mutating func addDuplicate(of place: Int) {
    let line = self.records.line(of: self.records.count - 1).line
    let isAmbiguous = self.logged.hasTwin(place)
    self.findings.duplicated += 1
    if isAmbiguous { self.findings.ambiguous += 1 }
    self.duplicates.add(
      ReconciliationSpan(
        kind: .duplicated, lines: 1, logged: place + 1...place + 1, received: line + 1...line + 1,
        isAmbiguous: isAmbiguous))
  }

  private mutating func indexLog() {
    guard !self.isIndexed else { return }
    self.isIndexed = true
    self.logged.index(use: .ignored)
    if let shift = self.stampShift() {
      self.findings.stampShift = Int(shift)
      self.logged.index(use: .shifted(by: shift))
    }
    self.samples = []
  }

  /// By how many seconds most samples' stamps are behind those of the log's lines of that text.
  private func stampShift() -> UInt16? {
    var counts: [UInt16: Int] = [:]
    var hits = 0
    for sample in self.samples where sample.isStamped {
      guard let place = self.logged.first(sample.key), !self.logged.hasTwin(place) else { continue }
      counts[self.logged.keys[place].stamp &- sample.key.stamp, default: 0] += 1
      hits += 1
    }
    // At most one shift has more than half.
    return counts.first { $0.value * 2 > hits }?.key
  }

  /// What the comparison came to; lines without a match are read once more.
  ///
  /// - Parameter groups: lines to count apart, in order and without common lines.
  public consuming func finish(
    logged source: inout some LineSource, received: inout some LineSource,
    groups: [LoggedGroup] = []
  ) -> ReconciliationFindings {
    self.indexLog()
    self.duplicates.close()
    var pairing = LeftoverPairing(
      logged: self.logged, records: self.records, format: self.format, spansMax: self.spansMax,
      findings: self.findings, duplicates: self.duplicates, groups: groups)
    // Else each array would be copied when the pairing writes to it.
    self.logged = LoggedLines(expected: 0)
    self.records = ReceivedRecords()
    pairing.run(logged: &source, received: &received)
    return pairing.finish()
  }
}
