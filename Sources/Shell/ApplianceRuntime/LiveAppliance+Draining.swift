internal import ApplianceConfiguration
internal import ApplianceModel
internal import LogDelivery
internal import NIOCore
internal import Simulation

/// How a run ends behind its traffic.
extension LiveAppliance {
  /// The traffic has ended: the run does, once nothing waits.
  func drain() {
    if !self.expectsNoMore {
      self.expectsNoMore = true
      self.appliance.expectNoMore(now: self.now())
      self.runActions()
    }
    if self.appliance.isFinished {
      self.end(.finished)
    } else if self.drainTimer == nil {
      self.awaitDrain()
    }
  }

  /// A push with a disk buffer that gets on is not given up.
  private func awaitDrain() {
    let before = self.appliance.bufferedLinesLeft
    self.drainTimer = self.loop.assumeIsolated().scheduleTask(
      in: .nanoseconds(self.settings.drainTimeout.nanoseconds)
    ) {
      let left = self.appliance.bufferedLinesLeft
      if left > 0, left < before {
        self.awaitDrain()
      } else {
        self.end(self.leftOver())
      }
    }
  }

  /// Ends at once, whatever waits.
  func giveUp() {
    self.end(self.leftOver())
  }

  private func leftOver() -> LiveOutcome {
    var left: [String: UInt64] = [:]
    for ledger in self.appliance.ledgers {
      let open = ledger.totals.queued + ledger.unsettledWritten
      let isConnected = self.connectedSubscriptions.contains(ledger.subscription)
      // One that was connected and has nothing to send is done, wherever its server is now.
      let wasConnected = !ledger.connections.isEmpty
      guard open > 0 || !wasConnected && !self.appliance.hasParted(ledger.subscription) else {
        continue
      }
      // What waits in memory for a connection is lost with the run.
      let isKept = self.subscriptions.contains {
        $0.name.value == ledger.subscription && $0.hasDiskBuffer
      }
      left[ledger.subscription] = isConnected || isKept ? open : 0
    }
    if left.isEmpty, !self.appliance.filesWaiting.isEmpty {
      return .notSent(self.appliance.filesWaiting)
    }
    guard left.isEmpty else { return .notDrained(left) }
    let unanswered = self.unanswered()
    if !unanswered.isEmpty { return .noReceipt(unanswered) }
    return self.appliance.isSendingAlertMail ? .notDrained(left) : .finished
  }

  /// The lines of connections whose servers did not answer our FIN, of pushes that end them by one.
  private func unanswered() -> [String: UInt64] {
    var lines: [String: UInt64] = [:]
    for subscription in self.subscriptions {
      guard case .syslogPush(let push) = subscription.retrieval,
        push.delivery.mode.value == .atLeastOnce, push.transport.value == .tcp,
        !self.appliance.hasParted(subscription.name.value)
      else { continue }
      let name = subscription.name.value
      let ledger = self.appliance.ledgers.first { $0.subscription == name }
      // What was closed in order before is as well as it can be.
      let count = ledger.map { $0.totals.acknowledged - $0.totals.closedInOrder } ?? 0
      if count > 0 { lines[name] = count }
    }
    return lines
  }
}
