public import Simulation

/// A limit of lines a second that lets a burst pass: tokens come at the rate, each line takes one.
public struct TokenBucket: Hashable, Sendable {
  /// A token in the unit of `level`, so that a nanosecond brings a whole number of them.
  private static let token: Int64 = 1_000_000_000

  /// Lines a second; 1 to 1,000,000.
  public let linesPerSecond: Int
  /// The most tokens; 1 to 1,000,000.
  public let burst: Int
  private var level: Int64
  private var filledAt: SimInstant?

  /// A full bucket.
  public init(linesPerSecond: Int, burst: Int) {
    precondition((1...1_000_000).contains(linesPerSecond) && (1...1_000_000).contains(burst))
    self.linesPerSecond = linesPerSecond
    self.burst = burst
    self.level = Int64(burst) * Self.token
  }

  /// How many lines may leave now.
  public var available: Int { Int(self.level / Self.token) }

  /// When the next token is there; `nil` while there is one.
  public var nextAt: SimInstant? {
    guard self.available == 0, let filledAt = self.filledAt else { return nil }
    let rate = Int64(self.linesPerSecond)
    let missing = Self.token - self.level
    return filledAt.advanced(by: SimDuration(nanoseconds: (missing + rate - 1) / rate))
  }

  /// The clock shows `now`; a clock that goes back brings nothing.
  public mutating func refill(now: SimInstant) {
    let since = self.filledAt ?? now
    self.filledAt = max(since, now)
    let elapsed = max(0, since.duration(to: now).nanoseconds)
    let full = Int64(self.burst) * Self.token
    let rate = Int64(self.linesPerSecond)
    // Longer than it takes to fill it changes nothing, and could overflow.
    guard elapsed < (full - self.level) / rate + 1 else {
      self.level = full
      return
    }
    self.level = min(full, self.level + elapsed * rate)
  }

  /// So many lines leave.
  public mutating func take(_ lines: Int) {
    precondition(lines <= self.available, "more lines than tokens")
    self.level -= Int64(lines) * Self.token
  }
}
