import Simulation
import Support
import Testing

@testable import LogDelivery

/// The ledger's running sums, whatever happens in which order.
@Suite struct DeliveryLedgerTests {
  private struct Model {
    var ledger: DeliveryLedger
    let isDatagram: Bool
    var random: SeededGenerator
    var next: UInt32 = 1
    var ids: [ConnectionID] = []
    var isOpen = false

    init(seed: UInt64, connectionsMax: Int) {
      self.ledger = DeliveryLedger(connectionsMax: connectionsMax)
      self.isDatagram = seed % 4 == 0
      self.random = SeededGenerator(seed: seed)
    }

    private mutating func upTo(_ bound: UInt64) -> UInt64 { self.random.uniform(below: bound + 1) }

    mutating func step() {
      let now = SimInstant(nanoseconds: 0)
      let accepted = Int(self.upTo(20))
      self.ledger.add(logged: accepted + Int(self.upTo(3)), accepted: accepted)
      guard self.isOpen, let record = self.ledger.recentConnections.last else {
        let id = ConnectionID(self.next)
        self.ledger.open(id, isDatagram: self.isDatagram, firstSequence: 0, now: now)
        self.ids.append(id)
        self.next += 1
        self.isOpen = true
        return
      }
      switch self.upTo(5) {
      case 0, 1:
        self.ledger.wrote(lines: self.upTo(self.ledger.queued), headerLines: self.upTo(2), bytes: 9)
      case 2 where !self.isDatagram:
        self.ledger.acknowledge(lines: self.upTo(record.written), bytes: 9)
      case 3:
        let id = self.ids[Int(self.upTo(UInt64(self.ids.count - 1)))]
        self.ledger.receive(linesWithHeaders: self.upTo(record.written + 5), on: id)
      case 4:
        let kept = self.ledger.latestSettled
        if self.upTo(1) == 0 {
          self.ledger.closeInOrder(lines: self.upTo(kept))
          self.ledger.close(failure: nil, now: now)
        } else {
          self.ledger.close(failure: LinkFailure(.established, .reset), now: now)
          if self.upTo(1) == 0 { self.ledger.requeue(behind: self.upTo(kept)) }
        }
        self.isOpen = false
      default: break
      }
    }
  }

  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func sumsAreThoseOfTheRecords(seed: UInt64) {
    var model = Model(seed: seed, connectionsMax: 1000)
    for _ in 0..<300 {
      model.step()
      let totals = model.ledger.totals
      let records = model.ledger.recentConnections
      func sum(_ value: (ConnectionRecord) -> UInt64) -> UInt64 {
        records.reduce(0) { $0 + value($1) }
      }
      #expect(totals.isBalanced, "\(totals)")
      #expect(totals.received == sum { min($0.received, $0.written - $0.requeued) })
      #expect(totals.written == sum(\.underWay))
      #expect(totals.acknowledged == sum { $0.isSettled - $0.keptReceived })
      #expect(totals.lostUnacknowledged == sum(\.unacknowledged))
      #expect(totals.closedInOrder == sum(\.closedUnconfirmed))
    }
    #expect(model.ledger.recentConnections.count > 10)
  }

  /// What is not kept any more is in the sums all the same.
  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func sumsKeepWhatRecordsAreGone(seed: UInt64) {
    var model = Model(seed: seed, connectionsMax: 3)
    for _ in 0..<300 {
      model.step()
      #expect(model.ledger.totals.isBalanced, "\(model.ledger.totals)")
    }
    #expect(model.ledger.recentConnections.count == 3)
    #expect(model.ids.count > 10)
  }
}
