public import Alerting
public import ApplianceModel
public import FileStore
internal import ApplianceConfiguration
public import LiveNetwork
internal import LogDelivery
internal import LogModel
public import MailFlow
internal import MailTransport
internal import NetworkModel
public import NIOCore
internal import Simulation

/// Runs an `Appliance` by the real clock on real sockets; bound to one event loop, which owns it
/// all.
///
/// Decides nothing but when to call: it turns events of sockets and timers into calls of the
/// appliance, and the appliance's actions into I/O.
public final class LiveAppliance {
  let loop: any EventLoop
  var settings: LiveSettings
  /// Where folders are made; `nil` for a run without files.
  let output: OutputFolder?
  /// What each subscription has open on disk.
  var open: [SubscriptionID: OpenSubscription] = [:]
  private let onAppend: (String, [UInt8]) -> Void
  private let onEvent: (RunEvent) -> Void
  private let onEnd: (LiveOutcome) -> Void
  var appliance: Appliance
  var clock: LiveClock
  var sockets: [SubscriptionID: (id: ConnectionID, socket: SyslogPushSocket)] = [:]
  /// What pushes waited for when the run ended.
  var lastAttempts: [String: PushAttempt]?
  /// Which connection of which push has which local port, for what a lab's receiver tells.
  private var connectionsByPort: [Int: (subscription: SubscriptionID, id: ConnectionID)] = [:]
  private var transfers: [SubscriptionID: FileTransfer] = [:]
  /// The subscriptions whose latest action on a file failed.
  var failingFolders: Set<SubscriptionID> = []
  /// The pushes whose disk buffer could not be written, and is not known to be written again.
  var failingSpools: Set<SubscriptionID> = []
  /// How subscriptions stood that are no more, where that could not be written yet.
  var unkept: [(SubscriptionRecord, SpoolFolder?)] = []
  private var sessions: [UInt32: SMTPClientSession] = [:]
  private var wakeTimer: Scheduled<Void>?
  private var acknowledgementTimer: Scheduled<Void>?
  private var isStepScheduled = false
  private var isRunningActions = false
  var hasEnded = false
  /// Where connections really go, asked with host, port and whether it is TCP; `nil`: as it says.
  public var destination: (String, UInt16, Bool) -> LiveDestination? = { _, _, _ in nil }
  /// What is captured of its sockets; `nil` for nothing. To be set before `start`.
  public var capture: LiveCapture?
  /// Where the ledgers are kept for the next run; `nil` for nowhere. To be set before `start`.
  public var journals: JournalFolder?
  /// Where alert mails wait for the next run; `nil` for nowhere. To be set before `start`.
  public var mailQueue: AlertMailQueue?
  /// Where alert mails go, for the capture.
  var relays: [(host: String, port: UInt16)] = []

  /// An appliance that has not been started.
  ///
  /// - Parameters:
  ///   - clock: what the appliance's start was read from.
  ///   - output: where its folders are; `nil` keeps no files.
  ///   - onAppend: what is appended to the files of which subscription, on the loop.
  ///   - onEvent: what a report tells, in order, on the loop.
  ///   - onEnd: called once, on the loop, behind the last event.
  public init(
    loop: any EventLoop, appliance: consuming Appliance, clock: LiveClock,
    settings: LiveSettings = LiveSettings(), output: OutputFolder?,
    onAppend: @escaping (String, [UInt8]) -> Void = { _, _ in },
    onEvent: @escaping (RunEvent) -> Void, onEnd: @escaping (LiveOutcome) -> Void
  ) {
    self.loop = loop
    self.appliance = appliance
    self.clock = clock
    self.settings = settings
    self.output = output
    self.onAppend = onAppend
    self.onEvent = onEvent
    self.onEnd = onEnd
  }

  // MARK: What the owner asks

  /// Opens logs and pushes and lets the traffic flow.
  public func start() {
    self.loop.assertInEventLoop()
    let mails: [PendingAlertMail]
    do throws(FileStoreError) {
      mails = try self.mailQueue?.load() ?? []
    } catch {
      self.end(.failed(error))
      return
    }
    self.beginCapture()
    self.appliance.start(now: self.now())
    self.runActions()
    guard !self.hasEnded else { return }
    self.appliance.restore(alertMails: mails, now: self.now())
    self.scheduleAcknowledgements()
    self.step()
  }

  /// Ends the traffic, drains, and ends.
  public func stop() {
    guard !self.hasEnded else { return }
    self.appliance.stopTraffic(now: self.now())
    self.step()
  }

  /// Saves the files being written and begins the next ones (`rollovernow`).
  ///
  /// - Parameter name: of one subscription; `nil` for all.
  public func rollOverNow(subscription name: String? = nil) {
    guard !self.hasEnded else { return }
    self.appliance.rollOverNow(subscription: name, now: self.now())
    self.step()
  }

  /// Ends at once, whatever waits.
  func giveUp() {
    self.end(.ended(self.appliance.remains))
  }

