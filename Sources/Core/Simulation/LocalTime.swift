/// A date and time of day as somebody writes it, of a clock whose zone is told elsewhere or is UTC.
public struct LocalTime: Hashable, Sendable {
  /// Seconds that the clock shows since 1970-01-01T00:00:00.
  public let seconds: Int64
  /// Whether the clock is one of UTC.
  public let isUTC: Bool

  /// The years that are taken.
  public static let years = 1900...2199

  /// `2015-06-25`, `2015-06-25T08:50`, `2015-06-25T08:50:03`, the last two with `Z` for UTC too.
  public init?(rfc3339 text: String) {
    let isUTC = text.hasSuffix("Z") && text.contains("T")
    let parts = (isUTC ? text.dropLast() : text[...]).split(
      separator: "T", omittingEmptySubsequences: false)
    let date = parts[0].split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count <= 2, date.count == 3, date.map(\.utf8.count) == [4, 2, 2] else { return nil }
    let time = parts.count == 2 ? parts[1] : "00:00:00"
    self.init(date.map(Self.number), time: time, isUTC: isUTC)
  }

  /// `Thu Jun 25 08:50:03 2015`, the day padded with a space or not.
  public init?(ctime text: String) {
    let words = text.split(separator: " ")
    guard words.count == 5,
      let month = CalendarStamp.monthNames.firstIndex(of: String(words[1]))
    else { return nil }
    self.init(
      [Self.number(words[4]), month + 1, Self.number(words[2])], time: words[3], isUTC: false)
  }

  private init?(_ date: [Int?], time: Substring, isUTC: Bool) {
    var clock = time.split(separator: ":", omittingEmptySubsequences: false)
    if clock.count == 2 { clock.append("00") }
    guard let year = date[0], let month = date[1], let day = date[2], clock.count == 3,
      clock.allSatisfy({ $0.utf8.count == 2 }), let hour = Self.number(clock[0]),
      let minute = Self.number(clock[1]), let second = Self.number(clock[2]),
      Self.years.contains(year), (1...12).contains(month), (1...31).contains(day), hour < 24,
      minute < 60, second < 60
    else { return nil }
    let days = Self.day(year: year, month: month, day: day)
    // The 31st of a month of thirty days is none.
    let stamp = CalendarStamp(SimInstant(secondsSinceEpoch: days * 86_400), offsetSeconds: 0)
    guard stamp.month == month, stamp.day == day else { return nil }
    self.seconds = days * 86_400 + Int64(hour * 3600 + minute * 60 + second)
    self.isUTC = isUTC
  }

  /// Days from 1970-01-01, by the proleptic Gregorian calendar.
  private static func day(year: Int, month: Int, day: Int) -> Int64 {
    // Counted from 1 March, so that the leap day ends a year.
    let year = Int64(month <= 2 ? year - 1 : year)
    let month = Int64(month <= 2 ? month + 9 : month - 3)
    let dayOfYear = (153 * month + 2) / 5 + Int64(day) - 1
    return year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
  }

  private static func number(_ text: Substring) -> Int? {
    text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? Int(text) : nil
  }
}
