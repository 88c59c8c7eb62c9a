internal import ApplianceConfiguration
internal import CLinuxSockets
internal import Glibc
internal import LogDelivery
internal import NIOCore
internal import NIOPosix
internal import NetworkModel
internal import Simulation

/// A push's connection to one address, TCP or UDP; bound to one event loop. Nagle's algorithm stays
/// on (docs/FIDELITY.md, "TCP of the push").
final class PushConnection {
  private let loop: any EventLoop
  private let address: SocketAddress
  private let endpoint: PushEndpoint
  private let connectTimeout: SimDuration
  private let onEvent: (PushSocketEvent) -> Void
  private let trace: WireTrace?
  private var channel: (any Channel)?
  private var datagrams: DatagramSender?
  private var problem: SocketProblem?
  private var isEnded = false
  /// Whether the owner knows that the connection stands.
  private var isOpen = false
  private var encryption: Encryption?
  private var handshakeTimer: Scheduled<Void>?
  /// A second descriptor of the TCP socket: it still answers TCP_INFO after a reset has closed the
  /// first.
  private var probe: CInt = -1

  /// What is known of an encrypted stream.
  private struct Encryption {
    let counter: CiphertextCounter
    var map = CiphertextMap()
    /// Bytes of lines that were handed to TLS.
    var plaintext: UInt64 = 0
  }

  init(
    loop: any EventLoop, address: SocketAddress, endpoint: PushEndpoint,
    connectTimeout: SimDuration, trace: WireTrace?, onEvent: @escaping (PushSocketEvent) -> Void
  ) {
    self.loop = loop
    self.address = address
    self.endpoint = endpoint
    self.connectTimeout = connectTimeout
    self.trace = trace
    self.onEvent = onEvent
  }

  /// Hands lines to the kernel, one system call or more a write.
  func write(_ writes: [PushWrite]) {
    guard let channel = self.channel, !self.isEnded else { return }
    for write in writes {
      switch self.endpoint.transport {
      case .tcp: self.writeStream(write, to: channel)
      case .udp: self.datagrams?.send(write)
      }
    }
  }

  /// The socket's own port, once it has one.
  var localPort: Int? { self.channel?.localAddress?.port }

  /// What the kernel knows of the connection, in bytes of lines; `nil` for UDP and before the
  /// connection stands.
  func progress() -> PushProgress? {
    guard self.probe >= 0 else { return nil }
    var acknowledged: UInt64 = 0
    var window: UInt32 = 0
    guard linux_sockets_tcp_progress(self.probe, &acknowledged, &window) == 0 else { return nil }
    self.trace?.tell(.acknowledged(acknowledged))
    if let lines = self.encryption?.map.plaintext(acknowledged: acknowledged) {
      acknowledged = lines
    }
    return PushProgress(acknowledgedBytes: acknowledged, windowBytes: Int(window))
  }

  /// Sends a FIN behind what was written; `failed` tells how the peer answers.
  func finish() {
    self.channel?.close(mode: .output, promise: nil)
  }

  /// Ends the connection by a FIN; no event follows.
  func close() {
    self.isEnded = true
    self.handshakeTimer?.cancel()
    // A second descriptor would hold back the FIN.
    self.closeProbe()
    self.datagrams?.close()
    self.channel?.close(promise: nil)
    self.channel = nil
  }

  // MARK: Opening

  func open() {
    let address = self.address
    let isStream = self.endpoint.transport == .tcp
    let opening: EventLoopFuture<any Channel>
    self.trace?.connecting(to: address)
    do {
      opening = isStream ? try self.openStream(address) : self.openDatagrams(address)
    } catch {
      self.end(LinkFailure(.connecting, .certificateFilesUnusable))
      return
    }
    opening.assumeIsolated().whenComplete { result in
      switch result {
      case .success(let channel) where self.isEnded:
        channel.close(promise: nil)
      case .success(let channel):
        self.channel = channel
        if isStream {
          self.probe = Self.duplicateDescriptor(of: channel)
          // Without it nobody would know what is acknowledged.
          guard self.probe >= 0 || !SocketProblem.isWithoutDescriptors else {
            return self.end(LinkFailure(.connecting, .tooManyFiles))
          }
        } else {
          self.datagrams = self.makeSender(channel, to: address)
          guard self.datagrams != nil else {
            return self.end(LinkFailure(.connecting, .other))
          }
        }
        if self.encryption == nil { self.stands() } else { self.awaitHandshake() }
        // A RST may have come right behind the handshake, before anyone could hear of it.
        if !channel.isActive { self.connectionEnded() }
      case .failure(let error):
        let problem = SocketProblem(error)
        self.trace?.connectFailed(problem)
        self.end(LinkFailure(.connecting, problem.linkCause))
      }
    }
  }

  private func stands() {
    guard !self.isEnded, !self.isOpen else { return }
    self.isOpen = true
    self.handshakeTimer?.cancel()
    self.onEvent(.connected)
  }

  /// A server that does not speak TLS may say nothing at all.
  private func awaitHandshake() {
    self.handshakeTimer = self.loop.assumeIsolated().scheduleTask(
      in: .nanoseconds(self.connectTimeout.nanoseconds)
    ) {
      guard !self.isEnded else { return }
      self.end(LinkFailure(.connecting, .tlsNotSpoken))
    }
  }

