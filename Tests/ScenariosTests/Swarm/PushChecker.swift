import Alerting
import ApplianceModel
import LogDelivery
import Simulation

@testable import LogDelivery

/// One push: its ledger, its queue, its link, by its events and by its numbers.
struct PushChecker {
  enum Link: Equatable {
    case idle, connecting, connected, closedGracefully, closed
    /// A commit names another server.
    case left
    case waiting(until: SimInstant)

    var name: String {
      switch self {
      case .idle: "idle"
      case .connecting: "connecting"
      case .connected: "connected"
      case .closedGracefully: "closedGracefully"
      case .closed: "closed"
      case .left: "left"
      case .waiting: "waiting"
      }
    }
  }

  let record: SwarmRecord
  let name: String
  /// Whether lines wait on disk.
  let isBuffered: Bool
  /// Whether instants of records can be compared.
  let hasOneClock: Bool
  private(set) var link = Link.idle
  /// Whether a commit says that the lines are to go to another server.
  private(set) var isRedirected = false
  private(set) var number: UInt32 = 0
  private var failuresInARow = 0
  private(set) var last: LedgerTotals?
  private var checkedConnections = 0
  /// Whether its disk buffer has just been read, which does not say what was read twice.
  private var isRecovered: Bool

  /// - Parameter last: what another one of the name left, whose ledger goes on.
  init(
    record: SwarmRecord, name: String, isBuffered: Bool, hasOneClock: Bool,
    last: LedgerTotals? = nil
  ) {
    self.last = last
    self.isRecovered = isBuffered && last != nil
    self.record = record
    self.name = name
    self.isBuffered = isBuffered
    self.hasOneClock = hasOneClock
  }

  // MARK: The link

  /// Source: docs/FIDELITY.md, "Reconnection": 1, 2, 4 ... 60 seconds, from 1 again once connected.
  private var documentedWait: SimDuration {
    .seconds(self.failuresInARow > 6 ? 60 : Int64(1) << Int64(self.failuresInARow - 1))
  }

  /// Whether a connection stands or is being opened.
  var isUnderWay: Bool { self.link == .connecting || self.link == .connected }

  /// A commit names another server: it is connected at once.
  mutating func redirects() { self.isRedirected = true }

  mutating func happened(_ event: RunEvent) {
    let before = self.link
    let number = event.connection?.number ?? 0
    var by = ""
    switch event.fact {
    case .pushConnecting:
      self.record.require(
        number == self.number + 1, .idsGrow,
        "\(self.name): connection \(number) after \(self.number)")
      if self.isRedirected {
        self.failuresInARow = 0
        self.isRedirected = false
      } else if case .waiting(let until) = self.link {
        self.record.require(
          event.instant == until, .backoffDocumented,
          "\(self.name): failure \(self.failuresInARow), due \(until), tried \(event.instant)")
      }
      self.number = number
      self.link = .connecting
    case .pushConnected:
      self.failuresInARow = 0
      self.link = .connected
    case .pushFailed(let failure):
      by = " by " + failure.words
      self.record.saw(.linkCause, failure.cause.rawValue)
      self.record.require(
        failure.phase == (before == .connected ? .established : .connecting), .linkLegal,
        "\(self.name): \(failure.words) when \(before)")
      self.failuresInARow += 1
      self.link = .waiting(until: event.instant.advanced(by: self.documentedWait))
    case .pushClosedInOrder, .pushUnanswered:
      by = event.kind == .pushClosedInOrder ? " by FIN" : " by silence"
      self.link = .closedGracefully
    case .pushClosed: self.link = self.isRedirected ? .left : .closed
    default: return
    }
    self.record.require(
      number == self.number, .linkLegal, "\(self.name): \(event.kind) of connection \(number)")
    let exit = "\(before.name) > \(self.link.name)"
    self.record.saw(.linkExit, exit + by)
    self.record.require(
      TransitionTables.link.contains(exit) && (self.isBuffered || self.link != .closedGracefully),
      .linkLegal, "\(self.name): \(exit)")
  }

  /// The run is over: a push without connection closes without a word.
  func ended() {
    if self.link == .closedGracefully || self.link.name == "waiting" {
      self.record.saw(.linkExit, "\(self.link.name) > closed")
    }
  }

