import Logging
import NIOConcurrencyHelpers
import NIOCore
import ServiceLifecycle
import UnixSignals

/// Runs `service` to its end; SIGINT and SIGTERM ask it to shut down gracefully.
///
/// - Parameter onNextSignal: what each further signal does; a shutdown may take its time.
func runUntilSignalled(
  _ service: any Service, onNextSignal: @escaping @Sendable () -> Void = {}
) async throws {
  let group = ServiceGroup(
    configuration: ServiceGroupConfiguration(
      services: [
        .init(
          service: service, successTerminationBehavior: .gracefullyShutdownGroup,
          failureTerminationBehavior: .gracefullyShutdownGroup)
      ],
      // Each command tells its own story; the group's would only repeat it.
      logger: Logger(label: "appliance", factory: { _ in SwiftLogNoOpLogHandler() })))
  // The group would hear of the first signal only.
  let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
  let task = Task {
    var isShuttingDown = false
    for await _ in signals {
      if isShuttingDown { onNextSignal() } else { await group.triggerGracefulShutdown() }
      isShuttingDown = true
    }
  }
  defer { task.cancel() }
  try await group.run()
}

/// SIGUSR1 asks a run for new log files (`rollovernow`).
final class RolloverSignal: Sendable {
  private let task: Task<Void, Never>

  init(_ onSignal: @escaping @Sendable () -> Void) {
    self.task = Task {
      for await _ in await UnixSignalsSequence(trapping: .sigusr1) { onSignal() }
    }
  }

  func cancel() {
    self.task.cancel()
  }
}

/// The end of something that may end for several reasons; the first one counts.
final class EndSignal: Sendable {
  private let promise: EventLoopPromise<Void>
  private let hasEnded = NIOLockedValueBox(false)

  init(on loop: any EventLoop) {
    self.promise = loop.makePromise()
  }

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
