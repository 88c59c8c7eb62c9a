/// What a comparison of a log with a collector's files came to.
///
/// `logged` = `matched` + `cut` + `altered` + `missing`, and
/// `received` = `matched` + `cut` + `altered` + `duplicated` + `foreign`.
public struct ReconciliationFindings: Hashable, Sendable {
  /// Lines of the log, without header lines.
  public internal(set) var logged = 0
  /// Lines that the collector has, without header lines.
  public internal(set) var received = 0
  /// Lines that arrived whole.
  public internal(set) var matched = 0
  /// Logged lines that did not arrive at all.
  public internal(set) var missing = 0
  /// Received copies, whole or cut, of lines that arrived besides.
  public internal(set) var duplicated = 0
  /// Logged lines of which only a beginning arrived.
  public internal(set) var cut = 0
  /// Logged lines that arrived with another text.
  public internal(set) var altered = 0
  /// The fewest lines whose moving would put the received ones in the log's order.
  public internal(set) var reordered = 0
  /// Received lines that nobody logged.
  public internal(set) var foreign = 0
  /// Of those missing, duplicated or cut: lines of which cannot be told which of several they are.
  public internal(set) var ambiguous = 0
  /// Header lines in the log and at the collector.
  public internal(set) var loggedHeaderLines = 0
  public internal(set) var receivedHeaderLines = 0
  /// Records of an export without a line, and empty lines.
  public internal(set) var skipped = 0
  /// The tag of the log's lines; `nil` when lines of all tags are compared.
  public internal(set) var tag: String?
  /// On what ground it is this one.
  public internal(set) var tagBasis = TagBasis.name
  /// Of the foreign lines: those with another tag, and the tags with most of them.
  public internal(set) var linesOfOtherTags = 0
  public internal(set) var otherTags: [TagCount] = []
  /// Received lines without a tag: whether they are this log's is said by their texts alone.
  public internal(set) var untagged = 0
  /// Lines that arrived whole once a collector's escapes, such as `#011`, were undone.
  public internal(set) var unescaped = 0
  /// Lines that a collector wrote as `message repeated 2 times`; they count as so many.
  public internal(set) var repeated = 0
  /// Bytes of lines without a match that were read once more.
  public internal(set) var bytesReadAgain = 0
  /// Seconds that the collector's stamps are behind the log's, modulo 65,536; `nil` when they tell
  /// nothing of the log's.
  public internal(set) var stampShift: Int?
  /// How many lines were cut to which length of level and text.
  public internal(set) var cutLengths = CutLengths()
  /// Where, for each class the first ones.
  public internal(set) var spans: [ReconciliationSpan] = []
  /// Spans that are not in `spans` since there are too many.
  public internal(set) var spansOmitted = 0
  /// The groups that were to be counted apart.
  public internal(set) var groups: [LoggedGroup] = []

  /// Whether each logged line arrived whole.
  public var isComplete: Bool { self.missing == 0 && self.cut == 0 && self.altered == 0 }

  /// Whether hardly a line arrived as it was logged, and most with another text: then the collector
  /// writes something around each text, and the form is not one that is known.
  public var isOfUnknownForm: Bool {
    self.matched == 0 && self.altered > 1 && self.altered * 2 > self.logged
  }

  /// Whether the collector has the log, each line once, in order, and nothing else.
  public var isExact: Bool {
    self.isComplete && self.duplicated == 0 && self.reordered == 0 && self.foreign == 0
  }

  /// The spans of one class, in order of the log or, where nothing was logged, of the file.
  public func spans(_ kind: ReconciliationSpan.Kind) -> [ReconciliationSpan] {
    self.spans.filter { $0.kind == kind }
  }
}

