import Simulation

extension TCPConnection {
  var keepAliveIdle: Int64 {
    (self.options.keepAliveIdle ?? self.profile.keepAliveIdle).nanoseconds
  }

  private var keepAliveInterval: Int64 {
    (self.options.keepAliveInterval ?? self.profile.keepAliveInterval).nanoseconds
  }

  private var giveUpAfter: Int64 {
    (self.options.userTimeout ?? self.profile.giveUpAfter).nanoseconds
  }

  /// When the first of the timers is due; `off` when all are.
  var firstTimer: Int64 {
    min(
      min(self.retransmitDue, self.persistDue, self.delayedAcknowledgementDue),
      min(self.keepAliveDue, self.lingerDue, self.readDue))
  }

  /// How long after the last try the closed window is probed: from the time-out up, doubling.
  var persistInterval: Int64 {
    let least = max(self.timeout, self.profile.timeoutMin.nanoseconds)
    return min(
      least << Int64(min(self.persistBackoffs, 12)), self.profile.timeoutMax.nanoseconds)
  }

  /// Runs the timers that are due at `now`.
  mutating func timeReached(now: Int64, _ output: inout TCPOutput) {
    if self.readDue <= now {
      self.readDue = Self.off
      self.readPaced(now: now, &output)
    }
    if self.delayedAcknowledgementDue <= now {
      self.delayedAcknowledgementDue = Self.off
      self.acknowledgementOwed = true
      self.acknowledgeIfOwed(&output)
    }
    if self.lingerDue <= now { self.lingerReached(&output) }
    if self.retransmitDue <= now { self.retransmitReached(now: now, &output) }
    if self.persistDue <= now { self.persistReached(now: now, &output) }
    if self.keepAliveDue <= now { self.keepAliveReached(now: now, &output) }
    if self.state == .closed { self.stopTimers() }
  }

  private mutating func stopTimers() {
    self.retransmitDue = Self.off
    self.persistDue = Self.off
    self.delayedAcknowledgementDue = Self.off
    self.keepAliveDue = Self.off
    self.lingerDue = Self.off
    self.readDue = Self.off
  }

  private mutating func lingerReached(_ output: inout TCPOutput) {
    self.lingerDue = Self.off
    switch self.state {
    case .synSent, .synReceived:
      if self.listener == nil {
        output.events.append(.connectFailed(self.softError ?? .timedOut))
      }
    case .finWait2:
      output.events.append(.closed)
    case .timeWait:
      self.tellOwedEnd(&output)
    default:
      return
    }
    self.state = .closed
    self.stopTimers()
  }

  /// The connection leaves TIME-WAIT; an owner who has not read everything has not heard of its end.
  mutating func tellOwedEnd(_ output: inout TCPOutput) {
    guard self.closedOwed else { return }
    self.closedOwed = false
    output.events.append(.closed)
  }

  private mutating func retransmitReached(now: Int64, _ output: inout TCPOutput) {
    self.retransmitDue = Self.off
    let doubled = min(self.timeout * 2, self.profile.timeoutMax.nanoseconds)
    if self.unacknowledged == self.initialSequence {
      if self.listener != nil, self.backoffs >= self.profile.synAckRetransmissionsMax {
        self.state = .closed
        return
      }
      self.backoffs += 1
      self.timeout = doubled
      self.sendSyn(now: now, &output)
      return
    }
    if now - self.waitingSince >= self.giveUpAfter {
      self.giveUp(&output)
      return
    }
    // RFC 6298 section 5.4 to 5.6 and RFC 5681 section 3.1: all from the first byte on, slowly.
    if self.backoffs == 0 {
      let inFlight = self.sendMax.offset(from: self.unacknowledged)
      self.slowStartThreshold = max(inFlight / 2, 2 * self.segmentSize)
    }
    self.backoffs += 1
    self.timeout = doubled
    self.congestionWindow = self.segmentSize
    self.recovering = false
    self.duplicateAcknowledgements = 0
    self.timedSince = Self.off
    self.sendNext = self.unacknowledged
    let since = self.waitingSince
    self.transmit(now: now, &output)
    guard self.retransmitDue != Self.off else { return }
    self.waitingSince = since
    // As Linux does it, the last wait is cut so that the user timeout is kept to.
    if self.options.userTimeout != nil {
      self.retransmitDue = min(self.retransmitDue, since + self.giveUpAfter)
    }
  }

  private mutating func persistReached(now: Int64, _ output: inout TCPOutput) {
    self.persistDue = Self.off
    let silentSince = max(self.waitingSince, self.lastHeard)
    if now - silentSince >= self.giveUpAfter {
      self.giveUp(&output)
      return
    }
    self.persistBackoffs += 1
    self.probeWindow(now: now, &output)
    self.persistDue = now + self.persistInterval
  }

  private mutating func keepAliveReached(now: Int64, _ output: inout TCPOutput) {
    self.keepAliveDue = Self.off
    let idleEnd = self.lastHeard + self.keepAliveIdle
    if self.keepAliveProbes == 0, idleEnd > now {
      self.keepAliveDue = idleEnd
      return
    }
    if self.sendMax != self.unacknowledged {
      // The retransmission timer watches the peer meanwhile.
      self.keepAliveDue = now + self.keepAliveIdle
      return
    }
    if self.keepAliveProbes >= self.options.keepAliveProbesMax ?? self.profile.keepAliveProbesMax {
      self.giveUp(&output)
      return
    }
    self.keepAliveProbes += 1
    self.emit(.acknowledge, sequence: self.unacknowledged &- 1, &output)
    self.keepAliveDue = now + self.keepAliveInterval
  }

  private mutating func giveUp(_ output: inout TCPOutput) {
    if self.profile.resetsWhenGivingUp {
      self.emit([.reset, .acknowledge], sequence: self.sendNext, &output)
    }
    self.state = .closed
    output.events.append(.timedOut)
  }
}
