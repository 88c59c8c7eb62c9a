public import ApplianceConfiguration
public import ApplianceModel
public import FileStore
public import MailFlow
internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOPosix
public import ServiceLifecycle
public import Simulation

/// How a live run stands, for a status line.
public struct LiveStatus: Sendable {
  /// What the traffic has come to.
  public let traffic: MailFlowCounters
  /// What the traffic has not done, by kind.
  public let pending: [PendingWork]
  /// The ledgers as they stand.
  public let ledgers: [SubscriptionLedger]
  /// The subscriptions whose push has a connection now.
  public let connected: [String]
  /// How many lines are in no file, though files were meant for them; by subscription.
  public let notKept: [String: UInt64]
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
  private let onRollOver = NIOLockedValueBox<(@Sendable () -> Void)?>(nil)
  private let onEnd = NIOLockedValueBox<(@Sendable () -> Void)?>(nil)
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

  /// Saves the log files being written and begins the next ones (`rollovernow`).
  public func rollOverNow() {
    self.onRollOver.withLockedValue { $0 }?()
  }

  /// Ends the run at once, as when a drain has taken too long.
  public func endNow() {
    self.onEnd.withLockedValue { $0 }?()
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
        box.value = live
        self.onRollOver.withLockedValue { $0 = { loop.execute { box.value?.rollOverNow() } } }
        self.onEnd.withLockedValue { $0 = { loop.execute { box.value?.giveUp() } } }
        self.scheduleStatus(on: loop, box: box)
        live.start()
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
      traffic: live.traffic, pending: live.pendingWork, ledgers: live.ledgers,
      connected: live.connectedSubscriptions,
      notKept: live.linesNotKept, journalProblem: problem)
  }
}
