import Alerting
import ApplianceConfiguration
import ApplianceModel
import BasicContainers
import LogDelivery
import LogModel
import NetworkModel
import Simulation
import Support

@testable import ApplianceModel
@testable import LabPeers
@testable import LogDelivery
@testable import NetworkModel
@testable import Scenarios

/// One case, run with every checker behind each step.
final class SwarmRun {
  struct Outcome: Sendable {
    var violations: [Violation]
    var coverage: Coverage
    var output = MemoryOutput()
    var steps = 0
  }

  /// What a test adds, to see that the swarm finds what it should.
  enum Planted: Sendable {
    /// A check that fails.
    case whatever(@Sendable (SwarmPlan) -> String?)
    /// A commit that begins everything anew.
    case commitRebuilds
    /// Lines that wait are dropped uncounted when their subscription is removed.
    case removalForgetsLines
  }

  private struct PushKey: Hashable, Comparable {
    let subscription: SubscriptionID
    let number: UInt32

    static func < (one: Self, other: Self) -> Bool {
      (one.subscription, one.number) < (other.subscription, other.number)
    }
  }

  private struct Receiver {
    let fault: String
    let key: UInt64
  }

  let plan: SwarmPlan
  let scenario: Scenario
  let record: SwarmRecord
  private let tcp: TCPChecker
  let logs: LogChecker
  private let clock: ClockSteps
  var pushes: [SubscriptionID: PushChecker] = [:]
  var commits: CommitChecker
  var alerts: AlertChecker
  private var mail: MailChecker
  private var addresses: AddressChecker
  private(set) var seenEvents = 0
  private var last: SimInstant
  private var stepsAtInstant = 0
  private var steps = 0
  private var sockets: [PushKey: UInt64] = [:]
  private var receivers: [SocketID: Receiver] = [:]

  static func outcome(of plan: SwarmPlan, planted: Planted? = nil) throws -> Outcome {
    try SwarmRun(plan).run(planted)
  }

  private init(_ plan: SwarmPlan) throws {
    self.plan = plan
    let scenario = try plan.scenario()
    self.scenario = scenario
    let record = SwarmRecord(start: scenario.start)
    self.record = record
    self.tcp = TCPChecker(record: record, name: plan.command)
    self.clock = ClockSteps(scenario)
    self.logs = LogChecker(record: record, clock: self.clock)
    self.commits = CommitChecker(record: record, plan: plan)
    self.alerts = AlertChecker(
      record: record, initial: plan.initialIntervalSeconds, maximum: plan.maximumIntervalSeconds)
    self.mail = MailChecker(record: record)
    self.addresses = AddressChecker(record: record, plan: plan, tcp: self.tcp)
    self.last = scenario.start
    for fault in plan.faults { record.saw(.planned, fault.kind.name) }
    self.isSetTo(scenario.configuration)
  }

  private func run(_ planted: Planted?) throws -> Outcome {
    var limits = PushLimits()
    if let bytes = self.plan.queueBytes {
      // A queue before a disk buffer refuses nothing: it is filled from the disk.
      if self.plan.hasDiskBuffers {
        limits.spoolMemoryBytes = bytes
      } else {
        limits.queueBytesMax = bytes
      }
    }
    var engine = ScenarioEngine(
      self.scenario, output: CheckedOutput(logs: self.logs), limits: limits)
    engine.lab.network.observer = self.tcp
    self.watchMiddleboxes(&engine)
    engine.begin()
    self.know(engine)
    self.advance(&engine, planted)
    let (result, output) = engine.end()
    self.record.now = result.end
    self.follow(result.events)
    self.alerts.settle()
    for push in self.pushes.values where !self.commits.hasEnded(push) { push.ended() }
    let kept = output as? CheckedOutput
    if let kept, self.record.violations.isEmpty { self.checkAtEnd(result, kept) }
    if case .whatever(let body)? = planted, let text = body(self.plan) {
      self.record.require(false, .planted, text)
    }
    return Outcome(
      violations: self.record.violations, coverage: self.record.coverage,
      output: kept?.memory ?? MemoryOutput(), steps: self.steps)
  }

  private func watchMiddleboxes(_ engine: inout ScenarioEngine) {
    for (path, host) in self.scenario.network.hosts.enumerated() {
      let faults = self.scenario.faults.filter { $0.host == host.name }
      var names: [String?] = host.path.mssClamp == nil ? [] : [nil]
      for fault in faults {
        let boxes = engine.lab.middleboxes(
          HostPlan(name: host.name, address: host.address), faults: [fault])
        if !boxes.isEmpty { names.append(fault.kind.name) }
      }
      for (place, name) in names.enumerated() {
        engine.lab.network.paths[path].middleboxes[place] = MiddleboxWatch(
          engine.lab.network.paths[path].middleboxes[place], fault: name, record: self.record)
      }
      if self.plan.forgedPermille > 0 {
        engine.lab.network.paths[path].middleboxes.append(
          Forger(permille: self.plan.forgedPermille))
      }
    }
  }

  // MARK: Each step

