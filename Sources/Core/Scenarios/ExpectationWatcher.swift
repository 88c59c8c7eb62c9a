public import ApplianceModel
internal import ApplianceConfiguration
internal import LogDelivery

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
  private let expectations: [Expectation]
  private var counts: [UInt64]
  /// How far each `logOrder` has come.
  private var orderPositions: [Int]
  private var receivedRest: [String: [UInt8]] = [:]

  /// A watcher that has seen nothing.
  public init(expectations: [Expectation]) {
    self.expectations = expectations
    self.counts = Array(repeating: 0, count: expectations.count)
    self.orderPositions = Array(repeating: 0, count: expectations.count)
  }

  /// Whole lines were appended to a subscription's files.
  public mutating func logged(_ bytes: [UInt8], subscription: String) {
    for (index, expectation) in self.expectations.enumerated() {
      switch expectation {
      case .logLine(subscription, let text, _):
        self.counts[index] += Self.count(of: text, in: bytes)
      case .logOrder(subscription, let texts):
        for line in bytes.split(separator: 0x0A) where self.orderPositions[index] < texts.count {
          if Self.contains(Array(texts[self.orderPositions[index]].utf8), in: line) {
            self.orderPositions[index] += 1
          }
        }
      case .logLine, .logOrder, .alert, .delivery, .connections, .failures, .received:
        break
      }
    }
  }

  /// A host's syslog server read bytes of a connection, or one datagram with its LF.
  public mutating func received(_ bytes: [UInt8], host: String) {
    let isWatched = self.expectations.contains {
      if case .received(host, _, _) = $0 { true } else { false }
    }
    guard isWatched else { return }
    var lines = self.receivedRest[host] ?? []
    lines += bytes
    let end = lines.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    self.receivedRest[host] = Array(lines[end...])
    for (index, expectation) in self.expectations.enumerated() {
      guard case .received(host, let text, _) = expectation else { continue }
      self.counts[index] += Self.count(of: text, in: Array(lines[..<end]))
    }
  }

  /// A mailbox took an alert mail.
  public mutating func mailed(subject: String) {
    for (index, expectation) in self.expectations.enumerated() {
      guard case .alert(let alertClass, let severity, let text, _) = expectation,
        alertClass.map({ subject.contains(" <\($0.rawValue)> ") }) ?? true,
        severity.map({ subject.hasPrefix($0.rawValue) || subject.hasPrefix($0.subjectWord) })
          ?? true,
        text.isEmpty || subject.contains(text)
      else { continue }
      self.counts[index] += 1
    }
  }

  /// Something happened that a report tells.
  public mutating func happened(_ event: RunEvent) {
    for (index, expectation) in self.expectations.enumerated() {
      switch expectation {
      case .connections(let subscription, _)
      where event.kind == .pushConnected && event.subscription == subscription:
        self.counts[index] += 1
      case .failures(let subscription, let cause, _)
      where event.kind == .pushFailed && event.subscription == subscription:
        let isThat = cause.map { event.detail.hasPrefix($0.rawValue + " ") } ?? true
        if isThat { self.counts[index] += 1 }
      case .alert, .logLine, .logOrder, .delivery, .connections, .failures, .received:
        break
      }
    }
  }

  /// Judges, by the ledgers at the end.
  public func verdicts(ledgers: [SubscriptionLedger]) -> [Verdict] {
    self.expectations.indices.map { self.verdict($0, ledgers: ledgers) }
  }

  private func verdict(_ index: Int, ledgers: [SubscriptionLedger]) -> Verdict {
    let expectation = self.expectations[index]
    let count = self.counts[index]
    switch expectation {
    case .alert(_, _, _, let range), .logLine(_, _, let range), .connections(_, let range),
      .failures(_, _, let range), .received(_, _, let range):
      return Verdict(
        expectation: expectation, isMet: range.contains(count), found: "\(count)")
    case .logOrder(_, let texts):
      let position = self.orderPositions[index]
      return Verdict(
        expectation: expectation, isMet: position == texts.count,
        found: "\(position) of \(texts.count) in order")
    case .delivery(let subscription, let figure, let range):
      guard let ledger = ledgers.first(where: { $0.subscription == subscription }) else {
        return Verdict(expectation: expectation, isMet: false, found: "no such push")
      }
      let value = figure.value(in: ledger.totals)
      return Verdict(expectation: expectation, isMet: range.contains(value), found: "\(value)")
    }
  }

  /// How many lines contain `text`.
  private static func count(of text: String, in bytes: [UInt8]) -> UInt64 {
    let wanted = Array(text.utf8)
    return UInt64(bytes.split(separator: 0x0A).count { self.contains(wanted, in: $0) })
  }

  private static func contains(_ wanted: [UInt8], in line: ArraySlice<UInt8>) -> Bool {
    guard let first = wanted.first else { return true }
    guard line.count >= wanted.count else { return false }
    return line.withUnsafeBufferPointer { line in
      for start in 0...(line.count - wanted.count) where line[start] == first {
        if wanted.indices.allSatisfy({ line[start + $0] == wanted[$0] }) { return true }
      }
      return false
    }
  }
}

extension AlertSeverity {
  /// The word of subjects.
  fileprivate var subjectWord: String {
    switch self {
    case .critical: "Critical"
    case .warning: "Warning"
    case .information: "Info"
    }
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
