internal import FileDescriptors
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
      self.isEmpty(.toServer, source: self.client), NIODeadline.now() - quietSince >= Self.quiet,
      self.unacknowledgedBytes() == 0
    else { return }
    self.tellEnd(by: nil)
    self.finish(resetsClient: false, resetsServer: false)
  }

  /// Ends it now: the client gets a RST when something of it is lost, the server a FIN behind what
  /// went on.
  func giveUp() {
    guard !self.hasEnded else { return }
    let isDropped = self.tellDropped()
    let isUnacknowledged = self.tellUnacknowledged()
    // What its kernel has not taken yet is not to follow later.
    self.finish(
      resetsClient: isDropped || isUnacknowledged, resetsServer: false, dropsWritten: true)
  }

  /// Bytes went on to their target's kernel.
  func passed(_ bytes: ByteBuffer, _ direction: PathConnection.Direction) {
    bytes.withUnsafeReadableBytes { self.pumps[direction]?.tally.passed($0) }
    guard direction == .toServer, bytes.readableBytes > 0 else { return }
    self.pumps[direction]?.sent.append(bytes)
    self.pumps[direction]?.sentBytes += bytes.readableBytes
    guard let pump = self.pumps[direction], pump.sentBytes > pump.sentBytesMax else { return }
    self.forgetAcknowledged(left: self.unacknowledgedBytes())
  }

  /// What the server's kernel did not acknowledge of what was sent.
  private func unacknowledgedBytes() -> Int {
    guard let server = self.server else { return 0 }
    let count =
      Self.withDescriptor(of: server) { descriptor in
        var count: CInt = 0
        // SIOCOUTQ of tcp(7): what waits to be sent, and what is not acknowledged.
        return ioctl(descriptor, UInt(TIOCOUTQ), &count) == 0 ? Int(count) : 0
      } ?? 0
    // A FIN counts as a byte until it is acknowledged.
    let buffered = (try? server.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    let hasFIN = self.pumps[.toServer]?.hasEnded == true && buffered == 0
    return min(max(count - (hasFIN ? 1 : 0), 0), self.pumps[.toServer]?.sentBytes ?? 0)
  }

  /// Whether the end of both directions is all there is to say: while the proxy ends, what the
  /// server did not acknowledge is waited for, and counted.
  var mayEndQuietly: Bool { self.quietSince == nil || self.unacknowledgedBytes() == 0 }

  /// Counts what was sent to the server as acknowledged, up to the last `left` bytes of it.
  private func forgetAcknowledged(left: Int) {
    while var first = self.pumps[.toServer]?.sent.popFirst(), let pump = self.pumps[.toServer] {
      let count = min(first.readableBytes, pump.sentBytes - left)
      first.readSlice(length: count)?.withUnsafeReadableBytes {
        self.pumps[.toServer]?.tally.acknowledged($0)
      }
      self.pumps[.toServer]?.sentBytes -= count
      guard first.readableBytes > 0 else { continue }
      self.pumps[.toServer]?.sent.prepend(first)
      break
    }
    // Twice as much as is under way: a connection with a large window is not asked all the time.
    self.pumps[.toServer]?.sentBytesMax = max(2 * left, Self.sentBytesMin)
  }

  /// Counts and tells what the server did not acknowledge, at the end of the drain: its kernel may
  /// take it yet, and nobody will hear of that.
  ///
  /// - Returns: whether there is anything.
  private func tellUnacknowledged() -> Bool {
    self.forgetAcknowledged(left: self.unacknowledgedBytes())
    let left = self.pumps[.toServer]?.tally.unacknowledged ?? (bytes: 0, lines: 0)
    guard left.bytes > 0 else { return false }
    self.onEvent(
      .unacknowledged(connection: self.number, lines: left.lines, bytes: left.bytes))
    return true
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
      if let part { self.passed(part, direction) }
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
        let count = Descriptor.retrying {
          recv(descriptor, &buffer, buffer.count, CInt(MSG_DONTWAIT))
        }
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
