public import ApplianceConfiguration
internal import DequeModule
public import LogFormats
public import LogModel
public import Simulation

/// One subscription's push to its syslog server: the link, the queue before it and the ledger.
///
/// A pure value. `as-appliance` behaviour: on a failure the queue goes, the log is opened anew with
/// header lines stamped then, and the next connection begins with them
/// (docs/FIDELITY.md, "Failure of a push"). With a disk buffer nothing goes, and the next
/// connection begins with the first line that has to be sent again (docs/DELIVERY.md).
public struct SyslogPush: ~Copyable, Sendable {
  /// Out of line: settings are many, and a push is moved at every question that its owner asks.
  private final class SettingsBox: Sendable {
    let settings: SyslogPushSettings

    init(_ settings: SyslogPushSettings) {
      self.settings = settings
    }
  }

  /// A write that was handed to the socket and is not settled.
  struct InFlight: Sendable {
    let startOffset: UInt64
    let linesBefore: UInt64
    let lineEnds: [UInt32]
    var endOffset: UInt64 { self.startOffset + UInt64(self.lineEnds.last ?? 0) }
    var linesThrough: UInt64 { self.linesBefore + UInt64(self.lineEnds.count) }
  }

  /// Where to push and how.
  public var settings: SyslogPushSettings {
    _read { yield self.settingsBox.settings }
  }

  private let settingsBox: SettingsBox
  private let header: HeaderLines?
  let limits: PushLimits
  var link: SyslogLinkStateMachine
  var queue: PushQueue
  var prefix: SyslogLinePrefix
  var inFlight = Deque<InFlight>()
  var headerLinesInStream: UInt64 = 0
  var handedBytes: UInt64 = 0
  var handedLines: UInt64 = 0
  /// What the socket said that it took; acknowledgements may be ahead of that news.
  var reportedBytes: UInt64 = 0
  var writtenBytes: UInt64 = 0
  var writtenLines: UInt64 = 0
  var lastProgress = SimInstant(nanoseconds: 0)
  /// When the peer's kernel acknowledged more than before, or the peer closed in order; `nil`
  /// before it did. With a disk buffer.
  var lastGain: SimInstant?
  /// When the first connection stood, and when the last one that had brought something broke.
  var firstConnectedAt: SimInstant?
  var brokeAt: SimInstant?
  /// The fate of each line.
  public internal(set) var ledger: DeliveryLedger
  /// Which sequence numbers the lines of the present log have.
  var runs = SequenceRuns()
  /// Lines on disk; `nil` when the push is as the appliance's.
  var spool: Spool?
  /// What could not be done with the disk buffer's files.
  var spoolWriteRetry = WriteRetry()
  /// How many connections in a row failed in the drain when nothing waited any more.
  var failuresAfterLastLine = 0
  /// Lines that the disk buffer had no room for since that was said last.
  var unsaidOverflow: UInt64 = 0
  var overflowNotice = PeriodicNotice()
  /// Lines of a batch on their way to the disk buffer.
  var scratch = LineBuffer(capacity: 64 * 1024)
  /// The limit of lines a second; `nil` for none.
  var bucket: TokenBucket?
  /// The first line that is on disk alone and not in the queue.
  var loaded: UInt64 = 0
  var isReading = false
  /// How many readings in a row brought no line.
  var emptyReads = 0
  /// The first line that has to be sent again after a failure.
  var resume: UInt64 = 0
  /// The largest window that the peer of the present connection has advertised.
  var windowBytes = 0
  /// The acknowledged bytes of the present connection when its window was sampled last.
  var acknowledgedAtSample: UInt64 = 0
  var resumeAtLastFailure: UInt64?
  /// Lines before `resume` that were sent; those that were refused or dropped are not among them.
  var settledLines: UInt64 = 0
  /// How far an end in order is.
  var gracefulClose = GracefulClose()
  var recoveredTotals: (filtered: UInt64, refused: UInt64) = (0, 0)
  /// How many failures in a row have not moved the point from which lines are sent again.
  public internal(set) var failuresWithoutProgress = 0

