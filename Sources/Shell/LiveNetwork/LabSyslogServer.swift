internal import Glibc
internal import LabPeers
public import NIOCore
internal import NIOPosix
public import Simulation

/// Something that happened at the lab's syslog server.
public enum LabSyslogEvent: Hashable, Sendable {
  /// A TCP client connected; connections are counted from 1.
  case accepted(connection: Int, remotePort: Int)
  /// Bytes arrived; lines and bytes are totals of the connection.
  case read(connection: Int, lines: UInt64, bytes: UInt64)
  /// The server closed the connection with a RST.
  case reset(connection: Int, lines: UInt64, bytes: UInt64)
  /// The client closed the connection.
  case closed(connection: Int, lines: UInt64, bytes: UInt64)
  /// A connection is about to end in the middle of a message: so many bytes of it were read, and
  /// were given as a line.
  case unfinished(connection: Int, bytes: Int)
  /// A message is longer than what may be held: it is given in pieces, each as a line. Once a
  /// connection.
  case inPieces(connection: Int)
  /// The process has no descriptor for another client, who waits; or has one again.
  case accepting(Bool)
  /// A datagram arrived; counted from 1.
  case datagram(number: UInt64, bytes: Int)
}

/// The PEM files of a server that speaks TLS.
public struct LabTLSFiles: Hashable, Sendable {
  /// The server's certificate, with its chain.
  public var certificate: String
  /// Its key.
  public var key: String
  /// The authorities that sign clients' certificates; `nil` asks no client for one.
  public var clientAuthority: String?

  /// The files of a server.
  public init(certificate: String, key: String, clientAuthority: String? = nil) {
    self.certificate = certificate
    self.key = key
    self.clientAuthority = clientAuthority
  }
}

/// The lab's syslog receiver on real sockets, with the behaviours of `SyslogReceiver`.
///
/// Keeps nothing itself: the owner gets each message as a line, when it is whole.
public final class LabSyslogServer {
  private let loop: any EventLoop
  private var receiver: SyslogReceiver
  private let onBytes: (ByteBuffer, Int) -> Void
  private let onEvent: (LabSyslogEvent) -> Void
  private var listeners: [any Channel] = []
  /// Ports that are bound and do not listen: a RST answers.
  private var refusing: [ReservedPort] = []
  /// What to bind again when the server comes back.
  private var ports: [(host: String, port: Int, isTCP: Bool)] = []
  /// Open connections by number.
  private var clients: [Int: any Channel] = [:]
  private var connections = 0
  /// What connections hold of messages that have not ended.
  private var heldBytes = 0
  private var datagrams: UInt64 = 0
  private var isDown = false
  /// How much of a datagram is kept, asked for each; `nil` for all of it.
  public var datagramLimit: () -> Int? = { nil }

  /// A server that does not listen yet.
  ///
  /// - Parameters:
  ///   - onBytes: whole lines of which connection, on the loop; a datagram is a line of
  ///     connection 0.
  ///   - onEvent: on the loop, behind the bytes that it tells of.
  public init(
    loop: any EventLoop, faults: [ScheduledReceiverFault],
    onBytes: @escaping (ByteBuffer, Int) -> Void, onEvent: @escaping (LabSyslogEvent) -> Void
  ) {
    self.loop = loop
    self.receiver = SyslogReceiver(faults: faults)
    self.onBytes = onBytes
    self.onEvent = onEvent
  }

  /// Listens for TCP connections; port 0 lets the system choose.
  ///
  /// - Returns: the port.
  public func listenTCP(host: String = "127.0.0.1", port: Int = 0) -> EventLoopFuture<Int> {
    self.listen(host: host, port: port, nil)
  }

  /// Listens for connections by TLS; port 0 lets the system choose.
  ///
  /// - Returns: the port.
  /// - Throws: when a file cannot be used.
  public func listenTLS(
    host: String = "127.0.0.1", port: Int = 0, files: LabTLSFiles
  ) throws -> EventLoopFuture<Int> {
    self.listen(host: host, port: port, try TLSLayer.serverHandlers(files))
  }