/// Consecutive lines of one fate. Line numbers begin at 1 and run on from file to file.
public struct ReconciliationSpan: Hashable, Sendable {
  /// What became of them.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case missing, cut, altered, duplicated, reordered, foreign
  }

  /// What became of them.
  public let kind: Kind
  /// Lines of that fate; header lines may lie between them.
  public internal(set) var lines: Int
  /// Lines of the log; `nil` for foreign lines.
  public internal(set) var logged: ClosedRange<Int>?
  /// Received lines; for missing ones the last received line before the gap.
  public internal(set) var received: ClosedRange<Int>?
  /// Bytes of level and text as logged and as received, of a cut or altered line.
  public internal(set) var loggedBytes: Int?
  public internal(set) var receivedBytes: Int?
  /// Whether it cannot be told which of several lines these are.
  public internal(set) var isAmbiguous = false

  /// Whether `other` goes on where this one ends.
  func isFollowed(by other: ReconciliationSpan) -> Bool {
    guard self.kind == other.kind, self.kind != .cut, self.kind != .altered,
      self.isAmbiguous == other.isAmbiguous, self.receivedBytes == other.receivedBytes
    else { return false }
    return Self.follows(self.logged, other.logged) && Self.follows(self.received, other.received)
  }

  private static func follows(_ a: ClosedRange<Int>?, _ b: ClosedRange<Int>?) -> Bool {
    guard let a, let b else { return a == nil && b == nil }
    return b.lowerBound == a.upperBound + 1 || b.lowerBound == a.upperBound
  }
}

/// Lengths to which lines were cut, at most 1,024 different ones; lines of others share one entry.
public struct CutLengths: Hashable, Sendable {
  private static let lengthsMax = 1024

  /// Lines by length, in order of length.
  public private(set) var entries: [Entry] = []
  /// Lines of lengths beyond the first 1,024 different ones.
  public private(set) var others = 0

  /// How many lines have one length.
  public struct Entry: Hashable, Sendable {
    /// Bytes of level and text that are left.
    public let bytes: Int
    /// Lines.
    public internal(set) var lines: Int
  }

  mutating func add(_ bytes: Int) {
    var low = 0
    var high = self.entries.count
    while low < high {
      let middle = (low + high) / 2
      if self.entries[middle].bytes < bytes { low = middle + 1 } else { high = middle }
    }
    if low < self.entries.count, self.entries[low].bytes == bytes {
      self.entries[low].lines += 1
    } else if self.entries.count < Self.lengthsMax {
      self.entries.insert(Entry(bytes: bytes, lines: 1), at: low)
    } else {
      self.others += 1
    }
  }
}

/// Gathers spans of one class: merges those that follow one another, keeps the first ones.
struct SpanList {
  private let max: Int
  private(set) var spans: [ReconciliationSpan] = []
  private(set) var omitted = 0
  private var open: ReconciliationSpan?

  init(max: Int) {
    self.max = max
  }

  /// - Parameter isContinued: whether it goes on where the last one ends; `nil` when its lines
  ///   tell.
  mutating func add(_ span: ReconciliationSpan, isContinued: Bool? = nil) {
    guard var last = self.open,
      isContinued.map({ $0 && last.isAmbiguous == span.isAmbiguous }) ?? last.isFollowed(by: span)
    else {
      self.close()
      self.open = span
      return
    }
    last.lines += span.lines
    if let a = last.logged, let b = span.logged { last.logged = a.lowerBound...b.upperBound }
    if let a = last.received, let b = span.received { last.received = a.lowerBound...b.upperBound }
    self.open = last
  }

  /// The list with its last span ended.
  consuming func closed() -> SpanList {
    self.close()
    return self
  }

  /// The spans of two lists by received line, the first of them.
  static func merged(_ a: SpanList, _ b: SpanList) -> SpanList {
    var list = SpanList(max: a.max)
    let spans = (a.spans + b.spans).sorted {
      ($0.received?.lowerBound ?? 0) < ($1.received?.lowerBound ?? 0)
    }
    list.spans = Array(spans.prefix(a.max))
    list.omitted = a.omitted + b.omitted + spans.count - list.spans.count
    return list
  }

  /// Ends the last span.
  mutating func close() {
    guard let last = self.open else { return }
    if self.spans.count < self.max { self.spans.append(last) } else { self.omitted += 1 }
    self.open = nil
  }
}
