internal import LabPeers
internal import LogDelivery
internal import NIOCore
internal import NIOPosix
internal import Simulation

/// One TCP connection through a `FaultProxy`: two sockets, and bytes that wait for their time.
final class ProxiedConnection {
  /// What waits to be handed on.
  enum Piece {
    case bytes(ByteBuffer)
    /// The source closed its direction.
    case end
  }

  /// One direction: what was read from its source, until its target's kernel has taken it.
  struct Pump {
    var waiting: CircularBuffer<(due: SimInstant, piece: Piece)> = []
    var waitingBytes = 0
    /// Written to the target, and not taken by its kernel yet.
    var written: CircularBuffer<ByteBuffer> = []
    /// Taken by the target's kernel, and perhaps not acknowledged by the target yet.
    var sent: CircularBuffer<ByteBuffer> = []
    var sentBytes = 0
    /// So many bytes of it, and the kernel is asked again what is not acknowledged.
    var sentBytesMax = ProxiedConnection.sentBytesMin
    var tally = StreamTally()
    var timer: Scheduled<Void>?
    var hasEnded = false
  }

  /// So much may wait in one direction; then its source is read no more.
  private static let waitingBytesMax = 256 * 1024

  /// So much that was sent is kept at the least before its acknowledgements are asked for.
  static let sentBytesMin = 256 * 1024

  let loop: any EventLoop
  let number: Int
  private(set) var machine: PathConnection
  let client: any Channel
  private(set) var server: (any Channel)?
  let onEvent: (FaultProxyEvent) -> Void
  private let onEnd: () -> Void
  var pumps: [PathConnection.Direction: Pump] = [.toServer: Pump(), .toClient: Pump()]
  private var timer: Scheduled<Void>?
  private var pacer: Scheduled<Void>?
  private var isHeld = false
  private(set) var hasEnded = false
  /// When the client's last bytes came; set once the connection is to end.
  var quietSince: NIODeadline?
  /// The client was asked by a FIN to end too.
  var hasAskedToEnd = false
  /// What came and what went on is counted to the end.
  var isTallied = false
  /// What a fault decided while earlier bytes still waited.
  private var pendingAction: PathConnection.Action?

  init(
    loop: any EventLoop, number: Int, machine: PathConnection, client: any Channel,
    onEvent: @escaping (FaultProxyEvent) -> Void, onEnd: @escaping () -> Void
  ) {
    self.loop = loop
    self.number = number
    self.machine = machine
    self.client = client
    self.onEvent = onEvent
    self.onEnd = onEnd
  }

