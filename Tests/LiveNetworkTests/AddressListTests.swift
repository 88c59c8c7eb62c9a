import ApplianceConfiguration
import Glibc
import LabPeers
import LiveNetwork
import LogDelivery
import MailTransport
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Simulation
import Support
import Testing

/// Servers whose name has several addresses, on loopback: judged at the server that is alive.
@Suite struct AddressListTests {
  /// What an address leads to.
  enum Place: String, Sendable {
    case alive, refuses, silent, withoutRoute
  }

  private static let waits = TimeAmount.minutes(2)

  /// Short where nobody answers; the others answer on a busy machine too.
  private static func patience(_ places: [Place]) -> SimDuration {
    places.contains(.silent) ? .seconds(3) : .seconds(60)
  }

  private static func address(_ place: Place, alive: Int, silent: UInt16) throws -> LiveAddress {
    switch place {
    case .alive: .socket(try SocketAddress(ipAddress: "127.0.0.1", port: alive))
    case .refuses: .socket(try SocketAddress(ipAddress: "127.0.0.1", port: 1))
    case .silent: .socket(try SocketAddress(ipAddress: "127.0.0.1", port: Int(silent)))
    case .withoutRoute: .failure(.hostUnreachable, after: .milliseconds(1))
    }
  }

  // MARK: Pushes

  private struct Pushed: Sendable {
    var read: [UInt8] = []
    var events: [PushSocketEvent] = []
    var accepted = 0
  }

  /// Pushes a line to a server with such addresses, until it is read or the push has failed.
  private static func push(
    _ places: [Place], _ transport: SyslogPushSettings.Transport = .tcp
  ) async throws -> Pushed {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let silent = try FullListener()
    let done = loop.makePromise(of: Pushed.self)
    let deadline = loop.scheduleTask(in: self.waits) { done.fail(ChannelError.eof) }
    let port = silent.port
    loop.execute {
      var seen = Pushed()
      var socket: SyslogPushSocket?
      var hasEnded = false
      func end() {
        guard !hasEnded else { return }
        hasEnded = true
        socket?.close()
        done.succeed(seen)
      }
      let server = LabSyslogServer(
        loop: loop, faults: [],
        onBytes: { bytes, _ in
          seen.read += Array(bytes.readableBytesView)
          if seen.read.count == 4 { end() }
        }, onEvent: { if case .accepted = $0 { seen.accepted += 1 } })
      let listening = transport == .tcp ? server.listenTCP() : server.listenUDP()
      listening.assumeIsolated().whenComplete { result in
        do {
          let alive = try result.get()
          let addresses = try places.map { try Self.address($0, alive: alive, silent: port) }
          let push = SyslogPushSocket(
            loop: loop,
            endpoint: PushEndpoint(
              SyslogPushSettings(
                host: Setting("logs.example.com"), port: Setting(514),
                transport: Setting(transport))),
            destination: LiveDestination(addresses), connectTimeout: self.patience(places)
          ) { event in
            seen.events.append(event)
            switch event {
            case .connected: socket?.write([PushWrite(bytes: Array("one\n".utf8), lineEnds: [4])])
            case .failed: end()
            case .wrote, .peerClosed: break
            }
          }
          socket = push
          push.connect()
        } catch {
          done.fail(error)
        }
      }
    }
    let seen = try await done.futureResult.get()
    deadline.cancel()
    withExtendedLifetime(silent) {}
    return seen
  }

  @Test(
    arguments: [
      [.alive], [.refuses, .alive], [.silent, .alive], [.withoutRoute, .alive],
      [.refuses, .silent, .withoutRoute, .alive], [.alive, .refuses], [.alive, .alive],
    ] as [[Place]])
  func pushReachesTheFirstAddressThatIsAlive(_ places: [Place]) async throws {
    let seen = try await Self.push(places)
    #expect(String(decoding: seen.read, as: UTF8.self) == "one\n")
    #expect(seen.accepted == 1)
    #expect(seen.events.prefix(2) == [.connected, .wrote(4)])
  }

  @Test(
    arguments: [
      ([], .unresolvable), ([.refuses, .refuses], .refused), ([.refuses, .silent], .timedOut),
      ([.silent, .refuses], .refused), ([.refuses, .withoutRoute], .refused),
      ([.withoutRoute, .withoutRoute], .hostUnreachable),
    ] as [([Place], LinkFailure.Cause)])
  func deadAddressesAreOneFailure(_ row: ([Place], LinkFailure.Cause)) async throws {
    let seen = try await Self.push(row.0)
    #expect(seen.events == [.failed(LinkFailure(.connecting, row.1), nil)])
    #expect(seen.accepted == 0)
  }

  @Test func datagramsGoToTheFirstAddressWithARoute() async throws {
    let seen = try await Self.push([.withoutRoute, .alive], .udp)
    #expect(String(decoding: seen.read, as: UTF8.self) == "one\n")
  }

  // MARK: Mail

  private static func transaction() throws -> SMTPTransaction {
    try SMTPTransaction(
      envelope: SMTPEnvelope(
        greetingName: MailDomain("mail.example.com"),
        sender: MailAddress("alert@mail.example.com"),
        recipients: [MailAddress("admin@example.com")]),
      message: Array("Subject: x\r\n\r\nHello\r\n".utf8))
  }

