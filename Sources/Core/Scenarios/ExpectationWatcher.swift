internal import Alerting
public import ApplianceModel
internal import ApplianceConfiguration
internal import LogDelivery
public import Simulation
internal import Text

/// What became of one expectation.
public struct Verdict: Hashable, Sendable {
  /// What was expected.
  public let expectation: Expectation
  /// Whether it is so.
  public let isMet: Bool
  /// What was found, in words.
  public let found: String
}

/// Sees what a scenario brings forth and judges its expectations at the end.
public struct ExpectationWatcher: Sendable {
  /// One expectation without its window, and what was seen of it.
  private struct Watch: Sendable {
    let expectation: Expectation
    let core: Expectation
    let window: ScenarioWindow
    var count: UInt64 = 0
    /// How far a `logOrder` has come.
    var position = 0
    /// When the two lines of an `elapsed` came.
    var began: SimDuration?
    var ended: SimDuration?

    init(_ expectation: Expectation) {
      self.expectation = expectation
      if case .within(let window, let core) = expectation {
        self.window = window
        self.core = core
      } else {
        self.window = ScenarioWindow()
        self.core = expectation
      }
    }
  }

  private var watches: [Watch]

  /// A watcher that has seen nothing.
  public init(expectations: [Expectation]) {
    self.watches = expectations.map { Watch($0) }
  }

  /// Whole lines were appended to a subscription's files, that long after the start.
  public mutating func logged(_ bytes: [UInt8], subscription: String, at time: SimDuration) {
    for index in self.watches.indices where self.watches[index].window.contains(time) {
      switch self.watches[index].core {
      case .logLine(subscription, let text, _):
        self.watches[index].count += Self.count(of: text, in: bytes)
      case .logOrder(subscription, let texts):
        for line in bytes.split(separator: 0x0A) where self.watches[index].position < texts.count {
          if ByteSearch(texts[self.watches[index].position]).isFound(in: line) {
            self.watches[index].position += 1
          }
        }
      case .elapsed(subscription, let first, let last, _):
        for line in bytes.split(separator: 0x0A) {
          self.measure(index, line, first: first, last: last, at: time)
        }
      default: break
      }
    }
  }

  private mutating func measure(
    _ index: Int, _ line: ArraySlice<UInt8>, first: String, last: String, at time: SimDuration
  ) {
    if self.watches[index].began == nil {
      if ByteSearch(first).isFound(in: line) { self.watches[index].began = time }
    } else if self.watches[index].ended == nil, ByteSearch(last).isFound(in: line) {
      self.watches[index].ended = time
    }
  }

  /// A host's syslog server read whole lines.
  public mutating func received(_ lines: [UInt8], host: String, at time: SimDuration) {
    for index in self.watches.indices where self.watches[index].window.contains(time) {
      guard case .received(host, let text, _) = self.watches[index].core else { continue }
      self.watches[index].count += Self.count(of: text, in: lines)
    }
  }

  /// A mailbox took an alert mail.
  public mutating func mailed(subject: String, at time: SimDuration) {
    for index in self.watches.indices where self.watches[index].window.contains(time) {
      guard case .alert(let alertClass, let severity, let text, _) = self.watches[index].core,
        alertClass.map({ subject.contains(" <\($0.rawValue)> ") }) ?? true,
        severity.map({ subject.hasPrefix($0.rawValue) || subject.hasPrefix($0.shortName) })
          ?? true,
        text.isEmpty || subject.contains(text)
      else { continue }
      self.watches[index].count += 1
    }
  }

  /// Something happened that a report tells.
  public mutating func happened(_ event: RunEvent, at time: SimDuration) {
    for index in self.watches.indices where self.watches[index].window.contains(time) {
      switch self.watches[index].core {
      case .connections(let subscription, _)
      where event.kind == .pushConnected && event.subscription == subscription:
        self.watches[index].count += 1
      case .failures(let subscription, let cause, _) where event.subscription == subscription:
        guard case .pushFailed(let failure) = event.fact, cause ?? failure.cause == failure.cause
        else { continue }
        self.watches[index].count += 1
      default: break
      }
    }
  }

  /// Judges, by the ledgers at the end.
  public func verdicts(ledgers: [SubscriptionLedger]) -> [Verdict] {
    self.watches.map { self.verdict($0, ledgers: ledgers) }
  }

