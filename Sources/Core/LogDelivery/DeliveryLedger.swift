internal import DequeModule
public import Simulation

/// What became of the lines of one connection, as counts over the stream's prefix.
///
/// TCP delivers a stream's beginning, so the first `acknowledged` of the `written` lines are the
/// acknowledged ones, and so for `received`.
public struct ConnectionRecord: Hashable, Sendable, Codable {
  /// Which connection.
  public let id: ConnectionID
  /// Whether each line is a datagram; none is then ever acknowledged.
  public let isDatagram: Bool
  /// When it was established.
  public let opened: SimInstant
  /// When it ended; `nil` while it stands.
  public internal(set) var closed: SimInstant?
  /// Why it ended; `nil` while it stands or when the appliance closed it.
  public internal(set) var failure: LinkFailure?
  /// The sequence number of its first line that is not a header line.
  public let firstSequence: UInt64
  /// Header lines written; they are in none of the other counts.
  public internal(set) var headerLinesWritten: UInt64 = 0
  /// Lines that the socket took.
  public internal(set) var written: UInt64 = 0
  /// Lines whose last byte the peer's kernel acknowledged.
  public internal(set) var acknowledged: UInt64 = 0
  /// Lines that the receiver is known to have read.
  public internal(set) var received: UInt64 = 0
  /// Bytes that the socket took, header lines included.
  public internal(set) var bytesWritten: UInt64 = 0
  /// Bytes that the peer's kernel acknowledged, header lines included.
  public internal(set) var bytesAcknowledged: UInt64 = 0
  /// Of the lines written, the last ones that wait again since the connection ended.
  public internal(set) var requeued: UInt64 = 0
  /// Of the lines acknowledged, the last ones, which a disk buffer let go because both sides closed
  /// the connection in order.
  public internal(set) var closedInOrder: UInt64 = 0

  /// Lines whose fate is this connection's: those that do not wait again.
  private var kept: UInt64 { self.written - self.requeued }

  var isSettled: UInt64 { min(max(self.acknowledged, self.received), self.kept) }
  var keptReceived: UInt64 { min(self.received, self.kept) }
  /// Those of `closedInOrder` that the receiver is not known to have read.
  public var closedUnconfirmed: UInt64 {
    min(self.closedInOrder, self.isSettled - self.keptReceived)
  }

  /// Lines of a connection that ended, which nobody acknowledged.
  var unacknowledged: UInt64 {
    self.closed == nil || self.isDatagram ? 0 : self.kept - self.isSettled
  }

  /// Lines that may still be acknowledged, or that go by datagram.
  var underWay: UInt64 {
    self.closed == nil || self.isDatagram ? self.kept - self.isSettled : 0
  }
}

/// The fate of each line of one pushed subscription.
///
/// Each accepted line is in exactly one class, and the classes sum to `accepted`
/// (`docs/ARCHITECTURE.md`, "The ledger"). Sums are kept up to date,
/// so that reading them costs the same however many connections there were.
public struct DeliveryLedger: Sendable {
  /// Older connections are kept in the sums alone.
  public static let connectionsMax = 1024

  /// Lines of the subscription's type that the appliance logged.
  public private(set) var logged: UInt64 = 0
  /// Lines that the level filter kept out.
  public private(set) var filtered: UInt64 = 0
  /// Lines that passed the filter; also the sequence number of the next one.
  public private(set) var accepted: UInt64 = 0
  /// Lines that wait, those handed to the socket but not yet taken by it included.
  public private(set) var queued: UInt64 = 0
  private var discarded: UInt64 = 0
  private(set) var refused: UInt64 = 0
  private(set) var dropped: UInt64 = 0
  private(set) var unwritable: UInt64 = 0
  private var unknown: UInt64 = 0
  /// Lines that were handed to a socket once more.
  private(set) var resent: UInt64 = 0
  /// Of those, the ones that the receiver is known to have read before.
  private var knownDuplicates: UInt64 = 0
  /// Lines that wait and that a disk buffer holds.
  var onDisk: UInt64 = 0
  /// Lines whose message was longer than allowed; wherever they are now.
  private var cutLines: UInt64 = 0
  private let connectionsMax: Int
  private var spans: LedgerSpans
  /// Over all connections, those that are not kept any more included.
  private var sums = Sums()
  private var connections = Deque<ConnectionRecord>()

