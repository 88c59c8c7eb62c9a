public import ApplianceModel
public import FileStore
internal import LiveNetwork
internal import MailTransport
public import NIOCore
public import Scenarios
internal import Simulation

/// Runs a scenario in the live world: its hosts on loopback, its faults by proxies and servers, its
/// expectations judged as in virtual time. Bound to one event loop.
///
/// Stamps are the wall clock's, so nothing of it is the same bytes twice.
public final class LiveScenario {
  /// What the end came to, with everything that was brought forth.
  public typealias End = Result<(result: ScenarioResult, output: any ScenarioOutput), any Error>

  /// How long servers may take to read what the appliance left on the way.
  private static let lastReads = TimeAmount.seconds(1)
  private static let look = TimeAmount.milliseconds(20)

  private let loop: any EventLoop
  private let scenario: Scenario
  private let folder: OutputFolder?
  private let onEvent: (RunEvent) -> Void
  private let onEnd: (End) -> Void
  private var output: any ScenarioOutput
  private var watcher: ExpectationWatcher
  private let clock = LiveClock()
  private var start = SimInstant(nanoseconds: 0)
  private var lab: LiveLab?
  private var live: LiveAppliance?
  private var endTimer: Scheduled<Void>?
  private var events: [RunEvent] = []
  private var mailsTaken = 0
  private var hasEnded = false
  /// What is captured of the appliance's sockets; `nil` for nothing. To be set before `begin`.
  public var capture: LiveCapture?

  /// A scenario that has not begun.
  ///
  /// - Parameters:
  ///   - output: takes what servers read and mails; log files go to `folder`.
  ///   - folder: `nil` keeps no log files.
  ///   - onEvent: what a report tells, in order, on the loop.
  ///   - onEnd: called once, on the loop.
  public init(
    loop: any EventLoop, scenario: Scenario, output: any ScenarioOutput, folder: OutputFolder?,
    onEvent: @escaping (RunEvent) -> Void, onEnd: @escaping (End) -> Void
  ) {
    self.loop = loop
    self.scenario = scenario
    self.output = output
    self.folder = folder
    self.onEvent = onEvent
    self.onEnd = onEnd
    self.watcher = ExpectationWatcher(expectations: scenario.expectations)
  }

  /// What real sockets cannot do of a scenario, or only in part; in words.
  public static func warnings(_ scenario: Scenario) -> [String] {
    scenario.network.hosts.flatMap {
      LiveFaults(scenario, host: $0.name, start: FaultProxy.now()).warnings
    }
  }

  /// What real sockets cannot do at all of a scenario, so that running it would teach the wrong
  /// thing; in words.
  public static func refusals(_ scenario: Scenario) -> [String] {
    scenario.faults.compactMap { fault in
      fault.kind.liveRefusal.map { "\(fault.kind.name) at \(fault.host): \($0)" }
    }
  }

  /// Opens the lab and starts the appliance.
  public func begin() {
    let lab = LiveLab(loop: self.loop, scenario: self.scenario) { self.happened($0) }
    self.lab = lab
    lab.open { result in
      switch result {
      case .success: self.startAppliance()
      case .failure(let error):
        self.finish(.failure(LiveLabError(description: "the lab cannot listen: \(error)")))
      }
    }
  }

  /// Ends before the time is over.
  public func stop() {
    self.live?.endNow()
  }

