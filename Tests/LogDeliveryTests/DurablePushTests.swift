import ApplianceConfiguration
import LogDelivery
import LogFormats
import LogModel
import Simulation
import Support
import Testing

/// Pushes with a disk buffer, against a receiver with a kernel that takes bytes and loses them on a
/// reset.
@Suite struct DurablePushTests {
  @Test func withoutFailureEachLineArrivesOnceBehindTheHeader() {
    var world = DurableWorld(.atLeastOnce)
    world.log(2000)
    world.drain()
    #expect(world.storedNumbers == Array(0..<2000))
    #expect(world.stored.first?.hasSuffix("Info: Begin Logfile") == true)
    let totals = world.push.ledger.totals
    #expect(totals.isBalanced)
    #expect(totals.acknowledged == 2000)
    #expect(totals.resent == 0)
  }

  @Test func linesOfAnOutageWaitOnDiskAndArriveInOrder() {
    var world = DurableWorld(.buffered)
    world.connect()
    world.reset()
    // Far more than the memory holds.
    for _ in 0..<100 { world.log(100) }
    let waiting = world.push.ledger.totals.queued
    #expect(waiting == 10_000)
    world.drain()
    #expect(world.storedNumbers == Array(0..<10_000))
    #expect(world.push.ledger.totals.isBalanced)
  }

  @Test func whatWasNotAcknowledgedIsSentAgain() {
    var world = DurableWorld(.buffered)
    world.connect()
    world.log(100)
    world.deliverWire(3000)
    world.read(3000)
    world.reset()
    world.drain()
    #expect(Set(world.storedNumbers) == Set(0..<100))
    let totals = world.push.ledger.totals
    #expect(totals.lost == 0)
    #expect(totals.resent > 0)
    #expect(totals.isBalanced)
  }

  /// The receiver's kernel acknowledged bytes that its application never saw.
  @Test(arguments: [DeliveryMode.buffered, .atLeastOnce])
  func onlyAtLeastOnceCoversWhatThePeersKernelLost(_ mode: DeliveryMode) {
    var world = DurableWorld(mode)
    world.connect()
    world.log(700)
    world.deliverWire(60_000)
    world.read(10_000)
    world.reset()
    world.drain()
    let missing = Set(0..<700).subtracting(world.storedNumbers)
    #expect(missing.isEmpty == (mode == .atLeastOnce))
    #expect(world.push.ledger.totals.lost == 0)
  }

  /// The window was large between two looks at it alone, and the receiver held all that it let in.
  @Test func windowsThatNoSampleMetAreCovered() {
    var world = DurableWorld(.atLeastOnce)
    world.isSampled = true
    world.connect()
    for _ in 0..<70 { world.log(10, length: 1000) }
    world.growBuffer(to: 500_000)
    world.deliverWire(500_000)
    #expect(world.kernel.count == 500_000)
    world.reset()
    world.drain()
    #expect(Set(world.storedNumbers) == Set(0..<700))
  }

