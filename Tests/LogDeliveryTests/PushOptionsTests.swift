import ApplianceConfiguration
import LogFormats
import LogModel
import Simulation
import Testing

@testable import LogDelivery

/// The options of a push (docs/DELIVERY.md).
@Suite struct PushOptionsTests {
  private static let now = SimInstant(secondsSinceEpoch: 1_435_215_003)
  private static let zone = ZoneTransitions(name: "x", initialOffsetSeconds: 7200)

  private static func push(
    messageBytesMax: Int? = nil, _ change: (inout DeliverySettings) -> Void
  ) -> SyslogPush {
    var delivery = DeliverySettings()
    change(&delivery)
    let settings = SyslogPushSettings(
      host: Setting("10.44.167.30"), transport: Setting(.tcp),
      messageBytesMax: messageBytesMax.map { Setting($0) }, delivery: delivery)
    return SyslogPush(
      tag: "Mail_Log", settings: settings, header: nil, hostname: "mail.example.com")
  }

  private static func connected(
    messageBytesMax: Int? = nil, _ change: (inout DeliverySettings) -> Void
  ) -> SyslogPush {
    var push = self.push(messageBytesMax: messageBytesMax, change)
    _ = push.start(now: self.now, zone: self.zone)
    _ = push.connected(ConnectionID(1), now: self.now)
    return push
  }

  private static func add(_ texts: [String], to push: inout SyslogPush) {
    var batch = RenderedBatch()
    for text in texts {
      batch.append(
        second: self.now.wholeSeconds, level: .information, type: .textMail, text: text)
    }
    push.append(batch, type: .textMail, level: .information, zone: self.zone)
  }

  private static func writes(of push: inout SyslogPush, now: SimInstant = now) -> [PushWrite] {
    var writes: [PushWrite] = []
    push.takeWrites(into: &writes, now: now)
    for write in writes { push.bytesWritten(write.bytes.count, on: ConnectionID(1), now: Self.now) }
    return writes
  }

  private static func text(_ writes: [PushWrite]) -> String {
    String(decoding: writes.flatMap(\.bytes), as: UTF8.self)
  }

  @Test func octetsAreCountedAndAcknowledgedByTheFrame() {
    var push = Self.connected { $0.framing = Setting(.octetCounting) }
    Self.add(["one", "three"], to: &push)
    let writes = Self.writes(of: &push)
    let frames = [
      "39 <22>Jun 25 08:50:03 Mail_Log: Info: one",
      "41 <22>Jun 25 08:50:03 Mail_Log: Info: three",
    ]
    #expect(Self.text(writes) == frames.joined())
    push.bytesAcknowledged(UInt64(frames[0].utf8.count), on: ConnectionID(1), now: Self.now)
    #expect(push.ledger.totals.acknowledged == 1)
    push.bytesAcknowledged(
      UInt64(frames.joined().utf8.count - 1), on: ConnectionID(1), now: Self.now)
    #expect(push.ledger.totals.acknowledged == 1)
    push.bytesAcknowledged(UInt64(frames.joined().utf8.count), on: ConnectionID(1), now: Self.now)
    #expect(push.ledger.totals.acknowledged == 2)
  }

  @Test func formAndSeverityAreTheSettings() {
    var push = Self.connected {
      $0.format = Setting(.rfc5424)
      $0.severities = [.information: Setting(.notice)]
    }
    Self.add(["x"], to: &push)
    #expect(
      Self.text(Self.writes(of: &push))
        == "<21>1 2015-06-25T08:50:03+02:00 mail.example.com Mail_Log - - - Info: x\n")
    var bare = Self.connected { $0.showsHost = Setting(true) }
    Self.add(["x"], to: &bare)
    #expect(Self.text(Self.writes(of: &bare)) == "<22>Jun 25 08:50:03 mail Mail_Log: Info: x\n")
  }

  @Test(arguments: DeliveryMode.allCases)
  func cutLinesAreCounted(_ mode: DeliveryMode) {
    var push = Self.connected(messageBytesMax: 40) { $0.mode = Setting(mode) }
    Self.add(["one", "longer than that"], to: &push)
    #expect(push.ledger.totals.cut == 1)
    let text = Self.text(Self.writes(of: &push))
    #expect(text.split(separator: "\n").map(\.utf8.count) == [39, 40])
    #expect(push.ledger.totals.isBalanced)
  }

  @Test func linesAboveTheRateWait() throws {
    var push = Self.connected {
      $0.linesPerSecond = Setting(10)
      $0.burstLines = Setting(3)
    }
    Self.add((0..<8).map { "\($0)" }, to: &push)
    #expect(Self.writes(of: &push).map(\.lineCount).reduce(0, +) == 3)
    var now = Self.now
    for left in stride(from: 4, through: 0, by: -1) {
      let next = push.wakeAt
      let wake = try #require(next)
      #expect(now.duration(to: wake) == .milliseconds(100))
      now = wake
      #expect(Self.writes(of: &push, now: now).map(\.lineCount) == [1])
      #expect(push.ledger.totals.queued == UInt64(left))
    }
    let last = push.wakeAt
    #expect(last == nil)
  }
}

