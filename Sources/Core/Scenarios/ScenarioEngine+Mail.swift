internal import ApplianceModel
internal import Alerting
internal import LogDelivery
internal import MailTransport
internal import NetworkModel
internal import Simulation

/// Alert mails on the simulated network: the appliance's SMTP client and the lab's mailboxes.
extension ScenarioEngine {
  mutating func startMail(_ mail: AlertMail) {
    self.mails[mail.number] = MailSession(
      mail: mail, machine: SMTPClientStateMachine(transaction: mail.transaction))
    self.startMailTimer(mail.number)
    self.resolve(mail.relay.host, .mail(number: mail.number))
  }

  mutating func mailResolved(_ number: UInt32, _ addresses: [IPv4Address]) {
    guard case .finish(let unresolved)? = self.mails[number]?.unresolvable,
      let action = self.mails[number]?.addresses.resolved(addresses, orElse: unresolved)
    else { return }
    self.perform(action, number)
  }

  private mutating func perform(
    _ action: AddressAttempts<IPv4Address, SMTPOutcome>.Action, _ number: UInt32
  ) {
    switch action {
    case .connect(let address): self.connectMail(number, address)
    case .fail(let outcome): self.finishMail(number, outcome)
    case .ignore: break
    }
  }

  private mutating func connectMail(_ number: UInt32, _ address: IPv4Address) {
    guard let session = self.mails[number] else { return }
    let socket = self.lab.connect(to: Endpoint(address, session.mail.relay.port), now: self.now)
    self.roles[socket] = .mailClient(number: number)
    self.mails[number]?.socket = socket
  }

  /// A session at one address has ended; the next one may follow.
  private mutating func addressEnded(_ number: UInt32, _ outcome: SMTPOutcome) {
    guard let session = self.mails[number] else { return }
    if let socket = session.socket {
      self.roles[socket] = nil
      self.mails[number]?.socket = nil
      self.lab.network.close(socket, now: self.now)
    }
    guard outcome.mayGoToAnotherAddress,
      let action = self.mails[number]?.addresses.failed(
        outcome, outcome.isWithoutRoute ? .route : .server)
    else { return self.finishMail(number, outcome) }
    if case .connect = action {
      self.mails[number]?.attempt += 1
      self.mails[number]?.machine = SMTPClientStateMachine(transaction: session.mail.transaction)
      self.startMailTimer(number)
    }
    self.perform(action, number)
  }

  mutating func mailClientHappened(_ event: SocketEvent, _ socket: SocketID, _ number: UInt32) {
    switch event {
    case .connected:
      switch self.mails[number]?.machine.connected() {
      case .awaitGreeting: self.startMailTimer(number)
      case .closeLateConnection, nil: self.lab.network.close(socket, now: self.now)
      }
    case .data(let bytes):
      switch self.mails[number]?.machine.received(bytes) {
      case .send(let command):
        self.startMailTimer(number)
        _ = self.lab.network.send(command, on: socket, now: self.now)
        self.mails[number]?.machine.written()
      case .close(let outcome): self.addressEnded(number, outcome)
      case .wait, .ignore, nil: break
      }
    case .connectFailed(let failure):
      if case .finish(let outcome)? =
        self.mails[number]?.machine.connectFailed(failure.mailProblem)
      {
        self.addressEnded(number, outcome)
      }
    case .peerClosed: self.mailLost(number, by: .closed)
    case .reset: self.mailLost(number, by: .reset)
    case .timedOut: self.mailLost(number, by: .timedOut)
    case .accepted, .readable, .writable, .acknowledged, .closed: break
    }
  }

  mutating func mailTimeReached(_ number: UInt32, step: Int) {
    guard self.mails[number]?.timerStep == step,
      case .close(let outcome)? = self.mails[number]?.machine.timeoutElapsed()
    else { return }
    self.addressEnded(number, outcome)
  }

  private mutating func mailLost(_ number: UInt32, by problem: SMTPConnectionProblem) {
    if case .finish(let outcome)? = self.mails[number]?.machine.connectionClosed(by: problem) {
      self.addressEnded(number, outcome)
    }
  }

  private mutating func startMailTimer(_ number: UInt32) {
    guard let timeout = self.mails[number]?.machine.timeout else { return }
    self.mails[number]?.timerStep += 1
    let step = self.mails[number]?.timerStep ?? 0
    self.schedule(.mailClient(number: number, step: step), at: self.now.advanced(by: timeout))
  }

  private mutating func finishMail(_ number: UInt32, _ outcome: SMTPOutcome) {
    guard let session = self.mails.removeValue(forKey: number),
      let recipient = outcome.recipients.first
    else { return }
    self.alertMailAttempts.append(
      AlertMailAttempt(
        alert: session.mail.alert, recipient: recipient.address.description,
        relay: "\(session.mail.relay.host):\(session.mail.relay.port)",
        failure: recipient.fate.reason))
    self.appliance.mailFinished(session.mail, fate: recipient.fate, now: self.now)
    self.settle()
  }

  // MARK: The mailbox

  mutating func mailServerHappened(_ event: SocketEvent, _ socket: SocketID) {
    switch event {
    case .data(let bytes):
      let actions = self.mailServers[socket]?.received(bytes) ?? []
      self.run(actions, socket)
    case .peerClosed:
      self.lab.network.close(socket, now: self.now)
      self.forgetMailServer(socket)
    case .reset, .timedOut, .closed:
      self.forgetMailServer(socket)
    case .accepted, .connected, .connectFailed, .readable, .writable, .acknowledged: break
    }
  }

  mutating func acceptMail(_ socket: SocketID) {
    guard let settings = self.lab.mailboxSettings else { return }
    self.roles[socket] = .mailServer
    var machine = SMTPServerStateMachine(settings: settings)
    let actions = machine.connected()
    self.mailServers[socket] = machine
    self.run(actions, socket)
  }

  private mutating func forgetMailServer(_ socket: SocketID) {
    self.mailServers.removeValue(forKey: socket)
    self.roles[socket] = nil
  }

  private mutating func run(_ actions: [SMTPServerAction], _ socket: SocketID) {
    for action in actions {
      switch action {
      case .send(let bytes): _ = self.lab.network.send(bytes, on: socket, now: self.now)
      case .close: self.lab.network.close(socket, now: self.now)
      case .deliver(let message):
        self.mailsTaken += 1
        self.watcher.mailed(subject: MailSubject.read(message.bytes), at: self.elapsed)
        self.output.mailed(message.bytes, number: self.mailsTaken)
      }
    }
  }
}

extension ScenarioEngine.MailSession {
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
