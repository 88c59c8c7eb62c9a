import ApplianceConfiguration
import LogDelivery
import Testing

/// A disk buffer that is not what the dead process left: what became of its lines is not known, and
/// nothing else.
@Suite struct DamagedBufferTests {
  private static func waiting(_ batches: Int) -> DurableWorld {
    var world = DurableWorld(.atLeastOnce)
    for _ in 0..<batches { world.log(10) }
    return world
  }

  @Test func damagedRecordTakesItsOwnLinesOnly() throws {
    var world = Self.waiting(50)
    var bytes = try #require(world.disk.segments[1])
    bytes[bytes.count / 2] ^= 1
    world.disk.segments[1] = bytes
    world.kill(tearing: 0)
    #expect(world.unknownAfterDeath == 10)
    let totals = world.push.ledger.totals
    #expect(totals.unknown == 10 && totals.acknowledged == 0 && totals.queued == 490)
    #expect(totals.isBalanced)
    let spans = world.push.ledger.settledSpans
    #expect(spans.map(\.fate) == [.processEnded] && spans.first?.count == 10)
    world.drain()
    let missing = Set(0..<500).subtracting(world.storedNumbers)
    #expect(missing.count == 10)
    #expect(missing.min() == spans.first.map { Int($0.first) })
  }

  @Test(arguments: [false, true])
  func segmentsThatAreGoneAreUnknown(_ isMarkGone: Bool) {
    var world = Self.waiting(50)
    // The mark is written at a connection's beginning.
    world.connect()
    world.reset()
    world.disk.segments = [:]
    if isMarkGone { world.disk.mark = nil }
    world.kill(tearing: 0)
    let totals = world.push.ledger.totals
    #expect(totals.unknown == (isMarkGone ? 0 : 500))
    #expect(totals.acknowledged == 0)
    #expect(totals.isBalanced)
  }

  /// Without its mark a buffer that has been trimmed does not tell what was before.
  @Test func linesBeforeABufferWithoutMarkAreUnknown() {
    var world = DurableWorld(.buffered, bufferBytes: 200_000)
    world.connect()
    for _ in 0..<60 {
      world.log(100)
      world.deliverWire(.max)
      world.read(.max)
    }
    world.disk.mark = nil
    world.kill(tearing: 0)
    let totals = world.push.ledger.totals
    #expect(totals.accepted == 6000)
    #expect(totals.unknown > 0)
    #expect(totals.unknown + totals.queued == 6000)
    #expect(totals.isBalanced)
  }

  /// What waited when the process died may have left by the connection that stood.
  @Test func linesOfADeadConnectionMayArriveTwice() {
    var world = DurableWorld(.atLeastOnce)
    world.connect()
    world.log(100)
    world.kill(tearing: 0)
    #expect(world.push.ledger.totals.resent == 100)
    world.drain()
    let numbers = world.storedNumbers
    #expect(numbers.count - Set(numbers).count <= 100)
    #expect(Set(numbers).count == 100)
  }

  @Test func linesThatNeverHadAConnectionArriveOnce() {
    var world = Self.waiting(10)
    world.kill(tearing: 0)
    #expect(world.push.ledger.totals.resent == 0)
    world.drain()
    #expect(world.storedNumbers == Array(0..<100))
  }

  /// What waits in memory alone is gone with the process.
  @Test func queueWithoutDiskBufferIsLostAtTheEnd() {
    var world = DurableWorld(.asAppliance)
    world.log(100)
    _ = world.push.close(now: world.now)
    world.push.backlog.abandonQueue()
    let totals = world.push.ledger.totals
    #expect(totals.lostQueueDiscarded == 100 && totals.lostAtMost == 100)
    #expect(world.push.ledger.settledSpans.map(\.fate) == [.queueDiscarded])
    #expect(totals.isBalanced)
  }

  @Test func queueWithDiskBufferIsNot() {
    var world = Self.waiting(10)
    _ = world.push.close(now: world.now)
    world.push.backlog.abandonQueue()
    #expect(world.push.ledger.totals.queued == 100)
  }
}
