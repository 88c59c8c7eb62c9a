internal import ApplianceModel
internal import Alerting
internal import ApplianceConfiguration
internal import LabPeers
internal import LogDelivery
internal import LogModel
internal import MailFlow
internal import NetworkModel
internal import Simulation

/// What a `ScenarioWorld` advances. Not generic over its output: a generic across modules looks its
/// types up again and again.
///
/// One owner of everything: the appliance, the lab's network, the clock and the timers. What is
/// next due decides how far the clock goes. The parts decide: a fact goes to the part that it is
/// about, and the engine carries out what the part returns.
struct ScenarioEngine: ~Copyable {
  /// Who has a socket.
  enum Role: Hashable {
    case push(SubscriptionID, ConnectionID)
    case receiver
    case mailClient(number: UInt32)
    case mailServer
  }

  /// What waits for a time.
  enum Timer: Hashable, Sendable {
    case receiver(SocketID)
    case receiverActs(SocketID, SyslogReceiverConnection.Action)
    case pushConnected(SubscriptionID, SocketID)
    case mailClient(number: UInt32, step: Int)
    case resolved(NameLookups.Purpose, [IPv4Address])
    case nameTryEnds(UInt16, tries: Int)
    case hostGoesDown(Int)
    case hostComesBack(Int)
    case rollsOver(subscription: String?)
    case clockIsSet(by: SimDuration)
  }

