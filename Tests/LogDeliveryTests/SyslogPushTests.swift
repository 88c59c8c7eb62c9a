import ApplianceConfiguration
import LogDelivery
import LogFormats
import LogModel
import Simulation
import Support
import Testing

@Suite struct SyslogPushTests {
  private static let now = SimInstant(secondsSinceEpoch: 1_435_215_003)
  private static let zone = ZoneTransitions(name: "x", initialOffsetSeconds: 7200)

  private static func push(
    transport: SyslogPushSettings.Transport = .tcp, hasHeader: Bool = true,
    messageBytesMax: Int? = nil, limits: PushLimits = PushLimits()
  ) -> SyslogPush {
    SyslogPush(
      tag: "Mail_Log",
      settings: SyslogPushSettings(
        host: Setting("10.44.167.30"), transport: Setting(transport),
        messageBytesMax: messageBytesMax.map { Setting($0) }),
      header: hasHeader ? HeaderLines(version: "V", serialNumber: "S") : nil, limits: limits)
  }

  private static func batch(_ count: Int, level: LogLevel = .information) -> RenderedBatch {
    var batch = RenderedBatch()
    for number in 0..<count {
      batch.append(
        second: self.now.wholeSeconds, level: level, type: .textMail, text: "line \(number)")
    }
    return batch
  }

  private static func add(_ count: Int, to push: inout SyslogPush) {
    push.append(self.batch(count), type: .textMail, level: .information, zone: self.zone)
  }

  private static func writes(of push: inout SyslogPush) -> [PushWrite] {
    var writes: [PushWrite] = []
    push.takeWrites(into: &writes, now: Self.now)
    return writes
  }

  @Test func freshConnectionSendsItsFirstLineAlone() {
    var push = Self.push()
    _ = push.start(now: Self.now, zone: Self.zone)
    Self.add(100, to: &push)
    #expect(Self.writes(of: &push).isEmpty)
    _ = push.connected(ConnectionID(1), now: Self.now)
    #expect(Self.writes(of: &push).map(\.lineCount) == [1, 102])
  }

  @Test func idleConnectionWritesLineByLineAndABacklogAtOnce() {
    var push = Self.push(hasHeader: false)
    _ = push.start(now: Self.now, zone: Self.zone)
    _ = push.connected(ConnectionID(1), now: Self.now)
    Self.add(3, to: &push)
    let first = Self.writes(of: &push)
    #expect(first.map(\.lineCount) == [1, 2])
    let bytes = first.reduce(0) { $0 + $1.bytes.count }
    push.bytesWritten(bytes, on: ConnectionID(1), now: Self.now)
    Self.add(100, to: &push)
    #expect(Self.writes(of: &push).map(\.lineCount) == [100])
  }

  @Test func notMoreIsHandedThanTheSocketMayOwe() {
    var limits = PushLimits()
    limits.unwrittenBytesMax = 1
    var push = Self.push(hasHeader: false, limits: limits)
    _ = push.start(now: Self.now, zone: Self.zone)
    _ = push.connected(ConnectionID(1), now: Self.now)
    Self.add(5, to: &push)
    let line = Self.writes(of: &push)
    #expect(line.map(\.lineCount) == [1])
    #expect(Self.writes(of: &push).isEmpty)
    push.bytesWritten(line[0].bytes.count, on: ConnectionID(1), now: Self.now)
    #expect(Self.writes(of: &push).map(\.lineCount) == [1])
  }

  @Test func fullQueueRefusesNewLinesAndCountsThem() {
    var limits = PushLimits()
    limits.queueBytesMax = 200
    var push = Self.push(hasHeader: false, limits: limits)
    _ = push.start(now: Self.now, zone: Self.zone)
    Self.add(50, to: &push)
    let totals = push.ledger.totals
    #expect(totals.lostQueueFull + totals.queued == 50)
    #expect(totals.lostQueueFull > 0)
    #expect(totals.isBalanced)
    _ = push.connected(ConnectionID(1), now: Self.now)
    let text = String(decoding: Self.writes(of: &push).flatMap(\.bytes), as: UTF8.self)
    #expect(text.hasPrefix("<22>Jun 25 08:50:03 Mail_Log: Info: line 0\n"))
  }