  func start(server addresses: [SocketAddress]) {
    do {
      let operations = self.client.pipeline.syncOperations
      try operations.addHandler(
        HeldInputHandler(bytesPerReadMax: self.paceBytes ?? .max, givesAllAtEnd: true),
        position: .first)
      try operations.addHandler(ProxySideHandler(connection: self, direction: .toServer))
      try self.prepareReading()
    } catch {
      return self.abort()
    }
    self.act(self.machine.accepted(now: FaultProxy.now()))
    guard !self.hasEnded else { return }
    self.watchTime()
    let connection = NIOLoopBound(self, eventLoop: self.loop)
    let loop = self.loop
    connectInTurn(addresses, on: loop) {
      ClientBootstrap(group: loop)
        .channelOption(.allowRemoteHalfClosure, value: true)
        .channelOption(.autoRead, value: false)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            let operations = channel.pipeline.syncOperations
            try operations.addHandler(HeldInputHandler(givesAllAtEnd: true))
            try operations.addHandler(
              ProxySideHandler(connection: connection.value, direction: .toClient))
          }
        }
    }
    .assumeIsolated().whenComplete { result in
      switch result {
      case .success(let channel): self.connected(channel)
      case .failure(let error): self.serverFailed(error)
      }
    }
  }

  /// Both ends get a RST.
  func abort() {
    self.finish(resetsClient: true, resetsServer: true)
  }

  // MARK: Facts

  private func connected(_ channel: any Channel) {
    guard !self.hasEnded else { return channel.closeWithReset() }
    self.server = channel
    self.onEvent(
      .connected(
        connection: self.number, remotePort: self.client.remoteAddress?.port ?? 0,
        localPort: channel.localAddress?.port ?? 0))
    self.readOn(.toServer)
    self.readOn(.toClient)
    self.pump(.toServer)
  }

  private func serverFailed(_ error: any Error) {
    guard !self.hasEnded else { return }
    self.endLeft()
    self.onEvent(
      .serverUnreachable(
        connection: self.number, reason: SocketProblem(error).linkCause.rawValue,
        undelivered: self.undelivered()))
    self.finish(resetsClient: true, resetsServer: false)
  }

  func read(_ bytes: ByteBuffer, _ direction: PathConnection.Direction) {
    guard !self.hasEnded, self.pendingAction == nil else { return }
    // What a closed socket leaves behind; whoever never reads has not read it.
    if direction == .toServer, self.machine.reading == .nothing { return }
    let now = FaultProxy.now()
    var bytes = bytes
    var action = PathConnection.Action.goOn
    switch direction {
    case .toServer:
      let outcome = bytes.withUnsafeReadableBytes { self.machine.received($0, now: now) }
      action = outcome.action
      bytes = bytes.readSlice(length: outcome.bytes) ?? bytes
    case .toClient: self.machine.answered(now: now)
    }
    bytes.withUnsafeReadableBytes { self.pumps[direction]?.tally.read($0) }
    if case .resetBoth = action { return self.act(action) }
    if direction == .toServer, self.quietSince != nil { self.quietSince = .now() }
    let due = self.machine.handOn(bytes: bytes.readableBytes, direction, now: now)
    self.pumps[direction]?.waiting.append((due, .bytes(bytes)))
    self.pumps[direction]?.waitingBytes += bytes.readableBytes
    self.pump(direction)
    self.act(action)
    self.watchTime()
  }

  func readComplete(_ direction: PathConnection.Direction) {
    if direction == .toServer, case .paced = self.machine.reading { return }
    self.readOn(direction)
  }

  /// The source of a direction closed it by a FIN.
  func sourceEnded(_ direction: PathConnection.Direction) {
    guard !self.hasEnded else { return }
    self.pumps[direction]?.waiting.append((FaultProxy.now(), .end))
    self.pump(direction)
  }

  func failed(_ direction: PathConnection.Direction) {
    guard !self.hasEnded else { return }
    self.endLeft()
    let undelivered = self.undelivered()
    // What was still to be read counts too.
    let came = self.pumps[.toServer]?.tally.came ?? (bytes: 0, lines: 0)
    self.onEvent(
      .passedReset(
        connection: self.number, bySide: direction == .toServer ? .client : .server,
        lines: came.lines, bytes: came.bytes, undelivered: undelivered))
    self.finish(resetsClient: direction == .toClient, resetsServer: direction == .toServer)
  }

  private func timeReached() {
    guard !self.hasEnded else { return }
    self.act(self.machine.timeReached(FaultProxy.now()))
    self.watchTime()
    self.readOn(.toServer)
    self.readOn(.toClient)
    self.pump(.toServer)
    self.pump(.toClient)
  }

  // MARK: Reading

  /// Ten reads a second, each of so many bytes; `nil` for reads of any size.
  private var paceBytes: Int? {
    guard case .paced(let bytesPerSecond) = self.machine.reading else { return nil }
    return SyslogReceiverConnection.Reading.bytesARead(bytesPerSecond: bytesPerSecond)
  }

  private func prepareReading() throws {
    guard let pace = self.paceBytes else { return }
    let options = self.client.syncOptions
    try options?.setOption(
      .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: pace))
    try options?.setOption(.maxMessagesPerRead, value: 1)
    self.readLater()
  }

  private func readLater() {
    self.pacer = self.loop.assumeIsolated().scheduleTask(in: .milliseconds(100)) {
      guard !self.hasEnded else { return }
      if self.server != nil, !self.isHeld { self.client.read() }
      self.readLater()
    }
  }

  private func readOn(_ direction: PathConnection.Direction) {
    guard let server = self.server, !self.hasEnded, !self.isHeld,
      let pump = self.pumps[direction], !pump.hasEnded,
      pump.waitingBytes < Self.waitingBytesMax
    else { return }
    switch direction {
    case .toClient: server.read()
    case .toServer: if self.machine.reading == .everything { self.client.read() }
    }
  }

  // MARK: Handing on

  private func pump(_ direction: PathConnection.Direction) {
    guard let server = self.server, !self.hasEnded, !self.isHeld else { return }
    let target = direction == .toServer ? server : self.client
    while let first = self.pumps[direction]?.waiting.first {
      let wait = FaultProxy.now().duration(to: first.due)
      guard wait <= .zero else { return self.pumpLater(direction, in: wait) }
      self.pumps[direction]?.waiting.removeFirst()
      switch first.piece {
      case .bytes(let bytes):
        self.pumps[direction]?.written.append(bytes)
        target.writeAndFlush(bytes).assumeIsolated().whenComplete { result in
          self.handedOn(result, bytes, direction)
        }
      case .end:
        self.pumps[direction]?.hasEnded = true
        target.close(mode: .output).assumeIsolated().whenComplete { _ in
          self.endWhenBothEnded()
        }
      }
      if self.hasEnded { return }
    }
    if direction == .toServer, let action = self.pendingAction { self.carryOut(action) }
  }

  private func handedOn(
    _ result: Result<Void, any Error>, _ bytes: ByteBuffer,
    _ direction: PathConnection.Direction
  ) {
    guard !self.hasEnded else { return }
    switch result {
    case .success:
      self.pumps[direction]?.waitingBytes -= bytes.readableBytes
      _ = self.pumps[direction]?.written.popFirst()
      self.passed(bytes, direction)
      self.readOn(direction)
    case .failure:
      // The target is gone, as the source of the other direction will hear too.
      self.failed(direction == .toServer ? .toClient : .toServer)
    }
  }

  private func pumpLater(_ direction: PathConnection.Direction, in wait: SimDuration) {
    self.pumps[direction]?.timer?.cancel()
    self.pumps[direction]?.timer = self.loop.assumeIsolated().scheduleTask(
      in: .nanoseconds(wait.nanoseconds)
    ) { self.pump(direction) }
  }

  private func endWhenBothEnded() {
    guard !self.hasEnded, self.pumps.values.allSatisfy(\.hasEnded), self.mayEndQuietly else {
      return
    }
    self.tellEnd(by: nil)
    self.finish(resetsClient: false, resetsServer: false)
  }

  // MARK: Acting

  private func act(_ action: PathConnection.Action) {
    switch action {
    case .goOn: break
    case .resetBoth: self.carryOut(action)
    case .resetClient, .close:
      // What came before is handed on first.
      self.pendingAction = action
      if self.pumps[.toServer]?.waiting.isEmpty == true { self.carryOut(action) }
    }
  }

  private func carryOut(_ action: PathConnection.Action) {
    guard !self.hasEnded else { return }
    switch action {
    case .goOn: break
    case .resetBoth(let fault):
      self.tellEnd(by: fault)
      self.finish(resetsClient: true, resetsServer: true)
    case .resetClient(let fault):
      self.tellEnd(by: fault)
      self.finish(resetsClient: true, resetsServer: false)
    case .close(let fault):
      self.tellEnd(by: fault)
      self.finish(resetsClient: false, resetsServer: false)
    }
  }

  func tellEnd(by fault: String?) {
    let (lines, bytes) = (self.machine.lines, self.machine.bytes)
    self.onEvent(
      fault.map {
        .struck(
          connection: self.number, fault: $0, lines: lines, bytes: bytes,
          undelivered: self.undelivered())
      }
        ?? .closed(connection: self.number, lines: lines, bytes: bytes))
  }

  private func watchTime() {
    guard !self.hasEnded else { return }
    let now = FaultProxy.now()
    let isHeld = self.machine.isHeld(now: now)
    if isHeld != self.isHeld {
      self.isHeld = isHeld
      self.onEvent(.held(connection: self.number, isHeld))
    }
    self.timer?.cancel()
    guard let wakeAt = self.machine.wakeAt(now: now) else { return }
    let delay = max(now.duration(to: wakeAt), .zero) + .microseconds(100)
    self.timer = self.loop.assumeIsolated().scheduleTask(in: .nanoseconds(delay.nanoseconds)) {
      self.timeReached()
    }
  }

  /// - Parameter dropsWritten: what was written to the server and its kernel has not taken does not
  ///   go on.
  func finish(resetsClient: Bool, resetsServer: Bool, dropsWritten: Bool = false) {
    guard !self.hasEnded else { return }
    self.hasEnded = true
    for timer in [self.timer, self.pacer] + self.pumps.values.map(\.timer) { timer?.cancel() }
    self.end(self.client, byReset: resetsClient)
    if let server = self.server {
      if dropsWritten {
        server.close(promise: nil)
      } else {
        self.end(server, byReset: resetsServer)
      }
    }
    self.onEnd()
  }

  private func end(_ channel: any Channel, byReset: Bool) {
    if byReset {
      channel.closeWithReset()
    } else {
      // What was written before goes first.
      channel.close(mode: .output).whenComplete { _ in channel.close(promise: nil) }
    }
  }
}
