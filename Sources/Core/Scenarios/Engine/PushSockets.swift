internal import ApplianceConfiguration
internal import ApplianceModel
internal import LogDelivery
internal import LogModel
internal import NetworkModel
internal import Simulation

/// The sockets of the appliance's pushes, and the addresses that each one tries: what
/// `LiveNetwork.SyslogPushSocket` is on real sockets.
struct PushSockets: Sendable {
  /// A push's socket, and the bytes that it has not taken yet.
  struct Socket: Sendable {
    enum Handle: Hashable, Sendable {
      case stream(SocketID)
      case datagrams(DatagramSocketID)
    }

    let id: ConnectionID
    let handle: Handle
    let remote: Endpoint
    var pending: [ArraySlice<UInt8>] = []
    /// The handshake is done, and the application has not heard of it yet.
    var awaitsNews = false

    /// `nil` for a push by UDP.
    var stream: SocketID? {
      if case .stream(let socket) = self.handle { socket } else { nil }
    }
  }

  /// What to do about a push that is being connected.
  enum AttemptAction: Hashable, Sendable {
    /// Open a connection, then call `opened`.
    case connect(to: Endpoint, SocketOptions)
    /// Bind a UDP port, then call `openedDatagrams`; the push is connected.
    case openDatagrams(to: Endpoint)
    /// No address is left: tell the appliance.
    case fail(LinkFailure)
    /// About an attempt that is over.
    case ignore
  }

  /// What to do with bytes of a push.
  enum WriteAction: Hashable, Sendable {
    /// Hand them to the socket, then call `took`.
    case send([UInt8], on: SocketID, ConnectionID)
    /// Send each line as a datagram.
    case sendDatagrams([PushWrite], from: DatagramSocketID, to: Endpoint)
    /// Nothing can be sent.
    case wait
  }

  /// A push that is being connected, address by address.
  private struct Attempts {
    let id: ConnectionID
    let endpoint: PushEndpoint
    var addresses = AddressAttempts<IPv4Address, LinkFailure>()
  }

  private(set) var sockets: [SubscriptionID: Socket] = [:]
  private var attempts: [SubscriptionID: Attempts] = [:]
  /// Which push came from which port of the appliance.
  private var ports: [UInt16: (subscription: SubscriptionID, id: ConnectionID)] = [:]

  // MARK: Connecting

  /// The appliance wants a connection; `resolved` follows.
  mutating func connect(
    _ subscription: SubscriptionID, _ id: ConnectionID, _ endpoint: PushEndpoint
  ) {
    self.attempts[subscription] = Attempts(id: id, endpoint: endpoint)
  }

  /// The endpoint's name has these addresses.
  mutating func resolved(
    _ subscription: SubscriptionID, _ id: ConnectionID, _ addresses: [IPv4Address]
  ) -> AttemptAction {
    guard self.attempts[subscription]?.id == id,
      let next = self.attempts[subscription]?.addresses.resolved(
        addresses, orElse: LinkFailure(.connecting, .unresolvable))
    else { return .ignore }
    return self.follow(next, subscription)
  }

  /// The connection to an address is being opened.
  mutating func opened(
    _ socket: SocketID, to remote: Endpoint, _ subscription: SubscriptionID, _ id: ConnectionID
  ) {
    self.sockets[subscription] = Socket(id: id, handle: .stream(socket), remote: remote)
  }

  /// The UDP port is bound. Nothing tells whether a datagram arrives: the first address is the one.
  mutating func openedDatagrams(
    _ socket: DatagramSocketID, to remote: Endpoint, _ subscription: SubscriptionID,
    _ id: ConnectionID
  ) {
    self.attempts[subscription] = nil
    self.sockets[subscription] = Socket(id: id, handle: .datagrams(socket), remote: remote)
  }

  /// The handshake is done.
  ///
  /// - Parameter port: the appliance's.
  mutating func connected(
    _ subscription: SubscriptionID, _ id: ConnectionID, port: UInt16?
  ) {
    self.attempts[subscription] = nil
    self.sockets[subscription]?.awaitsNews = true
    if let port { self.ports[port] = (subscription, id) }
  }

