import Reconciliation
import Reports
import Testing

@Suite struct LedgerComparisonTests {
  private struct Lines: LineSource {
    let lines: [String]

    mutating func withLine<Result>(
      _ number: Int, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
      Array(self.lines[number].utf8).withUnsafeBytes(body)
    }
  }

  /// Six lines: 0 to 2 acknowledged, 3 unacknowledged, 4 never left, and 5 behind the ledger.
  private static func json(
    isFinal: Bool = false, accepted: Int = 5, last: Int = 2, names: [String] = ["Mail_Log"]
  ) -> [UInt8] {
    let entry = """
      {"logged": \(accepted), "filtered": 0, "accepted": \(accepted), "queued": 0, "written": 0,
       "acknowledged": 3, "received": 0, "resent": 0, "knownDuplicates": 0, "connections": [],
       "lost": {"total": 2, "queueDiscarded": 1, "queueFull": 0, "unacknowledged": 1,
                "bufferDropped": 0}, "forgottenSpans": 0, "spans": [
        {"first": 4, "last": 4, "fate": "queueDiscarded"},
        {"first": 0, "last": \(last), "fate": "acknowledged", "connection": 1},
        {"first": 3, "last": 3, "fate": "unacknowledged", "connection": 1}]}
      """
    let entries = names.map { "\"\($0)\": \(entry)" }.joined(separator: ",")
    return Array("{\"isFinal\": \(isFinal), \"subscriptions\": {\(entries)}}".utf8)
  }

  private static func findings(
    arrived: [Int], groups: [LoggedGroup], count: Int = 6
  ) -> ReconciliationFindings {
    let texts = (0..<count).map { "MID \($0) ready \($0 * 1111) bytes" }
    var log = Lines(lines: texts.map { "Thu Jun 25 08:50:03 2015 Info: \($0)" })
    var received = Lines(lines: arrived.map { "<22>Jun 25 08:50:03 Mail_Log: Info: \(texts[$0])" })
    var reconciler = Reconciler()
    for line in log.lines { Array(line.utf8).withUnsafeBytes { reconciler.log($0) } }
    for line in received.lines { Array(line.utf8).withUnsafeBytes { reconciler.receive($0) } }
    return reconciler.finish(logged: &log, received: &received, groups: groups)
  }

  @Test func eachFateIsHeldAgainstTheFile() throws {
    let ledger = try RecordedLedger(json: Self.json(), subscription: nil)
    let findings = Self.findings(arrived: [0, 1, 3, 5], groups: ledger.groups)
    let comparison = try ledger.comparison(with: findings)
    #expect(comparison.subscription == "Mail_Log")
    #expect(
      comparison.rows.map(\.fate) == ["acknowledged", "unacknowledged", "queueDiscarded", "untold"])
    #expect(comparison.rows.map(\.lines) == [3, 1, 1, 1])
    #expect(comparison.rows.map(\.missing) == [1, 0, 1, 0])
    #expect(comparison.rows.map(\.arrived) == [2, 1, 0, 1])
    #expect(comparison.rows.map(\.connection) == [1, 1, nil, nil])
    #expect(comparison.lost == 2)
    #expect(comparison.contradictions == 0)
  }

  @Test func lineThatNeverLeftAndArrivedContradicts() throws {
    let ledger = try RecordedLedger(json: Self.json(), subscription: "Mail_Log")
    let findings = Self.findings(arrived: [0, 1, 2, 4], groups: ledger.groups)
    #expect(try ledger.comparison(with: findings).contradictions == 1)
  }

  @Test func ledgerOfAnotherRunIsRefused() throws {
    let ledger = try RecordedLedger(json: Self.json(isFinal: true), subscription: nil)
    let findings = Self.findings(arrived: [], groups: ledger.groups)
    #expect(throws: RecordedLedger.Unusable.self) { try ledger.comparison(with: findings) }
    let own = Self.findings(arrived: [], groups: ledger.groups, count: 5)
    #expect(try ledger.comparison(with: own).lost == 5)
  }

  @Test(
    arguments: [
      (Array("no ledger".utf8), nil, "found no ledger, allowed: the ledger.json of a run"),
      (json(), "Other", "found no subscription Other, allowed: Mail_Log"),
      (
        json(names: ["A", "B"]), nil, "found the ledgers of A, B; name one by --subscription"
      ),
      (json(last: 3), nil, "found spans of one line twice, allowed: once"),
      (json(last: -1), nil, "found no ledger, allowed: the ledger.json of a run"),
    ] as [([UInt8], String?, String)])
  func whatIsNoLedgerIsSaid(_ json: [UInt8], _ subscription: String?, _ expected: String) {
    let error = #expect(throws: RecordedLedger.Unusable.self) {
      try RecordedLedger(json: json, subscription: subscription)
    }
    #expect(error?.description == expected)
  }
}
