internal import Alerting
internal import ApplianceConfiguration
internal import BasicContainers
internal import LogDelivery
internal import LogModel
public import Simulation

/// What a run that ends leaves undone.
public enum RunRemains: Hashable, Sendable {
  case nothing
  /// So many lines of each push were not sent, 0 where they are lost with the run; no lines at all
  /// where it was an alert mail that was under way.
  case lines([String: UInt64])
  /// All was sent, and servers with so many lines acknowledged had not closed their connections in
  /// order.
  case confirmations([String: UInt64])
  /// So many files of each subscription.
  case files([String: Int])
}

/// How a run ends behind its traffic (docs/ARCHITECTURE.md, "Back-pressure and shutdown").
extension Appliance {
  /// The wait for what is still to be sent.
  struct Drain {
    var until: SimInstant
    /// Lines of disk buffers that were left when the wait began.
    var linesLeft: UInt64
  }

  /// The traffic has ended, and no lines will come but those about pushes and alerts: waits for
  /// what is to be sent.
  ///
  /// - Parameter timeout: how long; a push with a disk buffer that gets on is not given up.
  /// - Returns: what is left when the wait is over, `nil` before.
  public mutating func drain(timeout: SimDuration, now: SimInstant) -> RunRemains? {
    guard let drain = self.drain else {
      let left = self.bufferedLinesLeft
      self.drain = Drain(until: now.advanced(by: timeout), linesLeft: left)
      for index in 0..<self.subscriptions.count {
        self.subscriptions[index].withPush { $0.expectNoMore() }
      }
      self.collectWrites(now: now)
      return self.isFinished ? .nothing : nil
    }
    if self.isFinished { return .nothing }
    guard drain.until <= now else { return nil }
    let left = self.bufferedLinesLeft
    guard left > 0, left < drain.linesLeft else { return self.remains }
    self.drain = Drain(until: now.advanced(by: timeout), linesLeft: left)
    return nil
  }

  /// What is left at this moment.
  public var remains: RunRemains {
    var lines: [String: UInt64] = [:]
    var unanswered: [String: UInt64] = [:]
    for index in 0..<self.subscriptions.count {
      guard let ledger = self.ledger(index) else { continue }
      let name = ledger.subscription
      let open = ledger.totals.queued + ledger.unsettledWritten
      let (isConnected, hasClosedGracefully, awaitsConfirmation) =
        self.subscriptions[index].readPush {
          ($0.connectedID != nil, $0.hasClosedGracefully, $0.awaitsConfirmation)
        } ?? (false, false, false)
      // One that was connected and has nothing to send is done, wherever its server is now.
      if open > 0 || ledger.connections.isEmpty && !hasClosedGracefully {
        // What waits in memory for a connection is lost with the run.
        let isKept = isConnected || self.subscriptions[index].storage.hasDiskBuffer
        lines[name] = isKept ? open : 0
      }
      if !hasClosedGracefully, awaitsConfirmation {
        // What was closed in order before is as well as it can be.
        let count = ledger.totals.acknowledged - ledger.totals.closedInOrder
        if count > 0 { unanswered[name] = count }
      }
    }
    guard lines.isEmpty else { return .lines(lines) }
    if !self.filesWaiting.isEmpty { return .files(self.filesWaiting) }
    if !unanswered.isEmpty { return .confirmations(unanswered) }
    return self.alerts.isIdle ? .nothing : .lines([:])
  }

  /// How many lines of pushes with a disk buffer may still have to be sent.
  private var bufferedLinesLeft: UInt64 {
    var sum: UInt64 = 0
    for index in 0..<self.subscriptions.count {
      sum += self.subscriptions[index].readPush { $0.bufferedLinesLeft } ?? 0
    }
    return sum
  }
}
