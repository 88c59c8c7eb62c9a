public import LabPeers
public import NIOCore
internal import NIOPosix
public import Simulation

/// A proxy on the path to a server that carries out what a `FaultedPath` decides; TCP, UDP or both.
///
/// Bound to one event loop. Leaves nothing behind: no rule of a firewall, only sockets of its own.
public final class FaultProxy {
  private static let drainLook = TimeAmount.milliseconds(20)

  private let loop: any EventLoop
  private let onEvent: (FaultProxyEvent) -> Void
  private var path: FaultedPath
  private var host = "127.0.0.1"
  private var port = 0
  private var server: [SocketAddress] = []
  private var door: FaultedPath.Door?
  private var listener: (any Channel)?
  private var standIn: StandIn?
  private var doorTimer: Scheduled<Void>?
  private var connections: [Int: ProxiedConnection] = [:]
  private var count = 0
  private var relay: DatagramRelay?
  private var isClosed = false
  /// When what is under way is given up, once the proxy is to end.
  private var drainDeadline: NIODeadline?

  /// A proxy that does not listen yet.
  ///
  /// - Parameter onEvent: on the loop.
  public init(
    loop: any EventLoop, path: FaultedPath, onEvent: @escaping (FaultProxyEvent) -> Void
  ) {
    self.loop = loop
    self.path = path
    self.onEvent = onEvent
  }

  /// The time that paths of proxies go by; only differences count.
  public static func now() -> SimInstant {
    SimInstant(nanoseconds: Int64(NIODeadline.now().uptimeNanoseconds))
  }

  /// The addresses of a server by name, in the order in which they are tried.
  public static func addresses(
    host: String, port: UInt16, on loop: any EventLoop
  ) -> EventLoopFuture<[SocketAddress]> {
    resolve(host: host, port: port, on: loop)
  }

  /// Listens for TCP connections to `server`; port 0 lets the system choose.
  ///
  /// - Parameters:
  ///   - host: an address, IPv4 or IPv6.
  ///   - server: its addresses; each connection tries them in turn.
  /// - Returns: the port.
  public func listenTCP(
    host: String = "127.0.0.1", port: Int = 0, to server: [SocketAddress]
  ) -> EventLoopFuture<Int> {
    self.host = host
    self.server = server
    let proxy = NIOLoopBound(self, eventLoop: self.loop)
    return self.bind(port: port).map { channel in
      let proxy = proxy.value
      proxy.port = channel.localAddress?.port ?? 0
      proxy.listener = channel
      proxy.keepDoor()
      return proxy.port
    }
  }

  /// Listens for datagrams to `server`; port 0 lets the system choose.
  ///
  /// - Parameter server: its addresses; the first one that a way leads to is taken.
  /// - Returns: the port.
  public func listenUDP(
    host: String = "127.0.0.1", port: Int = 0, to server: [SocketAddress]
  ) -> EventLoopFuture<Int> {
    let address: SocketAddress
    switch firstWithRoute(server) {
    case .success(let found): address = found
    case .failure(let problem): return self.loop.makeFailedFuture(problem)
    }
    let relay = DatagramRelay(loop: self.loop, server: address) { bytes in
      self.path.datagram(bytes: bytes, now: Self.now())
    } onDatagram: { number, bytes, copies in
      self.onEvent(.datagram(number: number, bytes: bytes, copies: copies))
    }
    self.relay = relay
    return relay.listen(host: host, port: port)
  }

  /// Lets nobody in any more and hands on what is under way, at most for `timeout`; then gives the
  /// rest up, each connection's as an event.
  ///
  /// - Returns: done when everything is closed.
  public func drain(timeout: TimeAmount) -> EventLoopFuture<Void> {
    self.closeDoor()
    for connection in self.connections.values { connection.drain() }
    self.drainDeadline = .now() + timeout
    let done = self.loop.makePromise(of: Void.self)
    self.endWhenDrained(done)
    return done.futureResult
  }

  /// Ends a drain before its time.
  public func endDrain() {
    self.drainDeadline = .now()
  }

  private func endWhenDrained(_ done: EventLoopPromise<Void>) {
    for connection in self.connections.values { connection.endWhenDrained() }
    self.relay?.drain()
    let isOver = self.drainDeadline.map { $0 <= .now() } ?? true
    if isOver {
      for number in self.connections.keys.sorted() { self.connections[number]?.giveUp() }
      if let dropped = self.relay?.giveUp() { self.onEvent(dropped) }
    }
    if self.connections.isEmpty, self.relay?.isDrained ?? true {
      self.relay?.close()
      return done.succeed()
    }
    self.loop.assumeIsolated().scheduleTask(in: Self.drainLook) { self.endWhenDrained(done) }
  }

  private func closeDoor() {
    self.isClosed = true
    self.doorTimer?.cancel()
    self.listener?.close(promise: nil)
    self.listener = nil
    self.standIn = nil
  }

