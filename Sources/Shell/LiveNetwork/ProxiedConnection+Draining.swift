internal import Glibc
internal import LabPeers
internal import NIOCore
internal import NIOPosix

/// A connection ends with its proxy: what came goes on, and what cannot is counted.
extension ProxiedConnection {
  /// A client that sent nothing for that long, with nothing of it under way, has said all; one that
  /// understands a FIN ends before.
  private static let quiet = TimeAmount.milliseconds(250)

  /// From now on the connection ends as soon as nothing of it is under way.
  func drain() {
    self.quietSince = .now()
  }

  /// Looks whether it can end, and ends it.
  func endWhenDrained() {
    guard !self.hasEnded, let quietSince = self.quietSince, let server = self.server else { return }
    if !self.hasAskedToEnd, self.isEmpty(.toClient, source: server) {
      self.hasAskedToEnd = true
      self.sourceEnded(.toClient)
    }
    guard !self.hasEnded, self.pumps[.toClient]?.hasEnded == true,
      self.isEmpty(.toServer, source: self.client), NIODeadline.now() - quietSince >= Self.quiet
    else { return }
    self.tellEnd(by: nil)
    self.finish(resetsClient: false, resetsServer: false)
  }

  /// Ends it now: the client gets a RST when something of it is lost, the server a FIN behind what
  /// went on.
  func giveUp() {
    guard !self.hasEnded else { return }
    let isDropped = self.tellDropped()
    // What its kernel has not taken yet is not to follow later.
    self.finish(resetsClient: isDropped, resetsServer: false, dropsWritten: true)
  }

  /// An end of the connection left while it drains: what was under way can go nowhere any more.
  func endLeft() {
    guard self.quietSince != nil else { return }
    _ = self.tellDropped()
  }

  /// Counts and tells what came and did not go on.
  ///
  /// - Returns: whether anything of the client is lost.
  private func tellDropped() -> Bool {
    self.tallyBoth()
    let dropped = self.pumps[.toServer]?.tally.dropped ?? (bytes: 0, lines: 0)
    let answers = self.pumps[.toClient]?.tally.dropped ?? (bytes: 0, lines: 0)
    if dropped.bytes + answers.bytes > 0 {
      self.onEvent(
        .dropped(
          connection: self.number, lines: dropped.lines, bytes: dropped.bytes,
          answerBytes: answers.bytes))
    }
    return dropped.bytes > 0
  }

  /// What came from the client and never left for the server, once the connection has ended.
  func undelivered() -> ProxyCargo {
    self.tallyBoth()
    let dropped = self.pumps[.toServer]?.tally.dropped ?? (bytes: 0, lines: 0)
    return ProxyCargo(lines: dropped.lines, bytes: dropped.bytes)
  }

  /// Counts both directions to their end, once: what is counted is read.
  private func tallyBoth() {
    guard !self.isTallied else { return }
    self.isTallied = true
    self.tally(.toServer, source: self.client, target: self.server)
    self.tally(.toClient, source: self.server, target: self.client)
  }

  /// Counts what came and was not read, and what the target's kernel has taken of what was written.
  private func tally(
    _ direction: PathConnection.Direction, source: (any Channel)?, target: (any Channel)?
  ) {
    for bytes in source.map(Self.takeUnread) ?? [] {
      bytes.withUnsafeReadableBytes { self.pumps[direction]?.tally.read($0) }
    }
    let written = self.pumps[direction]?.written ?? []
    var taken = written.reduce(0) { $0 + $1.readableBytes }
    // A channel that is closed takes nothing any more, and has no option to ask for.
    let buffered = try? target?.syncOptions?.getOption(.bufferedWritableBytes)
    taken -= min(taken, buffered ?? taken)
    for bytes in written where taken > 0 {
      let part = bytes.getSlice(at: bytes.readerIndex, length: min(taken, bytes.readableBytes))
      part?.withUnsafeReadableBytes { self.pumps[direction]?.tally.passed($0) }
      taken -= min(taken, bytes.readableBytes)
    }
  }

  /// Whether nothing of a direction is under way: neither here nor in the kernel's receive buffer.
  private func isEmpty(
    _ direction: PathConnection.Direction, source: any Channel
  ) -> Bool {
    guard self.pumps[direction]?.waitingBytes == 0, (Self.input(of: source)?.heldBytes ?? 0) == 0
    else { return false }
    return Self.withDescriptor(of: source) { descriptor in
      var count: CInt = 0
      return ioctl(descriptor, UInt(FIONREAD), &count) != 0 || count == 0
    } ?? true
  }

  private static func input(of channel: any Channel) -> HeldInputHandler? {
    try? channel.pipeline.syncOperations.handler(type: HeldInputHandler.self)
  }

  /// What came on a socket and was not read.
  private static func takeUnread(_ channel: any Channel) -> [ByteBuffer] {
    var unread = Self.input(of: channel)?.takeHeld() ?? []
    _ = Self.withDescriptor(of: channel) { descriptor in
      var buffer = [UInt8](repeating: 0, count: 65_536)
      while true {
        let count = recv(descriptor, &buffer, buffer.count, CInt(MSG_DONTWAIT))
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return }
        unread.append(ByteBuffer(bytes: buffer[..<count]))
      }
    }
    return unread
  }

  /// `nil` for a socket that is closed.
  private static func withDescriptor<Result>(
    of channel: any Channel, _ body: (CInt) -> Result
  ) -> Result? {
    guard channel.isActive else { return nil }
    // A TCP channel has a socket; one that is closed meanwhile refuses to give it.
    let result = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(
      of: NIOBSDSocket.Handle.self, body)
    return result ?? nil
  }
}
