public import Alerting
public import ApplianceModel
public import LogDelivery
public import MailFlow
internal import Simulation

/// `report.json` and `report.md`: what happened in a run, in order, with figures.
public struct RunReport: Encodable, Sendable {
  /// The most events kept; the first ones are, and the rest are counted.
  public static let eventsMax = 10_000

  struct Event: Encodable, Sendable {
    let time: String
    let kind: String
    let subscription: String?
    let connection: UInt32?
    let detail: String?
    /// What is known of the kind, as values (docs/REPORT.md); absent where that is nothing.
    let facts: RunFactDocument?
  }

  struct Pending: Encodable, Sendable {
    let kind: String
    let count: Int
    let nextDue: String?
  }

  /// Of the form of `report.json`: 2 since events have `facts` (docs/REPORT.md).
  private(set) var version = 2
  private(set) var events: [Event] = []
  private(set) var eventsLeftOut = 0
  private(set) var outcome = "running"
  private(set) var traffic = MailFlowCounters()
  private(set) var pending: [Pending] = []
  /// What a capture of a live run came to, in words; absent without one.
  public var capture: String?
  /// Whether lines were lost, as the run's last line says it; absent before its end.
  private(set) var losses: String?
  private(set) var pendingAlertMails: [PendingMail]?
  /// What was still to be sent at the end; absent when that was nothing.
  private(set) var left: Left?
  private var ledgers: [SubscriptionLedger] = []
  private var pendingLine: String?
  private var leftLine: String?

  private enum CodingKeys: String, CodingKey {
    case version, events, eventsLeftOut, outcome, losses, traffic, pending, capture
    case pendingAlertMails, left
  }

  /// What was still to be sent at the end, by subscription.
  struct Left: Encodable, Sendable {
    var lines: [String: UInt64]?
    var unconfirmedLines: [String: UInt64]?
    var files: [String: Int]?
    var alertMailUnderWay: Bool?
  }

  /// An alert mail that waits for the next run.
  struct PendingMail: Encodable, Sendable {
    let recipient: String
    let text: String
    let attempts: Int
    /// Absent when the run ended in the middle of an attempt.
    let nextAttempt: String?
  }

  /// A report of a run that has just begun.
  public init() {}

  /// Adds what happened next.
  public mutating func add(_ event: RunEvent) {
    guard self.events.count < Self.eventsMax else {
      self.eventsLeftOut += 1
      return
    }
    self.events.append(
      Event(
        time: InstantText.rfc3339(event.instant), kind: event.kind.rawValue,
        subscription: event.subscription, connection: event.connection?.number,
        detail: event.detail.isEmpty ? nil : event.detail, facts: RunFactDocument(event.fact)))
  }

  /// Notes how the run ended.
  ///
  /// - Parameters:
  ///   - pending: what the traffic had not done then.
  ///   - losses: whether lines were lost, as the last line of the run says it.
  public mutating func finish(
    outcome: String, traffic: MailFlowCounters, pending: [PendingWork],
    ledgers: [SubscriptionLedger], losses: LossSummary, pendingAlertMails: [PendingAlertMail]
  ) {
    self.outcome = outcome
    self.losses = losses.line
    if !pendingAlertMails.isEmpty {
      self.pendingAlertMails = pendingAlertMails.map {
        PendingMail(
          recipient: $0.recipient, text: $0.text, attempts: $0.attempts,
          nextAttempt: $0.nextAttemptAt.map(InstantText.rfc3339))
      }
    }
    self.traffic = traffic
    self.pending = pending.map {
      Pending(
        kind: $0.kind.rawValue, count: $0.count, nextDue: $0.nextDue.map(InstantText.rfc3339))
    }
    self.pendingLine = PendingText.line(pending)
    self.ledgers = ledgers
  }

  /// Notes what was still to be sent at the end.
  public mutating func left(_ remains: RunRemains) {
    switch remains {
    case .nothing: self.left = nil
    case .lines(let lines) where lines.isEmpty: self.left = Left(alertMailUnderWay: true)
    case .lines(let lines): self.left = Left(lines: lines)
    case .confirmations(let lines): self.left = Left(unconfirmedLines: lines)
    case .files(let files): self.left = Left(files: files)
    }
    self.leftLine = RemainsText.line(remains)
  }