  private struct Sums: Hashable, Sendable {
    var underWay: UInt64 = 0
    var acknowledged: UInt64 = 0
    var received: UInt64 = 0
    var unacknowledged: UInt64 = 0
    var closedInOrder: UInt64 = 0

    mutating func add(_ record: ConnectionRecord) {
      self.underWay += record.underWay
      self.acknowledged += record.isSettled - record.keptReceived
      self.received += record.keptReceived
      self.unacknowledged += record.unacknowledged
      self.closedInOrder += record.closedUnconfirmed
    }

    /// `record` was added as it is.
    mutating func remove(_ record: ConnectionRecord) {
      self.underWay -= record.underWay
      self.acknowledged -= record.isSettled - record.keptReceived
      self.received -= record.keptReceived
      self.unacknowledged -= record.unacknowledged
      self.closedInOrder -= record.closedUnconfirmed
    }
  }

  /// A ledger without lines.
  public init(connectionsMax: Int = Self.connectionsMax, spansMax: Int = 4096) {
    self.connectionsMax = connectionsMax
    self.spans = LedgerSpans(spansMax: spansMax)
  }

  /// Lines that a batch brought; those that passed the filter now wait.
  public mutating func add(logged: Int, accepted: Int) {
    self.logged += UInt64(logged)
    self.filtered += UInt64(logged - accepted)
    self.accepted += UInt64(accepted)
    self.queued += UInt64(accepted)
  }

  /// `count` lines that were just accepted found the queue full.
  public mutating func refuse(_ count: Int) {
    self.queued -= UInt64(count)
    self.refused += UInt64(count)
  }

  /// Of the lines that were just accepted, `count` lost their ends.
  public mutating func cut(_ count: Int) {
    self.cutLines += UInt64(count)
  }

  /// Each waiting line was thrown away.
  public mutating func discardQueue() {
    self.discarded += self.queued
    self.queued = 0
  }

  /// A connection was established.
  ///
  /// - Parameter firstSequence: the number of the first line that is not a header line.
  public mutating func open(
    _ id: ConnectionID, isDatagram: Bool, firstSequence: UInt64, now: SimInstant
  ) {
    if self.connections.count >= self.connectionsMax, let oldest = self.connections.popFirst() {
      self.spans.receive(oldest)
    }
    self.connections.append(
      ConnectionRecord(
        id: id, isDatagram: isDatagram, opened: now, firstSequence: firstSequence))
  }

  /// The socket of the latest connection took lines.
  public mutating func wrote(lines: UInt64, headerLines: UInt64, bytes: UInt64) {
    self.update(self.connections.count - 1) { record in
      record.written += lines
      record.headerLinesWritten += headerLines
      record.bytesWritten += bytes
    }
    self.queued -= lines
  }

  /// The peer of the latest connection acknowledged a prefix: totals, not differences.
  public mutating func acknowledge(lines: UInt64, bytes: UInt64) {
    self.update(self.connections.count - 1) { record in
      precondition(lines <= record.written, "acknowledged more than was written")
      record.acknowledged = max(record.acknowledged, lines)
      record.bytesAcknowledged = max(record.bytesAcknowledged, bytes)
    }
  }

  /// The receiver of a connection read that many lines of it, header lines included.
  ///
  /// News of a connection that is kept in the sums alone is ignored.
  public mutating func receive(linesWithHeaders: UInt64, on id: ConnectionID) {
    guard let index = self.connections.lastIndex(where: { $0.id == id }) else { return }
    self.update(index) { record in
      let headers = record.headerLinesWritten
      let lines = linesWithHeaders > headers ? linesWithHeaders - headers : 0
      record.received = max(record.received, min(lines, record.written))
    }
  }

