import LiveNetwork
import MailTransport
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Simulation
import Support
import Testing

/// The SMTP client against the lab's mailbox, on loopback.
@Suite struct LiveSMTPTests {
  private static func transaction() throws -> SMTPTransaction {
    try SMTPTransaction(
      envelope: SMTPEnvelope(
        greetingName: MailDomain("mail.example.com"),
        sender: MailAddress("alert@mail.example.com"),
        recipients: [MailAddress("admin@example.com")]),
      message: Array("Subject: x\r\n\r\n.a dot\r\n".utf8))
  }

  private static func send(
    rejections: [SMTPServerRejection] = [], host: String = "127.0.0.1", port: UInt16? = nil,
    timeouts: SMTPTimeouts = .rfc5321
  ) async throws -> (fate: SMTPFate, messages: [ReceivedMessage]) {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let messages = NIOLockedValueBox<[ReceivedMessage]>([])
    var settings = SMTPServerSettings(name: try MailDomain("mailbox.lab.example"))
    settings.rejections = rejections
    let server = try await LabMailServer.listen(group: loop, settings: settings) { message in
      messages.withLockedValue { $0.append(message) }
    }.get()
    let transaction = try self.transaction()
    let done = loop.makePromise(of: SMTPOutcome.self)
    let deadline = loop.scheduleTask(in: .seconds(120)) { done.fail(ChannelError.eof) }
    loop.execute {
      SMTPClientSession(loop: loop, transaction: transaction, timeouts: timeouts) {
        done.succeed($0)
      }
      .start(host: host, port: port ?? server.port)
    }
    let outcome = try await done.futureResult.get()
    deadline.cancel()
    try await server.close().get()
    return (try #require(outcome.recipients.first).fate, messages.withLockedValue { $0 })
  }

  @Test func mailArrivesAsItWas() async throws {
    let (fate, messages) = try await Self.send()
    guard case .accepted = fate else {
      Issue.record("\(fate)")
      return
    }
    #expect(messages.map(\.bytes) == [Array("Subject: x\r\n\r\n.a dot\r\n".utf8)])
    #expect(messages.first?.recipients.map(\.description) == ["admin@example.com"])
  }

  @Test func refusedRecipientIsAPermanentFailure() async throws {
    let reply = try SMTPReply(code: 553, lines: ["5.1.8 no such sender"])
    let (fate, messages) = try await Self.send(
      rejections: [try SMTPServerRejection(at: .recipient, reply: reply)])
    #expect(fate == .permanentFailure(reply, at: .recipient))
    #expect(messages.isEmpty)
  }

  @Test func busyServerIsATransientFailure() async throws {
    let reply = try SMTPReply(code: 451, lines: ["4.3.0 later"])
    let (fate, _) = try await Self.send(
      rejections: [try SMTPServerRejection(at: .data, reply: reply)])
    #expect(fate == .transientFailure(reply, at: .data))
  }

  @Test func unknownNameIsUnresolvable() async throws {
    let (fate, _) = try await Self.send(host: UnresolvableHost.name)
    #expect(fate == .connectionProblem(.unresolvable, at: .connect))
  }

  /// Nobody answers the SYN: a time-out, and no refusal.
  @Test func silenceIsATimeOut() async throws {
    let listener = try FullListener()
    var timeouts = SMTPTimeouts.rfc5321
    timeouts.connect = .milliseconds(300)
    let (fate, _) = try await Self.send(port: listener.port, timeouts: timeouts)
    #expect(fate == .connectionProblem(.timedOut, at: .connect))
  }

  /// The message is taken; that the server never answers QUIT is nobody's concern.
  @Test func outcomeDoesNotWaitForTheAnswerToQuit() async throws {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let server = try await ServerBootstrap(group: loop)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            ScriptedSMTPServer(replies: ["220 a", "250 b", "250 c", "250 d", "354 e", "250 f"]))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let (fate, _) = try await Self.send(port: UInt16(server.localAddress?.port ?? 0))
    #expect(fate == .accepted(try SMTPReply(code: 250, lines: ["f"])))
    try await server.close().get()
  }

  @Test func serverThatHangsUpIsAConnectionProblem() async throws {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let server = try await ServerBootstrap(group: loop)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            ScriptedSMTPServer(replies: ["220 a", "250 b"], hangsUp: true))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let (fate, _) = try await Self.send(port: UInt16(server.localAddress?.port ?? 0))
    #expect(fate == .connectionProblem(.closed, at: .mail))
    try await server.close().get()
  }

  @Test func closedPortIsRefused() async throws {
    let (fate, _) = try await Self.send(port: 1)
    #expect(fate == .connectionProblem(.refused, at: .connect))
  }
}

/// Says its replies, one for the connection and one for each command, and then nothing more.
private final class ScriptedSMTPServer: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private var replies: [String]
  private let hangsUp: Bool
  private var received = ""
  private var awaitsMessage = false

  init(replies: [String], hangsUp: Bool = false) {
    self.replies = replies
    self.hangsUp = hangsUp
  }

  func channelActive(context: ChannelHandlerContext) {
    self.reply(context)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    self.received += String(buffer: self.unwrapInboundIn(data))
    // A command is a line; the message ends with a dot alone.
    guard self.received.hasSuffix(self.awaitsMessage ? "\r\n.\r\n" : "\r\n") else { return }
    self.received = ""
    self.awaitsMessage = false
    self.reply(context)
  }

  private func reply(_ context: ChannelHandlerContext) {
    if self.replies.isEmpty {
      if self.hangsUp { context.close(promise: nil) }
      return
    }
    let line = self.replies.removeFirst() + "\r\n"
    self.awaitsMessage = line.hasPrefix("354")
    context.writeAndFlush(NIOAny(context.channel.allocator.buffer(string: line)), promise: nil)
  }
}
