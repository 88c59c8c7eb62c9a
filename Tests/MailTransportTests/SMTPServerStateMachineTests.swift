import MailTransport
import Simulation
import Testing

/// What a client sends, and what the server answers: replies as sent, `deliver(...)`, `close`.
func say(_ input: some Sequence<UInt8>, to machine: inout SMTPServerStateMachine) -> String {
  let actions = machine.received(input)
  return actions.map { describe($0) }.joined()
}

private func describe(_ action: SMTPServerAction) -> String {
  switch action {
  case .send(let bytes): text(bytes)
  case .deliver(let message):
    "deliver(\(message.envelopeSender.map { "\($0)" } ?? "<>") to "
      + "\(message.recipients.map { "\($0)" }.joined(separator: ",")): \(text(message.bytes)))"
  case .close: "close"
  }
}

private let ok = "250 2.0.0 Ok\r\n"
private let senderOk = "250 2.1.0 Sender ok\r\n"
private let recipientOk = "250 2.1.5 Recipient ok\r\n"
private let go = "354 Start mail input; end with <CRLF>.<CRLF>\r\n"
private let taken = "250 2.0.0 Message accepted\r\n"
private let bye = "221 2.0.0 lab.example.com closing connection\r\nclose"
private let helo: (String, String) = ("HELO c", "250 lab.example.com\r\n")
private let envelope: [(String, String)] = [
  helo, ("MAIL FROM:<s@x>", senderOk), ("RCPT TO:<r@y>", recipientOk),
]
private let badSender = "501 5.1.7 Bad sender address\r\n"
private let badRecipient = "501 5.1.3 Bad recipient address\r\n"
private let useMail = "501 5.5.4 Use MAIL FROM:<address>\r\n"
private let useRecipient = "501 5.5.4 Use RCPT TO:<address>\r\n"
private let parameter = "555 5.5.4 Parameter not known\r\n"
private let noArgument = "501 5.5.4 This command takes no argument\r\n"
private let notASCII = "501 5.5.4 Only printable ASCII is allowed in a command\r\n"
private let unrecognized = "500 5.5.1 Command unrecognized\r\n"
private let notImplemented = "502 5.5.1 Command not implemented\r\n"
private let helloFirst = "503 5.5.1 Say EHLO or HELO first\r\n"
private let mailFirst = "503 5.5.1 MAIL comes first\r\n"
private let tooBig = "552 5.3.4 Message size exceeds the limit\r\n"

@Suite struct SMTPServerStateMachineTests {
  /// Sessions in which each line is sent with CRLF.
  static let good: [[(String, String)]] = [
    [
      (
        "EHLO c.example.com",
        "250-lab.example.com\r\n250-SIZE 10485760\r\n250-8BITMIME\r\n"
          + "250-ENHANCEDSTATUSCODES\r\n250 PIPELINING\r\n"
      ), ("QUIT", bye), ("NOOP", ""),
    ],
    envelope + [
      ("DATA", go), ("a", ""), ("..b", ""), (".", "deliver(s@x to r@y: a\r\n.b\r\n)" + taken),
      ("MAIL FROM:<>", senderOk), ("RCPT TO:<r@y>", recipientOk), ("DATA", go),
      (".", "deliver(<> to r@y: )" + taken), ("quit ", bye),
    ],
    envelope + [("RSET", ok), ("RCPT TO:<r@y>", mailFirst), ("MAIL FROM:<s@x>", senderOk)],
    envelope + [helo, ("RCPT TO:<r@y>", mailFirst)],
    [
      helo, ("mail from:<\"a > b\"@x> size=10 body=8bitmime", senderOk),
      ("rcpt to:<Postmaster>", recipientOk), ("RCPT TO:<@h1,@h2.example:u@z>", recipientOk),
      ("DATA", go), (".", "deliver(\"a > b\"@x to postmaster@lab.example.com,u@z: )" + taken),
    ],
    [
      ("NOOP", ok), ("NOOP with words", ok), ("RSET", ok),
      ("VRFY someone", "252 2.0.0 Cannot verify, but will take a message\r\n"),
    ],
  ]

