internal import LabPeers
internal import NIOCore

/// Tells a `ProxiedConnection` what one of its sockets hears.
final class ProxySideHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let connection: ProxiedConnection
  /// The direction whose source this socket is.
  private let direction: PathConnection.Direction
  private var hasEnded = false

  init(connection: ProxiedConnection, direction: PathConnection.Direction) {
    self.connection = connection
    self.direction = direction
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    self.connection.read(self.unwrapInboundIn(data), self.direction)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    self.connection.readComplete(self.direction)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case ChannelEvent.inputClosed = event, !self.hasEnded else { return }
    self.hasEnded = true
    self.connection.sourceEnded(self.direction)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    self.hasEnded = true
    self.connection.failed(self.direction)
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    // The peer's FIN behind our own closes the socket at once.
    guard !self.hasEnded else { return }
    self.hasEnded = true
    self.connection.sourceEnded(self.direction)
  }
}
