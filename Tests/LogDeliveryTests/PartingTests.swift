import ApplianceConfiguration
import LogDelivery
import Simulation
import Testing

/// Connections that a push ends on purpose, so that the peer's FIN tells that it read all.
@Suite struct PartingTests {
  @Test func atTheEndThePeerIsAskedForItsReceipt() {
    var world = DurableWorld(.atLeastOnce)
    world.log(500)
    world.connect()
    world.expectNoMore()
    world.deliverWire(.max)
    #expect(world.hasFinished == true)
    #expect(world.push.isDrained == false)
    world.read(.max)
    #expect(world.push.isDrained == true)
    let totals = world.push.ledger.totals
    #expect(totals.received == 500)
    #expect(totals.resent == 0)
    #expect(totals.isBalanced)
    #expect(world.push.ledger.settledSpans.map(\.fate) == [.received])
    // The next process has nothing to send again.
    world.kill(tearing: 0)
    #expect(world.push.ledger.totals.queued == 0)
    #expect(world.push.ledger.totals.received == 500)
  }

  /// Lines that were acknowledged long before the receipt are covered by it too.
  @Test func receiptIsOfAllThatTheConnectionCarried() {
    var world = DurableWorld(.atLeastOnce)
    world.connect()
    for _ in 0..<60 {
      world.log(100)
      world.deliverWire(.max)
      world.read(.max)
    }
    #expect(world.push.ledger.settledSpans.map(\.fate) == [.acknowledged])
    world.expectNoMore()
    world.deliverWire(.max)
    world.read(.max)
    #expect(world.push.isDrained == true)
    #expect(world.push.ledger.totals.received == 6000)
    #expect(world.push.ledger.settledSpans.map(\.fate) == [.received])
    #expect(world.push.ledger.settledSpans.first?.count == 6000)
  }

  @Test func resetInsteadOfAReceiptIsAFailure() {
    var world = DurableWorld(.atLeastOnce)
    world.connect()
    for _ in 0..<50 { world.log(10) }
    world.expectNoMore()
    world.deliverWire(.max)
    world.read(10_000)
    #expect(world.hasFinished == true)
    world.reset()
    #expect(world.push.isDrained == false)
    world.drain()
    #expect(Set(world.storedNumbers) == Set(0..<500))
    #expect(world.push.ledger.totals.lost == 0)
  }

  /// Lines that come behind the FIN have a connection of their own.
  @Test func linesBehindTheFINFollow() {
    var world = DurableWorld(.atLeastOnce)
    world.connect()
    world.log(100)
    world.expectNoMore()
    world.deliverWire(.max)
    #expect(world.hasFinished == true)
    world.log(100)
    #expect(world.wire.count == 0)
    world.read(.max)
    #expect(world.push.isDrained == false)
    world.drain()
    #expect(world.storedNumbers == Array(0..<200))
    #expect(world.push.ledger.totals.received == 200)
  }

  /// A receiver that reads less of each connection than its window lets in would get the same lines
  /// for ever.
  @Test func receiverThatResetsEarlyGetsAll() {
    var world = DurableWorld(.atLeastOnce)
    world.receiveBufferBytes = 400_000
    world.resetsAfterBytes = 200_000
    for _ in 0..<1000 { world.log(10) }
    world.drain()
    #expect(Set(world.storedNumbers) == Set(0..<10_000))
    #expect(world.push.failuresWithoutProgress == 0)
    #expect(world.push.ledger.totals.isBalanced)
    // After a few failures the pieces are small enough.
    let failures = world.push.ledger.recentConnections.map { $0.failure != nil }
    #expect(failures.count { $0 } <= 4)
    #expect(!failures.suffix(4).contains(true))
  }

  @Test func peerThatDoesNotAnswerIsAskedOnce() {
    var world = DurableWorld(.atLeastOnce)
    world.answersFIN = false
    world.connect()
    world.log(100)
    world.expectNoMore()
    world.deliverWire(.max)
    world.read(.max)
    #expect(world.hasFinished == true)
    world.waitForFIN()
    #expect(world.push.isDrained == false)
    world.drain()
    #expect(world.hasFinished == false)
    #expect(world.push.isDrained == true)
    let totals = world.push.ledger.totals
    #expect(totals.resent == 100)
    #expect(totals.received == 0)
    #expect(totals.isBalanced)
  }

  @Test(arguments: [DeliveryMode.asAppliance, .buffered])
  func otherModesAskForNoReceipt(_ mode: DeliveryMode) {
    var world = DurableWorld(mode)
    world.connect()
    world.log(100)
    world.expectNoMore()
    world.deliverWire(.max)
    #expect(world.hasFinished == false)
    #expect(world.push.isDrained == true)
  }
}
