import ApplianceConfiguration
import ApplianceModel
import LogDelivery
import LogModel
import Simulation

@testable import Scenarios

/// What a commit does to each subscription, told again from both configurations, and what it did.
///
/// Source: docs/FIDELITY.md, "A commit".
struct CommitChecker {
  /// What becomes of a subscription.
  enum Effect: String {
    /// Its link and its lines as well.
    case goesOn = "goes on"
    case reconnects
    /// Another one of its name begins.
    case beginsAnew = "begins anew"
    case ends
  }

  private struct Kind: Hashable {
    let name: String
    let isBuffered: Bool
  }

  let record: SwarmRecord
  /// The subscription of each name.
  private(set) var current: [String: SubscriptionID] = [:]
  /// Pushes that a commit ends, until it is told that their connections are closed.
  var leaving: [String: SubscriptionID] = [:]
  /// Names of which a subscription has begun or ended since the start.
  private var changed: Set<String> = []
  private var ended: Set<String> = []
  /// Names of which one pushed by UDP.
  private(set) var byDatagram: Set<String> = []
  /// Names of which one pushed by TCP.
  private(set) var byStream: Set<String> = []
  /// Names of which one kept its log in files alone.
  private var inFiles: Set<String> = []
  /// Where the ledger of each kind stood last.
  private var totals: [Kind: LedgerTotals] = [:]
  private(set) var hasChangedZone = false
  /// Failures of pushes so far.
  var failures = 0
  /// Commits that were made, by their places in the plan.
  var made: Set<Int> = []
  var drains = false

  init(record: SwarmRecord, plan: SwarmPlan) {
    self.record = record
  }

  /// Whether the subscription of the start still goes on, as one.
  func goesOn(_ name: String) -> Bool { !self.changed.contains(name) }

  func hasEnded(_ push: PushChecker) -> Bool { self.ended.contains(push.name) }

  /// Source: docs/FIDELITY.md, "A commit".
  static func effect(
    of old: LogSubscriptionSettings, _ new: LogSubscriptionSettings?
  ) -> Effect {
    guard let new else { return .ends }
    switch (old.retrieval, new.retrieval) {
    case (.syslogPush(let old), .syslogPush(let new)):
      let (before, after) = (old.delivery, new.delivery)
      if before.mode.value != after.mode.value { return .beginsAnew }
      let isElsewhere =
        old.host.value != new.host.value || old.port.value != new.port.value
        || old.transport.value != new.transport.value
        || before.keepAlive.idleSeconds.value != after.keepAlive.idleSeconds.value
      return isElsewhere ? .reconnects : .goesOn
    case (.manualDownload(let old), .manualDownload(let new)):
      return old.filename.value == new.filename.value ? .goesOn : .beginsAnew
    default: return .beginsAnew
    }
  }

  /// The appliance has these subscriptions.
  mutating func know(_ engine: borrowing ScenarioEngine) -> [(
    SubscriptionID, LogSubscriptionSettings
  )] {
    let settings = Dictionary(
      engine.appliance.configuration.subscriptions.map { ($0.name.value, $0) },
      uniquingKeysWith: { first, _ in first })
    self.current = [:]
    var all: [(SubscriptionID, LogSubscriptionSettings)] = []
    for (id, storage) in engine.appliance.storages {
      self.current[storage.name] = id
      guard let settings = settings[storage.name] else {
        self.record.require(false, .commitTakesEffect, "\(storage.name) is in no configuration")
        continue
      }
      all.append((id, settings))
      if case .syslogPush(let push) = settings.retrieval {
        switch push.transport.value {
        case .udp: self.byDatagram.insert(storage.name)
        case .tcp: self.byStream.insert(storage.name)
        }
      } else {
        self.inFiles.insert(storage.name)
      }
    }
    self.record.require(
      Set(settings.keys) == Set(self.current.keys), .commitTakesEffect,
      "\(self.current.keys.sorted()) run, \(settings.keys.sorted()) are configured")
    return all
  }

  /// What the ledger of one that begins goes on from.
  func totals(_ name: String, isBuffered: Bool) -> LedgerTotals? {
    self.totals[Kind(name: name, isBuffered: isBuffered)]
  }

  /// A commit is about to be made.
  mutating func begins(
    _ effects: [String: Effect], added: [String], zone: Bool,
    _ pushes: [SubscriptionID: PushChecker]
  ) {
    if zone { self.hasChangedZone = true }
    self.changed.formUnion(added)
    for (name, effect) in effects where effect == .ends || effect == .beginsAnew {
      self.changed.insert(name)
      self.ended.insert(name)
      guard let id = self.current[name], let push = pushes[id] else { continue }
      self.leaving[name] = id
      self.totals[Kind(name: name, isBuffered: push.isBuffered)] = push.last
    }
  }

  // MARK: What it did

  /// Ledgers of what has ended stay, and nothing waits in one of them but on disk.
  mutating func checkLedgers(_ ledgers: [SubscriptionLedger], _ configuration: Configuration) {
    for (name, id) in self.leaving {
      self.record.require(false, .endedIsClosed, "\(name): push \(id) has ended and is not closed")
    }
    self.leaving = [:]
    let pushed = configuration.subscriptions.compactMap { settings -> Kind? in
      guard case .syslogPush = settings.retrieval else { return nil }
      return Kind(name: settings.name.value, isBuffered: settings.hasDiskBuffer)
    }
    for (kind, last) in self.totals {
      let named = ledgers.filter { $0.subscription == kind.name }
      let goesOn = named.contains { ledger in
        let totals = ledger.totals
        let isClosed = totals.queued == (kind.isBuffered ? totals.onDisk : 0)
        return totals.isBalanced && totals.accepted >= last.accepted
          && totals.filtered >= last.filtered && (pushed.contains(kind) || isClosed)
      }
      self.record.require(
        goesOn, .endedIsClosed,
        "\(kind.name): was \(last), ledgers are \(named.map(\.totals))")
    }
  }

  /// Each line of a log is in one ledger of its name.
  func checkAtEnd(_ ledgers: [SubscriptionLedger], _ check: inout StreamCheck) {
    for name in Set(ledgers.map(\.subscription)).sorted() where !self.inFiles.contains(name) {
      let accepted = ledgers.filter { $0.subscription == name }
        .reduce(0) { $0 + $1.totals.accepted }
      let logged = check.log(name).count
      self.record.require(
        accepted == UInt64(logged), .countedOnce,
        "\(name): \(accepted) lines in its ledgers, \(logged) in its log")
    }
  }
}
