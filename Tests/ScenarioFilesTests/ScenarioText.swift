import Foundation
import ScenarioFiles
import Scenarios
import Simulation
import Support

/// Scenario files as text, and what the reader says of them.
enum ScenarioText {
  static let base = """
    name: x
    teaches: y
    start: 2015-06-25T08:50:00+02:00
    duration: 10s
    configuration: sample
    network: { appliance: { address: 10.0.0.1 }, hosts: [{ name: log, address: 10.0.0.2, \
    services: [{ syslog-tcp: 514 }, { syslog-udp: 514 }] }] }
    """

  /// The good file with its line of the snippet's key replaced, or with the snippet at its end.
  static func with(_ snippet: String) -> String {
    let key = snippet.prefix { $0 != ":" } + ":"
    var lines = self.base.split(separator: "\n").map(String.init)
    if let index = lines.firstIndex(where: { $0.hasPrefix(key) }) {
      lines[index] = snippet
    } else {
      lines.append(snippet)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  static let sample = Result {
    Array(
      try Data(contentsOf: Repository.url.appendingPathComponent("appliance-config.xml")))
  }

  static func reader(
    configuration: @escaping @Sendable (String) throws -> [UInt8] = { name in
      throw ScenarioText.Missing(description: "found \"\(name)\", allowed: a file that is there")
    }
  ) throws -> ScenarioReader {
    ScenarioReader(
      sources: .init(
        sample: try self.sample.get(), configuration: configuration,
        zone: { name, _ in
          name == "Nowhere/Land" ? nil : ZoneTransitions(name: name, initialOffsetSeconds: 7200)
        }))
  }

  struct Missing: Error, CustomStringConvertible {
    let description: String
  }

  /// What is wrong, without the file's name.
  static func findings(_ text: String) throws -> [String] {
    try self.findings(bytes: Array(text.utf8))
  }

  static func findings(bytes: [UInt8]) throws -> [String] {
    let reader = try self.reader()
    do {
      _ = try reader.read(bytes: bytes, file: "x.yaml")
      return []
    } catch {
      return error.lines.map { String($0.dropFirst("x.yaml:".count)) }
    }
  }
}
