import ApplianceConfiguration
import LogFormats
import LogModel
import MailFlow
import NetworkModel
import Simulation
import TestKit

/// Lines a second that one core models, and models and renders, in memory; medians of five.
///
/// usage: modelbench MESSAGES
@main
struct ModelBench {
  private static let runs = 5

  static func main() {
    let messages = CommandLine.arguments.dropFirst().first.flatMap(Int.init) ?? 100_000
    self.measure("model", messages: messages, renders: false)
    self.measure("model and render", messages: messages, renders: true)
    LedgerBench.measure(messages: messages, runs: self.runs)
    self.measureNetwork()
  }

  /// A stream of 100 MB by TCP between two hosts: what one event of the network costs.
  private static func measureNetwork() {
    var costs: [Double] = []
    var events: UInt64 = 0
    for _ in 0..<self.runs {
      let clock = ContinuousClock()
      let elapsed = clock.measure { events = self.stream(bytes: 100_000_000) }
      let seconds =
        Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
      costs.append(seconds * 1e9 / Double(events))
    }
    print("network\t\(events) events\t\(Int(costs.sorted()[self.runs / 2])) ns an event")
  }

  private static func stream(bytes: Int) -> UInt64 {
    let start = SimInstant(secondsSinceEpoch: 1_435_215_003)
    var network = Network(seed: 7, start: start)
    let near = network.addHost(IPv4Address(10, 0, 0, 1), profile: .appliance)
    let far = network.addHost(IPv4Address(10, 0, 0, 2), profile: .documentedServer)
    _ = network.addPath(between: near, and: far, settings: PathSettings())
    _ = network.listen(on: far, port: 514)
    let socket = network.connect(
      from: near, to: Endpoint(IPv4Address(10, 0, 0, 2), 514), now: start)
    let chunk = [UInt8](repeating: 0x61, count: 16_384)
    var left = bytes
    var news: [NetworkEvent] = []
    while left > 0, let due = network.nextDue {
      network.advance(to: due, into: &news)
      news.removeAll(keepingCapacity: true)
      while left > 0 {
        let taken = network.send(Array(chunk.prefix(left)), on: socket, now: due)
        left -= taken
        if taken < chunk.count { break }
      }
    }
    return network.eventCount
  }

  private static func measure(_ name: String, messages: Int, renders: Bool) {
    var rates: [Double] = []
    var lines = 0
    for _ in 0..<self.runs {
      let clock = ContinuousClock()
      let elapsed = clock.measure { lines = self.run(messages: messages, renders: renders) }
      let seconds =
        Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
      rates.append(Double(lines) / seconds)
    }
    let median = rates.sorted()[self.runs / 2]
    print("\(name)\t\(lines) lines\t\(Int(median)) lines/s\t\(Int(1e9 / median)) ns a line")
  }

  private static func run(messages: Int, renders: Bool) -> Int {
    var texts = TextArena()
    var flow = self.flow(messages: messages, texts: &texts)
    var events: [LogEvent] = []
    var renderer = LogRenderer()
    var batch = RenderedBatch()
    var lines = 0
    while !flow.isFinished {
      flow.advance(to: .distantFuture, eventsMax: 256, into: &events)
      lines += events.count
      if renders {
        texts.withView {
          renderer.render(events, texts: $0, zone: Fixtures.johannesburg, into: &batch)
        }
        batch.removeAll()
      }
      events.removeAll(keepingCapacity: true)
    }
    return lines
  }

  /// The traffic of each measurement: of 100 messages a second, as fast as it goes.
  static func flow(messages: Int, texts: inout TextArena) -> MailFlow {
    let configuration = Fixtures.configuration(subscriptions: [])
    return MailFlow(
      settings: MailFlowSettings(
        hostname: configuration.hostname.value, rate: MessageRate(messages: 100),
        messageLimit: messages, interfaces: configuration.interfaces,
        listeners: configuration.listeners),
      seed: 7, start: Fixtures.documentedInstant, texts: &texts)
  }
}
