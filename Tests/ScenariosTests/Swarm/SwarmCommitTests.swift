import ApplianceConfiguration
import Simulation
import TestKit
import Testing

/// The swarm commits, and finds what a broken commit does.
@Suite struct SwarmCommitTests {
  private static let seeds = (1...120).map(UInt64.init).filter(RandomCommits.draws)

  /// The first seed that finds a breakage, and by what.
  private static func first(
    _ planted: SwarmRun.Planted
  ) throws -> (seed: UInt64, violation: Violation)? {
    for seed in self.seeds {
      let plan = RandomPlan.make(seed: seed)
      if let first = try SwarmRun.outcome(of: plan, planted: planted).violations.first {
        return (seed, first)
      }
    }
    return nil
  }

  /// A commit that begins everything anew, so that connections are reset.
  @Test func commitThatRebuildsIsFound() throws {
    let found = try #require(try Self.first(.commitRebuilds))
    #expect(
      [.commitLeavesOthers, .commitOfNothing, .linkLegal].contains(found.violation.invariant),
      "\(found)")
    #expect(
      try SwarmRun.outcome(of: RandomPlan.make(seed: found.seed)).violations.isEmpty)
    let smallest = SwarmTests.smallest(
      RandomPlan.make(seed: found.seed), found.violation.invariant, planted: .commitRebuilds)
    #expect(smallest.plan.commits.count == 1)
    #expect(smallest.plan.commits.allSatisfy { $0.changes.count <= 1 })
    #expect(smallest.plan.faults.isEmpty)
  }

  /// Lines that waited when their subscription was removed are counted nowhere.
  @Test func removalThatForgetsLinesIsFound() throws {
    let found = try #require(try Self.first(.removalForgetsLines))
    #expect(found.violation.invariant == .endedIsClosed, "\(found)")
    #expect(
      try SwarmRun.outcome(of: RandomPlan.make(seed: found.seed)).violations.isEmpty)
    let smallest = SwarmTests.smallest(
      RandomPlan.make(seed: found.seed), .endedIsClosed, planted: .removalForgetsLines)
    #expect(smallest.plan.commits.count == 1)
    #expect(["removed", "renamed"].contains(smallest.plan.commits[0].changes[0].kind))
    #expect(SwarmTests.text(smallest.plan).contains("(not in the file: commit "))
  }

  @Test func aSeedDrawsTheSameCommits() {
    var kinds: Set<String> = []
    for seed in Self.seeds {
      let plan = RandomPlan.make(seed: seed)
      #expect(!plan.commits.isEmpty)
      #expect(plan.commits == RandomPlan.make(seed: seed).commits)
      #expect(plan.drainsAt == RandomPlan.make(seed: seed).drainsAt)
      kinds.formUnion(plan.commits.flatMap { $0.changes.map(\.kind) })
    }
    #expect(kinds == DrawnChange.kinds)
  }

  /// What a seed is kept for is no commit.
  @Test func keptSeedsCommitNothing() {
    for seed in SwarmTests.rare where seed != SwarmTests.foundByCommit {
      #expect(RandomPlan.make(seed: seed).commits.isEmpty)
    }
  }
}
