/// A point in time: nanoseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// Covers the years 1678 to 2262. Arithmetic traps on overflow; who takes an instant from outside
/// asks `runs` first.
@frozen
public struct SimInstant: Hashable, Comparable, Sendable, BitwiseCopyable, Codable {
  /// Nanoseconds since the epoch; negative before it.
  public var nanoseconds: Int64

  /// The instant that many nanoseconds after the epoch.
  @inlinable
  public init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  /// The instant that many whole seconds after the epoch.
  @inlinable
  public init(secondsSinceEpoch seconds: Int64) {
    self.nanoseconds = seconds * 1_000_000_000
  }

  /// Later than every instant that a run can reach.
  public static let distantFuture = SimInstant(nanoseconds: .max)

  /// The instants that a run may have: the years 1970 to 2249. Two of them are no further apart
  /// than a `SimDuration` may be, and years are left for the waits of a model that is there.
  public static let runs =
    SimInstant(nanoseconds: 0)..<SimInstant(secondsSinceEpoch: 8_835_955_200)

  /// Whole seconds since the epoch, rounded down.
  @inlinable
  public var wholeSeconds: Int64 {
    let seconds = self.nanoseconds / 1_000_000_000
    return self.nanoseconds < seconds * 1_000_000_000 ? seconds - 1 : seconds
  }

  /// Nanoseconds past `wholeSeconds`, 0..<1_000_000_000.
  @inlinable
  public var subsecondNanoseconds: Int64 {
    self.nanoseconds - self.wholeSeconds * 1_000_000_000
  }

  /// This instant moved by `duration`.
  @inlinable
  public func advanced(by duration: SimDuration) -> SimInstant {
    SimInstant(nanoseconds: self.nanoseconds + duration.nanoseconds)
  }

  /// This instant moved by `duration`; `nil` outside of `runs`.
  public func moved(by duration: SimDuration) -> SimInstant? {
    let (sum, overflow) = self.nanoseconds.addingReportingOverflow(duration.nanoseconds)
    let instant = SimInstant(nanoseconds: sum)
    return !overflow && Self.runs.contains(instant) ? instant : nil
  }

  /// How long it is from this instant to `other`; negative when `other` is earlier.
  @inlinable
  public func duration(to other: SimInstant) -> SimDuration {
    SimDuration(nanoseconds: other.nanoseconds - self.nanoseconds)
  }

  @inlinable
  public static func < (lhs: SimInstant, rhs: SimInstant) -> Bool {
    lhs.nanoseconds < rhs.nanoseconds
  }
}

/// A length of time in nanoseconds; may be negative.
@frozen
public struct SimDuration: Hashable, Comparable, Sendable, BitwiseCopyable, Codable {
  /// The length in nanoseconds.
  public var nanoseconds: Int64

  /// That many nanoseconds.
  @inlinable
  public init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  /// No time at all.
  public static let zero = SimDuration(nanoseconds: 0)

  /// `count` microseconds.
  @inlinable
  public static func microseconds(_ count: Int64) -> SimDuration {
    SimDuration(nanoseconds: count * 1_000)
  }

  /// `count` milliseconds.
  @inlinable
  public static func milliseconds(_ count: Int64) -> SimDuration {
    SimDuration(nanoseconds: count * 1_000_000)
  }

  /// `count` seconds.
  @inlinable
  public static func seconds(_ count: Int64) -> SimDuration {
    SimDuration(nanoseconds: count * 1_000_000_000)
  }

  @inlinable
  public static func < (lhs: SimDuration, rhs: SimDuration) -> Bool {
    lhs.nanoseconds < rhs.nanoseconds
  }

  /// The sum of two lengths.
  @inlinable
  public static func + (lhs: SimDuration, rhs: SimDuration) -> SimDuration {
    SimDuration(nanoseconds: lhs.nanoseconds + rhs.nanoseconds)
  }

  /// The difference of two lengths.
  @inlinable
  public static func - (lhs: SimDuration, rhs: SimDuration) -> SimDuration {
    SimDuration(nanoseconds: lhs.nanoseconds - rhs.nanoseconds)
  }

  /// The sum of two lengths, or the longest there is where it would be longer.
  public func saturatingSum(_ other: SimDuration) -> SimDuration {
    let (sum, overflow) = self.nanoseconds.addingReportingOverflow(other.nanoseconds)
    guard overflow else { return SimDuration(nanoseconds: sum) }
    return SimDuration(nanoseconds: other < .zero ? .min : .max)
  }

  /// A length taken `factor` times.
  @inlinable
  public static func * (lhs: SimDuration, factor: Int64) -> SimDuration {
    SimDuration(nanoseconds: lhs.nanoseconds * factor)
  }
}
