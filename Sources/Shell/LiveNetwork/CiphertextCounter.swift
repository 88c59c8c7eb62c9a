internal import NIOCore

/// Counts the bytes that TLS hands to the socket; stands below its handler.
final class CiphertextCounter: ChannelOutboundHandler {
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// Bytes since the connection began, those of the handshake included.
  private(set) var bytes: UInt64 = 0

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    self.bytes += UInt64(self.unwrapOutboundIn(data).readableBytes)
    context.write(data, promise: promise)
  }
}