  static let hostile: [[(String, String)]] = [
    [("MAIL FROM:<s@x>", helloFirst), ("RCPT TO:<r@y>", helloFirst), ("DATA", helloFirst)],
    [helo, ("RCPT TO:<r@y>", mailFirst), ("DATA", mailFirst)],
    [helo, ("MAIL FROM:<s@x>", senderOk), ("DATA", "503 5.5.1 No valid recipients\r\n")],
    [
      helo, ("MAIL FROM:<s@x>", senderOk),
      ("MAIL FROM:<t@x>", "503 5.5.1 A sender was given already\r\n"),
    ],
    [
      ("", unrecognized), ("   ", unrecognized), ("XYZZY", unrecognized), (" NOOP", unrecognized),
      ("MAILFROM:<s@x>", unrecognized), ("GET / HTTP/1.1", unrecognized), (".", unrecognized),
    ],
    [("STARTTLS", notImplemented), ("AUTH PLAIN x", notImplemented), ("EXPN l", notImplemented)],
    [
      ("EHLO", "501 5.5.4 A host name of at most 255 bytes is needed\r\n"),
      ("HELO a b", "501 5.5.4 A host name of at most 255 bytes is needed\r\n"),
      ("VRFY", "501 5.5.4 VRFY needs an argument\r\n"), ("RSET x", noArgument),
      ("QUIT x", noArgument), ("DATA x", noArgument),
    ],
    [
      helo, ("MAIL", useMail), ("MAIL FROM", useMail), ("MAIL FROM:", useMail),
      ("MAIL FROM:s@x", useMail), ("MAIL FROM: <s@x>", useMail), ("MAIL FROM:<s@x", useMail),
      ("MAIL  FROM:<s@x>", useMail), ("MAIL TO:<s@x>", useMail), ("MAIL FROM:<s@x>SIZE=1", useMail),
      ("MAIL FROM:<\"s@x>", useMail), ("MAIL FROM:<\"s\\\"@x>", useMail),
    ],
    [
      helo, ("MAIL FROM:<s>", badSender), ("MAIL FROM:<@>", badSender),
      ("MAIL FROM:<@h:>", badSender), ("MAIL FROM:<@h,:s@x>", badSender),
      ("MAIL FROM:<@h s@x>", badSender), ("MAIL FROM:<<s@x>>", useMail),
      ("MAIL FROM:<<s@x>", badSender),
    ],
    [
      helo, ("MAIL FROM:<s@x> SIZE=", "501 5.5.4 SIZE needs one number\r\n"),
      ("MAIL FROM:<s@x> SIZE=-1", "501 5.5.4 SIZE needs one number\r\n"),
      ("MAIL FROM:<s@x> SIZE=99999999999999999999", "501 5.5.4 SIZE needs one number\r\n"),
      ("MAIL FROM:<s@x> SIZE=1 SIZE=2", "501 5.5.4 SIZE needs one number\r\n"),
      ("MAIL FROM:<s@x> SIZE=999999999999999999", tooBig),
      ("MAIL FROM:<s@x> BODY=BINARYMIME", parameter), ("MAIL FROM:<s@x> AUTH=<>", parameter),
    ],
    [
      helo, ("MAIL FROM:<s@x>", senderOk), ("RCPT TO:<>", badRecipient), ("RCPT", useRecipient),
      ("RCPT TO:<r@y> NOTIFY=NEVER", parameter), ("RCPT FROM:<r@y>", useRecipient),
      ("RCPT TO:<r@y\u{0}>", notASCII), ("RCPT TO:<r\r@y>", notASCII),
      ("RCPT TO:<ü@y>", notASCII), ("RCPT TO:<Post@master>", recipientOk),
    ],
    [
      (String(repeating: "x", count: 1023), "500 5.5.2 Line too long\r\n"),
      (String(repeating: "x", count: 9999), "500 5.5.2 Line too long\r\n"),
      ("NOOP " + String(repeating: "x", count: 1017), ok),
    ],
    envelope + [
      ("DATA", go), ("a\n.\nRCPT TO:<v@z>", ""), ("b\n.", ""),
      (".", "deliver(s@x to r@y: a\n.\nRCPT TO:<v@z>\r\nb\n.\r\n)" + taken),
    ],
  ]

  @Test(arguments: good + hostile)
  func dialogue(_ rows: [(String, String)]) throws {
    var machine = SMTPServerStateMachine(settings: try serverSettings())
    #expect(machine.connected() == [.send(bytes("220 lab.example.com ESMTP\r\n"))])
    for (line, expected) in rows {
      let answer = say(bytes(line + "\r\n"), to: &machine)
      #expect(answer == expected, "\(line.prefix(60))")
    }
  }

  /// Pipelining and fragmentation: the answers do not depend on how the bytes come.
  @Test(arguments: good + hostile, [1, 3, 1_000_000])
  func piecesGiveTheSameAsLines(_ rows: [(String, String)], piece: Int) throws {
    var machine = SMTPServerStateMachine(settings: try serverSettings())
    _ = machine.connected()
    var rest = bytes(rows.map { $0.0 + "\r\n" }.joined())[...]
    var answer = ""
    while !rest.isEmpty {
      answer += say(rest.prefix(piece), to: &machine)
      rest = rest.dropFirst(piece)
    }
    #expect(answer == rows.map { $0.1 }.joined())
  }

  @Test func commandsMayEndWithLineFeedAlone() throws {
    var machine = SMTPServerStateMachine(settings: try serverSettings())
    _ = machine.connected()
    #expect(say(bytes("NOOP\nQUIT\n"), to: &machine) == ok + bye)
  }