  @Test func acknowledgedCountsLinesWhoseLastByteIs() {
    var push = Self.push()
    _ = push.start(now: Self.now, zone: Self.zone)
    _ = push.connected(ConnectionID(1), now: Self.now)
    Self.add(2, to: &push)
    let bytes = Self.writes(of: &push).reduce(0) { $0 + $1.bytes.count }
    push.bytesWritten(bytes, on: ConnectionID(1), now: Self.now)
    push.bytesAcknowledged(UInt64(bytes - 1), on: ConnectionID(1), now: Self.now)
    #expect(push.ledger.totals.acknowledged == 1)
    push.bytesAcknowledged(UInt64(bytes), on: ConnectionID(1), now: Self.now)
    #expect(push.ledger.totals.acknowledged == 2)
    #expect(push.ledger.recentConnections[0].headerLinesWritten == 3)
    #expect(push.isDrained == true)
  }

  @Test func acknowledgementBeforeTheWriteIsKnownCountsAsWritten() {
    var push = Self.push(hasHeader: false)
    _ = push.start(now: Self.now, zone: Self.zone)
    _ = push.connected(ConnectionID(1), now: Self.now)
    Self.add(2, to: &push)
    let bytes = Self.writes(of: &push).reduce(0) { $0 + $1.bytes.count }
    push.bytesAcknowledged(UInt64(bytes), on: ConnectionID(1), now: Self.now)
    #expect(push.ledger.totals.acknowledged == 2)
    #expect(push.ledger.totals.queued == 0)
    #expect(push.ledger.totals.isBalanced)
    // The news that was overtaken changes nothing.
    push.bytesWritten(bytes, on: ConnectionID(1), now: Self.now)
    #expect(push.ledger.totals.acknowledged == 2)
    #expect(push.ledger.totals.isBalanced)
    Self.add(1, to: &push)
    let more = Self.writes(of: &push).reduce(0) { $0 + $1.bytes.count }
    push.bytesWritten(more, on: ConnectionID(1), now: Self.now)
    #expect(push.ledger.totals.written == 1)
  }

  @Test func datagramsAreNeverAcknowledged() {
    var push = Self.push(transport: .udp)
    _ = push.start(now: Self.now, zone: Self.zone)
    _ = push.connected(ConnectionID(1), now: Self.now)
    Self.add(4, to: &push)
    let bytes = Self.writes(of: &push).reduce(0) { $0 + $1.bytes.count }
    push.bytesWritten(bytes, on: ConnectionID(1), now: Self.now)
    #expect(push.ledger.totals.written == 4)
    #expect(push.isDrained == true)
    _ = push.close(now: Self.now)
    #expect(push.ledger.totals.written == 4)
    #expect(push.ledger.totals.lost == 0)
  }

  @Test func receiptIsBoundedByWhatWasWritten() {
    var push = Self.push()
    _ = push.start(now: Self.now, zone: Self.zone)
    _ = push.connected(ConnectionID(1), now: Self.now)
    Self.add(2, to: &push)
    let bytes = Self.writes(of: &push).reduce(0) { $0 + $1.bytes.count }
    push.bytesWritten(bytes, on: ConnectionID(1), now: Self.now)
    push.receiverRead(lines: 2, on: ConnectionID(1))
    #expect(push.ledger.totals.received == 0)
    push.receiverRead(lines: 99, on: ConnectionID(1))
    #expect(push.ledger.totals.received == 2)
    push.receiverRead(lines: 99, on: ConnectionID(7))
    #expect(push.ledger.totals.isBalanced)
  }

  /// The receiver's news may overtake the socket's.
  @Test func whatWasReadWasWritten() {
    var push = Self.push()
    _ = push.start(now: Self.now, zone: Self.zone)
    _ = push.connected(ConnectionID(1), now: Self.now)
    Self.add(4, to: &push)
    let bytes = Self.writes(of: &push).reduce(0) { $0 + $1.bytes.count }
    push.receiverRead(lines: 5, on: ConnectionID(1))
    #expect(push.ledger.totals.received == 2)
    #expect(push.ledger.totals.queued == 2)
    push.bytesWritten(bytes, on: ConnectionID(1), now: Self.now)
    push.bytesAcknowledged(UInt64(bytes), on: ConnectionID(1), now: Self.now)
    #expect(push.ledger.totals.received == 2)
    #expect(push.ledger.totals.acknowledged == 2)
    #expect(push.ledger.recentConnections[0].bytesWritten == UInt64(bytes))
    #expect(push.ledger.totals.isBalanced)
  }

