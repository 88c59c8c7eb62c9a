import ApplianceConfiguration
import LogDelivery
import LogFormats
import LogModel
import Simulation
import Testing

/// Pushes with a disk buffer, against a receiver with a kernel that takes bytes and loses them on a
/// reset.
@Suite struct DurablePushTests {
  /// An appliance's push with its disk, the network between, and a receiver that stores lines.
  private struct World: ~Copyable {
    static let zone = ZoneTransitions(name: "x", initialOffsetSeconds: 0)
    static let windowBytes = 80_000

    let mode: DeliveryMode
    let bufferBytes: Int
    let overflow: BufferOverflow
    var push: SyslogPush
    var disk = MemorySpool()
    var now = SimInstant(secondsSinceEpoch: 1_435_215_003)
    var connection: ConnectionID?
    var pending: ConnectionID?
    /// Bytes that the socket was handed and the peer's kernel has not taken.
    var wire: [UInt8] = []
    /// Bytes that the peer's kernel acknowledged and the application has not read.
    var kernel: [UInt8] = []
    var acknowledged: UInt64 = 0
    var partial: [UInt8] = []
    var stored: [Substring] = []
    var nextLine = 0

    init(
      _ mode: DeliveryMode, bufferBytes: Int = 1 << 30, overflow: BufferOverflow = .dropNewest
    ) {
      self.mode = mode
      self.bufferBytes = bufferBytes
      self.overflow = overflow
      self.push = Self.makePush(mode, bufferBytes, overflow)
      self.start()
    }

    private static func makePush(
      _ mode: DeliveryMode, _ bufferBytes: Int, _ overflow: BufferOverflow
    ) -> SyslogPush {
      var limits = PushLimits()
      limits.spoolMemoryBytes = 20_000
      limits.unwrittenBytesMax = 30_000
      return SyslogPush(
        tag: "Mail_Log",
        settings: SyslogPushSettings(
          host: Setting("h"), transport: Setting(.tcp),
          delivery: DeliverySettings(
            mode: Setting(mode), bufferBytesMax: Setting(bufferBytes),
            overflow: Setting(overflow))),
        header: HeaderLines(version: "V", serialNumber: "S"), limits: limits)
    }

    mutating func start() {
      if case .connect(let id) = self.push.start(now: self.now, zone: Self.zone) {
        self.pending = id
      }
      self.settle()
    }

    /// The process dies; what it wrote to the disk stays, but for a torn end.
    mutating func kill(tearing torn: Int) {
      if torn > 0, let last = self.disk.segments.keys.max(), let bytes = self.disk.segments[last] {
        // Half a record more than was written whole.
        self.disk.segments[last] = bytes + Array(bytes.prefix(torn))
      }
      // The kernel of the dead process sends what it has.
      self.deliverWire(self.wire.count)
      self.read(self.kernel.count)
      self.partial = []
      self.push = Self.makePush(self.mode, self.bufferBytes, self.overflow)
      for segment in self.disk.segments.keys.sorted() {
        self.push.recover(segment: segment, self.disk.segments[segment] ?? [])
      }
      self.push.endRecovery(mark: self.disk.mark)
      self.connection = nil
      self.wire = []
      self.kernel = []
      self.start()
    }

    mutating func log(_ count: Int, length: Int = 60) {
      var batch = RenderedBatch()
      for _ in 0..<count {
        let text = "line \(self.nextLine) " + String(repeating: "x", count: length)
        batch.append(
          second: self.now.wholeSeconds, level: .information, type: .textMail, text: text)
        self.nextLine += 1
      }
      self.push.append(batch, type: .textMail, level: .information, zone: Self.zone)
      self.settle()
    }

    mutating func connect() {
      guard let id = self.pending else { return }
      self.pending = nil
      self.connection = id
      self.acknowledged = 0
      _ = self.push.connected(id, now: self.now)
      self.push.windowSeen(Self.windowBytes, on: id)
      self.settle()
    }

    /// The peer's kernel takes bytes, as far as its window goes, and acknowledges them.
    mutating func deliverWire(_ count: Int) {
      let taken = min(count, self.wire.count, Self.windowBytes - self.kernel.count)
      self.kernel += self.wire.prefix(taken)
      self.wire.removeFirst(taken)
      self.acknowledged += UInt64(taken)
      if let connection { self.push.bytesAcknowledged(self.acknowledged, on: connection) }
      self.settle()
    }

