internal import ApplianceConfiguration
internal import LogFormats
internal import LogModel
internal import Simulation

/// What waits for a push's connection, and the fate of each line.
///
/// As the appliance does it: lines wait in memory, and what waits is discarded when the push fails.
/// `Spool/PushBacklog+Disk.swift` has what a disk buffer does beside that.
public struct PushBacklog: ~Copyable, Sendable {
  private var header: HeaderLines?
  /// The longest message; its end is cut.
  private var messageBytesMax: Int
  var prefix: SyslogLinePrefix
  /// What waits in memory.
  var memory: MemoryBacklog
  /// What waits on disk; `nil` when the push works as the appliance does.
  ///
  /// Beside `memory` and not an alternative to it: what leaves does so from memory in both cases.
  /// As an optional it is also changed in place, where the payload of an enumeration would be
  /// taken out and put back at each batch.
  var disk: DiskBacklog?
  /// Lines of a batch on their way to the disk buffer.
  private var spoolBatch: SpoolBatch
  /// The fate of each line.
  var ledger: DeliveryLedger

  init(
    tag: String, settings: SyslogPushSettings, header: HeaderLines?, hostname: String,
    limits: PushLimits
  ) {
    self.header = header
    self.messageBytesMax = settings.messageBytesMaxInForce
    self.prefix = SyslogLinePrefix(settings, tag: tag, hostname: hostname)
    self.memory = MemoryBacklog(capacityBytes: limits.queueBytesMax)
    let disk = DiskBacklog(settings, limits: limits)
    self.spoolBatch = SpoolBatch(capacity: disk == nil ? 0 : 64 * 1024)
    self.disk = disk
    self.ledger = DeliveryLedger(
      connectionsMax: limits.connectionsMax, spansMax: limits.spansMax)
  }

  /// Messages are as `settings` say from the next line on.
  mutating func change(
    to settings: SyslogPushSettings, tag: String, hostname: String, header: HeaderLines?
  ) {
    self.header = header
    self.messageBytesMax = settings.messageBytesMaxInForce
    self.prefix = SyslogLinePrefix(settings, tag: tag, hostname: hostname)
  }

  /// The log is opened: its header lines wait.
  mutating func openLog(now: SimInstant, zone: ZoneTransitions) {
    self.memory.openLog(
      self.header, now: now, zone: zone, bytesMax: self.messageBytesMax, prefix: &self.prefix)
  }

  /// Takes the lines of a batch that belong to `type` and are at `level` or more severe.
  ///
  /// - Returns: whether a disk buffer took notice of any, so that it may need room.
  mutating func append(
    _ batch: borrowing RenderedBatch, type: LogType, level: LogLevel, zone: ZoneTransitions,
    isConnected: Bool
  ) -> Bool {
    guard self.disk != nil else {
      self.memory.append(
        batch, type: type, level: level, zone: zone, bytesMax: self.messageBytesMax,
        prefix: &self.prefix, ledger: &self.ledger)
      return false
    }
    self.spoolBatch.render(
      batch, type: type, level: level, zone: zone, bytesMax: self.messageBytesMax,
      prefix: &self.prefix)
    guard self.spoolBatch.logged > 0 else { return false }
    self.disk?.append(
      self.spoolBatch, memory: &self.memory, ledger: &self.ledger, isConnected: isConnected)
    return true
  }

  /// A socket took the stream's first `lines`, and `bytes` more than before.
  mutating func wrote(through lines: UInt64, bytes: UInt64) {
    self.memory.wrote(through: lines, bytes: bytes, ledger: &self.ledger)
  }

  /// A connection ends: nothing more will be known of what it was handed. With a disk buffer that
  /// is said of lines once they need not be sent again.
  mutating func connectionEnds(_ id: ConnectionID, isDatagram: Bool) {
    guard self.disk == nil else { return }
    self.memory.settle(on: id, isDatagram: isDatagram, ledger: &self.ledger)
  }

  /// Discards the queue and opens the log anew; with a disk buffer, only what was handed over
  /// begins anew.
  mutating func reopen(now: SimInstant, zone: ZoneTransitions) {
    guard self.disk == nil else {
      if self.memory.handedLines > 0 { self.rewind() }
      return
    }
    self.memory.discard(ledger: &self.ledger)
    self.memory.restart(at: self.ledger.accepted)
    self.openLog(now: now, zone: zone)
  }

  /// The process is about to end: what no disk buffer keeps is gone with it. Called after `close`.
  public mutating func abandonQueue() {
    guard self.disk != nil else { return self.memory.discard(ledger: &self.ledger) }
    let unsent = self.memory.firstUnsent
    self.disk?.abandonUnwritten(from: unsent, ledger: &self.ledger)
  }

  /// Goes on from where an earlier run's journal stands; nothing where a disk buffer keeps that.
  mutating func resume(_ totals: LedgerTotals, isDatagram: Bool, unjournalled: UInt64) {
    guard self.disk == nil else { return }
    self.ledger.resume(totals, isDatagram: isDatagram, unjournalled: unjournalled)
    self.memory.restart(at: self.ledger.accepted)
  }
}
