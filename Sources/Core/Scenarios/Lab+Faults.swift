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
    switch fault.kind {
    case .silentDrop: PacketFilter(.drop)
    case .rejectWithReset: PacketFilter(.reset)
    case .rejectWithICMP: PacketFilter(.unreachable)
    case .resetOnPattern(let pattern): IntrusionPrevention(.pattern(pattern))
    case .resetAfterBytes(let count): IntrusionPrevention(.bytes(count))
    case .spoofedReset(let after, let right): SpoofedReset(after: after, hasRightSequence: right)
    case .idleExpiry(let duration): StatefulFirewall(idleExpiry: duration)
    case .blockTCP: PacketFilter(.drop, transport: .tcp)
    case .blockUDP: PacketFilter(.drop, transport: .udp)
    case .rateLimit(let rate): RateLimit(bitsPerSecond: rate)
    case .loss(let permille): PacketLoss(permille: permille)
    case .burstLoss(let every, let length), .linkFlap(let every, let length):
      LinkOutage(start: self.instant(fault.when.from), every: every, length: length)
    case .duplication(let permille): PacketDuplication(permille: permille)
    case .reordering(let permille): PacketDelay(.milliseconds(2), permille: permille)
    case .latency(let delay): PacketDelay(delay)
    case .mtuBlackHole(let mtu): MTUBlackHole(maximumTransmissionUnit: mtu)
    case .refuse, .resetAfterHandshake, .resetAfter, .resetWhenIdle, .neverRead, .readSlowly,
      .backlogFull, .closeAfter, .halfClose, .answerClose, .cutDatagrams, .crash, .nameNotFound,
      .nameServerFailure, .nameTimeout, .addressChange, .rollOverNow, .clockStep, .diskFull:
      nil
    }
  }

  private func choice(_ window: FaultWindow) -> ConnectionChoice {
    ConnectionChoice(
      from: self.instant(window.from), until: window.until.map(self.instant),
      connectionsMax: window.connectionsMax, permille: window.connectionPermille)
  }

  /// What keeps the host's ports from taking connections.
  func listenFault(_ fault: PlannedFault) -> ListenFault? {
    let answer: ListenFault.Answer
    switch fault.kind {
    case .refuse: answer = .reset
    case .backlogFull(let resets): answer = resets ? .reset : .drop
    default: return nil
    }
    return ListenFault(
      answer, choice: self.choice(fault.when), note: "\(fault.kind.name) at \(fault.host)")
  }

  func receiverFault(_ fault: PlannedFault) -> ScheduledReceiverFault? {
    guard let kind = fault.kind.receiverFault else { return nil }
    return ScheduledReceiverFault(
      kind, from: self.instant(fault.when.from), until: fault.when.until.map(self.instant),
      connectionsMax: fault.when.connectionsMax, permille: fault.when.connectionPermille)
  }

  /// How much of a datagram a host keeps; `nil` for all of it.
  func datagramLimit(ofHost host: Int, now: SimInstant) -> Int? {
    let name = self.scenario.network.hosts[host].name
    for fault in self.scenario.faults where fault.host == name && self.covers(fault.when, now) {
      if case .cutDatagrams(let bytes) = fault.kind { return bytes }
    }
    return nil
  }

  private func instant(_ since: SimDuration) -> SimInstant {
    self.scenario.start.advanced(by: since)
  }
}

extension FaultKind {
  /// How a server misbehaves on one connection; `nil` for other faults.
  var receiverFault: ReceiverFault? {
    switch self {
    case .resetAfterHandshake: .resetAfterHandshake
    case .resetAfter(let point): .resetAfter(point)
    case .resetWhenIdle(let duration): .resetWhenIdle(duration)
    case .neverRead: .neverRead
    case .readSlowly(let rate): .readSlowly(bytesPerSecond: rate)
    case .closeAfter(let point): .closeAfter(point)
    case .halfClose(let point, let readsOn): .halfClose(point, readsOn: readsOn)
    case .answerClose(let answer): .answerClose(answer)
    default: nil
    }
  }
}
