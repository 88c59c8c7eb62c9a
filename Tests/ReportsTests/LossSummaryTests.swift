import ApplianceModel
import LogDelivery
import Reports
import Simulation
import Testing

/// The last line of a run: whether lines were lost, as far as anybody knows.
@Suite struct LossSummaryTests {
  private static let start = SimInstant(secondsSinceEpoch: 1_435_215_003)

  /// A ledger of `accepted` lines, of which a connection took some.
  private static func ledger(
    _ name: String, accepted: Int, written: Int = 0, acknowledged: Int = 0, received: Int = 0,
    isDatagram: Bool = false, _ further: (inout DeliveryLedger) -> Void = { _ in }
  ) -> SubscriptionLedger {
    var ledger = DeliveryLedger()
    ledger.add(logged: accepted, accepted: accepted)
    ledger.open(ConnectionID(1), isDatagram: isDatagram, firstSequence: 0, now: Self.start)
    if written > 0 {
      ledger.wrote(lines: UInt64(written), headerLines: 0, bytes: UInt64(100 * written))
    }
    if acknowledged > 0 { ledger.acknowledge(lines: UInt64(acknowledged), bytes: 1) }
    if received > 0 { ledger.receive(linesWithHeaders: UInt64(received), on: ConnectionID(1)) }
    further(&ledger)
    return SubscriptionLedger(subscription: name, ledger)
  }

  private static let cases: [([SubscriptionLedger], String)] = [
    ([], "lines lost: none; no subscription is pushed"),
    (
      [ledger("A", accepted: 2146, written: 2146, acknowledged: 2146)],
      "lines lost: none known of 2,146; 2,146 acknowledged by the peer's kernel, not confirmed as "
        + "read"
    ),
    (
      [ledger("A", accepted: 7, written: 7, acknowledged: 7, received: 7)],
      "lines lost: none of 7; 7 read by the receiver"
    ),
    (
      [ledger("A", accepted: 300, written: 300, isDatagram: true)],
      "lines lost: none known of 300; 300 sent without acknowledgement, delivery unknown"
    ),
    (
      [
        ledger("A", accepted: 10, written: 6, acknowledged: 4) { ledger in
          ledger.close(failure: LinkFailure(.established, .reset), now: start)
          ledger.discardQueue()
        }
      ],
      "lines lost: 6 of 10: 4 discarded with the queue, 2 not acknowledged when their connection "
        + "ended, which may have arrived; 4 acknowledged by the peer's kernel, not confirmed as read"
    ),
    (
      [
        ledger("A", accepted: 10) { $0.discardQueue() },
        ledger("B", accepted: 1000, written: 1000, acknowledged: 1000),
        ledger("C", accepted: 3) { $0.refuse(1) },
      ],
      "lines lost: 11 of 1,013 (A 10, C 1): 10 discarded with the queue, 1 refused by a full "
        + "queue; 1,000 acknowledged by the peer's kernel, not confirmed as read; 2 not sent"
    ),
  ]

  @Test(arguments: cases.indices)
  func theLineSaysWhatIsKnown(_ index: Int) {
    let (ledgers, line) = Self.cases[index]
    let summary = LossSummary(ledgers, promised: [], notKept: [:])
    #expect(summary.line == line)
    #expect(summary.lost == ledgers.reduce(0) { $0 + $1.totals.lost })
    #expect(summary.lostAgainstPromise == 0)
  }

  @Test func aPromiseIsOfItsOwnPush() {
    let ledgers = [
      Self.ledger("A", accepted: 10) { $0.discardQueue() },
      Self.ledger("B", accepted: 5) { $0.refuse(2) },
    ]
    #expect(LossSummary(ledgers, promised: ["B"], notKept: [:]).lostAgainstPromise == 2)
    #expect(LossSummary(ledgers, promised: ["C"], notKept: [:]).lostAgainstPromise == 0)
  }

  @Test func lossesOfEarlierRunsAreToldApart() {
    let before = [
      Self.ledger("A", accepted: 10) { $0.discardQueue() },
      Self.ledger("B", accepted: 5),
    ]
    let after = [
      Self.ledger("A", accepted: 12) { $0.discardQueue() },
      Self.ledger("B", accepted: 8) { $0.refuse(3) },
    ]
    let both = LossSummary(after, promised: ["A", "B"], notKept: [:], earlier: before)
    #expect(both.line.hasPrefix("lines lost: 15 of 20, 5 of them in this run (A 12, B 3): "))
    #expect(both.lostByThisRun == 5)
    #expect(both.lostAgainstPromise == 5)
    let none = LossSummary(before, promised: ["A"], notKept: [:], earlier: before)
    #expect(none.line.hasPrefix("lines lost: 10 of 15, none of them in this run (A 10): "))
    #expect(none.lost == 10)
    #expect(none.lostByThisRun == 0)
    #expect(none.lostAgainstPromise == 0)
  }

  @Test func whatIsInNoLogFileIsSaidBesideWhatThePushesLost() {
    let notKept: [String: UInt64] = ["poll": 25_087, "A": 2]
    let pushed = LossSummary(
      [Self.ledger("A", accepted: 7, written: 7, acknowledged: 7, received: 7)], promised: [],
      notKept: notKept)
    #expect(
      pushed.line
        == "lines lost: none of 7; 7 read by the receiver; 25,089 in no log file (A 2, poll 25,087)"
    )
    #expect(pushed.inNoFile == 25_089)
    #expect(pushed.lost == 0)
    let polled = LossSummary([], promised: [], notKept: ["poll": 3])
    #expect(polled.line == "lines lost: 3 in no log file (poll 3); no subscription is pushed")
  }

  private static let counts: [(UInt64, SubscriptionLedger, String)] = [
    (
      102, ledger("A", accepted: 1048, written: 1048, isDatagram: true),
      "lines lost: 102 of 1,048, counted at the receiver; the appliance knows of none; 1,048 sent "
        + "without acknowledgement, delivery unknown"
    ),
    (
      0, ledger("A", accepted: 1048, written: 1048, isDatagram: true),
      "lines lost: none known of 1,048; 1,048 sent without acknowledgement, delivery unknown"
    ),
    (
      3, ledger("A", accepted: 10) { $0.discardQueue() },
      "lines lost: 3 of 10, counted at the receiver; the appliance counts 10: 10 discarded with "
        + "the queue"
    ),
    (
      10, ledger("A", accepted: 10) { $0.discardQueue() },
      "lines lost: 10 of 10: 10 discarded with the queue"
    ),
  ]

  /// Where somebody counted at the receiver, the line does not say something else than that.
  @Test(arguments: counts)
  func whatWasCountedIsSaidFirst(_ counted: UInt64, _ ledger: SubscriptionLedger, _ line: String) {
    let summary = LossSummary([ledger], promised: [], notKept: [:], counted: counted)
    #expect(summary.line == line)
  }
}
