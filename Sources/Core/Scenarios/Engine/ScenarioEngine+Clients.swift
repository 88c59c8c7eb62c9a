internal import ApplianceModel
internal import LogDelivery
internal import LogModel
internal import NetworkModel
internal import Simulation

/// The appliance's clients on the simulated network: questions for names, pushes, alert mails.
extension ScenarioEngine {
  // MARK: Names

  /// Looks a name up; `resolved` follows, later.
  mutating func resolve(_ name: String, _ purpose: NameLookups.Purpose) {
    let patience = self.lab.resolverDeadline(name, now: self.now)
    self.perform(self.names.begin(name, purpose, patience: patience, now: self.now))
  }

  mutating func perform(_ action: NameLookups.Action) {
    switch action {
    case .ask(let question):
      self.lab.ask(question.bytes, serverNumber: question.serverNumber, now: self.now)
      self.schedule(.nameTryEnds(question.id, tries: question.tries), at: question.endsAt)
    case .finish(let purpose, let addresses): self.resolved(purpose, addresses)
    case .finishLater(let purpose, let addresses):
      self.schedule(.resolved(purpose, addresses), at: self.now)
    case .ignore: break
    }
  }

  mutating func resolved(_ purpose: NameLookups.Purpose, _ addresses: [IPv4Address]) {
    switch purpose {
    case .push(let subscription, let id):
      self.perform(self.pushes.resolved(subscription, id, addresses), subscription, id)
    case .mail(let number): self.perform(self.mails.resolved(number, addresses), number)
    }
  }

  // MARK: Pushes

  mutating func perform(
    _ action: PushSockets.AttemptAction, _ subscription: SubscriptionID, _ id: ConnectionID
  ) {
    switch action {
    case .connect(let remote, let options):
      let socket = self.lab.connect(to: remote, options: options, now: self.now)
      self.roles[socket] = .push(subscription, id)
      self.pushes.opened(socket, to: remote, subscription, id)
    case .openDatagrams(let remote):
      let socket = self.lab.openDatagrams(now: self.now)
      self.datagrams.opened(port: self.lab.network.port(of: socket), subscription)
      self.pushes.openedDatagrams(socket, to: remote, subscription, id)
      self.appliance.connected(subscription: subscription, id, now: self.now)
      self.settle()
    case .fail(let failure):
      self.appliance.connectionFailed(subscription: subscription, id, failure, now: self.now)
      self.settle()
    case .ignore: break
    }
  }

  mutating func perform(
    _ first: PushSockets.WriteAction, _ subscription: SubscriptionID, _ id: ConnectionID
  ) {
    var action = first
    while true {
      switch action {
      case .send(let bytes, let socket, let id):
        let taken = self.lab.network.send(bytes, on: socket, now: self.now)
        if taken > 0 {
          self.appliance.bytesWritten(taken, subscription: subscription, id, now: self.now)
        }
        action = self.pushes.took(taken, subscription)
      case .sendDatagrams(let writes, let socket, let remote):
        for write in writes {
          for line in write.lines {
            self.lab.network.send(line, from: socket, to: remote, now: self.now)
          }
          self.datagrams.sent(write.lineEnds.count, subscription)
          self.appliance.bytesWritten(
            write.bytes.count, subscription: subscription, id, now: self.now)
        }
        return
      case .wait: return
      }
    }
  }

  mutating func closePush(_ subscription: SubscriptionID, _ id: ConnectionID) {
    switch self.pushes.close(subscription, id) {
    case .stream(let socket):
      self.roles[socket] = nil
      self.lab.network.close(socket, now: self.now)
    case .datagrams(let socket): self.lab.network.setOpen(false, socket)
    case nil: break
    }
  }

  mutating func pushHappened(
    _ event: SocketEvent, _ socket: SocketID, _ subscription: SubscriptionID, _ id: ConnectionID
  ) {
    if event != .connected { self.pushHeard(subscription, socket) }
    switch event {
    case .connected:
      let port = self.lab.network.localEndpoint(of: socket)?.port
      self.pushes.connected(subscription, id, port: port)
      let delay = self.lab.network.profile(of: socket)?.applicationDelay ?? .zero
      self.schedule(.pushConnected(subscription, socket), at: self.now.advanced(by: delay))
    case .acknowledged(let total):
      if let window = self.lab.network.sendWindow(of: socket) {
        self.appliance.windowSeen(window, subscription: subscription, id)
      }
      self.appliance.bytesAcknowledged(total, subscription: subscription, id, now: self.now)
    case .writable: self.perform(self.pushes.writable(subscription), subscription, id)
    case .connectFailed(let failure):
      self.roles[socket] = nil
      self.perform(
        self.pushes.connectFailed(failure, socket, subscription, id), subscription, id)
    case .reset: self.pushFailed(.reset, socket, subscription, id)
    case .timedOut: self.pushFailed(.timedOut, socket, subscription, id)
    case .peerClosed where self.appliance.peerClosed(subscription: subscription, id, now: self.now):
      break
    case .peerClosed:
      self.lab.network.close(socket, now: self.now)
      self.pushFailed(.endOfFile, socket, subscription, id)
    case .accepted, .data, .closed: break
    }
    self.settle()
  }

  /// The application hears that its connection stands: after the stack, or with other news.
  mutating func pushHeard(_ subscription: SubscriptionID, _ socket: SocketID) {
    guard let id = self.pushes.heard(subscription, socket) else { return }
    self.appliance.connected(subscription: subscription, id, now: self.now)
    self.settle()
  }

  private mutating func pushFailed(
    _ cause: LinkFailure.Cause, _ socket: SocketID, _ subscription: SubscriptionID,
    _ id: ConnectionID
  ) {
    self.roles[socket] = nil
    self.pushes.failed(subscription, id)
    self.appliance.connectionFailed(
      subscription: subscription, id, LinkFailure(.established, cause), now: self.now)
  }

  // MARK: Alert mails

  mutating func perform(_ actions: [MailSessions.Action], _ number: UInt32) {
    for action in actions {
      switch action {
      case .startTimer(let step, let timeout):
        self.schedule(.mailClient(number: number, step: step), at: self.now.advanced(by: timeout))
      case .connect(let remote):
        let socket = self.lab.connect(to: remote, now: self.now)
        self.roles[socket] = .mailClient(number: number)
        self.mails.opened(socket, number)
      case .send(let bytes, let socket):
        _ = self.lab.network.send(bytes, on: socket, now: self.now)
      case .close(let socket):
        self.roles[socket] = nil
        self.lab.network.close(socket, now: self.now)
      case .finish(let mail, let fate):
        self.appliance.mailFinished(mail, fate: fate, now: self.now)
        self.settle()
      }
    }
  }
}

extension PushWrite {
  /// Its lines, one a datagram, without their LF.
  fileprivate var lines: [[UInt8]] {
    var start = 0
    return self.lineEnds.map { end in
      defer { start = Int(end) }
      return Array(self.bytes[start..<Int(end) - 1])
    }
  }
}
