import ApplianceConfiguration
import ApplianceModel
import Foundation
import LogDelivery
import MailFlow
import Reports
import Simulation
import Testing

@Suite struct LedgerDocumentTests {
  /// Two lines written on a connection that was reset, one of them acknowledged; a third thrown
  /// away.
  private static func ledger() -> SubscriptionLedger {
    var ledger = DeliveryLedger()
    let start = SimInstant(secondsSinceEpoch: 1_435_215_003)
    ledger.add(logged: 4, accepted: 3)
    ledger.open(ConnectionID(1), isDatagram: false, firstSequence: 0, now: start)
    ledger.wrote(lines: 2, headerLines: 3, bytes: 400)
    ledger.acknowledge(lines: 1, bytes: 300)
    ledger.close(
      failure: LinkFailure(.established, .reset),
      now: SimInstant(nanoseconds: start.nanoseconds + 1_500_000))
    ledger.discardQueue()
    return SubscriptionLedger(subscription: "Mail_Log", ledger)
  }

  @Test func jsonHasEachClassAndTheConnection() throws {
    let bytes = try LedgerDocument([Self.ledger()]).json()
    let object = try #require(
      JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    let subscriptions = object["subscriptions"] as? [String: [String: Any]]
    let entry = try #require(subscriptions?["Mail_Log"])
    #expect(object["isFinal"] as? Bool == true)
    let lost = try #require(entry["lost"] as? [String: Int])
    let connection = try #require((entry["connections"] as? [[String: Any]])?.first)
    #expect(entry["logged"] as? Int == 4)
    #expect(entry["filtered"] as? Int == 1)
    #expect(entry["accepted"] as? Int == 3)
    #expect(entry["acknowledged"] as? Int == 1)
    #expect(
      lost == [
        "total": 2, "queueDiscarded": 1, "queueFull": 0, "unacknowledged": 1, "bufferDropped": 0,
      ])
    #expect(entry["lostAtLeast"] as? Int == 1, "the one that never left")
    #expect(entry["lostAtMost"] as? Int == 3)
    #expect(connection["opened"] as? String == "2015-06-25T06:50:03.000000Z")
    #expect(connection["closed"] as? String == "2015-06-25T06:50:03.001500Z")
    #expect(connection["failure"] as? String == "reset while established")
    #expect(bytes.last == 0x0A)
  }

  @Test func sameLedgerSameBytes() throws {
    #expect(try LedgerDocument([Self.ledger()]).json() == LedgerDocument([Self.ledger()]).json())
  }

  @Test func wordsNameOnlyClassesThatHoldLines() {
    let rows = LedgerText.rows(Self.ledger().totals)
    #expect(rows.map(\.count) == [3, 1, 1, 1])
    #expect(rows.map(\.fate).first == "accepted")
    #expect(rows.contains { $0.fate == "acknowledged by the peer's kernel, not confirmed as read" })
  }
}

@Suite struct RunReportTests {
  @Test func laterEventsAreCountedAndSaid() {
    var report = RunReport()
    for second in 0..<(RunReport.eventsMax + 2) {
      report.add(
        RunEvent(
          at: SimInstant(secondsSinceEpoch: Int64(second)), .filesFailed(reason: "a|b")))
    }
    report.finish(
      outcome: "finished", traffic: MailFlowCounters(), pending: [], ledgers: [],
      losses: LossSummary([], promised: [], notKept: [:]), pendingAlertMails: [])
    let markdown = report.markdown
    #expect(markdown.contains("2 later events are left out."))
    #expect(markdown.contains("a\\|b"))
    #expect(markdown.contains("Outcome: finished"))
  }
}