    /// The receiver's application reads, and stores whole lines.
    mutating func read(_ count: Int) {
      let taken = min(count, self.kernel.count)
      self.partial += self.kernel.prefix(taken)
      self.kernel.removeFirst(taken)
      guard let end = self.partial.lastIndex(of: 0x0A) else { return }
      self.stored += String(decoding: self.partial[...end], as: UTF8.self).split(separator: "\n")
      self.partial.removeFirst(end + 1)
    }

    /// A reset: what the kernels hold is lost, on both sides.
    mutating func reset() {
      guard let id = self.connection else { return }
      self.connection = nil
      self.wire = []
      self.kernel = []
      self.partial = []
      guard
        case .reopen(let retryAt) = self.push.failed(
          id, LinkFailure(.established, .reset), now: self.now)
      else { return }
      self.push.reopen(now: self.now, zone: Self.zone)
      self.now = retryAt
      if case .connect(let id) = self.push.timeReached(self.now) { self.pending = id }
      self.settle()
    }

    mutating func settle() {
      for _ in 0..<100 {
        let actions = self.push.takeSpoolActions()
        for action in actions {
          let bytes = self.disk.perform(action)
          if case .read = action { self.push.spoolRead(bytes) }
        }
        var writes: [PushWrite] = []
        self.push.takeWrites(into: &writes, now: self.now)
        if let connection {
          for write in writes {
            self.wire += write.bytes
            self.push.bytesWritten(write.bytes.count, on: connection, now: self.now)
          }
        }
        if actions.isEmpty, writes.isEmpty { return }
      }
    }

    mutating func drain() {
      for _ in 0..<10_000 {
        if self.connection == nil { self.connect() }
        self.deliverWire(1 << 20)
        self.read(1 << 20)
        if self.push.isDrained { return }
      }
    }

    /// The numbers of the lines that the receiver stored, in order.
    var storedNumbers: [Int] {
      self.stored.compactMap { line in
        line.firstRange(of: "line ").flatMap {
          Int(line[$0.upperBound...].prefix { $0.isNumber })
        }
      }
    }
  }

  @Test func withoutFailureEachLineArrivesOnceBehindTheHeader() {
    var world = World(.atLeastOnce)
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
    var world = World(.buffered)
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
    var world = World(.buffered)
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
    var world = World(mode)
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

  @Test func failuresThatGetNoFurtherAreCounted() {
    var world = World(.atLeastOnce)
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
    var world = World(.buffered, bufferBytes: 100_000)
    for _ in 0..<30 { world.log(100) }
    let totals = world.push.ledger.totals
    #expect(totals.lostQueueFull > 0)
    #expect(totals.isBalanced)
    world.drain()
    #expect(world.storedNumbers == Array(0..<Int(totals.accepted - totals.lostQueueFull)))
  }

  @Test func fullBufferDropsTheOldestWhereItIsToldTo() {
    var world = World(.buffered, bufferBytes: 400_000, overflow: .dropOldest)
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
    var world = World(.buffered)
    world.log(50)
    world.kill(tearing: 25)
    world.log(50)
    world.drain()
    #expect(world.storedNumbers == Array(0..<100))
    #expect(world.push.ledger.totals.accepted == 100)
    #expect(world.push.ledger.totals.isBalanced)
  }

  /// Lines, acknowledgements, reads, resets and deaths in any order: what was logged arrives.
  @Test(arguments: 0..<30)
  func nothingLoggedIsMissing(_ seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed), stream: "durable")
    let mode: DeliveryMode = seed % 2 == 0 ? .buffered : .atLeastOnce
    let overflow: BufferOverflow = seed % 3 == 0 ? .dropOldest : .dropNewest
    var world = World(mode, bufferBytes: seed % 5 == 0 ? 200_000 : 1 << 30, overflow: overflow)
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
      default: world.kill(tearing: Int(random.uniform(below: 60)))
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
    var world = World(seed % 2 == 0 ? .asAppliance : .buffered, bufferBytes: 150_000)
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
