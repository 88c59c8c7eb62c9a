import ApplianceModel
import Foundation
import LiveNetwork
import NIOCore
import NIOPosix
import ScenarioFiles
import Scenarios
import Simulation
import Support
import Testing

@testable import ApplianceRuntime

/// Each fault of a scenario's file on real sockets: planned in YAML, played by the lab's servers,
/// its proxies, the look-up or the run, and seen by a client of loopback.
@Suite struct LiveFaultDrivesTests {
  private static let datagrams = 40

  private static func scenario(_ faults: String) throws -> Scenario {
    let text = """
      name: x
      teaches: y
      start: 2015-06-25T08:50:00+02:00
      duration: 4s
      configuration: sample
      overrides: |
        <log_subscriptions><log_text><name>Mail_Log</name><module>mail</module>
        <log_level>3</log_level><retrieval><syslog_push><hostname>log.example.com</hostname>
        <protocol>TCP</protocol></syslog_push></retrieval></log_text>
        <log_text><name>mail_logs</name><module>mail</module><log_level>3</log_level>
        <retrieval><ftp_poll><filename>mail</filename></ftp_poll></retrieval>
        </log_text></log_subscriptions>
      traffic: { rate: 4, messages: 12 }
      network:
        appliance: { address: 10.0.0.1 }
        hosts:
          - { name: it, address: 10.0.0.2, services: [{ syslog-tcp: 514 }, { syslog-udp: 514 }] }
        names: [{ name: log.example.com, addresses: [10.0.0.2] }]
      faults: [\(faults)]
      """
    let sample = try Data(
      contentsOf: Repository.url.appendingPathComponent("appliance-config.xml"))
    let reader = ScenarioReader(
      sources: .init(
        sample: Array(sample), configuration: { _ in throw ChannelError.eof },
        zone: { ZoneDatabase.zone(named: $0, from: $1) }))
    return try reader.read(text, file: "x.yaml")
  }

  @Test func eachFaultHasACase() {
    #expect(FaultCase.all.map(\.name).sorted() == FaultRow.all.map(\.name).sorted())
  }

  @Test(arguments: FaultCase.all)
  func eachFaultIsSeen(_ fault: FaultCase) async throws {
    let row = try #require(FaultRow.named(fault.name))
    let place = row.isOfNames ? "log.example.com" : "it"
    let scenario = try Self.scenario(
      fault.fileText(at: place, from: row.isOfAppliance ? .milliseconds(500) : nil))
    switch fault.live {
    case .notPlayed:
      #expect(scenario.faults.first?.kind.liveRefusal != nil)
    case .reported(let kind):
      let (result, _) = try await TwoWorldsTests.runLive(scenario)
      let kinds = result.events.map(\.kind.rawValue)
      #expect(kinds.contains(kind), "\(kinds)")
    case .noAddress, .otherAddress, .refused, .unanswered, .reset, .ended, .resetAtEnd, .stuffed,
      .held, .late, .lost, .doubled, .reordered, .cut:
      let seen = try await Self.visit(scenario, for: fault.live)
      #expect(seen == fault.live)
    }
  }

  /// Without a fault nothing of all that is seen.
  @Test func aLabWithoutFaultsServes() async throws {
    let scenario = try Self.scenario("")
    #expect(try await Self.visit(scenario, for: nil) == nil)
    let (result, _) = try await TwoWorldsTests.runLive(scenario)
    let kinds = Set(result.events.map(\.kind.rawValue))
    for case .reported(let kind) in FaultCase.all.map(\.live) {
      #expect(!kinds.contains(kind), "\(kind)")
    }
  }

  /// Opens a lab, looks what shows `sign`, and closes it.
  private static func visit(_ scenario: Scenario, for sign: FaultSign?) async throws -> FaultSign? {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let done = loop.makePromise(of: FaultSign?.self)
    let deadline = loop.scheduleTask(in: .seconds(120)) { done.fail(ChannelError.eof) }
    loop.execute { LabVisit(loop: loop, scenario: scenario, sign: sign, done: done).start() }
    let seen = try await done.futureResult.get()
    deadline.cancel()
    return seen
  }

