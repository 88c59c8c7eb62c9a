internal import ApplianceModel
internal import LabPeers
internal import LogModel
internal import NetworkModel
internal import Simulation

/// What the network reports, and what servers of the lab do about it.
extension ScenarioEngine {
  mutating func runNetwork() {
    var events: [NetworkEvent] = []
    self.lab.network.advance(to: self.now, into: &events)
    for event in events { self.happened(event) }
  }

  private mutating func happened(_ event: NetworkEvent) {
    switch event.subject {
    case .socket(let socket, .accepted(let listener, _)):
      self.accepted(socket, by: listener)
    case .socket(let socket, let event):
      switch self.roles[socket] {
      case .push(let subscription, let id):
        self.pushHappened(event, socket, subscription, id)
      case .mailClient(let number):
        self.perform(self.mails.happened(event, socket, number), number)
      case .mailServer: self.perform(self.mailServers.happened(event, socket), socket)
      case .receiver:
        self.perform(self.receivers.happened(event, socket, now: self.now), socket)
      case nil: break  // News of a socket that nobody cares about any more.
      }
    case .datagram(let socket, let from, let bytes): self.received(bytes, socket, from: from)
    case .datagramUnreachable:
      break  // The appliance's UDP socket is not connected: it does not hear of ICMP.
    }
  }

  private mutating func received(_ bytes: [UInt8], _ socket: DatagramSocketID, from: Endpoint) {
    switch self.lab.datagramService(of: socket) {
    case .syslog(let host):
      self.datagrams.read(from: from)
      let limit = self.lab.datagramLimit(ofHost: host, now: self.now)
      self.record.received(
        SyslogLines.line(ofDatagram: bytes, limit: limit), host: self.lab.name(ofHost: host),
        at: self.clock.elapsed)
    case .nameServer:
      guard let reply = self.lab.nameServerReply(bytes, now: self.now) else { return }
      self.lab.network.send(reply.bytes, from: socket, to: from, now: self.now, note: reply.note)
    case .resolver: self.perform(self.names.received(bytes))
    case nil: break
    }
  }

  /// Datagrams that were under way when the run ended are counted as read if they arrive: they are
  /// not lost. Nothing else happens any more.
  mutating func readLastDatagrams() {
    guard self.datagrams.areUnderWay else { return }
    var events: [NetworkEvent] = []
    self.lab.network.advance(to: self.now.advanced(by: .seconds(10)), into: &events)
    for event in events {
      guard case .datagram(let socket, let from, _) = event.subject,
        case .syslog = self.lab.datagramService(of: socket)
      else { continue }
      self.datagrams.read(from: from)
    }
  }

  private mutating func accepted(_ socket: SocketID, by listener: ListenerID) {
    let host: Int
    let machine: SyslogReceiverConnection
    switch self.lab.service(of: listener) {
    case .mailbox:
      guard let settings = self.lab.mailboxSettings else { return }
      self.roles[socket] = .mailServer
      self.perform(self.mailServers.accepted(socket, settings), socket)
      return
    case .syslog(let index): (host, machine) = (index, self.lab.acceptSyslog(index, now: self.now))
    case .remoteShell(let index):
      (host, machine) = (index, SyslogReceiverConnection(fault: .remoteShell, now: self.now))
    case nil: return
    }
    self.roles[socket] = .receiver
    let connection = SyslogReceivers.Connection(
      host: self.lab.name(ofHost: host), delay: self.lab.applicationDelay(ofHost: host),
      machine: machine)
    self.perform(self.receivers.accepted(connection, socket), socket)
  }

  mutating func perform(_ actions: [ServerAction], _ socket: SocketID) {
    for action in actions {
      switch action {
      case .note(let text): self.lab.network.note(text, lastOf: socket)
      case .read(let mode): self.lab.network.setReadMode(mode, of: socket, now: self.now)
      case .send(let bytes): _ = self.lab.network.send(bytes, on: socket, now: self.now)
      case .shutDown: self.lab.network.shutdown(socket, now: self.now)
      case .close(let note): self.lab.network.close(socket, now: self.now, note: note)
      case .reset(let note): self.lab.network.abort(socket, now: self.now, note: note)
      case .forget: self.roles[socket] = nil
      case .keep(let lines, let host):
        self.record.received(lines, host: host, at: self.clock.elapsed)
      case .confirm(let lines):
        // The appliance's ledger hears what the lab's server read; a real collector would not tell.
        guard let port = self.lab.network.remoteEndpoint(of: socket)?.port,
          let (subscription, id) = self.pushes.owner(ofPort: port)
        else { continue }
        self.appliance.receiverRead(lines: lines, subscription: subscription, id)
      case .deliver(let mail): self.record.mailed(mail, at: self.clock.elapsed)
      case .wake(let instant): self.schedule(.receiver(socket), at: instant)
      case .delay(let action, let delay):
        self.schedule(.receiverActs(socket, action), at: self.now.advanced(by: delay))
      }
    }
  }
}
