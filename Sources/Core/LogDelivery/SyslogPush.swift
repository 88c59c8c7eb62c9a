public import ApplianceConfiguration
public import LogFormats
public import LogModel
public import Simulation

/// One subscription's push to its syslog server: the link, what waits for it and the ledger.
///
/// A pure value. `as-appliance` behaviour, the documented one: on a failure the queue is discarded,
/// the log is opened anew with header lines stamped then, and the next connection begins with them
/// (docs/FIDELITY.md, "Failure of a push"). This file, `SyslogPush+Writing.swift`,
/// `PushConnectionState.swift`, `PushBacklog.swift` and `MemoryBacklog.swift` hold all of it.
///
/// With a disk buffer nothing is discarded, and the next connection begins with the first line that
/// has to be sent again (docs/DELIVERY.md). That part is in the folder `Spool` and in the files
/// named after `GracefulClose`; here it shows where `backlog.disk` is asked.
public struct SyslogPush: ~Copyable, Sendable {
  /// Out of line: settings are many, and a push is moved at every question that its owner asks.
  final class SettingsBox: Sendable {
    let settings: SyslogPushSettings

    init(_ settings: SyslogPushSettings) {
      self.settings = settings
    }
  }

  /// Where to push and how.
  public var settings: SyslogPushSettings { self.settingsBox.settings }

  /// Where it connects.
  public var endpoint: PushEndpoint { PushEndpoint(self.settings) }

