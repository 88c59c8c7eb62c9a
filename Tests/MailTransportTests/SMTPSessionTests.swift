import MailTransport
import Testing

/// The client's machine against the server's, in memory.
@Suite struct SMTPSessionTests {
  /// Runs one session; `piece` is how many bytes arrive at once.
  static func run(
    _ transaction: SMTPTransaction, _ settings: SMTPServerSettings, piece: Int = .max
  ) -> (outcome: SMTPOutcome?, messages: [ReceivedMessage]) {
    var client = SMTPClientStateMachine(transaction: transaction)
    var server = SMTPServerStateMachine(settings: settings)
    var messages: [ReceivedMessage] = []
    _ = client.connected()
    var pending = server.connected()
    while !pending.isEmpty {
      var toServer: [UInt8] = []
      for action in pending {
        switch action {
        case .deliver(let message): messages.append(message)
        case .close:
          switch client.connectionClosed() {
          case .finish(let outcome): return (outcome, messages)
          case .ignore: return (nil, messages)
          }
        case .send(let bytes):
          for part in Self.pieces(bytes, piece) {
            switch client.received(part) {
            case .send(let bytes):
              toServer += bytes
              client.written()
            case .close(let outcome): return (outcome, messages)
            case .wait, .ignore: continue
            }
          }
        }
      }
      pending = Self.pieces(toServer, piece).flatMap { server.received($0) }
    }
    return (nil, messages)
  }

  private static func pieces(_ bytes: [UInt8], _ size: Int) -> [ArraySlice<UInt8>] {
    stride(from: 0, to: bytes.count, by: min(size, max(1, bytes.count))).map {
      bytes[$0..<min(bytes.count, $0 + min(size, bytes.count))]
    }
  }

  @Test(arguments: [Int.max, 1, 5])
  func messageArrivesAsItWas(piece: Int) throws {
    let message = "Subject: x\r\n\r\n.\r\n..\r\n.a\r\n\r\n.\r\nend"
    let sent = try transaction(to: ["a@x", "b@y"], message: message)
    let (outcome, messages) = Self.run(sent, try serverSettings(), piece: piece)
    #expect(outcome?.isFullyAccepted == true)
    #expect(messages.map { $0.bytes } == [sent.message])
    #expect(messages.map { $0.recipients } == [sent.envelope.recipients])
    #expect(messages.map { $0.envelopeSender } == [sent.envelope.sender])
    #expect(messages.map { $0.greetingName } == ["mail.example.com"])
    #expect(messages.map { $0.hasBareLineEnds } == [false])
  }

  @Test(
    arguments: [
      (.greeting, 554, "permanent 554 no @greeting"), (.hello, 550, "accepted"),
      (.mail, 451, "transient 451 no @MAIL"), (.recipient, 553, "permanent 553 no @RCPT"),
      (.data, 451, "transient 451 no @DATA"), (.message, 554, "permanent 554 no @message"),
      (.extendedHello, 502, "accepted"), (.extendedHello, 451, "transient 451 no @EHLO"),
      (.greeting, 421, "transient 421 no @greeting"), (.recipient, 421, "transient 421 no @RCPT"),
      (.message, 421, "transient 421 no @message"),
    ] as [(SMTPServerStage, Int, String)], [Int.max, 1])
  func refusalReachesTheSender(_ row: (SMTPServerStage, Int, String), piece: Int) throws {
    let settings = try serverSettings(rejecting: [(row.0, row.1, "no")])
    let (outcome, messages) = Self.run(try transaction(), settings, piece: piece)
    let found = try #require(outcome)
    #expect(describe(found).hasPrefix("a@example.com \(row.2)"))
    #expect(messages.count == (row.2 == "accepted" ? 1 : 0))
  }

  @Test func tooBigIsRefusedAtMailBySize() throws {
    var settings = try serverSettings()
    settings.messageBytesMax = 20
    let (outcome, messages) = Self.run(try transaction(), settings)
    #expect(
      outcome.map { describe($0) }
        == "a@example.com permanent 552 5.3.4 Message size exceeds the limit @MAIL")
    #expect(messages.isEmpty)
  }
}
