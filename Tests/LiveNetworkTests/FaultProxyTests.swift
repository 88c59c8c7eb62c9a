import ApplianceConfiguration
import LabPeers
import LiveNetwork
import LogDelivery
import NIOCore
import NIOPosix
import Simulation
import Testing

/// A push through a proxy to the lab's receiver, on loopback.
@Suite struct FaultProxyTests {
  private struct Seen: Sendable {
    var events: [PushSocketEvent] = []
    var proxy: [FaultProxyEvent] = []
    var server: [LabSyslogEvent] = []
    var read: [UInt8] = []
    var wroteAt: NIODeadline?
    var readAt: NIODeadline?

    var text: String { String(decoding: self.read, as: UTF8.self) }

    var failure: LinkFailure? {
      for case .failed(let failure, _) in self.events { return failure }
      return nil
    }

    var closed: (lines: UInt64, bytes: UInt64)? {
      for case .closed(_, let lines, let bytes) in self.server { return (lines, bytes) }
      return nil
    }
  }

  /// How a run differs from the usual one: a push by TCP at once, to a server that takes it.
  private struct Plan: Sendable {
    var faults: [FaultDescription] = []
    var quality = FaultedPath.Quality()
    var faultsEndAfter: SimDuration?
    var serverFaults: [ScheduledReceiverFault] = []
    var transport = SyslogPushSettings.Transport.tcp
    var hasServer = true
    var connectsWhenOpen = false
    var closesAfterWriting = false
    /// Short where nobody answers; the lab answers on a busy machine too.
    var patience = SimDuration.seconds(60)
    /// Somebody else takes the proxy's port as soon as it is shut.
    var losesItsPort = false
  }

  private static func run(
    _ plan: Plan, until isDone: @escaping @Sendable (Seen) -> Bool
  ) async throws -> Seen {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let done = loop.makePromise(of: Seen.self)
    let deadline = loop.scheduleTask(in: .seconds(120)) { done.fail(ChannelError.eof) }
    loop.execute { Stage(loop: loop, plan: plan, done: done, isDone: isDone).start() }
    let seen = try await done.futureResult.get()
    deadline.cancel()
    return seen
  }

  /// Lives until the promise is kept; bound to the loop.
  private final class Stage {
    private let loop: any EventLoop
    private let plan: Plan
    private let done: EventLoopPromise<Seen>
    private let isDone: @Sendable (Seen) -> Bool
    private var seen = Seen()
    private var hasEnded = false
    private var server: LabSyslogServer?
    private var proxy: FaultProxy?
    private var socket: SyslogPushSocket?
    private var port = 0
    private var taker: (any Channel)?
    private var wrote = 0

    init(
      loop: any EventLoop, plan: Plan, done: EventLoopPromise<Seen>,
      isDone: @escaping @Sendable (Seen) -> Bool
    ) {
      self.loop = loop
      self.plan = plan
      self.done = done
      self.isDone = isDone
    }

    func start() {
      let server = LabSyslogServer(
        loop: self.loop, faults: self.plan.serverFaults,
        onBytes: { bytes, _ in
          self.seen.read += Array(bytes.readableBytesView)
          self.seen.readAt = self.seen.readAt ?? .now()
          self.check()
        },
        onEvent: {
          self.seen.server.append($0)
          self.check()
        })
      self.server = server
      let listening = self.plan.transport == .tcp ? server.listenTCP() : server.listenUDP()
      listening.assumeIsolated().whenSuccess { self.startProxy(serverPort: $0) }
    }

    private func startProxy(serverPort: Int) {
      if !self.plan.hasServer { self.server?.close() }
      let now = FaultProxy.now()
      let faults = self.plan.faults.map {
        ScheduledPathFault(
          $0, from: now, until: self.plan.faultsEndAfter.map { now.advanced(by: $0) })
      }
      let proxy = FaultProxy(
        loop: self.loop, path: FaultedPath(faults: faults, quality: self.plan.quality)
      ) { event in
        self.seen.proxy.append(event)
        if event == .door("open"), self.plan.connectsWhenOpen { self.connect() }
        self.check()
      }
      self.proxy = proxy
      guard let address = try? SocketAddress(ipAddress: "127.0.0.1", port: serverPort) else {
        return
      }
      let listening =
        self.plan.transport == .tcp
        ? proxy.listenTCP(to: [address]) : proxy.listenUDP(to: [address])
      listening.assumeIsolated().whenSuccess { port in
        self.port = port
        if self.plan.losesItsPort { self.takePort() }
        if !self.plan.connectsWhenOpen { self.connect() }
      }
    }