  func check(_ engine: borrowing ScenarioEngine) {
    let now = engine.now
    self.record.now = now
    self.logs.check(now: now)
    self.steps += 1
    self.stepsAtInstant = now == self.last ? self.stepsAtInstant + 1 : 0
    self.record.require(
      now >= self.last && self.stepsAtInstant < 10_000, .timeMonotone,
      "\(now) after \(self.last), \(self.stepsAtInstant) steps there")
    self.last = now
    self.follow(engine.record.events)
    self.alerts.settle()
    for index in 0..<engine.appliance.subscriptions.count {
      let id = engine.appliance.subscriptions[index].id
      let push = engine.appliance.subscriptions[index].readPush {
        (numbers: $0.numbers, ledger: $0.ledgerWithDisk)
      }
      guard let (numbers, ledger) = push else { continue }
      self.pushes[id]?.check(ledger, numbers)
      if let push = engine.pushes.sockets[id], let socket = push.stream {
        self.sockets[PushKey(subscription: id, number: push.id.number)] = socket.number
      }
    }
    self.mail.check(engine)
    self.addresses.check(engine)
    self.checkSockets(engine)
    self.followReceivers(engine)
  }

  func follow(_ events: [RunEvent]) {
    for stamped in events[self.seenEvents...] {
      // What happens in a step happens now, by a clock that may have been set just then; before the
      // first step the appliance was started.
      let start = self.scenario.start
      let now = self.steps == 1 && stamped.instant == start ? start : self.record.now
      self.record.require(
        self.clock.offsets(at: now).contains(now.duration(to: stamped.instant)),
        .stampsFollowClock, "\(stamped) at \(now)")
      let event = RunEvent(
        at: now, stamped.fact, subscription: stamped.subscription,
        connection: stamped.connection)
      self.seenEvents += 1
      if event.kind == .pushFailed { self.commits.failures += 1 }
      if let name = event.subscription, let id = self.subscription(of: event, name) {
        self.pushes[id]?.happened(event)
      }
      self.alerts.happened(event)
      self.addresses.happened(event)
    }
  }

  private func checkSockets(_ engine: borrowing ScenarioEngine) {
    let network = engine.lab.network
    for (socket, role) in engine.roles {
      self.record.require(
        network.connections.slot(of: socket) != nil || !network.events.isEmpty, .socketsOwned,
        "\(role) has a socket that is no more")
    }
    for slot in network.connections.slots where slot.isTaken {
      let connection = slot.connection
      self.record.require(
        connection.state != .established || connection.notices.isClosedByOwner
          || engine.roles[connection.flow.socket] != nil || !network.events.isEmpty, .socketsOwned,
        "\(connection.flow.local) to \(connection.flow.remote) stands and nobody has it")
      self.record.require(
        connection.firstTimer >= network.now && slot.scheduledAt <= connection.firstTimer,
        .tcpTimers,
        "\(connection.state): timer \(connection.firstTimer), woken at "
          + "\(slot.scheduledAt), now \(network.now)")
    }
    self.record.require(
      network.heap.firstDue >= network.now && engine.timers.count < 100_000, .queueBounds,
      "an event of \(network.heap.firstDue) is late; \(engine.timers.count) timers")
  }

  private func followReceivers(_ engine: borrowing ScenarioEngine) {
    for (socket, connection) in engine.receivers.connections where self.receivers[socket] == nil {
      let fault =
        connection.machine.fault.map { String("\($0)".prefix { $0 != "(" }) } ?? "no fault"
      self.record.saw(.receiver, "\(fault): serving")
      self.receivers[socket] = Receiver(fault: fault, key: socket.number)
      if let kind = Self.struck[fault] { self.record.saw(.struck, kind) }
    }
    for (socket, receiver) in self.receivers where engine.receivers.connections[socket] == nil {
      let ending = self.tcp.ends[receiver.key]?.ending ?? ""
      self.record.saw(.receiver, "\(receiver.fault): \(ending.isEmpty ? "ends itself" : ending)")
      self.receivers[socket] = nil
    }
  }

  private static let struck = [
    "resetAfter": "reset-after",
    "resetWhenIdle": "reset-when-idle", "neverRead": "never-read",
    "readSlowly": "read-slowly", "closeAfter": "close-after", "halfClose": "half-close",
    "answerClose": "answer-close",
  ]

  // MARK: The end

