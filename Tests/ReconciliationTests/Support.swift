import Reconciliation

/// Lines that can be read again, for the reconciler.
struct TextLines: LineSource {
  let lines: [String]

  mutating func withLine<Result>(
    _ number: Int, _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result {
    Array(self.lines[number].utf8).withUnsafeBytes(body)
  }
}

/// What comparing these lines comes to; each is one line of text or one JSON object.
func reconcile(
  _ logged: [String], _ received: [String], format: ReceivedFormat = .auto,
  tag: LogTag = .unknown(hint: nil), spansMax: Int = 1000, groups: [LoggedGroup] = []
) -> ReconciliationFindings {
  Comparison(logged, [CollectorFile(lines: received)], format: format, tag: tag)
    .findings(spansMax: spansMax, groups: groups)
}

/// A file of a collector, taken apart as the command does it.
struct CollectorFile {
  let form: ReceivedFileForm
  let records: [[UInt8]]
  /// Bytes that were looked at.
  let steps: Int
  /// Whether what is around the records never ended.
  let isOpen: Bool

  init(lines: [String]) {
    self.form = .lines
    self.records = lines.map { Array($0.utf8) }
    self.steps = 0
    self.isOpen = false
  }

  init(_ text: String, format: ReceivedFormat = .auto, pieceBytes: Int = 4096) throws(RefusedForm) {
    try self.init(bytes: Array(text.utf8), format: format, pieceBytes: pieceBytes)
  }

  /// - Parameter pieceBytes: how many bytes come at a time.
  init(
    bytes: [UInt8], format: ReceivedFormat = .auto, pieceBytes: Int = 4096
  ) throws(RefusedForm) {
    let form = try bytes.withUnsafeBytes { raw in
      Result { () throws(RefusedForm) in
        try ReceivedFileForm.of(raw, isWhole: true, format: format)
      }
    }.get()
    var splitter = RecordSplitter(form: form)
    var records: [[UInt8]] = []
    var (start, end) = (0, 0)
    while end < bytes.count || start < end {
      end = min(end + pieceBytes, bytes.count)
      while start < end {
        let rest = Array(bytes[start..<end])
        let found = rest.withUnsafeBytes { splitter.next(in: $0, isLast: end == bytes.count) }
        guard let found else { break }
        records.append(Array(rest[found.record]))
        start += found.end
      }
      if end == bytes.count { break }
    }
    self.form = form
    self.records = records
    self.steps = splitter.steps
    self.isOpen = splitter.isOpen
  }
}

/// A log, and a collector's files.
struct Comparison {
  private struct Records: LineSource {
    let records: [[UInt8]]

    mutating func withLine<Result>(
      _ number: Int, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
      self.records[number].withUnsafeBytes(body)
    }
  }

  let logged: [String]
  let files: [CollectorFile]
  let format: ReceivedFormat
  let tag: LogTag

  init(
    _ logged: [String], _ files: [CollectorFile], format: ReceivedFormat = .auto,
    tag: LogTag = .unknown(hint: nil)
  ) {
    self.logged = logged
    self.files = files
    self.format = format
    self.tag = tag
  }

  private func fill(_ reconciler: inout Reconciler) {
    for line in self.logged { Array(line.utf8).withUnsafeBytes { reconciler.log($0) } }
    for file in self.files {
      for record in file.records {
        record.withUnsafeBytes { reconciler.sample($0, of: file.form) }
      }
    }
    for file in self.files {
      reconciler.beginReceivedFile(file.form)
      for record in file.records { record.withUnsafeBytes { reconciler.receive($0) } }
    }
    reconciler.endReceived()
  }

  func findings(spansMax: Int = 1000, groups: [LoggedGroup] = []) -> ReconciliationFindings {
    var reconciler = Reconciler(format: self.format, tag: self.tag, spansMax: spansMax)
    self.fill(&reconciler)
    var log = TextLines(lines: self.logged)
    var collector = Records(records: self.files.flatMap(\.records))
    return reconciler.finish(logged: &log, received: &collector, groups: groups)
  }

  /// Why nothing can be said; `nil` when something can.
  func refusal() -> Reconciler.Refusal? {
    var reconciler = Reconciler(format: self.format, tag: self.tag)
    self.fill(&reconciler)
    return reconciler.refused
  }
}

extension ReceivedFormat {
  /// The form of that name.
  static func named(_ name: String) -> ReceivedFormat { ReceivedFormat(name: name) ?? .auto }
}

/// A line of the appliance, written as the log and as collectors write it.
struct TestLine: Hashable {
  var body: String
  /// Seconds after 08:00:00.
  var second: Int

  private func clock(_ second: Int) -> String {
    [8 + second / 3600, second / 60 % 60, second % 60]
      .map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
  }

  var logged: String { "Thu Jun 25 \(self.clock(self.second)) 2015 \(self.body)" }

  func wire(shift: Int = 0) -> String {
    "<22>Jun 25 \(self.clock(self.second + shift)) Mail_Log: \(self.body)"
  }
}

let headerLines = [
  "Thu Jun 25 08:00:00 2015 Info: Begin Logfile",
  "Thu Jun 25 08:00:00 2015 Info: Version: 8.0.1-023 SN: A4BADB4712A9-511AA1E",
  "Thu Jun 25 08:00:00 2015 Info: Time offset from UTC: 7200 seconds",
]
