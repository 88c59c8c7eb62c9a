import ApplianceConfiguration
import ScenarioFiles
import Scenarios
import Simulation
import Testing

/// `--set`: values in place of those of a file.
@Suite struct SettingTests {
  private static func read(_ settings: [String]) throws -> Scenario {
    let parsed = try settings.map { try #require(ScenarioSetting($0), "\($0)") }
    let text = ScenarioText.with("faults: [{ fault: loss, permille: 3, host: log }]")
    return try ScenarioText.reader().read(
      bytes: Array(text.utf8), file: "x.yaml", settings: parsed)
  }

  private static func failure(_ setting: String) -> [String] {
    do {
      _ = try self.read([setting])
      return []
    } catch let error as ScenarioFileError {
      return error.lines
    } catch {
      return ["\(error)"]
    }
  }

  @Test func valuesTakeThePlaceOfTheFiles() throws {
    let scenario = try Self.read([
      "seed=7", "network.hosts.log.path.mss_clamp=1300", "faults.0.permille=5",
      "network.hosts.0.services=[{ syslog-tcp: 514 }]",
      "overrides=<hostname>other.example.com</hostname>",
    ])
    #expect(scenario.seed == 7)
    #expect(scenario.network.hosts.first?.path.mssClamp == 1300)
    #expect(scenario.network.hosts.first?.services == [.syslogTCP(port: 514)])
    #expect(scenario.faults.map(\.kind) == [.path(.loss(permille: 5))])
    #expect(scenario.configuration.hostname.value == "other.example.com")
  }

  @Test(arguments: [
    (
      "faults.1.permille=5",
      "x.yaml:7:9: error: --set faults.1.permille: found no entry 1, allowed: "
    ),
    ("network.hosts.lag.stack=linux", "--set network.hosts.lag.stack: found no entry lag"),
    ("name.x=1", "x.yaml:1:7: error: --set name.x: found \"x\" where x should be"),
    ("seed=many", "x.yaml:1:1: error: seed: found \"many\", allowed: 0 to"),
    ("seed=[", "--set seed: found \"[\", allowed: YAML: not YAML"),
    ("sed=1", "unknown key sed"),
  ])
  func whatIsWrongIsSaid(_ setting: String, _ message: String) {
    let lines = Self.failure(setting)
    #expect(lines.contains { $0.contains(message) }, "\(lines)")
  }

  @Test(arguments: ["seed", "=1", "a..b=1", ".a=1", ""])
  func whatIsNoSettingIsRefused(_ text: String) {
    #expect(ScenarioSetting(text) == nil)
  }
}
