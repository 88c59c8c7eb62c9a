internal import Glibc
internal import NIOCore

/// Keeps a listener from spinning while the process has no descriptor for another client: clients
/// wait in the kernel's backlog, and accepting is tried again after a while.
final class AcceptPause: ChannelInboundHandler, Sendable {
  typealias InboundIn = any Channel

  private static let wait = TimeAmount.milliseconds(100)

  private let loop: any EventLoop
  private let state: NIOLoopBoundBox<Bool>
  private let onChange: NIOLoopBound<(Bool) -> Void>

  /// - Parameter onChange: on the loop: true when nobody can be let in, false when somebody was
  ///   again.
  init(loop: any EventLoop, onChange: @escaping (Bool) -> Void) {
    self.loop = loop
    self.state = NIOLoopBoundBox(false, eventLoop: loop)
    self.onChange = NIOLoopBound(onChange, eventLoop: loop)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    self.change(false)
    context.fireChannelRead(data)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let code = (error as? IOError)?.errnoCode,
      [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(code)
    else { return context.fireErrorCaught(error) }
    self.change(true)
    let channel = context.channel
    // Without an end of its own: whoever closes the channel ends it.
    channel.setOption(.autoRead, value: false).whenSuccess {
      channel.eventLoop.scheduleTask(in: Self.wait) {
        channel.setOption(.autoRead, value: true).whenSuccess { channel.read() }
      }
    }
  }

  private func change(_ waits: Bool) {
    guard self.state.value != waits else { return }
    self.state.value = waits
    self.onChange.value(waits)
  }
}
