internal import LabPeers
internal import NetworkModel
internal import Simulation

/// Planned faults as middleboxes of a path and as faults of ports and of a receiver.
extension Lab {
  func middleboxes(_ host: HostPlan, faults: [PlannedFault]) -> [any Middlebox] {
    var boxes: [any Middlebox] = []
    if let clamp = host.path.mssClamp { boxes.append(MSSClamp(clamp)) }
    for fault in faults {
      guard case .device(let box)? = self.simulated(fault) else { continue }
      boxes.append(
        FaultGate(box, label: fault.kind.name, choice: self.choice(fault.when)))
    }
    return boxes
  }

  private func simulated(_ fault: PlannedFault) -> SimulatedPathFault? {
    guard case .path(let path) = fault.kind else { return nil }
    return path.simulated(from: self.scenario.start.advanced(by: fault.when.from))
  }

  private func choice(_ window: FaultWindow) -> ConnectionChoice {
    ConnectionChoice(window.trigger(start: self.scenario.start))
  }

  /// What keeps the host's ports from taking connections.
  func listenFault(_ fault: PlannedFault) -> ListenFault? {
    guard case .port(let answer)? = self.simulated(fault) else { return nil }
    return ListenFault(
      answer, choice: self.choice(fault.when), note: "\(fault.kind.name) at \(fault.host)")
  }

  func receiverFault(_ fault: PlannedFault) -> ScheduledReceiverFault? {
    guard case .server(let kind) = fault.kind else { return nil }
    return ScheduledReceiverFault(kind, when: fault.when.trigger(start: self.scenario.start))
  }

  /// How much of a datagram a host keeps; `nil` for all of it.
  func datagramLimit(ofHost host: Int, now: SimInstant) -> Int? {
    let name = self.name(ofHost: host)
    for fault in self.scenario.faults where fault.host == name && self.covers(fault.when, now) {
      if case .host(.cutDatagrams(let bytes)) = fault.kind { return bytes }
    }
    return nil
  }
}
