import ApplianceModel
import Scenarios
import Simulation
import Testing

@Suite struct ExpectationTests {
  private static func isMet(
    _ expectation: Scenarios.Expectation, _ feed: (inout ExpectationWatcher) -> Void
  ) -> Verdict? {
    var watcher = ExpectationWatcher(expectations: [expectation])
    feed(&watcher)
    return watcher.verdicts(ledgers: []).first
  }

  private static func lines(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test(
    arguments: [(10, 20, 1), (0, 10, 1), (11, 20, 0), (5, nil, 2)] as [(Int64, Int64?, UInt64)])
  func onlyLinesOfTheWindowCount(_ from: Int64, _ until: Int64?, _ count: UInt64) {
    let window = ScenarioWindow(
      from: .seconds(from), until: until.map { SimDuration.seconds($0) })
    let verdict = Self.isMet(
      .within(window, .logLine(subscription: "a", contains: "x", count: .exactly(count)))
    ) {
      $0.logged(Self.lines("x\n"), subscription: "a", at: .seconds(5))
      $0.logged(Self.lines("x\n"), subscription: "a", at: .seconds(10))
      $0.logged(Self.lines("x\n"), subscription: "b", at: .seconds(10))
    }
    #expect(verdict?.isMet == true, "\(verdict?.found ?? "-")")
  }

  @Test func windowHoldsForAlertsToo() {
    let alert = Scenarios.Expectation.alert(
      alertClass: nil, severity: nil, subjectContains: "", count: .exactly(1))
    let window = ScenarioWindow(from: .seconds(10), until: .seconds(20))
    let verdict = Self.isMet(.within(window, alert)) {
      $0.mailed(subject: "Critical <System> a: b", at: .seconds(9))
      $0.mailed(subject: "Critical <System> a: b", at: .seconds(10))
      $0.mailed(subject: "Critical <System> a: b", at: .seconds(20))
    }
    #expect(verdict?.isMet == true)
  }

  @Test func elapsedRunsFromTheFirstLineToTheFirstOneBehindIt() {
    let expectation = Scenarios.Expectation.elapsed(
      subscription: "a", from: "begin", to: "end",
      range: DurationRange(minimum: .seconds(90), maximum: .seconds(90)))
    let verdict = Self.isMet(expectation) {
      $0.logged(Self.lines("end\n"), subscription: "a", at: .seconds(1))
      $0.logged(Self.lines("begin\n"), subscription: "a", at: .seconds(2))
      $0.logged(Self.lines("begin\nother\n"), subscription: "a", at: .seconds(3))
      $0.logged(Self.lines("end\n"), subscription: "a", at: .seconds(92))
      $0.logged(Self.lines("end\n"), subscription: "a", at: .seconds(93))
    }
    #expect(verdict?.isMet == true)
    #expect(verdict?.found == "1m30s")
  }

  @Test func elapsedWithoutItsLinesIsNotMet() {
    let expectation = Scenarios.Expectation.elapsed(
      subscription: "a", from: "begin", to: "end", range: DurationRange())
    #expect(Self.isMet(expectation) { _ in }?.found == "not the first text")
    let verdict = Self.isMet(expectation) {
      $0.logged(Self.lines("begin\n"), subscription: "a", at: .seconds(2))
    }
    #expect(verdict?.isMet == false)
    #expect(verdict?.found == "not the second text")
  }
}
