import ApplianceConfiguration
import LogDelivery
import Simulation
import Testing

/// Connections that a push ends in order, a FIN each way: what the disk buffer lets go, and what
/// the ledger says of it.
@Suite struct GracefulCloseTests {
  @Test func orderlyCloseConfirmsNothing() {
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
    #expect(totals.received == 0)
    #expect(totals.acknowledged == 500 && totals.closedInOrder == 500)
    #expect(totals.lostAtLeast == 0 && totals.lostAtMost == 500)
    #expect(totals.resent == 0)
    #expect(totals.isBalanced)
    #expect(world.push.ledger.settledSpans.map(\.fate) == [.closedInOrder])
    // The next process has nothing to send again, and knows it by the mark.
    world.kill(tearing: 0)
    let after = world.push.ledger.totals
    #expect(after.queued == 0 && after.received == 0 && after.unknown == 0)
    #expect(after.acknowledged == 500 && after.closedInOrder == 500)
  }

  /// The same numbers for a peer that has read nothing of what it acknowledged: the ledger cannot
  /// tell them apart, and so it calls neither received.
  @Test func peerThatClosesUnreadIsNotSaidToHaveRead() {
    var world = DurableWorld(.atLeastOnce)
    world.closesUnread = true
    world.log(500)
    world.connect()
    world.expectNoMore()
    world.deliverWire(.max)
    world.read(1)
    #expect(world.push.isDrained == true)
    #expect(world.storedNumbers.isEmpty)
    let totals = world.push.ledger.totals
    #expect(totals.received == 0 && totals.closedInOrder == 500 && totals.lostAtMost == 500)
  }

  /// A receiver that says what it read is believed, also behind the close.
  @Test func wordOfTheReceiverCounts() {
    var world = DurableWorld(.atLeastOnce)
    world.log(500)
    world.connect()
    guard let id = world.connection else { return }
    world.push.receiverRead(lines: 3 + 100, on: id)
    world.expectNoMore()
    world.deliverWire(.max)
    world.push.receiverRead(lines: 3 + 200, on: id)
    world.read(.max)
    #expect(world.push.ledger.totals.received == 200)
    #expect(world.push.ledger.totals.closedInOrder == 300)
    #expect(world.push.ledger.settledSpans.map(\.fate) == [.received, .closedInOrder])
    world.push.receiverRead(lines: 3 + 500, on: id)
    let totals = world.push.ledger.totals
    #expect(totals.received == 500 && totals.closedInOrder == 0 && totals.lostAtMost == 0)
    #expect(totals.isBalanced)
  }

  /// `sim:close_confirms`: whoever knows that the server only ever closes what it has read.
  @Test func closeConfirmsWhereThatIsSet() {
    var world = DurableWorld(.atLeastOnce, closeConfirms: true)
    world.log(500)
    world.connect()
    world.expectNoMore()
    world.deliverWire(.max)
    world.read(.max)
    let totals = world.push.ledger.totals
    #expect(totals.received == 500 && totals.acknowledged == 0 && totals.closedInOrder == 0)
    #expect(world.push.ledger.settledSpans.map(\.fate) == [.received])
  }

  /// Lines that lie a window behind were done with before: only the others are let go for the
  /// close.
  @Test func closeLetsGoOfWhatWasNotDoneWith() {
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
    let totals = world.push.ledger.totals
    #expect(totals.acknowledged == 6000 && totals.received == 0)
    let spans = world.push.ledger.settledSpans
    #expect(spans.map(\.fate) == [.acknowledged, .closedInOrder])
    #expect(spans.last?.count == totals.closedInOrder)
    #expect(spans.map(\.count).reduce(0, +) == 6000)
  }

  @Test func resetInsteadOfAFINIsAFailure() {
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
    #expect(world.push.ledger.totals.closedInOrder == 200)
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

  /// A receiver that reset some connections behind a few bytes, and reads well from then on, gets
  /// more than a line a connection.
  @Test func piecesGrowAgain() {
    var world = DurableWorld(.atLeastOnce)
    world.receiveBufferBytes = 400_000
    world.resetsAfterBytes = 300
    for _ in 0..<100 { world.log(10) }
    for _ in 0..<12 {
      if world.connection == nil { world.connect() }
      world.deliverWire(.max)
      world.read(.max)
    }
    world.resetsAfterBytes = nil
    var connections = 0
    while world.push.ledger.totals.queued > 0, connections < 1000 {
      if world.connection == nil {
        world.connect()
        connections += 1
      }
      world.deliverWire(.max)
      world.read(.max)
    }
    #expect(Set(world.storedNumbers) == Set(0..<1000))
    #expect((8..<100).contains(connections), "\(connections)")
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
  func otherModesEndNoConnection(_ mode: DeliveryMode) {
    var world = DurableWorld(mode)
    world.connect()
    world.log(100)
    world.expectNoMore()
    world.deliverWire(.max)
    #expect(world.hasFinished == false)
    #expect(world.push.isDrained == true)
  }

  /// A server that resets whatever we close has nothing better to say: pieces shrink, and then its
  /// acknowledgement must do.
  @Test func peerThatAlwaysResetsIsAskedNoMore() {
    var world = DurableWorld(.atLeastOnce)
    world.connect()
    world.log(100)
    world.expectNoMore()
    var resets = 0
    for _ in 0..<10 where !world.push.isDrained {
      if world.connection == nil { world.connect() }
      world.deliverWire(.max)
      world.readAnsweringNothing()
      guard world.hasFinished else { continue }
      world.reset()
      resets += 1
    }
    #expect((3...6).contains(resets))
    #expect(world.push.isDrained == true)
    let totals = world.push.ledger.totals
    #expect(totals.acknowledged == 100 && totals.closedInOrder == 0 && totals.isBalanced)
  }
}
