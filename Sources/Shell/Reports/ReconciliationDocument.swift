public import Reconciliation

/// The result of `appliance reconcile` as JSON.
///
/// `logged` = `matched` + `cut` + `altered` + `missing`, and
/// `received` = `matched` + `cut` + `altered` + `duplicated` + `foreign`.
public struct ReconciliationDocument: Encodable {
  /// Where lines are, and when.
  public struct Lines: Encodable {
    public let file: String
    public let first: Int
    /// The last line's file, where it is another.
    public let lastFile: String?
    public let last: Int
    /// The stamps of the first and the last line; only of logged lines.
    public let from: String?
    public let to: String?
    /// The first line, its beginning at least.
    public let text: String
    /// The first lines; only of missing ones.
    public internal(set) var texts: [String]?

    /// Lines that were looked up.
    public init(
      first: (path: String, line: Int), last: (path: String, line: Int), from: String?,
      to: String?, texts: [String]
    ) {
      self.file = first.path
      self.first = first.line
      self.lastFile = last.path == first.path ? nil : last.path
      self.last = last.line
      self.from = from
      self.to = to
      self.text = texts.first ?? ""
      self.texts = texts
    }
  }

  /// Consecutive lines of one fate.
  public struct Span: Encodable {
    public let lines: Int
    public let logged: Lines?
    public let received: Lines?
    public let loggedBytes: Int?
    public let receivedBytes: Int?
    public let ambiguous: Bool
  }

  struct HeaderLines: Encodable {
    let logged: Int
    let received: Int
  }

  struct CutLength: Encodable {
    /// `nil` for lengths that are not told apart.
    let bytes: Int?
    let lines: Int
  }

  let logged: Int
  let received: Int
  let matched: Int
  let missing: Int
  let duplicated: Int
  let cut: Int
  let altered: Int
  let reordered: Int
  let foreign: Int
  let ambiguous: Int
  let headerLines: HeaderLines
  let skipped: Int
  /// `nil` when lines of all tags are compared.
  let tag: String?
  /// On what ground that tag is the log's: `name`, `small-letters`, or `lines` alone.
  let tagBasis: String?
  let otherTags: [String: Int]
  let linesOfOtherTags: Int
  let untagged: Int
  let unescaped: Int
  let repeated: Int
  let stampShiftSeconds: Int?
  let cutLengths: [CutLength]
  /// By class, in order.
  public let spans: [String: [Span]]
  let spansOmitted: Int
  /// What the sender's ledger says of the lines; `nil` where none is given.
  public let ledger: LedgerComparison?

  /// The document of these findings; `logged` and `received` look lines up.
  public init(
    _ findings: ReconciliationFindings, ledger: LedgerComparison? = nil,
    logged: (ClosedRange<Int>) -> Lines, received: (ClosedRange<Int>) -> Lines
  ) {
    self.ledger = ledger
    self.logged = findings.logged
    self.received = findings.received
    self.matched = findings.matched
    self.missing = findings.missing
    self.duplicated = findings.duplicated
    self.cut = findings.cut
    self.altered = findings.altered
    self.reordered = findings.reordered
    self.foreign = findings.foreign
    self.ambiguous = findings.ambiguous
    self.headerLines = HeaderLines(
      logged: findings.loggedHeaderLines, received: findings.receivedHeaderLines)
    self.skipped = findings.skipped
    self.tag = findings.tag
    self.tagBasis = findings.tag == nil ? nil : findings.tagBasis.rawValue
    self.otherTags = Dictionary(
      uniqueKeysWithValues: findings.otherTags.map { ($0.tag, $0.lines) })
    self.linesOfOtherTags = findings.linesOfOtherTags
    self.untagged = findings.untagged
    self.unescaped = findings.unescaped
    self.repeated = findings.repeated
    self.stampShiftSeconds = findings.stampShift
    self.cutLengths =
      findings.cutLengths.entries.map { CutLength(bytes: $0.bytes, lines: $0.lines) }
      + (findings.cutLengths.others > 0
        ? [CutLength(bytes: nil, lines: findings.cutLengths.others)] : [])
    var spans: [String: [Span]] = [:]
    for kind in ReconciliationSpan.Kind.allCases {
      spans[kind.rawValue] = findings.spans(kind).map { span in
        var lines = span.logged.map(logged)
        if kind != .missing { lines?.texts = nil }
        var place = span.received.map(received)
        place?.texts = nil
        return Span(
          lines: span.lines, logged: lines, received: place,
          loggedBytes: span.loggedBytes, receivedBytes: span.receivedBytes,
          ambiguous: span.isAmbiguous)
      }
    }
    self.spans = spans
    self.spansOmitted = findings.spansOmitted
  }

  /// The document's bytes: JSON with sorted keys and a line end.
  public func json() throws -> [UInt8] {
    try JSONBytes.encode(self)
  }
}
