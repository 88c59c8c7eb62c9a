import LogFormats
import LogModel
import Simulation
import Testing

private func lines(_ batch: borrowing RenderedBatch) -> [String] {
  let bytes = batch.bytes.array
  return batch.lines.map { String(decoding: bytes[Int($0.start)..<Int($0.end)], as: UTF8.self) }
}

@Suite struct LogRendererTests {
  @Test func eachFormIsTheGoldenLine() {
    var text = GoldenTexts()
    let table =
      injectionTable(&text) + receptionTable(&text) + verdictTable(&text)
      + dispositionTable(&text) + deliveryTable(&text) + bounceTable(&text)
    let events = table.map { LogEvent(at: goldenStamp, $0.body) }
    var batch = RenderedBatch()
    var renderer = LogRenderer()
    text.arena.withView { view in
      renderer.render(events, texts: view, offsetSeconds: 7200, into: &batch)
    }
    let rendered = lines(batch)
    #expect(rendered.count == table.count)
    for (found, wanted) in zip(rendered, table) {
      #expect(found == "Info: " + wanted.line)
    }
    #expect(!rendered.contains { $0.utf8.contains(0x0A) || $0.utf8.contains(0x0D) })
  }

  @Test func levelTypeAndStampReachTheLine() {
    var arena = TextArena()
    let text = arena.intern("Log Error: Subscription Mail_Log: x")
    let event = LogEvent(at: goldenStamp, .text(text), type: .status, level: .critical)
    var batch = RenderedBatch()
    var renderer = LogRenderer()
    arena.withView { view in
      renderer.render([event], texts: view, offsetSeconds: 0, into: &batch)
    }
    #expect(lines(batch) == ["Critical: Log Error: Subscription Mail_Log: x"])
    #expect(batch.lines.map(\.type) == [.status])
    #expect(batch.lines.map(\.level) == [.critical])
    #expect(batch.lines.map(\.second) == [goldenStamp.wholeSeconds])
  }

  @Test func overriddenStampMovesTheInstantThatALineNames() {
    let arena = TextArena()
    let due = goldenStamp.advanced(by: .seconds(3600))
    let event = LogEvent(at: goldenStamp, .pendingTill(MID(4), RIDSet(first: 1), due))
    var batch = RenderedBatch()
    var renderer = LogRenderer()
    arena.withView { view in
      renderer.render(
        [event], texts: view, stampOverride: SimInstant(secondsSinceEpoch: 0), offsetSeconds: 0,
        into: &batch)
    }
    #expect(lines(batch) == ["Info: Message 4 to RID [0] pending till Thu Jan  1 01:00:00 1970"])
    #expect(batch.lines.map(\.second) == [0])
  }

  @Test func longTextsFit() {
    var arena = TextArena()
    let long = arena.intern(String(repeating: "x", count: 20_000))
    let address = EnvelopeAddress(localPart: long, localNumber: .max, domain: long)
    let event = LogEvent(
      at: goldenStamp, .hardBounce(DCID(1), MID(1), RID(0), .greylisted, address))
    var batch = RenderedBatch()
    var renderer = LogRenderer()
    arena.withView { view in
      renderer.render([event, event], texts: view, offsetSeconds: 0, into: &batch)
    }
    #expect(batch.count == 2)
    #expect(batch.lines.allSatisfy { $0.end - $0.start > 2 * 8192 })
  }

  @Test(arguments: [0, 9, 10, 99, 100, 999, 1000, 54_321, 999_999, 1_000_000, 98_765_432, .max])
  func identifiersAreDecimal(_ number: UInt32) {
    let arena = TextArena()
    var batch = RenderedBatch()
    var renderer = LogRenderer()
    arena.withView { view in
      renderer.render(
        [LogEvent(at: goldenStamp, .deliveryClosed(DCID(number)))], texts: view, offsetSeconds: 0,
        into: &batch)
    }
    #expect(lines(batch) == ["Info: DCID \(number) close"])
  }

  @Test func eventStaysSmall() {
    #expect(MemoryLayout<LogEvent>.stride <= 64)
  }
}
