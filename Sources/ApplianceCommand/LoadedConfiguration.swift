import ApplianceConfiguration
import ApplianceModel
import ApplianceRuntime
import ArgumentParser
import ConfigurationXML
import Foundation
import Simulation

/// What the system's clock shows, for what is written down.
enum SystemTime {
  static func now() throws -> SimInstant {
    guard let now = LiveClock.wall() else { throw CommandFailure(RunEvent.outOfTime) }
    return now
  }
}

/// A configuration that a run can use.
struct LoadedConfiguration: Sendable {
  var configuration: Configuration
  let zone: ZoneTransitions

  /// Reads a file, prints its findings on standard error, and fails when it has errors.
  static func read(_ path: String) throws -> LoadedConfiguration {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      throw CommandFailure(
        "\(path) is a folder; name one configuration file, such as appliance-config.xml")
    }
    return try self.accept(ConfigurationReader.knowingZones().read(contentsOf: path), name: path)
  }

  /// Reads a configuration from memory.
  static func read(_ bytes: [UInt8], name: String) throws -> LoadedConfiguration {
    try self.accept(
      ConfigurationReader.knowingZones().read(bytes: bytes, name: name), name: name)
  }

  private static func accept(_ result: ReadResult, name: String) throws -> LoadedConfiguration {
    for finding in result.diagnostics where finding.severity != .note {
      Terminal.error.line(describe(finding, file: name))
    }
    guard let configuration = result.configuration else { throw ExitCode.failure }
    // The reader has asked for the zone.
    let now = try SystemTime.now()
    let name = configuration.timeZone.value
    guard let zone = ZoneDatabase.zone(named: name, around: now) else {
      throw CommandFailure("\(name): the data of this time zone is gone")
    }
    return LoadedConfiguration(configuration: configuration.inEffect, zone: zone)
  }
}

extension ConfigurationReader {
  /// A reader that knows the system's time zones.
  static func knowingZones(
    mode: ReadingMode = .strict, limits: ReadingLimits = ReadingLimits()
  ) -> ConfigurationReader {
    var reader = ConfigurationReader(mode: mode, limits: limits)
    reader.isTimeZone = ZoneDatabase.isZone
    return reader
  }
}