  /// `report.json`.
  public func json() throws -> [UInt8] {
    try JSONBytes.encode(self)
  }

  /// `report.md` of a run.
  public var markdown: String { "# Run report\n\n" + self.sections }

  /// What follows the title of a report.
  public var sections: String {
    var lines = ["Outcome: \(self.outcome)", ""]
    if let losses = self.losses { lines += [losses, ""] }
    if let left = self.leftLine { lines += [left, ""] }
    lines += ["## What became of the lines"]
    lines += ["", "| subscription | fate | lines |", "|---|---|---:|"]
    for ledger in self.ledgers {
      for (fate, count) in LedgerText.rows(ledger.totals) {
        lines.append("| \(ledger.subscription) | \(fate) | \(count) |")
      }
    }
    lines += [
      "", "## What happened", "", "| time (UTC) | event | push | detail |", "|---|---|---|---|",
    ]
    for event in self.events {
      let push = [event.subscription, event.connection.map { "connection \($0)" }]
        .compactMap { $0 }.joined(separator: ", ")
      let detail = (event.detail ?? "").replacing("|", with: "\\|")
      lines.append("| \(event.time) | \(event.kind) | \(push) | \(detail) |")
    }
    if self.eventsLeftOut > 0 { lines += ["", "\(self.eventsLeftOut) later events are left out."] }
    if let mails = self.pendingAlertMails {
      lines += [
        "", "## Alert mails that wait for the next run", "",
        "| recipient | alert | failed attempts | next attempt (UTC) |", "|---|---|---:|---|",
      ]
      lines += mails.map {
        let text = $0.text.split(whereSeparator: \.isNewline).joined(separator: "; ")
        return "| \($0.recipient) | \(text.replacing("|", with: "\\|")) | \($0.attempts) | "
          + "\($0.nextAttempt ?? "under way at the end: it may arrive twice") |"
      }
    }
    if let capture = self.capture { lines += ["", "## Capture", "", capture] }
    lines += ["", "## Mail flow", "", "| figure | count |", "|---|---:|"]
    lines += self.trafficRows.map { "| \($0) | \($1) |" }
    if let pending = self.pendingLine { lines += ["", pending] }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension RunReport {
  /// The mail flow's figures that a person asks for first; `report.json` has them all.
  private var trafficRows: [(String, UInt64)] {
    [
      ("connections", self.traffic.connections),
      ("messages injected", self.traffic.messagesInjected),
      ("messages delivered", self.traffic.messagesDelivered),
      ("messages bounced", self.traffic.messagesBounced),
      ("messages dropped", self.traffic.messagesDropped),
      ("recipients delivered", self.traffic.recipientsDelivered),
      ("delivery connections", self.traffic.deliveryConnections),
    ]
  }
}

/// The ledger's words, the same in each report and on the terminal.
public enum LedgerText {
  /// Each class that holds lines, and `accepted` first.
  public static func rows(_ totals: LedgerTotals) -> [(fate: String, count: UInt64)] {
    let classes: [(String, UInt64)] = [
      ("received", totals.received),
      (
        "acknowledged by the peer's kernel, not confirmed as read",
        totals.acknowledged - totals.closedInOrder
      ),
      (
        "acknowledged, connection closed gracefully, not confirmed as read", totals.closedInOrder
      ),
      ("sent (UDP: delivery unknown)", totals.written),
      ("queued", totals.queued - totals.onDisk),
      ("in the disk buffer, sent by the next run", totals.onDisk),
      ("unknown, the process ended", totals.unknown),
      ("lost: discarded with the queue", totals.lostQueueDiscarded),
      ("lost: written, but the connection ended unacknowledged", totals.lostUnacknowledged),
      ("lost: the queue was full", totals.lostQueueFull),
      ("lost: dropped from the disk buffer to make room", totals.lostBufferDropped),
      ("lost: the disk buffer could not be written", totals.lostBufferUnwritable),
      ("sent again, and may have arrived twice", totals.resent),
    ]
    return [("accepted", totals.accepted)] + classes.filter { $0.1 > 0 }
  }
}
