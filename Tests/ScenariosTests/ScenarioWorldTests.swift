import ApplianceConfiguration
import ApplianceModel
import LogDelivery
import Scenarios
import Simulation
import Support
import Testing

/// A scenario that its owner advances.
@Suite struct ScenarioWorldTests {
  /// Keeps the bytes, and in which calls they came.
  private struct PiecewiseOutput: ScenarioOutput {
    var memory = MemoryOutput()
    var calls: [String] = []

    mutating func perform(_ action: LogFileAction, subscription: String) {
      self.calls.append("\(subscription) \(action.hashValue)")
      self.memory.perform(action, subscription: subscription)
    }

    mutating func received(_ bytes: [UInt8], host: String) {
      self.calls.append("\(host) \(bytes.count)")
      self.memory.received(bytes, host: host)
    }

    mutating func captured(_ bytes: [UInt8], file: String) {
      self.calls.append("\(file) \(bytes.count)")
      self.memory.captured(bytes, file: file)
    }

    mutating func mailed(_ bytes: [UInt8], number: Int) {
      self.calls.append("mail \(number) \(bytes.count)")
      self.memory.mailed(bytes, number: number)
    }
  }

  private typealias Ended = (result: ScenarioResult, output: PiecewiseOutput)

  private static func run(_ scenario: Scenario, step: SimDuration) -> Ended {
    var world = ScenarioWorld(scenario, output: PiecewiseOutput())
    var elapsed = SimDuration.zero
    while elapsed < scenario.duration {
      elapsed = elapsed + step
      world.advance(to: elapsed)
      // A time that is past changes nothing.
      world.advance(to: elapsed - .milliseconds(400))
    }
    return world.end()
  }

  private static func expectSame(_ one: Ended, _ other: Ended, _ comment: Comment) {
    #expect(one.output.calls == other.output.calls, comment)
    #expect(one.output.memory.digest == other.output.memory.digest, comment)
    #expect(one.output.memory.files == other.output.memory.files, comment)
    #expect(one.output.memory.received == other.output.memory.received, comment)
    #expect(one.output.memory.captures == other.output.memory.captures, comment)
    #expect(one.output.memory.mails == other.output.memory.mails, comment)
    #expect(one.result.end == other.result.end, comment)
    #expect(one.result.events == other.result.events, comment)
    #expect(one.result.ledgers == other.result.ledgers, comment)
    #expect(one.result.linesNotKept == other.result.linesNotKept, comment)
    #expect(one.result.traffic == other.result.traffic, comment)
    #expect(one.result.pending == other.result.pending, comment)
    #expect(one.result.pendingAlertMails == other.result.pendingAlertMails, comment)
    #expect(one.result.verdicts == other.result.verdicts, comment)
    #expect(one.result.remains == other.result.remains, comment)
    #expect(one.result.packets == other.result.packets, comment)
    #expect(one.result.packetsLeftOut == other.result.packetsLeftOut, comment)
    #expect(one.result.alertMailAttempts == other.result.alertMailAttempts, comment)
    #expect(one.result.datagrams == other.result.datagrams, comment)
  }

  @Test(arguments: 1...UInt64(Thoroughness.cases(few: 8, many: 60)))
  func stepsOfAnySizeGiveTheSame(_ seed: UInt64) throws {
    let scenario = try RandomPlan.make(seed: seed).scenario()
    let atOnce = Self.run(scenario, step: scenario.duration)
    #expect(!atOnce.output.calls.isEmpty)
    #expect(!atOnce.result.events.isEmpty)
    for step in [SimDuration.seconds(1), .milliseconds(7300), .microseconds(33_333)] {
      Self.expectSame(atOnce, Self.run(scenario, step: step), "seed \(seed), step \(step)")
    }
    let (result, output) = ScenarioRunner(scenario, output: MemoryOutput()).run()
    #expect(output.digest == atOnce.output.memory.digest)
    #expect(result.events == atOnce.result.events)
    #expect(result.end == scenario.start.advanced(by: scenario.duration))
  }

  /// A clock that leaves the years of a run ends it, wherever the world is advanced to then.
  @Test func clockOutOfRangeIsTheEnd() throws {
    let scenario = try ClockStepTests.leavesTheYears()
    let atOnce = Self.run(scenario, step: scenario.duration)
    #expect(atOnce.result.end < scenario.start.advanced(by: scenario.duration))
    Self.expectSame(atOnce, Self.run(scenario, step: .milliseconds(700)), "steps")
  }

  @Test func worldEndsWhereItWasAdvancedTo() throws {
    let scenario = try RandomPlan.make(seed: 3).scenario()
    var world = ScenarioWorld(scenario, output: MemoryOutput())
    world.advance(to: .milliseconds(5500))
    let (result, _) = world.end()
    #expect(result.end == scenario.start.advanced(by: .milliseconds(5500)))
    #expect(result.events.last?.kind == .applianceStopped)
    #expect(result.events.last?.instant == result.end)

    let unmoved = ScenarioWorld(scenario, output: MemoryOutput())
    #expect(unmoved.end().result.end == scenario.start)

    var late = ScenarioWorld(scenario, output: MemoryOutput())
    late.advance(to: .seconds(1_000_000))
    #expect(late.end().result.end == scenario.start.advanced(by: scenario.duration))
  }
}