  /// A push that has not been started.
  ///
  /// - Parameters:
  ///   - tag: the subscription's name.
  ///   - header: `nil` for a log type without header lines.
  ///   - hostname: the appliance's, for headers that have it.
  public init(
    tag: String, settings: SyslogPushSettings, header: HeaderLines?, hostname: String = "-",
    backoff: ExponentialBackoff = ExponentialBackoff(), limits: PushLimits = PushLimits()
  ) {
    self.settingsBox = SettingsBox(settings)
    self.header = header
    self.limits = limits
    self.ledger = DeliveryLedger(
      connectionsMax: limits.connectionsMax, spansMax: limits.spansMax)
    self.link = SyslogLinkStateMachine(backoff: backoff)
    self.queue = PushQueue(capacityBytes: limits.queueBytesMax)
    let delivery = settings.delivery
    let host = delivery.hasHost ? hostname : nil
    self.prefix = SyslogLinePrefix(
      facility: settings.facility.value, tag: tag,
      form: delivery.format.value == .rfc5424 ? .rfc5424(host: host) : .rfc3164(host: host),
      severities: delivery.severities.mapValues(\.value))
    if delivery.linesPerSecond.value > 0 {
      let rate = delivery.linesPerSecond.value
      self.bucket = TokenBucket(
        linesPerSecond: rate, burst: delivery.burstLines?.value ?? rate)
    }
    // A datagram is never acknowledged: there would be no telling what to send again.
    if delivery.mode.value != .asAppliance, settings.transport.value == .tcp {
      self.spool = Spool(
        bytesMax: delivery.bufferBytesMax.value,
        overflow: delivery.overflow.value == .dropOldest ? .dropOldest : .dropNewest,
        syncs: delivery.syncs.value)
    }
  }

  private var isDatagram: Bool { self.settings.transport.value == .udp }

  /// The connection on which lines flow now.
  public var connectedID: ConnectionID? { self.link.connectedID }

  /// Whether the push is connected or closed its connection in order, no line waits and each
  /// written one is settled as far as it can be.
  ///
  /// With a disk buffer also where nothing but lines about the push's own failures is left, and
  /// each connection that is opened for one of them brings the next (`hasOnlyOwnFailuresLeft`).
  public var isDrained: Bool {
    if self.hasOnlyOwnFailuresLeft { return true }
    return (self.connectedID != nil || self.link.isClosedGracefully) && self.queue.isEmpty
      && self.inFlight.isEmpty
      && !self.hasMoreOnDisk && self.isAnswered
  }

  /// Whether the push has no connection and no line waits for one, so that waiting helps nobody.
  public var isIdleWithoutConnection: Bool {
    self.connectedID == nil && self.ledger.queued == 0
  }

  /// Whether a model that runs at full speed should wait for this push.
  ///
  /// A connect under way counts as progress at its beginning. One whose disk buffer has no room
  /// holds the model as long as its connection may bring something (`PushLimits.patience`), and for
  /// a moment behind the failure of one that did.
  public func holdsModel(now: SimInstant) -> Bool {
    if self.getsOn(now: now) {
      let waiting = self.queue.byteCount + Int(self.handedBytes - self.writtenBytes)
      if waiting >= self.limits.highWaterBytes { return true }
    }
    return self.linesFitting(now: now) == 0
  }

  // MARK: Lines

