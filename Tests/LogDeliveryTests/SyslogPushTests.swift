import ApplianceConfiguration
import LogDelivery
import LogFormats
import LogModel
import Simulation
import Testing

@Suite struct SyslogPushTests {
  private static let now = SimInstant(secondsSinceEpoch: 1_435_215_003)
  private static let zone = ZoneTransitions(name: "x", initialOffsetSeconds: 7200)

  private static func push(
    transport: SyslogPushSettings.Transport = .tcp, hasHeader: Bool = true,
    limits: PushLimits = PushLimits()
  ) -> SyslogPush {
    SyslogPush(
      tag: "Mail_Log",
      settings: SyslogPushSettings(
        host: Setting("10.44.167.30"), transport: Setting(transport)),
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
    push.takeWrites(into: &writes)
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
    push.bytesAcknowledged(UInt64(bytes - 1), on: ConnectionID(1))
    #expect(push.ledger.totals.acknowledged == 1)
    push.bytesAcknowledged(UInt64(bytes), on: ConnectionID(1))
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
    push.bytesAcknowledged(UInt64(bytes), on: ConnectionID(1))
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

  @Test func connectUnderWayHoldsTheModelForAMomentOnly() {
    var limits = PushLimits()
    limits.highWaterBytes = 10
    var push = Self.push(limits: limits)
    _ = push.start(now: Self.now, zone: Self.zone)
    #expect(push.holdsModel(now: Self.now) == true)
    #expect(push.holdsModel(now: Self.now.advanced(by: .milliseconds(250))) == false)
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
        push.bytesAcknowledged(UInt64(bytes), on: model.id)
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
