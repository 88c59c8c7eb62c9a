import MailTransport
import Simulation
import Testing

/// A fact that the client is told.
enum ClientEvent: Hashable, Sendable {
  case connected
  case connectFailed(SMTPConnectionProblem)
  /// Bytes of the server; the command that they lead to is written.
  case server(String)
  /// Bytes of the server; the command that they lead to is not written before what comes next.
  case unanswered(String)
  /// That command is written now.
  case written
  case closed(SMTPConnectionProblem)
  case timeout
}

extension SMTPClientStateMachine {
  /// Tells the machine `event`; returns its action as a line of a dialogue.
  mutating func tell(_ event: ClientEvent) -> String {
    switch event {
    case .connected: "\(self.connected())"
    case .connectFailed(let problem):
      switch self.connectFailed(problem) {
      case .finish(let outcome): describe(outcome)
      case .ignore: "ignore"
      }
    case .server(let text): self.take(text, writes: true)
    case .unanswered(let text): self.take(text, writes: false)
    case .written: self.write()
    case .closed(let problem):
      switch self.connectionClosed(by: problem) {
      case .finish(let outcome): describe(outcome)
      case .ignore: "ignore"
      }
    case .timeout:
      switch self.timeoutElapsed() {
      case .close(let outcome): describe(outcome)
      case .ignore: "ignore"
      }
    }
  }

  private mutating func write() -> String {
    self.written()
    return ""
  }

  private mutating func take(_ text: String, writes: Bool) -> String {
    let action = self.received(bytes(text))
    if writes, case .send = action { self.written() }
    return Self.line(action)
  }

  private static func line(_ action: ReceivedAction) -> String {
    switch action {
    case .send(let bytes): text(bytes)
    case .close(let outcome): describe(outcome)
    case .wait: "wait"
    case .ignore: "ignore"
    }
  }
}

/// What happens in a session, and what the client does at each step.
struct ClientDialogue: Sendable, CustomTestStringConvertible {
  let testDescription: String
  var recipients = ["a@example.com"]
  let rows: [(ClientEvent, String)]

  init(
    _ name: String, to recipients: [String] = ["a@example.com"], _ rows: [(ClientEvent, String)]
  ) {
    self.testDescription = name
    self.recipients = recipients
    self.rows = rows
  }
}

private let ehlo = "EHLO mail.example.com\r\n"
private let mail = "MAIL FROM:<alert@example.com>\r\n"
private let rcptA = "RCPT TO:<a@example.com>\r\n"
private let message = "Subject: x\r\n\r\nHello\r\n.\r\n"

private func upTo(_ step: SMTPStep) -> [(ClientEvent, String)] {
  let rows: [(SMTPStep, ClientEvent, String)] = [
    (.greeting, .connected, "awaitGreeting"), (.hello, .server("220 hi\r\n"), ehlo),
    (.mail, .server("250 hi\r\n"), mail), (.recipient, .server("250 ok\r\n"), rcptA),
    (.data, .server("250 ok\r\n"), "DATA\r\n"), (.message, .server("354 go\r\n"), message),
    (.quit, .server("250 2.0.0 queued as 1\r\n"), "QUIT\r\n"),
  ]
  let order: [SMTPStep] = [.connect, .greeting, .hello, .mail, .recipient, .data, .message, .quit]
  let end = order.firstIndex(of: step) ?? 0
  return rows.prefix(end).map { ($0.1, $0.2) }
}

