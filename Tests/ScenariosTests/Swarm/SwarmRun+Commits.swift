import ApplianceConfiguration
import BasicContainers
import LogModel
import NetworkModel
import Simulation
import TestKit

@testable import ApplianceModel
@testable import LogDelivery
@testable import Scenarios

/// The course of a run: what is due, and at their moments the commits and the drain.
extension SwarmRun {
  private enum Turn {
    case commit(Int)
    case drain
  }

  private static let drainTimeout = SimDuration.seconds(20)

  func advance(_ engine: inout ScenarioEngine, _ planted: Planted?) {
    var turns: [(at: SimDuration, isBehind: Bool, turn: Turn)] = []
    for (place, commit) in self.plan.commits.enumerated() {
      switch commit.moment {
      case .before(let time): turns.append((time, false, .commit(place)))
      case .behind(let time): turns.append((time, true, .commit(place)))
      case .atFailure: break
      }
    }
    if let time = self.plan.drainsAt { turns.append((time, true, .drain)) }
    for turn in turns.sorted(by: { ($0.at, $0.isBehind ? 1 : 0) < ($1.at, $1.isBehind ? 1 : 0) }) {
      let instant = self.scenario.start.advanced(by: turn.at)
      guard instant <= engine.latest else { break }
      let limit = turn.isBehind ? instant : instant.advanced(by: SimDuration(nanoseconds: -1))
      guard self.step(&engine, until: limit, planted) else { return }
      engine.clock.advance(to: instant)
      switch turn.turn {
      case .commit(let place): self.commit(place, isBehind: turn.isBehind, &engine, planted)
      case .drain:
        self.commits.drains = true
        engine.appliance.stopTraffic(now: engine.now)
        guard self.drainGoesOn(&engine) else { return }
      }
    }
    _ = self.step(&engine, until: engine.latest, planted)
  }

  /// - Returns: whether to go on.
  private func step(
    _ engine: inout ScenarioEngine, until limit: SimInstant, _ planted: Planted?
  ) -> Bool {
    while engine.step(notAfter: limit) {
      self.check(engine)
      for (place, commit) in self.plan.commits.enumerated() {
        guard case .atFailure(let number) = commit.moment, number <= self.commits.failures,
          !self.commits.made.contains(place)
        else { continue }
        self.record.saw(.commit, "in the instant of a failure")
        self.commit(place, isBehind: true, &engine, planted)
      }
      guard self.record.violations.isEmpty else { return false }
      if self.commits.drains, !self.drainGoesOn(&engine) { return false }
    }
    return self.record.violations.isEmpty && !engine.appliance.isOutOfTime
  }

  private func drainGoesOn(_ engine: inout ScenarioEngine) -> Bool {
    let remains = engine.appliance.drain(timeout: Self.drainTimeout, now: engine.now)
    engine.settle()
    return remains == nil
  }

  /// The subscriptions are these; checkers for those that are new.
  func know(_ engine: borrowing ScenarioEngine) {
    for (id, settings) in self.commits.know(engine) {
      guard case .syslogPush = settings.retrieval, self.pushes[id] == nil else { continue }
      let name = settings.name.value
      self.pushes[id] = PushChecker(
        record: self.record, name: name, isBuffered: settings.hasDiskBuffer,
        hasOneClock: !self.plan.setsClock,
        last: self.commits.totals(name, isBuffered: settings.hasDiskBuffer))
    }
  }

  /// Which one of a name an event is about: while a commit ends one, its end comes first.
  func subscription(of event: RunEvent, _ name: String) -> SubscriptionID? {
    guard let old = self.commits.leaving[name] else { return self.commits.current[name] }
    guard self.pushes[old]?.isUnderWay == true else {
      self.commits.leaving[name] = nil
      return self.commits.current[name]
    }
    if event.kind == .pushClosed { self.commits.leaving[name] = nil }
    return old
  }

  /// What alerts say and how often, by that configuration.
  func isSetTo(_ configuration: Configuration) {
    self.alerts.initial = Int64(configuration.alerts.initialIntervalSeconds.value)
    self.alerts.maximum = Int64(configuration.alerts.maximumIntervalSeconds.value)
    self.alerts.hosts = [:]
    self.alerts.dropping = []
    for settings in configuration.subscriptions {
      guard case .syslogPush(let push) = settings.retrieval else { continue }
      self.alerts.hosts[settings.name.value] = push.host.value
      if push.delivery.overflow.value == .dropOldest {
        self.alerts.dropping.insert(settings.name.value)
      }
    }
  }

  // MARK: One commit

  /// What must not change for what a commit does not name.
  private struct Standing: Equatable {
    let link: SyslogLinkStateMachine.State
    let lost: UInt64
  }

  /// All of it.
  private struct Picture: Equatable {
    let events: Int
    let ledgers: [SubscriptionLedger]
    let wake: SimInstant?
    let sockets: Set<UInt64>
  }