  private func listen(
    host: String, port: Int, _ tls: (@Sendable () -> any ChannelHandler)?
  ) -> EventLoopFuture<Int> {
    let server = NIOLoopBound(self, eventLoop: self.loop)
    return ServerBootstrap(group: self.loop)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            AcceptPause(loop: channel.eventLoop) { server.value.onEvent(.accepting(!$0)) })
        }
      }
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls { try channel.pipeline.syncOperations.addHandler(tls()) }
          try channel.pipeline.syncOperations.addHandler(
            SyslogServerHandler(server: server.value))
        }
      }
      .bind(host: host, port: port)
      .map { server.value.add($0, host: host, isTCP: true) }
  }

  /// Takes a TCP port and lets nobody in: a RST answers each SYN. Port 0 lets the system choose.
  ///
  /// - Returns: the port; `nil` when it cannot be taken.
  public func refuseTCP(host: String = "127.0.0.1", port: Int = 0) -> Int? {
    guard let address = try? SocketAddress(ipAddress: host, port: port),
      let reserved = ReservedPort(address)
    else { return nil }
    self.refusing.append(reserved)
    return reserved.port
  }

  /// Listens for datagrams; port 0 lets the system choose.
  ///
  /// - Parameter receiveBufferBytes: asked of the kernel, which may give less.
  /// - Returns: the port.
  public func listenUDP(
    host: String = "127.0.0.1", port: Int = 0, receiveBufferBytes: Int = 4 << 20
  ) -> EventLoopFuture<Int> {
    let server = NIOLoopBound(self, eventLoop: self.loop)
    return DatagramBootstrap(group: self.loop)
      .channelOption(
        .socketOption(.so_rcvbuf), value: SocketOptionValue(receiveBufferBytes)
      )
      .channelOption(
        .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65_536)
      )
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            SyslogDatagramHandler(server: server.value))
        }
      }
      .bind(host: host, port: port)
      .map { server.value.add($0, host: host, isTCP: false) }
  }

  /// Stops listening and closes what is open.
  ///
  /// - Returns: done when the owner has got all that was read.
  @discardableResult
  public func close() -> EventLoopFuture<Void> {
    for listener in self.listeners { listener.close(promise: nil) }
    self.listeners = []
    self.refusing = []
    let clients = Array(self.clients.values)
    for client in clients { client.close(promise: nil) }
    return .andAllComplete(clients.map(\.closeFuture), on: self.loop)
  }

  /// As when the program ends: its connections are reset, its ports closed.
  public func goDown() {
    self.isDown = true
    for listener in self.listeners { listener.close(promise: nil) }
    self.listeners = []
    for client in self.clients.values { client.closeWithReset() }
  }

  /// Listens again on the ports that it had.
  public func comeBack() {
    self.isDown = false
    let ports = self.ports
    self.ports = []
    for entry in ports {
      // A port that somebody else took meanwhile stays closed, and clients see just that.
      _ =
        entry.isTCP
        ? self.listenTCP(host: entry.host, port: entry.port)
        : self.listenUDP(host: entry.host, port: entry.port)
    }
  }

  private func add(_ channel: any Channel, host: String, isTCP: Bool) -> Int {
    let port = channel.localAddress?.port ?? 0
    self.listeners.append(channel)
    self.ports.append((host, port, isTCP))
    return port
  }

  // MARK: What handlers tell

  func accepted(
    _ channel: any Channel
  ) -> (number: Int, SyslogReceiverConnection) {
    self.connections += 1
    self.clients[self.connections] = channel
    let remotePort = channel.remoteAddress?.port ?? 0
    self.onEvent(.accepted(connection: self.connections, remotePort: remotePort))
    // The kernel had it before the port was closed.
    if self.isDown { channel.closeWithReset() }
    return (self.connections, self.receiver.accepted(now: self.now()))
  }

  /// The time that faults go by; only differences count.
  func now() -> SimInstant {
    SimInstant(nanoseconds: Int64(NIODeadline.now().uptimeNanoseconds))
  }

  /// How much a connection may hold of a message that has not ended.
  var heldMax: Int { SyslogReceiver.heldMax(heldByAll: self.heldBytes) }

  /// A connection was read on.
  ///
  /// - Parameters:
  ///   - held: by how much more it holds of a message that has not ended.
  ///   - isFirstPiece: whether this is its first read that gave a message in pieces.
  func read(
    _ lines: ByteBuffer, number: Int, connection: SyslogReceiverConnection, held: Int,
    isFirstPiece: Bool
  ) {
    self.heldBytes += held
    if lines.readableBytes > 0 { self.onBytes(lines, number) }
    if isFirstPiece { self.onEvent(.inPieces(connection: number)) }
    self.onEvent(
      .read(connection: number, lines: connection.lines, bytes: connection.bytes))
  }

  func ended(number: Int, connection: SyslogReceiverConnection, byReset: Bool) {
    self.clients[number] = nil
    self.heldBytes -= connection.heldBytes
    var connection = connection
    var rest = ByteBuffer()
    let unfinished = connection.ended { rest.writeBytes($0) }
    if unfinished > 0 {
      self.onBytes(rest, number)
      self.onEvent(.unfinished(connection: number, bytes: unfinished))
    }
    let (lines, bytes) = (connection.lines, connection.bytes)
    self.onEvent(
      byReset
        ? .reset(connection: number, lines: lines, bytes: bytes)
        : .closed(connection: number, lines: lines, bytes: bytes))
  }

  fileprivate func datagram(_ bytes: ByteBuffer) {
    self.datagrams += 1
    let length = bytes.readableBytes
    let line = SyslogLines.line(
      ofDatagram: bytes.readableBytesView, limit: self.datagramLimit())
    self.onBytes(ByteBuffer(bytes: line), 0)
    self.onEvent(.datagram(number: self.datagrams, bytes: length))
  }
}

private final class SyslogDatagramHandler: ChannelInboundHandler {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>

  private let server: LabSyslogServer

  init(server: LabSyslogServer) {
    self.server = server
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    self.server.datagram(self.unwrapInboundIn(data).data)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // A UDP socket goes on after an error; nothing of it concerns one datagram only.
  }
}

extension Channel {
  /// Closes so that the peer gets a RST: SO_LINGER with a time of 0.
  func closeWithReset() {
    guard let options = self as? any SocketOptionProvider else {
      self.close(promise: nil)
      return
    }
    let operations = self.pipeline.syncOperations
    // TLS would take leave of its peer first.
    let encryption = NIOLoopBound(
      TLSLayer.serverContext(in: operations), eventLoop: self.eventLoop)
    options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in
      if let context = encryption.value {
        context.close(promise: nil)
      } else {
        self.close(promise: nil)
      }
    }
  }
}
