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

  private let scenario: Scenario

  /// The names of a scenario.
  public init(_ scenario: Scenario) {
    self.scenario = scenario
  }

  /// What `name` is, that long after the scenario's start.
  public func answer(_ name: String, since: SimDuration) -> Answer {
    if let literal = IPv4Address(name) { return .addresses([literal]) }
    let wanted = name.lowercased()
    switch self.scenario.fault(ofName: name, since: since) {
    case .notFound, .serverFailure: return .nothing(after: .zero)
    case .timeout(let duration): return .nothing(after: duration)
    case .addressChange(let address): return .addresses([address])
    case nil: break
    }
    let plan = self.scenario.network.names.first { $0.name.lowercased() == wanted }
    guard let plan, !plan.addresses.isEmpty else { return .nothing(after: .zero) }
    return .addresses(plan.addresses)
  }
}
