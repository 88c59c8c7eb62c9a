public import LogDelivery
public import NIOCore
public import Simulation

/// What a push's socket tells its owner.
public enum PushSocketEvent: Hashable, Sendable {
  /// The connection stands, or the UDP socket is open.
  case connected
  /// The kernel took that many of the bytes handed over.
  case wrote(Int)
  /// The peer closed its direction; the connection stays until its owner ends it. Only of pushes
  /// that wait for what is on its way then (docs/DELIVERY.md, "Closing in order").
  case peerClosed
  /// The end. What the peer's kernel had acknowledged by then, where that can be known.
  case failed(LinkFailure, PushProgress?)
}

/// What the kernel knows of a TCP connection of a push.
public struct PushProgress: Hashable, Sendable {
  /// Bytes that the peer's kernel acknowledged, the SYN not counted.
  public let acknowledgedBytes: UInt64
  /// The window that the peer advertised last.
  public let windowBytes: Int
}

/// What a push that has no connection yet is waiting for: one address of its server's name.
public struct PushAttempt: Hashable, Sendable {
  /// The address, without the port.
  public let address: String
  /// Which of the name's addresses it is, counted from 1.
  public let number: Int
  /// How many addresses the name has.
  public let count: Int

  /// An attempt at one of so many addresses.
  public init(address: String, number: Int, count: Int) {
    self.address = address
    self.number = number
    self.count = count
  }
}

/// A push's way to its server on real sockets, TCP or UDP; bound to one event loop.
///
/// Carries out what `SyslogPush` decides, and tells what happened, nothing else: the name is looked
/// up, its addresses are tried as `AddressAttempts` decides.
public final class SyslogPushSocket {
  private let loop: any EventLoop
  private let endpoint: PushEndpoint
  private let destination: LiveDestination?
  private let connectTimeout: SimDuration
  private let onEvent: (PushSocketEvent) -> Void
  private let trace: () -> WireTrace?
  private var attempts = AddressAttempts<LiveAddress, LinkFailure>()
  private var connection: PushConnection?

  /// A push's socket that is not yet being opened.
  ///
  /// - Parameters:
  ///   - destination: where a lab has the server; `nil` asks the system's resolver.
  ///   - connectTimeout: for each address.
  ///   - trace: for each address: is told of all that passes; `nil` where nobody asks.
  public init(
    loop: any EventLoop, endpoint: PushEndpoint, destination: LiveDestination? = nil,
    connectTimeout: SimDuration, trace: @escaping () -> WireTrace? = { nil },
    onEvent: @escaping (PushSocketEvent) -> Void
  ) {
    self.loop = loop
    self.endpoint = endpoint
    self.destination = destination
    self.connectTimeout = connectTimeout
    self.trace = trace
    self.onEvent = onEvent
  }

  /// Resolves the server's name and connects.
  public func connect() {
    self.loop.assertInEventLoop()
    liveAddresses(
      host: self.endpoint.host, port: self.endpoint.port, self.destination,
      on: self.loop
    ) { result in
      let unresolvable = LinkFailure(.connecting, .unresolvable)
      switch result {
      case .success(let addresses):
        self.perform(self.attempts.resolved(addresses, orElse: unresolvable))
      case .failure(let error):
        let failure = LinkFailure(.connecting, SocketProblem(error).linkCause)
        self.perform(self.attempts.failed(failure, .thisMachine))
      }
    }
  }

  /// Hands lines to the kernel, one system call or more a write.
  public func write(_ writes: [PushWrite]) {
    self.connection?.write(writes)
  }

  /// What the push is waiting for; `nil` while the name is being looked up and once a connection
  /// stands.
  public var attempt: PushAttempt? {
    self.attempts.present.map {
      PushAttempt(address: $0.address.text, number: $0.number, count: $0.count)
    }
  }

  /// The socket's own port, once it has one.
  public var localPort: Int? { self.connection?.localPort }

  /// What the kernel knows of the connection, in bytes of lines; `nil` for UDP and before the
  /// connection stands.
  public func progress() -> PushProgress? {
    self.connection?.progress()
  }

  /// Sends a FIN behind what was written; `failed` tells how the peer answers.
  public func finish() {
    self.connection?.finish()
  }

  /// The peer's close was the end of the connection, which `failed` tells.
  public func endOfFile() {
    self.connection?.endOfFile()
  }

  /// Ends the connection by a FIN; no event follows.
  public func close() {
    self.attempts.end()
    self.connection?.close()
    self.connection = nil
  }

  private func perform(_ action: AddressAttempts<LiveAddress, LinkFailure>.Action) {
    switch action {
    case .connect(.socket(let address)):
      let connection = PushConnection(
        loop: self.loop, address: address, endpoint: self.endpoint,
        connectTimeout: self.connectTimeout, trace: self.trace()
      ) { self.happened($0) }
      self.connection = connection
      connection.open()
    case .connect(.failure(let cause, let delay)):
      self.loop.assumeIsolated().scheduleTask(in: .nanoseconds(delay.nanoseconds)) {
        self.perform(self.attempts.failed(LinkFailure(.connecting, cause), cause.scope))
      }
    case .fail(let failure): self.onEvent(.failed(failure, nil))
    case .ignore: break
    }
  }

  private func happened(_ event: PushSocketEvent) {
    switch event {
    case .connected:
      self.attempts.end()
    case .wrote, .peerClosed: break
    case .failed(let failure, _) where failure.phase == .connecting:
      self.connection = nil
      return self.perform(self.attempts.failed(failure, failure.cause.scope))
    case .failed:
      self.connection = nil
    }
    self.onEvent(event)
  }
}