    private func takePort() {
      // The proxy keeps its port while it lets nobody in; only who asks for this gets it too.
      ServerBootstrap(group: self.loop)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .bind(host: "127.0.0.1", port: self.port)
        .assumeIsolated().whenSuccess { self.taker = $0 }
    }

    private func connect() {
      let settings = SyslogPushSettings(
        host: Setting("127.0.0.1"), port: Setting(UInt16(self.port)),
        transport: Setting(self.plan.transport))
      let socket = SyslogPushSocket(
        loop: self.loop, endpoint: PushEndpoint(settings), connectTimeout: self.plan.patience
      ) { self.happened($0) }
      self.socket = socket
      // The port has just been opened anew, or shut: both take a turn of the loop.
      self.loop.assumeIsolated().scheduleTask(in: .milliseconds(20)) { socket.connect() }
    }

    private func happened(_ event: PushSocketEvent) {
      self.seen.events.append(event)
      switch event {
      case .connected:
        self.seen.wroteAt = .now()
        self.socket?.write([
          PushWrite(bytes: Array("one\n".utf8), lineEnds: [4]),
          PushWrite(bytes: Array("two\nthree\n".utf8), lineEnds: [4, 10]),
        ])
      case .wrote(let count):
        self.wrote += count
        if self.wrote == 14, self.plan.closesAfterWriting { self.socket?.close() }
      case .failed, .peerClosed: break
      }
      self.check()
    }

    private func check() {
      guard !self.hasEnded, self.isDone(self.seen) else { return }
      self.hasEnded = true
      self.socket?.close()
      self.proxy?.close()
      self.server?.close()
      self.done.succeed(self.seen)
    }
  }

  @Test func linesPassAndTheClientsFINToo() async throws {
    var plan = Plan()
    plan.closesAfterWriting = true
    let seen = try await Self.run(plan) { seen in
      seen.closed != nil && seen.proxy.contains { if case .closed = $0 { true } else { false } }
    }
    #expect(seen.text == "one\ntwo\nthree\n")
    #expect(seen.proxy.last == .closed(connection: 1, lines: 3, bytes: 14))
    #expect(seen.failure == nil)
  }