  /// - Throws: when the files of TLS cannot be used.
  private func openStream(_ address: SocketAddress) throws -> EventLoopFuture<any Channel> {
    var handlers: [any ChannelHandler] = self.trace.map { [WireTraceHandler($0)] } ?? []
    if let tls = self.endpoint.tls {
      let encryption = Encryption(counter: CiphertextCounter())
      handlers += [encryption.counter, try TLSLayer.clientHandler(tls)]
      self.encryption = encryption
    }
    handlers.append(
      PushSocketHandler(
        onError: { self.problem = self.problem ?? $0 },
        onHandshake: { self.stands() }, onPeerClosed: { self.peerClosed() },
        onInactive: { self.connectionEnded() }))
    let added = NIOLoopBound(handlers, eventLoop: self.loop)
    var bootstrap = ClientBootstrap(group: self.loop)
    if let bytes = self.endpoint.sendBufferBytes {
      bootstrap = bootstrap.channelOption(
        .socketOption(.so_sndbuf), value: SocketOptionValue(bytes))
    }
    for (option, value) in Self.watchOptions(self.endpoint) {
      bootstrap = bootstrap.channelOption(option, value: value)
    }
    return
      bootstrap
      .channelOption(.allowRemoteHalfClosure, value: self.endpoint.outlivesPeersClose)
      .channelOption(.tcpOption(.tcp_nodelay), value: 0)
      .connectTimeout(.nanoseconds(self.connectTimeout.nanoseconds))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandlers(added.value)
        }
      }
      .connect(to: address)
  }

  /// What lets the kernel notice that the peer is gone.
  private static func watchOptions(
    _ endpoint: PushEndpoint
  ) -> [(ChannelOptions.Types.SocketOption, SocketOptionValue)] {
    var options: [(ChannelOptions.Types.SocketOption, SocketOptionValue)] = []
    func add(_ name: CInt, _ value: Int64) {
      options.append(
        (.tcpOption(NIOBSDSocket.Option(rawValue: name)), SocketOptionValue(value)))
    }
    if let watch = endpoint.keepAlive {
      options.append((.socketOption(.so_keepalive), 1))
      add(TCP_KEEPIDLE, watch.idle.nanoseconds / 1_000_000_000)
      add(TCP_KEEPINTVL, watch.interval.nanoseconds / 1_000_000_000)
      add(TCP_KEEPCNT, Int64(watch.probesMax))
    }
    if let timeout = endpoint.userTimeout {
      add(TCP_USER_TIMEOUT, timeout.nanoseconds / 1_000_000)
    }
    return options
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
    self.trace?.datagramsLeave(from: channel.localAddress)
    return descriptor.map {
      DatagramSender(
        loop: self.loop, descriptor: $0, remote: remote, trace: self.trace,
        onWrote: { self.onEvent(.wrote($0)) },
        onError: { problem in
          self.problem = self.problem ?? problem
          self.connectionEnded()
        })
    }
  }

  // MARK: Writing

  private func writeStream(_ write: PushWrite, to channel: any Channel) {
    guard self.encryption == nil else { return self.writeEncrypted(write, to: channel) }
    let count = write.bytes.count
    let promise = self.loop.makePromise(of: Void.self)
    promise.futureResult.assumeIsolated().whenComplete { result in
      self.writeCompleted(result, bytes: count)
    }
    channel.writeAndFlush(channel.allocator.buffer(bytes: write.bytes), promise: promise)
  }

  /// A record of TLS a piece, so that it is known which lines end with which byte on the wire.
  private func writeEncrypted(_ write: PushWrite, to channel: any Channel) {
    let buffer = channel.allocator.buffer(bytes: write.bytes)
    for piece in write.pieces() {
      guard let bytes = buffer.getSlice(at: piece.lowerBound, length: piece.count) else { continue }
      self.encryption?.plaintext += UInt64(piece.count)
      let end = self.encryption?.plaintext ?? 0
      let before = self.encryption?.counter.bytes ?? 0
      let promise = self.loop.makePromise(of: Void.self)
      promise.futureResult.assumeIsolated().whenComplete { result in
        if case .success = result { self.sealed(through: end) }
        self.writeCompleted(result, bytes: piece.count)
      }
      channel.writeAndFlush(bytes, promise: promise)
      // TLS may have kept the piece back; then the promise tells when it is on its way.
      let after = self.encryption?.counter.bytes ?? 0
      if after >= before + UInt64(piece.count) { self.sealed(through: end) }
    }
  }

  private func sealed(through plaintext: UInt64) {
    guard let ciphertext = self.encryption?.counter.bytes else { return }
    self.encryption?.map.sealed(plaintext: plaintext, ciphertext: ciphertext)
  }

  private func writeCompleted(_ result: Result<Void, any Error>, bytes: Int) {
    guard !self.isEnded else { return }
    switch result {
    case .success:
      self.onEvent(.wrote(bytes))
    case .failure(let error):
      // The closing of the channel tells its cause by itself.
      let problem = SocketProblem(error)
      if problem != .closed {
        self.problem = self.problem ?? problem
        self.trace?.failed(problem)
      }
    }
  }

  // MARK: Ending

  private func peerClosed() {
    guard !self.isEnded, self.isOpen else { return self.connectionEnded() }
    self.onEvent(.peerClosed)
  }

  /// The peer's close was the end.
  func endOfFile() {
    self.connectionEnded()
  }

  private func connectionEnded() {
    guard !self.isEnded, self.channel != nil else { return }
    let phase = self.isOpen ? LinkFailure.Phase.established : .connecting
    self.end(LinkFailure(phase, (self.problem ?? .closed).linkCause))
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
