import ApplianceConfiguration

/// When files roll over: `none`, `0` or nothing; `hourly`; an interval such as `2h30m`, or a number
/// of seconds; `daily 01:30`; `weekly Mon 01:30`. Without a time midnight, without a day Sunday.
///
/// Source: docs/FIDELITY.md, "Rollover by time".
func rolloverSchedule(_ text: String) -> RolloverSchedule? {
  let words = text.lowercased().split(separator: " ")
  // One blank between words.
  guard words.joined(separator: " ") == text.lowercased() else { return nil }
  switch (words.first, words.count) {
  case (nil, _), ("none", 1): return .never
  case ("hourly", 1): return .interval(seconds: 3600)
  case ("daily", 1...2): return time(words.dropFirst().first).map { .daily(secondOfDay: $0) }
  case ("weekly", 1...3):
    let hasDay = words.count == 3 || words.count == 2 && !words[1].contains(":")
    guard let day = hasDay ? weekday(words[1]) : 0,
      let ofDay = time(words.dropFirst(hasDay ? 2 : 1).first)
    else { return nil }
    return .weekly(weekday: day, secondOfDay: ofDay)
  case (_, 1):
    guard let seconds = intervalSeconds(text) else { return nil }
    return seconds == 0 ? .never : .interval(seconds: seconds)
  default: return nil
  }
}

/// The second of the day of `hh:mm`; midnight without text.
private func time(_ text: Substring?) -> Int? {
  guard let text else { return 0 }
  let parts = text.split(separator: ":", omittingEmptySubsequences: false)
  guard parts.count == 2, parts.allSatisfy({ (1...2).contains($0.utf8.count) }),
    let hour = wholeNumber(String(parts[0])), let minute = wholeNumber(String(parts[1])),
    (0...23).contains(hour), (0...59).contains(minute)
  else { return nil }
  return hour * 3600 + minute * 60
}

/// The day of a name's three or more first letters, in any case.
private func weekday(_ text: Substring) -> Int? {
  let names = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]
  return text.utf8.count >= 3 ? names.firstIndex { $0.hasPrefix(text) } : nil
}

/// A number with `s`, `m`, `h` or `d` behind it, several of them as in `2h30m`, or a number of
/// seconds.
private func intervalSeconds(_ text: String) -> Int? {
  if let seconds = wholeNumber(text) { return seconds }
  var total = 0
  var digits = ""
  for character in text.lowercased() {
    let unit: Int
    switch character {
    case "s": unit = 1
    case "m": unit = 60
    case "h": unit = 3600
    case "d": unit = 86_400
    default:
      digits.append(character)
      continue
    }
    guard let number = wholeNumber(digits), digits.utf8.count <= 9, total < 1 << 50 else {
      return nil
    }
    total += number * unit
    digits = ""
  }
  return digits.isEmpty ? total : nil
}
