internal import ApplianceModel
internal import Alerting
internal import ApplianceConfiguration
internal import LabPeers
internal import LogDelivery
internal import LogModel
internal import MailFlow
internal import MailTransport
internal import NetworkModel
internal import Simulation

/// What a `ScenarioRunner` runs. Not generic over its output: a generic across modules looks its
/// types up again and again.
///
/// One owner of everything: the appliance, the network, the lab's peers and the clock. What is next
/// due decides how far the clock goes.
struct ScenarioEngine: ~Copyable {
  /// Who has a socket.
  enum Role: Hashable {
    case push(SubscriptionID, ConnectionID)
    case receiver(host: Int)
    case mailClient(number: UInt32)
    case mailServer
  }

  /// What waits for a time.
  enum Timer: Hashable, Sendable {
    case receiver(SocketID)
    case receiverActs(SocketID, SyslogReceiverConnection.Action)
    case pushConnected(SubscriptionID, SocketID)
    case mailClient(number: UInt32, step: Int)
    case resolved(NamePurpose, [IPv4Address])
    case nameTryEnds(UInt16, tries: Int)
    case hostGoesDown(Int)
    case hostComesBack(Int)
    case rollsOver(subscription: String?)
    case clockIsSet(by: SimDuration)
  }

  /// The bytes of a push that its socket has not taken yet.
  struct PushSocket {
    let id: ConnectionID
    var socket: SocketID?
    var datagrams: DatagramSocketID?
    var remote: Endpoint
    var pending: [ArraySlice<UInt8>] = []
    /// The handshake is done, and the application has not heard of it yet.
    var awaitsNews = false
  }

  /// A push that is being connected, address by address.
  struct PushAttempts {
    let id: ConnectionID
    let endpoint: PushEndpoint
    var addresses = AddressAttempts<IPv4Address, LinkFailure>()
  }

  struct MailSession {
    let mail: AlertMail
    /// Of the present address.
    var machine: SMTPClientStateMachine
    var addresses = AddressAttempts<IPv4Address, SMTPOutcome>()
    /// Which address the machine is for, from 1.
    var attempt = 1
    var socket: SocketID?
    /// Which timer counts; each start makes a new one.
    var timerStep = 0
  }

  let scenario: Scenario
  var output: any ScenarioOutput
  var appliance: Appliance
  var lab: Lab
  var watcher: ExpectationWatcher
  var now: SimInstant
  var timers = EventQueue<Timer>(capacity: 1 << 20)
  var events: [RunEvent] = []
  var roles: [SocketID: Role] = [:]
  var pushes: [SubscriptionID: PushSocket] = [:]
  var pushAttempts: [SubscriptionID: PushAttempts] = [:]
  var mails: [UInt32: MailSession] = [:]
  var receivers: [SocketID: SyslogReceiverConnection] = [:]
  var mailServers: [SocketID: SMTPServerStateMachine] = [:]
  /// Which push comes from which port of the appliance.
  var pushesByPort: [UInt16: (subscription: SubscriptionID, id: ConnectionID)] = [:]
  var mailsTaken = 0
  /// How each attempt to send an alert mail ended.
  var alertMailAttempts: [AlertMailAttempt] = []
  /// The datagrams of each subscription's push, and which push sends from which port.
  var datagrams: [SubscriptionID: DatagramCount] = [:]
  var pushesByDatagramPort: [UInt16: SubscriptionID] = [:]
  /// The disk buffers, by subscription.
  var spools: [SubscriptionID: MemorySpool] = [:]
  /// Those of subscriptions that are no more, by name.
  var closedSpools: [String: MemorySpool] = [:]
  /// Lookups under way, by the number of their question.
  var lookups: [UInt16: Lookup] = [:]
  var queryNumbers: SeededGenerator
  /// What each subscription keeps on disk.
  var storages: [SubscriptionID: SubscriptionStorage] = [:]
  /// How far the appliance's wall clock was set.
  var wallOffset = SimDuration.zero
  /// What a full disk did not take.
  var disk = DiskState()

  /// A scenario that has not begun.
  init(
    _ scenario: Scenario, output: any ScenarioOutput, limits: PushLimits = PushLimits()
  ) {
    var options = ApplianceOptions()
    options.seed = scenario.seed
    options.rate = scenario.traffic.rate
    options.messagesMax = scenario.traffic.messagesMax
    options.limits = limits
    // Nobody watches the files of a virtual run grow, but for expectations of times.
    options.fileBytesMin = scenario.expectations.contains(where: \.timesLines) ? 0 : 64 * 1024
    self.scenario = scenario
    self.output = output
    self.now = scenario.start
    self.watcher = ExpectationWatcher(expectations: scenario.expectations)
    self.lab = Lab(scenario)
    self.queryNumbers = SeededGenerator(seed: scenario.seed, stream: "resolver")
    self.appliance = Appliance(
      configuration: scenario.configuration, zone: scenario.zone, options: options,
      start: scenario.start)
  }

