import ApplianceConfiguration
import LabPeers
import LiveNetwork
import LogDelivery
import NIOCore
import NIOPosix
import Simulation
import Support
import Testing

/// A push's socket against the lab's receiver, on loopback.
@Suite struct SyslogPushSocketTests {
  private struct Seen: Sendable {
    var events: [PushSocketEvent] = []
    var read: [UInt8] = []
  }

  /// Connects to a receiver with `faults`, writes three lines, and returns what was seen until
  /// `isDone`.
  private static func run(
    faults: [ScheduledReceiverFault] = [], host: String = "127.0.0.1",
    transport: SyslogPushSettings.Transport = .tcp, port: UInt16? = nil,
    closesServerAfterBytes: Int? = nil,
    until isDone: @escaping @Sendable (Seen) -> Bool
  ) async throws -> Seen {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let done = loop.makePromise(of: Seen.self)
    let deadline = loop.scheduleTask(in: .seconds(120)) { done.fail(ChannelError.eof) }
    loop.execute {
      let stage = Stage(loop: loop, done: done, isDone: isDone)
      stage.closesServerAfterBytes = closesServerAfterBytes
      stage.start(faults: faults, host: host, transport: transport, port: port)
    }
    let seen = try await done.futureResult.get()
    deadline.cancel()
    return seen
  }

  /// Lives until the promise is kept; bound to the loop.
  private final class Stage {
    private let loop: any EventLoop
    private let done: EventLoopPromise<Seen>
    private let isDone: @Sendable (Seen) -> Bool
    private var seen = Seen()
    private var hasEnded = false
    var closesServerAfterBytes: Int?
    private var server: LabSyslogServer?
    private var socket: SyslogPushSocket?

    init(
      loop: any EventLoop, done: EventLoopPromise<Seen>,
      isDone: @escaping @Sendable (Seen) -> Bool
    ) {
      self.loop = loop
      self.done = done
      self.isDone = isDone
    }

    func start(
      faults: [ScheduledReceiverFault], host: String, transport: SyslogPushSettings.Transport,
      port: UInt16?
    ) {
      let server = LabSyslogServer(
        loop: self.loop, faults: faults,
        onBytes: { bytes, _ in
          self.seen.read += Array(bytes.readableBytesView)
          if self.seen.read.count == self.closesServerAfterBytes { self.server?.close() }
          self.check()
        }, onEvent: { _ in })
      self.server = server
      let listening = transport == .tcp ? server.listenTCP() : server.listenUDP()
      listening.assumeIsolated().whenSuccess { listened in
        let settings = SyslogPushSettings(
          host: Setting(host), port: Setting(port ?? UInt16(listened)),
          transport: Setting(transport))
        // Short for a port that may not answer; the lab's own server answers on a busy machine too.
        let patience: SimDuration = port == nil ? .seconds(60) : .milliseconds(300)
        let socket = SyslogPushSocket(
          loop: self.loop, endpoint: PushEndpoint(settings), connectTimeout: patience
        ) { self.happened($0) }
        self.socket = socket
        socket.connect()
      }
    }

    private func happened(_ event: PushSocketEvent) {
      self.seen.events.append(event)
      if event == .connected {
        self.socket?.write([
          PushWrite(bytes: Array("one\n".utf8), lineEnds: [4]),
          PushWrite(bytes: Array("two\nthree\n".utf8), lineEnds: [4, 10]),
        ])
      }
      self.check()
    }

    private func check() {
      guard !self.hasEnded, self.isDone(self.seen) else { return }
      self.hasEnded = true
      self.socket?.close()
      self.server?.close()
      self.done.succeed(self.seen)
    }
  }

  private static func failure(_ seen: Seen) -> (failure: LinkFailure, acknowledged: UInt64?)? {
    for case .failed(let failure, let progress) in seen.events {
      return (failure, progress?.acknowledgedBytes)
    }
    return nil
  }

  @Test func linesArriveAndAreReportedAsWritten() async throws {
    let seen = try await Self.run { $0.read.count == 14 && $0.events.count == 3 }
    #expect(String(decoding: seen.read, as: UTF8.self) == "one\ntwo\nthree\n")
    #expect(seen.events == [.connected, .wrote(4), .wrote(10)])
  }

  @Test func datagramsAreALineEach() async throws {
    let seen = try await Self.run(transport: .udp) { $0.read.count == 14 }
    #expect(String(decoding: seen.read, as: UTF8.self) == "one\ntwo\nthree\n")
  }

  @Test func closedUDPPortIsNoFailure() async throws {
    let seen = try await Self.run(transport: .udp, port: 1) { $0.events.count == 3 }
    #expect(seen.events == [.connected, .wrote(4), .wrote(10)])
  }

  @Test func resetIsAResetAndTellsWhatWasAcknowledged() async throws {
    let seen = try await Self.run(
      faults: [ScheduledReceiverFault(.resetAfter(.lines(3)))]
    ) { Self.failure($0) != nil }
    let (failure, acknowledged) = try #require(Self.failure(seen))
    #expect(failure == LinkFailure(.established, .reset))
    #expect(acknowledged == 14)
  }

  @Test func endOfFileIsNoReset() async throws {
    let seen = try await Self.run(
      faults: [ScheduledReceiverFault(.closeAfter(.lines(3)))]
    ) { Self.failure($0) != nil }
    #expect(Self.failure(seen)?.failure == LinkFailure(.established, .endOfFile))
  }

  /// Who closes the lab's server closes its connections too, by a FIN.
  @Test func closedServerIsAnEndOfFile() async throws {
    let seen = try await Self.run(closesServerAfterBytes: 14) { Self.failure($0) != nil }
    #expect(Self.failure(seen)?.failure == LinkFailure(.established, .endOfFile))
    #expect(Self.failure(seen)?.acknowledged == 14)
  }

  @Test func resetBehindTheHandshakeIsAReset() async throws {
    let seen = try await Self.run(
      faults: [ScheduledReceiverFault(.resetAfterHandshake)]
    ) { Self.failure($0) != nil }
    #expect(Self.failure(seen)?.failure.cause == .reset)
  }

  @Test func closedPortRefuses() async throws {
    let seen = try await Self.run(port: 1) { Self.failure($0) != nil }
    #expect(Self.failure(seen)?.failure == LinkFailure(.connecting, .refused))
  }

  @Test func unknownNameIsUnresolvable() async throws {
    let seen = try await Self.run(host: UnresolvableHost.name) { Self.failure($0) != nil }
    #expect(Self.failure(seen)?.failure == LinkFailure(.connecting, .unresolvable))
  }

  /// A listener whose backlog is full drops the SYN: nobody answers, and that is no refusal.
  @Test func silenceIsATimeOut() async throws {
    let listener = try FullListener()
    let seen = try await Self.run(port: listener.port) { Self.failure($0) != nil }
    #expect(Self.failure(seen)?.failure == LinkFailure(.connecting, .timedOut))
  }
}
