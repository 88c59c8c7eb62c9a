/// Makes a failing case small: what is left cannot be left out one by one.
///
/// Deterministic. Bounded by `runsMax` runs; then the smallest case so far is taken.
struct Shrinker {
  private static let runsMax = 400

  /// Whether a case still fails in the same way.
  private let fails: (SwarmPlan) -> Bool
  private(set) var runs = 0

  init(fails: @escaping (SwarmPlan) -> Bool) {
    self.fails = fails
  }

  private mutating func still(_ plan: SwarmPlan) -> Bool {
    guard self.runs < Self.runsMax else { return false }
    self.runs += 1
    return self.fails(plan)
  }

  /// What files cannot say goes first, so that the rest can be written to one.
  mutating func smallest(_ plan: SwarmPlan) -> SwarmPlan {
    var plan = plan
    var changed = plan
    changed.forgedPermille = 0
    if self.still(changed) { plan = changed }
    changed = plan
    changed.queueBytes = nil
    if self.still(changed) { plan = changed }
    changed = plan
    changed.drainsAt = nil
    if plan.drainsAt != nil, self.still(changed) { plan = changed }
    plan = self.withFewerCommits(plan)
    plan.faults = self.minimized(plan.faults) { faults in
      var smaller = plan
      smaller.faults = faults
      return smaller
    }
    plan.subscriptions = self.minimized(plan.subscriptions) { subscriptions in
      var smaller = plan
      smaller.subscriptions = subscriptions
      return smaller
    }
    plan.hosts = self.minimized(plan.hosts) { hosts in
      var smaller = plan
      smaller.hosts = hosts
      return smaller
    }
    plan.names = self.minimized(plan.names) { names in
      var smaller = plan
      smaller.names = names
      return smaller
    }
    // One that has to come to its end needs its time.
    if !plan.mustGoOn { plan = self.halved(plan, \.seconds, least: 1) }
    return self.halved(plan, \.messages, least: 0)
  }

  private mutating func withFewerCommits(_ plan: SwarmPlan) -> SwarmPlan {
    var plan = plan
    plan.commits = self.minimized(plan.commits) { commits in
      var smaller = plan
      smaller.commits = commits
      return smaller
    }
    for place in plan.commits.indices {
      plan.commits[place].changes = self.minimized(plan.commits[place].changes) { changes in
        var smaller = plan
        smaller.commits[place].changes = changes
        return smaller
      }
    }
    return plan
  }

  /// The ddmin of Zeller and Hildebrandt (2002), over complements.
  private mutating func minimized<Item>(
    _ items: [Item], _ plan: ([Item]) -> SwarmPlan
  ) -> [Item] {
    var items = items
    var parts = 2
    while !items.isEmpty {
      let size = (items.count + parts - 1) / parts
      var isSmaller = false
      for start in stride(from: 0, to: items.count, by: size) {
        var rest = items
        rest.removeSubrange(start..<min(start + size, items.count))
        guard self.still(plan(rest)) else { continue }
        items = rest
        parts = max(parts - 1, 2)
        isSmaller = true
        break
      }
      if isSmaller { continue }
      if size == 1 { break }
      parts = min(parts * 2, items.count)
    }
    return items
  }

  private mutating func halved(
    _ plan: SwarmPlan, _ part: WritableKeyPath<SwarmPlan, Int>, least: Int
  ) -> SwarmPlan {
    var plan = plan
    while plan[keyPath: part] > least {
      var smaller = plan
      smaller[keyPath: part] = max(plan[keyPath: part] / 2, least)
      guard self.still(smaller) else { break }
      plan = smaller
    }
    return plan
  }
}
