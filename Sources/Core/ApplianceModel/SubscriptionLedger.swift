public import LogDelivery

/// The ledger of one pushed subscription, as reports show it.
public struct SubscriptionLedger: Hashable, Sendable, Codable {
  /// The subscription's name.
  public let subscription: String
  /// How many lines are in which class.
  public let totals: LedgerTotals
  /// The latest connections, oldest first.
  public let connections: [ConnectionRecord]

  /// What is settled, in order of its settling.
  public let spans: [LedgerSpan]
  /// How many older spans are forgotten.
  public let forgottenSpans: UInt64

  /// A subscription's ledger.
  public init(subscription: String, _ ledger: DeliveryLedger) {
    self.subscription = subscription
    self.totals = ledger.totals
    self.connections = ledger.recentConnections
    self.spans = ledger.settledSpans
    self.forgottenSpans = ledger.forgottenSpans
  }

  /// Lines that the peer of an open TCP connection has not acknowledged yet.
  public var unsettledWritten: UInt64 {
    self.connections.reduce(0) { sum, record in
      guard record.closed == nil, !record.isDatagram else { return sum }
      return sum + record.written - max(record.acknowledged, record.received)
    }
  }
}