  /// One visit to a lab; lives until the promise is kept, bound to the loop.
  private final class LabVisit {
    private let loop: any EventLoop
    private let scenario: Scenario
    private let sign: FaultSign?
    private let done: EventLoopPromise<FaultSign?>
    private var lab: LiveLab?
    private var tally = DatagramTally()
    private var begunAt = FaultProxy.now()
    /// Holds a connection open until something is seen.
    private var probe: FaultProbe?
    private var hasEnded = false

    init(
      loop: any EventLoop, scenario: Scenario, sign: FaultSign?, done: EventLoopPromise<FaultSign?>
    ) {
      self.loop = loop
      self.scenario = scenario
      self.sign = sign
      self.done = done
    }

    func start() {
      let lab = LiveLab(loop: self.loop, scenario: self.scenario) { self.happened($0) }
      self.lab = lab
      lab.open { result in
        switch result {
        case .success: self.look(lab)
        case .failure(let error): self.done.fail(error)
        }
      }
    }

    private func look(_ lab: LiveLab) {
      switch self.sign {
      case .noAddress, .otherAddress: self.end(Self.lookUp(lab))
      case .lost, .doubled, .reordered, .cut: self.send(lab)
      case .refused, .unanswered, .reset, .ended, .resetAtEnd, .stuffed, .held, .late, .reported,
        .notPlayed, nil:
        self.connect(lab)
      }
    }

    private static func lookUp(_ lab: LiveLab) -> FaultSign? {
      let found = lab.destination("log.example.com", 514, isTCP: true)
      guard let first = found.addresses.first else {
        return .noAddress(after: found.lookupTime)
      }
      guard case .socket = first else { return .otherAddress }
      return nil
    }

    private func port(_ lab: LiveLab, isTCP: Bool) -> Int {
      let found = lab.destination("10.0.0.2", 514, isTCP: isTCP).addresses.first
      guard case .socket(let address)? = found else { return 0 }
      return address.port ?? 0
    }

    private func send(_ lab: LiveLab) {
      let port = self.port(lab, isTCP: false)
      Thread.detachNewThread {
        FaultProbe.udp(port: port, count: LiveFaultDrivesTests.datagrams)
      }
    }

    private func connect(_ lab: LiveLab) {
      let (port, sign) = (self.port(lab, isTCP: true), self.sign)
      let visit = NIOLoopBound(self, eventLoop: self.loop)
      self.begunAt = FaultProxy.now()
      Thread.detachNewThread {
        let (seen, probe) = FaultProbe.tcp(port: port, for: sign)
        visit.eventLoop.execute { visit.value.visited(seen, probe) }
      }
    }

    private func visited(_ seen: FaultSign?, _ probe: FaultProbe) {
      self.probe = probe
      switch self.sign {
      // Others see it, when it comes.
      case .held where seen == nil, .late where seen == nil: break
      case _: self.end(seen)
      }
    }

    private func happened(_ event: LiveLab.Event) {
      switch event {
      case .proxy(.held(_, true), _): if self.sign == .held { self.end(.held) }
      case .proxy(.datagram(_, _, copies: 0), _): if self.sign == .lost { self.end(.lost) }
      case .received(let bytes, _):
        if case .late(let delay)? = self.sign,
          self.begunAt.duration(to: FaultProxy.now()) >= delay
        {
          self.end(.late(delay))
        }
        let text = String(decoding: bytes.readableBytesView, as: UTF8.self)
        for line in text.split(separator: "\n") { self.tally.came(String(line)) }
        if let sign = self.sign, self.tally.shows(sign) { self.end(sign) }
      case .proxy, .receipt, .mailed: break
      }
    }

    private func end(_ seen: FaultSign?) {
      guard !self.hasEnded else { return }
      self.hasEnded = true
      self.lab?.close()
      self.done.succeed(seen)
    }
  }
}
