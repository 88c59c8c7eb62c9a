internal import Glibc
internal import LogDelivery
public import MailTransport
public import NIOCore
internal import NIOPosix
internal import Simulation

/// One delivery by SMTP on real sockets, to the first of the relay's addresses that takes it; bound
/// to one event loop.
///
/// Carries out what `AddressAttempts` and, for each address, a `SMTPClientStateMachine` decide.
public final class SMTPClientSession {
  private let loop: any EventLoop
  private let transaction: SMTPTransaction
  private let timeouts: SMTPTimeouts
  private let trace: () -> WireTrace?
  private var completion: ((SMTPOutcome) -> Void)?
  private var attempts = AddressAttempts<LiveAddress, SMTPOutcome>()
  /// Of the present address; its number tells news of an earlier one.
  private var machine: SMTPClientStateMachine
  private var number = 1
  private var channel: (any Channel)?
  private var timer: Scheduled<Void>?

  /// A session that has not begun.
  ///
  /// - Parameters:
  ///   - timeouts: for each address.
  ///   - trace: for each address: is told of all that passes; `nil` where nobody asks.
  ///   - completion: called once, on the loop, with what became of each recipient; before the
  ///     answer to QUIT.
  public init(
    loop: any EventLoop, transaction: SMTPTransaction, timeouts: SMTPTimeouts = .rfc5321,
    trace: @escaping () -> WireTrace? = { nil }, completion: @escaping (SMTPOutcome) -> Void
  ) {
    self.loop = loop
    self.transaction = transaction
    self.timeouts = timeouts
    self.trace = trace
    self.machine = SMTPClientStateMachine(transaction: transaction, timeouts: timeouts)
    self.completion = completion
  }

  /// Resolves the server's name, connects and runs the session.
  ///
  /// - Parameter destination: where a lab has the server; `nil` asks the system's resolver.
  public func start(host: String, port: UInt16, destination: LiveDestination? = nil) {
    self.startTimer()
    liveAddresses(host: host, port: port, destination, on: self.loop) { result in
      guard self.completion != nil else { return }
      var addresses: [LiveAddress] = []
      var problem = SMTPConnectionProblem.unresolvable
      switch result {
      case .success(let found): addresses = found
      case .failure(let error): problem = SocketProblem(error).connectionProblem
      }
      var unresolved = self.machine
      guard case .finish(let outcome) = unresolved.connectFailed(problem) else { return }
      self.perform(self.attempts.resolved(addresses, orElse: outcome))
    }
  }

  /// Gives up; the outcome says so.
  public func cancel() {
    self.attempts.end()
    if case .finish(let outcome) = self.machine.connectionClosed(by: .cancelled) {
      self.ended(outcome)
    }
  }

  // MARK: Addresses

  private func perform(_ action: AddressAttempts<LiveAddress, SMTPOutcome>.Action) {
    switch action {
    case .connect(.socket(let address)): self.connect(to: address)
    case .connect(.failure(let cause, let delay)):
      let number = self.number
      self.loop.assumeIsolated().scheduleTask(in: .nanoseconds(delay.nanoseconds)) {
        self.connectFailed(cause.mailProblem, number)
      }
    case .fail(let outcome): self.complete(outcome)
    case .ignore: break
    }
  }

  /// The session at the present address has ended.
  private func ended(_ outcome: SMTPOutcome) {
    self.timer?.cancel()
    self.channel?.close(promise: nil)
    self.channel = nil
    guard self.completion != nil, outcome.mayGoToAnotherAddress else {
      return self.complete(outcome)
    }
    let action = self.attempts.failed(outcome, outcome.isWithoutRoute ? .route : .server)
    if case .ignore = action { return self.complete(outcome) }
    if case .connect = action {
      self.number += 1
      self.machine = SMTPClientStateMachine(
        transaction: self.transaction, timeouts: self.timeouts)
      self.startTimer()
    }
    self.perform(action)
  }

