import Foundation
import ScenarioFiles
import Simulation
import Support

/// The reader of scenario files, as `appliance simulate` has it.
enum SwarmFiles {
  private static let sample = Result {
    Array(
      try Data(contentsOf: Repository.url.appendingPathComponent("appliance-config.xml")))
  }

  struct NoFile: Error {}

  static func reader() throws -> ScenarioReader {
    ScenarioReader(
      sources: .init(
        sample: try self.sample.get(), configuration: { _ in throw NoFile() },
        zone: { name, _ in ZoneTransitions(name: name, initialOffsetSeconds: 7200) }),
      refusesIdleFaults: false)
  }
}
