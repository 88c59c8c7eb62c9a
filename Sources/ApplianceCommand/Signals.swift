import Glibc
import Logging
import NIOConcurrencyHelpers
import NIOCore
import ServiceLifecycle

/// The signals of this process, from its first instant on; none is lost, and none ends a command
/// that has held them.
///
/// They are blocked in every thread and taken by the main one, which waits for nothing else. A
/// command that does not hold them dies of them as usual.
final class ProcessSignals: Sendable {
  static let shared = ProcessSignals()
  /// What ends a run in order: an interrupt, a request to end, a terminal that is gone, a reader of
  /// our output that left.
  static let ends = [SIGINT, SIGTERM, SIGHUP, SIGPIPE]
  private static let taken = [SIGINT, SIGTERM, SIGHUP, SIGUSR1]

  private struct State {
    var held: Set<CInt> = []
    var waiting: [CInt] = []
    var handlers: [CInt: @Sendable () -> Void] = [:]
    var hasLostOutput = false
  }

  private let state = NIOLockedValueBox(State())

  private init() {}

  /// Blocks them, before any other thread is made. A reader that left is noticed by the write that
  /// fails.
  func block() {
    signal(SIGPIPE, SIG_IGN)
    var signals = Self.set(Self.taken)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  /// Takes them as they come, without end; for the main thread.
  func takeAll() -> Never {
    // Under nohup a terminal that is gone ends nothing.
    let before = signal(SIGHUP, SIG_DFL)
    signal(SIGHUP, before)
    let isIgnored = unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    var signals = Self.set(Self.taken.filter { $0 != SIGHUP || !isIgnored })
    var signal: CInt = 0
    while true {
      if sigwait(&signals, &signal) == 0 { self.came(signal) }
    }
  }

  private static func set(_ signals: [CInt]) -> sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in signals { sigaddset(&set, signal) }
    return set
  }

  /// From now on these signals wait for a handler.
  func hold(_ signals: [CInt]) {
    self.state.withLockedValue { $0.held.formUnion(signals) }
  }

  /// Calls `handler` for each of these signals, those that wait already included, in order.
  func handle(_ signals: [CInt], _ handler: @escaping @Sendable () -> Void) {
    self.hold(signals)
    let count = self.state.withLockedValue { state in
      for signal in signals { state.handlers[signal] = handler }
      let count = state.waiting.count { signals.contains($0) }
      state.waiting.removeAll { signals.contains($0) }
      return count
    }
    for _ in 0..<count { handler() }
  }

  /// As when somebody asks the process to end.
  func end() {
    self.came(SIGTERM)
  }

  /// Output of this process has no reader any more: what only prints is done, silently; what holds
  /// the signal ends in order.
  func readerLeft() {
    guard self.state.withLockedValue({ $0.held.contains(SIGPIPE) }) else { _exit(1) }
    self.outputFailed()
  }

  /// Output of this process is lost: what holds the signal of a lost reader ends in order by it;
  /// what only prints goes on to its end, which reports it.
  func outputFailed() {
    let isFirst = self.state.withLockedValue { state in
      defer { state.hasLostOutput = true }
      return !state.hasLostOutput && state.held.contains(SIGPIPE)
    }
    if isFirst { self.came(SIGPIPE) }
  }

  private func came(_ signal: CInt) {
    let handler = self.state.withLockedValue { state -> (@Sendable () -> Void)?? in
      guard state.held.contains(signal) else { return nil }
      if let handler = state.handlers[signal] { return handler }
      state.waiting.append(signal)
      return .some(nil)
    }
    switch handler {
    case .some(let handler): handler?()
    case nil:
      // Nobody wants it: it does what it does in any program.
      var only = Self.set([signal])
      pthread_sigmask(SIG_UNBLOCK, &only, nil)
      raise(signal)
      pthread_sigmask(SIG_BLOCK, &only, nil)
    }
  }
}

/// A service that reports when it has begun: a group that does not run yet cannot be shut down.
private struct BegunService: Service {
  let service: any Service
  let onBegin: @Sendable () -> Void

  func run() async throws {
    self.onBegin()
    try await self.service.run()
  }
}

/// Runs `service` to its end; each of `ProcessSignals.ends` asks it to shut down gracefully, those
/// that came before it began too.
///
/// - Parameters:
///   - ends: the signals that do.
///   - onNextSignal: what each further signal does; a shutdown may take its time.
func runUntilSignalled(
  _ service: any Service, ends: [CInt] = ProcessSignals.ends,
  onNextSignal: @escaping @Sendable () -> Void = {}
) async throws {
  let (begun, began) = AsyncStream.makeStream(of: Void.self)
  let (signals, came) = AsyncStream.makeStream(of: Void.self)
  ProcessSignals.shared.handle(ends) { came.yield() }
  let group = ServiceGroup(
    configuration: ServiceGroupConfiguration(
      services: [
        .init(
          service: BegunService(service: service) { began.yield() },
          successTerminationBehavior: .gracefullyShutdownGroup,
          failureTerminationBehavior: .gracefullyShutdownGroup)
      ],
      // Each command reports its own end; the group's would only repeat it.
      logger: Logger(label: "appliance", factory: { _ in SwiftLogNoOpLogHandler() })))
  let task = Task {
    for await _ in begun { break }
    var isShuttingDown = false
    for await _ in signals {
      if isShuttingDown { onNextSignal() } else { await group.triggerGracefulShutdown() }
      isShuttingDown = true
    }
  }
  defer { task.cancel() }
  try await group.run()
}

/// The end of something that may end for several reasons; the first one counts.
final class EndSignal: Sendable {
  private let promise: EventLoopPromise<Void>
  private let hasEnded = NIOLockedValueBox(false)

  init(on loop: any EventLoop) {
    self.promise = loop.makePromise()
  }

  /// Who waits for it is gone where something failed before.
  deinit { self.end() }

  /// Ends it, unless it has ended.
  func end(_ result: Result<Void, any Error> = .success(())) {
    let isFirst = self.hasEnded.withLockedValue { hasEnded in
      defer { hasEnded = true }
      return !hasEnded
    }
    if isFirst { self.promise.completeWith(result) }
  }

  /// Returns at the end, or throws what ended it.
  func wait() async throws {
    try await self.promise.futureResult.get()
  }
}
