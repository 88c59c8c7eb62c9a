public import ApplianceModel
internal import Foundation
internal import LogDelivery

/// `ledger.json`: the fate of every line that a pushed subscription accepted.
///
/// `logged` = `accepted` + `filtered`, and `accepted` = `queued` + `written` + `acknowledged` +
/// `received` + `unknown` + `lost.total`. Header lines are in none of these.
public struct LedgerDocument: Codable, Sendable {
  struct Lost: Codable, Sendable {
    let total: UInt64
    let queueDiscarded: UInt64
    let queueFull: UInt64
    let unacknowledged: UInt64
    let bufferDropped: UInt64
    /// Absent for none.
    let bufferUnwritable: UInt64?
  }

  struct Span: Codable, Sendable {
    let first: UInt64
    let last: UInt64
    let fate: String
    let connection: UInt32?
  }

  struct Connection: Codable, Sendable {
    let number: UInt32
    let transport: String
    let opened: String
    let closed: String?
    let failure: String?
    let firstSequence: UInt64
    let headerLinesWritten: UInt64
    let written: UInt64
    let acknowledged: UInt64
    let received: UInt64
    let requeued: UInt64
    /// Of `acknowledged`, the last ones, let go since it was closed in order; absent for none.
    let closedInOrder: UInt64?
    let bytesWritten: UInt64
    let bytesAcknowledged: UInt64
  }

  struct Subscription: Codable, Sendable {
    let logged: UInt64
    let filtered: UInt64
    let accepted: UInt64
    let queued: UInt64
    let written: UInt64
    let acknowledged: UInt64
    /// Of `acknowledged`, those let go since the connection was closed in order; absent for none.
    let closedInOrder: UInt64?
    let received: UInt64
    /// Of `queued`, those that a disk buffer holds for the next run; absent for none.
    let onDisk: UInt64?
    /// Lines of an earlier process that ended before it could say; absent for none.
    let unknown: UInt64?
    let lost: Lost
    /// Between which figures the truth about what arrived lies.
    let lostAtLeast: UInt64?
    let lostAtMost: UInt64?
    /// Lines that lost their ends; absent for none.
    let cut: UInt64?
    let resent: UInt64
    let knownDuplicates: UInt64
    let connections: [Connection]
    let spans: [Span]
    let forgottenSpans: UInt64
  }

  /// Whether the run has ended; if not, it went on when this was written, or was killed.
  let isFinal: Bool
  let subscriptions: [String: Subscription]

  /// The document of these ledgers.
  public init(_ ledgers: [SubscriptionLedger], isFinal: Bool = true) {
    self.isFinal = isFinal
    var subscriptions: [String: Subscription] = [:]
    for ledger in ledgers { subscriptions[ledger.subscription] = Self.entry(ledger) }
    self.subscriptions = subscriptions
  }

  /// The document's bytes: JSON with sorted keys and a line end.
  public func json() throws -> [UInt8] {
    try JSONBytes.encode(self)
  }

  private static func entry(_ ledger: SubscriptionLedger) -> Subscription {
    let totals = ledger.totals
    return Subscription(
      logged: totals.logged, filtered: totals.filtered, accepted: totals.accepted,
      queued: totals.queued, written: totals.written, acknowledged: totals.acknowledged,
      closedInOrder: totals.closedInOrder == 0 ? nil : totals.closedInOrder,
      received: totals.received, onDisk: totals.onDisk == 0 ? nil : totals.onDisk,
      unknown: totals.unknown == 0 ? nil : totals.unknown,
      lost: Lost(
        total: totals.lost, queueDiscarded: totals.lostQueueDiscarded,
        queueFull: totals.lostQueueFull, unacknowledged: totals.lostUnacknowledged,
        bufferDropped: totals.lostBufferDropped,
        bufferUnwritable: totals.lostBufferUnwritable == 0 ? nil : totals.lostBufferUnwritable),
      lostAtLeast: totals.lostAtLeast, lostAtMost: totals.lostAtMost,
      cut: totals.cut == 0 ? nil : totals.cut,
      resent: totals.resent, knownDuplicates: totals.knownDuplicates,
      connections: ledger.connections.map(self.entry),
      spans: ledger.spans.map {
        Span(
          first: $0.first, last: $0.first + $0.count - 1, fate: $0.fate.rawValue,
          connection: $0.connection?.number)
      }, forgottenSpans: ledger.forgottenSpans)
  }

  private static func entry(_ record: ConnectionRecord) -> Connection {
    Connection(
      number: record.id.number, transport: record.isDatagram ? "UDP" : "TCP",
      opened: InstantText.rfc3339(record.opened),
      closed: record.closed.map(InstantText.rfc3339),
      failure: record.failure?.words,
      firstSequence: record.firstSequence, headerLinesWritten: record.headerLinesWritten,
      written: record.written, acknowledged: record.acknowledged, received: record.received,
      requeued: record.requeued,
      closedInOrder: record.closedUnconfirmed == 0 ? nil : record.closedUnconfirmed,
      bytesWritten: record.bytesWritten,
      bytesAcknowledged: record.bytesAcknowledged)
  }
}
