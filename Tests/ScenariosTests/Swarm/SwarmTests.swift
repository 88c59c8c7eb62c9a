import Foundation
import Scenarios
import Simulation
import Support
import Testing

/// Random appliances, networks and faults; what must hold whatever happens (docs/SWARM.md).
///
/// A few seeds run in `make test`, those that reach every exit in `make thorough`. `SWARM_SEEDS=n`
/// runs n seeds, `SWARM_FROM=k` begins at seed k, `SWARM_SHRINK=0` does not look for the smallest
/// case.
@Suite struct SwarmTests {
  private static let usual: ClosedRange<UInt64> = 1...200
  /// Drawn seeds that reach what those do not, and cases by hand.
  static let rare: [UInt64] =
    [222, 273, 429, 451, 572, 1365, 1689] + Self.found + RareCases.seeds
  /// Seeds that found a defect: a limit of the rate while a connection takes no more lines; lines
  /// for a disk buffer before it is known what an earlier push left in it.
  private static let found: [UInt64] = [5200, foundByCommit]
  static let foundByCommit: UInt64 = 2055

  private static let environment = ProcessInfo.processInfo.environment
  private static let seeds: [UInt64] = {
    let first = environment["SWARM_FROM"].flatMap(UInt64.init) ?? 1
    let count =
      environment["SWARM_SEEDS"].flatMap(UInt64.init)
      ?? Thoroughness.cases(few: 16, many: UInt64(usual.count))
    let drawn = first...(first + max(count, 1) - 1)
    let hasUsual = first == 1 && count >= 200
    return Array(drawn) + (hasUsual ? rare.filter { !drawn.contains($0) } : [])
  }()

  @Test func invariantsHoldAndEveryExitIsReached() async throws {
    let seeds = Self.seeds
    var coverage = Coverage()
    var steps = 0
    var failures: [(seed: UInt64, violation: Violation)] = []
    for (seed, outcome) in try await Self.outcomes(seeds) {
      coverage.merge(outcome.coverage, seed: seed)
      steps += outcome.steps
      if let first = outcome.violations.first { failures.append((seed, first)) }
    }
    for failure in failures.prefix(1) {
      Issue.record("\(try Self.report(failure.seed, failure.violation))")
    }
    let broken = failures.map { "\($0.seed): \($0.violation.invariant.rawValue)" }
    #expect(failures.isEmpty, "\(failures.count) seeds fail: \(broken.joined(separator: ", "))")
    let isSwarm = Self.environment["SWARM_SEEDS"] != nil
    if isSwarm {
      print(
        "\(seeds.count) seeds from \(seeds[0]), \(steps) steps, \(failures.count) failed")
      print(coverage.table(expected: Expected.reached))
      if seeds.count == 1 {
        for line in RandomPlan.make(seed: seeds[0]).notInYAML { print(line) }
      }
    }
    // Fewer seeds, or others, need not reach all.
    guard Set(seeds).isSuperset(of: Array(Self.usual) + Self.rare) else { return }
    let missing = Expected.reached.filter { coverage[$0.machine, $0.what] == 0 }
      .map { "\($0.machine.rawValue): \($0.what)" }
    #expect(missing.isEmpty, "never reached:\n\(missing.joined(separator: "\n"))")
    let surprising = Expected.unreached.keys.filter { coverage[$0.machine, $0.what] > 0 }
      .map { "\($0.machine.rawValue): \($0.what)" }
    #expect(surprising.isEmpty, "reached against the list:\n\(surprising.joined(separator: "\n"))")
  }

  private static func outcomes(
    _ seeds: [UInt64]
  ) async throws -> [(UInt64, SwarmRun.Outcome)] {
    let share = 8
    let starts = Array(stride(from: 0, to: seeds.count, by: share))
    let found = try await withThrowingTaskGroup(of: [(UInt64, SwarmRun.Outcome)].self) { group in
      for start in starts {
        group.addTask {
          try seeds[start..<min(start + share, seeds.count)].map {
            ($0, try SwarmRun.outcome(of: RandomPlan.make(seed: $0)))
          }
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    return found.sorted { $0.0 < $1.0 }
  }

  /// What failed, how to see it again, and the smallest case that fails in the same way.
  private static func report(_ seed: UInt64, _ violation: Violation) throws -> String {
    guard Self.environment["SWARM_SHRINK"] != "0" else { return "seed \(seed): \(violation)" }
    let smallest = Self.smallest(RandomPlan.make(seed: seed), violation.invariant)
    return """
      seed \(seed): \(violation)
      again: \(smallest.plan.command)
      \(Self.text(smallest.plan))
      """
  }

  static func smallest(
    _ plan: SwarmPlan, _ invariant: Invariant, planted: SwarmRun.Planted? = nil
  ) -> (plan: SwarmPlan, runs: Int) {
    var shrinker = Shrinker { plan in
      // A case that cannot be written is none.
      guard let outcome = try? SwarmRun.outcome(of: plan, planted: planted) else { return false }
      return outcome.violations.contains { $0.invariant == invariant }
    }
    let smallest = shrinker.smallest(plan)
    return (smallest, shrinker.runs)
  }

  static func text(_ plan: SwarmPlan) -> String {
    var note = "smallest that fails, for: appliance simulate FILE --output DIR\n"
    for line in plan.notInYAML { note += "(not in the file: \(line))\n" }
    return note + plan.yaml
  }
}
