internal import ApplianceModel
internal import ApplianceConfiguration
internal import LogDelivery
internal import LogModel
internal import NetworkModel
internal import Simulation

/// The appliance's pushes on the simulated network: what `LiveNetwork.SyslogPushSocket` is on real
/// sockets.
extension ScenarioEngine {
  mutating func connectPush(
    _ subscription: SubscriptionID, _ id: ConnectionID, _ endpoint: PushEndpoint
  ) {
    self.pushAttempts[subscription] = PushAttempts(id: id, endpoint: endpoint)
    self.resolve(endpoint.host, .push(subscription, id))
  }

  mutating func pushResolved(
    _ subscription: SubscriptionID, _ id: ConnectionID, _ addresses: [IPv4Address]
  ) {
    guard self.pushAttempts[subscription]?.id == id,
      let action = self.pushAttempts[subscription]?.addresses.resolved(
        addresses, orElse: LinkFailure(.connecting, .unresolvable))
    else { return }
    self.perform(action, subscription, id)
  }

  private mutating func perform(
    _ action: AddressAttempts<IPv4Address, LinkFailure>.Action, _ subscription: SubscriptionID,
    _ id: ConnectionID
  ) {
    switch action {
    case .connect(let address): self.openPush(subscription, id, address)
    case .fail(let failure):
      self.pushAttempts[subscription] = nil
      self.appliance.connectionFailed(subscription: subscription, id, failure, now: self.now)
      self.settle()
    case .ignore: break
    }
  }

  private mutating func openPush(
    _ subscription: SubscriptionID, _ id: ConnectionID, _ address: IPv4Address
  ) {
    guard let endpoint = self.pushAttempts[subscription]?.endpoint else { return }
    let remote = Endpoint(address, endpoint.port)
    switch endpoint.transport {
    case .tcp:
      let options = SocketOptions(endpoint)
      let socket = self.lab.connect(to: remote, options: options, now: self.now)
      self.roles[socket] = .push(subscription, id)
      self.pushes[subscription] = PushSocket(id: id, socket: socket, remote: remote)
    case .udp:
      // Nothing tells whether a datagram arrives: the first address is the one.
      self.pushAttempts[subscription] = nil
      let datagrams = self.lab.openDatagrams(now: self.now)
      self.pushesByDatagramPort[self.lab.network.port(of: datagrams)] = subscription
      self.pushes[subscription] = PushSocket(id: id, datagrams: datagrams, remote: remote)
      self.appliance.connected(subscription: subscription, id, now: self.now)
      self.settle()
    }
  }

  mutating func write(_ writes: [PushWrite], _ subscription: SubscriptionID, _ id: ConnectionID) {
    guard let push = self.pushes[subscription], push.id == id else { return }
    if let datagrams = push.datagrams {
      for write in writes {
        self.sendDatagrams(write, datagrams, to: push.remote, subscription, id)
      }
      return
    }
    for write in writes { self.pushes[subscription]?.pending.append(write.bytes[...]) }
    self.sendPending(subscription)
  }

  /// Hands the socket what it takes, write by write: each is one call of the appliance's.
  mutating func sendPending(_ subscription: SubscriptionID) {
    guard let push = self.pushes[subscription], let socket = push.socket else { return }
    while let first = self.pushes[subscription]?.pending.first {
      let taken = self.lab.network.send(Array(first), on: socket, now: self.now)
      if taken > 0 {
        self.appliance.bytesWritten(taken, subscription: subscription, push.id, now: self.now)
      }
      if taken == first.count {
        self.pushes[subscription]?.pending.removeFirst()
      } else {
        self.pushes[subscription]?.pending[0] = first.dropFirst(taken)
        return
      }
    }
  }

  private mutating func sendDatagrams(
    _ write: PushWrite, _ datagrams: DatagramSocketID, to remote: Endpoint,
    _ subscription: SubscriptionID,
    _ id: ConnectionID
  ) {
    var start = 0
    for end in write.lineEnds {
      // One line a datagram, without its LF.
      self.lab.network.send(
        Array(write.bytes[start..<Int(end) - 1]), from: datagrams, to: remote, now: self.now)
      start = Int(end)
    }
    self.datagrams[subscription, default: DatagramCount()].sent += UInt64(write.lineEnds.count)
    self.appliance.bytesWritten(write.bytes.count, subscription: subscription, id, now: self.now)
  }