  private func commit(
    _ place: Int, isBehind: Bool, _ engine: inout ScenarioEngine, _ planted: Planted?
  ) {
    self.commits.made.insert(place)
    let before = engine.appliance.configuration
    var after = before
    for change in self.plan.commits[place].changes {
      change.apply(to: &after)
      self.record.saw(.commit, change.kind)
    }
    if self.commits.drains { self.record.saw(.commit, "in a drain") }
    let effects = self.effects(before, after)
    let earlier = self.standing(engine)
    let picture = self.picture(engine)
    let kept = Set(before.subscriptions.map(\.name.value))
    self.commits.begins(
      effects, added: after.subscriptions.map(\.name.value).filter { !kept.contains($0) },
      zone: before.timeZone.value != after.timeZone.value, self.pushes)
    let zone = after.timeZone.value == "Etc/UTC" ? ZoneTransitions.utc : self.scenario.zone
    self.logs.zoneIs(Int64(zone.offsetSeconds(at: engine.now)), now: engine.now, isBehind: isBehind)
    self.apply(before, after, zone, &engine, planted)
    engine.settle()
    self.isSetTo(after)
    self.know(engine)
    self.check(engine)
    for (name, id) in self.commits.leaving where self.pushes[id]?.isUnderWay != true {
      self.commits.leaving[name] = nil
    }
    self.commits.checkLedgers(engine.appliance.ledgers, after)
    if before == after {
      self.record.require(
        self.picture(engine) == picture, .commitOfNothing, "\(self.plan.commits[place])")
    }
    self.checkStanding(earlier, self.standing(engine), effects)
  }

  private func apply(
    _ before: Configuration, _ after: Configuration, _ zone: ZoneTransitions,
    _ engine: inout ScenarioEngine, _ planted: Planted?
  ) {
    var waiting: [String: SubscriptionLedger] = [:]
    switch planted {
    case .commitRebuilds:
      var empty = before
      empty.subscriptions = []
      engine.appliance.apply(
        ConfigurationDelta(from: before, to: empty), zone: self.scenario.zone, now: engine.now)
    case .removalForgetsLines:
      for ledger in engine.appliance.ledgers where ledger.totals.queued > 0 {
        waiting[ledger.subscription] = ledger
      }
    case .whatever, nil: break
    }
    engine.appliance.apply(
      ConfigurationDelta(from: engine.appliance.configuration, to: after), zone: zone,
      now: engine.now)
    for (name, ledger) in waiting
    where !after.subscriptions.contains(where: { $0.name.value == name }) {
      engine.appliance.ended.forget(name, ledger)
    }
  }

  /// What the commit does to each subscription that there is, and what it meets.
  private func effects(
    _ before: Configuration, _ after: Configuration
  ) -> [String: CommitChecker.Effect] {
    var effects: [String: CommitChecker.Effect] = [:]
    for old in before.subscriptions {
      let name = old.name.value
      let effect = CommitChecker.effect(
        of: old, after.subscriptions.first { $0.name.value == name })
      effects[name] = effect
      guard let id = self.commits.current[name], let push = self.pushes[id] else { continue }
      self.record.saw(.commit, "\(effect.rawValue) while \(push.link.name)")
      if effect == .reconnects { self.pushes[id]?.redirects() }
      if effect == .ends, push.last?.queued ?? 0 > 0 {
        self.record.saw(.commit, "ends with lines that wait")
      }
    }
    return effects
  }

  private func standing(_ engine: borrowing ScenarioEngine) -> [SubscriptionID: Standing] {
    var all: [SubscriptionID: Standing] = [:]
    for index in 0..<engine.appliance.subscriptions.count {
      let push = engine.appliance.subscriptions[index].readPush { push in
        let totals = push.ledgerWithDisk.totals
        return Standing(
          link: push.numbers.link, lost: totals.lostQueueDiscarded + totals.lostUnacknowledged)
      }
      if let push { all[engine.appliance.subscriptions[index].id] = push }
    }
    return all
  }

  private func picture(_ engine: borrowing ScenarioEngine) -> Picture {
    Picture(
      events: engine.record.events.count, ledgers: engine.appliance.ledgers,
      wake: engine.appliance.nextWake(now: engine.now),
      sockets: Set(engine.roles.keys.map(\.number)))
  }

  private func checkStanding(
    _ earlier: [SubscriptionID: Standing], _ later: [SubscriptionID: Standing],
    _ effects: [String: CommitChecker.Effect]
  ) {
    for (id, standing) in earlier.sorted(by: { $0.key < $1.key }) {
      guard let push = self.pushes[id], let effect = effects[push.name] else { continue }
      switch effect {
      case .goesOn:
        self.record.require(
          later[id] == standing, .commitLeavesOthers,
          "\(push.name): \(standing), then \(later[id].map { "\($0)" } ?? "gone")")
      case .reconnects:
        self.record.require(
          !push.isRedirected && later[id] != nil, .commitTakesEffect,
          "\(push.name) is not connected again from \(standing.link)")
      case .beginsAnew, .ends:
        self.record.require(
          later[id] == nil, .commitTakesEffect, "\(push.name): the old one is still there")
      }
    }
  }
}

extension EndedSubscriptions {
  /// A breakage: what waited when one was removed is neither lost nor does it wait.
  fileprivate mutating func forget(_ name: String, _ ledger: SubscriptionLedger) {
    let push = LogSubscriptionSettings(
      name: Setting(name), type: Setting(.textMail), level: Setting(.information),
      retrieval: .syslogPush(SyslogPushSettings(host: Setting(""))))
    guard let record = self.take(push) else { return }
    self.add(
      SubscriptionRecord(
        name: name, journal: record.journal, loggedMark: record.loggedMark, files: record.files,
        hasDiskBuffer: false, ledger: ledger),
      SubscriptionID(.max), linesNotKept: 0)
  }
}
