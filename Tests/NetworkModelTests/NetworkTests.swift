import NetworkModel
import Simulation
import Support
import Testing

@Suite struct NetworkTests {
  private static let start = SimInstant(secondsSinceEpoch: 1000)
  private static let client = IPv4Address(10, 0, 0, 1)
  private static let server = IPv4Address(10, 0, 0, 2)

  /// Two hosts with one path, what sockets reported, and the bytes that the server read.
  private struct World {
    var network: Network
    let near: HostID
    let far: HostID
    var now = start
    var events: [(SimInstant, NetworkEvent.Subject)] = []
    var read: [UInt8] = []
    var accepted: SocketID?

    init(
      seed: UInt64 = 1, settings: PathSettings = PathSettings(), boxes: [any Middlebox] = []
    ) {
      self.network = Network(seed: seed, start: NetworkTests.start)
      self.near = self.network.addHost(NetworkTests.client, profile: .appliance)
      self.far = self.network.addHost(NetworkTests.server, profile: .documentedServer)
      _ = self.network.addPath(
        between: self.near, and: self.far, settings: settings, middleboxes: boxes)
    }

    mutating func run(for duration: SimDuration) {
      let end = self.now.advanced(by: duration)
      while let due = self.network.nextDue, due <= end {
        var events: [NetworkEvent] = []
        self.now = max(self.now, due)
        self.network.advance(to: self.now, into: &events)
        for event in events { self.take(event) }
      }
      var rest: [NetworkEvent] = []
      self.now = end
      self.network.advance(to: end, into: &rest)
    }

    private mutating func take(_ event: NetworkEvent) {
      self.events.append((event.time, event.subject))
      switch event.subject {
      case .socket(let socket, .accepted): self.accepted = socket
      case .socket(let socket, .data(let bytes)) where socket == self.accepted:
        self.read += bytes
      default: break
      }
    }

    func reports(of socket: SocketID) -> [SocketEvent] {
      self.events.compactMap { _, subject in
        guard case .socket(socket, let event) = subject else { return nil }
        return event
      }
    }
  }

  private static func connect(_ world: inout World, port: UInt16 = 514) -> SocketID {
    world.network.connect(
      from: world.near, to: Endpoint(self.server, port), now: world.now)
  }

  @Test func closedPortRefuses() {
    var world = World()
    let socket = Self.connect(&world)
    world.run(for: .seconds(1))
    #expect(world.reports(of: socket) == [.connectFailed(.refused)])
  }

  @Test func unansweredSYNTimesOutAfterTheConnectTime() {
    var world = World(boxes: [PacketFilter(.drop)])
    let socket = Self.connect(&world)
    world.run(for: .seconds(200))
    #expect(world.reports(of: socket) == [.connectFailed(.timedOut)])
    #expect(world.events.first?.0 == Self.start.advanced(by: .seconds(75)))
  }

  @Test func prohibitedIsUnreachableAndRejectedIsRefused() {
    for (verdict, failure) in [
      (PacketFilter.Verdict.unreachable, ConnectFailure.hostUnreachable), (.reset, .refused),
    ] {
      var world = World(boxes: [PacketFilter(verdict)])
      let socket = Self.connect(&world)
      world.run(for: .seconds(1))
      #expect(world.reports(of: socket) == [.connectFailed(failure)])
    }
  }

  @Test func unknownHostIsUnreachable() {
    var world = World()
    let socket = world.network.connect(
      from: world.near, to: Endpoint(IPv4Address(10, 9, 9, 9), 514), now: world.now)
    world.run(for: .seconds(1))
    #expect(world.reports(of: socket) == [.connectFailed(.hostUnreachable)])
  }

