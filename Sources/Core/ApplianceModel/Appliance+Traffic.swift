internal import Alerting
internal import BasicContainers
internal import LogDelivery
internal import LogModel
public import MailFlow
public import Simulation

/// The traffic: what is due is run, and time may be held or ended.
extension Appliance {
  static let batchEvents = 256
  private static let batchesPerStep = 16
  private static let instant = SimDuration(nanoseconds: 1)

  /// Runs what is due at `now`: mail flow, waits of pushes and of alert mails, status lines.
  public mutating func advance(now: SimInstant) {
    for index in 0..<self.subscriptions.count {
      let action = self.subscriptions[index].withPush { $0.timeReached(now) }
      self.perform(action, index, now: now)
    }
    self.perform(self.alerts.timeReached(now), now: now)
    let isHeld = self.heldSince != nil
    if !isHeld {
      self.runFlow(through: self.isAtFullSpeed ? .distantFuture : now, now: now)
      self.checkModelTime(now: now)
    }
    // Behind the lines, so that those of before a rollover come into the file of before it.
    self.filesTimeReached(now)
    self.collectTransfers(now: now)
    self.reportOverflows(now: now)
    self.collectWrites(now: now)  // A backlog leaves also while the traffic is held.
    if !isHeld, self.flow.isFinished, !self.hasReportedEnd {
      self.hasReportedEnd = true
      self.saveFilesToSend()
      self.report(.trafficEnded, now: now)
    }
  }

  /// Stops the mail flow's time until `resumeTraffic`.
  public mutating func holdTraffic(now: SimInstant) {
    guard self.heldSince == nil else { return }
    self.heldSince = now
    self.report(.trafficHeld, now: now)
  }

  /// Lets the mail flow's time go on from where it was held.
  public mutating func resumeTraffic(now: SimInstant) {
    guard let since = self.heldSince else { return }
    self.heldSince = nil
    self.clock.held(for: since.duration(to: now))
    self.report(.trafficResumed, now: now)
  }

  /// Ends the traffic at once: connections that bring mail are cut, and what else is open stays
  /// pending. Source: docs/FIDELITY.md, "A stop".
  public mutating func stopTraffic(now: SimInstant) {
    self.resumeTraffic(now: now)
    self.wasStopped = true
    self.catchUp(now)
    self.flow.stop(at: self.clock.modelInstant(now), into: &self.events)
    guard let last = self.events.last else { return }
    self.clock.modelReached(last.instant)
    self.deliver(now: now)
    self.collectWrites(now: now)
  }

  /// What the mail flow has not done, by kind, with times by the appliance's clock.
  public func pendingWork(now: SimInstant) -> [PendingWork] {
    let ahead = self.clock.modelInstant(now).duration(to: self.clock.stamp(now))
    return self.flow.pendingWork.map {
      PendingWork(
        kind: $0.kind, count: $0.count, nextDue: $0.nextDue.map { $0.advanced(by: ahead) })
    }
  }

  var isAtFullSpeed: Bool { self.clock.isModelTime }

  func isHeldByAPush(now: SimInstant) -> Bool {
    for index in 0..<self.subscriptions.count
    where self.subscriptions[index].readPush({ $0.holdsModel(now: now) }) == true {
      return true
    }
    return false
  }

  /// The instant to write down at `now` when the mail flow's lines until then are written.
  mutating func stampForWriting(_ now: SimInstant) -> SimInstant {
    self.catchUp(now)
    self.clock.stamped(now)
    return self.clock.stamp(now)
  }

  /// What is written down at `now`.
  func stamp(_ now: SimInstant) -> SimInstant { self.clock.stamp(now) }

  /// Writes all that was due before `now` and has not had its turn, but what is held.
  mutating func catchUpWhole(_ now: SimInstant) {
    while self.catchUp(now) {}
  }

  /// Writes what was due before `now` and has not had its turn; as much as one step takes.
  ///
  /// - Returns: whether there may be more.
  @discardableResult
  private mutating func catchUp(_ now: SimInstant) -> Bool {
    guard !self.isAtFullSpeed, self.heldSince == nil else { return false }
    return self.runFlow(
      through: SimInstant(nanoseconds: now.nanoseconds - Self.instant.nanoseconds), now: now)
  }

  /// - Parameter limit: elapsed time.
  /// - Returns: whether there may be more.
  @discardableResult
  private mutating func runFlow(through limit: SimInstant, now: SimInstant) -> Bool {
    let end = self.isAtFullSpeed ? limit : self.clock.modelInstant(limit)
    for _ in 0..<Self.batchesPerStep {
      if self.flow.isFinished || self.holdsFlow(now: now) { return false }
      let isStatusDue = self.nextStatus <= end
      self.flow.advance(
        to: isStatusDue
          ? SimInstant(nanoseconds: self.nextStatus.nanoseconds - Self.instant.nanoseconds) : end,
        eventsMax: self.eventsMax(now: now), into: &self.events)
      if let last = self.events.last {
        self.clock.modelReached(last.instant)
        self.deliver(now: now)
        self.collectWrites(now: now)
      } else if isStatusDue, !self.flow.isFinished {
        self.logStatus(now: now)
      } else {
        self.waited = .zero
        return false
      }
    }
    return true
  }

  private mutating func logStatus(now: SimInstant) {
    let text = StatusLine.text(self.flow.counters)
    self.clock.modelReached(self.nextStatus)
    self.log(
      [(.information, text, .textMail), (.information, text, .status)], at: self.nextStatus,
      now: now)
    self.nextStatus = self.nextStatus.advanced(by: self.statusInterval)
  }
}
