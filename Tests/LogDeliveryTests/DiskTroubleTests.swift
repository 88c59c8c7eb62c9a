import ApplianceConfiguration
import LogDelivery
import LogModel
import Simulation
import Support
import Testing

/// A disk buffer whose disk takes nothing for a while.
@Suite struct DiskTroubleTests {
  @Test func linesGoOnByMemoryWhileTheConnectionStands() {
    var world = DurableWorld(.atLeastOnce)
    world.connect()
    world.log(100)
    world.isDiskFull = true
    world.log(100)
    world.log(100)
    world.drain()
    #expect(world.storedNumbers == Array(0..<300))
    let totals = world.push.ledger.totals
    #expect(totals.lost == 0)
    #expect(totals.isBalanced)
  }

  @Test func whatIsInMemoryAloneIsLostWithTheConnectionAndCounted() {
    var world = DurableWorld(.buffered)
    world.connect()
    world.isDiskFull = true
    world.log(50)
    world.log(50)
    world.reset()
    #expect(world.push.ledger.totals.isBalanced)
    world.isDiskFull = false
    world.wait(seconds: 120)
    world.log(100)
    world.drain()
    #expect(world.storedNumbers == Array(100..<200))
    let totals = world.push.ledger.totals
    // They left by a connection that ended: nobody knows that they did not arrive.
    #expect(totals.lostUnacknowledged == 100)
    #expect(totals.lostAtLeast == 0)
    #expect(totals.acknowledged == 100)
    #expect(totals.isBalanced)
    let spans = world.push.ledger.settledSpans
    #expect(spans.first { $0.fate == .unacknowledged }?.count == 100)
  }

  /// What the peer acknowledged is not lost because no file has it to be sent again; what it did
  /// not acknowledge may have arrived.
  @Test(arguments: [DeliveryMode.buffered, .atLeastOnce])
  func acknowledgedLinesThatNoFileHasAreNotLost(_ mode: DeliveryMode) {
    var world = DurableWorld(mode)
    world.connect()
    world.log(50)
    world.isDiskFull = true
    world.log(50)
    world.log(50)
    world.isDiskFull = false
    world.wait(seconds: 120)
    world.log(50)
    world.deliverWire(1_000_000)
    world.read(1_000_000)
    world.sample()
    world.isDiskFull = true
    world.log(50)
    world.reset()
    world.isDiskFull = false
    world.wait(seconds: 120)
    world.connect()
    world.drain()
    let totals = world.push.ledger.totals
    #expect(totals.lostBufferUnwritable == 0)
    #expect(totals.lost == totals.lostUnacknowledged && totals.lost <= 50)
    #expect(totals.acknowledged + totals.received == 250 - totals.lost)
    #expect(totals.isBalanced)
    #expect(Set(world.storedNumbers).isSuperset(of: 0..<200))
  }

  @Test func linesThatMemoryHasNoRoomForAreCountedAtOnce() {
    var world = DurableWorld(.buffered)
    world.isDiskFull = true
    for _ in 0..<20 { world.log(100) }
    let totals = world.push.ledger.totals
    #expect(totals.isBalanced)
    #expect(totals.lostBufferUnwritable > 0)
    #expect(totals.queued + totals.lost == 2000)
    world.drain()
    #expect(world.storedNumbers == Array(0..<Int(totals.queued)))
  }

  /// A connection ends while the disk is asked: its answer comes behind the next question.
  @Test func lateAnswerOfTheDiskIsNoLoss() {
    var world = DurableWorld(.atLeastOnce)
    for _ in 0..<50 { world.log(100) }
    world.connect()
    world.deliverWire(30_000)
    world.read(30_000)
    world.holdsReadings = true
    for _ in 0..<8 {
      world.deliverWire(30_000)
      world.read(30_000)
    }
    world.reset()
    world.connect()
    world.releaseReadings()
    world.drain()
    #expect(world.push.ledger.totals.lost == 0)
    #expect(Set(world.storedNumbers) == Set(0..<5000))
  }

