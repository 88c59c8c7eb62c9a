import Alerting
import ApplianceModel
import ApplianceRuntime
import FileStore
import LiveNetwork
import LogDelivery
import MailFlow
import Reports
import Text

/// What a live run says and keeps when it has ended.
///
/// Exit code 1: a push never had a connection, something was not drained or not written (a line
/// that is in no log file included), or a line was lost that its delivery mode promised to keep.
/// Losses of `as-appliance` are what the real appliance would have lost; they are exit code 0
/// without `--fail-on-loss`.
struct RunConclusion {
  let outcome: LiveOutcome
  let status: LiveStatus
  var report: RunReport
  let format: OutputFormat
  let promised: Set<String>
  let failsOnLoss: Bool

  /// Prints the figures first: they are worth most when the files cannot be written.
  func show(output: OutputFolder) throws {
    let words = OutcomeText.line(
      self.outcome, ledgers: self.status.ledgers, attempts: self.status.attempts)
    let losses = LossSummary(
      self.status.ledgers, promised: self.promised, notKept: self.status.notKept,
      earlier: self.status.earlierLedgers)
    Terminal.error.transient("")
    Terminal.error.line(StatusText.line(self.status, hasEnded: true))
    for (name, count) in self.status.notKept.sorted(by: { $0.key < $1.key }) {
      Terminal.error.line(
        "\(name): \(Plural.counted(count, "line is", "lines are")) in no log file")
    }
    if let line = PendingText.line(self.status.pending) { Terminal.error.line(line) }
    for mail in self.status.pendingAlertMails {
      Terminal.error.line(PendingMailText.line(mail))
    }
    switch self.format {
    case .json:
      try Terminal.output.write(bytes: LedgerDocument(self.status.ledgers).json())
      Terminal.error.line(losses.line)
    case .text:
      for ledger in self.status.ledgers {
        for (fate, count) in LedgerText.rows(ledger.totals) {
          Terminal.output.line("\(ledger.subscription): \(count) \(fate)")
        }
      }
      Terminal.output.line(losses.line)
    }
    var report = self.report
    report.finish(
      outcome: words, traffic: self.status.traffic, pending: self.status.pending,
      ledgers: self.status.ledgers, losses: losses,
      pendingAlertMails: self.status.pendingAlertMails)
    if case .ended(let remains) = self.outcome { report.left(remains) }
    try output.replace(LedgerDocument(self.status.ledgers).json(), name: "ledger.json")
    try output.replace(report.json(), name: "report.json")
    try output.replace(Array(report.markdown.utf8), name: "report.md")
    if let problem = self.status.journalProblem { throw problem }
    guard self.outcome == .finished else { throw CommandFailure(words) }
    try losses.requireFew(failsOnLoss: self.failsOnLoss)
    try losses.requireKept()
  }
}

extension LossSummary {
  /// - Throws: when a line was lost that must not be.
  func requireFew(failsOnLoss: Bool) throws {
    if self.lostAgainstPromise > 0 {
      throw CommandFailure(
        "\(CountText.lines(self.lostAgainstPromise)) lost by a push whose delivery mode keeps "
          + "lines on disk")
    }
    if failsOnLoss, self.lostByThisRun > 0 {
      throw CommandFailure("\(CountText.lines(self.lostByThisRun)) lost (--fail-on-loss)")
    }
  }

  /// - Throws: when a line is in no log file though one was meant for it: where nobody is pushed to,
  ///   the file is all there is of it.
  func requireKept() throws {
    guard self.inNoFile > 0 else { return }
    throw CommandFailure("\(CountText.lines(self.inNoFile)) could not be written to the log files")
  }
}

/// An alert mail that waits, for a person.
enum PendingMailText {
  static func line(_ mail: PendingAlertMail) -> String {
    let next =
      mail.nextAttemptAt.map {
        "next attempt at \(InstantText.rfc3339($0)), by a run with the same --output that lasts "
          + "until then"
      }
      ?? "the run ended in the middle of an attempt, so that it may arrive twice; a run with the "
      + "same --output sends it"
    return "alert mail to \(mail.recipient) pending after "
      + "\(Plural.counted(mail.attempts, "failed attempt")): \(next)"
  }
}

