import ApplianceConfiguration
import Simulation
import Testing

@Suite struct ConfigurationHistoryTests {
  private func history(commits: Int) -> ConfigurationHistory<Int> {
    var history = ConfigurationHistory(1, at: SimInstant(secondsSinceEpoch: 0))
    for number in 2...max(2, commits) where number <= commits {
      history.load(number)
      let outcome = history.commit(
        comment: "c\(number)", user: "admin", at: SimInstant(secondsSinceEpoch: Int64(number)))
      #expect(outcome == .committed(number: number))
    }
    return history
  }

  @Test(arguments: [1, 2, 11, 12, 40])
  func tenBeforeTheActiveOneAreKept(_ commits: Int) {
    var history = self.history(commits: commits)
    let kept = Array((max(1, commits - 10)..<commits).reversed())
    #expect(history.earlier.map(\.number) == kept)
    #expect(history.active.number == commits)
    for number in kept {
      let outcome = history.rollback(to: number)
      #expect(outcome == .loaded(number: number))
      #expect(history.uncommitted == number)
      #expect(history.active.number == commits)
    }
    let missing = history.rollback(to: commits - 11)
    #expect(missing == .notKept(allowed: kept))
    let active = history.rollback(to: commits)
    #expect(active == .notKept(allowed: kept))
  }

  @Test func loadingTheActiveContentIsNoChange() {
    var history = self.history(commits: 3)
    history.load(3)
    #expect(!history.hasChanges)
    let outcome = history.commit(comment: "", user: "", at: SimInstant(secondsSinceEpoch: 9))
    #expect(outcome == .nothingToCommit)
  }
}
