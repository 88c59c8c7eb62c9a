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

  /// Why nothing can be said.
  public struct Refusal: Hashable, Sendable {
    /// Whether it is about the log, not about the collector's files.
    public let isOfLog: Bool
    /// The line, by number from 1 on that side; `nil` where it is about all of them.
    public let line: Int?
    /// What was found.
    public let found: RefusedForm
  }

  private struct Sample {
    let key: LineKey
    let isStamped: Bool
    let hasLevel: Bool
    /// In the table of tags.
    var tag: Int?
  }

  let spansMax: Int
  let format: ReceivedFormat
  private let tag: LogTag
  var reader: ReceivedReader
  var logged: LoggedLines
  var records = ReceivedRecords()
  private var samples: [Sample] = []
  private var sampledTags = TagTable()
  private var shape = LogShape()
  private var isIndexed = false
  var forms = ReceivedForms()
  var census = FormCensus(isOfLines: true)
  /// The tag that the log's lines have; `nil` when all will do.
  var wantedTag: [UInt8]?
  /// Lines of other tags, and, when all tags will do, tags of lines that are the log's.
  var otherTags = TagTable()
  var matchedTags = TagTable()
  /// What the last line was, for one that says it was repeated.
  var previous = PreviousLine.none
  var previousTag: [UInt8] = []
  /// Copies of lines that are none of the log's which are compared with those that are missing.
  var copiesExamined = 0
  /// The place of the logged line that the next received one is likely to be.
  var expected = 0
  var findings = ReconciliationFindings()
  var duplicates: SpanList
  var ofOtherTags: SpanList
  /// Why the figures would tell nothing; `nil` when they do.
  public internal(set) var refused: Refusal?

  /// A comparison of nothing so far.
  ///
  /// - Parameters:
  ///   - tag: under which the log's lines arrive.
  ///   - expectedLoggedLines: for how many lines memory is taken at once.
  ///   - spansMax: how many spans of each class are kept.
  public init(
    format: ReceivedFormat = .auto, tag: LogTag = .unknown(hint: nil),
    expectedLoggedLines: Int = 0, spansMax: Int = 1000
  ) {
    self.format = format
    self.tag = tag
    self.spansMax = spansMax
    self.reader = ReceivedReader(format: format)
    self.logged = LoggedLines(expected: expectedLoggedLines)
    self.duplicates = SpanList(max: spansMax)
    self.ofOtherTags = SpanList(max: spansMax)
  }

  /// The next line of the log.
  public mutating func log(_ line: UnsafeRawBufferPointer) {
    let read = ReadLine.logged(line)
    if !read.isKnown { self.shape.addUnstamped(line, number: self.logged.count + 1) }
    self.logged.append(read)
  }

  /// Some received line, from anywhere, once the log is known: tells whether stamps can be used,
  /// and which tag the log's lines have.
  public mutating func sample(
    _ line: UnsafeRawBufferPointer, of form: ReceivedFileForm = .lines
  ) {
    guard self.samples.count < Self.samplesMax else { return }
    self.reader.form = form
    let found = self.reader.read(line) { read -> (Sample, [UInt8]?)? in
      guard let read, !RepeatedLine.begins(read.body) else { return nil }
      let sample = Sample(
        key: read.key, isStamped: read.stamp != nil && !read.isHeader,
        hasLevel: ReadLine.beginsWithLevel(read.body))
      return (sample, read.tag.map { Array($0) })
    }
    guard case (var sample, let tag)? = found else { return }
    sample.tag = tag.flatMap { tag in tag.withUnsafeBytes { self.sampledTags.index(of: $0) } }
    self.samples.append(sample)
  }

  /// The received lines from here on are of a file of that form; without it they are text, or have
  /// one JSON object each.
  public mutating func beginReceivedFile(_ form: ReceivedFileForm) {
    self.endFile()
    self.forms.begin(form, line: self.receivedLines)
    self.reader.form = form
    self.census = FormCensus(isOfLines: form.isOfLines)
  }

  /// Received lines so far.
  private var receivedLines: Int {
    let count = self.records.count
    return count == 0 ? 0 : self.records.line(of: count - 1).line + 1
  }

  private mutating func endFile() {
    if let (line, found) = self.census.refusal(self.format) { self.refuse(found, line: line) }
  }

  /// The first reason counts.
  mutating func refuse(_ found: RefusedForm, line: Int?, isOfLog: Bool = false) {
    self.refused = self.refused ?? Refusal(isOfLog: isOfLog, line: line, found: found)
  }

  /// The next received line.
  public mutating func receive(_ line: UnsafeRawBufferPointer) {
    self.indexLog()
    guard !self.take(line, isGlued: false, isWhole: true) else { return }
    var rest = line
    var isGlued = false
    while let second = LineHeader.secondLine(in: rest) {
      _ = self.take(rest.upTo(second), isGlued: isGlued, isWhole: false)
      rest = rest.from(second)
      isGlued = true
    }
    _ = self.take(rest, isGlued: isGlued, isWhole: false)
  }

  private mutating func indexLog() {
    guard !self.isIndexed else { return }
    self.isIndexed = true
    self.reader.form = self.forms.last
    if let (line, found) = self.shape.refusal(lines: self.logged.count) {
      self.refuse(found, line: line, isOfLog: true)
    }
    self.logged.index(use: .ignored)
    self.chooseTag()
    if let shift = self.stampShift() {
      self.findings.stampShift = Int(shift)
      self.logged.index(use: .shifted(by: shift))
    }
    self.samples = []
  }

  private mutating func chooseTag() {
    for sample in self.samples {
      guard let tag = sample.tag else { continue }
      let isHit = self.logged.first(sample.key) != nil
      self.sampledTags.addSample(tag, isHit: isHit, hasLevel: sample.hasLevel)
    }
    let choice = Result { [table = self.sampledTags, tag = self.tag] () throws(RefusedForm) in
      try table.choice(tag)
    }
    switch choice {
    case .success(let choice):
      self.wantedTag = choice?.tag
      self.findings.tagBasis = choice?.basis ?? .name
    case .failure where self.format == .plain:
      // Each line as it is: of what somebody else made of the tag nothing is known.
      self.wantedTag = nil
    case .failure(let refusal): self.refuse(refusal, line: nil)
    }
    self.findings.tag = self.wantedTag.map { String(decoding: $0, as: UTF8.self) }
  }

  private func isOfThisLog(_ sample: Sample) -> Bool {
    guard let tag = sample.tag, let wanted = self.wantedTag else { return true }
    return self.sampledTags.isTag(tag, wanted)
  }

  /// By how many seconds most samples' stamps are behind those of the log's lines of that text.
  private func stampShift() -> UInt16? {
    var counts: [UInt16: Int] = [:]
    var hits = 0
    for sample in self.samples where sample.isStamped {
      guard self.isOfThisLog(sample), let place = self.logged.first(sample.key),
        !self.logged.hasTwin(place)
      else { continue }
      counts[self.logged.keys[place].stamp &- sample.key.stamp, default: 0] += 1
      hits += 1
    }
    // At most one shift has more than half.
    return counts.first { $0.value * 2 > hits }?.key
  }

  /// Ends the received lines: then `refused` says whether there are findings.
  public mutating func endReceived() {
    self.indexLog()
    self.endFile()
    self.census = FormCensus(isOfLines: true)
    let tags = self.matchedTags.counts.map(\.tag)
    if self.wantedTag == nil, tags.count > 1 { self.refuse(.severalTags(tags), line: nil) }
    self.findings.otherTags = self.otherTags.counts
    self.findings.linesOfOtherTags =
      self.otherTags.others + self.findings.otherTags.reduce(0) { $0 + $1.lines }
  }

  /// What the comparison came to; lines without a match are read once more.
  ///
  /// - Parameter groups: lines to count apart, in order and without common lines.
  public consuming func finish(
    logged source: inout some LineSource, received: inout some LineSource,
    groups: [LoggedGroup] = []
  ) -> ReconciliationFindings {
    self.endReceived()
    self.duplicates.close()
    self.ofOtherTags.close()
    var pairing = LeftoverPairing(
      logged: self.logged, records: self.records,
      reader: LeftoverReader(format: self.format, forms: self.forms), spansMax: self.spansMax,
      findings: self.findings, duplicates: self.duplicates, ofOtherTags: self.ofOtherTags,
      groups: groups)
    // Else each array would be copied when the pairing writes to it.
    self.logged = LoggedLines(expected: 0)
    self.records = ReceivedRecords()
    pairing.run(logged: &source, received: &received)
    return pairing.finish()
  }
}
