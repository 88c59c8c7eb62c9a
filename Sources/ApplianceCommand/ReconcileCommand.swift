import ArgumentParser
import FileStore
import Foundation
import Reconciliation
import Reports

/// `appliance reconcile`: a log against what a collector has of it.
struct ReconcileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reconcile",
    abstract: "Tell which lines of a log a collector misses, has twice, cut or altered.",
    discussion: """
      LOGS are log files or folders of one subscription; RECEIVED are a collector's files: as \
      sent, rsyslog's or syslog-ng's, or JSON lines exported from Splunk or Elastic. Of PATHS the \
      last one is the collector's, unless --logs or --received says more. Exit code 1 when a line \
      is missing, cut or altered, with --strict also for duplicated, reordered and foreign ones. \
      With --ledger each line's fate by the sender's ledger is held against the collector's \
      file: what the peer acknowledged and nobody has, by connection.

      Example: appliance reconcile out/logs/Mail_Log received.log --ledger out/ledger.json
      """)

  @Argument(help: "The log's files or folders, and last the collector's file or folder.")
  var paths: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("The log's files or folders; PATHS are the collector's.", valueName: "LOGS"))
  var logs: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "The collector's files or folders; PATHS are the log's.", valueName: "RECEIVED"))
  var received: [String] = []

  @Option(help: "How the collector keeps lines.")
  var formatReceived = Format.auto

  @Option(help: "How the result is printed.")
  var format = OutputFormat.text

  @Option(help: ArgumentHelp("How many places of each kind are listed.", valueName: "N"))
  var spans: Int?

  @Option(
    help: ArgumentHelp(
      "The ledger of the run that wrote the log, its ledger.json.", valueName: "FILE"))
  var ledger: String?

  @Option(help: "The subscription in the ledger; needed where it has several.")
  var subscription: String?

  @Flag(help: "Exit code 1 also for duplicated, reordered and foreign lines.")
  var strict = false

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case auto, wire, rsyslog
    case syslogNG = "syslog-ng"
    case splunk, elastic
  }

  /// Log and collector of the call.
  private var sides: (logs: [String], received: [String]) {
    switch (self.logs.isEmpty, self.received.isEmpty) {
    case (true, true): (self.paths.dropLast(), self.paths.suffix(1))
    case (false, true): (self.logs, self.paths)
    case (true, false): (self.paths, self.received)
    case (false, false): (self.logs, self.received)
    }
  }

  func validate() throws {
    let sides = self.sides
    guard !sides.logs.isEmpty else { throw ValidationError("no log is given") }
    guard !sides.received.isEmpty else { throw ValidationError("no collector's file is given") }
    guard self.logs.isEmpty || self.received.isEmpty || self.paths.isEmpty else {
      throw ValidationError("\(self.paths[0]): is it --logs or --received?")
    }
    guard self.subscription == nil || self.ledger != nil else {
      throw ValidationError("--subscription names one in a ledger; --ledger is missing")
    }
    if let spans = self.spans, !(0...100_000).contains(spans) {
      throw ValidationError("--spans: found \(spans), allowed: 0 to 100000")
    }
  }

  func run() throws {
    let spansMax = self.spans ?? (self.format == .json ? 1000 : 10)
    let (logs, received) = try (
      LogFileNames.logs(self.sides.logs), LogFileNames.files(self.sides.received)
    )
    let comparison = try Comparison(logs: logs, received: received)
    for path in logs + received { try Self.refuseCompressed(path) }
    let recorded = try self.recordedLedger()
    let findings = try comparison.run(
      format: ReceivedFormat(rawValue: self.formatReceived.rawValue) ?? .auto, spansMax: spansMax,
      groups: recorded?.groups ?? [])
    let document = comparison.document(
      of: findings, ledger: try self.naming { try recorded?.comparison(with: findings) })
    switch self.format {
    case .json: try Terminal.output.write(bytes: document.json())
    case .text:
      for line in ReconciliationText.lines(findings, document) { Terminal.output.line(line) }
      if let ledger = document.ledger {
        for line in LedgerComparisonText.lines(ledger, rowsMax: spansMax) {
          Terminal.output.line(line)
        }
      }
    }
    guard self.strict ? findings.isExact : findings.isComplete else { throw ExitCode.failure }
  }

  /// Compressed bytes have no lines, so that each line would be missing.
  private static func refuseCompressed(_ path: String) throws {
    // A file that cannot be read is told of by whoever reads it whole.
    guard let file = FileHandle(forReadingAtPath: path) else { return }
    defer { try? file.close() }
    guard let bytes = try file.read(upToCount: CompressedForm.magicCountMax),
      let form = CompressedForm(firstBytes: bytes)
    else { return }
    throw CommandFailure(
      "\(path): found \(form.rawValue) data, allowed: lines of text: decompress it first")
  }

  private func recordedLedger() throws -> RecordedLedger? {
    guard let path = self.ledger else { return nil }
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw CommandFailure("\(path): cannot read the ledger: \(error.localizedDescription)")
    }
    return try self.naming {
      try RecordedLedger(json: Array(data), subscription: self.subscription)
    }
  }

  /// Puts the ledger's file before what is wrong with it.
  private func naming<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as RecordedLedger.Unusable {
      throw CommandFailure("\(self.ledger ?? ""): \(error)")
    }
  }
}