  /// Ends at once, as a scenario does when its time is over.
  public func endNow() {
    // Its lines are looked at as they stand; the stop closes connections, and with them their fate.
    self.readAcknowledgements()
    self.end(.ended(self.appliance.remains), abandonsQueues: false)
  }

  /// A receiver in the lab read that many lines of the connection that comes from `port`.
  public func receiverRead(lines: UInt64, fromPort port: Int) {
    guard let (subscription, id) = self.connectionsByPort[port] else { return }
    self.appliance.receiverRead(lines: lines, subscription: subscription, id)
  }

  /// The ledgers as earlier runs left them.
  public var earlierLedgers: [SubscriptionLedger] { self.appliance.earlierLedgers }

  /// The ledgers as they stand.
  public var ledgers: [SubscriptionLedger] { self.appliance.ledgers }

  /// The alert mails that are neither delivered nor given up.
  public var pendingAlertMails: [PendingAlertMail] { self.appliance.pendingAlertMails }

  /// What the traffic has come to.
  public var traffic: MailFlowCounters { self.appliance.traffic }

  // MARK: Stepping

  func step() {
    guard !self.hasEnded else { return }
    self.isStepScheduled = false
    // Whoever is told of an event may hold or stop the traffic: the actions at hand come first.
    guard !self.isRunningActions else { return self.stepSoon() }
    self.readUrgentAcknowledgements()
    self.appliance.advance(now: self.now())
    self.runActions()
    if self.appliance.isOutOfTime { return self.end(.outOfTime) }
    self.scheduleNext()
  }

  /// Steps once the events at hand are dealt with.
  func stepSoon() {
    guard !self.isStepScheduled, !self.hasEnded else { return }
    self.isStepScheduled = true
    self.loop.assumeIsolated().execute { self.step() }
  }

  private func scheduleNext() {
    guard !self.hasEnded else { return }
    let now = self.now()
    if self.appliance.isTrafficFinished, self.settings.endsWithTraffic {
      let remains = self.appliance.drain(timeout: self.settings.drainTimeout, now: now)
      self.runActions()
      if let remains { self.end(.ended(remains)) }
    }
    guard !self.hasEnded, let wake = self.appliance.nextWake(now: now) else { return }
    var delay = now.duration(to: wake)
    // Nobody tells of an acknowledgement: it has to be looked for.
    if self.awaitsAcknowledgements { delay = min(delay, .milliseconds(1)) }
    if delay <= .zero {
      self.stepSoon()
      return
    }
    self.wakeTimer?.cancel()
    self.wakeTimer = self.loop.assumeIsolated().scheduleTask(
      in: .nanoseconds(delay.nanoseconds)
    ) { self.step() }
  }

  private func scheduleAcknowledgements() {
    self.acknowledgementTimer = self.loop.assumeIsolated().scheduleTask(
      in: .nanoseconds(self.settings.acknowledgementInterval.nanoseconds)
    ) {
      self.readAcknowledgements()
      self.lookAtClock()
      self.scheduleNext()
      if !self.hasEnded { self.scheduleAcknowledgements() }
    }
  }

  private func readAcknowledgements() {
    for id in self.sockets.keys { self.readAcknowledgements(of: id) }
  }

  func take(_ progress: PushProgress, _ subscription: SubscriptionID, _ id: ConnectionID) {
    self.saw(progress, subscription, id)
    self.appliance.bytesAcknowledged(
      progress.acknowledgedBytes, subscription: subscription, id, now: self.now())
  }

  // MARK: Actions

  func runActions() {
    // An action may yield events at once, and these new actions; one loop runs them all, in order.
    guard !self.isRunningActions else { return }
    self.isRunningActions = true
    defer { self.isRunningActions = false }
    while !self.hasEnded {
      let actions = self.appliance.takeActions()
      if actions.isEmpty { return }
      for action in actions {
        if self.hasEnded { return }
        self.run(action)
      }
    }
  }

  private func run(_ action: ApplianceAction) {
    switch action {
    case .open(let subscription, let storage): self.open(subscription, storage)
    case .close(let subscription, let record): self.close(subscription, record)
    case .file(let subscription, let fileAction): self.perform(fileAction, in: subscription)
    case .spool(let subscription, let spoolAction): self.perform(spoolAction, in: subscription)
    case .transfer(let subscription, let name, let endpoint):
      self.transfer(name, subscription, endpoint)
    case .connect(let subscription, let id, let endpoint):
      self.connect(subscription, id, endpoint)
    case .write(let subscription, let id, let writes):
      if let entry = self.sockets[subscription], entry.id == id { entry.socket.write(writes) }
    case .finish(let subscription, let id):
      if let entry = self.sockets[subscription], entry.id == id { entry.socket.finish() }
    case .closeConnection(let subscription, let id):
      if let entry = self.sockets[subscription], entry.id == id {
        self.sockets[subscription] = nil
        entry.socket.close()
      }
    case .sendMail(let mail): self.send(mail)
    case .report(let event): self.onEvent(event)
    }
  }