  private func checkAtEnd(_ result: ScenarioResult, _ output: CheckedOutput) {
    for ledger in result.ledgers {
      self.record.require(
        ledger.totals.isBalanced, .ledgerBalances, "\(ledger.subscription): \(ledger.totals)")
      self.record.require(
        ledger.connections.allSatisfy { $0.closed != nil }, .recordsSound,
        "\(ledger.subscription): a connection is open behind the end")
    }
    self.record.require(
      output.mails <= self.mail.attempts && self.mail.attempts <= 3 * self.alerts.raised,
      .mailAttempts,
      "\(output.mails) mails of \(self.mail.attempts) attempts, \(self.alerts.raised) alerts")
    var check = StreamCheck(
      record: self.record, files: output.memory.files, order: output.order,
      isWhole: !result.ledgers.contains { $0.totals.lostQueueFull > 0 })
    for key in self.sockets.keys.sorted() { self.checkStream(key, result, &check) }
    for subscription in self.plan.subscriptions
    where subscription.isBuffered && self.commits.goesOn(subscription.name) {
      let ledger = result.ledgers.first { $0.subscription == subscription.name }
      if let ledger, let mode = subscription.push?.delivery.mode.value {
        check.settled(ledger, mode, self.closes(of: subscription, result))
        if self.plan.mustGoOn {
          check.everythingRead(ledger, mayFill: self.plan.faults.contains { $0.isReset })
        }
      }
    }
    self.commits.checkAtEnd(result.ledgers, &check)
    let byDatagram = self.commits.byDatagram.sorted()
    for (host, bytes) in output.memory.received {
      let isCut = self.plan.faults.contains { fault in
        if case .host(.cutDatagrams) = fault.kind { fault.host == host } else { false }
      }
      if isCut, !byDatagram.isEmpty { self.record.saw(.struck, "cut-datagrams") }
      check.datagrams(bytes, of: byDatagram, isCut: isCut, alsoByStream: self.commits.byStream)
    }
    self.checkAnnouncedTimes(output.memory.files)
    for fault in self.plan.faults { self.sawStruck(fault, result) }
  }

  /// What one connection was given, and what its server's program read.
  private func checkStream(
    _ key: PushKey, _ result: ScenarioResult, _ check: inout StreamCheck
  ) {
    guard let socket = self.sockets[key], let end = self.tcp.ends[socket],
      let push = self.pushes[key.subscription]
    else { return }
    let name = push.name
    let ledger = result.ledgers.first { $0.subscription == name }
    let delivered = self.tcp.peer(of: end)?.delivered ?? 0
    if push.isBuffered, let totals = ledger?.totals {
      check.resumedStream(
        end.stream, delivered: delivered, name,
        isWhole: totals.lostQueueFull + totals.lostBufferDropped == 0
          && self.commits.goesOn(name))
    } else {
      check.stream(end.stream, name)
    }
    // The ledger has the connections of the latest one of the name.
    guard self.commits.current[name] == key.subscription,
      let record = ledger?.connections.first(where: { $0.id.number == key.number })
    else { return }
    check.receipt(record, end.stream.prefix(delivered), name)
  }

  /// What an acknowledgement and a close in order are worth at a push's servers.
  private func closes(
    of subscription: SwarmPlan.Subscription, _ result: ScenarioResult
  ) -> StreamCheck.Closes {
    StreamCheck.Closes(
      mayLeaveUnread: self.plan.faults.contains { fault in
        if case .server(.halfClose(_, readsOn: false)) = fault.kind { true } else { false }
      },
      isTakenAtAcknowledgement: result.events.contains {
        $0.kind == .pushTakenAtAcknowledgement && $0.subscription == subscription.name
      })
  }

  private func checkAnnouncedTimes(_ files: [String: [UInt8]]) {
    // A step that no line tells cannot be subtracted.
    guard !self.clock.hasUntoldSteps, !self.commits.hasChangedZone,
      !self.plan.hidesMail
    else { return }
    let names = files.keys.filter { $0.hasPrefix("mail_logs/") }.sorted()
    var intervals = MailLogIntervals()
    for name in names {
      let text = String(decoding: files[name] ?? [], as: UTF8.self)
      for line in text.split(separator: "\n") { intervals.read(String(line)) }
    }
    self.record.require(
      intervals.problems.isEmpty, .announcedTimes, intervals.problems.joined(separator: "; "))
  }

  /// Faults that are neither a middlebox nor decided at a connection: seen by what comes of them.
  private func sawStruck(_ fault: PlannedFault, _ result: ScenarioResult) {
    let failures = result.events.compactMap { event -> LinkFailure? in
      if case .pushFailed(let failure) = event.fact { failure } else { nil }
    }
    func failed(_ cause: LinkFailure.Cause) -> Bool { failures.contains { $0.cause == cause } }
    let isStruck: Bool
    switch fault.kind {
    case .path(.refuse), .host(.crash): isStruck = failed(.refused) || failed(.reset)
    case .path(.backlogFull(let resets)): isStruck = failed(resets ? .refused : .timedOut)
    case .name(.notFound), .name(.serverFailure), .name(.timeout): isStruck = failed(.unresolvable)
    case .server(.resetAfterHandshake):
      isStruck = failures.contains(LinkFailure(.established, .reset))
    case .appliance(.clockStep): isStruck = result.events.contains { $0.kind == .clockStepped }
    case .name(.addressChange): isStruck = !result.events.isEmpty
    default: return
    }
    if isStruck { self.record.saw(.struck, fault.kind.name) }
  }
}

extension PlannedFault {
  /// Whether it answers a FIN with a reset, behind which a push waits while lines come.
  fileprivate var isReset: Bool { self.kind == .server(.answerClose(.reset)) }
}