  /// The application has its turn, after the stack or with other news.
  ///
  /// - Returns: the connection of which it hears now that it stands; `nil` for none.
  mutating func heard(_ subscription: SubscriptionID, _ socket: SocketID) -> ConnectionID? {
    guard let push = self.sockets[subscription], push.stream == socket, push.awaitsNews else {
      return nil
    }
    self.sockets[subscription]?.awaitsNews = false
    return push.id
  }

  /// An address did not answer, or refused.
  mutating func connectFailed(
    _ cause: ConnectFailure, _ socket: SocketID, _ subscription: SubscriptionID, _ id: ConnectionID
  ) -> AttemptAction {
    let failure = LinkFailure(.connecting, cause.linkCause)
    guard self.attempts[subscription]?.id == id, self.sockets[subscription]?.stream == socket,
      let next = self.attempts[subscription]?.addresses.failed(failure, failure.cause.scope)
    else { return .ignore }
    self.sockets[subscription] = nil
    return self.follow(next, subscription)
  }

  private mutating func follow(
    _ next: AddressAttempts<IPv4Address, LinkFailure>.Action, _ subscription: SubscriptionID
  ) -> AttemptAction {
    switch next {
    case .connect(let address):
      guard let endpoint = self.attempts[subscription]?.endpoint else { return .ignore }
      let remote = Endpoint(address, endpoint.port)
      return switch endpoint.transport {
      case .tcp: .connect(to: remote, SocketOptions(endpoint))
      case .udp: .openDatagrams(to: remote)
      }
    case .fail(let failure):
      self.attempts[subscription] = nil
      return .fail(failure)
    case .ignore: return .ignore
    }
  }

  // MARK: Bytes

  /// The appliance writes; each write is one call of its socket.
  mutating func write(
    _ writes: [PushWrite], _ subscription: SubscriptionID, _ id: ConnectionID
  ) -> WriteAction {
    guard let push = self.sockets[subscription], push.id == id else { return .wait }
    switch push.handle {
    case .datagrams(let socket): return .sendDatagrams(writes, from: socket, to: push.remote)
    case .stream:
      for write in writes { self.sockets[subscription]?.pending.append(write.bytes[...]) }
      return self.writable(subscription)
    }
  }

  /// The socket has room.
  func writable(_ subscription: SubscriptionID) -> WriteAction {
    guard let push = self.sockets[subscription], let socket = push.stream,
      let first = push.pending.first
    else { return .wait }
    return .send(Array(first), on: socket, push.id)
  }

  /// The socket took so many bytes of what it was given.
  mutating func took(_ count: Int, _ subscription: SubscriptionID) -> WriteAction {
    guard let first = self.sockets[subscription]?.pending.first else { return .wait }
    guard count == first.count else {
      self.sockets[subscription]?.pending[0] = first.dropFirst(count)
      return .wait
    }
    self.sockets[subscription]?.pending.removeFirst()
    return self.writable(subscription)
  }

  // MARK: Ends

  /// The appliance sends no more.
  ///
  /// - Returns: the socket to shut down; `nil` where there is no connection.
  func finish(_ subscription: SubscriptionID, _ id: ConnectionID) -> SocketID? {
    guard let push = self.sockets[subscription], push.id == id else { return nil }
    return push.stream
  }

  /// The appliance lets a connection go, or the attempt at one.
  ///
  /// - Returns: what to close.
  mutating func close(_ subscription: SubscriptionID, _ id: ConnectionID) -> Socket.Handle? {
    if self.attempts[subscription]?.id == id { self.attempts[subscription] = nil }
    guard let push = self.sockets[subscription], push.id == id else { return nil }
    self.sockets[subscription] = nil
    return push.handle
  }

  /// A connection that stood is over.
  mutating func failed(_ subscription: SubscriptionID, _ id: ConnectionID) {
    if self.sockets[subscription]?.id == id { self.sockets[subscription] = nil }
  }

  /// The push that connected last from a port of the appliance.
  func owner(ofPort port: UInt16) -> (subscription: SubscriptionID, id: ConnectionID)? {
    self.ports[port]
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
