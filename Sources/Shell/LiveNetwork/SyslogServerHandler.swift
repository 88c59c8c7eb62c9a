internal import LabPeers
internal import NIOCore
internal import Simulation

/// One TCP connection of a `LabSyslogServer`.
final class SyslogServerHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let server: LabSyslogServer
  private var number = 0
  private var connection: SyslogReceiverConnection?
  private var isEnding = false
  private var isReset = false
  private var timer: Scheduled<Void>?
  private var pacer: Scheduled<Void>?

  init(server: LabSyslogServer) {
    self.server = server
  }

  func channelActive(context: ChannelHandlerContext) {
    let (number, connection) = self.server.accepted(context.channel)
    self.number = number
    self.connection = connection
    self.applyReading(connection.reading, context: context)
    if let action = self.connection?.accepted() { self.run(action, context: context) }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !self.isEnding else { return }
    let (heldBefore, piecesBefore) = (
      self.connection?.heldBytes ?? 0, self.connection?.pieces ?? 0
    )
    var lines = ByteBuffer()
    let action = self.unwrapInboundIn(data).withUnsafeReadableBytes { bytes in
      self.connection?.received(
        bytes, now: self.server.now(), heldMax: self.server.heldMax
      ) { lines.writeBytes($0) }
    }
    guard let connection = self.connection, let action else { return }
    self.server.read(
      lines, number: self.number, connection: connection, held: connection.heldBytes - heldBefore,
      isFirstPiece: piecesBefore == 0 && connection.pieces > 0)
    self.run(action, context: context)
  }

  /// Only what is read hears of a FIN; it is answered once everything before it was read.
  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case ChannelEvent.inputClosed = event,
      let action = self.connection?.peerClosed(now: self.server.now())
    else { return }
    self.run(action, context: context)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    self.timer?.cancel()
    self.pacer?.cancel()
    guard let connection = self.connection else { return }
    self.server.ended(number: self.number, connection: connection, byReset: self.isReset)
  }

  private func run(_ action: SyslogReceiverConnection.Action, context: ChannelHandlerContext) {
    switch action {
    case .goOn:
      self.startTimer(context: context)
    case .reset:
      self.isEnding = true
      self.isReset = true
      context.channel.closeWithReset()
    case .close:
      self.isEnding = true
      context.close(promise: nil)
    case .shutDown(let readsOn):
      self.shutDown(readsOn: readsOn, context: context)
      self.startTimer(context: context)
    }
  }

  /// Ten reads a second, each of a tenth of the rate; whoever closes the channel ends them.
  private func applyReading(
    _ reading: SyslogReceiverConnection.Reading, context: ChannelHandlerContext
  ) {
    guard reading != .everything else { return self.prepareAnswer(context: context) }
    let options = context.channel.syncOptions
    // A channel that has just become active takes its options; it has none to refuse them for.
    do {
      try options?.setOption(.autoRead, value: false)
      try options?.setOption(.allowRemoteHalfClosure, value: true)
      var pace = Int.max
      if case .paced(let rate) = reading {
        pace = SyslogReceiverConnection.Reading.bytesARead(bytesPerSecond: rate)
      }
      // In front of TLS, which would answer what nobody has read.
      try context.pipeline.syncOperations.addHandler(
        HeldInputHandler(bytesPerReadMax: pace), position: .first)
      guard pace < .max else { return }
      try options?.setOption(
        .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: pace))
      try options?.setOption(.maxMessagesPerRead, value: 1)
      self.readLater(context: context)
    } catch {
      context.fireErrorCaught(error)
      context.close(promise: nil)
    }
  }

  /// One that answers a FIN in its own way has to hear of it before the channel closes.
  private func prepareAnswer(context: ChannelHandlerContext) {
    guard case .answerClose? = self.connection?.fault else { return }
    do {
      try context.channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: true)
    } catch {
      context.fireErrorCaught(error)
    }
  }

  private func shutDown(readsOn: Bool, context: ChannelHandlerContext) {
    // A channel that is open takes its options.
    let options = context.channel.syncOptions
    do {
      try options?.setOption(.allowRemoteHalfClosure, value: true)
      try options?.setOption(.autoRead, value: readsOn)
    } catch {
      context.fireErrorCaught(error)
    }
    context.close(mode: .output, promise: nil)
  }

  private func readLater(context: ChannelHandlerContext) {
    self.pacer = context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(100)) {
      context.read()
      self.readLater(context: context)
    }
  }

  private func startTimer(context: ChannelHandlerContext) {
    self.timer?.cancel()
    guard let wakeAt = self.connection?.wakeAt else { return }
    self.timer = context.eventLoop.assumeIsolated().scheduleTask(
      deadline: .uptimeNanoseconds(UInt64(wakeAt.nanoseconds))
    ) {
      guard let action = self.connection?.timeReached(self.server.now()) else { return }
      self.run(action, context: context)
    }
  }
}
