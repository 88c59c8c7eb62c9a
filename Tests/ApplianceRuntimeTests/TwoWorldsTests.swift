import ApplianceModel
import ApplianceRuntime
import FileStore
import Foundation
import LogDelivery
import NIOCore
import NIOPosix
import ScenarioFiles
import Scenarios
import Simulation
import Support
import Testing

/// The same scenario in virtual time and on real sockets of loopback: what must be equal, is.
///
/// Times of the file are shortened by settings, in both worlds alike. `docs/LIVE-FAULTS.md` says
/// which figures depend on timing: of these both worlds must have some, or both none, unless a case
/// says that this too is a matter of timing.
@Suite(.serialized) struct TwoWorldsTests {
  /// A scenario, and how the figures of its ledgers are compared.
  struct Case: Sendable, CustomStringConvertible {
    let file: String
    var settings: [String] = []
    /// Those that must be equal.
    var figures: [Figure] = Figure.all
    /// Those about which nothing is said, since a figure may be none in one world by timing alone.
    var open: [Figure] = []

    /// Those of which there must be some in both worlds, or none.
    var presences: [Figure] {
      let others = Set((self.figures + self.open).map(\.name))
      return Figure.every.filter { !others.contains($0.name) }
    }

    var description: String { self.file }
  }

  struct Figure: Sendable {
    let name: String
    let value: @Sendable (LedgerTotals) -> UInt64

    static let logged = Figure(name: "logged") { $0.logged }
    static let filtered = Figure(name: "filtered") { $0.filtered }
    static let accepted = Figure(name: "accepted") { $0.accepted }
    static let received = Figure(name: "received") { $0.received }
    static let lost = Figure(name: "lost") { $0.lost }
    static let queued = Figure(name: "queued") { $0.queued }
    /// Of UDP: handed to the kernel is all that is known.
    static let written = Figure(name: "written") { $0.written }
    static let beforeThePush = [logged, filtered, accepted]
    static let all = beforeThePush + [received, lost, queued]
    static let every = all + [written]
  }

  private static let short = [
    "duration=6s", "traffic.messages=3",
  ]

  private static let cases: [Case] = [
    Case(file: "documented-reset"),
    Case(file: "ips-reset-on-signature", settings: short, figures: Figure.beforeThePush),
    Case(file: "busy-server-refuses", settings: short),
    // Each line that is logged until the RST is heard goes with the queue, and how long that takes
    // is the machine's matter; lines that the proxy's kernel acknowledged are not known as lost.
    Case(
      file: "fails-twice-then-succeeds", settings: short,
      figures: Figure.beforeThePush + [.queued]),
    Case(
      file: "server-restart",
      settings: short + ["faults.0.from=1500ms", "faults.0.back_after=2500ms"],
      figures: Figure.beforeThePush),
    Case(
      file: "udp-loss-unseen", settings: short,
      figures: Figure.beforeThePush + [.written, .lost]),
    // Set back by an hour, and nothing but stamps is otherwise.
    Case(file: "clock-set-back", settings: short + ["faults.0.from=1500ms"]),
    // How often writing is tried again, and so how many lines tell it, is a matter of milliseconds.
    Case(
      file: "disk-full",
      settings: short + ["faults.0.from=1s", "faults.0.until=3s", "faults.1.from=3500ms"],
      figures: [.lost, .queued]),
  ]

  /// What both worlds must agree on.
  private struct Story: Equatable {
    let alerts: [String]
    let failures: [String]
    let connections: Int
    let figures: [String]
  }

  @Test func theSamePlansGiveTheSameAlertsFailuresAndLedgers() async throws {
    // All at once: they wait more than they work.
    try await withThrowingTaskGroup(of: (Case, Story, Story).self) { group in
      for testCase in Self.cases {
        group.addTask {
          let scenario = try Self.scenario(testCase)
          let (simulated, memory) = ScenarioRunner(scenario, output: MemoryOutput()).run()
          let (live, output) = try await Self.runLive(scenario)
          let mails = (output as? MemoryOutput)?.mails ?? []
          return (
            testCase, Self.story(simulated, memory.mails, testCase),
            Self.story(live, mails, testCase)
          )
        }
      }
      for try await (testCase, simulated, live) in group {
        #expect(live == simulated, "\(testCase.file)")
        #expect(!simulated.figures.isEmpty)
        #expect(!simulated.figures.contains { $0.hasSuffix(" unbalanced") })
      }
    }
  }

  /// Nobody listens: the push is named at the end, in either world.
  @Test func bothWorldsSayWhatIsLeft() async throws {
    let scenario = try Self.scenario(Case(file: "wrong-port", settings: Self.short))
    let simulated = ScenarioRunner(scenario, output: NoOutput()).run().result
    let (live, _) = try await Self.runLive(scenario)
    #expect(simulated.remains == .lines(["Mail_Log": 0]))
    #expect(live.remains == simulated.remains)
  }

  private static func story(
    _ result: ScenarioResult, _ mails: [[UInt8]], _ testCase: Case
  ) -> Story {
    Story(
      alerts: mails.map { MailSubject.read($0) },
      failures: result.events.filter { $0.kind == .pushFailed }.map(\.detail),
      connections: result.events.count { $0.kind == .pushConnected },
      figures: result.ledgers.flatMap { ledger in
        testCase.figures.map {
          "\(ledger.subscription) \($0.name) \($0.value(ledger.totals))"
        }
          + testCase.presences.map {
            "\(ledger.subscription) \($0.name) \($0.value(ledger.totals) > 0 ? "some" : "none")"
          }
          // Each line that was accepted is in one class, in either world.
          + ["\(ledger.subscription) \(ledger.totals.isBalanced ? "balanced" : "unbalanced")"]
      })
  }

  static func scenario(_ testCase: Case) throws -> Scenario {
    let folder = Repository.url.appendingPathComponent("fixtures/scenarios")
    let sample = try Data(
      contentsOf: Repository.url.appendingPathComponent("appliance-config.xml"))
    let reader = ScenarioReader(
      sources: .init(
        sample: Array(sample),
        configuration: { Array(try Data(contentsOf: folder.appendingPathComponent($0))) },
        zone: { ZoneDatabase.zone(named: $0, from: $1) }))
    let file = folder.appendingPathComponent("\(testCase.file).yaml")
    return try reader.read(
      bytes: Array(try Data(contentsOf: file)), file: file.path,
      settings: testCase.settings.compactMap { ScenarioSetting($0) })
  }

  /// - Parameter readFiles: sees the output folder before it is removed.
  static func runLive(
    _ scenario: Scenario, readFiles: @Sendable (String) throws -> Void = { _ in }
  ) async throws -> (result: ScenarioResult, output: any ScenarioOutput & Sendable) {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let done = loop.makePromise(of: (ScenarioResult, MemoryOutput).self)
    let deadline = loop.scheduleTask(in: .seconds(120)) { done.fail(ChannelError.eof) }
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("two-worlds-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let folder = try OutputFolder(path: path)
    let box = NIOLoopBoundBox<LiveScenario?>.makeBoxSendingValue(nil, eventLoop: loop)
    loop.execute {
      let live = LiveScenario(
        loop: loop, scenario: scenario, output: MemoryOutput(), folder: folder, onEvent: { _ in },
        onEnd: { end in
          box.value = nil
          done.completeWith(
            end.map { ($0.result, $0.output as? MemoryOutput ?? MemoryOutput()) })
        })
      box.value = live
      live.begin()
    }
    let (result, output) = try await done.futureResult.get()
    deadline.cancel()
    try readFiles(path)
    return (result, output)
  }
}