  @Test func failuresAreSaidOnceAPeriod() {
    var world = DurableWorld(.buffered)
    world.log(10)
    let action = SpoolAction.mark([])
    let first = world.push.backlog.spoolFailed(action, now: world.now)
    let second = world.push.backlog.spoolFailed(action, now: world.now)
    #expect(first && !second)
    #expect(world.push.wakeAt == world.now.advanced(by: .seconds(1)))
    // Tried again after 1, 2, 4 ... 60 seconds, and said again after five minutes.
    var said: [Int64] = []
    let start = world.now
    for _ in 0..<20 {
      world.now = world.push.wakeAt ?? world.now
      _ = world.push.timeReached(world.now)
      if world.push.backlog.spoolFailed(action, now: world.now) {
        said.append(start.duration(to: world.now).nanoseconds / 1_000_000_000)
      }
    }
    #expect(said == [303, 603, 903])
  }

  /// A disk that takes records and no mark, or marks and no record, is not well: nothing is said of
  /// it until both are written.
  @Test func recoveryNeedsSegmentAndMark() {
    var world = DurableWorld(.buffered)
    world.log(10)
    let mark = SpoolAction.mark([])
    let record = SpoolAction.append(segment: 9, [], syncs: false)
    func wait(_ seconds: Int64) {
      world.now = world.now.advanced(by: .seconds(seconds))
      _ = world.push.timeReached(world.now)
    }
    var said: [Bool] = [world.push.backlog.spoolFailed(mark, now: world.now)]
    wait(1)
    var recoveries = [world.push.spoolWritten(mark), world.push.spoolWritten(record)]
    said.append(world.push.backlog.spoolFailed(mark, now: world.now))
    wait(2)
    recoveries += [world.push.spoolWritten(record), world.push.spoolWritten(mark)]
    #expect(recoveries == [.notYet, .notYet, .notYet, .over(isSaid: true)])
    // The next trouble of the period is not said, and neither is its end.
    said.append(world.push.backlog.spoolFailed(record, now: world.now))
    #expect(said == [true, false, false])
    wait(1)
    recoveries = [world.push.spoolWritten(record), world.push.spoolWritten(mark)]
    #expect(recoveries == [.notYet, .over(isSaid: false)])
  }

  /// Lines on disk before and behind the trouble are not harmed by it, and a death in it forgets no
  /// line.
  @Test(arguments: 0..<Thoroughness.cases(few: 10, many: 40))
  func classesSumUpThroughTroubleAndDeaths(_ seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed), stream: "disk")
    let mode: DeliveryMode = seed % 2 == 0 ? .buffered : .atLeastOnce
    var world = DurableWorld(mode, bufferBytes: seed % 5 == 0 ? 200_000 : 1 << 30)
    var canLose = false
    // Lines that no file may have: what a connection made of those is all there is.
    var isInTrouble = false
    var doubtful: Set<Int> = []
    for _ in 0..<300 {
      let first = world.nextLine
      defer { if isInTrouble { doubtful.formUnion(first..<world.nextLine) } }
      switch random.uniform(below: 16) {
      case 0..<5: world.log(Int(random.uniform(below: 60)), length: Int(random.uniform(below: 200)))
      case 5..<7: world.connect()
      case 7..<9: world.deliverWire(Int(random.uniform(below: 40_000)))
      case 9..<11: world.read(Int(random.uniform(below: 40_000)))
      case 11:
        world.isDiskFull = true
        isInTrouble = true
      case 12: world.isDiskFull = false
      case 13: world.wait(seconds: Int64(random.uniform(below: 70)))
      case 14:
        if mode == .buffered, !world.kernel.isEmpty { canLose = true }
        world.reset()
      default:
        guard !world.isDiskFull else { break }
        world.wait(seconds: 70)
        isInTrouble = false
        world.log(1)
        world.kill(tearing: 0)
      }
      #expect(world.push.ledger.totals.isBalanced, "seed \(seed)")
      #expect(world.push.ledger.totals.accepted == UInt64(world.nextLine), "seed \(seed)")
    }
    world.isDiskFull = false
    world.wait(seconds: 70)
    world.log(1)
    world.drain()
    let totals = world.push.ledger.totals
    let missing = Set(0..<world.nextLine).subtracting(world.storedNumbers)
    #expect(totals.isBalanced)
    #expect(totals.queued == 0, "seed \(seed): \(totals)")
    // A peer that resets whatever is closed is taken at its acknowledgements.
    let most = world.push.isTakenAtAcknowledgement ? totals.lostAtMost : totals.lost
    if !canLose {
      #expect(missing.subtracting(doubtful).count <= most, "seed \(seed): \(totals)")
      #expect(missing.count <= totals.lostAtMost, "seed \(seed): \(totals)")
    }
  }
}
