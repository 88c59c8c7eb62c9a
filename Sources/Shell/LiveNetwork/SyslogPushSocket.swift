public import ApplianceConfiguration
internal import CLinuxSockets
internal import Glibc
public import LogDelivery
public import NIOCore
internal import NIOPosix
public import Simulation

/// What a push's socket tells its owner.
public enum PushSocketEvent: Hashable, Sendable {
  /// The connection stands, or the UDP socket is open.
  case connected
  /// The kernel took that many of the bytes handed over.
  case wrote(Int)
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

/// One connection of a push on a real socket, TCP or UDP; bound to one event loop.
///
/// Carries out what `SyslogPush` decides, and tells what happened, nothing else. Nagle's algorithm
/// stays on (docs/FIDELITY.md, "TCP of the push").
public final class SyslogPushSocket {
  private let loop: any EventLoop
  private let settings: SyslogPushSettings
  private let connectTimeout: SimDuration
  private let onEvent: (PushSocketEvent) -> Void
  private var channel: (any Channel)?
  private var datagrams: DatagramSender?
  private var problem: SocketProblem?
  private var isEnded = false
  /// A second descriptor of the TCP socket: it still answers TCP_INFO after a reset has closed the
  /// first.
  private var probe: CInt = -1

  /// A connection that is not yet being opened.
  public init(
    loop: any EventLoop, settings: SyslogPushSettings, connectTimeout: SimDuration,
    onEvent: @escaping (PushSocketEvent) -> Void
  ) {
    self.loop = loop
    self.settings = settings
    self.connectTimeout = connectTimeout
    self.onEvent = onEvent
  }

  /// Resolves the server's name and connects.
  public func connect() {
    self.loop.assertInEventLoop()
    resolve(host: self.settings.host.value, port: self.settings.port.value, on: self.loop)
      .assumeIsolated().whenComplete { result in
        guard !self.isEnded else { return }
        switch result {
        case .success(let address): self.open(address)
        case .failure: self.end(.init(.connecting, .unresolvable))
        }
      }
  }

  /// Hands lines to the kernel, one system call or more a write.
  public func write(_ writes: [PushWrite]) {
    guard let channel = self.channel, !self.isEnded else { return }
    for write in writes {
      switch self.settings.transport.value {
      case .tcp: self.writeStream(write, to: channel)
      case .udp: self.datagrams?.send(write)
      }
    }
  }

  /// The socket's own port, once it has one.
  public var localPort: Int? { self.channel?.localAddress?.port }

  /// What the kernel knows of the connection; `nil` for UDP and before the connection stands.
  public func progress() -> PushProgress? {
    guard self.probe >= 0 else { return nil }
    var acknowledged: UInt64 = 0
    var window: UInt32 = 0
    guard linux_sockets_tcp_progress(self.probe, &acknowledged, &window) == 0 else { return nil }
    return PushProgress(acknowledgedBytes: acknowledged, windowBytes: Int(window))
  }

  /// Ends the connection by a FIN; no event follows.
  public func close() {
    self.isEnded = true
    // A second descriptor would hold back the FIN.
    self.closeProbe()
    self.datagrams?.close()
    self.channel?.close(promise: nil)
    self.channel = nil
  }

  // MARK: Opening

  private func open(_ address: SocketAddress) {
    let isStream = self.settings.transport.value == .tcp
    let opening = isStream ? self.openStream(address) : self.openDatagrams(address)
    opening.assumeIsolated().whenComplete { result in
      switch result {
      case .success(let channel) where self.isEnded:
        channel.close(promise: nil)
      case .success(let channel):
        self.channel = channel
        if isStream {
          self.probe = Self.duplicateDescriptor(of: channel)
        } else {
          self.datagrams = self.makeSender(channel, to: address)
          guard self.datagrams != nil else {
            return self.end(LinkFailure(.connecting, .other))
          }
        }
        self.onEvent(.connected)
        // A RST may have come right behind the handshake, before anyone could hear of it.
        if !channel.isActive { self.connectionEnded() }
      case .failure(let error):
        self.end(LinkFailure(.connecting, SocketProblem(error).linkCause))
      }
    }
  }