  private func startAppliance() {
    var options = ApplianceOptions()
    options.seed = self.scenario.seed
    options.rate = self.scenario.traffic.rate
    options.messagesMax = self.scenario.traffic.messagesMax
    var settings = LiveSettings()
    settings.endsWithTraffic = false
    self.start = self.clock.elapsed()
    // The scenario's zone is that of its own date.
    let zone = ZoneDatabase.zone(named: self.scenario.zone.name, around: self.start)
    do throws(FileStoreError) {
      let live = try LiveAppliance(
        loop: self.loop, configuration: self.scenario.configuration,
        zone: zone ?? self.scenario.zone, options: options, settings: settings,
        output: self.folder, clock: self.clock,
        onAppend: { self.watcher.logged($1, subscription: $0, at: self.elapsed()) },
        onEvent: { self.happened($0) }, onEnd: { self.applianceEnded($0) })
      live.destination = { host, port, isTCP in
        self.lab?.destination(host, port, isTCP: isTCP)
      }
      live.capture = self.capture
      self.live = live
      self.endTimer = self.loop.assumeIsolated().scheduleTask(
        in: .nanoseconds(self.scenario.duration.nanoseconds)
      ) { live.endNow() }
      self.planFaults(of: live)
      live.start()
    } catch {
      self.finish(.failure(error))
    }
  }

  /// What goes wrong in the appliance itself.
  private func planFaults(of live: LiveAppliance) {
    func schedule(_ since: SimDuration, _ act: @escaping () -> Void) {
      self.loop.assumeIsolated().scheduleTask(in: .nanoseconds(since.nanoseconds), act)
    }
    for fault in self.scenario.faults {
      switch fault.kind {
      case .appliance(.rollOverNow(let name)):
        schedule(fault.when.from) { live.rollOverNow(subscription: name) }
      case .appliance(.clockStep(let step)):
        schedule(fault.when.from) { live.setWallClock(by: step) }
      case .appliance(.diskFull):
        schedule(fault.when.from) { live.setDiskFull(true) }
        if let until = fault.when.until { schedule(until) { live.setDiskFull(false) } }
      default: break
      }
    }
  }

  private func elapsed() -> SimDuration {
    self.start.duration(to: self.clock.elapsed())
  }

  // MARK: Facts

  private func happened(_ event: RunEvent) {
    self.watcher.happened(event, at: self.elapsed())
    self.events.append(event)
    self.onEvent(event)
  }

  private func happened(_ event: LiveLab.Event) {
    switch event {
    case .received(let buffer, let host):
      let bytes = Array(buffer.readableBytesView)
      self.watcher.received(bytes, host: host, at: self.elapsed())
      self.output.received(bytes, host: host)
    case .receipt(let lines, let port):
      self.live?.receiverRead(lines: lines, fromPort: port)
    case .mailed(let message):
      self.mailsTaken += 1
      self.watcher.mailed(subject: MailSubject.read(message.bytes), at: self.elapsed())
      self.output.mailed(message.bytes, number: self.mailsTaken)
    case .proxy:
      break
    }
  }

  private func applianceEnded(_ outcome: LiveOutcome) {
    self.endTimer?.cancel()
    let deadline = NIODeadline.now() + Self.lastReads
    switch outcome {
    case .failed(let error): self.finish(.failure(error))
    case .ended(let remains): self.finishWhenRead(until: deadline, remains)
    case .outOfTime: self.finishWhenRead(until: deadline, .nothing)
    }
  }

  private func finishWhenRead(until deadline: NIODeadline, _ remains: RunRemains) {
    let isOpen = self.lab.map { $0.openConnections > 0 } ?? false
    guard isOpen, NIODeadline.now() < deadline else { return self.judge(remains) }
    self.loop.assumeIsolated().scheduleTask(in: Self.look) {
      self.finishWhenRead(until: deadline, remains)
    }
  }

  private func judge(_ remains: RunRemains) {
    guard let live = self.live else { return }
    let ledgers = live.ledgers
    let result = ScenarioResult(
      end: self.scenario.start.advanced(by: self.elapsed()), events: self.events,
      ledgers: ledgers, linesNotKept: live.linesNotKept, traffic: live.traffic,
      pending: live.pendingWork,
      pendingAlertMails: live.pendingAlertMails, verdicts: self.watcher.verdicts(ledgers: ledgers),
      remains: remains)
    self.finish(.success((result, self.output)))
  }

  private func finish(_ end: End) {
    guard !self.hasEnded else { return }
    self.hasEnded = true
    self.lab?.close()
    self.onEnd(end)
  }
}
