import ApplianceConfiguration
import LogDelivery
import Simulation
import Testing

/// Disk buffers smaller than the window of the peer, and than what a batch brings.
@Suite struct SmallBufferTests {
  /// 5,000 lines of some 100 bytes, a few at a time, to a receiver that reads.
  private static func push(
    _ world: inout DurableWorld, linesAtOnce: Int = 10, _ body: (inout DurableWorld) -> Void
  ) {
    world.connect()
    while world.nextLine < 5000 {
      world.log(linesAtOnce)
      if world.connection == nil { world.connect() }
      world.deliverWire(.max)
      body(&world)
    }
  }

  @Test(
    arguments: [DeliveryMode.buffered, .atLeastOnce],
    [(65_536, 10), (65_536, 200), (65_536, 400), (100_000, 37), (300_000, 500)])
  func serverThatReadsGetsAll(_ mode: DeliveryMode, _ size: (bytes: Int, lines: Int)) {
    for overflow in BufferOverflow.allCases {
      var world = DurableWorld(mode, bufferBytes: size.bytes, overflow: overflow)
      world.receiveBufferBytes = 400_000
      Self.push(&world, linesAtOnce: size.lines) { $0.read(.max) }
      world.drain()
      let totals = world.push.ledger.totals
      #expect(Set(world.storedNumbers) == Set(0..<world.nextLine), "\(totals)")
      #expect(totals.lost == 0 && totals.isBalanced)
      #expect(world.push.backlog.takeOverflow(now: world.now) == nil)
      // A window is kept, and no more is sent twice than the last connection carried.
      #expect(totals.resent == 0)
    }
  }

  /// Ended on purpose, so that what is acknowledged need not be kept.
  @Test func fullBufferOfAcknowledgedLinesClosesInOrder() {
    var world = DurableWorld(.atLeastOnce, bufferBytes: 65_536)
    world.receiveBufferBytes = 400_000
    Self.push(&world) { $0.read(.max) }
    let connections = world.push.ledger.recentConnections
    #expect(connections.count > 5)
    #expect(connections.allSatisfy { $0.failure == nil })
    #expect(world.push.ledger.totals.closedInOrder > 4000)
    // A buffer with room for the window has no need to.
    var large = DurableWorld(.atLeastOnce)
    large.receiveBufferBytes = 400_000
    Self.push(&large) { $0.read(.max) }
    #expect(large.push.ledger.recentConnections.count == 1)
  }

  @Test func serverThatAnswersNoFINGetsAllTheSame() {
    var world = DurableWorld(.atLeastOnce, bufferBytes: 65_536)
    world.receiveBufferBytes = 400_000
    world.answersFIN = false
    Self.push(&world) { world in
      world.read(.max)
      if world.hasFinished { world.waitForFIN() }
    }
    world.drain()
    #expect(Set(world.storedNumbers) == Set(0..<world.nextLine))
    #expect(world.push.ledger.totals.lost == 0)
    // It was asked once.
    #expect(world.push.ledger.recentConnections.count == 2)
  }

  @Test func serverThatResetsBehindOurFINGetsAllTheSame() {
    var world = DurableWorld(.atLeastOnce, bufferBytes: 65_536)
    world.receiveBufferBytes = 400_000
    Self.push(&world) { world in
      world.readAnsweringNothing()
      if world.hasFinished { world.reset() }
    }
    world.drain()
    #expect(Set(world.storedNumbers) == Set(0..<world.nextLine))
    #expect(world.push.ledger.totals.lost == 0)
    #expect((3...6).contains(world.push.ledger.recentConnections.count { $0.failure != nil }))
  }

  /// It reads what has come and closes, time and again, before its window is passed, by TLS, where
  /// nobody can wait for what is on its way.
  @Test(arguments: [65_536, 1 << 30])
  func serverThatClosesFirstGetsAllTheSame(_ bytes: Int) {
    var world = DurableWorld(.atLeastOnce, bufferBytes: bytes)
    world.receiveBufferBytes = 400_000
    for _ in 0..<60 {
      world.log(5)
      world.connect()
      world.deliverWire(600)
      world.closeFirst()
    }
    for _ in 0..<200 {
      world.connect()
      world.deliverWire(600)
      world.closeFirst()
    }
    #expect(Set(world.storedNumbers) == Set(0..<300))
    let totals = world.push.ledger.totals
    #expect(totals.lost == 0 && totals.isBalanced && totals.queued == 0)
    #expect(world.push.failuresWithoutProgress < 3)
  }

  /// One that shuts its direction down and reads on: what is on its way is waited for, and no
  /// connection fails.
  @Test func serverThatShutsDownFirstIsNoFailure() {
    var world = DurableWorld(.atLeastOnce)
    world.receiveBufferBytes = 400_000
    for _ in 0..<60 {
      world.log(5)
      if world.connection == nil { world.connect() }
      #expect(world.shutDownFirst() == true)
      let handed = world.wire.count
      world.log(5)
      #expect(world.wire.count == handed, "it gets no more")
      world.deliverWire(.max)
      world.readAnsweringNothing()
      world.endBehindPeer()
    }
    #expect(world.push.ledger.recentConnections.allSatisfy { $0.failure == nil })
    world.drain()
    #expect(world.storedNumbers == Array(0..<600))
    #expect(world.push.ledger.totals.received == 0)
  }

