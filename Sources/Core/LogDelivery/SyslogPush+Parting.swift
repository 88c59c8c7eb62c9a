internal import ApplianceConfiguration
public import Simulation

/// How far a push is with ending a connection so that the peer's FIN is a receipt.
struct Parting: Sendable {
  /// How long a peer's FIN is awaited.
  static let patience = SimDuration.seconds(10)
  /// A connection that is ended on purpose takes this much at the least.
  static let batchBytesMin: UInt64 = 65_536

  /// Until when the peer's FIN is awaited; `nil` before ours.
  var deadline: SimInstant?
  /// The bytes behind which a connection is ended on purpose; `nil` for none.
  var batchBytes: UInt64?
  /// No lines will come but those about pushes and alerts.
  var isLast = false
  /// The peer once left a FIN unanswered: it is asked no more.
  var isUnanswered = false
}

/// The receipt that plain syslog has not: a FIN each way.
///
/// An application that closes a connection with bytes unread makes its kernel send a RST (RFC 9293,
/// section 3.6.1). So a peer's FIN behind ours, each byte acknowledged before, says that all was
/// read.
/// `at-least-once` asks for it at the end of a run, and in small pieces once failures let it get on
/// little. Source: docs/DELIVERY.md, "A receipt".
extension SyslogPush {
  private var canPart: Bool {
    self.settings.delivery.mode.value == .atLeastOnce && self.spool != nil
      && !self.parting.isUnanswered
  }

  /// Whether the connection was ended in order, and no other has been opened since.
  public var isParted: Bool { self.link.isParted }

  private var hasLinesWaiting: Bool {
    !self.queue.isEmpty || self.hasMoreOnDisk || self.isReading
  }

  /// Whether a FIN is due: all that was handed over is acknowledged, and no more is to follow on
  /// this connection.
  private var isPartingDue: Bool {
    guard self.canPart, self.parting.deadline == nil, self.connectedID != nil,
      self.handedBytes > 0, self.inFlight.isEmpty
    else { return false }
    if self.isBatchFull { return true }
    return !self.hasLinesWaiting && (self.parting.isLast || self.parting.batchBytes != nil)
  }

  /// Whether this connection gets no more lines.
  var takesNoMore: Bool { self.parting.deadline != nil || self.isBatchFull }

  private var isBatchFull: Bool { self.parting.batchBytes.map { self.handedBytes >= $0 } ?? false }

  /// Whether the peer has said of all lines that it read them, as far as it can be asked.
  var isReceiptGiven: Bool {
    !self.parting.isLast || !self.canPart || self.link.isParted || self.handedBytes == 0
  }

  /// When `timeReached` or `takeParting` is wanted for an end on purpose.
  var partingWakeAt: SimInstant? {
    if let deadline = self.parting.deadline { return deadline }
    return self.isPartingDue || (self.link.isParted && self.hasLinesWaiting)
      ? self.lastProgress : nil
  }

  /// No lines will come but those about pushes and alerts: the peer is asked for its receipt once
  /// all are sent.
  public mutating func expectNoMore() {
    self.parting.isLast = true
  }

  /// The connection whose sending direction is to be closed now; `failed` is told of the answer.
  public mutating func takeParting(now: SimInstant) -> ConnectionID? {
    guard self.isPartingDue else { return nil }
    self.parting.deadline = now.advanced(by: Parting.patience)
    return self.connectedID
  }

  /// The connection to be closed, since its peer did not answer a FIN in time: as much of it as its
  /// window has room for is sent again, and the peer is not asked any more.
  public mutating func takeUnanswered(
    now: SimInstant, stamp: SimInstant? = nil
  ) -> ConnectionID? {
    guard let deadline = self.parting.deadline, deadline <= now, let id = self.connectedID else {
      return nil
    }
    self.parting = Parting(isLast: self.parting.isLast, isUnanswered: true)
    self.ledger.close(failure: LinkFailure(.established, .timedOut), now: stamp ?? now)
    self.requeue()
    self.rewind()
    self.link.parted(id)
    self.writeMark()
    self.lastProgress = now
    return id
  }

  /// Whether the end of a connection was the peer's receipt for all of it.
  mutating func takeReceipt(
    _ id: ConnectionID, _ failure: LinkFailure, now: SimInstant, stamp: SimInstant
  ) -> Bool {
    guard self.parting.deadline != nil, id == self.connectedID else { return false }
    self.parting.deadline = nil
    guard failure == LinkFailure(.established, .endOfFile) else { return false }
    self.ledger.receive(linesWithHeaders: self.handedLines, on: id)
    self.ledger.close(failure: nil, now: stamp)
    let lines = self.lines(in: self.handedLines)
    self.settleResumed(to: self.runs.end(ofFirst: lines), .received, on: id)
    self.runs.removeFirst(lines)
    self.resetStream()
    self.failuresWithoutProgress = 0
    self.resumeAtLastFailure = nil
    if !self.hasLinesWaiting { self.parting.batchBytes = nil }
    self.link.parted(id)
    self.writeMark()
    self.lastProgress = now
    return true
  }

  /// A connection failed: where less than half of what its peer acknowledged need not be sent
  /// again, the next one is ended on purpose, before it got as far.
  mutating func planBatches(gained: UInt64) {
    let acknowledged = self.ledger.latestAcknowledged
    guard self.canPart, acknowledged > 0, gained < acknowledged / 2 else { return }
    let bytes = self.ledger.latestBytesAcknowledged / 2
    self.parting.batchBytes = max(
      min(bytes, self.parting.batchBytes ?? bytes), Parting.batchBytesMin)
  }
}
