import Foundation
import LogFormats
import LogModel
import Simulation
import Support
import Testing

private func lines(_ batch: borrowing RenderedBatch) -> [String] {
  let bytes = batch.bytes.array
  return batch.lines.map { String(decoding: bytes[Int($0.start)..<Int($0.end)], as: UTF8.self) }
}

private let goldenZone = ZoneTransitions(
  name: "Africa/Johannesburg", initialOffsetSeconds: 7200)

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
      renderer.render(events, texts: view, zone: goldenZone, into: &batch)
    }
    let rendered = lines(batch)
    #expect(rendered.count == table.count)
    for (found, wanted) in zip(rendered, table) {
      #expect(found == "Info: " + wanted.line)
    }
    #expect(!rendered.contains { $0.utf8.contains(0x0A) || $0.utf8.contains(0x0D) })
  }

  /// Every form, and every word of the forms that have a choice of words, by the declarations.
  @Test func theTableHasEveryForm() throws {
    let sources = try ["LogEvent", "LogEventBody"].map {
      try String(
        contentsOf: Repository.url.appendingPathComponent("Sources/Core/LogModel/\($0).swift"),
        encoding: .utf8)
    }
    // Two parts may have a case of one name, so each is looked for with its type.
    let cases = sources.joined().split(separator: "\npublic enum ").flatMap { part in
      part.matches(of: /\n  case ([a-zA-Z0-9_, ]+)/).flatMap { match in
        match.1.split(separator: ",").map {
          part.prefix { $0 != ":" } + "." + $0.trimmingCharacters(in: .whitespaces)
        }
      }
    }
    #expect(cases.count > 100)
    var text = GoldenTexts()
    let table =
      injectionTable(&text) + receptionTable(&text) + verdictTable(&text)
      + dispositionTable(&text) + deliveryTable(&text) + bounceTable(&text)
    let words = Set(
      table.flatMap {
        "LogEventBody.\($0.body)".split { !($0.isLetter || $0.isNumber || "_.".contains($0)) }
      }.map { $0.split(separator: ".").suffix(2).joined(separator: ".") })
    let missing = cases.filter { !words.contains($0) }
    #expect(missing.isEmpty, "\(missing)")
  }

  @Test func levelTypeAndStampReachTheLine() {
    var arena = TextArena()
    let text = arena.intern("Log Error: Subscription Mail_Log: x")
    let event = LogEvent(at: goldenStamp, .text(text), type: .status, level: .critical)
    var batch = RenderedBatch()
    var renderer = LogRenderer()
    arena.withView { view in
      renderer.render([event], texts: view, zone: .utc, into: &batch)
    }
    #expect(lines(batch) == ["Critical: Log Error: Subscription Mail_Log: x"])
    #expect(batch.lines.map(\.type) == [.status])
    #expect(batch.lines.map(\.level) == [.critical])
    #expect(batch.lines.map(\.second) == [goldenStamp.wholeSeconds])
  }

  /// What a line names moves with its stamp, and by the offset that the zone has then; a stamp does
  /// not come before the one that is given.
  @Test func stampsAndWhatLinesNameAreMovedTogether() {
    let arena = TextArena()
    let change = goldenStamp.advanced(by: .seconds(7200))
    let zone = ZoneTransitions(
      name: "x", initialOffsetSeconds: 7200, transitions: [.init(start: change, offsetSeconds: 0)])
    let events = [0, 500_000_000, 999_999_999, 1_000_000_000].map { (after: Int64) in
      let instant = SimInstant(secondsSinceEpoch: goldenStamp.wholeSeconds)
        .advanced(by: SimDuration(nanoseconds: after))
      return LogEvent(
        at: instant,
        .pendingTill(MID(4), RIDSet(first: 1), instant.advanced(by: .seconds(3600))))
    }
    var batch = RenderedBatch()
    var renderer = LogRenderer()
    let stamps = LineStamps.moved(
      by: .seconds(3600),
      notBefore: SimInstant(secondsSinceEpoch: goldenStamp.wholeSeconds + 3600)
        .advanced(by: .milliseconds(1500)))
    arena.withView { view in
      renderer.render(events, texts: view, stamps: .own, zone: zone, into: &batch)
      renderer.render(events, texts: view, stamps: stamps, zone: zone, into: &batch)
    }
    let second = goldenStamp.wholeSeconds
    #expect(batch.lines.map(\.second) == [0, 0, 0, 1, 3601, 3601, 3601, 3601].map { second + $0 })
    let told = lines(batch).map { $0.suffix(24) }
    let till = zone.stamp(at: SimInstant(secondsSinceEpoch: second + 3600)).ctime
    let moved = zone.stamp(at: SimInstant(secondsSinceEpoch: second + 7200)).ctime
    #expect(told[0] == till && told[4] == moved)
  }

  @Test func overriddenStampMovesTheInstantThatALineNames() {
    let arena = TextArena()
    let due = goldenStamp.advanced(by: .seconds(3600))
    let event = LogEvent(at: goldenStamp, .pendingTill(MID(4), RIDSet(first: 1), due))
    var batch = RenderedBatch()
    var renderer = LogRenderer()
    arena.withView { view in
      renderer.render(
        [event], texts: view, stamps: .fixed(SimInstant(secondsSinceEpoch: 0)), zone: .utc,
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
      at: goldenStamp, .delivery(.hardBounce(DCID(1), MID(1), RID(0), .greylisted, address)))
    var batch = RenderedBatch()
    var renderer = LogRenderer()
    arena.withView { view in
      renderer.render([event, event], texts: view, zone: .utc, into: &batch)
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
        [LogEvent(at: goldenStamp, .delivery(.closed(DCID(number))))], texts: view, zone: .utc,
        into: &batch)
    }
    #expect(lines(batch) == ["Info: DCID \(number) close"])
  }

  @Test func eventStaysSmall() {
    #expect(MemoryLayout<LogEvent>.stride <= 64)
  }
}
