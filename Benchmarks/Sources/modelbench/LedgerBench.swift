import ApplianceConfiguration
import LogDelivery
import LogFormats
import LogModel
import MailFlow
import Simulation
import TestKit

/// What the ledger takes of the time of a line: a push in memory, from the model to the
/// acknowledgement, and then every call that the ledger had from it, alone.
///
/// Where a line ends in the stream belongs to the ledger too, and is repeated with it.
struct LedgerBench {
  /// A call, as the push made it.
  private enum Call {
    case add(accepted: Int)
    case wrote(lines: UInt64, headerLines: UInt64, bytes: UInt64, lineEnds: [UInt32])
    case acknowledge(lines: UInt64, bytes: UInt64)
  }

  /// What the peer acknowledges at one time: each write, as at most.
  private var calls: [Call] = []

  static func measure(messages: Int, runs: Int) {
    var shares: [Double] = []
    for _ in 0..<runs {
      var bench = LedgerBench()
      let clock = ContinuousClock()
      let whole = clock.measure { bench.push(messages: messages) }
      var total: UInt64 = 0
      let alone = clock.measure { total = bench.repeatCalls() }
      precondition(total > 0, "the ledger was told of no line")
      shares.append(alone / whole)
    }
    let median = shares.sorted()[runs / 2]
    print("ledger\t\(Double(Int(median * 10_000)) / 100) % of a line's time")
  }

  private mutating func push(messages: Int) {
    var texts = TextArena()
    var flow = ModelBench.flow(messages: messages, texts: &texts)
    var settings = SyslogPushSettings(host: Setting("127.0.0.1"))
    settings.transport = Setting(.tcp)
    var push = SyslogPush(tag: "Mail_Log", settings: settings, header: nil)
    let zone = ZoneTransitions(name: "UTC+2", initialOffsetSeconds: 7200)
    let now = Fixtures.documentedInstant
    guard case .connect(let id) = push.start(now: now, zone: zone) else { return }
    _ = push.connected(id, now: now)
    var events: [LogEvent] = []
    var renderer = LogRenderer()
    var batch = RenderedBatch()
    var writes: [PushWrite] = []
    var bytes: UInt64 = 0
    while !flow.isFinished {
      flow.advance(to: .distantFuture, eventsMax: 256, into: &events)
      texts.withView { renderer.render(events, texts: $0, zone: zone, into: &batch) }
      let before = push.ledger.accepted
      push.append(batch, type: .textMail, level: .information, zone: zone)
      self.calls.append(.add(accepted: Int(push.ledger.accepted - before)))
      push.takeWrites(into: &writes, now: now)
      for write in writes {
        bytes += UInt64(write.bytes.count)
        push.bytesWritten(write.bytes.count, on: id, now: now)
        push.bytesAcknowledged(bytes, on: id, now: now)
        self.calls.append(
          .wrote(
            lines: UInt64(write.lineCount), headerLines: 0, bytes: UInt64(write.bytes.count),
            lineEnds: write.lineEnds))
        self.calls.append(
          .acknowledge(lines: push.ledger.totals.acknowledged, bytes: bytes))
      }
      writes.removeAll(keepingCapacity: true)
      batch.removeAll()
      events.removeAll(keepingCapacity: true)
    }
  }

  private func repeatCalls() -> UInt64 {
    var ledger = DeliveryLedger()
    ledger.open(
      ConnectionID(1), isDatagram: false, firstSequence: 0, now: Fixtures.documentedInstant)
    for call in self.calls {
      switch call {
      case .add(let accepted):
        ledger.add(logged: accepted, accepted: accepted)
        ledger.refuse(0)
        ledger.cut(0)
      case .wrote(let lines, let headerLines, let bytes, let lineEnds):
        var ends: [UInt32] = []
        for end in lineEnds { ends.append(end) }
        precondition(ends.count == lineEnds.count, "the ends of lines were not kept")
        ledger.wrote(lines: lines, headerLines: headerLines, bytes: bytes)
      case .acknowledge(let lines, let bytes):
        ledger.acknowledge(lines: lines, bytes: bytes)
      }
    }
    return ledger.totals.acknowledged
  }
}