  /// Takes the lines of a batch that belong to `type` and are at `level` or more severe.
  public mutating func append(
    _ batch: borrowing RenderedBatch, type: LogType, level: LogLevel, zone: ZoneTransitions
  ) {
    if self.spool != nil {
      self.appendDurably(batch, type: type, level: level, zone: zone)
      return
    }
    var logged = 0
    var refused = 0
    let base = self.ledger.accepted
    var cut = 0
    var next = base
    var firstKept = base
    let bytesMax = self.settings.messageBytesMaxInForce
    batch.bytes.withUnsafeBytes { bytes in
      for line in batch.lines where line.type == type {
        logged += 1
        guard line.level <= level else { continue }
        let body = UnsafeRawBufferPointer(rebasing: bytes[Int(line.start)..<Int(line.end)])
        var isCut = false
        let kept = self.queue.append { buffer in
          isCut = self.prefix.appendMessage(
            to: &buffer, second: line.second, level: line.level, zone: zone, bytesMax: bytesMax,
            body: body)
        }
        if kept, isCut { cut += 1 }
        if !kept {
          self.runs.append(firstKept, count: next - firstKept)
          self.ledger.settle(next..<(next + 1), .queueFull, on: nil)
          firstKept = next + 1
          refused += 1
        }
        next += 1
      }
    }
    self.runs.append(firstKept, count: next - firstKept)
    self.ledger.add(logged: logged, accepted: Int(next - base))
    self.ledger.refuse(refused)
    self.ledger.cut(cut)
  }

  // MARK: The link

  /// Opens the log and asks for the first connection.
  ///
  /// `stamp` is what the appliance's clock shows, here and below; `nil` where that is `now`.
  public mutating func start(
    now: SimInstant, stamp: SimInstant? = nil, zone: ZoneTransitions
  ) -> SyslogLinkStateMachine.ConnectAction {
    self.openLog(now: stamp ?? now, zone: zone)
    self.load()
    self.lastProgress = now
    return self.link.start()
  }

  /// The connection stands.
  public mutating func connected(
    _ id: ConnectionID, now: SimInstant, stamp: SimInstant? = nil
  ) -> SyslogLinkStateMachine.ConnectedAction {
    let action = self.link.connected(id)
    if action == .startSending {
      self.lastProgress = now
      self.firstConnectedAt = self.firstConnectedAt ?? now
      self.windowBytes = 0
      self.acknowledgedAtSample = 0
      self.ledger.open(
        id, isDatagram: self.isDatagram, firstSequence: self.runs.end(ofFirst: 0),
        now: stamp ?? now)
      if self.spool != nil { self.writeMark() }
    }
    return action
  }

  /// The socket took the next `count` of the bytes handed to it.
  public mutating func bytesWritten(_ count: Int, on id: ConnectionID, now: SimInstant) {
    guard id == self.connectedID else { return }
    self.reportedBytes += UInt64(count)
    precondition(self.reportedBytes <= self.handedBytes, "the socket took more than it was handed")
    self.advanceWritten(to: max(self.reportedBytes, self.writtenBytes))
    self.lastProgress = now
    if self.isDatagram { self.inFlight.removeAll { $0.endOffset <= self.writtenBytes } }
  }

  /// The peer's kernel acknowledged the first `total` bytes of the connection.
  public mutating func bytesAcknowledged(
    _ total: UInt64, on id: ConnectionID, now: SimInstant
  ) {
    guard id == self.connectedID, total <= self.handedBytes else { return }
    // What fills a disk buffer leaves it by an acknowledgement, and not by a write.
    if self.spool != nil, total > self.ledger.latestBytesAcknowledged {
      self.lastProgress = now
      self.lastGain = now
    }
    // The kernel can know of an acknowledgement before the socket's owner hears that it wrote.
    self.advanceWritten(to: max(total, self.writtenBytes))
    self.ledger.acknowledge(lines: self.lines(in: self.streamLines(through: total)), bytes: total)
    while let first = self.inFlight.first, first.endOffset <= total { self.inFlight.removeFirst() }
    self.advanceResume()
  }

