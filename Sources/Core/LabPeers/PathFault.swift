internal import Simulation

/// What a proxy makes of a path's faults.
extension PathFault {
  /// What a SYN meets; `nil` when the port is as ever.
  var door: FaultedPath.Door? {
    switch self {
    case .refuse, .rejectWithReset, .backlogFull(resets: true): .refusing
    case .backlogFull(resets: false), .silentDrop, .blockTCP: .silent
    // No program can make a kernel answer a SYN with ICMP.
    case .rejectWithICMP, .resetOnPattern, .resetAfterBytes, .spoofedReset, .idleExpiry, .blockUDP,
      .rateLimit, .loss, .burstLoss, .linkFlap, .duplication, .reordering, .latency, .mtuBlackHole:
      nil
    }
  }

  /// Whether open connections stand still, that long after the fault began.
  fileprivate func holds(at since: SimDuration) -> Bool {
    switch self {
    case .silentDrop, .blockTCP: true
    default: self.outage?.isDown(since) ?? false
    }
  }
}

/// On one connection: the fault is known to be of the path.
extension ScheduledFault<PathFault> {
  /// Whether open connections stand still at `now`.
  func holds(_ now: SimInstant) -> Bool {
    self.when.covers(now) && self.fault.holds(at: self.since(now))
  }

  /// When the window or an outage begins or ends next, behind `now`.
  func nextChange(after now: SimInstant) -> SimInstant? {
    let change = self.when.nextChange(after: now)
    guard self.when.covers(now), let rest = self.fault.outage?.untilChange(self.since(now)) else {
      return change
    }
    let next = now.advanced(by: rest)
    return change.map { min($0, next) } ?? next
  }

  private func since(_ now: SimInstant) -> SimDuration {
    (self.when.from ?? SimInstant(nanoseconds: 0)).duration(to: now)
  }
}

extension ScheduledFault<FaultDescription> {
  /// The same as a fault of the path; `nil` when it is none.
  var ofPath: ScheduledFault<PathFault>? {
    guard case .path(let fault) = self.fault else { return nil }
    return ScheduledFault<PathFault>(fault, when: self.when)
  }

  /// When something may change by itself, behind `now`.
  func nextChange(after now: SimInstant) -> SimInstant? {
    self.ofPath?.nextChange(after: now) ?? self.when.nextChange(after: now)
  }
}
