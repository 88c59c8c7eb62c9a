import FileStore
import Reconciliation
import Reports

/// Reads both sides' files through the reconciler.
struct ReconcileRun {
  /// Enough to see by how much stamps are moved.
  private static let sampleBytes = 4 << 20
  /// A line of the mail log is seldom shorter on average.
  private static let lineBytes = 90
  private static let textMax = 200
  /// Lines of one place that are printed.
  private static let textsMax = 20

  private let logged: LineFiles
  private let received: LineFiles

  init(logs: [String], received: [String]) throws(FileStoreError) {
    self.logged = try LineFiles(paths: logs)
    self.received = try LineFiles(paths: received)
  }

  func run(
    format: ReceivedFormat, tag: LogTag, spansMax: Int, groups: [LoggedGroup]
  ) throws -> ReconciliationFindings {
    try self.received.findForms(format)
    var reconciler = Reconciler(
      format: format, tag: tag, expectedLoggedLines: self.logged.bytes / Self.lineBytes,
      spansMax: spansMax)
    try self.logged.forEachRecord { reconciler.log($0) }
    try Self.checkLines(of: self.logged)
    try self.received.sampleRecords(bytesMax: Self.sampleBytes) { reconciler.sample($0, of: $1) }
    try self.received.forEachRecord(
      begin: { reconciler.beginReceivedFile($0) }, { reconciler.receive($0) })
    try Self.checkLines(of: self.received)
    reconciler.endReceived()
    if let refused = reconciler.refused { throw self.failure(refused) }
    if format != .plain, let path = self.received.openFile {
      throw RefusedFile(path: path, line: nil, found: .openArray)
    }
    var logged = ReadAgain(files: self.logged)
    var received = ReadAgain(files: self.received)
    let findings = reconciler.finish(logged: &logged, received: &received, groups: groups)
    if let failure = self.logged.failure ?? self.received.failure { throw failure }
    if format != .plain, findings.isOfUnknownForm {
      throw self.unknownForm(findings.spans(.altered).first?.received?.lowerBound ?? 1)
    }
    return findings
  }

  private func failure(_ refused: Reconciler.Refusal) -> RefusedFile {
    let files = refused.isOfLog ? self.logged : self.received
    let place = files.place(ofLine: refused.line ?? 1)
    return RefusedFile(
      path: place.path, line: refused.line == nil ? nil : place.line, found: refused.found)
  }

  private func unknownForm(_ line: Int) -> RefusedFile {
    let place = self.received.place(ofLine: line)
    let text = self.received.withLine(line - 1) {
      String(decoding: $0.prefix(Self.textMax), as: UTF8.self)
    }
    return RefusedFile(
      path: place.path, line: place.line,
      found: .unknownForm(found: ReconciliationText.printable(text)))
  }

  private static func checkLines(of files: LineFiles) throws {
    guard files.lines <= Reconciler.linesMax else {
      let first = files.place(ofLine: 1).path
      throw CommandFailure(
        "\(first): found \(files.lines) lines, allowed: \(Reconciler.linesMax)")
    }
  }

  func document(
    of findings: ReconciliationFindings, ledger: LedgerComparison?
  ) -> ReconciliationDocument {
    ReconciliationDocument(
      findings, ledger: ledger, logged: { Self.lines($0, in: self.logged, isStamped: true) },
      received: { Self.lines($0, in: self.received, isStamped: false) })
  }

  private static func lines(
    _ range: ClosedRange<Int>, in files: LineFiles, isStamped: Bool
  ) -> ReconciliationDocument.Lines {
    let stamps = [range.lowerBound, range.upperBound].map { number in
      files.withLine(number - 1) { LogLine.stamp(of: $0) }
    }
    var texts: [String] = []
    for number in range where texts.count < Self.textsMax {
      let text = files.withLine(number - 1) { line in
        isStamped && number > range.lowerBound && !LogLine.isCounted(line)
          ? nil : String(decoding: line.prefix(Self.textMax), as: UTF8.self)
      }
      if let text { texts.append(text) }
    }
    return ReconciliationDocument.Lines(
      first: files.place(ofLine: range.lowerBound), last: files.place(ofLine: range.upperBound),
      from: isStamped ? stamps[0] : nil, to: isStamped ? stamps[1] : nil, texts: texts)
  }

  private struct ReadAgain: LineSource {
    let files: LineFiles

    mutating func withLine<Result>(
      _ number: Int, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
      self.files.withLine(number, body)
    }
  }
}
