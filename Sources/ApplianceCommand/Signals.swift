import Logging
import ServiceLifecycle
import UnixSignals

/// Runs `service` to its end; SIGINT and SIGTERM ask it to shut down gracefully.
func runUntilSignalled(_ service: any Service) async throws {
  let group = ServiceGroup(
    configuration: ServiceGroupConfiguration(
      services: [
        .init(
          service: service, successTerminationBehavior: .gracefullyShutdownGroup,
          failureTerminationBehavior: .gracefullyShutdownGroup)
      ],
      gracefulShutdownSignals: [.sigterm, .sigint],
      // Each command tells its own story; the group's would only repeat it.
      logger: Logger(label: "appliance", factory: { _ in SwiftLogNoOpLogHandler() })))
  try await group.run()
}