  @Test func acknowledgementOfMoreThanWasHandedIsIgnored() {
    var push = Self.push(hasHeader: false)
    _ = push.start(now: Self.now, zone: Self.zone)
    _ = push.connected(ConnectionID(1), now: Self.now)
    Self.add(2, to: &push)
    let bytes = Self.writes(of: &push).reduce(0) { $0 + $1.bytes.count }
    push.bytesAcknowledged(UInt64(bytes + 1), on: ConnectionID(1), now: Self.now)
    #expect(push.ledger.totals.acknowledged == 0)
    #expect(push.ledger.totals.queued == 2)
  }

  @Test func newsBehindAFailureChangesNothing() {
    var push = Self.push(hasHeader: false)
    _ = push.start(now: Self.now, zone: Self.zone)
    _ = push.connected(ConnectionID(1), now: Self.now)
    Self.add(3, to: &push)
    let writes = Self.writes(of: &push)
    push.bytesWritten(writes[0].bytes.count, on: ConnectionID(1), now: Self.now)
    _ = push.failed(ConnectionID(1), LinkFailure(.established, .reset), now: Self.now)
    push.reopen(now: Self.now, zone: Self.zone)
    push.bytesWritten(writes[1].bytes.count, on: ConnectionID(1), now: Self.now)
    push.bytesAcknowledged(10_000, on: ConnectionID(1), now: Self.now)
    let totals = push.ledger.totals
    // One was written and never acknowledged, two were handed over and not taken.
    #expect(totals.lostUnacknowledged == 1)
    #expect(totals.lostQueueDiscarded == 2)
    #expect(totals.isBalanced)
    let again = push.failed(ConnectionID(1), LinkFailure(.established, .reset), now: Self.now)
    #expect(again == .ignore)
  }

  /// The first line of a stream has its own number, also when lines behind it were refused.
  @Test func firstSequenceIsThatOfTheStreamsFirstLine() {
    var limits = PushLimits()
    limits.queueBytesMax = 300
    var push = Self.push(hasHeader: false, limits: limits)
    _ = push.start(now: Self.now, zone: Self.zone)
    Self.add(50, to: &push)
    _ = push.connected(ConnectionID(1), now: Self.now)
    _ = push.failed(ConnectionID(1), LinkFailure(.established, .reset), now: Self.now)
    push.reopen(now: Self.now, zone: Self.zone)
    Self.add(50, to: &push)
    _ = push.timeReached(Self.now.advanced(by: .seconds(1)))
    _ = push.connected(ConnectionID(2), now: Self.now)
    #expect(push.ledger.recentConnections.map(\.firstSequence) == [0, 50])
  }

  @Test func connectionsBeyondTheBoundAreFoldedIntoTheSum() {
    var push = Self.push(hasHeader: false)
    _ = push.start(now: Self.now, zone: Self.zone)
    var now = Self.now
    for number in 1...UInt32(DeliveryLedger.connectionsMax + 5) {
      let id = ConnectionID(number)
      _ = push.connected(id, now: now)
      Self.add(2, to: &push)
      let writes = Self.writes(of: &push)
      push.bytesWritten(writes.reduce(0) { $0 + $1.bytes.count }, on: id, now: now)
      push.bytesAcknowledged(UInt64(writes[0].bytes.count), on: id, now: now)
      _ = push.failed(id, LinkFailure(.established, .reset), now: now)
      push.reopen(now: now, zone: Self.zone)
      now = now.advanced(by: .seconds(61))
      _ = push.timeReached(now)
    }
    let count = UInt64(DeliveryLedger.connectionsMax + 5)
    #expect(push.ledger.recentConnections.count == DeliveryLedger.connectionsMax)
    #expect(push.ledger.totals.acknowledged == count)
    #expect(push.ledger.totals.lostUnacknowledged == count)
    #expect(push.ledger.totals.isBalanced)
  }

