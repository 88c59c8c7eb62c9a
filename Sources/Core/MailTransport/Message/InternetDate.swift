public import Simulation

/// A date as mail carries it, such as `Thu, 25 Jun 2015 08:50:03 +0200`.
///
/// Source: RFC 5322 section 3.3; the day always in two digits.
public struct InternetDate: Hashable, Sendable, CustomStringConvertible {
  /// The furthest that a zone may be from UTC, in seconds; one day.
  public static let offsetSecondsMax = 86_400

  /// Such as `25 Jun 2015 08:50:03 +0200`, as the alert's `Timestamp:` has it.
  public let textWithoutWeekday: String
  private let weekday: String

  /// The date of an instant in a zone.
  ///
  /// - Parameter offsetSeconds: ahead of UTC, −86,400 to 86,400. The form knows whole minutes only:
  ///   seconds beyond them are dropped from time and zone alike, so that the instant stays right.
  /// - Throws: `.invalidHeader` for an offset out of range.
  public init(_ instant: SimInstant, offsetSeconds: Int) throws(MailTransportError) {
    guard (-Self.offsetSecondsMax...Self.offsetSecondsMax).contains(offsetSeconds) else {
      throw MailTransportError(
        .invalidHeader, place: "zone offset", found: "\(offsetSeconds) seconds",
        allowed: "-\(Self.offsetSecondsMax) to \(Self.offsetSecondsMax)")
    }
    let minutes = offsetSeconds / 60
    let stamp = CalendarStamp(instant, offsetSeconds: minutes * 60)
    let hours = CalendarStamp.padded(abs(minutes) / 60)
    let zone = "\(minutes < 0 ? "-" : "+")\(hours)\(CalendarStamp.padded(abs(minutes) % 60))"
    let day = "\(CalendarStamp.padded(stamp.day)) \(CalendarStamp.monthNames[stamp.month - 1])"
    self.textWithoutWeekday = "\(day) \(stamp.year) \(stamp.timeOfDay) \(zone)"
    self.weekday = CalendarStamp.weekdayNames[stamp.weekday]
  }

  /// Such as `Thu, 25 Jun 2015 08:50:03 +0200`.
  public var text: String { "\(self.weekday), \(self.textWithoutWeekday)" }

  /// `text`.
  public var description: String { self.text }
}
