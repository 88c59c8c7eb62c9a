public import Alerting
public import ApplianceConfiguration
public import ApplianceModel
public import FileStore
public import LiveNetwork
public import MailFlow
internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOPosix
public import ServiceLifecycle
public import Simulation

/// How a live run stands, for a status line.
public struct LiveStatus: Sendable {
  /// When, by a monotonic clock, in nanoseconds.
  public let uptimeNanoseconds: UInt64
  /// What the traffic has come to.
  public let traffic: MailFlowCounters
  /// What the traffic has not done, by kind.
  public let pending: [PendingWork]
  /// The ledgers as they stand.
  public let ledgers: [SubscriptionLedger]
  /// The ledgers as earlier runs with this output left them; this run's go on from there.
  public let earlierLedgers: [SubscriptionLedger]
  /// The window that the peer of each connected TCP push advertised last, in bytes. It falls while
  /// a server does not read.
  public let windows: [String: Int]
  /// The subscriptions whose push has a connection now.
  public let connected: [String]
  /// What each push that is connecting waits for.
  public let attempts: [String: PushAttempt]
  /// How many lines are in no file, though files were meant for them; by subscription.
  public let notKept: [String: UInt64]
  /// The alert mails that are neither delivered nor given up.
  public let pendingAlertMails: [PendingAlertMail]
  /// Why the journal of the ledgers could not be kept; `nil` when it could.
  public let journalProblem: FileStoreError?
}

/// A live run from start to end, as a service: a graceful shutdown ends the traffic and drains.
public final class LiveRun: Service {
  private let configuration: Configuration
  private let zone: ZoneTransitions
  private let options: ApplianceOptions
  private let settings: LiveSettings
  private let output: OutputFolder
  private let capture: LiveCapture?
  private let onEvent: @Sendable (RunEvent) -> Void
  private let onStatus: @Sendable (LiveStatus) -> Void
  private let orders = NIOLockedValueBox(Orders())
  private let promised = NIOLockedValueBox<Set<String>>([])
  private let ended = NIOLockedValueBox<(LiveOutcome, LiveStatus)?>(nil)

  /// A run that has not begun.
  ///
  /// - Parameters:
  ///   - capture: what is captured of its sockets; `nil` for nothing.
  ///   - onEvent: what a report tells, in order.
  ///   - onStatus: once a second.
  public init(
    configuration: Configuration, zone: ZoneTransitions, options: ApplianceOptions,
    settings: LiveSettings, output: OutputFolder, capture: LiveCapture? = nil,
    onEvent: @escaping @Sendable (RunEvent) -> Void,
    onStatus: @escaping @Sendable (LiveStatus) -> Void
  ) {
    self.configuration = configuration
    self.zone = zone
    self.options = options
    self.settings = settings
    self.output = output
    self.capture = capture
    self.onEvent = onEvent
    self.onStatus = onStatus
  }

  /// How the run ended and how it stood then; `nil` before.
  public var result: (outcome: LiveOutcome, status: LiveStatus)? {
    self.ended.withLockedValue { $0 }
  }

  /// The pushes whose delivery mode keeps, or kept before a commit, lines on disk until they are
  /// delivered.
  public var promisedSubscriptions: Set<String> {
    self.promised.withLockedValue { $0 }.union(self.configuration.promisedSubscriptions)
  }

  /// What became of a commit.
  public enum CommitOutcome: Hashable, Sendable {
    /// It has taken effect, but for sections that do at the next start.
    case applied(atNextStart: [String])
    /// It changes nothing that takes effect now.
    case unchanged(atNextStart: [String])
    /// These subscriptions would keep what became of their lines at another place than the output
    /// folder has it; nothing is changed.
    case changesOfMode([String])
  }

