internal import ApplianceModel
internal import LabPeers
internal import MailTransport
internal import NetworkModel
internal import Simulation

/// What the network tells, and the lab's syslog servers.
extension ScenarioEngine {
  mutating func runNetwork() {
    var events: [NetworkEvent] = []
    self.lab.network.advance(to: self.now, into: &events)
    for event in events { self.happened(event) }
  }

  private mutating func happened(_ event: NetworkEvent) {
    switch event.subject {
    case .socket(let socket, .accepted(let listener, let from)):
      self.accepted(socket, by: listener, from: from)
    case .socket(let socket, let event):
      switch self.roles[socket] {
      case .push(let subscription, let id):
        self.pushHappened(event, socket, subscription, id)
      case .mailClient(let number): self.mailClientHappened(event, socket, number)
      case .mailServer: self.mailServerHappened(event, socket)
      case .receiver(let host): self.receiverHappened(event, socket, host)
      case nil: break  // News of a socket that nobody cares about any more.
      }
    case .datagram(let socket, let from, let bytes):
      switch self.lab.datagramService(of: socket) {
      case .syslog(let host):
        self.countDatagram(from: from)
        let limit = self.lab.datagramLimit(ofHost: host, now: self.now)
        self.keep(SyslogLines.line(ofDatagram: bytes, limit: limit), host: host)
      case .nameServer:
        guard let reply = self.lab.nameServerReply(bytes, now: self.now) else { return }
        self.lab.network.send(
          reply.bytes, from: socket, to: from, now: self.now, note: reply.note)
      case .resolver: self.nameServerAnswered(bytes)
      case nil: break
      }
    case .datagramUnreachable:
      break  // The appliance's UDP socket is not connected: it does not hear of ICMP.
    }
  }

  private mutating func countDatagram(from: Endpoint) {
    guard from.address == self.scenario.network.applianceAddress,
      let subscription = self.pushesByDatagramPort[from.port]
    else { return }
    self.datagrams[subscription, default: DatagramCount()].read += 1
  }

  /// Datagrams that were under way when the run ended are counted as read if they arrive: they are
  /// not lost. Nothing else happens any more.
  mutating func readLastDatagrams() {
    guard self.datagrams.values.contains(where: { $0.read < $0.sent }) else { return }
    var events: [NetworkEvent] = []
    self.lab.network.advance(to: self.now.advanced(by: .seconds(10)), into: &events)
    for event in events {
      guard case .datagram(let socket, let from, _) = event.subject,
        case .syslog = self.lab.datagramService(of: socket)
      else { continue }
      self.countDatagram(from: from)
    }
  }

  private mutating func accepted(_ socket: SocketID, by listener: ListenerID, from: Endpoint) {
    switch self.lab.service(of: listener) {
    case .mailbox:
      self.acceptMail(socket)
    case .syslog(let host):
      self.serve(self.lab.acceptSyslog(host, now: self.now), socket, host: host)
    case .remoteShell(let host):
      self.serve(
        SyslogReceiverConnection(fault: .remoteShell, now: self.now), socket, host: host)
    case nil:
      break
    }
  }

  private mutating func serve(
    _ accepted: SyslogReceiverConnection, _ socket: SocketID, host: Int
  ) {
    var connection = accepted
    self.roles[socket] = .receiver(host: host)
    let action = connection.accepted()
    self.receivers[socket] = connection
    if let fault = connection.fault {
      let name = self.scenario.network.hosts[host].name
      self.lab.network.note("from here: \(fault.label) at \(name)", lastOf: socket)
    }
    self.applyReading(connection.reading, socket)
    self.run(action, socket)
  }

  private mutating func receiverHappened(_ event: SocketEvent, _ socket: SocketID, _ host: Int) {
    switch event {
    case .data(let bytes):
      let now = self.now
      var lines: [UInt8] = []
      let action = bytes.withUnsafeBytes {
        self.receivers[socket]?.received($0, now: now) { lines += $0 }
      }
      if !lines.isEmpty { self.keep(lines, host: host) }
      self.tellReceipt(socket)
      if let action { self.run(action, socket) }
    case .peerClosed:
      let now = self.now
      guard let action = self.receivers[socket]?.peerClosed(now: now) else { return }
      if action == .close {
        self.lab.network.close(socket, now: now)
        self.forgetReceiver(socket)
      } else {
        self.run(action, socket)
      }
    case .reset, .timedOut, .closed:
      self.forgetReceiver(socket)
    case .accepted, .connected, .connectFailed, .readable, .writable, .acknowledged:
      break
    }
  }

