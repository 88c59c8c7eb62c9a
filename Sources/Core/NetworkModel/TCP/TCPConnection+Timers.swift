import Simulation

extension TCPConnection {
  var keepAliveIdle: Int64 {
    (self.options.keepAliveIdle ?? self.profile.keepAliveIdle).nanoseconds
  }

  private var giveUpAfter: Int64 {
    (self.options.userTimeout ?? self.profile.giveUpAfter).nanoseconds
  }

  /// When the first of the timers is due; `off` when all are.
  var firstTimer: Int64 {
    min(
      min(self.retransmission.due, self.persist.due, self.acknowledgement.due),
      min(self.keepAlive.due, self.lingerDue, self.readDue))
  }

  /// Runs the timers that are due at `now`.
  mutating func timeReached(now: Int64, _ output: inout TCPOutput) {
    if self.readDue <= now {
      self.readDue = Self.off
      self.readPaced(now: now, &output)
    }
    if self.acknowledgement.due <= now {
      self.acknowledgement.delayEnded()
      self.acknowledgeIfOwed(&output)
    }
    if self.lingerDue <= now { self.lingerReached(&output) }
    if self.retransmission.due <= now { self.retransmitReached(now: now, &output) }
    if self.persist.due <= now { self.persistReached(now: now, &output) }
    if self.keepAlive.due <= now { self.keepAliveReached(now: now, &output) }
    if self.state == .closed { self.stopTimers() }
  }

  private mutating func stopTimers() {
    self.retransmission.stop()
    self.persist.stop()
    self.acknowledgement.stop()
    self.keepAlive.stop()
    self.lingerDue = Self.off
    self.readDue = Self.off
  }

  private mutating func lingerReached(_ output: inout TCPOutput) {
    self.lingerDue = Self.off
    switch self.state {
    case .synSent, .synReceived:
      if self.flow.listener == nil {
        output.events.append(.connectFailed(self.agreed.softError ?? .timedOut))
      }
    case .finWait2:
      output.events.append(.closed)
    case .timeWait:
      // An owner who has not read everything has not heard of the end.
      self.notices.tellClosedIfOwed(&output)
    case .closed, .established, .finWait1, .closeWait, .closing, .lastAck:
      return
    }
    self.state = .closed
    self.stopTimers()
  }

  private mutating func retransmitReached(now: Int64, _ output: inout TCPOutput) {
    self.retransmission.stop()
    if self.send.isOpening {
      if self.flow.listener != nil,
        self.retransmission.backoffs >= self.profile.synAckRetransmissionsMax
      {
        self.state = .closed
        return
      }
      self.retransmission.backOff()
      self.sendSyn(now: now, &output)
      return
    }
    if now - self.retransmission.waitingSince >= self.giveUpAfter {
      self.giveUp(&output)
      return
    }
    // RFC 6298 section 5.4 to 5.6 and RFC 5681 section 3.1: all from the first byte on, slowly.
    self.congestion.timedOut(
      isFirst: self.retransmission.backoffs == 0, inFlight: self.send.inFlight,
      segmentSize: self.agreed.segmentSize)
    self.retransmission.backOff()
    self.retransmission.untime()
    self.send.next = self.send.unacknowledged
    let since = self.retransmission.waitingSince
    self.transmit(now: now, &output)
    guard self.retransmission.isOn else { return }
    self.retransmission.waitingSince = since
    // As Linux does it, the last wait is cut so that the user timeout is kept to.
    if self.options.userTimeout != nil { self.retransmission.limit(to: since + self.giveUpAfter) }
  }

  private mutating func persistReached(now: Int64, _ output: inout TCPOutput) {
    self.persist.stop()
    let silentSince = max(self.retransmission.waitingSince, self.keepAlive.lastHeard)
    if now - silentSince >= self.giveUpAfter {
      self.giveUp(&output)
      return
    }
    self.persist.probed()
    self.probeWindow(&output)
    self.startPersist(now: now)
  }

  private mutating func keepAliveReached(now: Int64, _ output: inout TCPOutput) {
    let interval = (self.options.keepAliveInterval ?? self.profile.keepAliveInterval).nanoseconds
    let action = self.keepAlive.reached(
      now: now, idle: self.keepAliveIdle, interval: interval,
      probesMax: self.options.keepAliveProbesMax ?? self.profile.keepAliveProbesMax,
      hasInFlight: self.send.inFlight != 0)
    switch action {
    case .wait: return
    case .probe: self.emit(.acknowledge, sequence: self.send.unacknowledged &- 1, &output)
    case .giveUp: self.giveUp(&output)
    }
  }

  private mutating func giveUp(_ output: inout TCPOutput) {
    if self.profile.resetsWhenGivingUp {
      self.emit([.reset, .acknowledge], sequence: self.send.next, &output)
    }
    self.state = .closed
    output.events.append(.timedOut)
  }
}