  @Test(
    arguments: [
      (.greeting, 554, []), (.extendedHello, 502, ["EHLO c"]), (.hello, 450, ["HELO c"]),
      (.mail, 451, ["EHLO c", "MAIL FROM:<s@x>"]),
      (.recipient, 553, ["EHLO c", "MAIL FROM:<s@x>", "RCPT TO:<r@y>"]),
      (.data, 451, ["EHLO c", "MAIL FROM:<s@x>", "RCPT TO:<r@y>", "DATA"]),
      (.message, 554, ["EHLO c", "MAIL FROM:<s@x>", "RCPT TO:<r@y>", "DATA", "."]),
    ] as [(SMTPServerStage, Int, [String])])
  func stageIsRefusedOnPurpose(_ stage: SMTPServerStage, code: Int, lines: [String]) throws {
    for code in [code, 421] {
      let settings = try serverSettings(rejecting: [(stage, code, "on purpose")])
      var machine = SMTPServerStateMachine(settings: settings)
      var last = machine.connected()
      for line in lines {
        last = machine.received(bytes("\(line)\r\n"))
      }
      let refusal = SMTPServerAction.send(bytes("\(code) on purpose\r\n"))
      #expect(last == (code == 421 ? [refusal, .close] : [refusal]))
    }
  }

  @Test func oneRecipientIsRefused() throws {
    var settings = try serverSettings()
    settings.rejections = [
      try SMTPServerRejection(
        at: .recipient, recipient: MailAddress("r@y"), reply: SMTPReply(code: 550, lines: ["no"]))
    ]
    var machine = SMTPServerStateMachine(settings: settings)
    _ = machine.connected()
    let input = "HELO c\r\nMAIL FROM:<>\r\nRCPT TO:<r@y>\r\nRCPT TO:<s@y>\r\n"
    #expect(say(bytes(input), to: &machine).hasSuffix("550 no\r\n" + recipientOk))
  }

  @Test func refusedGreetingLeavesOnlyQuit() throws {
    var machine = SMTPServerStateMachine(
      settings: try serverSettings(rejecting: [(.greeting, 554, "no")]))
    _ = machine.connected()
    #expect(
      say(bytes("EHLO c\r\nQUIT\r\n"), to: &machine)
        == "503 5.5.1 No service here; use QUIT\r\n" + bye)
  }

  @Test func boundsAreKept() throws {
    var settings = try serverSettings()
    settings.messageBytesMax = 10
    settings.recipientsMax = 1
    settings.errorsMax = 2
    var machine = SMTPServerStateMachine(settings: settings)
    _ = machine.connected()
    let hello = "HELO c\r\nMAIL FROM:<>\r\nRCPT TO:<r@y>\r\n"
    _ = say(bytes(hello), to: &machine)
    #expect(say(bytes("RCPT TO:<s@y>\r\n"), to: &machine) == "452 4.5.3 Too many recipients\r\n")
    _ = say(bytes("DATA\r\n"), to: &machine)
    #expect(say(Array(repeating: 0x78, count: 100_000), to: &machine) == "")
    #expect(say(bytes("\r\n.\r\n"), to: &machine) == tooBig)
    _ = say(bytes("MAIL FROM:<>\r\nRCPT TO:<r@y>\r\nDATA\r\n"), to: &machine)
    #expect(
      say(bytes("12345678\r\n.\r\n"), to: &machine) == "deliver(<> to r@y: 12345678\r\n)" + taken)
    let end = "421 4.7.0 lab.example.com too many errors, closing connection\r\nclose"
    #expect(say(bytes("x\r\ny\r\nz\r\nNOOP\r\n"), to: &machine).hasSuffix(unrecognized + end))
    #expect(machine.timeout == nil)
  }

  @Test func bareLineEndsAreRefusedWhenAskedFor() throws {
    var settings = try serverSettings()
    settings.rejectsBareLineEnds = true
    var machine = SMTPServerStateMachine(settings: settings)
    _ = machine.connected()
    let input = "HELO c\r\nMAIL FROM:<>\r\nRCPT TO:<r@y>\r\nDATA\r\na\nb\r\n.\r\n"
    #expect(
      say(bytes(input), to: &machine).hasSuffix("550 5.6.0 Message holds a CR or LF alone\r\n"))
  }

  @Test func silentClientIsSentAway() throws {
    var machine = SMTPServerStateMachine(settings: try serverSettings())
    #expect(machine.timeout == nil)
    _ = machine.connected()
    #expect(machine.timeout == .seconds(300))
    let reply = "421 4.4.2 lab.example.com timed out, closing connection\r\n"
    #expect(machine.timeoutElapsed() == [.send(bytes(reply)), .close])
    #expect(machine.timeoutElapsed() == [])
    machine.connectionClosed()
    #expect(machine.received(bytes("NOOP\r\n")) == [])
  }

  @Test func settingsThatContradictThemselvesAreRefused() throws {
    let address = try MailAddress("a@b")
    #expect(throws: MailTransportError.self) {
      try SMTPServerRejection(at: .mail, reply: SMTPReply(code: 250, lines: ["ok"]))
    }
    #expect(throws: MailTransportError.self) {
      try SMTPServerRejection(
        at: .mail, recipient: address, reply: SMTPReply(code: 550, lines: ["no"]))
    }
  }
}
