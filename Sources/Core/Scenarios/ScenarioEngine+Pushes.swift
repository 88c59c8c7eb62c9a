internal import ApplianceModel
internal import ApplianceConfiguration
internal import LogDelivery
internal import NetworkModel
internal import Simulation

/// The appliance's pushes on the simulated network: what `LiveNetwork.SyslogPushSocket` is on real
/// sockets.
extension ScenarioEngine {
  mutating func connectPush(_ index: Int, _ id: ConnectionID) {
    guard let settings = self.pushSettings(index) else { return }
    self.pushAttempts[index] = PushAttempts(id: id)
    self.resolve(settings.host.value, .push(subscription: index, id))
  }

  mutating func pushResolved(_ index: Int, _ id: ConnectionID, _ addresses: [IPv4Address]) {
    guard self.pushAttempts[index]?.id == id,
      let action = self.pushAttempts[index]?.addresses.resolved(
        addresses, orElse: LinkFailure(.connecting, .unresolvable))
    else { return }
    self.perform(action, index, id)
  }

  private mutating func perform(
    _ action: AddressAttempts<IPv4Address, LinkFailure>.Action, _ index: Int, _ id: ConnectionID
  ) {
    switch action {
    case .connect(let address): self.openPush(index, id, address)
    case .fail(let failure):
      self.pushAttempts[index] = nil
      self.appliance.connectionFailed(subscription: index, id, failure, now: self.now)
      self.settle()
    case .ignore: break
    }
  }

  private mutating func openPush(_ index: Int, _ id: ConnectionID, _ address: IPv4Address) {
    guard let settings = self.pushSettings(index) else { return }
    let remote = Endpoint(address, settings.port.value)
    switch settings.transport.value {
    case .tcp:
      let options = SocketOptions(settings.delivery)
      let socket = self.lab.connect(to: remote, options: options, now: self.now)
      self.roles[socket] = .push(subscription: index, id)
      self.pushes[index] = PushSocket(id: id, socket: socket, remote: remote)
    case .udp:
      // Nothing tells whether a datagram arrives: the first address is the one.
      self.pushAttempts[index] = nil
      let datagrams = self.lab.openDatagrams(now: self.now)
      self.pushesByDatagramPort[self.lab.network.port(of: datagrams)] = index
      self.pushes[index] = PushSocket(id: id, datagrams: datagrams, remote: remote)
      self.appliance.connected(subscription: index, id, now: self.now)
      self.settle()
    }
  }

  mutating func write(_ writes: [PushWrite], _ index: Int, _ id: ConnectionID) {
    guard let push = self.pushes[index], push.id == id else { return }
    if let datagrams = push.datagrams {
      for write in writes { self.sendDatagrams(write, datagrams, to: push.remote, index, id) }
      return
    }
    for write in writes { self.pushes[index]?.pending.append(write.bytes[...]) }
    self.sendPending(index)
  }

  /// Hands the socket what it takes, write by write: each is one call of the appliance's.
  mutating func sendPending(_ index: Int) {
    guard let push = self.pushes[index], let socket = push.socket else { return }
    while let first = self.pushes[index]?.pending.first {
      let taken = self.lab.network.send(Array(first), on: socket, now: self.now)
      if taken > 0 {
        self.appliance.bytesWritten(taken, subscription: index, push.id, now: self.now)
      }
      if taken == first.count {
        self.pushes[index]?.pending.removeFirst()
      } else {
        self.pushes[index]?.pending[0] = first.dropFirst(taken)
        return
      }
    }
  }

  private mutating func sendDatagrams(
    _ write: PushWrite, _ datagrams: DatagramSocketID, to remote: Endpoint, _ index: Int,
    _ id: ConnectionID
  ) {
    var start = 0
    for end in write.lineEnds {
      // One line a datagram, without its LF.
      self.lab.network.send(
        Array(write.bytes[start..<Int(end) - 1]), from: datagrams, to: remote, now: self.now)
      start = Int(end)
    }
    self.datagrams[index, default: DatagramCount()].sent += UInt64(write.lineEnds.count)
    self.appliance.bytesWritten(write.bytes.count, subscription: index, id, now: self.now)
  }

  mutating func finishPush(_ index: Int, _ id: ConnectionID) {
    guard let push = self.pushes[index], push.id == id, let socket = push.socket else { return }
    self.lab.network.shutdown(socket, now: self.now)
  }

