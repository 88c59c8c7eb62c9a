public import Alerting
public import ApplianceConfiguration
internal import BasicContainers
public import LogDelivery
internal import LogFormats
public import LogModel
public import MailFlow
public import Simulation

/// One simulated appliance: mail flow, log subscriptions, pushes and alerts, as a value.
///
/// It reads no clock and does no I/O. Its owner tells what happened, with the time, and carries out
/// the actions that `takeActions` yields, in order. Both worlds run it (docs/ARCHITECTURE.md).
///
/// `now` is elapsed time that looks like an instant: what a wall clock would show that was right at
/// the start and was never set since. `wallClock(is:now:)` tells where it was. What is written down
/// is stamped by the appliance's clock (docs/ARCHITECTURE.md, "Time").
public struct Appliance: ~Copyable, Sendable {
  let options: ApplianceOptions
  /// What it is set to.
  public internal(set) var configuration: Configuration
  var zone: ZoneTransitions
  /// Between two status lines.
  var statusInterval: SimDuration
  private var texts = TextArena()
  var flow: MailFlow
  private var renderer = LogRenderer()
  private var batch = RenderedBatch()
  var events: [LogEvent] = []
  var subscriptions = UniqueArray<LogSubscription>()
  /// The number of the next subscription.
  var nextSubscription: UInt32
  /// Those that are no more.
  var ended = EndedSubscriptions()
  var alerts: AlertService
  var actions: [ApplianceAction] = []
  var clock: ApplianceClock
  /// In model time.
  var nextStatus: SimInstant
  var heldSince: SimInstant?
  /// Since when mail that is due waits for room, and how long it did before.
  var waitsSince: SimInstant?
  var waited = SimDuration.zero
  var hasReportedEnd = false
  var wasStopped = false
  private(set) var hasStopped = false
  /// Whether the clock left the years of `SimInstant.runs`: the owner is to end the run.
  public internal(set) var isOutOfTime = false
  /// Subscriptions whose folders the owner has not opened yet.
  var opening: Set<SubscriptionID> = []
  var hasStarted = false
  /// The ledgers as earlier runs left them.
  public internal(set) var earlierLedgers: [SubscriptionLedger] = []
  /// What behind the traffic's end is waited for.
  var drain: Drain?

  /// An appliance that has not been started.
  ///
  /// - Parameters:
  ///   - zone: the transitions of the configuration's time zone.
  ///   - start: when the mail flow begins, elapsed and by the wall clock.
  public init(
    configuration: Configuration, zone: ZoneTransitions, options: ApplianceOptions,
    start: SimInstant
  ) {
    self.options = options
    self.configuration = configuration
    self.zone = zone
    self.statusInterval = .seconds(
      Int64(configuration.logGlobals.systemMeasurementsFrequencySeconds.value))
    self.nextStatus = start.advanced(by: self.statusInterval)
    self.clock = ApplianceClock(
      isModelTime: options.rate == .maximum, stampsByWall: options.stampsByWall, start: start)
    self.flow = MailFlow(
      settings: MailFlowSettings(configuration, zone: zone, options: options),
      seed: options.seed, start: start, texts: &self.texts)
    self.nextSubscription = UInt32(configuration.subscriptions.count)
    let limits = options.limits.shared(by: configuration)
    for (number, settings) in configuration.subscriptions.enumerated() {
      self.subscriptions.append(
        LogSubscription(
          SubscriptionID(UInt32(number)), settings: settings,
          origin: FileOrigin(configuration), header: HeaderLines(configuration),
          keepsRecord: options.keepsRecord, backoff: options.backoff, limits: limits))
    }
    self.alerts = AlertService(
      origin: AlertOrigin(configuration), settings: configuration.alerts,
      routes: configuration.smtpRoutes,
      policy: options.mailPolicy)
    if options.sendsFiles {
      for index in 0..<self.subscriptions.count {
        guard self.subscriptions[index].transferEndpoint != nil else { continue }
        self.subscriptions[index].transfers = FileTransferQueue(backoff: options.transferBackoff)
      }
    }
  }

  // MARK: What the owner asks

  /// Where a subscription stands; `nil` for one that is no more, of which late news is none.
  ///
  /// Numbers are given in order and subscriptions are only ever added behind the others.
  func place(of id: SubscriptionID) -> Int? {
    var low = 0
    var high = self.subscriptions.count
    while low < high {
      let middle = (low + high) / 2
      let found = self.subscriptions[middle].id
      if found == id { return middle }
      if found < id { low = middle + 1 } else { high = middle }
    }
    return nil
  }

  /// What each subscription keeps on disk, in order.
  public var storages: [(id: SubscriptionID, storage: SubscriptionStorage)] {
    (0..<self.subscriptions.count).map {
      (self.subscriptions[$0].id, self.subscriptions[$0].storage)
    }
  }