  mutating func finishPush(_ subscription: SubscriptionID, _ id: ConnectionID) {
    guard let push = self.pushes[subscription], push.id == id, let socket = push.socket else {
      return
    }
    self.lab.network.shutdown(socket, now: self.now)
  }

  mutating func closePush(_ subscription: SubscriptionID, _ id: ConnectionID) {
    if self.pushAttempts[subscription]?.id == id { self.pushAttempts[subscription] = nil }
    guard let push = self.pushes[subscription], push.id == id else { return }
    self.pushes[subscription] = nil
    if let socket = push.socket {
      self.roles[socket] = nil
      self.lab.network.close(socket, now: self.now)
    }
    if let datagrams = push.datagrams { self.lab.network.setOpen(false, datagrams) }
  }

  mutating func pushHappened(
    _ event: SocketEvent, _ socket: SocketID, _ subscription: SubscriptionID, _ id: ConnectionID
  ) {
    if event != .connected { self.pushHeard(subscription, socket) }
    switch event {
    case .connected:
      self.pushAttempts[subscription] = nil
      self.pushes[subscription]?.awaitsNews = true
      let delay = self.lab.network.profile(of: socket)?.applicationDelay ?? .zero
      self.schedule(.pushConnected(subscription, socket), at: self.now.advanced(by: delay))
      if let port = self.lab.network.localEndpoint(of: socket)?.port {
        self.pushesByPort[port] = (subscription, id)
      }
    case .acknowledged(let total):
      if let window = self.lab.network.sendWindow(of: socket) {
        self.appliance.windowSeen(window, subscription: subscription, id)
      }
      self.appliance.bytesAcknowledged(total, subscription: subscription, id, now: self.now)
    case .writable:
      self.sendPending(subscription)
    case .connectFailed(let failure):
      self.addressFailed(LinkFailure(.connecting, failure.linkCause), socket, subscription, id)
    case .reset:
      self.pushFailed(LinkFailure(.established, .reset), socket, subscription, id)
    case .timedOut:
      self.pushFailed(LinkFailure(.established, .timedOut), socket, subscription, id)
    case .peerClosed where self.appliance.peerClosed(subscription: subscription, id, now: self.now):
      break
    case .peerClosed:
      self.lab.network.close(socket, now: self.now)
      self.pushFailed(LinkFailure(.established, .endOfFile), socket, subscription, id)
    case .accepted, .data, .readable, .closed:
      break
    }
    self.settle()
  }

  /// The application hears that its connection stands: after the stack, or with other news.
  mutating func pushHeard(_ subscription: SubscriptionID, _ socket: SocketID) {
    guard let push = self.pushes[subscription], push.socket == socket, push.awaitsNews else {
      return
    }
    self.pushes[subscription]?.awaitsNews = false
    self.appliance.connected(subscription: subscription, push.id, now: self.now)
    self.settle()
  }

  private mutating func addressFailed(
    _ failure: LinkFailure, _ socket: SocketID, _ subscription: SubscriptionID, _ id: ConnectionID
  ) {
    self.roles[socket] = nil
    guard self.pushAttempts[subscription]?.id == id, self.pushes[subscription]?.socket == socket,
      let action = self.pushAttempts[subscription]?.addresses.failed(failure, failure.cause.scope)
    else { return }
    self.pushes[subscription] = nil
    self.perform(action, subscription, id)
  }

  private mutating func pushFailed(
    _ failure: LinkFailure, _ socket: SocketID, _ subscription: SubscriptionID, _ id: ConnectionID
  ) {
    self.roles[socket] = nil
    if self.pushes[subscription]?.id == id { self.pushes[subscription] = nil }
    self.appliance.connectionFailed(subscription: subscription, id, failure, now: self.now)
  }
}

extension SocketOptions {
  /// What a push asks of its socket.
  fileprivate init(_ endpoint: PushEndpoint) {
    self.init()
    if let bytes = endpoint.sendBufferBytes { self.sendBufferBytes = bytes }
    if let watch = endpoint.keepAlive {
      self.keepAlive = true
      self.keepAliveIdle = watch.idle
      self.keepAliveInterval = watch.interval
      self.keepAliveProbesMax = watch.probesMax
    }
    if let timeout = endpoint.userTimeout { self.userTimeout = timeout }
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