@Suite struct SMTPClientStateMachineTests {
  static let good: [ClientDialogue] = [
    ClientDialogue(
      "accepted, with SIZE",
      [
        (.connected, "awaitGreeting"), (.server("220 hi\r\n"), ehlo),
        (
          .server("250-hi\r\n250-size 1000\r\n250 HELP\r\n"),
          "MAIL FROM:<alert@example.com> SIZE=21\r\n"
        ),
        (.server("250 ok\r\n"), rcptA), (.server("250 ok\r\n"), "DATA\r\n"),
        (.server("354 go\r\n"), message), (.server("250 2.0.0 queued\r\n"), "QUIT\r\n"),
        (.server("221 bye\r\n"), "a@example.com accepted 250 2.0.0 queued"),
        (.closed(.closed), "ignore"), (.timeout, "ignore"), (.server("250 x\r\n"), "ignore"),
      ]),
    ClientDialogue(
      "HELO when EHLO is not known",
      upTo(.hello) + [
        (.server("502 no\r\n"), "HELO mail.example.com\r\n"), (.server("250 hi\r\n"), mail),
      ]),
    ClientDialogue(
      "one recipient of three refused, one later", to: ["a@x", "b@x", "c@x"],
      upTo(.mail) + [
        (.server("250 ok\r\n"), "RCPT TO:<a@x>\r\n"),
        (.server("550 5.1.1 no\r\n"), "RCPT TO:<b@x>\r\n"),
        (.server("251 will forward\r\n"), "RCPT TO:<c@x>\r\n"),
        (.server("452 later\r\n"), "DATA\r\n"), (.server("354 go\r\n"), message),
        (.server("250 ok\r\n"), "QUIT\r\n"),
        (
          .server("221 bye\r\n"),
          "a@x permanent 550 5.1.1 no @RCPT\nb@x accepted 250 ok\nc@x transient 452 later @RCPT"
        ),
      ]),
    ClientDialogue(
      "a greeting of several lines in pieces",
      [
        (.connected, "awaitGreeting"), (.server("220-he"), "wait"), (.server("llo\r\n"), "wait"),
        (.server("220 ready\r"), "wait"), (.server("\n"), ehlo),
      ]),
    ClientDialogue(
      "closed instead of an answer to QUIT: accepted all the same",
      upTo(.quit) + [(.closed(.reset), "a@example.com accepted 250 2.0.0 queued as 1")]),
    ClientDialogue(
      "no answer to QUIT: accepted all the same",
      upTo(.quit) + [(.timeout, "a@example.com accepted 250 2.0.0 queued as 1")]),
    ClientDialogue(
      "rubbish for an answer to QUIT: accepted all the same",
      upTo(.quit) + [(.server("rubbish\n"), "a@example.com accepted 250 2.0.0 queued as 1")]),
  ]

  static let refusals: [ClientDialogue] = [
    ("554 no service", .greeting, "permanent 554 no service @greeting"),
    ("450 later", .greeting, "transient 450 later @greeting"),
    ("451 later", .hello, "transient 451 later @EHLO"),
    ("553 sender", .mail, "permanent 553 sender @MAIL"),
    ("451 later", .mail, "transient 451 later @MAIL"),
    ("553 5.7.1 relay", .recipient, "permanent 553 5.7.1 relay @RCPT"),
    ("450 greylisted", .recipient, "transient 450 greylisted @RCPT"),
    ("451 4.3.0 full", .data, "transient 451 4.3.0 full @DATA"),
    ("554 no valid recipients", .data, "permanent 554 no valid recipients @DATA"),
    ("552 too big", .message, "permanent 552 too big @message"),
    ("451 later", .message, "transient 451 later @message"),
  ].map { (reply: String, step: SMTPStep, fate: String) in
    ClientDialogue(
      "\(reply) at \(step.rawValue)",
      upTo(step) + [
        (.server("\(reply)\r\n"), "QUIT\r\n"), (.server("221 bye\r\n"), "a@example.com \(fate)"),
      ])
  }

