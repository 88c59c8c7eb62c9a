public import Simulation

/// A scenario under way in virtual time, advanced as its owner likes.
///
/// However many steps it is advanced in, it produces the same bytes.
public struct ScenarioWorld<Output: ScenarioOutput>: ~Copyable {
  private let duration: SimDuration
  private var engine: ScenarioEngine

  /// A scenario that has begun: its appliance has started.
  public init(_ scenario: Scenario, output: Output) {
    self.duration = scenario.duration
    self.engine = ScenarioEngine(scenario, output: output)
    self.engine.begin()
  }

  /// Lets everything happen that is due until then.
  ///
  /// - Parameter elapsed: after the scenario's start. One later than the scenario's duration counts
  ///   as the duration; an earlier time than before does nothing.
  public mutating func advance(to elapsed: SimDuration) {
    let elapsed = min(elapsed, self.duration)
    self.engine.advance(to: self.engine.scenario.start.advanced(by: elapsed))
  }

  /// Ends the scenario where it was advanced to: the appliance stops there.
  ///
  /// - Returns: the result, and the output with everything that was produced.
  public consuming func end() -> (result: ScenarioResult, output: Output) {
    let (result, output) = self.engine.end()
    guard let output = output as? Output else {
      preconditionFailure("an output does not change its type")
    }
    return (result, output)
  }
}