  /// A receiver whose buffer grows while nobody looks, with samples, reads and resets in any order.
  @Test(arguments: 0..<Thoroughness.cases(few: 1, many: 200))
  func sparseSamplesLoseNothing(_ seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed), stream: "samples")
    var world = DurableWorld(.atLeastOnce)
    world.isSampled = true
    for _ in 0..<150 {
      switch random.uniform(in: 0...9) {
      case 0, 1: for _ in 0..<20 { world.log(random.uniform(in: 1...10), length: 1000) }
      case 2, 3, 4: world.deliverWire(random.uniform(in: 1...200_000))
      case 5, 6: world.read(random.uniform(in: 1...400_000))
      case 7: world.growBuffer(to: random.uniform(in: 80_000...600_000))
      case 8: world.sample()
      default:
        if random.chance(permille: 300) { world.reset() }
        world.connect()
      }
    }
    world.drain()
    #expect(Set(world.storedNumbers) == Set(0..<world.nextLine))
    #expect(world.push.ledger.totals.isBalanced)
  }

  @Test func failuresThatGetNoFurtherAreCounted() {
    var world = DurableWorld(.atLeastOnce)
    world.log(100)
    for _ in 0..<4 {
      world.connect()
      world.deliverWire(500)
      world.reset()
    }
    #expect(world.push.failuresWithoutProgress == 3)
    world.drain()
    #expect(Set(world.storedNumbers) == Set(0..<100))
  }

  @Test func fullBufferRefusesTheNewestAndCountsThem() {
    var world = DurableWorld(.buffered, bufferBytes: 100_000)
    for _ in 0..<30 { world.log(100) }
    let totals = world.push.ledger.totals
    #expect(totals.lostQueueFull > 0)
    #expect(totals.isBalanced)
    world.drain()
    #expect(world.storedNumbers == Array(0..<Int(totals.accepted - totals.lostQueueFull)))
  }

  @Test func fullBufferDropsTheOldestWhereItIsToldTo() {
    var world = DurableWorld(.buffered, bufferBytes: 400_000, overflow: .dropOldest)
    for _ in 0..<100 { world.log(100) }
    let totals = world.push.ledger.totals
    #expect(totals.lostBufferDropped > 0)
    #expect(totals.isBalanced)
    world.drain()
    let numbers = world.storedNumbers
    #expect(numbers.last == 9999)
    #expect(numbers == numbers.sorted())
    #expect(numbers.count == Int(totals.accepted - totals.lost))
    #expect(world.push.ledger.totals.isBalanced)
  }

  @Test func tornRecordIsCutAndNothingBeforeItIsLost() {
    var world = DurableWorld(.buffered)
    world.log(50)
    world.kill(tearing: 25)
    world.log(50)
    world.drain()
    #expect(world.storedNumbers == Array(0..<100))
    #expect(world.push.ledger.totals.accepted == 100)
    #expect(world.push.ledger.totals.isBalanced)
  }

  /// Lines, acknowledgements, reads, resets and deaths in any order: what was logged arrives.
  @Test(arguments: 0..<Thoroughness.cases(few: 3, many: 500))
  func nothingLoggedIsMissing(_ seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed), stream: "durable")
    let mode: DeliveryMode = seed % 2 == 0 ? .buffered : .atLeastOnce
    let overflow: BufferOverflow = seed % 3 == 0 ? .dropOldest : .dropNewest
    var world = DurableWorld(
      mode, bufferBytes: seed % 5 == 0 ? 200_000 : 1 << 30, overflow: overflow)
    var canLose = false
    for _ in 0..<300 {
      switch random.uniform(below: 14) {
      case 0..<4: world.log(Int(random.uniform(below: 60)), length: Int(random.uniform(below: 200)))
      case 4..<6: world.connect()
      case 6..<9: world.deliverWire(Int(random.uniform(below: 40_000)))
      case 9..<12: world.read(Int(random.uniform(below: 40_000)))
      case 12:
        // In `buffered` what the peer's kernel took is its own affair.
        if mode == .buffered, !world.kernel.isEmpty { canLose = true }
        world.reset()
      default:
        world.kill(tearing: Int(random.uniform(below: 60)))
        #expect(world.unknownAfterDeath == 0, "seed \(seed)")
      }
      let totals = world.push.ledger.totals
      #expect(totals.isBalanced, "seed \(seed)")
      #expect(totals.accepted == UInt64(world.nextLine), "seed \(seed)")
    }
    world.drain()
    let totals = world.push.ledger.totals
    let stored = Set(world.storedNumbers)
    let missing = UInt64(world.nextLine) - UInt64(stored.count)
    #expect(totals.isBalanced)
    #expect(totals.queued == 0, "seed \(seed)")
    // What was refused or dropped is missing; a dropped line may have been sent before a death.
    if !canLose { #expect(missing <= totals.lost, "seed \(seed): \(missing) missing, \(totals)") }
    #expect(totals.lostUnacknowledged == 0 && totals.lostQueueDiscarded == 0)
  }

  /// Settled spans name each line once, with its fate.
  @Test(arguments: 0..<20)
  func spansTellTheFateOfEachLineOnce(_ seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed), stream: "spans")
    var world = DurableWorld(seed % 2 == 0 ? .asAppliance : .buffered, bufferBytes: 150_000)
    for _ in 0..<200 {
      switch random.uniform(below: 8) {
      case 0..<3: world.log(Int(random.uniform(below: 80)))
      case 3: world.connect()
      case 4..<6: world.deliverWire(Int(random.uniform(below: 20_000)))
      case 6: world.read(Int(random.uniform(below: 20_000)))
      default: world.reset()
      }
    }
    world.drain()
    world.reset()
    let ledger = world.push.ledger
    var seen: [UInt64: LedgerFate] = [:]
    for span in ledger.settledSpans {
      for number in span.first..<(span.first + span.count) {
        #expect(seen.updateValue(span.fate, forKey: number) == nil, "seed \(seed): \(number)")
      }
    }
    let totals = ledger.totals
    let lost: Set<LedgerFate> = [.queueDiscarded, .queueFull, .unacknowledged, .bufferDropped]
    #expect(seen.values.count { lost.contains($0) } == Int(totals.lost), "seed \(seed)")
    #expect(seen.count == Int(totals.accepted - totals.queued), "seed \(seed)")
  }
}