  // MARK: Each step

  mutating func check(_ ledger: DeliveryLedger, _ numbers: PushNumbers) {
    let totals = ledger.totals
    self.record.saw(.linkState, self.link.name)
    self.record.require(totals.isBalanced, .ledgerBalances, "\(self.name): \(totals)")
    self.record.require(
      totals.queued + numbers.waitingHeaderLines
        == numbers.queuedLines + numbers.unwrittenLines + numbers.bufferedLines,
      .ledgerMatchesQueue, "\(self.name): \(totals.queued) queued, \(numbers)")
    // A chunk may overshoot the bound of what is handed over, once.
    self.record.require(
      numbers.queuedBytes <= numbers.limits.queueBytesMax
        && numbers.unwrittenBytes <= UInt64(numbers.limits.unwrittenBytesMax + 80 * 1024)
        && numbers.queuedLines * 20 <= UInt64(numbers.queuedBytes), .queueBounds,
      "\(self.name): \(numbers)")
    self.record.require(self.matches(numbers.link), .linkLegal, "\(self.name): \(numbers.link)")
    if let last = self.last {
      self.record.require(
        last.logged <= totals.logged && last.filtered <= totals.filtered
          && last.accepted <= totals.accepted
          && (last.seen <= totals.seen || self.isRecovered)
          && last.lostQueueDiscarded <= totals.lostQueueDiscarded
          && last.lostQueueFull <= totals.lostQueueFull && last.resent <= totals.resent
          && last.lostBufferDropped <= totals.lostBufferDropped, .countsNeverFall,
        "\(self.name): \(last) then \(totals)")
      self.record.require(
        last.lostQueueFull == totals.lostQueueFull || self.isBuffered || self.isNearlyFull(numbers),
        .queueBounds,
        "\(self.name): a line refused with room, \(numbers)")
    }
    self.record.require(
      !self.isBuffered
        || totals.lostQueueDiscarded + totals.lostUnacknowledged + totals.lostBufferUnwritable == 0,
      .nothingSkipped, "\(self.name): \(totals)")
    self.last = totals
    self.isRecovered = false
    self.check(ledger.latestConnections)
  }

  /// A refused line may have been followed by the loss of the queue, or by its leaving.
  private func isNearlyFull(_ numbers: PushNumbers) -> Bool {
    numbers.queuedBytes + 2048 >= numbers.limits.queueBytesMax || self.link == .connected
      || numbers.queuedLines <= 8
  }

  private func matches(_ state: SyslogLinkStateMachine.State) -> Bool {
    switch (state, self.link) {
    case (.idle, .idle), (.closedGracefully, .closedGracefully), (.closed, .closed): true
    case (.connecting(let id), .connecting), (.connected(let id), .connected):
      id.number == self.number
    case (.waiting(let until), .waiting(let expected)): until == expected
    default: false
    }
  }

  private func check(_ connections: [ConnectionRecord]) {
    let isConnected = self.link == .connected
    let open = connections.filter { $0.closed == nil }
    self.record.require(
      open.count == (isConnected ? 1 : 0)
        && (!isConnected || connections.last?.id.number == self.number), .recordsSound,
      "\(self.name): \(open.count) open records when \(self.link.name)")
    for (earlier, later) in zip(connections, connections.dropFirst()) {
      self.record.require(
        earlier.id < later.id && (!self.hasOneClock || earlier.opened <= later.opened)
          && earlier.firstSequence <= later.firstSequence, .recordsSound,
        "\(self.name): \(earlier) before \(later)")
    }
    for entry in connections {
      self.record.require(
        entry.acknowledged <= entry.written && entry.received <= entry.written
          && entry.bytesAcknowledged <= entry.bytesWritten
          && (entry.isDatagram ? entry.bytesAcknowledged == 0 : true), .recordsSound,
        "\(self.name): \(entry)")
    }
  }
}

extension LedgerTotals {
  /// Lines that a receiver read: one that is sent again is read anew.
  fileprivate var seen: UInt64 { self.received + self.knownDuplicates }
}