  /// It acknowledges nothing behind its FIN: after ten seconds it has failed.
  @Test func silenceBehindThePeersCloseIsAFailure() {
    var world = DurableWorld(.atLeastOnce)
    world.connect()
    world.log(100)
    guard let id = world.connection else { return }
    #expect(world.shutDownFirst() == true)
    #expect(world.push.takeEndBehindPeer(now: world.now) == nil)
    world.now = world.now.advanced(by: .seconds(10))
    #expect(world.push.wakeAt == world.now)
    #expect(world.push.takeEndBehindPeer(now: world.now) == .failed(id))
  }

  /// A receiver that resets whatever has more than a few lines: pieces shrink until it takes them.
  @Test func serverThatResetsVeryEarlyGetsAll() {
    var world = DurableWorld(.atLeastOnce, bufferBytes: 1 << 30)
    world.receiveBufferBytes = 400_000
    world.resetsAfterBytes = 1500
    for _ in 0..<20 { world.log(10) }
    world.drain()
    #expect(Set(world.storedNumbers) == Set(0..<200))
    #expect(world.push.ledger.totals.isBalanced)
  }

  /// Nothing can be done about a server that reads nothing: the lines are counted, and it is said
  /// once in five minutes.
  @Test func bufferThatFillsIsSaidOnceAPeriod() {
    var world = DurableWorld(.buffered, bufferBytes: 65_536)
    world.connect()
    for _ in 0..<100 { world.log(10) }
    let lost = world.push.ledger.totals.lostQueueFull
    #expect(lost > 0)
    #expect(world.push.backlog.takeOverflow(now: world.now) == lost)
    world.log(10)
    #expect(world.push.backlog.takeOverflow(now: world.now) == nil)
    world.now = world.now.advanced(by: .seconds(299))
    #expect(world.push.backlog.takeOverflow(now: world.now) == nil)
    world.now = world.now.advanced(by: .seconds(1))
    #expect(world.push.backlog.takeOverflow(now: world.now) == 10)
    world.now = world.now.advanced(by: .seconds(300))
    #expect(
      world.push.backlog.takeOverflow(now: world.now) == nil, "it is full no more, or nothing came")
  }

  /// A model that runs at full speed asks how much there is room for.
  @Test func modelAtFullSpeedWaitsForRoom() {
    for mode in [DeliveryMode.buffered, .atLeastOnce] {
      var world = DurableWorld(mode, bufferBytes: 65_536)
      world.receiveBufferBytes = 400_000
      world.connect()
      var held = 0
      while world.nextLine < 400 {
        if world.push.holdsModel(now: world.now) {
          held += 1
          world.deliverWire(.max)
          world.read(.max)
          if world.connection == nil { world.connect() }
          continue
        }
        let room = world.push.linesFitting(now: world.now) ?? 0
        world.log(max(1, min(room, 200)), length: 8000)
      }
      #expect(held > 0)
      #expect(world.push.ledger.totals.lost == 0)
    }
  }

  /// A connection that brought something breaks, and the next one is awaited: a model at full speed
  /// is held while the disk buffer has no room, for a moment, and by no server that takes nothing.
  @Test(arguments: [DeliveryMode.buffered, .atLeastOnce], [true, false])
  func modelAtFullSpeedWaitsForTheNextConnection(_ mode: DeliveryMode, _ isTaken: Bool) throws {
    var world = DurableWorld(mode, bufferBytes: 65_536)
    world.receiveBufferBytes = 400_000
    world.connect()
    world.log(10)
    if isTaken { world.deliverWire(.max) }
    let connection = world.connection
    let id = try #require(connection)
    _ = world.push.failed(id, LinkFailure(.established, .reset), now: world.now)
    world.push.reopen(now: world.now, zone: DurableWorld.zone)
    let holdsWithRoom = world.push.holdsModel(now: world.now)
    #expect(!holdsWithRoom)
    for _ in 0..<100 {
      if isTaken, world.push.linesFitting(now: world.now) == 0 { break }
      world.log(1, length: 8000)
    }
    let holds = world.push.holdsModel(now: world.now)
    #expect(holds == isTaken)
    // Where the model is not held, what there is no room for is lost.
    #expect((world.push.ledger.totals.lost == 0) == isTaken)
    let holdsLater = world.push.holdsModel(now: world.now.advanced(by: .seconds(2)))
    #expect(!holdsLater)
  }

  /// Lines that wait at the end of a run are on disk, for the next one.
  @Test(arguments: [DeliveryMode.buffered, .atLeastOnce])
  func linesThatWaitAtTheEndAreOnDisk(_ mode: DeliveryMode) {
    var world = DurableWorld(mode)
    world.connect()
    world.log(300)
    world.deliverWire(5000)
    _ = world.push.close(now: world.now)
    world.push.backlog.abandonQueue()
    let totals = world.push.ledger.totals
    #expect(totals.lost == 0 && totals.written == 0 && totals.isBalanced)
    #expect(totals.queued > 200 && totals.queued + totals.acknowledged == 300)
    #expect(world.push.linesOnDisk == totals.queued)
    #expect(totals.resent == 0)
  }

  /// What no file holds is gone with the process, and counted.
  @Test func linesInMemoryAloneAreLostAtTheEnd() {
    var world = DurableWorld(.buffered)
    world.log(50)
    world.isDiskFull = true
    world.log(50)
    world.log(50)
    #expect(world.push.linesOnDisk == 50)
    _ = world.push.close(now: world.now)
    world.push.backlog.abandonQueue()
    let totals = world.push.ledger.totals
    #expect(totals.queued == 50 && totals.lostBufferUnwritable == 100 && totals.isBalanced)
    #expect(world.push.linesOnDisk == 50)
  }
}
