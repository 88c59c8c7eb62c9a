internal import LogModel
public import Simulation

/// A scenario's names for a live appliance: what its resolver would come to.
///
/// The answer alone: there is no name server whose packets a path could lose.
public struct LiveNames: Hashable, Sendable {
  /// What a question comes to.
  public enum Answer: Hashable, Sendable {
    /// In the order in which they are tried; at least one.
    case addresses([IPv4Address])
    /// No address, so long after the question.
    case nothing(after: SimDuration)
  }

  private let names: [NamePlan]
  private let faults: [PlannedFault]

  /// The names of a scenario.
  public init(_ scenario: Scenario) {
    self.names = scenario.network.names
    self.faults = scenario.faults
  }

  /// What `name` is, that long after the scenario's start.
  public func answer(_ name: String, since: SimDuration) -> Answer {
    if let literal = IPv4Address(name) { return .addresses([literal]) }
    let wanted = name.lowercased()
    for fault in self.faults where fault.host.lowercased() == wanted {
      guard since >= fault.when.from, fault.when.until.map({ since < $0 }) ?? true else { continue }
      switch fault.kind {
      case .nameNotFound, .nameServerFailure: return .nothing(after: .zero)
      case .nameTimeout(let duration): return .nothing(after: duration)
      case .addressChange(let address): return .addresses([address])
      default: continue
      }
    }
    let plan = self.names.first { $0.name.lowercased() == wanted }
    guard let plan, !plan.addresses.isEmpty else { return .nothing(after: .zero) }
    return .addresses(plan.addresses)
  }
}
