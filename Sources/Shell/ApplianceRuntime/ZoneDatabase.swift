internal import Foundation
public import Simulation

/// Reads time zones from the system's data.
public enum ZoneDatabase {
  /// The zone's offset at `instant` and its changes until ten years later; `nil` for an unknown
  /// name.
  public static func zone(named name: String, from instant: SimInstant) -> ZoneTransitions? {
    guard let zone = TimeZone(identifier: name) else { return nil }
    let start = Date(timeIntervalSince1970: Double(instant.wholeSeconds))
    let end = start.addingTimeInterval(10 * 366 * 86_400)
    var transitions: [ZoneTransitions.Transition] = []
    var last = start
    while let next = zone.nextDaylightSavingTimeTransition(after: last), next > last, next <= end {
      transitions.append(
        ZoneTransitions.Transition(
          start: SimInstant(secondsSinceEpoch: Int64(next.timeIntervalSince1970)),
          offsetSeconds: zone.secondsFromGMT(for: next)))
      last = next
    }
    return ZoneTransitions(
      name: name, initialOffsetSeconds: zone.secondsFromGMT(for: start),
      transitions: transitions)
  }
}
