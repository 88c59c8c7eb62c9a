internal import LogModel
internal import NetworkModel
internal import Simulation

/// The appliance's resolver: literals, the scenario's names, and what goes wrong with them.
///
/// Answers come after a time; no DNS packets are on the network (docs/SCENARIOS.md, "Limits").
extension Lab {
  /// An answer, and how long it takes; without an address the name cannot be resolved.
  struct NameAnswer {
    let address: HostAddress?
    let after: SimDuration
  }

  private static let answerTime = SimDuration.milliseconds(2)

  func resolve(_ name: String, now: SimInstant) -> NameAnswer {
    if let literal = IPv4Address(name) {
      return NameAnswer(address: HostAddress(bits: literal.bits), after: .zero)
    }
    for fault in self.scenario.faults where fault.host == name && self.covers(fault.when, now) {
      switch fault.kind {
      case .nameNotFound, .nameServerFailure:
        return NameAnswer(address: nil, after: Self.answerTime)
      case .nameTimeout(let duration):
        return NameAnswer(address: nil, after: duration)
      case .addressChange(let address):
        return NameAnswer(address: HostAddress(bits: address.bits), after: Self.answerTime)
      default:
        continue
      }
    }
    let plan = self.scenario.network.names.first { $0.name == name }
    let address = plan?.addresses.first.map { HostAddress(bits: $0.bits) }
    return NameAnswer(address: address, after: Self.answerTime)
  }

  func covers(_ window: FaultWindow, _ now: SimInstant) -> Bool {
    let since = self.scenario.start.duration(to: now)
    return since >= window.from && window.until.map { since < $0 } ?? true
  }
}
