import ApplianceConfiguration
import LogDelivery
import LogFormats
import LogModel
import Simulation
import Testing

/// What a run without disk buffer leaves for the next one.
@Suite struct LedgerJournalTests {
  private static let zone = ZoneTransitions(name: "x", initialOffsetSeconds: 0)
  private static let now = SimInstant(secondsSinceEpoch: 1_435_215_003)

  private static func makePush(_ transport: SyslogPushSettings.Transport) -> SyslogPush {
    SyslogPush(
      tag: "Mail_Log",
      settings: SyslogPushSettings(host: Setting("h"), transport: Setting(transport)),
      header: HeaderLines(version: "V", serialNumber: "S"))
  }

  private static func log(_ count: Int, _ push: inout SyslogPush) {
    var batch = RenderedBatch()
    for number in 0..<count {
      batch.append(
        second: self.now.wholeSeconds, level: .information, type: .textMail, text: "n \(number)")
    }
    push.append(batch, type: .textMail, level: .information, zone: self.zone)
  }

  /// 100 lines, of which some are handed over, and fewer acknowledged.
  private static func worked(_ transport: SyslogPushSettings.Transport) -> SyslogPush {
    var push = self.makePush(transport)
    guard case .connect(let id) = push.start(now: self.now, zone: self.zone) else { return push }
    _ = push.connected(id, now: self.now)
    self.log(100, &push)
    var writes: [PushWrite] = []
    push.takeWrites(into: &writes, now: self.now)
    let bytes = writes.reduce(0) { $0 + $1.bytes.count }
    push.bytesWritten(bytes / 2, on: id, now: self.now)
    push.bytesAcknowledged(UInt64(bytes / 4), on: id, now: self.now)
    return push
  }

  @Test(arguments: [SyslogPushSettings.Transport.tcp, .udp])
  func nextRunGoesOnFromTheCounts(_ transport: SyslogPushSettings.Transport) throws {
    let before = Self.worked(transport).ledger.totals
    #expect(before.queued > 0 && before.written + before.acknowledged > 0)
    let kept = LedgerJournal(before, position: LogPosition(base: "mail.@1", bytes: 77))
    let journal = try #require(LedgerJournal(kept.bytes))
    #expect(journal == kept)
    var push = Self.makePush(transport)
    push.resume(journal, unjournalled: 11)
    let totals = push.ledger.totals
    #expect(totals.isBalanced)
    #expect(totals.accepted == 111)
    #expect(totals.queued == 0)
    #expect(totals.acknowledged == before.acknowledged)
    // A datagram that left stays written; what was under way by TCP is not known.
    #expect(totals.written == (transport == .udp ? before.written : 0))
    #expect(totals.unknown == 11 + before.queued + (transport == .udp ? 0 : before.written))
    #expect(push.ledger.settledSpans.map(\.fate) == [.processEnded])
    #expect(push.ledger.settledSpans.map(\.first) == [100])
    guard case .connect(let id) = push.start(now: Self.now, zone: Self.zone) else { return }
    _ = push.connected(id, now: Self.now)
    Self.log(5, &push)
    #expect(push.ledger.totals.accepted == 116)
    #expect(push.ledger.totals.isBalanced)
    #expect(push.ledger.recentConnections.first?.firstSequence == 111)
  }

  @Test func damagedJournalIsNone() {
    let whole = LedgerJournal(Self.worked(.tcp).ledger.totals, position: nil).bytes
    #expect(LedgerJournal(whole)?.position == nil)
    #expect(LedgerJournal([]) == nil)
    for index in whole.indices {
      var bytes = whole
      bytes[index] ^= 0x40
      #expect(LedgerJournal(bytes) == nil, "byte \(index)")
      #expect(LedgerJournal(Array(whole[..<index])) == nil)
    }
  }
}
