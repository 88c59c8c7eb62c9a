internal import LogModel
internal import Scenarios
public import Simulation

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

  /// Digits, with single `_` between them: `10_000`; `nil` for anything else and beyond `Int`.
  static func number(_ text: String) -> Int? {
    let groups = text.utf8.split(separator: UInt8(ascii: "_"), omittingEmptySubsequences: false)
    let areDigits = groups.allSatisfy { group in
      !group.isEmpty && group.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    }
    return areDigits ? Int(text.filter { $0 != "_" }) : nil
  }

  /// RFC 3339 with an offset and up to nine digits of a second, such as
  /// `2015-06-25T08:50:04.111889+02:00`.
  static func instant(_ text: String) -> SimInstant? {
    let pattern =
      /(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)/
      .asciiOnlyDigits()
    guard let match = text.wholeMatch(of: pattern),
      let year = Int64(match.1), let month = Int64(match.2), let day = Int64(match.3),
      let hour = Int64(match.4), let minute = Int64(match.5), let second = Int64(match.6),
      (1970...2200).contains(year), (1...12).contains(month), (1...31).contains(day), hour < 24,
      minute < 60, second < 60, let offset = self.offset(match.8)
    else { return nil }
    let digits = match.7.map { $0 + String(repeating: "0", count: 9 - $0.count) } ?? "0"
    guard let fraction = Int64(digits) else { return nil }
    let days = self.days(year: year, month: month, day: day)
    let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
    let instant = SimInstant(nanoseconds: seconds * 1_000_000_000 + fraction)
    // The day of a month that is too short for it would be another day.
    let stamp = CalendarStamp(SimInstant(secondsSinceEpoch: days * 86_400), offsetSeconds: 0)
    return Int64(stamp.day) == day ? instant : nil
  }

  /// Seconds ahead of UTC; `nil` beyond 23:59.
  private static func offset(_ text: Substring) -> Int64? {
    guard text != "Z" else { return 0 }
    guard let hours = Int64(text.dropFirst().prefix(2)), let minutes = Int64(text.suffix(2)),
      hours < 24, minutes < 60
    else { return nil }
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
    if let exact = self.number(text) { return .exactly(UInt64(exact)) }
    guard let dots = text.firstRange(of: ".."),
      let minimum = self.number(String(text[..<dots.lowerBound]))
    else { return nil }
    let end = String(text[dots.upperBound...])
    if end.isEmpty { return CountRange(minimum: UInt64(minimum), maximum: nil) }
    guard let maximum = self.number(end), maximum >= minimum else { return nil }
    return CountRange(minimum: UInt64(minimum), maximum: UInt64(maximum))
  }
}

extension SimDuration {
  /// A duration as scenario files write it, such as `200us` or `1m30s`; `nil` for anything else.
  public init?(words: String) {
    guard let duration = ScalarValues.duration(words) else { return nil }
    self = duration
  }
}