  /// A connect failed, or the established connection was lost.
  ///
  /// On `.reopen` the owner logs the error and then calls `reopen`.
  public mutating func failed(
    _ id: ConnectionID, _ failure: LinkFailure, now: SimInstant, stamp: SimInstant? = nil
  ) -> SyslogLinkStateMachine.FailedAction {
    let wasConnected = self.connectedID == id
    if self.takeAnswer(id, failure, now: now, stamp: stamp ?? now) { return .closedGracefully }
    let action = self.link.failed(id, now: now)
    guard wasConnected else { return action }
    self.settleConnection(id)
    self.takeEarlyClose(id, failure)
    self.ledger.close(failure: failure, now: stamp ?? now)
    if self.spool != nil {
      self.requeue()
      self.noteBreak(now: now)
      self.noteFailureAfterLastLine()
    }
    return action
  }

  /// Throws the queue away and opens the log anew; with a disk buffer, only what was handed over
  /// begins anew; `now` by the appliance's clock.
  public mutating func reopen(now: SimInstant, zone: ZoneTransitions) {
    guard self.spool == nil else {
      if self.handedBytes > 0 { self.rewind() }
      return
    }
    self.discardQueue()
    self.runs.restart(at: self.ledger.accepted)
    self.openLog(now: now, zone: zone)
  }

  /// Says of the lines of a connection that ends what became of them; with a disk buffer that is
  /// said once they need not be sent again.
  private mutating func settleConnection(_ id: ConnectionID) {
    guard self.spool == nil else { return }
    let written = self.lines(in: self.writtenLines)
    let settled = self.isDatagram ? written : min(self.ledger.latestSettled, written)
    let fate: LedgerFate = self.isDatagram ? .written : .acknowledged
    for range in self.runs.ranges(0..<settled) { self.ledger.settle(range, fate, on: id) }
    for range in self.runs.ranges(settled..<written) {
      self.ledger.settle(range, .unacknowledged, on: id)
    }
  }

  /// The clock shows `now`.
  public mutating func timeReached(
    _ now: SimInstant
  ) -> SyslogLinkStateMachine.ConnectAction {
    self.bufferTimeReached(now)
    var action = self.link.timeReached(now)
    if self.link.isClosedGracefully, self.gracefulCloseWakeAt != nil {
      action = self.link.reconnect()
    }
    if action != .ignore { self.lastProgress = now }
    return action
  }

  /// No more lines will come; what waits stays in the ledger as queued.
  public mutating func close(
    now: SimInstant, stamp: SimInstant? = nil
  ) -> SyslogLinkStateMachine.CloseAction {
    if let id = self.connectedID {
      self.settleConnection(id)
      if self.spool != nil { self.keepUnacknowledged() }
      self.ledger.close(failure: nil, now: stamp ?? now)
    }
    if self.spool != nil { self.writeMark() }
    return self.link.close()
  }

  /// The receiver of a connection is known to have read that many lines, header lines included.
  public mutating func receiverRead(lines: UInt64, on id: ConnectionID) {
    // What was read was written, whether or not the socket's owner has heard of it.
    if id == self.connectedID, let end = self.streamBytes(through: lines), end > self.writtenBytes {
      self.advanceWritten(to: end)
    }
    self.ledger.receive(linesWithHeaders: lines, on: id)
  }

  // MARK: Inside

  private mutating func openLog(now: SimInstant, zone: ZoneTransitions) {
    self.resetStream()
    guard let header = self.header else { return }
    let bytesMax = self.settings.messageBytesMaxInForce
    for text in header.texts(offsetSeconds: zone.offsetSeconds(at: now)) {
      var line = "\(LogLevel.information.lineToken): \(text)"
      let kept = line.withUTF8 { bytes in
        self.queue.append { buffer in
          _ = self.prefix.appendMessage(
            to: &buffer, second: now.wholeSeconds, level: .information, zone: zone,
            bytesMax: bytesMax, body: UnsafeRawBufferPointer(bytes))
        }
      }
      if kept { self.headerLinesInStream += 1 }
    }
  }
}
