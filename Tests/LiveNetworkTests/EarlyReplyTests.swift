import LiveNetwork
import MailTransport
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Support
import Testing

/// Relays that answer before they are asked: no mail counts as sent, and none arrives.
@Suite struct EarlyReplyTests {
  private static let replies = [
    "220-hello\r\n220 hi\r\n", "250-hi\r\n250 HELP\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n",
    "250 queued\r\n", "221 bye\r\n",
  ]

  /// What a relay writes without being asked, and behind which commands.
  struct Relay: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Each time that a command, or the message, is whole, the next of these is written at once.
    let writes: [[String]]
    var fate = "earlyReply"
  }

  static let relays: [Relay] = {
    let all = Self.replies
    var relays = [
      Relay(testDescription: "all in one write", writes: [[all.joined()]]),
      Relay(testDescription: "all, each in a write of its own", writes: [all]),
      Relay(
        testDescription: "all, byte by byte",
        writes: [all.joined().map { String($0) }]),
      Relay(testDescription: "all but the end", writes: [[all.dropLast().joined()], [all[6]]]),
    ]
    for step in 1..<6 {
      let honest = all.prefix(step - 1).map { [$0] }
      relays.append(
        Relay(
          testDescription: "one reply too early at \(step)",
          writes: honest + [[all[step - 1] + all[step]]]))
      relays.append(
        Relay(
          testDescription: "a digit too early at \(step)",
          writes: honest + [[all[step - 1] + "2"]]))
      relays.append(
        Relay(
          testDescription: "a 421 at \(step)",
          writes: honest + [[all[step - 1] + "421-shutting\r\n421 down\r\n"]], fate: "421"))
    }
    return relays
  }()

  @Test(arguments: relays)
  func noMailCountsAsSent(_ relay: Relay) async throws {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let received = NIOLockedValueBox("")
    let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton.next())
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            HastyMailServer(writes: relay.writes, received: received))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let port = UInt16(try #require(server.localAddress?.port))
    let transaction = try SMTPTransaction(
      envelope: SMTPEnvelope(
        greetingName: MailDomain("mail.example.com"), sender: nil,
        recipients: [MailAddress("admin@example.com")]),
      message: Array("Subject: x\r\n\r\nHello\r\n".utf8))
    let done = loop.makePromise(of: SMTPOutcome.self)
    let deadline = loop.scheduleTask(in: .minutes(2)) { done.fail(ChannelError.eof) }
    loop.execute {
      SMTPClientSession(loop: loop, transaction: transaction) { done.succeed($0) }
        .start(host: "127.0.0.1", port: port)
    }
    let fate = try #require(try await done.futureResult.get().recipients.first).fate
    deadline.cancel()
    try await server.close().get()
    if case .accepted = fate { Issue.record("\(fate)") }
    #expect("\(fate)".contains(relay.fate), "\(fate)")
    #expect(!received.withLockedValue { $0 }.contains("Hello"))
  }
}

/// Writes the first of its writes at once, and the next ones each behind a command.
private final class HastyMailServer: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private var writes: [[String]]
  private let received: NIOLockedValueBox<String>

  init(writes: [[String]], received: NIOLockedValueBox<String>) {
    self.writes = writes
    self.received = received
  }

  func channelActive(context: ChannelHandlerContext) { self.write(context) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let text = String(buffer: self.unwrapInboundIn(data))
    self.received.withLockedValue { $0 += text }
    if text.hasSuffix("\r\n") { self.write(context) }
  }

  private func write(_ context: ChannelHandlerContext) {
    guard !self.writes.isEmpty else { return }
    for text in self.writes.removeFirst() {
      context.writeAndFlush(NIOAny(context.channel.allocator.buffer(string: text)), promise: nil)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}