  static let moreRefusals: [ClientDialogue] = [
    ClientDialogue(
      "EHLO and HELO refused",
      upTo(.hello) + [
        (.server("500 what\r\n"), "HELO mail.example.com\r\n"),
        (.server("501 bad name\r\n"), "QUIT\r\n"),
        (.server("221 bye\r\n"), "a@example.com permanent 501 bad name @EHLO"),
      ]),
    ClientDialogue(
      "421 in the second RCPT", to: ["a@example.com", "b@x"],
      upTo(.recipient) + [
        (.server("550 no\r\n"), "RCPT TO:<b@x>\r\n"),
        (
          .server("421 4.3.2 down\r\n"),
          "a@example.com permanent 550 no @RCPT\nb@x transient 421 4.3.2 down @RCPT"
        ),
      ]),
    ClientDialogue(
      "421 behind a good reply in one segment: what was to be sent is dropped",
      upTo(.mail) + [
        (.server("250 ok\r\n421 down\r\n"), "a@example.com transient 421 down @RCPT")
      ]),
  ]

  /// Facts that may come at every step, and what they make of a recipient.
  static let disasters: [ClientDialogue] = [
    SMTPStep.greeting, .hello, .mail, .recipient, .data, .message,
  ].flatMap { step in
    ([
      (.server("421 down\r\n"), "transient 421 down"), (.closed(.closed), "closed"),
      (.closed(.reset), "reset"), (.closed(.cancelled), "cancelled"), (.timeout, "timedOut"),
      (.server("HTTP/1.1 400 Bad\r\n"), "malformed invalidReply"),
      (.server(String(repeating: "x", count: 5000)), "malformed tooLong"),
      (
        .server(step == .data ? "250 odd\r\n" : "354 odd\r\n"),
        step == .data ? "unexpected 250 odd" : "unexpected 354 odd"
      ),
    ] as [(ClientEvent, String)]).map { event, fate in
      ClientDialogue(
        "\(fate) at \(step.rawValue)",
        upTo(step) + [(event, "a@example.com \(fate) @\(step.rawValue)"), (.timeout, "ignore")])
    }
  }

  /// What a server says before the command that it would answer, at each step, in pieces.
  static let early: [ClientDialogue] = [
    SMTPStep.greeting, .hello, .mail, .recipient, .data, .message,
  ].flatMap { step -> [ClientDialogue] in
    let reply =
      [.greeting: "220-long\r\n220 hi\r\n", .data: "354 go\r\n"][step] ?? "250-ok\r\n250 ok\r\n"
    let next: [SMTPStep: (String, String)] = [
      .greeting: ("EHLO", ehlo), .hello: ("MAIL", mail), .mail: ("RCPT", rcptA),
      .recipient: ("DATA", "DATA\r\n"), .data: ("message", message),
    ]
    let accepted = "a@example.com accepted 250 ok ok"
    func fate(_ text: String) -> String {
      next[step].map { "a@example.com \(text) @\($0.0)" } ?? accepted
    }
    let early = fate("earlyReply")
    let down = fate("transient 421 down")
    let command = next[step]?.1 ?? "QUIT\r\n"
    let cases: [(String, [(ClientEvent, String)])] = [
      ("a whole reply behind it", [(.server(reply + "250 ok\r\n"), early)]),
      (
        "all replies at once",
        [(.server(reply + "250 a\r\n250 b\r\n354 c\r\n250 d\r\n221 e\r\n"), early)]
      ),
      ("a reply of several lines", [(.server(reply + "250-a\r\n250 b\r\n"), early)]),
      ("a first digit", [(.server(reply + "2"), early)]),
      ("an empty line", [(.server(reply + "\r\n"), early)]),
      ("a 420", [(.server(reply + "420 no\r\n"), early)]),
      ("rubbish that begins like a 421", [(.server(reply + "4211\r\n"), early)]),
      ("a 421", [(.server(reply + "421 down\r\n"), down)]),
      ("a 421 and more", [(.server(reply + "421 down\r\n250 ok\r\n"), down)]),
      (
        "a 421 in pieces",
        [
          (.server(reply + "42"), "wait"), (.written, ""), (.server("1 do"), "wait"),
          (.server("wn\r\n"), down),
        ]
      ),
      (
        "half a 421 that becomes none",
        [(.server(reply + "42"), "wait"), (.server("0 x\r\n"), early)]
      ),
      ("half a 421 and no more", [(.server(reply + "4"), "wait"), (.timeout, fate("timedOut"))]),
      (
        "unread while the command waits",
        [(.unanswered(reply), command), (.server("250 ok\r\n"), early)]
      ),
      (
        "a 421 while the command waits",
        [(.unanswered(reply), command), (.server("421 down\r\n"), down)]
      ),
      (
        "closed while the command waits",
        [(.unanswered(reply), command), (.closed(.closed), fate("closed"))]
      ),
    ]
    return cases.map { name, rows in
      ClientDialogue(
        "\(name), early at \(step.rawValue)", upTo(step) + rows + [(.timeout, "ignore")])
    }
  }

