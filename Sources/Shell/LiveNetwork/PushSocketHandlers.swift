internal import NIOCore
internal import NIOTLS

/// Hears the end of a TCP connection. What a syslog server sends is dropped: it has nothing to say.
final class PushSocketHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let onError: (SocketProblem) -> Void
  private let onHandshake: () -> Void
  private let onPeerClosed: () -> Void
  private let onInactive: () -> Void

  init(
    onError: @escaping (SocketProblem) -> Void, onHandshake: @escaping () -> Void,
    onPeerClosed: @escaping () -> Void, onInactive: @escaping () -> Void
  ) {
    self.onError = onError
    self.onHandshake = onHandshake
    self.onPeerClosed = onPeerClosed
    self.onInactive = onInactive
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case TLSUserEvent.handshakeCompleted? = event as? TLSUserEvent { self.onHandshake() }
    if case ChannelEvent.inputClosed = event { self.onPeerClosed() }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    let cause = TLSLayer.cause(of: error, in: context.pipeline.syncOperations)
    self.onError(cause.map { .encryption($0) } ?? SocketProblem(error))
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    self.onInactive()
  }
}

/// Hears the errors of a UDP socket; what arrives on it is dropped.
final class DatagramErrorHandler: ChannelInboundHandler {
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
