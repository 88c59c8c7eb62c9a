import ApplianceConfiguration
import LiveNetwork
import LogDelivery
import NIOCore
import NIOPosix
import Simulation
import Testing

/// The lab's syslog server as a whole, on loopback.
@Suite struct LabSyslogServerTests {
  /// What a push met, in order of its connections, and what the server read.
  private struct Seen: Sendable {
    var ends: [LinkFailure?] = []
    var read = ""
  }

  /// Runs `body` on a loop until it keeps its promise.
  private static func run(
    _ body: @escaping @Sendable (any EventLoop, EventLoopPromise<Seen>) -> Void
  ) async throws -> Seen {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let done = loop.makePromise(of: Seen.self)
    let deadline = loop.scheduleTask(in: .seconds(120)) { done.fail(ChannelError.eof) }
    loop.execute { body(loop, done) }
    let seen = try await done.futureResult.get()
    deadline.cancel()
    return seen
  }

  private static func push(
    _ loop: any EventLoop, port: Int, transport: SyslogPushSettings.Transport = .tcp,
    _ onEvent: @escaping (PushSocketEvent) -> Void
  ) -> SyslogPushSocket {
    let settings = SyslogPushSettings(
      host: Setting("127.0.0.1"), port: Setting(UInt16(port)), transport: Setting(transport))
    let socket = SyslogPushSocket(
      loop: loop, endpoint: PushEndpoint(settings), connectTimeout: .seconds(5), onEvent: onEvent)
    // Later, since it may be connected at once, and the owner wants to have it then.
    loop.assumeIsolated().execute { socket.connect() }
    return socket
  }

  @Test func portThatIsTakenAndDoesNotListenRefuses() async throws {
    let seen = try await Self.run { loop, done in
      let server = LabSyslogServer(loop: loop, faults: [], onBytes: { _, _ in }, onEvent: { _ in })
      let port = server.refuseTCP() ?? 0
      _ = Self.push(loop, port: port) { event in
        guard case .failed(let failure, _) = event else { return }
        server.close()
        done.succeed(Seen(ends: [failure]))
      }
    }
    #expect(seen.ends == [LinkFailure(.connecting, .refused)])
  }

  @Test func serverGoesDownAndComesBackOnTheSamePort() async throws {
    let seen = try await Self.run { loop, done in
      var seen = Seen()
      let server = LabSyslogServer(
        loop: loop, faults: [],
        onBytes: { bytes, _ in
          seen.read += String(buffer: bytes)
          if seen.read == "back\n" { done.succeed(seen) }
        }, onEvent: { _ in })
      server.listenTCP().assumeIsolated().whenSuccess { port in
        func connect(_ number: Int) {
          var socket: SyslogPushSocket?
          socket = Self.push(loop, port: port) { event in
            switch event {
            case .connected where number == 1: server.goDown()
            case .connected: socket?.write([PushWrite(bytes: Array("back\n".utf8), lineEnds: [5])])
            case .wrote, .peerClosed: break
            case .failed(let failure, _):
              seen.ends.append(failure)
              if number == 2 { server.comeBack() }
              // The port is bound again a turn of the loop later.
              loop.assumeIsolated().scheduleTask(in: .milliseconds(50)) { connect(number + 1) }
            }
          }
        }
        connect(1)
      }
    }
    #expect(seen.ends.first == LinkFailure(.established, .reset))
    #expect(seen.ends.dropFirst().first == LinkFailure(.connecting, .refused))
    #expect(seen.read == "back\n")
  }

  @Test func datagramsAreCutAtTheLimit() async throws {
    let seen = try await Self.run { loop, done in
      let server = LabSyslogServer(
        loop: loop, faults: [],
        onBytes: { bytes, _ in done.succeed(Seen(read: String(buffer: bytes))) },
        onEvent: { _ in })
      server.datagramLimit = { 4 }
      server.listenUDP().assumeIsolated().whenSuccess { port in
        var socket: SyslogPushSocket?
        socket = Self.push(loop, port: port, transport: .udp) { event in
          guard event == .connected else { return }
          socket?.write([PushWrite(bytes: Array("long line\n".utf8), lineEnds: [10])])
        }
      }
    }
    #expect(seen.read == "long\n")
  }
}
