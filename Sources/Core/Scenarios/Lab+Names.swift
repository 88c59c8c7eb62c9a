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
    switch fault?.kind {
    case .nameNotFound: answer = .nameError
    case .nameServerFailure: answer = .serverFailure
    case .nameTimeout: return nil
    case .addressChange(let address): answer = .addresses([address.bits])
    default:
      let plan = self.scenario.network.names.first { $0.name.lowercased() == name }
      answer = plan.map { .addresses($0.addresses.map(\.bits)) } ?? .nameError
    }
    return DNSMessage.response(id: id, name: name, answer).map {
      NameServerReply(bytes: $0, note: fault.map { "\($0.kind.name) of \(name)" })
    }
  }

  /// How long the resolver tries, when a fault says so.
  func resolverDeadline(_ name: String, now: SimInstant) -> SimDuration? {
    guard case .nameTimeout(let duration) = self.fault(ofName: name, now: now)?.kind else {
      return nil
    }
    return duration
  }

  private func fault(ofName name: String, now: SimInstant) -> PlannedFault? {
    self.scenario.faults.first { fault in
      switch fault.kind {
      case .nameNotFound, .nameServerFailure, .nameTimeout, .addressChange:
        fault.host.lowercased() == name.lowercased() && self.covers(fault.when, now)
      default: false
      }
    }
  }

  func covers(_ window: FaultWindow, _ now: SimInstant) -> Bool {
    let since = self.scenario.start.duration(to: now)
    return since >= window.from && window.until.map { since < $0 } ?? true
  }
}
