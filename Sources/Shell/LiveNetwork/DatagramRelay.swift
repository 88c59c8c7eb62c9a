internal import FileDescriptors
internal import Glibc
internal import NIOCore
internal import NIOPosix
internal import Simulation

/// Hands datagrams on to a server, and its answers back, each client by a socket of its own.
final class DatagramRelay {
  private static let clientsMax = 256

  private let loop: any EventLoop
  private let server: SocketAddress
  /// When a datagram of so many bytes is handed on; it may be never, or twice.
  private let decide: (Int) -> [SimInstant]
  private let onDatagram: (UInt64, Int, Int) -> Void
  private var listener: (any Channel)?
  private var clients: [SocketAddress: EventLoopFuture<any Channel>] = [:]
  private var count: UInt64 = 0
  private var isClosed = false
  private var isReading = true
  /// Datagrams that wait for their time, from clients and to them.
  private var waiting = (count: 0, bytes: 0)
  private var waitingAnswerBytes = 0

  init(
    loop: any EventLoop, server: SocketAddress, decide: @escaping (Int) -> [SimInstant],
    onDatagram: @escaping (UInt64, Int, Int) -> Void
  ) {
    self.loop = loop
    self.server = server
    self.decide = decide
    self.onDatagram = onDatagram
  }

  func listen(host: String, port: Int) -> EventLoopFuture<Int> {
    let relay = NIOLoopBound(self, eventLoop: self.loop)
    return self.bootstrap { relay.value.fromClient($0) }
      .bind(host: host, port: port)
      .map { channel in
        relay.value.listener = channel
        return channel.localAddress?.port ?? 0
      }
  }

  /// Takes what has come, and nothing further; what waits goes on in its time.
  func drain() {
    guard self.isReading, self.unread(takes: false).count == 0 else { return }
    self.isReading = false
    self.listener?.setOption(.autoRead, value: false).assumeIsolated().whenComplete { _ in }
  }

  /// Whether nothing waits.
  var isDrained: Bool {
    !self.isReading && self.waiting.count == 0 && self.waitingAnswerBytes == 0
  }

  /// Forgets what waits.
  ///
  /// - Returns: what that is; `nil` for nothing.
  func giveUp() -> FaultProxyEvent? {
    let unread = self.isReading ? self.unread(takes: true) : (count: 0, bytes: 0)
    let lost = (count: self.waiting.count + unread.count, bytes: self.waiting.bytes + unread.bytes)
    let answerBytes = self.waitingAnswerBytes
    self.isReading = false
    self.waiting = (0, 0)
    self.waitingAnswerBytes = 0
    self.close()
    guard lost.count > 0 || answerBytes > 0 else { return nil }
    return .dropped(
      connection: 0, lines: UInt64(lost.count), bytes: UInt64(lost.bytes),
      answerBytes: UInt64(answerBytes))
  }

  /// Datagrams in the kernel's buffer; when they are not taken, one is enough to know of.
  private func unread(takes: Bool) -> (count: Int, bytes: Int) {
    guard let listener = self.listener, listener.isActive else { return (0, 0) }
    let flags = Int(MSG_DONTWAIT) | (takes ? 0 : Int(MSG_PEEK))
    // A listener that is active has a socket.
    let found = try? listener.pipeline.syncOperations.withUnsafeTransportIfAvailable(
      of: NIOBSDSocket.Handle.self
    ) { descriptor in
      var buffer = [UInt8](repeating: 0, count: 65_536)
      var found = (count: 0, bytes: 0)
      while true {
        let count = Descriptor.retrying {
          recv(descriptor, &buffer, buffer.count, CInt(flags))
        }
        guard count >= 0 else { return found }
        found = (found.count + 1, found.bytes + count)
        if !takes { return found }
      }
    }
    return found.flatMap { $0 } ?? (0, 0)
  }

  func close() {
    self.isClosed = true
    self.listener?.close(promise: nil)
    for client in self.clients.values {
      client.assumeIsolated().whenSuccess { $0.close(promise: nil) }
    }
    self.clients = [:]
  }

  private func bootstrap(
    _ onRead: @escaping (AddressedEnvelope<ByteBuffer>) -> Void
  ) -> DatagramBootstrap {
    let handler = NIOLoopBound(onRead, eventLoop: self.loop)
    return DatagramBootstrap(group: self.loop)
      .channelOption(.socketOption(.so_rcvbuf), value: 4 << 20)
      .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65_536))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(RelayHandler(onRead: handler.value))
        }
      }
  }

  private func fromClient(_ datagram: AddressedEnvelope<ByteBuffer>) {
    self.count += 1
    let due = self.decide(datagram.data.readableBytes)
    self.onDatagram(self.count, datagram.data.readableBytes, due.count)
    guard !due.isEmpty else { return }
    let opening = self.socket(for: datagram.remoteAddress)
    let bytes = datagram.data.readableBytes
    for instant in due {
      self.waiting = (self.waiting.count + 1, self.waiting.bytes + bytes)
      self.later(instant) {
        opening.assumeIsolated().whenComplete { result in
          guard case .success(let channel) = result else { return self.went(bytes) }
          channel.writeAndFlush(
            AddressedEnvelope(remoteAddress: self.server, data: datagram.data)
          ).assumeIsolated().whenComplete { _ in self.went(bytes) }
        }
      }
    }
  }

  /// A datagram was sent, or refused by the network: it waits no more.
  private func went(_ bytes: Int) {
    guard !self.isClosed else { return }
    self.waiting = (self.waiting.count - 1, self.waiting.bytes - bytes)
  }

  /// The socket that stands for a client; the oldest ones are not known, so all go at the bound.
  private func socket(for client: SocketAddress) -> EventLoopFuture<any Channel> {
    if let known = self.clients[client] { return known }
    if self.clients.count >= Self.clientsMax {
      for old in self.clients.values {
        old.assumeIsolated().whenSuccess { $0.close(promise: nil) }
      }
      self.clients = [:]
    }
    let anyAddress = self.server.protocol == .inet6 ? "::" : "0.0.0.0"
    let opening = self.bootstrap { self.fromServer($0, to: client) }
      .bind(host: anyAddress, port: 0)
    self.clients[client] = opening
    return opening
  }

  private func fromServer(
    _ datagram: AddressedEnvelope<ByteBuffer>, to client: SocketAddress
  ) {
    let bytes = datagram.data.readableBytes
    for instant in self.decide(bytes) {
      self.waitingAnswerBytes += bytes
      self.later(instant) {
        self.listener?.writeAndFlush(
          AddressedEnvelope(remoteAddress: client, data: datagram.data)
        ).assumeIsolated().whenComplete { _ in
          if !self.isClosed { self.waitingAnswerBytes -= bytes }
        }
      }
    }
  }

  private func later(_ instant: SimInstant, _ body: @escaping () -> Void) {
    let wait = FaultProxy.now().duration(to: instant)
    guard wait > .zero else { return body() }
    self.loop.assumeIsolated().scheduleTask(in: .nanoseconds(wait.nanoseconds)) {
      if !self.isClosed { body() }
    }
  }
}

private final class RelayHandler: ChannelInboundHandler {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>

  private let onRead: (AddressedEnvelope<ByteBuffer>) -> Void

  init(onRead: @escaping (AddressedEnvelope<ByteBuffer>) -> Void) {
    self.onRead = onRead
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    self.onRead(self.unwrapInboundIn(data))
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // A UDP socket goes on after an error, such as an ICMP of one datagram.
  }
}
