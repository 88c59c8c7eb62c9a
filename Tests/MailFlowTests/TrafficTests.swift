import LogModel
import MailFlow
import Simulation
import Testing

@Suite struct TrafficTests {
  /// Every share lies within stated bounds of the profile's: five standard deviations or more.
  @Test func sharesFollowTheProfile() {
    var run = FlowRun(seed: 11) { settings in
      settings.messageLimit = 20_000
      settings.rate = MessageRate(messages: 100)
    }
    run.finish(eventsMax: 4096)
    let counters = run.flow.counters
    let spam = count(run.events) {
      if case .workQueue(.droppedBySpamEngine) = $0 { true } else { false }
    }
    let viruses = count(run.events) {
      if case .workQueue(.droppedByVirusEngine) = $0 { true } else { false }
    }
    let outbound = count(run.events) {
      if case .injection(.senderGroup(_, .relay, _, _, _)) = $0 { true } else { false }
    }
    let connections = counters.connections
    #expect((300...370).contains(permille(UInt64(spam), of: counters.messagesAccepted)))
    #expect((0...5).contains(permille(UInt64(viruses), of: counters.messagesAccepted)))
    #expect((125...175).contains(permille(UInt64(outbound), of: connections)))
    #expect((130...170).contains(permille(counters.connectionsRejected, of: connections)))
    #expect((5...25).contains(permille(counters.messagesAborted, of: counters.messagesInjected)))
    #expect((8...25).contains(permille(counters.hardBounces, of: counters.recipientsAccepted)))
    #expect((8...30).contains(permille(counters.softBounces, of: counters.recipientsAccepted)))
    #expect((8...35).contains(permille(counters.messagesSpamQuarantined, of: 20_000)))
    #expect((14...20).contains(run.events.count / 20_000))
  }

  /// The rate is the mean over the run: within three in a hundred.
  @Test(arguments: [ArrivalPattern.flat, .diurnal])
  func messagesComeAtTheRate(_ arrivals: ArrivalPattern) {
    var run = FlowRun(seed: 12) { settings in
      settings.messageLimit = nil
      settings.rate = MessageRate(messages: 8_640, per: .seconds(86_400))
      settings.arrivals = arrivals
    }
    let days = startOfRuns.advanced(by: .seconds(3 * 86_400))
    run.flow.advance(to: days, eventsMax: .max / 2, into: &run.events)
    #expect((25_142...26_697).contains(run.flow.counters.messagesInjected))
  }

  @Test func hourlyWeightsShapeTheDay() {
    var run = FlowRun(seed: 13) { settings in
      settings.messageLimit = nil
      settings.rate = MessageRate(messages: 20_000, per: .seconds(86_400))
      settings.arrivals = .diurnal
      settings.zone = ZoneTransitions(name: "Africa/Johannesburg", initialOffsetSeconds: 7200)
    }
    let day = startOfRuns.advanced(by: .seconds(86_400))
    run.flow.advance(to: day, eventsMax: .max / 2, into: &run.events)
    var starts = [Int](repeating: 0, count: 24)
    for event in run.events {
      guard case .reception(.started) = event.body else { continue }
      starts[CalendarStamp(event.instant, offsetSeconds: 7200).hour] += 1
    }
    // Weights 145 to 150 at nine to eleven against 21 to 24 at one to three.
    let morning = starts[9] + starts[10] + starts[11]
    let night = starts[1] + starts[2] + starts[3]
    #expect(morning > 5 * night)
    #expect(night > 0)
  }

  @Test func namesAndAddressesAreReserved() {
    var run = FlowRun(seed: 14)
    run.finish()
    let hosts = run.lines.filter { $0.contains("reverse dns host") }
    #expect(!hosts.isEmpty)
    for line in hosts {
      #expect(line.contains(".example.") || line.contains("host unknown"))
      #expect(
        ["address 198.51.100.", "address 203.0.113.", "address 10.1.2."].contains {
          line.contains($0)
        })
    }
  }

  @Test func mailComesInByItsListener() {
    var run = FlowRun(seed: 15)
    run.finish()
    for line in run.lines where line.contains("New SMTP ICID") {
      let inside = line.contains("address 10.1.2.")
      #expect(line.contains(inside ? "Data 2 (10.1.1.1)" : "Data 1 (192.0.2.10)"))
    }
  }

  @Test func withoutListenersTheFirstInterfaceTakesAll() {
    var run = FlowRun(seed: 15) { settings in
      settings.listeners = []
      settings.messageLimit = 30
    }
    run.finish()
    let lines = run.lines.filter { $0.contains("New SMTP ICID") }
    #expect(lines.allSatisfy { $0.contains("Data 1 (192.0.2.10)") })
  }

  private func count(_ events: [LogEvent], _ belongs: (LogEventBody) -> Bool) -> Int {
    events.reduce(0) { $0 + (belongs($1.body) ? 1 : 0) }
  }

  private func permille(_ part: UInt64, of whole: UInt64) -> Int {
    Int(part * 1000 / max(whole, 1))
  }
}

@Suite struct StatusLineTests {
  @Test func pairsAreInThePublishedOrder() {
    let text = StatusLine.text(MailFlowCounters())
    #expect(
      text.hasPrefix(
        "Status: CPULd 0 DskIO 0 RAMUtil 1 QKUsd 0 QKFre 8388608 CrtMID 0 CrtICID 0 CrtDCID 0 "
          + "InjMsg 0 InjRcp 0 GenBncRcp 0 RejRcp 0 DrpMsg 0 SftBncEvnt 0 CmpRcp 0 HrdBncRcp 0 "))
    #expect(
      text.hasSuffix(
        "SwPgIn 0 SwPgOut 0 SwapUsage 0% RptLd 0 QtnLd 0 EncrQ 0 InjBytes 0"))
    #expect(text.split(separator: " ").count == 1 + 2 * 64)
  }

  @Test func countersAreReal() {
    var run = FlowRun(seed: 16)
    run.finish()
    let counters = run.flow.counters
    let text = StatusLine.text(counters)
    #expect(text.contains(" CrtMID \(counters.midNewest) "))
    #expect(text.contains(" InjMsg \(counters.messagesAccepted) "))
    #expect(text.hasSuffix(" InjBytes \(counters.bytesAccepted)"))
    #expect(counters.midNewest == 300 + UInt32(counters.messagesGenerated))
  }
}