  /// Where the pushes go, in order.
  public var pushEndpoints: [PushEndpoint] {
    (0..<self.subscriptions.count).compactMap {
      self.subscriptions[$0].readPush { $0.endpoint }
    }
  }

  /// When the owner should call `advance` again at the latest; `nil` when only an event can lead
  /// on.
  public func nextWake(now: SimInstant) -> SimInstant? {
    var wake = self.alerts.wakeAt
    func consider(_ instant: SimInstant?) {
      guard let instant else { return }
      wake = wake.map { min($0, instant) } ?? instant
    }
    consider(self.drain?.until)
    for index in 0..<self.subscriptions.count {
      consider(self.subscriptions[index].wakeAt)
      consider(self.subscriptions[index].filesRetryAt)
      consider(self.subscriptions[index].rolloverDue.flatMap { self.clock.elapsed(ofStamp: $0) })
    }
    guard self.heldSince == nil, !self.flow.isFinished else { return wake }
    if self.isAtFullSpeed {
      // A push that stalls lets the model go on after a while, without an event of its own.
      consider(self.isHeldByAPush(now: now) ? now.advanced(by: self.options.limits.stallTime) : now)
    } else {
      consider(self.clock.elapsed(ofModel: self.nextStatus))
      consider(
        self.waitsSince != nil
          ? now.advanced(by: Self.roomInterval)
          : self.flow.nextDue.map { self.clock.elapsed(ofModel: $0) })
    }
    return wake
  }

  /// Whether the traffic has ended, every push has drained and no alert mail is under way.
  ///
  /// A push without connection has not drained, unless the owner stopped the traffic and no line
  /// waits.
  public var isFinished: Bool {
    guard self.flow.isFinished, self.alerts.isIdle else { return false }
    for index in 0..<self.subscriptions.count {
      if self.subscriptions[index].filesWaiting > 0 { return false }
    }
    for index in 0..<self.subscriptions.count {
      let isDone = self.subscriptions[index].readPush {
        $0.isDrained || self.wasStopped && $0.isIdleWithoutConnection
      }
      if isDone == false { return false }
    }
    return true
  }

  /// Whether no more lines will come of the mail flow.
  public var isTrafficFinished: Bool { self.flow.isFinished }

  /// Whether news of a push's acknowledgements is wanted soon.
  public func wantsAcknowledgements(subscription: SubscriptionID, now: SimInstant) -> Bool {
    guard let index = self.place(of: subscription) else { return false }
    return self.subscriptions[index].readPush { $0.wantsAcknowledgements(now: now) } ?? false
  }

  /// Whether a subscription's push has a connection now.
  public func isConnected(subscription: SubscriptionID) -> Bool {
    guard let index = self.place(of: subscription) else { return false }
    return self.subscriptions[index].readPush { $0.connectedID != nil } ?? false
  }

  /// The ledger of each pushed subscription, by name, in file order.
  public var ledgers: [SubscriptionLedger] {
    (0..<self.subscriptions.count).compactMap { self.ledger($0) } + self.ended.ledgers
  }

  func ledger(_ index: Int) -> SubscriptionLedger? {
    self.subscriptions[index].readPush { $0.ledgerWithDisk }.map {
      SubscriptionLedger(subscription: self.subscriptions[index].name, $0)
    }
  }

  /// What the mail flow has done so far.
  public var traffic: MailFlowCounters { self.flow.counters }

  /// The latest alerts, oldest first.
  public var alertHistory: [Alert] { self.alerts.history }

  /// The actions since the last call, in order.
  public mutating func takeActions() -> [ApplianceAction] {
    for index in 0..<self.subscriptions.count { self.collectSpoolActions(index) }
    self.collectFileActions()
    let taken = self.actions
    self.actions = []
    return taken
  }

  // MARK: Start and end

  /// Has the folders opened; logs and pushes begin when all of them are.
  public mutating func start(now: SimInstant) {
    for index in 0..<self.subscriptions.count { self.open(index) }
    self.beginWhatIsOpen([], now: now)
  }

  mutating func open(_ index: Int) {
    let id = self.subscriptions[index].id
    self.opening.insert(id)
    self.actions.append(.open(id, self.subscriptions[index].storage))
  }

  /// The folders of a subscription are open, and what an earlier run left there was said.
  public mutating func opened(subscription: SubscriptionID, now: SimInstant) {
    guard self.opening.remove(subscription) != nil else { return }
    self.beginWhatIsOpen([subscription], now: now)
  }