  static let unconnected: [ClientDialogue] =
    [
      SMTPConnectionProblem.refused, .unreachable, .unresolvable, .timedOut,
    ].map {
      ClientDialogue(
        "\($0) at connect",
        [(.connectFailed($0), "a@example.com \($0) @connect"), (.timeout, "ignore")])
    } + [
      ClientDialogue(
        "a connection that comes too late is closed",
        [
          (.timeout, "a@example.com timedOut @connect"), (.connected, "closeLateConnection"),
          (.connectFailed(.refused), "ignore"),
        ])
    ]

  @Test(arguments: good + refusals + moreRefusals + disasters + early + unconnected)
  func dialogue(_ dialogue: ClientDialogue) throws {
    var machine = SMTPClientStateMachine(transaction: try transaction(to: dialogue.recipients))
    for (event, expected) in dialogue.rows {
      #expect(machine.tell(event) == expected, "\(event)")
      #expect((machine.timeout == nil) == (machine.step == nil))
    }
  }

  @Test(arguments: good + refusals + moreRefusals)
  func bytewiseIsTheSameAsWhole(_ dialogue: ClientDialogue) throws {
    var machine = SMTPClientStateMachine(transaction: try transaction(to: dialogue.recipients))
    for (event, expected) in dialogue.rows where expected != "ignore" {
      guard case .server(let input) = event else {
        #expect(machine.tell(event) == expected)
        continue
      }
      var said: [String] = []
      for byte in bytes(input) {
        let action = machine.received([byte])
        switch action {
        case .send(let bytes):
          said.append(text(bytes))
          machine.written()
        case .close(let outcome): said.append(describe(outcome))
        case .wait, .ignore: continue
        }
      }
      #expect((said.last ?? "wait") == expected)
    }
  }

  @Test func eachStepHasTheTimeOfTheRFC() throws {
    var machine = SMTPClientStateMachine(transaction: try transaction())
    var seconds: [Int64] = []
    for (event, _) in upTo(.quit) + [(.server("221 bye\r\n"), "")] {
      seconds.append((machine.timeout ?? .zero).nanoseconds / 1_000_000_000)
      _ = machine.tell(event)
    }
    #expect(seconds == [30, 300, 300, 300, 300, 120, 600, 30])
    #expect(machine.timeout == nil)
  }

  @Test func outcomeIsSettledBeforeQuitIsAnswered() throws {
    var machine = SMTPClientStateMachine(transaction: try transaction())
    for (event, _) in upTo(.message) { _ = machine.tell(event) }
    #expect(machine.settledOutcome == nil)
    _ = machine.tell(.server("250 ok\r\n"))
    #expect(machine.step == .quit)
    #expect(machine.settledOutcome?.isFullyAccepted == true)
  }

  @Test func nullSenderAndDotsTravelSafely() throws {
    var machine = SMTPClientStateMachine(
      transaction: try transaction(from: nil, message: ".\r\n.."))
    for (event, _) in upTo(.hello) { _ = machine.tell(event) }
    #expect(machine.tell(.server("250 hi\r\n")) == "MAIL FROM:<>\r\n")
    _ = machine.tell(.server("250 ok\r\n"))
    _ = machine.tell(.server("250 ok\r\n"))
    #expect(machine.tell(.server("354 go\r\n")) == "..\r\n...\r\n.\r\n")
  }
}
