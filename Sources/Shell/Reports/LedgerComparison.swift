internal import Text
internal import Foundation
internal import LogDelivery
public import Reconciliation

/// A ledger that was read back, for what a collector's files say of its lines.
public struct RecordedLedger: Sendable {
  /// Why a file is no ledger of these lines: found and allowed, or a hint.
  public struct Unusable: Error, Hashable, CustomStringConvertible {
    public let description: String
  }

  /// The subscription.
  public let subscription: String
  /// The others in the ledger.
  public let otherSubscriptions: [String]
  /// Whether the run had ended when it was written.
  public let isFinal: Bool
  private let accepted: UInt64
  /// Spans in order of the lines; none have lines in common.
  private let spans: [LedgerDocument.Span]

  /// Reads the ledger of one subscription.
  ///
  /// - Parameter subscription: `nil` where the ledger has only one.
  public init(json: [UInt8], subscription: String?) throws(Unusable) {
    let document: LedgerDocument
    do {
      document = try JSONDecoder().decode(LedgerDocument.self, from: Data(json))
    } catch {
      throw Unusable(description: "found no ledger, allowed: the ledger.json of a run")
    }
    let names = document.subscriptions.keys.sorted()
    guard let name = subscription ?? (names.count == 1 ? names[0] : nil) else {
      throw Unusable(
        description:
          "found the ledgers of \(names.joined(separator: ", ")); name one by --subscription")
    }
    guard let entry = document.subscriptions[name] else {
      throw Unusable(
        description: "found no subscription \(name), allowed: \(names.joined(separator: ", "))")
    }
    self.subscription = name
    self.otherSubscriptions = names.filter { $0 != name }
    self.isFinal = document.isFinal
    self.accepted = entry.accepted
    self.spans = entry.spans.sorted { $0.first < $1.first }
    var end: UInt64 = 0
    for span in self.spans {
      guard span.first >= end, span.last >= span.first, span.last < UInt64(Reconciler.linesMax)
      else { throw Unusable(description: "found spans of one line twice, allowed: once") }
      end = span.last + 1
    }
  }

  /// The lines to count apart.
  public var groups: [LoggedGroup] {
    self.spans.map { LoggedGroup(lines: Int($0.first)..<Int($0.last) + 1) }
  }

  /// What became of the ledger's lines.
  public func comparison(with findings: ReconciliationFindings) throws(Unusable)
    -> LedgerComparison
  {
    guard !self.isFinal || UInt64(findings.logged) == self.accepted else {
      throw Unusable(
        description:
          "found \(Plural.counted(self.accepted, "line")) in the ledger, "
          + "allowed: \(findings.logged), as in the log"
      )
    }
    var rows: [LedgerComparison.Row] = []
    var places: [String: Int] = [:]
    var told = LedgerComparison.Row(fate: LedgerComparison.untold, connection: nil)
    told.count(
      logged: findings.logged, missing: findings.missing, cut: findings.cut,
      altered: findings.altered)
    for (span, group) in zip(self.spans, findings.groups) {
      let key = "\(span.fate) \(span.connection ?? 0)"
      let place = places[key] ?? rows.count
      if place == rows.count {
        places[key] = place
        rows.append(LedgerComparison.Row(fate: span.fate, connection: span.connection))
      }
      rows[place].count(
        logged: group.logged, missing: group.missing, cut: group.cut, altered: group.altered)
      told.count(
        logged: -group.logged, missing: -group.missing, cut: -group.cut, altered: -group.altered)
    }
    if told.lines > 0 { rows.append(told) }
    return LedgerComparison(subscription: self.subscription, isFinal: self.isFinal, rows: rows)
  }
}

/// What a collector's files say of the lines of a ledger.
public struct LedgerComparison: Encodable, Sendable {
  /// The fate of lines of which the ledger says nothing: not settled when it was written, logged
  /// behind it, or of spans that it had to forget.
  public static let untold = "untold"

  /// Lines of one fate by the ledger, on one connection.
  public struct Row: Encodable, Sendable {
    /// A fate of docs/DELIVERY.md, "The ledger's spans", or `untold`.
    public let fate: String
    public let connection: UInt32?
    public private(set) var lines = 0
    public private(set) var arrived = 0
    public private(set) var missing = 0
    public private(set) var cut = 0
    public private(set) var altered = 0

    init(fate: String, connection: UInt32?) {
      self.fate = fate
      self.connection = connection
    }

    mutating func count(logged: Int, missing: Int, cut: Int, altered: Int) {
      self.lines += logged
      self.arrived += logged - missing - cut - altered
      self.missing += missing
      self.cut += cut
      self.altered += altered
    }

    /// Lines of which the ledger and the collector's file say the opposite: that nothing of them
    /// left and that they arrived, or that the receiver read them and that they are missing.
    public var contradictions: Int {
      switch LedgerFate(rawValue: self.fate) {
      case .queueDiscarded, .queueFull, .bufferDropped: self.lines - self.missing
      case .received: self.missing
      case .acknowledged, .closedInOrder, .unacknowledged, .written, .bufferUnwritable,
        .processEnded, nil:
        0
      }
    }
  }

  public let subscription: String
  public let isFinal: Bool
  /// By fate and connection, in order of the first line.
  public let rows: [Row]

  /// Lines that did not arrive whole.
  public var lost: Int { self.rows.reduce(0) { $0 + $1.missing + $1.cut } }

  /// Lines of which both sides say the opposite.
  public var contradictions: Int { self.rows.reduce(0) { $0 + $1.contradictions } }

  private enum CodingKeys: String, CodingKey {
    case subscription, isFinal, rows, lost, contradictions
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(self.subscription, forKey: .subscription)
    try container.encode(self.isFinal, forKey: .isFinal)
    try container.encode(self.rows, forKey: .rows)
    try container.encode(self.lost, forKey: .lost)
    try container.encode(self.contradictions, forKey: .contradictions)
  }
}
