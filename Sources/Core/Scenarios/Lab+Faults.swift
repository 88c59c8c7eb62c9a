internal import LabPeers
internal import NetworkModel
internal import Simulation

/// Planned faults as middleboxes of a path and as faults of a receiver. One place, one row a fault.
extension Lab {
  func middleboxes(_ host: HostPlan, faults: [PlannedFault]) -> [any Middlebox] {
    var boxes: [any Middlebox] = []
    if let clamp = host.path.mssClamp { boxes.append(MSSClamp(clamp)) }
    for fault in faults {
      guard let box = self.middlebox(fault) else { continue }
      boxes.append(
        FaultGate(box, label: fault.kind.name, choice: self.choice(fault.when)))
    }
    return boxes
  }

  private func middlebox(_ fault: PlannedFault) -> (any Middlebox)? {
    guard case .path(let path) = fault.kind else { return nil }
    if let outage = path.outage {
      return LinkOutage(start: self.instant(fault.when.from), outage)
    }
    return switch path {
    case .silentDrop: PacketFilter(.drop)
    case .rejectWithReset: PacketFilter(.reset)
    case .rejectWithICMP: PacketFilter(.unreachable)
    case .resetOnPattern, .resetAfterBytes: path.condition.map { IntrusionPrevention($0) }
    case .spoofedReset(let after, let right): SpoofedReset(after: after, hasRightSequence: right)
    case .idleExpiry(let duration): StatefulFirewall(idleExpiry: duration)
    case .blockTCP: PacketFilter(.drop, transport: .tcp)
    case .blockUDP: PacketFilter(.drop, transport: .udp)
    case .rateLimit(let rate): RateLimit(bitsPerSecond: rate)
    case .loss(let permille): PacketLoss(permille: permille)
    case .duplication(let permille): PacketDuplication(permille: permille)
    case .reordering(let permille): PacketDelay(PathFault.reorderingDelay, permille: permille)
    case .latency(let delay): PacketDelay(delay)
    case .mtuBlackHole(let mtu): MTUBlackHole(maximumTransmissionUnit: mtu)
    // Of the port, below; outages, above.
    case .refuse, .backlogFull, .burstLoss, .linkFlap: nil
    }
  }

  private func choice(_ window: FaultWindow) -> ConnectionChoice {
    ConnectionChoice(window.trigger(start: self.scenario.start))
  }

  /// What keeps the host's ports from taking connections.
  func listenFault(_ fault: PlannedFault) -> ListenFault? {
    let answer: ListenFault.Answer
    switch fault.kind {
    case .path(.refuse): answer = .reset
    case .path(.backlogFull(let resets)): answer = resets ? .reset : .drop
    default: return nil
    }
    return ListenFault(
      answer, choice: self.choice(fault.when), note: "\(fault.kind.name) at \(fault.host)")
  }

  func receiverFault(_ fault: PlannedFault) -> ScheduledReceiverFault? {
    guard case .server(let kind) = fault.kind else { return nil }
    return ScheduledReceiverFault(kind, when: fault.when.trigger(start: self.scenario.start))
  }

  /// How much of a datagram a host keeps; `nil` for all of it.
  func datagramLimit(ofHost host: Int, now: SimInstant) -> Int? {
    let name = self.scenario.network.hosts[host].name
    for fault in self.scenario.faults where fault.host == name && self.covers(fault.when, now) {
      if case .host(.cutDatagrams(let bytes)) = fault.kind { return bytes }
    }
    return nil
  }

  private func instant(_ since: SimDuration) -> SimInstant {
    self.scenario.start.advanced(by: since)
  }
}
