import LabPeers
import LiveNetwork
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Simulation
import Testing

/// Who does not read has read nothing, and answers no FIN, though swift-nio empties the socket.
@Suite struct UnreadInputTests {
  /// What happened, in order.
  private enum Fact: Hashable, Sendable {
    case server(LabSyslogEvent)
    case proxy(FaultProxyEvent)
  }

  /// A receiver, a proxy before it when there are faults of the path, and all that they tell.
  private final class Lab: Sendable {
    let loop: any EventLoop
    let facts = NIOLockedValueBox<[Fact]>([])
    let read = NIOLockedValueBox<[UInt8]>([])
    private let server: NIOLoopBound<LabSyslogServer>
    private let proxy: NIOLoopBound<FaultProxy>
    /// Kept when the receiver tells of a first connection's first bytes, and of its end.
    let firstRead: EventLoopPromise<Void>
    let firstEnd: EventLoopPromise<Void>

    init(loop: any EventLoop, faults: [ScheduledReceiverFault], path: [ScheduledPathFault]) {
      self.loop = loop
      self.firstRead = loop.makePromise()
      self.firstEnd = loop.makePromise()
      let (facts, read) = (self.facts, self.read)
      let (firstRead, firstEnd) = (self.firstRead, self.firstEnd)
      let server = LabSyslogServer(
        loop: loop, faults: faults,
        onBytes: { bytes, _ in read.withLockedValue { $0 += bytes.readableBytesView } },
        onEvent: { event in
          facts.withLockedValue { $0.append(.server(event)) }
          if case .read(1, _, _) = event { firstRead.succeed() }
          if case .closed(1, _, _) = event { firstEnd.succeed() }
        })
      let proxy = FaultProxy(loop: loop, path: FaultedPath(faults: path)) { event in
        facts.withLockedValue { $0.append(.proxy(event)) }
      }
      self.server = NIOLoopBound(server, eventLoop: loop)
      self.proxy = NIOLoopBound(proxy, eventLoop: loop)
    }

    /// - Returns: the ports of the receiver and of the proxy.
    static func start(
      faults: [ScheduledReceiverFault] = [], path: [ScheduledPathFault] = []
    ) async throws -> (lab: Lab, receiver: Int, proxy: Int) {
      let loop = MultiThreadedEventLoopGroup.singleton.next()
      let lab = try await loop.submit { Lab(loop: loop, faults: faults, path: path) }.get()
      let receiver = try await loop.flatSubmit { lab.server.value.listenTCP() }.get()
      let address = try SocketAddress(ipAddress: "127.0.0.1", port: receiver)
      let proxy = try await loop.flatSubmit { lab.proxy.value.listenTCP(to: [address]) }.get()
      return (lab, receiver, proxy)
    }

    func close() async throws {
      try await self.loop.submit {
        self.proxy.value.close()
        self.server.value.close()
      }.get()
      self.firstRead.succeed()
      self.firstEnd.succeed()
    }

    var text: String { self.read.withLockedValue { String(decoding: $0, as: UTF8.self) } }

    var serverEvents: [LabSyslogEvent] {
      self.facts.withLockedValue { facts in
        facts.compactMap { if case .server(let event) = $0 { event } else { nil } }
      }
    }
  }

  /// A client that sent and ended, and of which nothing was read.
  private static func unreadClient(_ port: Int, _ lab: Lab) async throws -> LoopbackClient {
    let first = try LoopbackClient(port: port)
    try first.sendAndEnd("a\nb\n")
    // Whoever comes later is read to the end: so the first one's end has been seen as well.
    let second = try LoopbackClient(port: port)
    try second.sendAndEnd("c\n")
    #expect(try await second.wait() == .end)
    #expect(first.heard == .nothing)
    #expect(lab.text == "c\n")
    return first
  }

  @Test func whoNeverReadsHasReadNothingAndAnswersNoEnd() async throws {
    let (lab, port, _) = try await Lab.start(
      faults: [ScheduledReceiverFault(.neverRead, connectionsMax: 1)])
    let first = try await Self.unreadClient(port, lab)
    let told = lab.serverEvents.contains { event in
      switch event {
      case .read(1, _, _), .closed(1, _, _), .reset(1, _, _): true
      default: false
      }
    }
    #expect(!told)
    try await lab.close()
    #expect(try await first.wait() == .reset, "unread bytes are answered by a RST")
  }

  @Test func whoReadsSlowlyReadsAtItsRateAndThenAnswersTheEnd() async throws {
    let (lab, port, _) = try await Lab.start(
      faults: [ScheduledReceiverFault(.readSlowly(bytesPerSecond: 40))])
    let client = try LoopbackClient(port: port)
    try client.sendAndEnd("one\ntwo\nthree\n")
    #expect(try await client.wait() == .end)
    try await lab.firstEnd.futureResult.get()
    var last: UInt64 = 0
    for case .read(1, _, let bytes) in lab.serverEvents {
      #expect(bytes - last <= 4, "a tenth of the rate each")
      last = bytes
    }
    #expect(lab.text == "one\ntwo\nthree\n")
    #expect(lab.serverEvents.last == .closed(connection: 1, lines: 3, bytes: 14))
    try await lab.close()
  }

  @Test func whoClosesBehindUnreadBytesResets() async throws {
    let (lab, port, _) = try await Lab.start(
      faults: [ScheduledReceiverFault(.readSlowly(bytesPerSecond: 10))])
    let client = try LoopbackClient(port: port)
    try client.sendAndEnd(String(repeating: "x", count: 10_000))
    try await lab.firstRead.futureResult.get()
    try await lab.close()
    #expect(try await client.wait() == .reset)
  }

  @Test func serverBehindAStallSeesNothing() async throws {
    let start = FaultProxy.now()
    let (lab, _, port) = try await Lab.start(path: [
      ScheduledPathFault(.server(.neverRead), from: start, connectionsMax: 1)
    ])
    let first = try await Self.unreadClient(port, lab)
    let ends = lab.serverEvents.count { if case .closed = $0 { true } else { false } }
    #expect(ends <= 1, "only the second one's")
    try await lab.close()
    #expect(try await first.wait() == .reset)
  }

  @Test func whatAStallHeldIsPassedOnWithTheEndBehindIt() async throws {
    let start = FaultProxy.now()
    let (lab, _, port) = try await Lab.start(path: [
      ScheduledPathFault(.path(.burstLoss(every: .seconds(3600), length: .seconds(1))), from: start)
    ])
    let client = try LoopbackClient(port: port)
    try client.sendAndEnd("a\nb\n")
    #expect(try await client.wait() == .end)
    try await lab.firstEnd.futureResult.get()
    #expect(lab.text == "a\nb\n")
    let facts = lab.facts.withLockedValue { $0 }
    let read = try #require(
      facts.firstIndex(of: .server(.read(connection: 1, lines: 2, bytes: 4))))
    // On a busy machine it may have connected behind the first second; then nothing was held.
    let isHeld = facts[..<read].compactMap { fact in
      if case .proxy(.held(1, let isHeld)) = fact { isHeld } else { nil }
    }.last
    #expect(isHeld != true)
    try await lab.close()
  }
}