  /// The latest connection ended.
  public mutating func close(failure: LinkFailure?, now: SimInstant) {
    self.update(self.connections.count - 1) { record in
      record.closed = now
      record.failure = failure
    }
  }

  /// Changes a record, and the sums with it.
  private mutating func update(_ index: Int, _ change: (inout ConnectionRecord) -> Void) {
    self.sums.remove(self.connections[index])
    change(&self.connections[index])
    self.sums.add(self.connections[index])
  }

  /// The counts as they stand.
  public var totals: LedgerTotals {
    LedgerTotals(
      logged: self.logged, filtered: self.filtered, accepted: self.accepted, queued: self.queued,
      written: self.sums.underWay, acknowledged: self.sums.acknowledged,
      received: self.sums.received,
      lostQueueDiscarded: self.discarded, lostQueueFull: self.refused,
      lostUnacknowledged: self.sums.unacknowledged, lostBufferDropped: self.dropped,
      resent: self.resent, knownDuplicates: self.knownDuplicates, cut: self.cutLines,
      lostBufferUnwritable: self.unwritable, unknown: self.unknown,
      closedInOrder: self.sums.closedInOrder, onDisk: self.onDisk)
  }

  /// What is settled, in order of its settling; the oldest are forgotten beyond 4096.
  public var settledSpans: [LedgerSpan] {
    var spans = self.spans
    for record in self.connections { spans.receive(record) }
    return spans.all
  }

  /// How many spans are forgotten.
  public var forgottenSpans: UInt64 { self.spans.forgotten }

  /// How many lines of the latest connection are acknowledged or known to be read.
  var latestSettled: UInt64 { self.connections.last.map(\.isSettled) ?? 0 }

  /// How many lines of the latest connection its peer's kernel acknowledged.
  var latestAcknowledged: UInt64 { self.connections.last?.acknowledged ?? 0 }

  /// How many lines the socket of the latest connection took.
  var latestWritten: UInt64 { self.connections.last?.written ?? 0 }

  /// How many bytes of the latest connection its peer's kernel acknowledged.
  var latestBytesAcknowledged: UInt64 { self.connections.last?.bytesAcknowledged ?? 0 }

  /// Some lines are settled.
  mutating func settle(_ range: Range<UInt64>, _ fate: LedgerFate, on connection: ConnectionID?) {
    self.spans.add(range, fate, connection)
  }

  /// Lines that waited were dropped from the disk buffer.
  mutating func drop(_ count: UInt64) {
    self.queued -= count
    self.dropped += count
  }

  /// Lines that waited were lost, since the disk buffer could not be written.
  mutating func loseUnwritten(_ count: UInt64) {
    self.queued -= count
    self.unwritable += count
  }

  /// Both sides closed the latest connection in order: its last `lines` were let go for that.
  mutating func closeInOrder(lines: UInt64) {
    self.update(self.connections.count - 1) { $0.closedInOrder = lines }
  }

  /// Of the latest connection, which has ended, all lines behind its first `kept` wait again.
  ///
  /// - Parameter isResent: whether this process sends them again.
  mutating func requeue(behind kept: UInt64, isResent: Bool = true) {
    let last = self.connections.count - 1
    guard last >= 0 else { return }
    let again = self.connections[last].written - kept
    self.update(last) { $0.requeued = again }
    self.queued += again
    if isResent { self.resent += again }
    let received = self.connections[last].received
    if received > kept { self.knownDuplicates += received - kept }
  }

