import ArgumentParser
import FileStore
import Foundation
import Reconciliation
import Reports

/// `appliance reconcile`: a log against what a collector has of it.
struct ReconcileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reconcile",
    abstract:
      "Compare a log with a collector's files: missing, duplicated, truncated or altered lines.",
    discussion: """
      PATHS are log files or folders of one subscription, and last the collector's file or folder, \
      unless --logs or --received say otherwise. A collector's file may be text as sent or as \
      syslog servers write it, or a JSON or CSV export (docs/RECONCILE.md). Only lines with the \
      log's tag count: the name of its folder, of the subscription in --ledger, or --tag. With \
      --ledger the sender's ledger is compared with the collector's file: which lines the peer \
      acknowledged and nobody has, by connection.

      Exit code 1 when a line is missing, truncated or altered, with --strict also for duplicated, \
      reordered and foreign lines; 65 when a file is not what it should be and no figure would be \
      right.

      Example: appliance reconcile out/logs/Mail_Log received.log --ledger out/ledger.json
      """)

  @Argument(help: "Log files or folders, and last the collector's file or folder.")
  var paths: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Log files or folders; PATHS are then the collector's.", valueName: "LOGS"))
  var logs: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Collector's files or folders; PATHS are then the log's.", valueName: "RECEIVED"))
  var received: [String] = []

  @Option(
    help: ArgumentHelp(
      "Format of the collector's files. auto: detected for each file; plain: each line as it is, "
        + "nothing is refused.", valueName: "F"))
  var formatReceived = Format(format: .auto, name: "auto")

  @Option(
    help: ArgumentHelp(
      "Tag of the log's lines at the collector (default: the log's name).",
      valueName: "TAG"))
  var tag: String?

  @Option(help: "Output format.")
  var format = OutputFormat.text

  @Option(
    help: ArgumentHelp(
      "List N places of each kind, 0 to 100000 (default: 10, with JSON 1000).",
      valueName: "N"))
  var spans: Int?

  @Option(
    help: ArgumentHelp(
      "ledger.json of the run that wrote the log.", valueName: "FILE"))
  var ledger: String?

  @Option(help: "Subscription in the ledger; needed when it has several.")
  var subscription: String?

  @Flag(help: "Exit code 1 also for duplicated, reordered and foreign lines.")
  var strict = false

  /// A form of the table, by its name.
  struct Format: ExpressibleByArgument {
    let format: ReceivedFormat
    let name: String

    static let allValueStrings = ReceivedFormat.names

    init(format: ReceivedFormat, name: String) {
      self.format = format
      self.name = name
    }

    init?(argument: String) {
      guard let format = ReceivedFormat(name: argument) else { return nil }
      self.init(format: format, name: argument)
    }

    var defaultValueDescription: String { self.name }
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
    if self.paths.count == 1, self.logs.isEmpty, self.received.isEmpty {
      throw ValidationError(
        "found one path, \(self.paths[0]); name a log's files or folder, then the collector's file: "
          + "appliance reconcile LOGS... RECEIVED")
    }
    guard !sides.logs.isEmpty else {
      throw ValidationError(
        "no log is given: name a log's files or folder, then the collector's file")
    }
    guard !sides.received.isEmpty else {
      throw ValidationError(
        "no collector's file is given: add it as the last path, or with --received")
    }
    guard self.logs.isEmpty || self.received.isEmpty || self.paths.isEmpty else {
      throw ValidationError("\(self.paths[0]): is it --logs or --received?")
    }
    guard self.subscription == nil || self.ledger != nil else {
      throw ValidationError("--subscription needs --ledger FILE")
    }
    if let spans = self.spans, !(0...100_000).contains(spans) {
      throw ValidationError("--spans: found \(spans), allowed: 0 to 100000")
    }
  }

  func run() throws {
    let result: (findings: ReconciliationFindings, document: ReconciliationDocument)
    let spansMax = self.spans ?? (self.format == .json ? 1000 : 10)
    do {
      result = try self.compare(spansMax: spansMax)
    } catch let error as RefusedFile {
      throw Self.refusal(error.description)
    } catch let error as FileStoreError where error.isOfWrongKind || error.code == .read {
      throw Self.refusal(error.description)
    }
    switch self.format {
    case .json: try Terminal.output.write(bytes: result.document.json())
    case .text:
      for line in ReconciliationText.lines(result.findings, result.document) {
        Terminal.output.line(line)
      }
      if let ledger = result.document.ledger {
        for line in LedgerComparisonText.lines(ledger, rowsMax: spansMax) {
          Terminal.output.line(line)
        }
      }
    }
    guard self.strict ? result.findings.isExact : result.findings.isComplete else {
      throw ExitCode.failure
    }
  }

  private func compare(
    spansMax: Int
  ) throws -> (findings: ReconciliationFindings, document: ReconciliationDocument) {
    let (logs, received) = try (
      LogFileNames.logs(self.sides.logs), LogFileNames.files(self.sides.received)
    )
    let comparison = try ReconcileRun(logs: logs, received: received)
    let recorded = try self.recordedLedger()
    let findings = try comparison.run(
      format: self.formatReceived.format, tag: self.logTag(logs, recorded), spansMax: spansMax,
      groups: recorded?.groups ?? [])
    let document = comparison.document(
      of: findings, ledger: try self.naming { try recorded?.comparison(with: findings) })
    return (findings, document)
  }

  /// What is known of the tag that the log's lines have.
  private func logTag(_ logs: [String], _ ledger: RecordedLedger?) -> LogTag {
    if let tag = self.tag { return .given(tag) }
    if let ledger { return .named(ledger.subscription, others: ledger.otherSubscriptions) }
    guard let folder = LogFileNames.subscription(ofLogs: logs) else { return .unknown(hint: nil) }
    // The folder of single files may be anything, unless others with logs are beside it.
    let isFolderGiven = self.sides.logs.contains(where: LogFileNames.isFolder)
    return isFolderGiven || !folder.others.isEmpty
      ? .named(folder.name, others: folder.others) : .unknown(hint: folder.name)
  }

  /// Input that cannot be used: BSD's EX_DATAERR.
  private static let dataError = ExitCode(65)

  private static func refusal(_ words: String) -> ExitCode {
    Terminal.error.line("Error: \(words)")
    return self.dataError
  }

  private func recordedLedger() throws -> RecordedLedger? {
    guard let path = self.ledger else { return nil }
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      // Foundation's words are of no use here: they name neither the file nor what to do.
      let isThere = FileManager.default.fileExists(atPath: path)
      throw Self.refusal(
        "\(path): cannot read the ledger: \(isThere ? "it cannot be opened" : "no such file")")
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