  let scenario: Scenario
  var appliance: Appliance
  var lab: Lab
  var record: ScenarioRecord
  var clock: VirtualClock
  /// How far the run was advanced; it ends there.
  private var reached: SimInstant
  var timers = EventQueue<Timer>(capacity: 1 << 20)
  var roles: [SocketID: Role] = [:]
  var names: NameLookups
  var pushes = PushSockets()
  var datagrams: DatagramTally
  var mails = MailSessions()
  var mailServers = MailServers()
  var receivers = SyslogReceivers()
  var disk = VirtualDisk()

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
    self.record = ScenarioRecord(expectations: scenario.expectations, output: output)
    self.clock = VirtualClock(start: scenario.start)
    self.reached = scenario.start
    self.lab = Lab(scenario)
    self.names = NameLookups(seed: scenario.seed)
    self.datagrams = DatagramTally(appliance: scenario.network.applianceAddress)
    self.appliance = Appliance(
      configuration: scenario.configuration, zone: scenario.zone, options: options,
      start: scenario.start)
  }

  var now: SimInstant { self.clock.now }

  /// When the scenario is over, however far the run is advanced.
  var latest: SimInstant { self.scenario.start.advanced(by: self.scenario.duration) }

  // MARK: The run

  /// The appliance starts; comes first.
  mutating func begin() {
    self.planFaults()
    self.appliance.start(now: self.now)
    self.settle()
  }

  /// Does everything that is due until `instant`, but not after the scenario's end.
  mutating func advance(to instant: SimInstant) {
    let limit = min(instant, self.latest)
    while self.step(notAfter: limit) {}
  }

  /// Does what is due next.
  ///
  /// - Returns: whether to go on; not when nothing is due until `limit`, or the clock left the
  ///   years of a run.
  mutating func step(notAfter limit: SimInstant) -> Bool {
    guard !self.appliance.isOutOfTime else { return false }
    guard let next = self.nextDue, next <= limit else {
      self.reached = max(self.reached, limit)
      return false
    }
    self.clock.advance(to: next)
    self.reached = self.now
    self.runNetwork()
    while let timer = self.timers.popDue(notAfter: self.now) { self.run(timer.event) }
    self.appliance.advance(now: self.now)
    self.settle()
    return !self.appliance.isOutOfTime
  }

  /// The run ends where it was advanced to.
  ///
  /// - Returns: the result, and the output with everything that was produced.
  consuming func end() -> (result: ScenarioResult, output: any ScenarioOutput) {
    self.clock.advance(to: self.reached)
    // The stop closes connections, and with them the fate of their lines.
    let remains = self.appliance.remains
    self.appliance.stop(now: self.now)
    self.settle()
    for rest in self.receivers.unfinished() {
      self.record.received(rest.lines, host: rest.host, at: self.clock.elapsed)
    }
    for file in self.lab.captureFiles { self.record.captured(file.bytes, file: file.name) }
    let packetsLeftOut = self.lab.packetsLeftOut
    let packets = self.lab.packetSummaries
    self.readLastDatagrams()
    let ledgers = self.appliance.ledgers
    let disk = self.disk
    let result = ScenarioResult(
      end: self.now, events: self.record.events, ledgers: ledgers,
      linesNotKept: self.appliance.linesNotKept, traffic: self.appliance.traffic,
      pending: self.appliance.pendingWork(now: self.now),
      pendingAlertMails: self.appliance.pendingAlertMails,
      verdicts: self.record.watcher.verdicts(ledgers: ledgers), remains: remains,
      packetsLeftOut: packetsLeftOut,
      packets: packets, alertMailAttempts: self.mails.ended,
      datagrams: self.datagrams.counts { disk.name(of: $0) })
    return (result, self.record.output)
  }

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
    case .open(let subscription, let storage):
      self.disk.opened(subscription, storage)?
        .recover(into: &self.appliance, subscription: subscription, now: self.now)
      self.appliance.opened(subscription: subscription, now: self.now)
    case .close(let subscription, _): self.disk.closed(subscription)
    case .file(let subscription, let fileAction): self.perform(fileAction, subscription)
    case .spool(let subscription, let spoolAction): self.perform(spoolAction, subscription)
    case .transfer: break  // Virtual runs send no files: their options say so.
    case .connect(let subscription, let id, let endpoint):
      self.pushes.connect(subscription, id, endpoint)
      self.resolve(endpoint.host, .push(subscription, id))
    case .write(let subscription, let id, let writes):
      self.perform(self.pushes.write(writes, subscription, id), subscription, id)
    case .finish(let subscription, let id):
      guard let socket = self.pushes.finish(subscription, id) else { return }
      self.lab.network.shutdown(socket, now: self.now)
    case .closeConnection(let subscription, let id): self.closePush(subscription, id)
    case .sendMail(let mail):
      self.perform(self.mails.start(mail), mail.number)
      self.resolve(mail.relay.host, .mail(number: mail.number))
    case .report(let event): self.record.happened(event, at: self.clock.elapsed)
    }
  }

  private mutating func run(_ timer: Timer) {
    switch timer {
    case .receiver(let socket):
      self.perform(self.receivers.timeReached(socket, now: self.now), socket)
    case .receiverActs(let socket, let action):
      self.perform(self.receivers.decided(action, socket), socket)
    case .pushConnected(let subscription, let socket): self.pushHeard(subscription, socket)
    case .mailClient(let number, let step):
      self.perform(self.mails.timeReached(number, step: step), number)
    case .resolved(let purpose, let addresses): self.resolved(purpose, addresses)
    case .nameTryEnds(let id, let tries):
      self.perform(self.names.tryEnded(id, tries: tries, now: self.now))
    case .hostGoesDown(let host):
      self.lab.takeDown(host, now: self.now)
      self.forgetLostSockets()
    case .hostComesBack(let host): self.lab.bringUp(host, now: self.now)
    case .clockIsSet(let step):
      if let wall = self.clock.setWall(by: step) {
        self.appliance.wallClock(is: wall, now: self.now)
      } else {
        self.appliance.leaveTime(now: self.now)
      }
    case .rollsOver(let name): self.appliance.rollOverNow(subscription: name, now: self.now)
    }
  }

  /// A timer queue that is full drops the timer: what waits for it waits until something else
  /// happens.
  mutating func schedule(_ timer: Timer, at instant: SimInstant) {
    _ = self.timers.insert(timer, at: max(instant, self.now))
  }
}
