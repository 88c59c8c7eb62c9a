import ApplianceRuntime
import ArgumentParser
import Foundation
import ScenarioFiles
import Scenarios

/// A scenario from a file that a person named.
enum LoadedScenario {
  /// Reads a file, tells what is wrong with it on standard error, and fails when something is.
  static func read(_ path: String, settings: [ScenarioSetting] = []) throws -> Scenario {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw CommandFailure("\(path): cannot read the scenario's file")
    }
    let reader = ScenarioReader(
      sources: .init(
        sample: PackageResources.appliance_config_xml,
        // A scenario may come from anybody: it names files beside or below its own only.
        configuration: ConfigurationFolder(of: path).bytes,
        zone: { ZoneDatabase.zone(named: $0, from: $1) }))
    do throws(ScenarioFileError) {
      return try reader.read(bytes: Array(data), file: path, settings: settings)
    } catch {
      for line in error.lines { Terminal.error.line(line) }
      throw ExitCode.failure
    }
  }
}
