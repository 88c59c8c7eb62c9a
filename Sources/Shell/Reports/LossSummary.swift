public import ApplianceModel
internal import LogDelivery

/// Whether the lines of a run arrived, as far as it is known: the last line that a run prints.
///
/// Says no more than the ledger knows: an acknowledgement is no receipt, and nobody acknowledges a
/// datagram.
public struct LossSummary: Hashable, Sendable {
  /// Why lines were lost, in the ledger's classes.
  private static let causes: [(@Sendable (LedgerTotals) -> UInt64, String)] = [
    ({ $0.lostQueueDiscarded }, "discarded with the queue"),
    (
      { $0.lostUnacknowledged },
      "not acknowledged when their connection ended, which may have arrived"
    ),
    ({ $0.lostQueueFull }, "refused by a full queue"),
    ({ $0.lostBufferDropped }, "dropped from the disk buffer"),
    ({ $0.lostBufferUnwritable }, "not written to the disk buffer"),
  ]

  /// What became of the other lines.
  private static let others: [(@Sendable (LedgerTotals) -> UInt64, String)] = [
    ({ $0.received }, "read by the receiver"),
    ({ $0.acknowledged }, "acknowledged by the peer's kernel, not confirmed as read"),
    ({ $0.written }, "sent without acknowledgement, delivery unknown"),
    ({ $0.onDisk }, "on disk for the next run"),
    ({ $0.queued - $0.onDisk }, "not sent"),
    ({ $0.unknown }, "unknown, since the process that logged them ended"),
  ]

  /// Lines that are known to be lost, of all pushes and all runs that the ledgers tell of.
  public let lost: UInt64
  /// Of these, the ones that this run lost.
  public let lostByThisRun: UInt64
  /// Lines that are in no log file though one was meant for them, of all subscriptions.
  public let inNoFile: UInt64
  /// Lines that passed the filters of all pushes.
  public let accepted: UInt64
  /// Lines that a push lost in this run whose delivery mode promises to lose none.
  public let lostAgainstPromise: UInt64
  /// The summary in words and figures, on one line.
  public let line: String

  /// The summary of a run.
  ///
  /// - Parameters:
  ///   - promised: the subscriptions whose delivery mode keeps lines on disk until they are
  ///     delivered (`buffered`, `at-least-once`).
  ///   - notKept: how many lines are in no log file though one was meant for them, by subscription.
  ///   - earlier: the ledgers as earlier runs left them, where these go on from them.
  ///   - counted: how many lines did not arrive, by who has counted them at the receiver; `nil`
  ///     where nobody has.
  public init(
    _ ledgers: [SubscriptionLedger], promised: Set<String>, notKept: [String: UInt64],
    earlier: [SubscriptionLedger] = [], counted: UInt64? = nil
  ) {
    func sum(_ count: (LedgerTotals) -> UInt64) -> UInt64 {
      ledgers.reduce(0) { $0 + count($1.totals) }
    }
    let before = Dictionary(
      earlier.map { ($0.subscription, $0.totals.lost) }, uniquingKeysWith: { first, _ in first })
    func lostNow(_ ledger: SubscriptionLedger) -> UInt64 {
      ledger.totals.lost - min(ledger.totals.lost, before[ledger.subscription] ?? 0)
    }
    self.lost = sum(\.lost)
    self.lostByThisRun = ledgers.reduce(0) { $0 + lostNow($1) }
    self.accepted = sum(\.accepted)
    self.lostAgainstPromise = ledgers.filter { promised.contains($0.subscription) }
      .reduce(0) { $0 + lostNow($1) }
    self.inNoFile = notKept.values.reduce(0, +)
    var files: [String] = []
    if self.inNoFile > 0 {
      let names = notKept.sorted { $0.key < $1.key }.map { name, count in
        "\(name) \(CountText.grouped(count))"
      }
      files = [
        "\(CountText.grouped(self.inNoFile)) in no log file (\(names.joined(separator: ", ")))"
      ]
    }
    guard !ledgers.isEmpty else {
      self.line =
        "lines lost: \(files.first ?? "none"); no subscription is pushed"
      return
    }
    func parts(_ rows: [(@Sendable (LedgerTotals) -> UInt64, String)]) -> [String] {
      rows.compactMap { part, words in
        let count = sum(part)
        return count == 0 ? nil : "\(CountText.grouped(count)) \(words)"
      }
    }
    let isCertain = sum(\.received) == self.accepted
    var text = "lines lost: "
    if let counted, counted != self.lost {
      // The ledger has bounds, or knows of nothing: whoever has both figures needs to know whose.
      text += counted > 0 ? CountText.grouped(counted) : "none"
      text += " of \(CountText.grouped(self.accepted)), counted at the receiver; the appliance "
      text += self.lost > 0 ? "counts \(CountText.grouped(self.lost))" : "knows of none"
    } else {
      text += self.lost > 0 ? CountText.grouped(self.lost) : isCertain ? "none" : "none known"
      text += " of \(CountText.grouped(self.accepted))"
    }
    if self.lost > self.lostByThisRun {
      let now = self.lostByThisRun == 0 ? "none" : CountText.grouped(self.lostByThisRun)
      text += ", \(now) of them in this run"
    }
    let losers = ledgers.filter { $0.totals.lost > 0 }
    if ledgers.count > 1, !losers.isEmpty {
      let names = losers.map { "\($0.subscription) \(CountText.grouped($0.totals.lost))" }
      text += " (\(names.joined(separator: ", ")))"
    }
    let causes = parts(Self.causes)
    if !causes.isEmpty { text += ": \(causes.joined(separator: ", "))" }
    self.line = ([text] + parts(Self.others) + files).joined(separator: "; ")
  }
}
