internal import LogModel
internal import Scenarios
internal import Simulation

/// How scenario files write durations, instants, counts and addresses.
enum ScalarValues {
  private static let units: [(String, Int64)] = [
    ("ns", 1), ("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
    ("h", 3_600_000_000_000), ("d", 86_400_000_000_000),
  ]

  /// Such as `200us` or `1m30s`; `nil` for anything else and beyond 100 days.
  static func duration(_ text: String) -> SimDuration? {
    var rest = text[...]
    var sum: Int64 = 0
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      let unit = rest.prefix { $0.isLetter }
      rest = rest.dropFirst(unit.count)
      guard let count = Int64(digits), count <= 8_640_000_000,
        let factor = self.units.first(where: { $0.0 == unit })?.1
      else { return nil }
      let product = count.multipliedReportingOverflow(by: factor)
      let total = sum.addingReportingOverflow(product.partialValue)
      guard !product.overflow, !total.overflow, total.partialValue <= 100 * 86_400_000_000_000
      else { return nil }
      sum = total.partialValue
    }
    return SimDuration(nanoseconds: sum)
  }

  /// RFC 3339 with an offset and up to nine digits of a second, such as
  /// `2015-06-25T08:50:04.111889+02:00`.
  static func instant(_ text: String) -> SimInstant? {
    let pattern =
      /(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)/
    guard let match = text.wholeMatch(of: pattern),
      let year = Int64(match.1), let month = Int64(match.2), let day = Int64(match.3),
      let hour = Int64(match.4), let minute = Int64(match.5), let second = Int64(match.6),
      (1970...2200).contains(year), (1...12).contains(month), (1...31).contains(day), hour < 24,
      minute < 60, second < 60
    else { return nil }
    let fraction = match.7.map { $0 + String(repeating: "0", count: 9 - $0.count) } ?? "0"
    let days = self.days(year: year, month: month, day: day)
    let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - self.offset(match.8)
    let instant = SimInstant(
      nanoseconds: seconds * 1_000_000_000 + (Int64(fraction) ?? 0))
    // The day of a month that is too short for it would be another day.
    let stamp = CalendarStamp(SimInstant(secondsSinceEpoch: days * 86_400), offsetSeconds: 0)
    return Int64(stamp.day) == day ? instant : nil
  }

  private static func offset(_ text: Substring) -> Int64 {
    guard text != "Z" else { return 0 }
    let hours = Int64(text.dropFirst().prefix(2)) ?? 0
    let minutes = Int64(text.suffix(2)) ?? 0
    return (text.hasPrefix("-") ? -1 : 1) * (hours * 3600 + minutes * 60)
  }

  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// `3`, `1..` or `1..4`.
  static func count(_ text: String) -> CountRange? {
    if let exact = UInt64(text) { return .exactly(exact) }
    guard let match = text.wholeMatch(of: /(\d+)\.\.(\d*)/), let minimum = UInt64(match.1) else {
      return nil
    }
    let end = match.2
    if end.isEmpty { return CountRange(minimum: minimum, maximum: nil) }
    guard let maximum = UInt64(end), maximum >= minimum else { return nil }
    return CountRange(minimum: minimum, maximum: maximum)
  }
}
