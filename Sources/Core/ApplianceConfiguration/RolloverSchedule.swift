public import Simulation

/// When files are saved because of the time, whatever their size.
///
/// Times of day are those of the appliance's zone. Source: docs/FIDELITY.md, "Rollover by time".
public enum RolloverSchedule: Hashable, Sendable {
  /// Only by size.
  case never
  /// So long after the file was begun; 1 or more seconds.
  case interval(seconds: Int)
  /// Every day when a local clock first shows this second of the day, 0 to 86,399.
  case daily(secondOfDay: Int)
  /// Every week on this day, 0 for Sunday, when a local clock first shows this second of the day.
  case weekly(weekday: Int, secondOfDay: Int)

  /// Whether it goes by the age of the file.
  public var isByAge: Bool {
    if case .interval = self { true } else { false }
  }

  /// The first rollover after the instant `second`, at which a file was begun; in seconds since the
  /// epoch, `nil` for none.
  ///
  /// A time of day that the local clock skips is taken when the clock has jumped over it; of one
  /// that it shows twice the first counts.
  public func next(after second: Int64, zone: ZoneTransitions) -> Int64? {
    switch self {
    case .never: return nil
    case .interval(let seconds): return second + Int64(max(seconds, 1))
    case .daily(let ofDay): return Self.next(after: second, ofDay: ofDay, weekday: nil, zone)
    case .weekly(let weekday, let ofDay):
      return Self.next(after: second, ofDay: ofDay, weekday: weekday, zone)
    }
  }

  /// The last rollover not after `now` of a file begun at `begun`; `nil` when none was due.
  ///
  /// More than one may be due where the clock jumped; together they are one rollover.
  public func latest(
    since begun: Int64, notAfter now: Int64, zone: ZoneTransitions
  ) -> Int64? {
    guard let first = self.next(after: begun, zone: zone), first <= now else { return nil }
    if case .interval(let seconds) = self {
      let length = Int64(max(seconds, 1))
      return begun + (now - begun) / length * length
    }
    // The last one is at most a week and a change of the offset away.
    var due = first
    let near = now - 9 * 86_400
    if due < near, let later = self.next(after: near, zone: zone), later <= now { due = later }
    while let later = self.next(after: due, zone: zone), later <= now { due = later }
    return due
  }

  private static func next(
    after second: Int64, ofDay: Int, weekday: Int?, _ zone: ZoneTransitions
  ) -> Int64? {
    let offset = zone.offsetSeconds(at: SimInstant(secondsSinceEpoch: second))
    let today = ZoneTransitions.day(ofLocal: second + Int64(offset))
    // A change of the offset may move a day's rollover beyond one neighbour, never beyond two.
    for day in today - 2...today + 9 {
      if let weekday, ZoneTransitions.weekday(ofDay: day) != weekday { continue }
      let due = zone.firstSecond(showing: day * 86_400 + Int64(ofDay))
      if due > second { return due }
    }
    return nil
  }
}

/// As files spell it: `none`, `2h30m`, `daily 01:30`, `weekly Mon 01:30`.
extension RolloverSchedule: CustomStringConvertible {
  public var description: String {
    switch self {
    case .never: "none"
    case .interval(let seconds): Self.interval(seconds)
    case .daily(let ofDay): "daily \(Self.time(ofDay))"
    case .weekly(let weekday, let ofDay):
      "weekly \(CalendarStamp.weekdayNames[weekday]) \(Self.time(ofDay))"
    }
  }

  private static func interval(_ seconds: Int) -> String {
    var rest = seconds
    var text = ""
    for (unit, length) in [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)] where rest >= length {
      text += "\(rest / length)\(unit)"
      rest %= length
    }
    return text.isEmpty ? "0" : text
  }

  private static func time(_ ofDay: Int) -> String {
    "\(CalendarStamp.padded(ofDay / 3600)):\(CalendarStamp.padded(ofDay % 3600 / 60))"
  }
}
