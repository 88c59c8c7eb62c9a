internal import NIOCore
internal import NIOPosix

/// Whether a listening socket can take the connections that wait in its backlog.
public enum AcceptTrouble: Hashable, Sendable {
  /// It cannot: of the process or of the system nothing is left (`EMFILE`, `ENFILE`, `ENOBUFS`,
  /// `ENOMEM`). It tries again each second.
  case began(errorNumber: Int32)
  /// It took one again.
  case ended
}

/// Lets a listening socket wait a second when nothing is left for a connection (left alone it would
/// try again without a pause), and says so: once when it begins, once when it ends.
final class AcceptTroubleHandler: ChannelInboundHandler {
  typealias InboundIn = any Channel
  typealias InboundOut = any Channel

  private let tell: (AcceptTrouble) -> Void
  private var isInTrouble = false

  private init(tell: @escaping (AcceptTrouble) -> Void) {
    self.tell = tell
  }

  /// Adds it to a listening socket's channel, on its loop.
  static func add(to channel: any Channel, tell: @escaping (AcceptTrouble) -> Void) throws {
    let operations = channel.pipeline.syncOperations
    try operations.addHandler(AcceptBackoffHandler())
    try operations.addHandler(AcceptTroubleHandler(tell: tell))
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if self.isInTrouble {
      self.isInTrouble = false
      self.tell(.ended)
    }
    context.fireChannelRead(data)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if !self.isInTrouble, let error = error as? IOError {
      self.isInTrouble = true
      self.tell(.began(errorNumber: error.errnoCode))
    }
    context.fireErrorCaught(error)
  }
}