  /// Sends a mail to a relay with such addresses, the first of them perhaps a server that answers
  /// each command by what `first` says.
  private static func mail(
    _ places: [Place], first: [String]? = nil
  ) async throws -> (fate: SMTPFate, taken: Int, commandsAtFirst: [String]) {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let silent = try FullListener()
    let taken = NIOLockedValueBox(0)
    let server = try await LabMailServer.listen(
      group: loop, settings: SMTPServerSettings(name: try MailDomain("mailbox.lab.example"))
    ) { _ in taken.withLockedValue { $0 += 1 } }.get()
    var addresses = try places.map {
      try Self.address($0, alive: Int(server.port), silent: silent.port)
    }
    let commands = NIOLockedValueBox<[String]>([])
    var scripted: (any Channel)?
    if let first {
      let channel = try await ServerBootstrap(group: loop)
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(
              ScriptedMailServer(replies: first, commands: commands))
          }
        }
        .bind(host: "127.0.0.1", port: 0).get()
      scripted = channel
      addresses.insert(.socket(try #require(channel.localAddress)), at: 0)
    }
    let destination = LiveDestination(addresses)
    let transaction = try self.transaction()
    let done = loop.makePromise(of: SMTPOutcome.self)
    let deadline = loop.scheduleTask(in: self.waits) { done.fail(ChannelError.eof) }
    loop.execute {
      var timeouts = SMTPTimeouts.rfc5321
      timeouts.connect = self.patience(places)
      SMTPClientSession(loop: loop, transaction: transaction, timeouts: timeouts) {
        done.succeed($0)
      }
      .start(host: "relay.example.com", port: 25, destination: destination)
    }
    let outcome = try await done.futureResult.get()
    deadline.cancel()
    try await server.close().get()
    try await scripted?.close().get()
    withExtendedLifetime(silent) {}
    return (
      try #require(outcome.recipients.first).fate, taken.withLockedValue { $0 },
      commands.withLockedValue { $0 }
    )
  }

  @Test(
    arguments: [
      [.alive], [.refuses, .alive], [.silent, .alive], [.withoutRoute, .alive],
      [.refuses, .withoutRoute, .silent, .alive], [.alive, .alive],
    ] as [[Place]])
  func mailReachesTheFirstAddressThatIsAlive(_ places: [Place]) async throws {
    let (fate, taken, _) = try await Self.mail(places)
    guard case .accepted = fate else {
      Issue.record("\(fate)")
      return
    }
    #expect(taken == 1)
  }

  @Test(
    arguments: [
      ([], .unresolvable), ([.refuses, .refuses], .refused), ([.refuses, .silent], .timedOut),
      ([.refuses, .withoutRoute], .refused), ([.withoutRoute], .unreachable),
    ] as [([Place], SMTPConnectionProblem)])
  func deadRelaysAreOneFailure(_ row: ([Place], SMTPConnectionProblem)) async throws {
    let (fate, taken, _) = try await Self.mail(row.0)
    #expect(fate == .connectionProblem(row.1, at: .connect))
    #expect(taken == 0)
  }

  /// A delivery attempt that fails before the message is taken goes to the next address.
  @Test(
    arguments: [
      ["421 busy"], ["450 later"], ["554 no mail here"], ["220 hi", "421 down"],
      ["220 hi", "250 hi", "451 later"], ["220 hi", "250 hi", "250 ok", "452 full"],
      ["220 hi", "250 hi", "250 ok", "250 ok", "451 later"], ["what is this"],
    ])
  func busyRelayLeavesTheMailToTheNextAddress(_ replies: [String]) async throws {
    let (fate, taken, commands) = try await Self.mail([.alive], first: replies)
    guard case .accepted = fate else {
      Issue.record("\(fate)")
      return
    }
    #expect(taken == 1)
    #expect(!commands.contains("Subject: x"))
  }

  /// What is refused for good is refused; what may have been taken is not sent a second time.
  @Test(
    arguments: [
      (["220 hi", "250 hi", "250 ok", "550 no such user"], "permanentFailure"),
      (["220 hi", "250 hi", "250 ok", "250 ok", "354 go", "552 too big"], "permanentFailure"),
      (["220 hi", "250 hi", "250 ok", "250 ok", "354 go", ""], "connectionProblem"),
    ])
  func otherEndsStayWithTheirAddress(_ row: ([String], String)) async throws {
    let (fate, taken, _) = try await Self.mail([.alive], first: row.0)
    #expect("\(fate)".hasPrefix(row.1), "\(fate)")
    #expect(taken == 0)
  }
}

/// Answers the connection and each command by the next of its replies; an empty one, or none, is
/// the end.
private final class ScriptedMailServer: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private var replies: [String]
  private let commands: NIOLockedValueBox<[String]>
  private var received = ""
  private var awaitsMessage = false

  init(replies: [String], commands: NIOLockedValueBox<[String]>) {
    self.replies = replies
    self.commands = commands
  }

  func channelActive(context: ChannelHandlerContext) { self.reply(context) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    self.received += String(buffer: self.unwrapInboundIn(data))
    guard self.received.hasSuffix(self.awaitsMessage ? "\r\n.\r\n" : "\r\n") else { return }
    let lines = self.received.split(whereSeparator: \.isNewline).map(String.init)
    self.commands.withLockedValue { $0 += lines }
    self.received = ""
    self.awaitsMessage = false
    self.reply(context)
  }

  private func reply(_ context: ChannelHandlerContext) {
    guard let text = self.replies.first, !text.isEmpty else { return context.close(promise: nil) }
    self.replies.removeFirst()
    self.awaitsMessage = text.hasPrefix("354")
    context.writeAndFlush(
      NIOAny(context.channel.allocator.buffer(string: text + "\r\n")), promise: nil)
  }
}