  @Test func wholePushIsHandedOnAndThenReset() async throws {
    var plan = Plan()
    plan.faults = [.server(.resetAfter(.lines(3)))]
    let seen = try await Self.run(plan) { $0.failure != nil && $0.closed != nil }
    #expect(seen.failure == LinkFailure(.established, .reset))
    #expect(seen.text == "one\ntwo\nthree\n")
    #expect(
      seen.proxy.contains(
        .struck(connection: 1, fault: "reset-after", lines: 3, bytes: 14, undelivered: .none)))
  }

  @Test func intrusionPreventionResetsBothEndsAndKeepsThePattern() async throws {
    var plan = Plan()
    plan.faults = [.path(.resetOnPattern(Array("three".utf8)))]
    let seen = try await Self.run(plan) { $0.failure != nil && $0.closed != nil }
    #expect(seen.failure == LinkFailure(.established, .reset))
    #expect(!seen.text.contains("three"))
  }

  @Test func closedPortRefuses() async throws {
    var plan = Plan()
    plan.faults = [.path(.refuse)]
    let seen = try await Self.run(plan) { $0.failure != nil }
    #expect(seen.failure == LinkFailure(.connecting, .refused))
    #expect(seen.proxy == [.door("refusing")])
  }

  /// A port that cannot be opened again is told, and not left shut without a word.
  @Test func portThatIsTakenMeanwhileIsSaid() async throws {
    var plan = Plan()
    plan.faults = [.path(.refuse)]
    plan.faultsEndAfter = .milliseconds(200)
    plan.losesItsPort = true
    let seen = try await Self.run(plan) { seen in
      seen.proxy.contains { if case .doorFailed = $0 { true } else { false } }
    }
    guard case .doorFailed(let door, let reason)? = seen.proxy.last else {
      Issue.record("\(seen.proxy)")
      return
    }
    #expect(door == "open")
    #expect(reason.contains("in use"))
  }

  @Test func silentPortTimesOut() async throws {
    var plan = Plan()
    plan.patience = .milliseconds(300)
    plan.faults = [.path(.silentDrop)]
    let seen = try await Self.run(plan) { $0.failure != nil }
    #expect(seen.failure == LinkFailure(.connecting, .timedOut))
    #expect(seen.proxy == [.door("silent")])
  }

  @Test(arguments: [FaultDescription.path(.refuse), .path(.silentDrop)])
  func portIsOpenAgainBehindTheWindow(_ fault: FaultDescription) async throws {
    var plan = Plan()
    plan.faults = [fault]
    plan.faultsEndAfter = .milliseconds(100)
    plan.connectsWhenOpen = true
    let seen = try await Self.run(plan) { $0.read.count == 14 }
    #expect(seen.text == "one\ntwo\nthree\n")
    #expect(seen.proxy.count { if case .door = $0 { true } else { false } } == 2)
  }

  @Test func resetOfTheServerIsPassedOn() async throws {
    var plan = Plan()
    plan.serverFaults = [ScheduledReceiverFault(.resetAfter(.lines(3)))]
    let seen = try await Self.run(plan) { $0.failure != nil }
    #expect(seen.failure == LinkFailure(.established, .reset))
    #expect(
      seen.proxy.last
        == .passedReset(
          connection: 1, bySide: .server, lines: 3, bytes: 14, undelivered: .none))
  }

  @Test func closeOfTheServerIsPassedOnAsAFIN() async throws {
    var plan = Plan()
    plan.serverFaults = [ScheduledReceiverFault(.closeAfter(.lines(3)))]
    let seen = try await Self.run(plan) { $0.failure != nil }
    #expect(seen.failure == LinkFailure(.established, .endOfFile))
  }

  @Test func serverThatIsNotThereResetsTheClient() async throws {
    var plan = Plan()
    plan.hasServer = false
    let seen = try await Self.run(plan) { $0.failure != nil }
    #expect(seen.failure == LinkFailure(.established, .reset))
    let isSaid = seen.proxy.contains {
      if case .serverUnreachable(1, "refused", _) = $0 { true } else { false }
    }
    #expect(isSaid, "\(seen.proxy)")
  }

  @Test func heldConnectionGoesOnBehindTheWindow() async throws {
    var plan = Plan()
    // From the start on; a busy machine may take a while to connect.
    plan.faults = [.path(.burstLoss(every: .seconds(60), length: .seconds(2)))]
    let seen = try await Self.run(plan) { $0.read.count == 14 }
    #expect(seen.text == "one\ntwo\nthree\n")
    #expect(seen.proxy.contains(.held(connection: 1, true)))
    #expect(seen.proxy.contains(.held(connection: 1, false)))
  }

  @Test func latencyDelaysAndKeepsTheOrder() async throws {
    var plan = Plan()
    plan.quality.latency = .milliseconds(60)
    plan.quality.jitter = .milliseconds(40)
    let seen = try await Self.run(plan) { $0.read.count == 14 }
    let (wrote, read) = (try #require(seen.wroteAt), try #require(seen.readAt))
    #expect(seen.text == "one\ntwo\nthree\n")
    #expect(read - wrote >= .milliseconds(60))
  }

  @Test func datagramsAreDoubledOrPassOrAreLost() async throws {
    var plan = Plan()
    plan.transport = .udp
    plan.faults = [.path(.duplication(permille: 1000))]
    let doubled = try await Self.run(plan) { $0.read.count == 28 }
    #expect(
      doubled.text.split(separator: "\n").sorted() == [
        "one", "one", "three", "three", "two", "two",
      ])
    plan.faults = [.path(.loss(permille: 1000))]
    let lost = try await Self.run(plan) { $0.proxy.count == 3 }
    #expect(lost.proxy.last == .datagram(number: 3, bytes: 5, copies: 0))
    #expect(lost.text.isEmpty)
    #expect(lost.failure == nil)
  }
}
