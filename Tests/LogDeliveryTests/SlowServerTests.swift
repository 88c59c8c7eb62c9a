import ApplianceConfiguration
import LogDelivery
import Simulation
import Testing

/// Servers that take their time or close early, before a disk buffer: how long a model at full speed
/// waits for them, and when a drain is over.
@Suite struct SlowServerTests {
  /// Logs until the model at full speed is held, or so many lines at the most.
  private static func fill(_ world: inout DurableWorld, linesMax: Int = 40) {
    for _ in 0..<linesMax where !world.push.holdsModel(now: world.now) {
      world.log(1, length: 4000)
      // One that was closed in order is opened anew as soon as lines wait.
      world.connect()
    }
  }

  /// A server that reads slowly opens its window once in a minute and a half: the model waits for
  /// it, however long that takes.
  @Test(arguments: [DeliveryMode.buffered, .atLeastOnce])
  func modelAtFullSpeedWaitsForASlowServer(_ mode: DeliveryMode) {
    var world = DurableWorld(mode, bufferBytes: 65_536)
    world.receiveBufferBytes = 20_000
    world.connect()
    for _ in 0..<50 {
      Self.fill(&world)
      let isHeld = world.push.holdsModel(now: world.now)
      #expect(isHeld)
      world.now = world.now.advanced(by: .seconds(90))
      let isHeldLater = world.push.holdsModel(now: world.now)
      #expect(isHeldLater)
      #expect(world.push.ledger.totals.lost == 0)
      world.read(.max)
      world.deliverWire(.max)
      if world.connection == nil { world.connect() }
    }
    #expect(world.nextLine > 100)
    world.drain()
    #expect(Set(world.storedNumbers) == Set(0..<world.nextLine))
    #expect(world.push.ledger.totals.lost == 0)
  }

  /// One that acknowledges nothing holds it for two minutes, and not again by new connections that
  /// bring nothing either.
  @Test(arguments: [DeliveryMode.buffered, .atLeastOnce], [true, false])
  func serverThatTakesNoMoreHoldsTheModelForABoundedTime(_ mode: DeliveryMode, _ gains: Bool) {
    var world = DurableWorld(mode, bufferBytes: 65_536)
    world.receiveBufferBytes = 20_000
    world.connect()
    if gains {
      world.log(1)
      world.deliverWire(.max)
    }
    Self.fill(&world)
    world.now = world.now.advanced(by: .seconds(119))
    let isHeld = world.push.holdsModel(now: world.now)
    #expect(isHeld)
    world.now = world.now.advanced(by: .seconds(1))
    let isHeldLater = world.push.holdsModel(now: world.now)
    #expect(!isHeldLater)
    for _ in 0..<5 {
      world.reset()
      world.connect()
      world.now = world.now.advanced(by: .seconds(2))
      let isHeldAgain = world.push.holdsModel(now: world.now)
      #expect(!isHeldAgain)
    }
    world.log(30, length: 4000)
    #expect(world.push.ledger.totals.lostQueueFull > 0, "the traffic goes on")
  }

  /// Room on disk is room: a server that reads nothing holds nobody for it.
  @Test(arguments: [DeliveryMode.buffered, .atLeastOnce])
  func roomOnDiskIsNotWaitedFor(_ mode: DeliveryMode) {
    var world = DurableWorld(mode)
    world.connect()
    for _ in 0..<300 { world.log(10, length: 4000) }
    world.now = world.now.advanced(by: .seconds(2))
    let isHeld = world.push.holdsModel(now: world.now)
    #expect(!isHeld)
  }

  /// A server that takes what came and closes at once: in the drain that is no failure, and nothing
  /// more is to be sent.
  @Test func closeBehindAllLinesEndsADrain() {
    var world = DurableWorld(.buffered)
    world.connect()
    world.log(100)
    world.expectNoMore()
    for _ in 0..<3 {
      world.deliverWire(.max)
      world.closeFirst()
      let isDrained = world.push.isDrained
      #expect(isDrained && world.push.ledger.totals.queued == 0)
      // A line about an alert opens another connection.
      world.log(1)
      let isDrainedStill = world.push.isDrained
      #expect(!isDrainedStill)
      world.connect()
    }
    #expect(world.push.ledger.recentConnections.allSatisfy { $0.failure == nil })
    #expect(world.storedNumbers == Array(0..<102))
    #expect(world.push.ledger.totals.closedInOrder == 0, "an acknowledgement was all it took")
  }

  /// Before the drain, or with a line that it did not take, it is a failure.
  @Test(arguments: [true, false])
  func closeBeforeTheEndIsAFailure(_ isDrain: Bool) {
    var world = DurableWorld(.buffered)
    world.connect()
    world.log(100)
    if isDrain { world.expectNoMore() }
    world.deliverWire(isDrain ? 1000 : .max)
    world.closeFirst()
    #expect(world.push.ledger.recentConnections.map { $0.failure != nil } == [true])
  }

  /// A server that takes what came and resets at once: in the drain each failure writes a line, and
  /// each connection for it brings the next failure. The drain ends, and the line is on disk.
  @Test func drainEndsAtLinesAboutItself() {
    var world = DurableWorld(.buffered)
    world.connect()
    world.log(100)
    world.expectNoMore()
    for _ in 0..<2 {
      let isDrained = world.push.isDrained
      #expect(!isDrained)
      world.connect()
      world.deliverWire(.max)
      world.read(.max)
      world.reset()
      world.log(1)
    }
    let isDrainedNow = world.push.isDrained
    #expect(isDrainedNow)
    #expect(Set(world.storedNumbers) == Set(0..<world.nextLine - 1))
    let totals = world.push.ledger.totals
    #expect(totals.queued == 1 && totals.lost == 0 && totals.isBalanced)
    #expect(world.push.linesOnDisk == 1)
    // A line that no file holds would be gone.
    world.isDiskFull = true
    world.log(1)
    let isDrained = world.push.isDrained
    #expect(!isDrained)
  }

  /// What was logged before the drain's failures is not given up for them.
  @Test func drainGoesOnWhileTheServerTakesPart() {
    var world = DurableWorld(.buffered)
    world.connect()
    world.log(100)
    world.expectNoMore()
    for _ in 0..<20 {
      world.connect()
      world.deliverWire(100)
      world.closeFirst()
      world.log(1)
      let isDrained = world.push.isDrained
      #expect(!isDrained)
    }
  }
}