  /// Whatever the path does, what is read is the beginning of what was sent; in the end all of it.
  @Test(arguments: Array(stride(from: 1, through: 30, by: Thoroughness.cases(few: 4, many: 1))))
  func streamSurvivesLossDuplicationAndReordering(_ seed: UInt64) {
    var settings = PathSettings()
    settings.latency = .milliseconds(5)
    settings.jitter = .milliseconds(3)
    settings.lossPermille = Int(seed) * 5
    settings.duplicatePermille = 50
    settings.reorderPermille = 100
    var world = World(seed: seed, settings: settings)
    _ = world.network.listen(on: world.far, port: 514)
    let socket = Self.connect(&world)
    world.run(for: .seconds(60))
    let sent = (0..<40_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ Int(seed)) }
    let taken = world.network.send(sent, on: socket, now: world.now)
    #expect(taken == sent.count)
    for _ in 0..<50 {
      world.run(for: .seconds(10))
      #expect(world.read.elementsEqual(sent.prefix(world.read.count)))
    }
    #expect(world.read.count == sent.count, "seed \(seed)")
  }

  /// An owner who has left bytes unread hears of the end all the same, whatever ends TIME-WAIT.
  @Test(arguments: [false, true])
  func endIsToldToWhoHasNotReadAll(_ isReset: Bool) throws {
    var world = World()
    var options = SocketOptions()
    options.read = .manual
    _ = world.network.listen(on: world.far, port: 514, options: options)
    let socket = Self.connect(&world)
    world.run(for: .seconds(1))
    let accepted = try #require(world.accepted)
    _ = world.network.send([1, 2, 3], on: socket, now: world.now)
    world.run(for: .seconds(1))
    world.network.shutdown(accepted, now: world.now)
    world.run(for: .seconds(1))
    world.network.close(socket, now: world.now)
    if isReset { world.network.abort(socket, now: world.now) }
    world.run(for: .seconds(1))
    #expect(world.reports(of: accepted).contains(.closed) == isReset)
    world.run(for: .seconds(600))
    #expect(world.reports(of: accepted).filter { $0 == .closed }.count == 1)
    #expect(world.network.localEndpoint(of: accepted) == nil)
  }

  @Test func unreadBytesCloseTheWindowAndReadingOpensIt() {
    var world = World()
    var options = SocketOptions()
    options.read = .manual
    _ = world.network.listen(on: world.far, port: 514, options: options)
    let socket = Self.connect(&world)
    world.run(for: .seconds(1))
    _ = world.network.send(
      Array(repeating: 0x61, count: 60_000), on: socket, now: world.now)
    world.run(for: .seconds(30))
    let acknowledged = world.reports(of: socket).compactMap { event -> UInt64? in
      if case .acknowledged(let total) = event { total } else { nil }
    }
    #expect(acknowledged.last == 32_120)
    if let accepted = world.accepted {
      world.network.setReadMode(.automatic, of: accepted, now: world.now)
    }
    world.run(for: .seconds(200))
    #expect(world.read.count == 60_000)
  }

  @Test func blackHoleIsATimeOutAfterAQuarterOfAnHour() throws {
    let from = Self.start.advanced(by: .seconds(1))
    var world = World(boxes: [
      FaultGate(PacketFilter(.drop), choice: ConnectionChoice(FaultTrigger(from: from)))
    ])
    _ = world.network.listen(on: world.far, port: 514)
    let socket = Self.connect(&world)
    world.run(for: .seconds(2))
    _ = world.network.send([0x61], on: socket, now: world.now)
    world.run(for: .seconds(3600))
    let end = try #require(world.events.last)
    #expect(world.reports(of: socket).last == .timedOut)
    let minutes = Self.start.duration(to: end.0).nanoseconds / 60_000_000_000
    #expect((14...16).contains(minutes))
  }

  @Test func refusalOfTheFirstConnectionsLetsTheNextOneIn() {
    var world = World()
    let fault = ListenFault(
      .reset, choice: ConnectionChoice(FaultTrigger(connectionsMax: 2)), note: "refuse")
    _ = world.network.listen(on: world.far, port: 514, faults: [fault])
    let sockets = (0..<3).map { _ in
      let socket = Self.connect(&world)
      world.run(for: .seconds(1))
      return socket
    }
    #expect(
      sockets.map { world.reports(of: $0).first } == [
        .connectFailed(.refused), .connectFailed(.refused), .connected,
      ])
  }

  /// A SYN that is repeated belongs to the connection that was chosen: it is dropped again.
  @Test func fullBacklogDropsEachSYNOfAConnectionUntilItsTimeIsOver() {
    var world = World()
    let choice = ConnectionChoice(
      FaultTrigger(until: Self.start.advanced(by: .seconds(2)), connectionsMax: 1))
    let fault = ListenFault(.drop, choice: choice, note: "backlog-full")
    _ = world.network.listen(on: world.far, port: 514, faults: [fault])
    let socket = Self.connect(&world)
    world.run(for: .seconds(2))
    #expect(world.reports(of: socket).isEmpty)
    // The third SYN leaves after 3 s, when the fault is over.
    world.run(for: .seconds(2))
    #expect(world.reports(of: socket) == [.connected])
  }

  @Test func finOfEachSideIsHeardByTheOther() {
    var world = World()
    _ = world.network.listen(on: world.far, port: 514)
    let socket = Self.connect(&world)
    world.run(for: .seconds(1))
    world.network.close(socket, now: world.now)
    world.run(for: .seconds(1))
    if let accepted = world.accepted {
      #expect(world.reports(of: accepted).contains(.peerClosed))
      world.network.close(accepted, now: world.now)
    }
    world.run(for: .seconds(100))
    #expect(world.reports(of: socket).last == .closed)
  }

  @Test func longDatagramIsFragmentedAndMadeWhole() {
    var world = World()
    let from = world.network.bind(world.near, port: 0)
    _ = world.network.bind(world.far, port: 514)
    let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0) }
    world.network.send(bytes, from: from, to: Endpoint(Self.server, 514), now: world.now)
    world.run(for: .seconds(1))
    let arrived = world.events.compactMap { _, subject -> [UInt8]? in
      if case .datagram(_, _, let bytes) = subject { bytes } else { nil }
    }
    #expect(arrived == [bytes])
  }

  @Test func closedUDPPortAnswersByICMP() {
    var world = World()
    let from = world.network.bind(world.near, port: 0)
    world.network.send([1], from: from, to: Endpoint(Self.server, 514), now: world.now)
    world.run(for: .seconds(1))
    #expect(
      world.events.map(\.1) == [
        .datagramUnreachable(from, to: Endpoint(Self.server, 514), .port)
      ])
  }

  @Test func captureStopsAtItsBoundAndCounts() {
    var world = World()
    _ = world.network.listen(on: world.far, port: 514)
    // Room for the header and two frames of 66 bytes, as pcapng writes them.
    let limit = 104 + 2 * (36 + 68)
    let tap = world.network.capture(PacketCapture(at: .host(world.near), bytesMax: limit))
    _ = Self.connect(&world)
    world.run(for: .seconds(1))
    let capture = world.network.captured(tap)
    #expect(capture.packets == 2)
    #expect(capture.packetsLeftOut == 1)
    for format in CaptureFormat.allCases {
      let bytes = CaptureFile.bytes(
        of: capture, as: format, hasComments: true, interface: "appliance")
      #expect(bytes.count <= limit)
    }
  }
}
