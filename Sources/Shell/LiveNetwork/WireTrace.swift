internal import NIOCore
public import NetworkModel
public import Simulation

/// Tells what one socket of the appliance does, for a capture that is made of it.
///
/// Bound to the socket's event loop.
public final class WireTrace {
  private let transport: TransportProtocol
  /// A capture's packets carry the wall clock, whatever the appliance's clock shows.
  private let now: () -> SimInstant
  private let onPackets: ([Packet], SimInstant) -> Void
  /// A connection that no packet can be made for: IPv6, or a path of the file system.
  private let onUnseen: () -> Void
  private var sketch: ConversationSketch?
  private var isConnected = false
  private var began = SimInstant(nanoseconds: 0)
  /// What was heard of the socket before its end.
  private var problem: SocketProblem?

  /// A socket that is not yet connecting.
  ///
  /// - Parameter now: the wall clock's time.
  public init(
    _ transport: TransportProtocol, now: @escaping () -> SimInstant,
    onPackets: @escaping ([Packet], SimInstant) -> Void, onUnseen: @escaping () -> Void
  ) {
    self.transport = transport
    self.now = now
    self.onPackets = onPackets
    self.onUnseen = onUnseen
  }

  func connecting(to remote: SocketAddress) {
    guard let end = Endpoint(remote) else { return self.onUnseen() }
    self.began = self.now()
    self.sketch = ConversationSketch(self.transport, from: Self.unknown(for: end), to: end)
  }

  /// The first sign counts: a write may come before the news that the channel is active.
  func connected(from local: SocketAddress?) {
    guard !self.isConnected else { return }
    self.isConnected = true
    self.isAt(local)
    self.tell(.connecting, at: self.began)
    self.tell(.connected)
  }

  func datagramsLeave(from local: SocketAddress?) {
    self.isAt(local)
  }

  func connectFailed(_ problem: SocketProblem) {
    self.tell(.connecting, at: self.began)
    if problem == .refused { self.tell(.refused) }
  }

  func failed(_ problem: SocketProblem) {
    self.problem = self.problem ?? problem
  }

  /// The owner closes the socket.
  func closes() {
    if self.problem != .reset { self.tell(.closed) }
  }

  /// The socket is closed, by whomever.
  func ended() {
    guard self.problem != .reset else { return self.tell(.resetByPeer) }
    self.tell(.closedByPeer)
    self.tell(.closed)
  }

  func tell(_ fact: ConversationSketch.Fact, at time: SimInstant? = nil) {
    guard let packets = self.sketch?.packets(of: fact), !packets.isEmpty else { return }
    self.onPackets(packets, time ?? self.now())
  }

  private func isAt(_ local: SocketAddress?) {
    guard let local = local.flatMap({ Endpoint($0) }), let sketch = self.sketch else { return }
    var known = sketch.localEnd
    known.port = local.port
    if local.address.bits != 0 { known.address = local.address }
    self.sketch?.isAt(known)
  }

  /// A socket that is bound to no address sends from loopback to loopback.
  private static func unknown(for remote: Endpoint) -> Endpoint {
    let isLoopback = remote.address.bits >> 24 == 127
    return Endpoint(isLoopback ? remote.address : IPv4Address(bits: 0), 0)
  }
}

extension Endpoint {
  /// `nil` for what is no IPv4.
  init?(_ address: SocketAddress) {
    guard case .v4 = address, let port = address.port else { return nil }
    // `sockaddr_in` has the address behind family and port.
    let bits = address.withSockAddr { pointer, _ in
      UnsafeRawPointer(pointer).loadUnaligned(fromByteOffset: 4, as: UInt32.self)
    }
    self.init(IPv4Address(bits: UInt32(bigEndian: bits)), UInt16(clamping: port))
  }
}

/// Stands next to the socket of a TCP connection and tells its trace of all that passes.
final class WireTraceHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer

  private let trace: WireTrace

  init(_ trace: WireTrace) {
    self.trace = trace
  }

  func channelActive(context: ChannelHandlerContext) {
    self.trace.connected(from: context.channel.localAddress)
    context.fireChannelActive()
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    self.trace.connected(from: context.channel.localAddress)
    self.trace.tell(.sent(Array(self.unwrapOutboundIn(data).readableBytesView)))
    context.write(data, promise: promise)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    self.trace.tell(.received(Array(self.unwrapInboundIn(data).readableBytesView)))
    context.fireChannelRead(data)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    self.trace.failed(SocketProblem(error))
    context.fireErrorCaught(error)
  }

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    self.trace.closes()
    context.close(mode: mode, promise: promise)
  }

  func channelInactive(context: ChannelHandlerContext) {
    self.trace.ended()
    context.fireChannelInactive()
  }
}
