import ApplianceConfiguration
import ApplianceRuntime
import ArgumentParser
import ConfigurationXML
import Simulation

/// A configuration that a run can use.
struct LoadedConfiguration: Sendable {
  var configuration: Configuration
  let zone: ZoneTransitions

  /// Reads a file, tells its findings on standard error, and fails when it has errors.
  static func read(_ path: String) throws -> LoadedConfiguration {
    try self.accept(ConfigurationReader().read(contentsOf: path), name: path)
  }

  /// Reads a configuration from memory.
  static func read(_ bytes: [UInt8], name: String) throws -> LoadedConfiguration {
    try self.accept(ConfigurationReader().read(bytes: bytes, name: name), name: name)
  }

  private static func accept(_ result: ReadResult, name: String) throws -> LoadedConfiguration {
    for finding in result.diagnostics where finding.severity != .note {
      Terminal.error.line(describe(finding, file: name))
    }
    guard let configuration = result.configuration else { throw ExitCode.failure }
    var clock = WallClock()
    let zoneName = configuration.timeZone.value
    guard let zone = ZoneDatabase.zone(named: zoneName, from: clock.now()) else {
      let place = configuration.timeZone.position.map { ":\($0.line):\($0.column)" } ?? ""
      throw CommandFailure(
        "\(name)\(place): error: time zone \"\(zoneName)\" is not known; allowed: a name of the "
          + "time zone database, such as Africa/Johannesburg")
    }
    return LoadedConfiguration(configuration: configuration, zone: zone)
  }
}
