import ApplianceConfiguration
import ScenarioFiles
import Scenarios
import Simulation
import Support
import Testing

/// The swarm can fail, and says so with the smallest case.
@Suite struct ShrinkerTests {
  private static let planted = SwarmRun.Planted.whatever { plan in
    let names = Set(plan.faults.map { $0.kind.name })
    return names.isSuperset(of: ["crash", "latency"]) ? "both are there" : nil
  }

  private static var crowded: SwarmPlan {
    var plan = RandomPlan.make(seed: 3)
    func fault(_ kind: FaultDescription) -> PlannedFault { PlannedFault(kind, host: "log0") }
    plan.faults = [
      fault(.path(.loss(permille: 5))), fault(.path(.latency(.milliseconds(3)))),
      fault(.path(.blockUDP)),
      fault(.path(.duplication(permille: 9))), fault(.host(.crash(backAfter: .seconds(2)))),
      fault(.path(.reordering(permille: 4))), fault(.path(.loss(permille: 7))),
    ]
    return plan
  }

  @Test func plantedViolationShrinksToItsTwoFaults() throws {
    let outcome = try SwarmRun.outcome(of: Self.crowded, planted: Self.planted)
    #expect(outcome.violations.map(\.invariant) == [.planted])
    let smallest = SwarmTests.smallest(Self.crowded, .planted, planted: Self.planted)
    #expect(smallest.plan.faults.map { $0.kind.name } == ["latency", "crash"])
    #expect(smallest.plan.seconds == 1)
    #expect(smallest.plan.messages == 0)
    #expect(smallest.plan.subscriptions.count <= 1)
    #expect(smallest.plan.isWhollyInYAML)
    #expect(smallest.runs < 60)
    let again = SwarmTests.smallest(Self.crowded, .planted, planted: Self.planted)
    #expect(again.plan.yaml == smallest.plan.yaml)
  }

  /// What is printed is what `appliance simulate` reads, and it says which case it is.
  @Test func smallestCaseIsAScenarioFile() throws {
    let smallest = SwarmTests.smallest(Self.crowded, .planted, planted: Self.planted)
    let text = SwarmTests.text(smallest.plan)
    let yaml = text.split(separator: "\n", maxSplits: 1)[1]
    let scenario = try SwarmFiles.reader().read(String(yaml), file: "smallest.yaml")
    #expect(scenario.faults == smallest.plan.faults)
    #expect(smallest.plan.command == "make swarm SEEDS=1 FROM=3")
  }

  @Test func caseThatHoldsIsNotShrunk() {
    var shrinker = Shrinker { _ in false }
    let plan = RandomPlan.make(seed: 8)
    #expect(shrinker.smallest(plan).yaml == plan.yaml)
  }
}

/// Random cases are what they are meant to be.
@Suite struct RandomPlanTests {
  @Test(arguments: 1...30 as ClosedRange<UInt64>)
  func filesSayWhatThePlanSays(_ seed: UInt64) throws {
    let plan = RandomPlan.make(seed: seed)
    let scenario = try plan.scenario()
    #expect(scenario.faults == plan.faults)
    #expect(scenario.network.hosts == plan.hosts)
    #expect(scenario.network.names == plan.names)
    #expect(scenario.duration == .seconds(Int64(plan.seconds)))
    #expect(
      scenario.configuration.subscriptions.map(\.name.value) == plan.subscriptions.map(\.name))
    #expect(RandomPlan.make(seed: seed).yaml == plan.yaml)
  }

  /// A fault that files can plan and the swarm does not know is not tested.
  @Test func everyFaultIsInTheSwarm() {
    // Those of the appliance itself: DiskTroubleTests has random ones, FileTests the rollover.
    let ofAppliance = ["disk-full", "rollovernow"]
    let drawn = RandomPlan.drawn.union(RandomPlan.others.map(\.name))
    #expect(drawn.union(ofAppliance) == Set(ScenarioReader.faultNames))
    #expect(Set(Expected.faults) == drawn)
  }

  /// The checkers only look: with them the same bytes come out as without.
  @Test(arguments: [2, 6, 11] as [UInt64])
  func checkersChangeNothing(_ seed: UInt64) throws {
    var plan = RandomPlan.make(seed: seed)
    plan.queueBytes = nil
    plan.forgedPermille = 0
    plan.commits = []
    plan.drainsAt = nil
    let (_, output) = ScenarioRunner(try plan.scenario(), output: MemoryOutput()).run()
    #expect(try SwarmRun.outcome(of: plan).output.digest == output.digest)
  }
}