  private func verdict(_ watch: Watch, ledgers: [SubscriptionLedger]) -> Verdict {
    func verdict(_ isMet: Bool, _ found: String) -> Verdict {
      Verdict(expectation: watch.expectation, isMet: isMet, found: found)
    }
    switch watch.core {
    case .alert(_, _, _, let range), .logLine(_, _, let range), .connections(_, let range),
      .failures(_, _, let range), .received(_, _, let range):
      return verdict(range.contains(watch.count), "\(watch.count)")
    case .logOrder(_, let texts):
      return verdict(
        watch.position == texts.count, "\(watch.position) of \(texts.count) in order")
    case .elapsed(_, _, _, let range):
      guard let began = watch.began else { return verdict(false, "not the first text") }
      guard let ended = watch.ended else { return verdict(false, "not the second text") }
      let duration = ended - began
      return verdict(range.contains(duration), duration.words)
    case .delivery(let subscription, let figure, let range):
      guard let ledger = ledgers.first(where: { $0.subscription == subscription }) else {
        return verdict(false, "no such push")
      }
      let value = figure.value(in: ledger.totals)
      return verdict(range.contains(value), "\(value)")
    case .within:
      return verdict(false, "a window within a window")
    }
  }

  /// How many lines contain `text`.
  private static func count(of text: String, in bytes: [UInt8]) -> UInt64 {
    let search = ByteSearch(text)
    return UInt64(bytes.split(separator: 0x0A).count { search.isFound(in: $0) })
  }
}

extension DeliveryFigure {
  fileprivate func value(in totals: LedgerTotals) -> UInt64 {
    switch self {
    case .logged: totals.logged
    case .filtered: totals.filtered
    case .accepted: totals.accepted
    case .queued: totals.queued
    case .written: totals.written
    case .acknowledged: totals.acknowledged
    case .received: totals.received
    case .lost: totals.lost
    }
  }
}

extension Expectation: CustomStringConvertible {
  /// Such as `log line in mail_logs with "Log Error": at least 1`.
  public var description: String {
    switch self {
    case .within(let window, let core):
      let end = window.until.map { "before \($0.words)" } ?? "to the end"
      return "\(core), from \(window.from.words) \(end)"
    case .elapsed(let subscription, let first, let last, let range):
      let most = range.maximum.map { " and at most \($0.words)" } ?? ""
      return "in \(subscription) from \"\(first)\" to \"\(last)\": "
        + "at least \(range.minimum.words)\(most)"
    case .alert(let alertClass, let severity, let text, let range):
      let kind = [severity?.rawValue, alertClass?.rawValue].compactMap { $0 }
        .joined(separator: " ")
      return "\(kind.isEmpty ? "any" : kind) alert mail with \"\(text)\": \(range)"
    case .logLine(let subscription, let text, let range):
      return "log line in \(subscription) with \"\(text)\": \(range)"
    case .logOrder(let subscription, let texts):
      return "in order in \(subscription): "
        + texts.map { "\"\($0)\"" }.joined(separator: ", ")
    case .delivery(let subscription, let figure, let range):
      return "\(subscription) \(figure.rawValue): \(range)"
    case .connections(let subscription, let range):
      return "connections of \(subscription): \(range)"
    case .failures(let subscription, let cause, let range):
      return "failures of \(subscription)\(cause.map { " by \($0.rawValue)" } ?? ""): \(range)"
    case .received(let host, let text, let range):
      return "line received by \(host) with \"\(text)\": \(range)"
    }
  }
}

extension SimDuration {
  /// Such as `15m30s`, `2.5s` or `0s`.
  fileprivate var words: String {
    let minutes = self.nanoseconds / 60_000_000_000
    let rest = self.nanoseconds % 60_000_000_000
    var fraction = String(rest % 1_000_000_000 + 1_000_000_000).dropFirst()
    while fraction.last == "0" { fraction.removeLast() }
    let seconds = "\(rest / 1_000_000_000)" + (fraction.isEmpty ? "" : "." + fraction)
    if minutes == 0 { return seconds + "s" }
    return rest == 0 ? "\(minutes)m" : "\(minutes)m\(seconds)s"
  }
}
