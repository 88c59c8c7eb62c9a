public import MailTransport
public import NIOCore
internal import NIOPosix
internal import Simulation

/// One SMTP session on a real socket; bound to one event loop.
///
/// Carries out what `SMTPClientStateMachine` decides.
public final class SMTPClientSession {
  private let loop: any EventLoop
  private var machine: SMTPClientStateMachine
  private var completion: ((SMTPOutcome) -> Void)?
  private var channel: (any Channel)?
  private var timer: Scheduled<Void>?
  private let trace: WireTrace?

  /// A session that has not begun.
  ///
  /// - Parameters:
  ///   - trace: is told of all that passes; `nil` where nobody asks.
  ///   - completion: called once, on the loop, with what became of each recipient; before the
  ///     answer to QUIT.
  public init(
    loop: any EventLoop, transaction: SMTPTransaction, timeouts: SMTPTimeouts = .rfc5321,
    trace: WireTrace? = nil, completion: @escaping (SMTPOutcome) -> Void
  ) {
    self.loop = loop
    self.trace = trace
    self.machine = SMTPClientStateMachine(transaction: transaction, timeouts: timeouts)
    self.completion = completion
  }

  /// Resolves the server's name, connects and runs the session.
  public func start(host: String, port: UInt16) {
    self.startTimer()
    resolve(host: host, port: port, on: self.loop).assumeIsolated().whenComplete { result in
      switch result {
      case .success(let address): self.connect(to: address)
      case .failure: self.connectFailed(.unresolvable)
      }
    }
  }

  /// Goes as a session whose server's name has no address, or whose connection fails so.
  public func failToConnect(_ problem: SMTPConnectionProblem) {
    self.connectFailed(problem)
  }

  /// Gives up; the outcome says so.
  public func cancel() {
    if case .finish(let outcome) = self.machine.connectionClosed(by: .cancelled) {
      self.finish(outcome)
    }
  }

  // MARK: Facts

  private func connect(to address: SocketAddress) {
    guard self.completion != nil else { return }
    self.trace?.connecting(to: address)
    var handlers: [any ChannelHandler] = self.trace.map { [WireTraceHandler($0)] } ?? []
    handlers.append(SMTPClientHandler(session: self))
    let added = NIOLoopBound(handlers, eventLoop: self.loop)
    ClientBootstrap(group: self.loop)
      // The machine's own timer is the one that counts.
      .connectTimeout(.hours(1))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandlers(added.value)
        }
      }
      .connect(to: address)
      .assumeIsolated().whenFailure { error in
        self.trace?.connectFailed(SocketProblem(error))
        self.connectFailed(SocketProblem(error).connectionProblem)
      }
  }

  fileprivate func connected(_ channel: any Channel) {
    self.channel = channel
    switch self.machine.connected() {
    case .awaitGreeting: self.startTimer()
    case .closeLateConnection: channel.close(promise: nil)
    }
  }

  private func connectFailed(_ problem: SMTPConnectionProblem) {
    if case .finish(let outcome) = self.machine.connectFailed(problem) { self.finish(outcome) }
  }

  fileprivate func received(_ bytes: ByteBuffer) {
    switch self.machine.received(bytes.readableBytesView) {
    case .send(let command):
      self.startTimer()
      if let channel = self.channel {
        channel.writeAndFlush(channel.allocator.buffer(bytes: command), promise: nil)
      }
      // Nobody waits for the answer to QUIT; the session goes on by itself.
      if let outcome = self.machine.settledOutcome { self.complete(outcome) }
    case .close(let outcome):
      self.finish(outcome)
    case .wait, .ignore:
      break
    }
  }

  fileprivate func connectionClosed(by problem: SMTPConnectionProblem) {
    if case .finish(let outcome) = self.machine.connectionClosed(by: problem) {
      self.finish(outcome)
    }
  }

  private func timeoutElapsed() {
    if case .close(let outcome) = self.machine.timeoutElapsed() { self.finish(outcome) }
  }

  // MARK: Acts

  private func startTimer() {
    self.timer?.cancel()
    guard let timeout = self.machine.timeout else { return }
    self.timer = self.loop.assumeIsolated().scheduleTask(
      in: .nanoseconds(timeout.nanoseconds)
    ) { self.timeoutElapsed() }
  }

  private func finish(_ outcome: SMTPOutcome) {
    self.timer?.cancel()
    self.channel?.close(promise: nil)
    self.complete(outcome)
  }

  private func complete(_ outcome: SMTPOutcome) {
    let completion = self.completion
    self.completion = nil
    completion?(outcome)
  }
}

private final class SMTPClientHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let session: SMTPClientSession
  private var problem = SMTPConnectionProblem.closed

  init(session: SMTPClientSession) {
    self.session = session
  }

  func channelActive(context: ChannelHandlerContext) {
    self.session.connected(context.channel)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    self.session.received(self.unwrapInboundIn(data))
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    self.problem = SocketProblem(error).connectionProblem
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    self.session.connectionClosed(by: self.problem)
  }
}