  private func openStream(_ address: SocketAddress) -> EventLoopFuture<any Channel> {
    let handler = NIOLoopBound(
      PushSocketHandler(
        onError: { self.problem = self.problem ?? $0 },
        onInactive: { self.connectionEnded() }), eventLoop: self.loop)
    return ClientBootstrap(group: self.loop)
      .channelOption(.tcpOption(.tcp_nodelay), value: 0)
      .connectTimeout(.nanoseconds(self.connectTimeout.nanoseconds))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(handler.value)
        }
      }
      .connect(to: address)
  }

  private func openDatagrams(_ address: SocketAddress) -> EventLoopFuture<any Channel> {
    let handler = NIOLoopBound(
      DatagramErrorHandler(onError: { error in
        self.problem = self.problem ?? error
        self.connectionEnded()
      }), eventLoop: self.loop)
    let anyAddress = address.protocol == .inet6 ? "::" : "0.0.0.0"
    // Not connected on purpose: the appliance does not hear of ICMP (docs/FIDELITY.md, "UDP push").
    return DatagramBootstrap(group: self.loop)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(handler.value)
        }
      }
      .bind(host: anyAddress, port: 0)
  }

  private func makeSender(_ channel: any Channel, to remote: SocketAddress) -> DatagramSender? {
    let descriptor = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(
      of: NIOBSDSocket.Handle.self
    ) { $0 }
    return descriptor.map {
      DatagramSender(
        loop: self.loop, descriptor: $0, remote: remote, onWrote: { self.onEvent(.wrote($0)) },
        onError: { problem in
          self.problem = self.problem ?? problem
          self.connectionEnded()
        })
    }
  }

  // MARK: Writing

  private func writeStream(_ write: PushWrite, to channel: any Channel) {
    let count = write.bytes.count
    let promise = self.loop.makePromise(of: Void.self)
    promise.futureResult.assumeIsolated().whenComplete { result in
      self.writeCompleted(result, bytes: count)
    }
    channel.writeAndFlush(channel.allocator.buffer(bytes: write.bytes), promise: promise)
  }

  private func writeCompleted(_ result: Result<Void, any Error>, bytes: Int) {
    guard !self.isEnded else { return }
    switch result {
    case .success:
      self.onEvent(.wrote(bytes))
    case .failure(let error):
      // The closing of the channel tells its cause by itself.
      let problem = SocketProblem(error)
      if problem != .closed { self.problem = self.problem ?? problem }
    }
  }

  // MARK: Ending

  private func connectionEnded() {
    guard !self.isEnded, self.channel != nil else { return }
    self.end(LinkFailure(.established, (self.problem ?? .closed).linkCause))
  }

  private func end(_ failure: LinkFailure) {
    let progress = self.progress()
    self.close()
    self.onEvent(.failed(failure, progress))
  }

  private static func duplicateDescriptor(of channel: any Channel) -> CInt {
    let duplicate = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(
      of: NIOBSDSocket.Handle.self
    ) { fcntl($0, F_DUPFD_CLOEXEC, 0) }
    return duplicate ?? -1
  }

  private func closeProbe() {
    guard self.probe >= 0 else { return }
    Glibc.close(self.probe)
    self.probe = -1
  }
}

/// Hears the end of a TCP connection. What a syslog server sends is dropped: it has nothing to say.
private final class PushSocketHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let onError: (SocketProblem) -> Void
  private let onInactive: () -> Void

  init(onError: @escaping (SocketProblem) -> Void, onInactive: @escaping () -> Void) {
    self.onError = onError
    self.onInactive = onInactive
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    self.onError(SocketProblem(error))
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    self.onInactive()
  }
}

/// Hears the errors of a UDP socket; what arrives on it is dropped.
private final class DatagramErrorHandler: ChannelInboundHandler {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>

  private let onError: (SocketProblem) -> Void

  init(onError: @escaping (SocketProblem) -> Void) {
    self.onError = onError
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    self.onError(SocketProblem(error))
  }
}
