internal import LabPeers
internal import LogModel
internal import NetworkModel
internal import Simulation

/// The lab's name servers: what they answer, and what goes wrong with it.
extension Lab {
  /// What a name server does about a question.
  struct NameServerReply {
    let bytes: [UInt8]
    /// The fault behind the answer.
    let note: String?
  }

  /// - Returns: `nil` when nobody answers: no question, or a fault of the name.
  func nameServerReply(_ query: [UInt8], now: SimInstant) -> NameServerReply? {
    guard let (id, name) = DNSMessage.readQuery(query) else { return nil }
    let fault = self.fault(ofName: name, now: now)
    let answer: DNSAnswer
    switch fault {
    case .notFound: answer = .nameError
    case .serverFailure: answer = .serverFailure
    case .timeout: return nil
    case .addressChange(let address): answer = .addresses([address.bits])
    case nil:
      let plan = self.scenario.network.names.first { $0.name.lowercased() == name }
      answer = plan.map { .addresses($0.addresses.map(\.bits)) } ?? .nameError
    }
    return DNSMessage.response(id: id, name: name, answer).map {
      NameServerReply(bytes: $0, note: fault.map { "\($0.label) of \(name)" })
    }
  }

  /// How long the resolver tries, when a fault says so.
  func resolverDeadline(_ name: String, now: SimInstant) -> SimDuration? {
    guard case .timeout(let duration) = self.fault(ofName: name, now: now) else {
      return nil
    }
    return duration
  }

  private func fault(ofName name: String, now: SimInstant) -> NameFault? {
    self.scenario.fault(ofName: name, since: self.scenario.start.duration(to: now))
  }

  func covers(_ window: FaultWindow, _ now: SimInstant) -> Bool {
    window.covers(since: self.scenario.start.duration(to: now))
  }
}

extension Scenario {
  /// What goes wrong with a name, that long after the start: the first fault that covers it.
  func fault(ofName name: String, since: SimDuration) -> NameFault? {
    let wanted = name.lowercased()
    for planned in self.faults {
      guard case .name(let fault) = planned.kind, planned.host.lowercased() == wanted,
        planned.when.covers(since: since)
      else { continue }
      return fault
    }
    return nil
  }
}
