import ApplianceModel
import LogDelivery
import Scenarios
import Simulation
import Testing

/// A clock that is set, in virtual time.
@Suite struct ClockStepTests {
  /// Steps of a second at most are told by no line, so that nothing at all may differ but stamps:
  /// not a packet, not an attempt, not a line.
  @Test(arguments: [3, 5, 12, 14, 20, 26, 33, 45] as [UInt64])
  func smallStepsChangeNothingButStamps(_ seed: UInt64) throws {
    var plan = RandomPlan.make(seed: seed)
    plan.faults.removeAll { if case .appliance(.clockStep) = $0.kind { true } else { false } }
    let plain = try Self.run(plan)
    for number in 1...30 {
      var window = FaultWindow()
      window.from = .milliseconds(Int64(number) * 431)
      plan.faults.append(
        PlannedFault(
          .appliance(.clockStep(by: .milliseconds(number % 3 == 0 ? 700 : -950))), host: "",
          when: window))
    }
    let stepped = try Self.run(plan)
    #expect(stepped.received == plain.received)
    #expect(stepped.events == plain.events)
    #expect(stepped.totals == plain.totals)
    #expect(!plain.events.isEmpty)
    #expect(stepped.stamps != plain.stamps)
  }

  private struct Story {
    /// What each host read, stamps left out.
    var received: [String: [Substring]] = [:]
    var events: [String] = []
    var totals: [LedgerTotals] = []
    var stamps: [SimInstant] = []
  }

  private static func run(_ plan: SwarmPlan) throws -> Story {
    let (result, output) = ScenarioRunner(try plan.scenario(), output: MemoryOutput()).run()
    var story = Story()
    for (host, bytes) in output.received {
      story.received[host] = String(decoding: bytes, as: UTF8.self)
        .replacing(#/[A-Z][a-z]{2} [ 1-3]\d \d\d:\d\d:\d\d/#, with: "")
        .split(separator: "\n")
    }
    story.events = result.events.map { "\($0.kind) \($0.subscription ?? "") \($0.detail)" }
    story.stamps = result.events.map(\.instant)
    story.totals = result.ledgers.map(\.totals)
    return story
  }

  /// The clock is set forward until it leaves the years of a run.
  static func leavesTheYears() throws -> Scenario {
    var plan = RandomPlan.make(seed: 1)
    plan.faults = []
    plan.seconds = 100
    var scenario = try plan.scenario()
    for number in 1...900 {
      var window = FaultWindow()
      window.from = .milliseconds(Int64(number) * 100)
      scenario.faults.append(
        PlannedFault(.appliance(.clockStep(by: .seconds(100 * 86_400))), host: "", when: window))
    }
    return scenario
  }

  /// A clock that leaves the years of a run ends it, with an event, and traps nowhere.
  @Test func clockOutOfRangeEndsTheRun() throws {
    let scenario = try Self.leavesTheYears()
    let (result, _) = ScenarioRunner(scenario, output: MemoryOutput()).run()
    #expect(result.events.count { $0.kind == .clockOutOfRange } == 1)
    #expect(result.events.last?.kind == .applianceStopped)
    // 234 years and some are left from 2015 on.
    #expect(result.end == scenario.start.advanced(by: .milliseconds(85_700)))
  }
}
