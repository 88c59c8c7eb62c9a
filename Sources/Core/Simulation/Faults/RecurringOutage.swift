/// Something that is down for `length` at the beginning of each `every`.
public struct RecurringOutage: Hashable, Sendable {
  private let every: SimDuration
  private let length: SimDuration

  /// Outages; none with a period of nothing.
  public init(every: SimDuration, length: SimDuration) {
    self.every = every
    self.length = length
  }

  /// Whether it is down, that long after the first outage began.
  public func isDown(_ since: SimDuration) -> Bool {
    since >= .zero && self.every > .zero
      && since.nanoseconds % self.every.nanoseconds < self.length.nanoseconds
  }

  /// How long it stays as it is, that long after the first outage began; `nil` for ever.
  public func untilChange(_ since: SimDuration) -> SimDuration? {
    guard self.every > .zero else { return nil }
    let into = SimDuration(nanoseconds: since.nanoseconds % self.every.nanoseconds)
    return (into < self.length ? self.length : self.every) - into
  }
}