  /// Closes everything; a client that is still connected gets a RST, as the server does.
  public func close() {
    self.closeDoor()
    self.relay?.close()
    for connection in self.connections.values { connection.abort() }
  }

  // MARK: The door

  private func bind(port: Int) -> EventLoopFuture<any Channel> {
    let proxy = NIOLoopBound(self, eventLoop: self.loop)
    return ServerBootstrap(group: self.loop)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      // Nobody is let in before the path has been asked.
      .serverChannelOption(.autoRead, value: false)
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            AcceptPause(loop: channel.eventLoop) { proxy.value.onEvent(.accepting(!$0)) })
        }
      }
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelOption(.autoRead, value: false)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(ProxyAcceptHandler(proxy: proxy.value))
        }
      }
      .bind(host: self.host, port: port)
  }

  /// Opens or closes the port as the path says now, and again when that changes.
  private func keepDoor() {
    guard !self.isClosed else { return }
    let now = Self.now()
    let door = self.path.door(now: now)
    if door != self.door { self.show(door) }
    guard let next = self.path.nextChange(after: now) else { return }
    // A moment later than the change, since timers may come early by a rounding.
    let delay = now.duration(to: next) + .microseconds(100)
    self.doorTimer = self.loop.assumeIsolated().scheduleTask(in: .nanoseconds(delay.nanoseconds)) {
      self.keepDoor()
    }
  }

  private func show(_ door: FaultedPath.Door) {
    let isFirst = self.door == nil
    self.door = door
    self.standIn = nil
    switch door {
    case .open where isFirst: self.letIn()
    case .open: self.reopen()
    case .refusing, .silent:
      self.shut {
        guard self.door == door, !self.isClosed else { return }
        self.holdPort(door)
      }
    }
    if !isFirst || door != .open { self.onEvent(.door(door.rawValue)) }
  }

  /// The system gives a port that is closed for a while to nobody else, who would answer in its
  /// place; only who asks for it with SO_REUSEADDR gets it too.
  private func holdPort(_ door: FaultedPath.Door) {
    do {
      let address = try SocketAddress(ipAddress: self.host, port: self.port)
      self.standIn = StandIn(door, at: address)
      if self.standIn == nil { self.doorFailed("the port cannot be kept") }
    } catch {
      self.doorFailed("\(error)")
    }
  }

  /// The fault that is wanted does not happen, does not end, or somebody else may answer in its
  /// place: whoever waits for it must hear so.
  private func doorFailed(_ reason: String) {
    self.onEvent(.doorFailed(self.door?.rawValue ?? "", reason: reason))
  }

  private func shut(_ then: @escaping () -> Void) {
    guard let listener = self.listener else { return then() }
    self.listener = nil
    listener.close().assumeIsolated().whenComplete { _ in then() }
  }

  private func letIn() {
    guard let listener = self.listener else { return }
    listener.setOption(.autoRead, value: true).assumeIsolated().whenSuccess { listener.read() }
  }

  private func reopen() {
    self.bind(port: self.port).assumeIsolated().whenComplete { result in
      switch result {
      case .failure(let error): self.doorFailed("\(error)")
      case .success(let channel):
        guard self.door == .open, !self.isClosed else { return channel.close(promise: nil) }
        self.listener = channel
        self.letIn()
      }
    }
  }

  // MARK: What connections tell

  fileprivate func accepted(_ client: any Channel) {
    // The kernel may have had it before the port was shut.
    guard !self.isClosed, self.door == .open else {
      return client.closeWithReset()
    }
    self.count += 1
    let number = self.count
    let machine = self.path.accepted(now: Self.now())
    self.onEvent(
      .accepted(
        connection: number, remotePort: client.remoteAddress?.port ?? 0, faults: machine.labels))
    let connection = ProxiedConnection(
      loop: self.loop, number: number, machine: machine, client: client, onEvent: self.onEvent
    ) {
      self.connections[number] = nil
    }
    self.connections[number] = connection
    connection.start(server: self.server)
  }
}

/// Has the port while nobody is let in.
private enum StandIn {
  case refusing(ReservedPort)
  case silent(SilentListener)

  /// `nil` when the port cannot be taken, or the door is open.
  init?(_ door: FaultedPath.Door, at address: SocketAddress) {
    switch door {
    case .open: return nil
    case .refusing:
      guard let port = ReservedPort(address) else { return nil }
      self = .refusing(port)
    case .silent:
      guard let listener = SilentListener(address) else { return nil }
      self = .silent(listener)
    }
  }
}

/// Hands an accepted connection to the proxy, once.
private final class ProxyAcceptHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer

  private let proxy: FaultProxy

  init(proxy: FaultProxy) {
    self.proxy = proxy
  }

  func channelActive(context: ChannelHandlerContext) {
    self.proxy.accepted(context.channel)
    context.fireChannelActive()
  }
}