  /// Lines that the latest connection had written and that were to wait again cannot be sent again:
  /// what it made of them stays.
  mutating func settleRequeued(_ range: Range<UInt64>, isAcknowledged: Bool, isResent: Bool) {
    let count = UInt64(range.count)
    self.queued -= count
    if isResent { self.resent -= count }
    if isAcknowledged {
      self.sums.acknowledged += count
    } else {
      self.sums.unacknowledged += count
    }
    let id = self.connections.last?.id
    self.settle(range, isAcknowledged ? .acknowledged : .unacknowledged, on: id)
  }

  /// What an earlier run left, as its disk buffer tells it.
  ///
  /// A line that is not in the buffer, and that the mark does not call done with, refused or
  /// dropped, is unknown: a file was damaged, or is gone.
  ///
  /// - Parameter kept: the sequence numbers of the lines that wait.
  mutating func restore(_ mark: SpoolMark, kept: [Range<UInt64>]) {
    let queued = kept.reduce(0) { $0 + UInt64($1.count) }
    self.accepted = mark.accepted
    self.filtered = mark.filtered
    self.logged = mark.accepted + mark.filtered
    self.queued = queued
    // Each is a part of what is left, so that they cannot come to more than there is.
    var rest = mark.accepted - min(mark.accepted, queued)
    func part(_ count: UInt64) -> UInt64 {
      defer { rest -= min(count, rest) }
      return min(count, rest)
    }
    self.refused = part(mark.refused)
    self.dropped = part(mark.dropped)
    let settled = part(mark.settled)
    self.sums.received = min(mark.received, settled)
    self.sums.acknowledged = settled - self.sums.received
    self.sums.closedInOrder = min(mark.closedInOrder, self.sums.acknowledged)
    self.unknown = rest
    // What waits may have left by the connection that stood.
    self.resent = mark.resent + (mark.isConnected ? queued : 0)
    self.settleGaps(between: kept, from: mark.resume)
  }

  /// Says of lines that are not kept that they are unknown, where it is clear which these are.
  private mutating func settleGaps(between kept: [Range<UInt64>], from resume: UInt64) {
    var gaps: [Range<UInt64>] = []
    var place = min(resume, self.accepted)
    for range in kept {
      if place < range.lowerBound { gaps.append(place..<range.lowerBound) }
      place = range.upperBound
    }
    if place < self.accepted { gaps.append(place..<self.accepted) }
    guard gaps.reduce(0, { $0 + UInt64($1.count) }) == self.unknown else { return }
    for gap in gaps { self.spans.add(gap, .processEnded, nil) }
  }

  /// Goes on from where an earlier run's journal stands.
  ///
  /// - Parameter unjournalled: lines that the log files hold behind that.
  mutating func resume(_ totals: LedgerTotals, isDatagram: Bool, unjournalled: UInt64) {
    self.accepted = totals.accepted + unjournalled
    self.filtered = totals.filtered
    self.logged = self.accepted + self.filtered
    self.discarded = totals.lostQueueDiscarded
    self.refused = totals.lostQueueFull
    self.dropped = totals.lostBufferDropped
    self.unwritable = totals.lostBufferUnwritable
    self.resent = totals.resent
    self.knownDuplicates = totals.knownDuplicates
    self.cutLines = totals.cut
    self.sums.acknowledged = totals.acknowledged
    self.sums.received = totals.received
    self.sums.unacknowledged = totals.lostUnacknowledged
    // A datagram that left has no other fate; what waited or was under way then may have left
    // since.
    self.sums.underWay = isDatagram ? totals.written : 0
    self.unknown =
      totals.unknown + totals.queued + (isDatagram ? 0 : totals.written) + unjournalled
    let first = self.accepted - unjournalled
    self.spans.add(first..<self.accepted, .processEnded, nil)
  }

  /// The latest connections, oldest first, at most `connectionsMax`.
  public var recentConnections: [ConnectionRecord] { Array(self.connections) }

  /// The latest two of them.
  var latestConnections: [ConnectionRecord] { Array(self.connections.suffix(2)) }
}
