public import Simulation

/// Renders instants for reports.
public enum InstantText {
  /// Such as `2015-06-25T06:50:03.114360Z` (RFC 3339, microseconds, UTC).
  public static func rfc3339(_ instant: SimInstant) -> String {
    let micros = String(instant.subsecondNanoseconds / 1000)
    let fraction = String(repeating: "0", count: 6 - micros.count) + micros
    return "\(self.wholeSeconds(instant)).\(fraction)Z"
  }

  /// Such as `2015-06-25T06:50:03Z`.
  static func seconds(_ instant: SimInstant) -> String { self.wholeSeconds(instant) + "Z" }

  private static func wholeSeconds(_ instant: SimInstant) -> String {
    let stamp = CalendarStamp(instant, offsetSeconds: 0)
    let date = [stamp.year, stamp.month, stamp.day].map(CalendarStamp.padded)
    return "\(date.joined(separator: "-"))T\(stamp.timeOfDay)"
  }
}