  /// Takes a commit while it runs.
  ///
  /// - Parameters:
  ///   - configuration: what is in effect of it (`Configuration.inEffect`).
  ///   - zone: the transitions of its time zone.
  ///   - ssh: the files that its SCP pushes need.
  ///   - onOutcome: called on the loop.
  public func commit(
    _ configuration: Configuration, zone: ZoneTransitions, ssh: SSHFiles,
    onOutcome: @escaping @Sendable (CommitOutcome) -> Void
  ) {
    self.order { live in
      let delta = ConfigurationDelta(from: live.configuration, to: configuration)
      let modes = delta.changesOfMode(from: live.configuration)
      guard modes.isEmpty else { return onOutcome(.changesOfMode(modes)) }
      self.promised.withLockedValue { $0.formUnion(configuration.promisedSubscriptions) }
      live.settings.ssh = ssh
      live.apply(delta, zone: zone)
      let later = delta.atNextStart.sorted()
      onOutcome(delta.isEmpty ? .unchanged(atNextStart: later) : .applied(atNextStart: later))
    }
  }

  /// Saves the log files being written and begins the next ones (`rollovernow`).
  public func rollOverNow() {
    self.order { $0.rollOverNow() }
  }

  /// Ends the run at once, as when a drain has taken too long.
  public func endNow() {
    self.order { $0.giveUp() }
  }

  /// What was asked of a run that has not begun, and how to ask one that has.
  private struct Orders {
    var waiting: [@Sendable (LiveAppliance) -> Void] = []
    var give: (@Sendable (@escaping @Sendable (LiveAppliance) -> Void) -> Void)?
  }

  private func order(_ order: @escaping @Sendable (LiveAppliance) -> Void) {
    let give = self.orders.withLockedValue { orders in
      if orders.give == nil { orders.waiting.append(order) }
      return orders.give
    }
    give?(order)
  }

  /// Runs until the traffic is done, or a shutdown is asked for, and the pushes have drained.
  public func run() async throws {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let box = NIOLoopBoundBox<LiveAppliance?>.makeBoxSendingValue(nil, eventLoop: loop)
    let done = loop.makePromise(of: Void.self)
    loop.execute {
      do throws(FileStoreError) {
        let live = try self.makeLive(on: loop, box: box, done: done)
        live.capture = self.capture
        live.journals = try self.output.journalFolder()
        live.mailQueue = AlertMailQueue(output: self.output)
        box.value = live
        self.scheduleStatus(on: loop, box: box)
        live.start()
        // A run that is killed in its first second has left its figures and journals too.
        if box.value != nil { self.onStatus(Self.status(of: live)) }
        let waiting = self.orders.withLockedValue { orders in
          orders.give = { order in loop.execute { if let live = box.value { order(live) } } }
          return orders.waiting
        }
        for order in waiting { if box.value != nil { order(live) } }
      } catch {
        done.fail(error)
      }
    }
    try await withGracefulShutdownHandler {
      try await done.futureResult.get()
    } onGracefulShutdown: {
      loop.execute { box.value?.stop() }
    }
  }

  private func makeLive(
    on loop: any EventLoop, box: NIOLoopBoundBox<LiveAppliance?>, done: EventLoopPromise<Void>
  ) throws(FileStoreError) -> LiveAppliance {
    try LiveAppliance(
      loop: loop, configuration: self.configuration, zone: self.zone, options: self.options,
      settings: self.settings, output: self.output, onEvent: self.onEvent
    ) { outcome in
      guard let live = box.value else { return }
      let status = Self.status(of: live)
      self.ended.withLockedValue { $0 = (outcome, status) }
      box.value = nil
      done.succeed()
    }
  }

  private func scheduleStatus(on loop: any EventLoop, box: NIOLoopBoundBox<LiveAppliance?>) {
    loop.scheduleTask(in: .seconds(1)) {
      guard let live = box.value else { return }
      self.onStatus(Self.status(of: live))
      self.scheduleStatus(on: loop, box: box)
    }
  }

  private static func status(of live: LiveAppliance) -> LiveStatus {
    var problem: FileStoreError?
    do throws(FileStoreError) { try live.keepJournals() } catch { problem = error }
    return LiveStatus(
      uptimeNanoseconds: NIODeadline.now().uptimeNanoseconds, traffic: live.traffic,
      pending: live.pendingWork, ledgers: live.ledgers, earlierLedgers: live.earlierLedgers,
      windows: live.peerWindows,
      connected: live.connectedSubscriptions, attempts: live.pushAttempts,
      notKept: live.linesNotKept,
      pendingAlertMails: live.pendingAlertMails, journalProblem: problem)
  }
}
