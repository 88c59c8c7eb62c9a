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
    guard let zone = Self.zone(of: configuration) else {
      Terminal.error.line(describe(Self.unknownZone(configuration), file: name))
      throw ExitCode.failure
    }
    return LoadedConfiguration(configuration: configuration, zone: zone)
  }

  /// The finding about a time zone that the system's data does not have; `nil` when it does.
  ///
  /// Only the shell can make it: the core has no zone data.
  static func zoneFinding(_ configuration: Configuration) -> Diagnostic? {
    self.zone(of: configuration) == nil ? self.unknownZone(configuration) : nil
  }

  private static func zone(of configuration: Configuration) -> ZoneTransitions? {
    var clock = WallClock()
    return ZoneDatabase.zone(named: configuration.timeZone.value, from: clock.now())
  }

  private static func unknownZone(_ configuration: Configuration) -> Diagnostic {
    Diagnostic(
      .timeZoneInvalid, at: configuration.timeZone.position,
      found: Diagnostic.quote(configuration.timeZone.value),
      allowed: "a name of the time zone database, such as Africa/Johannesburg")
  }
}