@Suite struct TokenBucketTests {
  private static let start = SimInstant(secondsSinceEpoch: 0)

  /// In any pattern of asking, no more leave than the burst and the rate allow, and no fewer.
  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func rateIsKept(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let rate = 1 + Int(random.uniform(below: 5000))
    let burst = 2 + Int(random.uniform(below: 500))
    var bucket = TokenBucket(linesPerSecond: rate, burst: burst)
    var now = Self.start
    var taken = 0
    bucket.refill(now: now)
    while Self.start.duration(to: now) < .seconds(10) {
      taken += bucket.available
      bucket.take(bucket.available)
      // Less than it takes to fill the bucket, so that nothing is lost to a full one.
      let wait = Int64(random.uniform(below: UInt64(burst - 1) * 1_000_000_000 / UInt64(rate)))
      now = now.advanced(by: SimDuration(nanoseconds: wait + 1))
      bucket.refill(now: now)
    }
    taken += bucket.available
    let elapsed = Self.start.duration(to: now).nanoseconds
    #expect(taken == burst + Int(elapsed * Int64(rate) / 1_000_000_000))
  }

  @Test func longSilenceFillsItAndNoMore() {
    var bucket = TokenBucket(linesPerSecond: 1_000_000, burst: 7)
    bucket.refill(now: Self.start)
    bucket.take(7)
    #expect(bucket.nextAt == Self.start.advanced(by: SimDuration(nanoseconds: 1000)))
    bucket.refill(now: .distantFuture)
    #expect(bucket.available == 7)
    #expect(bucket.nextAt == nil)
  }

  @Test func clockThatGoesBackBringsNothing() {
    var bucket = TokenBucket(linesPerSecond: 1, burst: 1)
    bucket.refill(now: Self.start.advanced(by: .seconds(100)))
    bucket.take(1)
    bucket.refill(now: Self.start)
    #expect(bucket.available == 0)
  }
}

@Suite struct CiphertextMapTests {
  @Test func lineIsAcknowledgedWithTheLastByteOfItsRecord() {
    var map = CiphertextMap()
    // A handshake of 500 bytes, then records with 22 bytes more than they carry.
    map.sealed(plaintext: 100, ciphertext: 622)
    map.sealed(plaintext: 300, ciphertext: 844)
    let cases: [(UInt64, UInt64)] = [
      (0, 0), (621, 0), (622, 100), (843, 100), (844, 300), (9000, 300),
    ]
    for (acknowledged, expected) in cases {
      #expect(map.plaintext(acknowledged: acknowledged) == expected)
    }
  }

  @Test func newsThatComesTwiceOrLateChangesNothing() {
    var map = CiphertextMap()
    map.sealed(plaintext: 100, ciphertext: 122)
    map.sealed(plaintext: 200, ciphertext: 244)
    map.sealed(plaintext: 100, ciphertext: 300)
    map.sealed(plaintext: 200, ciphertext: 400)
    #expect(map.plaintext(acknowledged: 244) == 200)
    #expect(map.plaintext(acknowledged: 10) == 200)
  }

  @Test func piecesAreWholeLinesInOrder() {
    let ends: [UInt32] = [10_000, 16_384, 16_385, 60_000, 60_010]
    let write = PushWrite(bytes: Array(repeating: 0x0A, count: 60_010), lineEnds: ends)
    #expect(write.pieces() == [0..<16_384, 16_384..<16_385, 16_385..<60_000, 60_000..<60_010])
    #expect(PushWrite(bytes: [], lineEnds: []).pieces() == [])
  }
}