  /// Whatever is added and taken when: the writes behind one another are the lines.
  @Test(arguments: 1...Thoroughness.cases(few: UInt64(1), many: 10))
  func writesAreTheLinesInOrder(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    // Longer than a chunk, and than what a configuration may allow.
    var push = Self.push(hasHeader: false, messageBytesMax: 100_000)
    _ = push.start(now: Self.now, zone: Self.zone)
    _ = push.connected(ConnectionID(1), now: Self.now)
    var expected: [String] = []
    var stream: [UInt8] = []
    for round in 0..<60 {
      var batch = RenderedBatch()
      for number in 0..<Int(random.uniform(below: 400)) {
        let length = random.chance(permille: 5) ? 70_000 : Int(random.uniform(below: 200))
        let text = "\(round).\(number) " + String(repeating: "x", count: length)
        batch.append(
          second: Self.now.wholeSeconds, level: .information, type: .textMail, text: text)
        expected.append("<22>Jun 25 08:50:03 Mail_Log: Info: \(text)")
      }
      push.append(batch, type: .textMail, level: .information, zone: Self.zone)
      for _ in 0..<random.uniform(below: 3) {
        for write in Self.writes(of: &push) {
          #expect(write.lineEnds.last.map(Int.init) == write.bytes.count)
          #expect(write.lineEnds.allSatisfy { write.bytes[Int($0) - 1] == 0x0A })
          stream += write.bytes
          push.bytesWritten(write.bytes.count, on: ConnectionID(1), now: Self.now)
        }
      }
    }
    while push.ledger.totals.queued > 0 {
      for write in Self.writes(of: &push) {
        stream += write.bytes
        push.bytesWritten(write.bytes.count, on: ConnectionID(1), now: Self.now)
      }
    }
    let lines = String(decoding: stream, as: UTF8.self).split(separator: "\n").map(String.init)
    #expect(lines == expected)
    #expect(push.ledger.totals.written + push.ledger.totals.lostQueueFull == UInt64(expected.count))
  }

  @Test func connectUnderWayHoldsTheModelForAMomentOnly() {
    var limits = PushLimits()
    limits.highWaterBytes = 10
    var push = Self.push(limits: limits)
    _ = push.start(now: Self.now, zone: Self.zone)
    #expect(push.holdsModel(now: Self.now) == true)
    #expect(push.holdsModel(now: Self.now.advanced(by: .seconds(2))) == false)
    _ = push.failed(ConnectionID(1), LinkFailure(.connecting, .refused), now: Self.now)
    #expect(push.holdsModel(now: Self.now) == false)
  }

  /// Random events against a model that holds one fate a line; the ledger balances behind each.
  @Test(arguments: 1...40)
  func ledgerIsThatOfANaiveModel(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var limits = PushLimits()
    limits.queueBytesMax = 4000
    limits.unwrittenBytesMax = 800
    var push = Self.push(limits: limits)
    var model = NaivePush(queueBytesMax: 4000)
    var now = Self.now
    model.open(header: 3)
    _ = push.start(now: now, zone: Self.zone)
    for _ in 0..<400 {
      now = now.advanced(by: .milliseconds(100))
      switch random.uniform(below: 7) {
      case 0, 1:
        let count = Int(random.uniform(below: 12))
        Self.add(count, to: &push)
        for number in 0..<count { model.add(bytes: 42 + (number > 9 ? 2 : 1)) }
      case 2:
        if case .connect = push.timeReached(now) { model.connectStarts() }
        if model.connecting, push.connected(model.id, now: now) == .startSending {
          model.connected()
        }
      case 3:
        let writes = Self.writes(of: &push)
        model.hand(writes.reduce(0) { $0 + $1.lineCount })
      case 4:
        let bytes = model.handedBytes(upTo: Int(random.uniform(below: 4)))
        push.bytesWritten(bytes, on: model.id, now: now)
        model.wrote(bytes)
      case 5:
        let bytes =
          model.writtenBytes > 0 ? Int(random.uniform(below: UInt64(model.writtenBytes + 1))) : 0
        push.bytesAcknowledged(UInt64(bytes), on: model.id, now: now)
        model.acknowledge(bytes)
      default:
        guard random.chance(permille: 300), model.isUnderWay else { continue }
        let action = push.failed(model.id, LinkFailure(.established, .reset), now: now)
        #expect(action != .ignore)
        model.fail()
        push.reopen(now: now, zone: Self.zone)
        model.open(header: 3)
      }
      let totals = push.ledger.totals
      #expect(totals.isBalanced)
      #expect(model.counts == NaivePush.Counts(totals), "seed \(seed)")
    }
  }
}
