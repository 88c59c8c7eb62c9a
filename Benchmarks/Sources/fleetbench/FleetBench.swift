import ConfigurationXML
import Glibc
import LogDelivery
import Scenarios
import Simulation

/// The memory of many appliances that are alive at once in simulated time, each with its push
/// connected and traffic of a message a second.
///
/// usage: fleetbench CONFIGURATION COUNT SECONDS
@main
struct FleetBench {
  /// What a world brought forth, counted and not kept.
  private struct Counts: ScenarioOutput, Sendable {
    var received = 0

    mutating func perform(_ action: LogFileAction, subscription: String) {}
    mutating func received(_ bytes: [UInt8], host: String) { self.received += bytes.count }
    mutating func captured(_ bytes: [UInt8], file: String) {}
    mutating func mailed(_ bytes: [UInt8], number: Int) {}
  }

  /// A world has no copy, and an array wants one.
  private final class Box {
    var world: ScenarioWorld<Counts>?

    init(_ world: consuming ScenarioWorld<Counts>) {
      self.world = consume world
    }
  }

  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 4, let count = Int(arguments[2]), let seconds = Int64(arguments[3])
    else { throw Problem(description: "usage: fleetbench CONFIGURATION COUNT SECONDS") }
    let scenario = try Self.scenario(configuration: arguments[1], seconds: seconds)
    let before = Self.kilobytes("VmRSS")
    var boxes: [Box] = []
    for number in 0..<count {
      var own = scenario
      own.seed = UInt64(number + 1)
      boxes.append(Box(ScenarioWorld(own, output: Counts())))
    }
    // A second of each in turn: all are alive, and none is ahead.
    for second in 1...seconds {
      for box in boxes { box.world?.advance(to: .seconds(second)) }
    }
    let after = Self.kilobytes("VmRSS")
    var connected = 0
    var lines: UInt64 = 0
    for box in boxes {
      guard let (result, output) = box.world.take()?.end() else { continue }
      let pushes = result.ledgers.count
      if output.received > 0, result.events.count(where: { $0.kind == .pushConnected }) == pushes {
        connected += 1
      }
      lines += result.ledgers.reduce(0) { $0 + $1.totals.accepted }
    }
    print(
      "fleet\t\(count) appliances\t\(connected) connected\t\(lines) lines\t\((after - before) / 1024) MB"
    )
  }

  private static func scenario(configuration path: String, seconds: Int64) throws -> Scenario {
    let result = ConfigurationReader().read(contentsOf: path)
    guard let configuration = result.configuration else {
      throw Problem(description: "\(path) is no configuration")
    }
    let server = HostPlan(
      name: "syslog", address: IPv4Address(127, 0, 0, 1),
      services: [.syslogTCP(port: 5514)])
    var scenario = Scenario(
      name: "fleet", teaches: "", start: SimInstant(secondsSinceEpoch: 1_435_215_003),
      duration: .seconds(seconds), configuration: configuration,
      zone: ZoneTransitions(name: "UTC+2", initialOffsetSeconds: 7200),
      network: NetworkPlan(applianceAddress: IPv4Address(192, 0, 2, 10), hosts: [server]))
    scenario.capture.places = []
    return scenario
  }

  /// A figure of the kernel's about this process, in kB.
  private static func kilobytes(_ name: String) -> Int {
    guard let file = fopen("/proc/self/status", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, 256, file) != nil {
      let bytes = line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      let text = String(decoding: bytes, as: UTF8.self)
      guard text.hasPrefix(name + ":") else { continue }
      return Int(text.drop { !$0.isNumber }.prefix { $0.isNumber }) ?? 0
    }
    return 0
  }
}

private struct Problem: Error, CustomStringConvertible {
  let description: String
}