  private func perform(_ action: LogFileAction, in subscription: SubscriptionID) {
    let now = self.now()
    do throws(FileStoreError) {
      try self.open[subscription]?.folder?.perform(action)
      if case .save(_, let name) = action {
        self.appliance.fileSaved(subscription: subscription, name: name, now: now)
      }
      guard case .append(let bytes, _) = action else { return }
      self.onAppend(self.open[subscription]?.storage.name ?? "", bytes)
      if self.failingFolders.remove(subscription) != nil {
        self.appliance.filesRecovered(subscription: subscription, now: now)
      }
    } catch {
      if error.code == .gone {
        let name = error.path.split(separator: "/").last.map(String.init) ?? ""
        return self.appliance.fileGone(subscription: subscription, action, name: name, now: now)
      }
      self.failingFolders.insert(subscription)
      self.appliance.fileFailed(subscription: subscription, action, reason: error.reason, now: now)
    }
  }

  private func connect(
    _ subscription: SubscriptionID, _ id: ConnectionID, _ endpoint: PushEndpoint
  ) {
    let isTCP = endpoint.transport == .tcp
    let capture = self.capture
    let socket = SyslogPushSocket(
      loop: self.loop, endpoint: endpoint,
      destination: self.destination(endpoint.host, endpoint.port, isTCP),
      connectTimeout: self.settings.connectTimeout,
      trace: { capture?.trace(isTCP ? .tcp : .udp) }
    ) { event in self.handle(event, subscription, id) }
    self.sockets[subscription] = (id, socket)
    socket.connect()
  }

  private func handle(
    _ event: PushSocketEvent, _ subscription: SubscriptionID, _ id: ConnectionID
  ) {
    guard !self.hasEnded else { return }
    let now = self.now()
    switch event {
    case .connected:
      // Only of TCP: a UDP socket may have the same number.
      if let socket = self.sockets[subscription]?.socket, socket.progress() != nil,
        let port = socket.localPort
      {
        self.connectionsByPort[port] = (subscription, id)
      }
      self.appliance.connected(subscription: subscription, id, now: now)
    case .wrote(let count):
      // The largest window has to be seen: it moves while bytes flow.
      if self.open[subscription]?.spool != nil,
        let progress = self.sockets[subscription]?.socket.progress()
      {
        self.saw(progress, subscription, id)
      }
      self.appliance.bytesWritten(count, subscription: subscription, id, now: now)
      self.stepSoon()
      return
    case .peerClosed:
      if !self.appliance.peerClosed(subscription: subscription, id, now: now) {
        // Which tells of it by `failed`.
        self.sockets[subscription]?.socket.endOfFile()
        return
      }
    case .failed(let failure, let progress):
      if let progress { self.take(progress, subscription, id) }
      self.appliance.connectionFailed(subscription: subscription, id, failure, now: now)
    }
    self.runActions()
    self.stepSoon()
  }

  private func transfer(
    _ name: String, _ subscription: SubscriptionID, _ endpoint: FileTransferEndpoint
  ) {
    guard let folder = self.open[subscription]?.folder else { return }
    let request = self.request(name, endpoint, path: folder.path(of: name))
    self.transfers[subscription] = FileTransfer(loop: self.loop, request: request) { failure in
      self.transfers[subscription] = nil
      guard !self.hasEnded else { return }
      self.appliance.transferFinished(
        subscription: subscription, name: name, failure: failure,
        client: request.invocation.program,
        now: self.now())
      self.runActions()
      self.stepSoon()
    }
  }

  private func send(_ mail: AlertMail) {
    let capture = self.capture
    let session = SMTPClientSession(
      loop: self.loop, transaction: mail.transaction, trace: { capture?.trace(.tcp) }
    ) { outcome in
      self.sessions[mail.number] = nil
      guard !self.hasEnded, let recipient = outcome.recipients.first else { return }
      self.appliance.mailFinished(mail, fate: recipient.fate, now: self.now())
      self.runActions()
      self.stepSoon()
    }
    self.sessions[mail.number] = session
    session.start(
      host: mail.relay.host, port: mail.relay.port,
      destination: self.destination(mail.relay.host, mail.relay.port, true))
  }

  // MARK: Ending

  func end(_ outcome: LiveOutcome, abandonsQueues: Bool = true) {
    guard !self.hasEnded else { return }
    self.readAcknowledgements()
    self.lastAttempts = self.pushAttempts
    if case .failed = outcome {
      self.hasEnded = true
    } else {
      self.appliance.stop(now: self.now())
      self.runActions()
      if abandonsQueues { self.appliance.abandonQueues() }
      self.hasEnded = true
    }
    for timer in [self.wakeTimer, self.acknowledgementTimer] { timer?.cancel() }
    for entry in self.sockets.values { entry.socket.close() }
    for session in self.sessions.values { session.cancel() }
    for transfer in self.transfers.values { transfer.cancel() }
    self.sockets = [:]
    self.onEnd(outcome)
  }
}