/// How a run ended, in words.
enum OutcomeText {
  /// - Parameters:
  ///   - ledgers: as they stood at the end, with what an unconnected push lost.
  ///   - attempts: what unconnected pushes waited for.
  static func line(
    _ outcome: LiveOutcome, ledgers: [SubscriptionLedger] = [],
    attempts: [String: PushAttempt] = [:]
  ) -> String {
    switch outcome {
    case .ended(.nothing):
      return "finished"
    case .ended(.lines(let left)) where left.isEmpty:
      return "not drained in time: an alert mail was still under way"
    case .ended(.lines(let left)):
      let parts = left.keys.sorted().map { name in
        let count = left[name] ?? 0
        let attempt = attempts[name].map { ", \(self.words($0))" } ?? ""
        guard count == 0 else { return "\(name): \(Plural.counted(count, "line")) left\(attempt)" }
        let lost = ledgers.first { $0.subscription == name }?.totals.lost ?? 0
        return "\(name): not connected, \(Plural.counted(lost, "line")) lost\(attempt)"
      }
      // Where nothing waits, more time would have helped nobody.
      let hasWaiting = left.values.contains { $0 > 0 }
      return (hasWaiting ? "not drained in time: " : "ended without a connection: ")
        + parts.joined(separator: ", ")
    case .ended(.confirmations(let lines)):
      let parts = lines.keys.sorted().map {
        "\($0): \(Plural.counted(lines[$0] ?? 0, "line")) acknowledged"
      }
      return "no delivery confirmation in time: \(parts.joined(separator: ", ")), and the server "
        + "did not close the connection"
    case .ended(.files(let left)):
      let parts = left.keys.sorted().map { "\($0): \(Plural.counted(left[$0] ?? 0, "file")) left" }
      return "not sent in time: \(parts.joined(separator: ", "))"
    case .outOfTime: return RunEvent.outOfTime
    case .failed(let error):
      return error.description
    }
  }

  /// Addresses that were not tried are worth a word: one that answers may be among them.
  private static func words(_ attempt: PushAttempt) -> String {
    let waited = "\(attempt.address) had neither answered nor refused"
    let left = attempt.count - attempt.number
    guard left > 0 else { return waited }
    return "\(waited), and \(left) of \(attempt.count) addresses "
      + "\(Plural.word(left, "was", "were")) not tried (each has --connect-timeout seconds)"
  }
}

/// How a run stands, in one line.
enum StatusText {
  /// - Parameters:
  ///   - before: the status before it, for the rate; `nil` says none.
  ///   - hasEnded: a run that has ended has no connections worth a word.
  static func line(
    _ status: LiveStatus, since before: LiveStatus? = nil, hasEnded: Bool = false
  ) -> String {
    let pushes = status.ledgers.map { ledger -> String in
      let totals = ledger.totals
      var parts: [String] = []
      if !hasEnded {
        let isConnected = status.connected.contains(ledger.subscription)
        let attempt = isConnected ? nil : status.attempts[ledger.subscription]
        parts.append(
          attempt.map { "connecting to \($0.address)\(Self.place($0))" }
            ?? (isConnected ? "connected" : "not connected"))
      }
      let lost = "lost \(CountText.grouped(totals.lost))"
      let unacknowledged = "unacknowledged \(CountText.grouped(ledger.unsettledWritten))"
      let counts = [
        "accepted \(CountText.grouped(totals.accepted))",
        "queued \(CountText.grouped(totals.queued))",
      ]
      guard !hasEnded else {
        parts += counts + (ledger.unsettledWritten > 0 ? [unacknowledged] : []) + [lost]
        return "\(ledger.subscription) \(parts.joined(separator: ", "))"
      }
      // What shows trouble comes first: a terminal of 80 columns cuts the rest.
      parts += [unacknowledged, lost]
      if let rate = self.rate(of: ledger, in: status, since: before) {
        parts.append("rate \(CountText.grouped(rate))/s")
      }
      parts += counts
      if let window = status.windows[ledger.subscription] {
        parts.append("peer's window \(CountText.grouped(window))")
      }
      return "\(ledger.subscription) \(parts.joined(separator: ", "))"
    }
    let messages = "messages \(CountText.grouped(status.traffic.messagesInjected))"
    return ([messages] + pushes).joined(separator: "; ")
  }

  private static func place(_ attempt: PushAttempt) -> String {
    attempt.count > 1 ? " (\(attempt.number) of \(attempt.count) addresses)" : ""
  }

  /// Lines a second that got as far as this push can know: acknowledged, or sent by datagram.
  private static func rate(
    of ledger: SubscriptionLedger, in status: LiveStatus, since before: LiveStatus?
  ) -> UInt64? {
    guard let before, before.uptimeNanoseconds < status.uptimeNanoseconds,
      let earlier = before.ledgers.first(where: { $0.subscription == ledger.subscription })
    else { return nil }
    func arrived(_ ledger: SubscriptionLedger) -> UInt64 {
      ledger.totals.received + ledger.totals.acknowledged + ledger.totals.written
        - ledger.unsettledWritten
    }
    let now = arrived(ledger)
    let then = arrived(earlier)
    guard now > then else { return 0 }
    return (now - then) * 1_000_000_000 / (status.uptimeNanoseconds - before.uptimeNanoseconds)
  }
}