  mutating func receiverTimeReached(_ socket: SocketID) {
    guard let action = self.receivers[socket]?.timeReached(self.now) else { return }
    self.run(action, socket)
  }

  private mutating func run(_ action: SyslogReceiverConnection.Action, _ socket: SocketID) {
    switch action {
    case .goOn:
      if let wakeAt = self.receivers[socket]?.wakeAt {
        self.schedule(.receiver(socket), at: wakeAt)
      }
    case .reset, .close, .shutDown:
      guard case .receiver(let host) = self.roles[socket] else { return }
      let delay = self.lab.applicationDelay(ofHost: host)
      guard delay > .zero else { return self.act(action, socket) }
      // What arrives until then is not read any more.
      self.lab.network.setReadMode(.manual, of: socket, now: self.now)
      self.schedule(.receiverActs(socket, action), at: self.now.advanced(by: delay))
    }
  }

  /// Ends a connection as a receiver decided, unless it ended meanwhile.
  mutating func act(_ action: SyslogReceiverConnection.Action, _ socket: SocketID) {
    guard case .receiver(let host) = self.roles[socket],
      let fault = self.receivers[socket]?.fault
    else { return }
    let note = "\(fault.label) at \(self.scenario.network.hosts[host].name)"
    switch action {
    case .reset, .close: self.forgetReceiver(socket)
    case .goOn, .shutDown: break
    }
    switch action {
    case .goOn: break
    case .reset: self.lab.network.abort(socket, now: self.now, note: note)
    case .close: self.lab.network.close(socket, now: self.now, note: note)
    case .shutDown(let readsOn):
      self.lab.network.setReadMode(readsOn ? .automatic : .manual, of: socket, now: self.now)
      self.lab.network.shutdown(socket, now: self.now)
      self.run(.goOn, socket)
    }
  }

  private mutating func applyReading(
    _ reading: SyslogReceiverConnection.Reading, _ socket: SocketID
  ) {
    switch reading {
    case .everything: break
    case .nothing: self.lab.network.setReadMode(.manual, of: socket, now: self.now)
    case .paced(let bytesPerSecond):
      self.lab.network.setReadMode(
        .paced(bytes: max(bytesPerSecond / 10, 1), every: .milliseconds(100)), of: socket,
        now: self.now)
    }
  }

  /// The appliance's ledger hears what the lab's server read; a real collector would not tell.
  private mutating func tellReceipt(_ socket: SocketID) {
    guard let lines = self.receivers[socket]?.lines,
      let port = self.lab.network.remoteEndpoint(of: socket)?.port,
      let (subscription, id) = self.pushesByPort[port]
    else { return }
    self.appliance.receiverRead(lines: lines, subscription: subscription, id)
  }

  private mutating func keep(_ bytes: [UInt8], host: Int) {
    let name = self.scenario.network.hosts[host].name
    self.watcher.received(bytes, host: name, at: self.elapsed)
    self.output.received(bytes, host: name)
  }

  private mutating func forgetReceiver(_ socket: SocketID) {
    self.keepUnfinished(socket)
    self.receivers[socket] = nil
    self.roles[socket] = nil
  }

  /// What was read of a message that did not end on its connection is a line of its own.
  private mutating func keepUnfinished(_ socket: SocketID) {
    guard case .receiver(let host) = self.roles[socket] else { return }
    var rest: [UInt8] = []
    _ = self.receivers[socket]?.ended { rest += $0 }
    if !rest.isEmpty { self.keep(rest, host: host) }
  }

  /// The run is over, in the middle of connections.
  mutating func keepUnfinished() {
    for socket in self.receivers.keys.sorted(by: { $0.number < $1.number }) {
      self.keepUnfinished(socket)
    }
  }

  /// A program that ended hears nothing of its sockets.
  mutating func forgetLostSockets() {
    let lost = self.roles.keys.filter { self.lab.network.localEndpoint(of: $0) == nil }
    for socket in lost.sorted(by: { $0.number < $1.number }) {
      self.forgetReceiver(socket)
      self.mailServers[socket] = nil
    }
  }

  mutating func scheduleCrashes() {
    for fault in self.scenario.faults {
      guard case .host(.crash(let backAfter)) = fault.kind,
        let host = self.lab.index(of: fault.host)
      else { continue }
      let down = self.scenario.start.advanced(by: fault.when.from)
      self.schedule(.hostGoesDown(host), at: down)
      self.schedule(.hostComesBack(host), at: down.advanced(by: backAfter))
    }
  }
}
