public import Simulation

/// How long whoever failed waits before the next try: a push, a file transfer, a write.
///
/// delay(n) = min(initial · 2ⁿ⁻¹, maximum), where n counts failures in a row and a connection that
/// was established starts the count anew. With the defaults: 1, 2, 4, 8, 16, 32, 60, 60 ...
/// seconds.
/// Source: docs/FIDELITY.md, "Reconnection" (the first second is inferred, the growth is ours).
public struct ExponentialBackoff: Hashable, Sendable {
  /// The wait after the first failure.
  public var initial: SimDuration
  /// The longest wait.
  public var maximum: SimDuration

  /// Waits from `initial` to `maximum`.
  public init(initial: SimDuration = .seconds(1), maximum: SimDuration = .seconds(60)) {
    self.initial = initial
    self.maximum = maximum
  }

  /// The wait after failure number `attempt`, from 1.
  public func delay(attempt: Int) -> SimDuration {
    precondition(attempt >= 1, "failures are counted from 1")
    var delay = self.initial
    for _ in 1..<attempt {
      if delay >= self.maximum { break }
      delay = delay * 2
    }
    return min(delay, self.maximum)
  }
}