  mutating func closePush(_ index: Int, _ id: ConnectionID) {
    if self.pushAttempts[index]?.id == id { self.pushAttempts[index] = nil }
    guard let push = self.pushes[index], push.id == id else { return }
    self.pushes[index] = nil
    if let socket = push.socket {
      self.roles[socket] = nil
      self.lab.network.close(socket, now: self.now)
    }
    if let datagrams = push.datagrams { self.lab.network.setOpen(false, datagrams) }
  }

  mutating func pushHappened(
    _ event: SocketEvent, _ socket: SocketID, _ index: Int, _ id: ConnectionID
  ) {
    if event != .connected { self.pushHeard(index, socket) }
    switch event {
    case .connected:
      self.pushAttempts[index] = nil
      self.pushes[index]?.awaitsNews = true
      let delay = self.lab.network.profile(of: socket)?.applicationDelay ?? .zero
      self.schedule(.pushConnected(subscription: index, socket), at: self.now.advanced(by: delay))
      if let port = self.lab.network.localEndpoint(of: socket)?.port {
        self.pushesByPort[port] = (index, id)
      }
    case .acknowledged(let total):
      if let window = self.lab.network.sendWindow(of: socket) {
        self.appliance.windowSeen(window, subscription: index, id)
      }
      self.appliance.bytesAcknowledged(total, subscription: index, id, now: self.now)
    case .writable:
      self.sendPending(index)
    case .connectFailed(let failure):
      self.addressFailed(LinkFailure(.connecting, failure.linkCause), socket, index, id)
    case .reset:
      self.pushFailed(LinkFailure(.established, .reset), socket, index, id)
    case .timedOut:
      self.pushFailed(LinkFailure(.established, .timedOut), socket, index, id)
    case .peerClosed where self.appliance.peerClosed(subscription: index, id, now: self.now): break
    case .peerClosed:
      self.lab.network.close(socket, now: self.now)
      self.pushFailed(LinkFailure(.established, .endOfFile), socket, index, id)
    case .accepted, .data, .readable, .closed:
      break
    }
    self.settle()
  }

  /// The application hears that its connection stands: after the stack, or with other news.
  mutating func pushHeard(_ index: Int, _ socket: SocketID) {
    guard let push = self.pushes[index], push.socket == socket, push.awaitsNews else { return }
    self.pushes[index]?.awaitsNews = false
    self.appliance.connected(subscription: index, push.id, now: self.now)
    self.settle()
  }

  private mutating func addressFailed(
    _ failure: LinkFailure, _ socket: SocketID, _ index: Int, _ id: ConnectionID
  ) {
    self.roles[socket] = nil
    guard self.pushAttempts[index]?.id == id, self.pushes[index]?.socket == socket,
      let action = self.pushAttempts[index]?.addresses.failed(failure, failure.cause.scope)
    else { return }
    self.pushes[index] = nil
    self.perform(action, index, id)
  }

  private mutating func pushFailed(
    _ failure: LinkFailure, _ socket: SocketID, _ index: Int, _ id: ConnectionID
  ) {
    self.roles[socket] = nil
    if self.pushes[index]?.id == id { self.pushes[index] = nil }
    self.appliance.connectionFailed(subscription: index, id, failure, now: self.now)
  }

  func pushSettings(_ index: Int) -> SyslogPushSettings? {
    guard
      case .syslogPush(let settings) = self.scenario.configuration.subscriptions[index].retrieval
    else { return nil }
    return settings
  }
}

extension SocketOptions {
  /// What a push asks of its socket.
  fileprivate init(_ delivery: DeliverySettings) {
    self.init()
    if let bytes = delivery.sendBufferInForce { self.sendBufferBytes = bytes }
    let settings = delivery.keepAlive
    if settings.idleSeconds.value > 0 {
      self.keepAlive = true
      self.keepAliveIdle = .seconds(Int64(settings.idleSeconds.value))
      self.keepAliveInterval = .seconds(Int64(settings.intervalSeconds.value))
      self.keepAliveProbesMax = settings.count.value
    }
    if settings.userTimeoutSeconds.value > 0 {
      self.userTimeout = .seconds(Int64(settings.userTimeoutSeconds.value))
    }
  }
}

extension ConnectFailure {
  fileprivate var linkCause: LinkFailure.Cause {
    switch self {
    case .refused: .refused
    case .timedOut: .timedOut
    case .hostUnreachable, .portUnreachable: .hostUnreachable
    case .networkUnreachable: .networkUnreachable
    case .noLocalPort: .other
    }
  }
}
