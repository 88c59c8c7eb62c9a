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

  /// A check that a test adds, to see that the swarm finds what it should.
  typealias Planted = @Sendable (SwarmPlan) -> String?

  private struct PushKey: Hashable {
    let subscription: Int
    let number: UInt32
  }

  private struct Receiver {
    let fault: String
    let key: UInt64
  }

  private let plan: SwarmPlan
  private let scenario: Scenario
  private let record: SwarmRecord
  private let tcp: TCPChecker
  private let logs: LogChecker
  private let clock: ClockSteps
  private var pushes: [PushChecker]
  private var pushIndices: [Int]
  private var alerts: AlertChecker
  private var mail: MailChecker
  private var addresses: AddressChecker
  private var seenEvents = 0
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
    let pushed = scenario.configuration.subscriptions.enumerated().filter {
      if case .syslogPush = $1.retrieval { true } else { false }
    }
    self.pushIndices = pushed.map(\.offset)
    self.pushes = pushed.map {
      PushChecker(
        record: record, name: $0.element.name.value,
        isBuffered: plan.subscriptions[$0.offset].isBuffered, hasOneClock: !plan.setsClock)
    }
    let hosts = Dictionary(
      uniqueKeysWithValues: plan.subscriptions.map { ($0.name, $0.push?.host.value ?? "") })
    let dropping = plan.subscriptions.filter { $0.push?.delivery.overflow.value == .dropOldest }
      .map(\.name)
    self.alerts = AlertChecker(
      record: record, initial: plan.initialIntervalSeconds, maximum: plan.maximumIntervalSeconds,
      text: { AlertEvent.pushFailed(subscription: $0, host: hosts[$0] ?? "", $1).text },
      fullText: {
        AlertEvent.diskBufferFull(subscription: $0, dropsOldest: dropping.contains($0)).text
      })
    self.mail = MailChecker(record: record)
    self.addresses = AddressChecker(record: record, plan: plan, tcp: self.tcp)
    self.last = scenario.start
    for fault in plan.faults { record.saw(.planned, fault.kind.name) }
  }

  private func run(_ planted: Planted?) throws -> Outcome {
    var limits = PushLimits()
    if let bytes = self.plan.queueBytes {
      // A queue before a disk buffer refuses nothing: it is filled from the disk.
      if self.plan.subscriptions.contains(where: \.isBuffered) {
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
    while engine.step(notAfter: engine.latest) {
      self.check(engine)
      if !self.record.violations.isEmpty { break }
    }
    let (result, output) = engine.end()
    self.record.now = result.end
    self.follow(result.events)
    self.alerts.settle()
    for push in self.pushes { push.ended() }
    let kept = output as? CheckedOutput
    if let kept, self.record.violations.isEmpty { self.checkAtEnd(result, kept) }
    if let text = planted?(self.plan) { self.record.require(false, .planted, text) }
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

  private func check(_ engine: borrowing ScenarioEngine) {
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
    for (place, index) in self.pushIndices.enumerated() {
      let push = engine.appliance.subscriptions[index].readPush {
        (numbers: $0.numbers, ledger: $0.ledgerWithDisk)
      }
      guard let (numbers, ledger) = push else { continue }
      self.pushes[place].check(ledger, numbers)
      if let push = engine.pushes.sockets[SubscriptionID(UInt32(index))], let socket = push.stream {
        self.sockets[PushKey(subscription: index, number: push.id.number)] = socket.number
      }
    }
    self.mail.check(engine)
    self.addresses.check(engine)
    self.checkSockets(engine)
    self.followReceivers(engine)
  }

  private func follow(_ events: [RunEvent]) {
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
      if let name = event.subscription,
        let place = self.pushes.firstIndex(where: { $0.name == name })
      {
        self.pushes[place].happened(event)
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
    let streams = self.sockets.keys.sorted {
      ($0.subscription, $0.number) < ($1.subscription, $1.number)
    }
    var check = StreamCheck(
      record: self.record, files: output.memory.files,
      isWhole: !result.ledgers.contains { $0.totals.lostQueueFull > 0 })
    for key in streams {
      guard let socket = self.sockets[key], let end = self.tcp.ends[socket] else { continue }
      let name = self.plan.subscriptions[key.subscription].name
      let ledger = result.ledgers.first { $0.subscription == name }
      let record = ledger?.connections.first { $0.id.number == key.number }
      let delivered = self.tcp.peer(of: end)?.delivered ?? 0
      if self.plan.subscriptions[key.subscription].isBuffered, let totals = ledger?.totals {
        check.resumedStream(
          end.stream, delivered: delivered, name,
          isWhole: totals.lostQueueFull + totals.lostBufferDropped == 0)
      } else {
        check.stream(end.stream, name)
      }
      if let record { check.receipt(record, end.stream.prefix(delivered), name) }
    }
    for subscription in self.plan.subscriptions where subscription.isBuffered {
      let ledger = result.ledgers.first { $0.subscription == subscription.name }
      if let ledger, let mode = subscription.push?.delivery.mode.value {
        check.settled(ledger, mode, self.closes(of: subscription, result))
        if self.plan.mustGoOn {
          check.everythingRead(ledger, mayFill: self.plan.faults.contains { $0.isReset })
        }
      }
    }
    let byDatagram = self.plan.subscriptions.filter { $0.push?.transport.value == .udp }
    for (host, bytes) in output.memory.received {
      let isCut = self.plan.faults.contains { fault in
        if case .host(.cutDatagrams) = fault.kind { fault.host == host } else { false }
      }
      if isCut, !byDatagram.isEmpty { self.record.saw(.struck, "cut-datagrams") }
      check.datagrams(bytes, of: byDatagram.map(\.name), isCut: isCut)
    }
    self.checkAnnouncedTimes(output.memory.files)
    for fault in self.plan.faults { self.sawStruck(fault, result) }
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
    guard !self.clock.hasUntoldSteps else { return }
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
