public import MailTransport
internal import NIOConcurrencyHelpers
public import NIOCore
internal import NIOPosix
internal import Simulation

/// The lab's mailbox on a real socket: takes mail by SMTP and hands it to the owner.
public final class LabMailServer: Sendable {
  private typealias Sessions = NIOLockedValueBox<[ObjectIdentifier: any Channel]>

  private let channel: any Channel
  private let sessions: Sessions

  private init(channel: any Channel, sessions: Sessions) {
    self.channel = channel
    self.sessions = sessions
  }

  /// Listens.
  ///
  /// - Parameters:
  ///   - port: 0 lets the system choose.
  ///   - onMessage: called on the group's loops; throws when the message cannot be kept, and the
  ///     client then sees the connection end.
  public static func listen(
    host: String = "127.0.0.1", port: Int = 0, group: any EventLoopGroup,
    settings: SMTPServerSettings, onMessage: @escaping @Sendable (ReceivedMessage) throws -> Void
  ) -> EventLoopFuture<LabMailServer> {
    let sessions = Sessions([:])
    return ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            AcceptPause(loop: channel.eventLoop) { _ in })
        }
      }
      .childChannelInitializer { channel in
        let session = ObjectIdentifier(channel)
        sessions.withLockedValue { $0[session] = channel }
        channel.closeFuture.whenComplete { _ in
          sessions.withLockedValue { $0[session] = nil }
        }
        return channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            SMTPServerHandler(settings: settings, onMessage: onMessage))
        }
      }
      .bind(host: host, port: port)
      .map { LabMailServer(channel: $0, sessions: sessions) }
  }

  /// The port it listens on.
  public var port: UInt16 { UInt16(self.channel.localAddress?.port ?? 0) }

  /// Stops listening; sessions that are open go on.
  public func close() -> EventLoopFuture<Void> {
    self.channel.close()
  }

  /// Waits until the open sessions have ended; those that are open after `limit` are closed.
  public func finishSessions(within limit: TimeAmount) -> EventLoopFuture<Void> {
    let open = self.sessions.withLockedValue { Array($0.values) }
    let loop = self.channel.eventLoop
    let timeout = loop.scheduleTask(in: limit) {
      for session in open { session.close(promise: nil) }
    }
    return .andAllComplete(open.map(\.closeFuture), on: loop).always { _ in timeout.cancel() }
  }
}

private final class SMTPServerHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private var machine: SMTPServerStateMachine
  private let onMessage: @Sendable (ReceivedMessage) throws -> Void
  private var timer: Scheduled<Void>?

  init(
    settings: SMTPServerSettings,
    onMessage: @escaping @Sendable (ReceivedMessage) throws -> Void
  ) {
    self.machine = SMTPServerStateMachine(settings: settings)
    self.onMessage = onMessage
  }

  func channelActive(context: ChannelHandlerContext) {
    self.run(self.machine.connected(), context: context)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let bytes = self.unwrapInboundIn(data)
    self.run(self.machine.received(bytes.readableBytesView), context: context)
  }

  func channelInactive(context: ChannelHandlerContext) {
    self.timer?.cancel()
    self.machine.connectionClosed()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  private func run(_ actions: [SMTPServerAction], context: ChannelHandlerContext) {
    for action in actions {
      switch action {
      case .send(let bytes):
        context.writeAndFlush(
          NIOAny(context.channel.allocator.buffer(bytes: bytes)), promise: nil)
      case .deliver(let message):
        do {
          try self.onMessage(message)
        } catch {
          context.fireErrorCaught(error)
          context.close(promise: nil)
          return
        }
      case .close:
        context.close(promise: nil)
        return
      }
    }
    self.startTimer(context: context)
  }

  private func startTimer(context: ChannelHandlerContext) {
    self.timer?.cancel()
    guard let timeout = self.machine.timeout else { return }
    self.timer = context.eventLoop.assumeIsolated().scheduleTask(
      in: .nanoseconds(timeout.nanoseconds)
    ) { self.run(self.machine.timeoutElapsed(), context: context) }
  }
}
