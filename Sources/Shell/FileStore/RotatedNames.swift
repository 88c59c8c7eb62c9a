/// The order of files that a rotation named: `mail.log.2`, `mail.log.1`, `mail.log`, or with dates,
/// `mail.log-20150624`, `mail.log-20150625`, `mail.log`.
enum RotatedNames {
  /// Digits that are a date or seconds since 1970, and no number of a rotation.
  private static let dateDigitsMin = 6

  private struct Key {
    /// The name without date and number: files of one rotation share it.
    let family: String
    /// All digits of the date; empty for the file that is written, which is the newest.
    let date: String
    /// -1 for none.
    let number: Int
    /// Whether the number is behind the name's last point, where a rotation writes it.
    let isSuffix: Bool
  }

  /// Files of one rotation oldest first, where the first of them is; all others as they are.
  static func oldestFirst(_ paths: [String]) -> [String] {
    var families: [String] = []
    var members: [String: [(path: String, key: Key)]] = [:]
    for path in paths {
      let key = self.key(of: path)
      if members[key.family] == nil { families.append(key.family) }
      members[key.family, default: []].append((path, key))
    }
    return families.flatMap { family in
      let files = members[family] ?? []
      // Of a rotation a higher number is older; parts of an export are numbered on.
      let isRotation = files.contains { $0.key.isSuffix || $0.key.number < 0 }
      return files.enumerated().sorted { a, b in
        self.isOlder(a.element.key, b.element.key, isRotation: isRotation)
          ?? (a.offset < b.offset)
      }.map(\.element.path)
    }
  }

  /// `nil` when neither is.
  private static func isOlder(_ a: Key, _ b: Key, isRotation: Bool) -> Bool? {
    if a.date != b.date {
      guard !a.date.isEmpty, !b.date.isEmpty else { return b.date.isEmpty }
      // Dates of one rotation have one length.
      return a.date.count == b.date.count ? a.date < b.date : a.date.count < b.date.count
    }
    return a.number == b.number ? nil : (a.number > b.number) == isRotation
  }

  private static func key(of path: String) -> Key {
    let slash = path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex
    var family = String(path[..<slash])
    var date = ""
    var number = -1
    var isSuffix = false
    var rest = path[slash...]
    while let start = rest.firstIndex(where: \.isASCIIDigit) {
      family += rest[..<start]
      let end = self.endOfDigits(rest, start)
      let digits = String(rest[start..<end].filter(\.isASCIIDigit))
      if digits.count >= self.dateDigitsMin {
        date += digits
      } else if self.isNumber(start..<end, of: path, behindDate: !date.isEmpty),
        let value = Int(digits)
      {
        number = value
        isSuffix = end == path.endIndex && path[path.index(before: start)] == "."
      } else {
        family += rest[start..<end]
      }
      rest = rest[end...]
    }
    family += rest
    return Key(
      family: self.withoutSeparators(family), date: date, number: number, isSuffix: isSuffix)
  }

  /// Whether digits stand at the end or before a last extension, and are no part of an address.
  private static func isNumber(
    _ digits: Range<String.Index>, of path: String, behindDate: Bool
  ) -> Bool {
    let before = path[..<digits.lowerBound]
    guard let separator = before.last, self.isSeparator(separator),
      behindDate || !(before.dropLast().last?.isASCIIDigit ?? true)
    else { return false }
    let rest = path[digits.upperBound...]
    return rest.isEmpty
      || rest.first == "." && rest.dropFirst().allSatisfy { $0.isASCII && $0.isLetter }
  }

  /// A date may have `-`, `_`, `T` or `:` between its parts.
  private static func endOfDigits(_ text: Substring, _ start: String.Index) -> String.Index {
    var end = start
    var last = start
    while end < text.endIndex {
      if text[end].isASCIIDigit {
        end = text.index(after: end)
        last = end
        continue
      }
      let next = text.index(after: end)
      guard "-_T:".contains(text[end]), next < text.endIndex, text[next].isASCIIDigit else { break }
      end = next
    }
    return last
  }

  private static func isSeparator(_ character: Character) -> Bool { ".-_@".contains(character) }

  /// `mail.log-` and `mail.log` are one family, and `mail-.log` and `mail.log`.
  private static func withoutSeparators(_ family: String) -> String {
    var result = ""
    for character in family {
      let isDoubled = self.isSeparator(character) && (result.last.map { $0 == "." } ?? true)
      if !isDoubled { result.append(self.isSeparator(character) ? "." : character) }
    }
    while result.last == "." { result.removeLast() }
    return result
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { self.isASCII && self.isNumber }
}
