import ApplianceModel
import ApplianceRuntime
import FileStore
import Foundation
import LogDelivery
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Scenarios
import Simulation
import Support
import TestKit
import Testing

/// Elapsed time and the wall clock, as a live run reads them.
@Suite struct LiveClockTests {
  private static let start = Fixtures.documentedInstant

  /// Clocks that show what a test says: how long since the start, and how far the wall is ahead.
  private final class Hands: Sendable {
    private let state = NIOLockedValueBox((elapsed: SimDuration.zero, ahead: SimDuration.zero))

    func set(elapsed: SimDuration, ahead: SimDuration) {
      self.state.withLockedValue { $0 = (elapsed, ahead) }
    }

    func read() -> LiveClock.Reading {
      let (elapsed, ahead) = self.state.withLockedValue { $0 }
      return LiveClock.Reading(
        monotonic: .seconds(77) + elapsed,
        wall: LiveClockTests.start.advanced(by: elapsed).moved(by: ahead))
    }
  }

  @Test func elapsedTimeKnowsNoSteps() {
    let hands = Hands()
    var clock = LiveClock { hands.read() }
    var random = SeededGenerator(seed: 1)
    var known = SimDuration.zero
    for number in 1...500 {
      let elapsed = SimDuration.milliseconds(Int64(number) * 250)
      let ahead = SimDuration.milliseconds(Int64(random.uniform(in: -40...40)))
      hands.set(elapsed: elapsed, ahead: ahead)
      let (now, news) = clock.read()
      #expect(now == Self.start.advanced(by: elapsed))
      let change = ahead - known
      if max(change, .zero - change) < LiveClock.jitter {
        #expect(news == .none)
      } else {
        #expect(news == .set(to: now.advanced(by: ahead)))
        known = ahead
      }
      #expect(clock.offset == known)
    }
  }

  @Test func timesThatNoInstantCanHaveAreSaid() {
    let hands = Hands()
    var clock = LiveClock { hands.read() }
    hands.set(elapsed: .seconds(1), ahead: SimDuration(nanoseconds: .max))
    #expect(clock.read().news == .outOfRange)
    hands.set(elapsed: .seconds(2), ahead: .zero)
    #expect(clock.read().news == .none)
    for _ in 0..<300 { clock.setWall(by: .seconds(366 * 86_400)) }
    let (now, news) = clock.read()
    #expect(news == .outOfRange)
    #expect(now == Self.start.advanced(by: .seconds(2)))
    for _ in 0..<700 { clock.setWall(by: .seconds(-366 * 86_400)) }
    #expect(clock.read().news == .outOfRange)
  }

  @Test func systemClocksAreReadTogether() throws {
    var clock = LiveClock()
    let wall = try #require(LiveClock.wall())
    let first = clock.read()
    let second = clock.read()
    #expect(first.now <= second.now)
    #expect(clock.elapsed() >= second.now)
    // A minute: that the machine's clock is set just now is not what is asked.
    #expect(abs(first.now.duration(to: wall).nanoseconds) < 60_000_000_000)
  }

  /// A wall clock that shows no year of a run ends it, with an outcome of its own.
  @Test func runEndsWhenTheClockLeavesItsYears() async throws {
    let hands = Hands()
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let done = loop.makePromise(of: LiveOutcome.self)
    let deadline = loop.scheduleTask(in: .seconds(120)) { done.fail(ChannelError.eof) }
    let events = NIOLockedValueBox<[RunEvent]>([])
    loop.execute {
      var live: LiveAppliance?
      do {
        live = try LiveAppliance(
          loop: loop, configuration: Fixtures.configuration(subscriptions: [Fixtures.files()]),
          zone: Fixtures.johannesburg, options: ApplianceOptions(), settings: LiveSettings(),
          output: nil, clock: LiveClock { hands.read() },
          onEvent: { event in events.withLockedValue { $0.append(event) } },
          onEnd: { outcome in
            live = nil
            done.succeed(outcome)
          })
        live?.start()
        hands.set(elapsed: .seconds(1), ahead: SimDuration(nanoseconds: .max))
      } catch {
        done.fail(error)
      }
    }
    #expect(try await done.futureResult.get() == .outOfTime)
    deadline.cancel()
    #expect(events.withLockedValue { $0 }.map(\.kind).contains(.clockOutOfRange))
  }

  /// On real sockets: the clock is set back by an hour while a push waits to connect again, and
  /// forward by a day later; the push connects at its time, the traffic goes on at its rate, and
  /// what the log announces holds.
  @Test func clockThatIsSetStopsNothing() async throws {
    var scenario = try TwoWorldsTests.scenario(
      TwoWorldsTests.Case(
        file: "server-restart",
        settings: [
          "duration=9s", "traffic.rate=20", "traffic.messages=1000", "faults.0.from=1s",
          "faults.0.back_after=1500ms",
        ]))
    for (from, step) in [(2000, -3600), (4000, 86_400)] as [(Int64, Int64)] {
      var window = FaultWindow()
      window.from = .milliseconds(from)
      scenario.faults.append(
        PlannedFault(.appliance(.clockStep(by: .seconds(step))), host: "", when: window))
    }
    let log = NIOLockedValueBox<[String]>([])
    let (live, _) = try await TwoWorldsTests.runLive(scenario) { path in
      let folder = path + "/logs/mail_logs"
      let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      let lines = try names.flatMap { name in
        try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8).split(separator: "\n")
      }
      log.withLockedValue { $0 = lines.map(String.init) }
    }
    let lines = log.withLockedValue { $0 }
    let intervals = MailLogIntervals(lines)
    #expect(intervals.problems.isEmpty)
    #expect(intervals.steps == 2)
    #expect(intervals.checked[.idleDelivery] ?? 0 > 1)
    #expect(live.events.count { $0.kind == .clockStepped } == 2)
    #expect(live.events.count { $0.kind == .pushConnected } == 2)
    let (simulated, _) = ScenarioRunner(scenario, output: MemoryOutput()).run()
    // The last instants of the two worlds are not the same: a busy machine ends its run late. But
    // no more than a second's lines of nine are missing, and no day's lines come at once.
    let expected = try #require(simulated.ledgers.first).totals.logged
    let found = try #require(live.ledgers.first).totals.logged
    #expect(found + expected / 9 >= expected)
    #expect(found < 10 * expected)
  }
}