  /// - Parameter ids: what was opened, behind the start.
  mutating func beginWhatIsOpen(_ ids: [SubscriptionID], now: SimInstant) {
    guard self.hasStarted || self.opening.isEmpty else { return }
    let places =
      self.hasStarted ? ids.compactMap { self.place(of: $0) } : Array(0..<self.subscriptions.count)
    if !self.hasStarted {
      self.hasStarted = true
      self.earlierLedgers = self.ledgers
      self.report(.applianceStarted, now: now)
    }
    let stamp = self.stampForWriting(now)
    for index in places { self.subscriptions[index].openFiles(stamp: stamp, zone: self.zone) }
    // Before any socket: a machine with few descriptors has its log files at least.
    self.collectFileActions()
    for index in places {
      let zone = self.zone
      let action = self.subscriptions[index].withPush {
        $0.start(now: now, stamp: stamp, zone: zone)
      }
      self.perform(action, index, now: now)
    }
  }

  /// Takes notice of log files that an earlier run left in a subscription's folder.
  public mutating func adopt(files: [String], subscription: SubscriptionID) {
    guard let index = self.place(of: subscription) else { return }
    self.subscriptions[index].files?.adopt(existing: files)
    for name in self.subscriptions[index].files?.savedNames ?? [] where files.contains(name) {
      self.subscriptions[index].transfers?.saved(name)
    }
  }

  /// Closes the pushes and saves the files; nothing may follow but `takeActions`.
  public mutating func stop(now: SimInstant) {
    self.hasStopped = true
    for index in 0..<self.subscriptions.count {
      self.closePush(index, now: now)
      self.subscriptions[index].files?.close()
    }
    self.report(.applianceStopped, now: now)
  }

  mutating func closePush(_ index: Int, now: SimInstant) {
    let stamp = self.stamp(now)
    if case .close(let id)? = self.subscriptions[index].withPush({
      $0.close(now: now, stamp: stamp)
    }) {
      self.actions.append(.closeConnection(self.subscriptions[index].id, id))
      self.report(.pushClosed, index, id, now: now)
    }
  }

  /// The process is about to end, behind `stop`: lines that wait in memory alone are gone with it.
  public mutating func abandonQueues() {
    for index in 0..<self.subscriptions.count {
      self.subscriptions[index].withPush { $0.backlog.abandonQueue() }
    }
  }

  // MARK: Lines

  /// Renders the events and gives them to each subscription.
  mutating func deliver(now: SimInstant) {
    let stamps = self.clock.lineStamps(now)
    self.texts.withView { view in
      self.renderer.render(
        self.events, texts: view, stamps: stamps, zone: self.zone, into: &self.batch)
    }
    self.events.removeAll(keepingCapacity: true)
    // One whose folders a commit has opened takes lines once it is known what an earlier one left.
    let opening = self.hasStarted ? self.opening : []
    for index in 0..<self.subscriptions.count
    where opening.isEmpty || !opening.contains(self.subscriptions[index].id) {
      self.subscriptions[index].append(self.batch, zone: self.zone)
    }
    self.batch.removeAll()
    self.texts.releaseTransients()
  }

  /// Logs what the mail flow knows nothing of, behind the lines that it owes until now.
  mutating func log(_ lines: [(LogLevel, String, LogType)], now: SimInstant) {
    _ = self.stampForWriting(now)
    self.log(lines, at: self.clock.modelInstant(now), now: now)
  }

  /// - Parameter instant: in model time.
  mutating func log(
    _ lines: [(LogLevel, String, LogType)], at instant: SimInstant, now: SimInstant
  ) {
    for (level, text, type) in lines {
      self.events.append(
        LogEvent(at: instant, .text(self.texts.addTransient(text)), type: type, level: level))
    }
    self.deliver(now: now)
  }

  private mutating func collectFileActions() {
    for index in 0..<self.subscriptions.count {
      for action in self.subscriptions[index].takeFileActions(
        minimumBytes: self.options.fileBytesMin)
      {
        self.actions.append(.file(self.subscriptions[index].id, action))
      }
    }
  }

  mutating func collectWrites(now: SimInstant) {
    var leaving: [(index: Int, id: ConnectionID, writes: [PushWrite])] = []
    for index in 0..<self.subscriptions.count {
      // A line is on disk before it leaves.
      self.collectSpoolActions(index)
      guard let id = self.subscriptions[index].readPush({ $0.connectedID }) ?? nil else { continue }
      self.collectGracefulCloses(index, now: now)
      var writes: [PushWrite] = []
      self.subscriptions[index].withPush { $0.takeWrites(into: &writes, now: now) }
      if !writes.isEmpty { leaving.append((index, id, writes)) }
    }
    guard !leaving.isEmpty else { return }
    // Whenever the process is killed, a line that left is in the log files.
    self.collectFileActions()
    for (index, id, writes) in leaving {
      for write in writes where self.subscriptions[index].reportedWrites < 3 {
        self.subscriptions[index].reportedWrites += 1
        self.report(
          .pushWrote(bytes: write.bytes.count, lines: write.lineCount), index, id, now: now)
      }
      self.actions.append(.write(self.subscriptions[index].id, id, writes))
    }
  }
}
