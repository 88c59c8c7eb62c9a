/// A time zone as data: which offset holds from which instant.
///
/// The core has no zone database; the shell or a scenario hands the transitions in.
public struct ZoneTransitions: Hashable, Sendable, Codable {
  /// One change of the offset.
  public struct Transition: Hashable, Sendable, Codable {
    /// When the offset begins to hold.
    public let start: SimInstant
    /// Seconds ahead of UTC, −86,400 to 86,400.
    public let offsetSeconds: Int

    /// An offset that holds from `start` on.
    public init(start: SimInstant, offsetSeconds: Int) {
      self.start = start
      self.offsetSeconds = offsetSeconds
    }
  }

  /// The zone's name, such as `Africa/Johannesburg`.
  public let name: String
  /// The offset before the first transition.
  public let initialOffsetSeconds: Int
  /// The changes, in order of time.
  public let transitions: [Transition]

  /// A zone with these changes, which must be in order of time.
  public init(name: String, initialOffsetSeconds: Int, transitions: [Transition] = []) {
    precondition(
      zip(transitions, transitions.dropFirst()).allSatisfy { $0.start < $1.start },
      "zone transitions must be in order of time")
    self.name = name
    self.initialOffsetSeconds = initialOffsetSeconds
    self.transitions = transitions
  }

  /// Coordinated universal time.
  public static let utc = ZoneTransitions(name: "UTC", initialOffsetSeconds: 0)

  /// Seconds ahead of UTC at `instant`.
  public func offsetSeconds(at instant: SimInstant) -> Int {
    let last = self.transitions.last { $0.start <= instant }
    return last?.offsetSeconds ?? self.initialOffsetSeconds
  }

  /// What a clock in this zone shows at `instant`.
  public func stamp(at instant: SimInstant) -> CalendarStamp {
    CalendarStamp(instant, offsetSeconds: self.offsetSeconds(at: instant))
  }
}
