import LiveNetwork
import MailTransport
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
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
    rejections: [SMTPServerRejection] = [], port: UInt16? = nil
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
    let deadline = loop.scheduleTask(in: .seconds(20)) { done.fail(ChannelError.eof) }
    loop.execute {
      SMTPClientSession(loop: loop, transaction: transaction) { done.succeed($0) }
        .start(host: "127.0.0.1", port: port ?? server.port)
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

  @Test func closedPortIsRefused() async throws {
    let (fate, _) = try await Self.send(port: 1)
    #expect(fate == .connectionProblem(.refused, at: .connect))
  }
}