  /// Runs to the scenario's end.
  ///
  /// - Parameter goesOn: looks at each step, for checks; false ends the run there.
  /// - Returns: the result, and the output with all that was brought forth.
  consuming func run(
    _ goesOn: ((borrowing ScenarioEngine) -> Bool)?
  ) -> (result: ScenarioResult, output: any ScenarioOutput) {
    var end = self.scenario.start.advanced(by: self.scenario.duration)
    self.scheduleCrashes()
    self.planFaultsOfAppliance()
    self.appliance.start(now: self.now)
    self.settle()
    while let next = self.nextDue, next <= end {
      self.now = max(self.now, next)
      self.runNetwork()
      while let timer = self.timers.popDue(notAfter: self.now) { self.run(timer.event) }
      self.appliance.advance(now: self.now)
      self.settle()
      if self.appliance.isOutOfTime {
        end = self.now
        break
      }
      if let goesOn, !goesOn(self) {
        end = self.now
        break
      }
    }
    self.now = end
    // The stop closes connections, and with them the fate of their lines.
    let remains = self.appliance.remains
    self.appliance.stop(now: end)
    self.settle()
    self.keepUnfinished()
    for file in self.lab.captureFiles { self.output.captured(file.bytes, file: file.name) }
    let packetsLeftOut = self.lab.packetsLeftOut
    let packets = self.lab.packetSummaries
    self.readLastDatagrams()
    let ledgers = self.appliance.ledgers
    let result = ScenarioResult(
      end: self.now, events: self.events, ledgers: ledgers,
      linesNotKept: self.appliance.linesNotKept, traffic: self.appliance.traffic,
      pending: self.appliance.pendingWork(now: self.now),
      pendingAlertMails: self.appliance.pendingAlertMails,
      verdicts: self.watcher.verdicts(ledgers: ledgers), remains: remains,
      packetsLeftOut: packetsLeftOut,
      packets: packets, alertMailAttempts: self.alertMailAttempts,
      datagrams: Dictionary(
        self.datagrams.map { (self.name(of: $0.key), $0.value) }, uniquingKeysWith: { $1 }))
    return (result, self.output)
  }

  /// The name of a subscription's folders.
  func name(of id: SubscriptionID) -> String { self.storages[id]?.name ?? "" }

  /// Since the scenario's start.
  var elapsed: SimDuration { self.scenario.start.duration(to: self.now) }

  private var nextDue: SimInstant? {
    var next = self.appliance.nextWake(now: self.now)
    for due in [self.lab.network.nextDue, self.timers.nextDue] {
      guard let due else { continue }
      next = next.map { min($0, due) } ?? due
    }
    return next
  }

  // MARK: The appliance's actions

  mutating func settle() {
    while true {
      let actions = self.appliance.takeActions()
      if actions.isEmpty { return }
      for action in actions { self.perform(action) }
    }
  }

  private mutating func perform(_ action: ApplianceAction) {
    switch action {
    case .open(let subscription, let storage): self.open(subscription, storage)
    case .close(let subscription, _): self.closed(subscription)
    case .file(let subscription, let fileAction): self.perform(fileAction, subscription)
    case .spool(let subscription, let spoolAction): self.perform(spoolAction, subscription)
    case .transfer: break  // Virtual runs send no files: their options say so.
    case .connect(let subscription, let id, let endpoint):
      self.connectPush(subscription, id, endpoint)
    case .write(let subscription, let id, let writes): self.write(writes, subscription, id)
    case .finish(let subscription, let id): self.finishPush(subscription, id)
    case .closeConnection(let subscription, let id): self.closePush(subscription, id)
    case .sendMail(let mail): self.startMail(mail)
    case .report(let event):
      self.watcher.happened(event, at: self.elapsed)
      self.events.append(event)
    }
  }

  private mutating func run(_ timer: Timer) {
    switch timer {
    case .receiver(let socket): self.receiverTimeReached(socket)
    case .receiverActs(let socket, let action): self.act(action, socket)
    case .pushConnected(let subscription, let socket): self.pushHeard(subscription, socket)
    case .mailClient(let number, let step): self.mailTimeReached(number, step: step)
    case .resolved(let purpose, let addresses): self.resolved(purpose, addresses)
    case .nameTryEnds(let id, let tries): self.nameTryEnded(id, tries: tries)
    case .hostGoesDown(let host):
      self.lab.takeDown(host, now: self.now)
      self.forgetLostSockets()
    case .hostComesBack(let host): self.lab.bringUp(host, now: self.now)
    case .clockIsSet(let step): self.setWallClock(by: step)
    case .rollsOver(let name): self.appliance.rollOverNow(subscription: name, now: self.now)
    }
  }

  /// A timer queue that is full drops the timer: what waits for it waits until something else
  /// happens.
  mutating func schedule(_ timer: Timer, at instant: SimInstant) {
    _ = self.timers.insert(timer, at: max(instant, self.now))
  }
}