/// Reads both sides' files through the reconciler.
private struct Comparison {
  /// Enough to see by how much stamps are moved.
  private static let sampleBytes = 4 << 20
  /// A line of the mail log is seldom shorter on average.
  private static let lineBytes = 90
  private static let textMax = 200

  private let logged: LineFiles
  private let received: LineFiles

  init(logs: [String], received: [String]) throws(FileStoreError) {
    self.logged = try LineFiles(paths: logs)
    self.received = try LineFiles(paths: received)
  }

  func run(format: ReceivedFormat, spansMax: Int, groups: [LoggedGroup]) throws
    -> ReconciliationFindings
  {
    var reconciler = Reconciler(
      format: format, expectedLoggedLines: self.logged.bytes / Self.lineBytes, spansMax: spansMax)
    try self.logged.forEachLine { reconciler.log($0) }
    try Self.checkLines(of: self.logged)
    try self.received.sampleLines(bytesMax: Self.sampleBytes) { reconciler.sample($0) }
    try self.received.forEachLine { reconciler.receive($0) }
    try Self.checkLines(of: self.received)
    if let refused = reconciler.refused { throw self.failure(refused.found, at: refused.line) }
    var logged = ReadAgain(files: self.logged)
    var received = ReadAgain(files: self.received)
    let findings = reconciler.finish(logged: &logged, received: &received, groups: groups)
    if let failure = self.logged.failure ?? self.received.failure { throw failure }
    return findings
  }

  private func failure(_ found: RefusedExportLine, at line: Int) -> CommandFailure {
    let place = self.received.place(ofLine: line)
    let words =
      switch found {
      case .array: "an array on one line"
      case .textBehindObject: "text behind an object"
      case .searchAnswer: "a whole answer with hits.hits"
      case .severalLines: "one object with several _raw"
      case .openObject: "an object over several lines"
      }
    return CommandFailure(
      "\(place.path):\(place.line): found \(words), allowed: one JSON object a line")
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
    // `Thu Jun 25 08:50:03 2015`
    let stamps = [range.lowerBound, range.upperBound].map { number in
      files.withLine(number - 1) { String(decoding: $0.prefix(24), as: UTF8.self) }
    }
    return ReconciliationDocument.Lines(
      first: files.place(ofLine: range.lowerBound), last: files.place(ofLine: range.upperBound),
      from: isStamped ? stamps[0] : nil, to: isStamped ? stamps[1] : nil,
      text: files.withLine(range.lowerBound - 1) {
        String(decoding: $0.prefix(Self.textMax), as: UTF8.self)
      })
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