  private func connect(to address: SocketAddress) {
    guard self.completion != nil else { return }
    let trace = self.trace()
    trace?.connecting(to: address)
    let number = self.number
    var handlers: [any ChannelHandler] = trace.map { [WireTraceHandler($0)] } ?? []
    handlers.append(SMTPClientHandler(session: self, number: number))
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
        trace?.connectFailed(SocketProblem(error))
        self.connectFailed(SocketProblem(error).connectionProblem, number)
      }
  }

  // MARK: Facts

  fileprivate func connected(_ channel: any Channel, _ number: Int) {
    guard number == self.number else { return channel.close(promise: nil) }
    self.channel = channel
    switch self.machine.connected() {
    case .awaitGreeting: self.startTimer()
    case .closeLateConnection: channel.close(promise: nil)
    }
  }

  private func connectFailed(_ problem: SMTPConnectionProblem, _ number: Int) {
    guard number == self.number else { return }
    if case .finish(let outcome) = self.machine.connectFailed(problem) { self.ended(outcome) }
  }

  fileprivate func received(_ bytes: ByteBuffer, _ number: Int) {
    guard number == self.number else { return }
    switch self.machine.received(bytes.readableBytesView) {
    case .send(let command):
      self.startTimer()
      // What the kernel has already answers nothing: it is read next, and ends the session.
      if !self.hasUnreadBytes { self.write(command) }
      // Nobody waits for the answer to QUIT; the session goes on by itself.
      guard let outcome = self.machine.settledOutcome else { return }
      if !outcome.mayGoToAnotherAddress || !self.attempts.hasNext { self.complete(outcome) }
    case .close(let outcome):
      self.ended(outcome)
    case .wait, .ignore:
      break
    }
  }

  fileprivate func connectionClosed(by problem: SMTPConnectionProblem, _ number: Int) {
    guard number == self.number else { return }
    if case .finish(let outcome) = self.machine.connectionClosed(by: problem) {
      self.ended(outcome)
    }
  }

  private func timeoutElapsed() {
    if case .close(let outcome) = self.machine.timeoutElapsed() { self.ended(outcome) }
  }

  // MARK: Acts

  private func write(_ command: [UInt8]) {
    guard let channel = self.channel else { return }
    let number = self.number
    channel.writeAndFlush(channel.allocator.buffer(bytes: command)).assumeIsolated().whenSuccess {
      if number == self.number { self.machine.written() }
    }
  }

  private var hasUnreadBytes: Bool {
    let count = try? self.channel?.pipeline.syncOperations.withUnsafeTransportIfAvailable(
      of: NIOBSDSocket.Handle.self
    ) { descriptor in
      var byte: UInt8 = 0
      return recv(descriptor, &byte, 1, CInt(MSG_PEEK) | CInt(MSG_DONTWAIT))
    }
    return count.map { $0 > 0 } ?? false
  }

  private func startTimer() {
    self.timer?.cancel()
    guard let timeout = self.machine.timeout else { return }
    self.timer = self.loop.assumeIsolated().scheduleTask(
      in: .nanoseconds(timeout.nanoseconds)
    ) { self.timeoutElapsed() }
  }

  private func complete(_ outcome: SMTPOutcome) {
    // A session of which nobody waits for more goes to no other address.
    self.attempts.end()
    let completion = self.completion
    self.completion = nil
    completion?(outcome)
  }
}

private final class SMTPClientHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let session: SMTPClientSession
  private let number: Int
  private var problem = SMTPConnectionProblem.closed

  init(session: SMTPClientSession, number: Int) {
    self.session = session
    self.number = number
  }

  func channelActive(context: ChannelHandlerContext) {
    self.session.connected(context.channel, self.number)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    self.session.received(self.unwrapInboundIn(data), self.number)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    self.problem = SocketProblem(error).connectionProblem
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    self.session.connectionClosed(by: self.problem, self.number)
  }
}
