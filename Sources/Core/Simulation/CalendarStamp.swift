/// A date and time of day in some zone, by the proleptic Gregorian calendar.
public struct CalendarStamp: Hashable, Sendable {
  /// The year; 1678 to 2262.
  public let year: Int
  /// 1 for January to 12 for December.
  public let month: Int
  /// 1 to 31.
  public let day: Int
  /// 0 to 23.
  public let hour: Int
  /// 0 to 59.
  public let minute: Int
  /// 0 to 59.
  public let second: Int
  /// 0 for Sunday to 6 for Saturday.
  public let weekday: Int

  /// The stamp that a clock shows which is `offsetSeconds` ahead of UTC.
  public init(_ instant: SimInstant, offsetSeconds: Int) {
    let seconds = instant.wholeSeconds + Int64(offsetSeconds)
    let days = seconds >= 0 ? seconds / 86_400 : -((86_399 - seconds) / 86_400)
    let ofDay = Int(seconds - days * 86_400)
    self.hour = ofDay / 3600
    self.minute = ofDay % 3600 / 60
    self.second = ofDay % 60
    self.weekday = Int(((days + 4) % 7 + 7) % 7)

    // Days are counted from 1 March of year 0, so that the leap day ends a year.
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    self.day = Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    self.month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
    self.year = Int(yearOfEra + era * 400) + (self.month <= 2 ? 1 : 0)
  }

  /// `Jan` to `Dec`.
  public static let monthNames = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// `Sun` to `Sat`.
  public static let weekdayNames = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

  /// Such as `Thu Jun 25 08:50:03 2015`, the day padded with a space to two columns.
  ///
  /// Source: docs/FIDELITY.md, "On-disk stamp".
  public var ctime: String {
    "\(Self.weekdayNames[self.weekday]) \(self.bsd) \(self.year)"
  }

  /// Such as `Jun 25 08:50:03`, the day padded with a space to two columns (RFC 3164 section
  /// 4.1.2).
  public var bsd: String {
    let day = self.day < 10 ? " \(self.day)" : "\(self.day)"
    return "\(Self.monthNames[self.month - 1]) \(day) \(self.timeOfDay)"
  }

  /// Such as `Thu, 25 Jun 2015 08:50:03`, the day in two digits.
  public var dated: String {
    "\(Self.weekdayNames[self.weekday]), \(Self.padded(self.day)) "
      + "\(Self.monthNames[self.month - 1]) \(self.year) \(self.timeOfDay)"
  }

  /// Such as `08:50:03`.
  public var timeOfDay: String {
    "\(Self.padded(self.hour)):\(Self.padded(self.minute)):\(Self.padded(self.second))"
  }

  /// Such as `20150625T085003`, as log files are named.
  public var compact: String {
    let date = "\(self.year)\(Self.padded(self.month))\(Self.padded(self.day))"
    return
      "\(date)T\(Self.padded(self.hour))\(Self.padded(self.minute))\(Self.padded(self.second))"
  }

  /// Such as `2015-06-25T08:50:03+02:00` (RFC 3339), for a year of four digits.
  ///
  /// - Parameter offsetSeconds: how far the stamp's zone is ahead of UTC; seconds are left out.
  public func rfc3339(offsetSeconds: Int) -> String {
    let date = "\(self.year)-\(Self.padded(self.month))-\(Self.padded(self.day))"
    let minutes = abs(offsetSeconds) / 60
    let sign = offsetSeconds < 0 ? "-" : "+"
    let offset = "\(sign)\(Self.padded(minutes / 60)):\(Self.padded(minutes % 60))"
    return "\(date)T\(self.timeOfDay)\(offset)"
  }

  /// A number below 100 in two digits.
  public static func padded(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }
}
