import Text
import Alerting
import ApplianceModel
import LiveNetwork
import LogDelivery
import Reports
import Simulation

/// Prints the demo's story: mail log lines, a ladder of the connection, the mail, the ledger.
struct DemoNarrator {
  private static let firstLogLines = 10

  /// A terminal with fewer columns than this gets short arrows.
  private static let wideColumns = 100

  private let printer: StoryPrinter
  private let zone: ZoneTransitions
  /// The real collector behind the device on the path; `nil` for the lab's own server.
  private let collector: String?
  /// The story is over, or was cut short: nothing more of it is printed.
  var isSilent = false
  private var step = 0
  private var logLines = 0
  private var isAfterFailure = false

  init(printer: StoryPrinter, zone: ZoneTransitions, collector: String?) {
    self.printer = printer
    self.zone = zone
    self.collector = collector
  }

  private func line(_ text: String = "", _ style: Terminal.Style = .plain) {
    if !self.isSilent { self.printer.line(text, style) }
  }

  /// A plain fact of the story.
  func say(_ text: String) {
    if !self.isSilent { self.printer.paragraph(text, indent: 3) }
  }

  mutating func heading(_ text: String) {
    self.step += 1
    if !self.isSilent { self.printer.line("\n\(self.step). \(text)", .bold, beginsStep: true) }
  }

  /// A line that the mail log grew by; after the first ones only those that the story is about.
  mutating func logged(_ line: String) {
    self.logLines += 1
    let isStory = line.contains("Log Error: ") || line.contains(" alert was sent to ")
    if isStory || self.logLines <= Self.firstLogLines {
      self.line("   mail_logs | \(line)", isStory ? .yellow : .plain)
    } else if self.logLines == Self.firstLogLines + 1 {
      self.line("   mail_logs | ... more follows; the whole file is in the output folder")
    }
  }

  mutating func happened(_ event: RunEvent) {
    let isNarrow = self.printer.terminal.width.map { $0 < Self.wideColumns } ?? false
    let arrow = isNarrow ? "--------->" : "------------------------------>"
    switch event.kind {
    case .pushConnecting:
      if event.connection?.number == 2 { self.heading("The push connects again") }
      self.rung(event.instant, "connect to \(event.detail)", arrow)
    case .pushConnected:
      self.rung(
        event.instant, "connection established",
        isNarrow ? "<-------->" : "<---- handshake ---->")
    case .pushWrote: self.rung(event.instant, "write: \(event.detail)", arrow)
    case .pushFailed:
      self.rung(
        event.instant, "the socket reports: \(event.detail)",
        isNarrow ? "<----- RST" : "<------------ RST", .red)
      self.heading("The appliance notices, writes the error line and raises the alert")
      self.isAfterFailure = true
    case .pushReopened:
      self.rung(event.instant, "queue discarded, log reopened; \(event.detail)", "")
    case .alertMailStarted: self.rung(event.instant, "alert mail to \(event.detail)", "")
    case .alertMailAccepted: self.rung(event.instant, "alert mail accepted", "")
    case .trafficHeld: self.rung(event.instant, "(traffic pauses until the next push is seen)", "")
    case .trafficResumed: self.rung(event.instant, "(traffic continues)", "")
    case .fileGone, .logCompleted, .fileSent, .fileNotSent, .filesRolledOver, .filesFailed,
      .filesRecovered, .bufferFailed,
      .bufferFull, .bufferRecovered, .earlierRunDamaged:
      break
    case .applianceStarted, .applianceStopped, .pushClosed, .pushNotAdvancing, .pushClosedInOrder,
      .pushUnanswered, .pushTakenAtAcknowledgement, .alertRaised, .alertMailFailed,
      .alertMailRestored, .trafficEnded, .clockOutOfRange, .committed:
      break
    case .clockStepped:
      self.say("(the wall clock was \(event.detail); the log has a line about it)")
    }
  }

  func server(_ event: LabSyslogEvent, now: SimInstant) {
    switch event {
    case .reset(let connection, let lines, let bytes):
      let who = self.collector.map { "forwarded to \($0):" } ?? "server read"
      self.rung(
        now, "",
        "\(who) \(Plural.counted(lines, "line")) (\(Plural.counted(bytes, "byte"))) of "
          + "connection \(connection), then RST",
        .red)
    case .accepted, .read, .closed, .unfinished, .inPieces, .datagram, .accepting:
      break
    }
  }

  mutating func mail(_ bytes: [UInt8]) {
    self.heading("The alert mail, as it arrived")
    let text = String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n")
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      self.line("   | \(line)")
    }
  }

  mutating func secondStream(_ bytes: [UInt8], subscription: String) {
    let what = self.collector.map { "was forwarded to \($0)" } ?? "the server read"
    self.heading("What \(what) on the second connection while traffic paused")
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      self.line("   \(line)", .green)
    }
    if self.isSilent { return }
    self.printer.paragraph(
      "(The tag is the subscription's name, \(subscription); the subject is cut after "
        + "\(Alert.subjectTextMax) characters of its text, so a shorter name shows more of it.)",
      .dim, indent: 3)
  }

  mutating func ledger(_ ledgers: [SubscriptionLedger]) {
    self.heading("What happened to the lines")
    for ledger in ledgers {
      for (fate, count) in LedgerText.rows(ledger.totals) {
        self.line("   \(ledger.subscription): \(count) \(fate)")
      }
      for record in ledger.connections {
        let end = record.failure.map { "ended by \($0.cause.rawValue)" } ?? "closed by us"
        self.line(
          "   connection \(record.id.number), \(end): written \(record.written), "
            + "acknowledged \(record.acknowledged), "
            // What a real collector's application read it does not say.
            + (self.collector == nil ? "read by the server \(record.received), " : "")
            + "and \(Plural.counted(record.headerLinesWritten, "header line"))", .dim)
      }
    }
  }

  mutating func verdict(_ story: DemoStory) {
    self.heading("Expected of the documented case")
    for expectation in DemoStory.Expectation.allCases {
      let isMet = story.met.contains(expectation)
      self.line(
        "   \(isMet ? "yes" : "NO ") \(expectation.words(collector: self.collector))",
        isMet ? .green : .red)
    }
  }

  mutating func losses(_ losses: LossSummary) {
    self.line()
    if !self.isSilent {
      self.printer.paragraph(losses.line, losses.lost > 0 ? .yellow : .plain)
    }
  }

  private func rung(
    _ instant: SimInstant, _ text: String, _ arrow: String, _ style: Terminal.Style = .plain
  ) {
    let millis = String(instant.subsecondNanoseconds / 1_000_000)
    let fraction = String(repeating: "0", count: 3 - millis.count) + millis
    let time = "\(self.zone.stamp(at: instant).timeOfDay).\(fraction)"
    let column = min(52, (self.printer.terminal.width ?? .max) - 17 - arrow.count)
    let padding = String(repeating: " ", count: max(1, column - text.count))
    let line = arrow.isEmpty ? text : "\(text)\(padding)\(arrow)"
    self.line("   \(time)  \(line)", style)
  }
}