  var settingsBox: SettingsBox
  let limits: PushLimits
  var link: SyslogLinkStateMachine
  /// The established connection; `nil` when there is none.
  public var connection: PushConnectionState?
  /// What waits for the connection, and the ledger.
  public var backlog: PushBacklog
  /// How far an end in order is.
  var gracefulClose = GracefulClose()
  /// The limit of lines a second; `nil` for none.
  var bucket: TokenBucket?
  var lastProgress = SimInstant(nanoseconds: 0)

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
    self.limits = limits
    self.link = SyslogLinkStateMachine(backoff: backoff)
    self.backlog = PushBacklog(
      tag: tag, settings: settings, header: header, hostname: hostname, limits: limits)
    self.bucket = TokenBucket(settings.delivery)
  }

  /// The fate of each line.
  public var ledger: DeliveryLedger { self.backlog.ledger }

  private var isDatagram: Bool { self.settingsBox.settings.transport.value == .udp }

  /// The connection on which lines flow now.
  public var connectedID: ConnectionID? { self.link.connectedID }

  /// What the socket of the connection was handed; 0 without connection.
  var handedBytes: UInt64 { self.connection?.handedBytes ?? 0 }

  /// Whether nothing that a socket was handed waits for an acknowledgement.
  var isSettled: Bool { self.connection?.isSettled ?? true }

  /// Whether the push is connected or closed its connection in order, no line waits and each
  /// written one is settled as far as it can be.
  ///
  /// With a disk buffer also where nothing but lines about the push's own failures is left, and
  /// each connection that is opened for one of them brings the next (`hasOnlyOwnFailuresLeft`).
  public var isDrained: Bool {
    if self.hasOnlyOwnFailuresLeft { return true }
    return (self.connectedID != nil || self.link.isClosedGracefully)
      && self.backlog.memory.queue.isEmpty && self.isSettled && !self.backlog.hasMoreOnDisk
      && self.isAnswered
  }

  /// Whether the push has no connection and no line waits for one, so that waiting helps nobody.
  public var isIdleWithoutConnection: Bool {
    self.connectedID == nil && self.backlog.ledger.queued == 0
  }

  // MARK: Back-pressure

  /// Whether a model that runs at full speed should wait for this push.
  ///
  /// A connect under way counts as progress at its beginning. One whose disk buffer has no room
  /// holds the model as long as its connection may bring something (`PushLimits.patience`), and for
  /// a moment after the failure of one that did.
  public func holdsModel(now: SimInstant) -> Bool {
    if self.getsOn(now: now) {
      let unwritten = self.connection?.unwrittenBytes ?? 0
      if self.backlog.memory.queue.byteCount + Int(unwritten) >= self.limits.highWaterBytes {
        return true
      }
    }
    return self.linesFitting(now: now) == 0
  }

  /// Whether a connection stands or is being opened, and has made progress lately.
  func getsOn(now: SimInstant) -> Bool {
    // One that was ended in order is opened anew as soon as lines wait.
    if self.gracefulClose.deadline != nil || self.link.isClosedGracefully { return true }
    return self.link.isUnderWay
      && self.lastProgress.duration(to: now) < self.limits.stallTime
  }

  // MARK: Lines

  /// Takes the lines of a batch that belong to `type` and are at `level` or more severe.
  public mutating func append(
    _ batch: borrowing RenderedBatch, type: LogType, level: LogLevel, zone: ZoneTransitions
  ) {
    let isConnected = self.connectedID != nil
    let mayNeedRoom = self.backlog.append(
      batch, type: type, level: level, zone: zone, isConnected: isConnected)
    guard mayNeedRoom else { return }
    self.makeRoom()
    self.backlog.load()
  }

  // MARK: The link

  /// Opens the log and asks for the first connection.
  ///
  /// `stamp` is what the appliance's clock shows, here and below; `nil` where that is `now`.
  public mutating func start(
    now: SimInstant, stamp: SimInstant? = nil, zone: ZoneTransitions
  ) -> SyslogLinkStateMachine.ConnectAction {
    self.backlog.openLog(now: stamp ?? now, zone: zone)
    self.backlog.load()
    self.lastProgress = now
    return self.link.start()
  }

  /// The connection stands.
  public mutating func connected(
    _ id: ConnectionID, now: SimInstant, stamp: SimInstant? = nil
  ) -> SyslogLinkStateMachine.ConnectedAction {
    let action = self.link.connected(id)
    if action == .startSending {
      self.connection = PushConnectionState(id)
      self.lastProgress = now
      self.backlog.disk?.progress.connected(now: now)
      let first = self.backlog.memory.firstSequence
      self.backlog.ledger.open(
        id, isDatagram: self.isDatagram, firstSequence: first, now: stamp ?? now)
      self.backlog.writeMark(isConnected: true)
    }
    return action
  }

  /// The socket took the next `count` of the bytes handed to it.
  public mutating func bytesWritten(_ count: Int, on id: ConnectionID, now: SimInstant) {
    guard id == self.connectedID, let total = self.connection?.reported(count) else { return }
    self.advanceWritten(to: total)
    self.lastProgress = now
    if self.isDatagram { self.connection?.settleWritten() }
  }

  /// The peer's kernel acknowledged the first `total` bytes of the connection.
  public mutating func bytesAcknowledged(
    _ total: UInt64, on id: ConnectionID, now: SimInstant
  ) {
    guard id == self.connectedID, total <= self.handedBytes else { return }
    // What fills a disk buffer leaves it by an acknowledgement, and not by a write.
    if self.backlog.disk != nil, total > self.backlog.ledger.latestBytesAcknowledged {
      self.lastProgress = now
      self.backlog.disk?.progress.lastGain = now
    }
    // The kernel can know of an acknowledgement before the socket's owner hears that it wrote.
    self.advanceWritten(to: max(total, self.connection?.writtenBytes ?? 0))
    let lines = self.connection?.streamLines(through: total) ?? self.backlog.memory.handedLines
    let logged = self.backlog.memory.loggedLines(in: lines)
    self.backlog.ledger.acknowledge(lines: logged, bytes: total)
    self.connection?.settle(through: total)
    self.advanceResume()
  }

  /// The socket is known to have taken the first `bytes`.
  private mutating func advanceWritten(to bytes: UInt64) {
    let before = self.connection?.writtenBytes ?? 0
    let lines = self.connection?.streamLines(through: bytes) ?? self.backlog.memory.handedLines
    self.backlog.wrote(through: lines, bytes: bytes - before)
    self.connection?.advanceWritten(to: bytes)
  }

  /// A connect failed, or the established connection was lost.
  ///
  /// On `.reopen` the owner logs the error and then calls `reopen`.
  public mutating func failed(
    _ id: ConnectionID, _ failure: LinkFailure, now: SimInstant, stamp: SimInstant? = nil
  ) -> SyslogLinkStateMachine.FailedAction {
    if self.takeAnswer(id, failure, now: now, stamp: stamp ?? now) { return .closedGracefully }
    let wasConnected = self.connectedID == id
    let action = self.link.failed(id, now: now)
    guard wasConnected, let ended = self.connection.take() else { return action }
    self.backlog.connectionEnds(id, isDatagram: self.isDatagram)
    if self.isAtLeastOnce, failure == LinkFailure(.established, .endOfFile),
      self.gracefulClose.closedEarly(failuresWithoutProgress: self.failuresWithoutProgress)
    {
      let acknowledged = self.backlog.ledger.latestAcknowledged
      self.backlog.letGo(
        ofFirst: acknowledged, on: id,
        confirms: self.settingsBox.settings.delivery.closeConfirms.value,
        isConnected: false)
    }
    self.backlog.ledger.close(failure: failure, now: stamp ?? now)
    if self.backlog.disk != nil {
      self.requeue(windowBytes: ended.windowBytes)
      self.backlog.disk?.progress.broke(now: now, patience: self.limits.patience)
      self.gracefulClose.failed(queued: self.backlog.ledger.queued)
    }
    return action
  }

  /// The connection is left on purpose.
  mutating func leave(_ id: ConnectionID, stamp: SimInstant) {
    self.backlog.connectionEnds(id, isDatagram: self.isDatagram)
    self.backlog.ledger.close(failure: nil, now: stamp)
    self.gracefulClose.forgetPeer()
    // Does nothing without a disk buffer.
    self.requeue(windowBytes: self.connection?.windowBytes ?? 0)
    self.connection = nil
  }

  /// Discards the queue and opens the log anew; with a disk buffer, only what was handed over
  /// begins anew; `now` by the appliance's clock.
  public mutating func reopen(now: SimInstant, zone: ZoneTransitions) {
    self.backlog.reopen(now: now, zone: zone)
  }

  /// The clock shows `now`.
  public mutating func timeReached(
    _ now: SimInstant
  ) -> SyslogLinkStateMachine.ConnectAction {
    self.backlog.disk?.timeReached(now)
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
      self.backlog.connectionEnds(id, isDatagram: self.isDatagram)
      self.backlog.keepUnacknowledged()
      self.backlog.ledger.close(failure: nil, now: stamp ?? now)
      self.connection = nil
    }
    let isConnected = self.connectedID != nil
    self.backlog.writeMark(isConnected: isConnected)
    return self.link.close()
  }

  /// The receiver of a connection is known to have read that many lines, header lines included.
  public mutating func receiverRead(lines: UInt64, on id: ConnectionID) {
    // What was read was written, whether or not the socket's owner has heard of it.
    if id == self.connectedID, let end = self.connection?.streamBytes(through: lines),
      end > self.connection?.writtenBytes ?? 0
    {
      self.advanceWritten(to: end)
    }
    self.backlog.ledger.receive(linesWithHeaders: lines, on: id)
  }
}
