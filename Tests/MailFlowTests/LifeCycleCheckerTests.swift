import LogModel
import MailFlow
import Testing

/// The second model must notice what it is there for.
@Suite struct LifeCycleCheckerTests {
  /// What may be neither missing nor told twice.
  private func isEssential(_ body: LogEventBody) -> Bool {
    switch body {
    case .injection(.newConnection), .injection(.closed), .reception(.started), .reception(.ready),
      .messageFinished, .delivery(.newConnection), .delivery(.started),
      .delivery(.done), .delivery(.closed):
      true
    default: false
    }
  }

  private func isFaultless(_ events: [LogEvent]) -> Bool {
    var checker = LifeCycleChecker()
    checker.read(events)
    return checker.problems.isEmpty && checker.openCount == 0
  }

  @Test func missingAndDoubledEventsAreNoticed() {
    var run = FlowRun(seed: 21) { $0.messageLimit = 40 }
    run.finish()
    #expect(isFaultless(run.events))
    for (index, event) in run.events.enumerated() where isEssential(event.body) {
      var missing = run.events
      missing.remove(at: index)
      let isMissed = !isFaultless(missing)
      #expect(isMissed, "without \(event.body)")
      var doubled = run.events
      doubled.insert(event, at: index)
      let isDoubled = !isFaultless(doubled)
      #expect(isDoubled, "twice \(event.body)")
    }
  }

  @Test func timeThatGoesBackIsNoticed() {
    var run = FlowRun(seed: 21) { $0.messageLimit = 5 }
    run.finish()
    var events = run.events
    events[events.count / 2].instant = events[0].instant
    #expect(!isFaultless(events))
  }
}
