internal import Alerting
internal import LogDelivery
internal import MailTransport
internal import NetworkModel
internal import Simulation

/// The appliance's SMTP client: the sessions of alert mails under way, each with the addresses of
/// its relay, and how those before ended.
struct MailSessions: Sendable {
  struct Session: Sendable {
    let mail: AlertMail
    /// Of the present address.
    var machine: SMTPClientStateMachine
    var addresses = AddressAttempts<IPv4Address, SMTPOutcome>()
    /// Which address the machine is for, from 1.
    var attempt = 1
    var socket: SocketID?
    /// Which timer counts; each start makes a new one.
    var timerStep = 0
  }

  /// What to do about a session, in order.
  enum Action: Hashable, Sendable {
    /// Call `timeReached` with this step, that much later.
    case startTimer(step: Int, SimDuration)
    /// Open a connection, then call `opened`.
    case connect(to: Endpoint)
    case send([UInt8], on: SocketID)
    case close(SocketID)
    /// The mail was tried: tell the appliance what became of it.
    case finish(AlertMail, SMTPFate)
  }

  private(set) var sessions: [UInt32: Session] = [:]
  /// How each attempt to send a mail ended.
  private(set) var ended: [AlertMailAttempt] = []

  /// A mail is to be sent; `resolved` follows.
  mutating func start(_ mail: AlertMail) -> [Action] {
    self.sessions[mail.number] = Session(
      mail: mail, machine: SMTPClientStateMachine(transaction: mail.transaction))
    return self.startTimer(mail.number)
  }

  /// The relay's name has these addresses.
  mutating func resolved(_ number: UInt32, _ addresses: [IPv4Address]) -> [Action] {
    guard case .finish(let unresolved)? = self.sessions[number]?.unresolvable,
      let next = self.sessions[number]?.addresses.resolved(addresses, orElse: unresolved)
    else { return [] }
    return self.follow(next, number)
  }

  /// The connection to an address is being opened.
  mutating func opened(_ socket: SocketID, _ number: UInt32) {
    self.sessions[number]?.socket = socket
  }

  /// Something happened to a session's socket.
  mutating func happened(_ event: SocketEvent, _ socket: SocketID, _ number: UInt32) -> [Action] {
    switch event {
    case .connected: self.connected(socket, number)
    case .data(let bytes): self.received(bytes, socket, number)
    case .connectFailed(let failure): self.connectFailed(failure, number)
    case .peerClosed: self.lost(number, by: .closed)
    case .reset: self.lost(number, by: .reset)
    case .timedOut: self.lost(number, by: .timedOut)
    case .accepted, .writable, .acknowledged, .closed: []
    }
  }

  private mutating func connected(_ socket: SocketID, _ number: UInt32) -> [Action] {
    switch self.sessions[number]?.machine.connected() {
    case .awaitGreeting: self.startTimer(number)
    case .closeLateConnection, nil: [.close(socket)]
    }
  }

  private mutating func received(
    _ bytes: [UInt8], _ socket: SocketID, _ number: UInt32
  ) -> [Action] {
    switch self.sessions[number]?.machine.received(bytes) {
    case .send(let command):
      let timer = self.startTimer(number)
      // A command is shorter than what a socket takes at once.
      self.sessions[number]?.machine.written()
      return timer + [.send(command, on: socket)]
    case .close(let outcome): return self.addressEnded(number, outcome)
    case .wait, .ignore, nil: return []
    }
  }

  private mutating func connectFailed(_ failure: ConnectFailure, _ number: UInt32) -> [Action] {
    guard
      case .finish(let outcome)? =
        self.sessions[number]?.machine.connectFailed(failure.mailProblem)
    else { return [] }
    return self.addressEnded(number, outcome)
  }

  private mutating func lost(
    _ number: UInt32, by problem: SMTPConnectionProblem
  ) -> [Action] {
    guard case .finish(let outcome)? = self.sessions[number]?.machine.connectionClosed(by: problem)
    else { return [] }
    return self.addressEnded(number, outcome)
  }

  /// A timer that `startTimer` asked for.
  mutating func timeReached(_ number: UInt32, step: Int) -> [Action] {
    guard self.sessions[number]?.timerStep == step,
      case .close(let outcome)? = self.sessions[number]?.machine.timeoutElapsed()
    else { return [] }
    return self.addressEnded(number, outcome)
  }

  private mutating func startTimer(_ number: UInt32) -> [Action] {
    guard let session = self.sessions[number], let timeout = session.machine.timeout else {
      return []
    }
    self.sessions[number]?.timerStep += 1
    return [.startTimer(step: session.timerStep + 1, timeout)]
  }

  // MARK: The addresses of a relay

  /// The session at one address has ended; the next one may follow.
  private mutating func addressEnded(_ number: UInt32, _ outcome: SMTPOutcome) -> [Action] {
    guard let session = self.sessions[number] else { return [] }
    var actions: [Action] = []
    if let socket = session.socket {
      self.sessions[number]?.socket = nil
      actions.append(.close(socket))
    }
    guard outcome.mayGoToAnotherAddress,
      let next = self.sessions[number]?.addresses.failed(
        outcome, outcome.isWithoutRoute ? .route : .server)
    else { return actions + self.finish(number, outcome) }
    if case .connect = next {
      self.sessions[number]?.attempt += 1
      self.sessions[number]?.machine = SMTPClientStateMachine(transaction: session.mail.transaction)
      actions += self.startTimer(number)
    }
    return actions + self.follow(next, number)
  }

  private mutating func follow(
    _ next: AddressAttempts<IPv4Address, SMTPOutcome>.Action, _ number: UInt32
  ) -> [Action] {
    switch next {
    case .connect(let address):
      guard let port = self.sessions[number]?.mail.relay.port else { return [] }
      return [.connect(to: Endpoint(address, port))]
    case .fail(let outcome): return self.finish(number, outcome)
    case .ignore: return []
    }
  }

  private mutating func finish(_ number: UInt32, _ outcome: SMTPOutcome) -> [Action] {
    guard let mail = self.sessions.removeValue(forKey: number)?.mail,
      let recipient = outcome.recipients.first
    else { return [] }
    self.ended.append(
      AlertMailAttempt(
        alert: mail.alert, recipient: recipient.address.description,
        relay: "\(mail.relay.host):\(mail.relay.port)", failure: recipient.fate.reason))
    return [.finish(mail, recipient.fate)]
  }
}

extension MailSessions.Session {
  /// What it comes to when the relay's name has no address.
  fileprivate var unresolvable: SMTPClientStateMachine.ConnectFailedAction {
    var machine = self.machine
    return machine.connectFailed(.unresolvable)
  }
}

extension ConnectFailure {
  fileprivate var mailProblem: SMTPConnectionProblem {
    switch self {
    case .refused: .refused
    case .timedOut: .timedOut
    case .hostUnreachable, .networkUnreachable, .portUnreachable, .noLocalPort: .unreachable
    }
  }
}
