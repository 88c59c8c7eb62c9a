/// An element or attribute whose text is in the copy as it was, wholly or in part.
public struct KeptText: Hashable, Sendable {
  /// Its place, such as `config/policies/policy/@label`, from the root of the file on; `outside`
  /// for what is in no element.
  public let path: String
  /// How many of them kept their text.
  public var count: Int
  /// The text of the first one in the copy, at most 60 characters of it on one line.
  public let example: String

  /// In the place of a path: text before the root element or behind it, which XML does not allow.
  public static let outside = "(outside of any element)"
}

/// What a copy keeps of text of which nobody knows what it says: for a person to read.
struct KeptTexts {
  private(set) var texts: [String: KeptText] = [:]

  private static let exampleBytesMax = 60

  mutating func add(_ path: String, _ text: ArraySlice<UInt8>) {
    guard self.texts[path] == nil else {
      self.texts[path]?.count += 1
      return
    }
    let words = text.split(whereSeparator: Replacements.isBlank)
    let line = Array(words.joined(separator: [0x20]).prefix(Self.exampleBytesMax))
    self.texts[path] = KeptText(
      path: path, count: 1, example: String(decoding: line, as: UTF8.self))
  }

  /// Whether a word is in the text and in what it became, apart from words that tell nothing.
  static func isKept(_ source: ArraySlice<UInt8>, _ result: ArraySlice<UInt8>) -> Bool {
    let words = self.words(of: result)
    guard !words.isEmpty else { return self.isKeptNumber(source, result) }
    // Most texts that stay, stay as a whole: one word is enough.
    if source == result { return words.contains { !self.tellNothing.contains(self.text($0)) } }
    let others = Set(self.words(of: source).map(self.text)).subtracting(self.tellNothing)
    return words.contains { others.contains(self.text($0)) }
  }

  /// Whether a text without letters may be somebody's: a network's beginning, a telephone number, a
  /// card's. Single numbers are settings.
  private static func isKeptNumber(
    _ source: ArraySlice<UInt8>, _ result: ArraySlice<UInt8>
  ) -> Bool {
    guard source == result else { return false }
    let numbers = result.split { !StructuredText.isDigit($0) }
    let digits = numbers.reduce(0) { $0 + $1.count }
    return digits >= 9 || (numbers.count >= 2 && digits >= 4)
  }

  private static let schemes: Set<String> = [
    "http", "https", "ldap", "ldaps", "ftp", "ftps", "scp", "sftp", "smtp", "smtps", "tcp", "udp",
    "syslog", "lt", "gt", "amp", "quot", "apos", "begin", "end", "example", "localhost", "com",
    "org", "net",
  ]

  private static let tellNothing = Self.schemes.union(ValueKind.switchWords)
    .union(StructuredText.directoryAttributes)

  private static func words(of text: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    text.split { !self.isLetter($0) && !StructuredText.isDigit($0) }
      .filter { $0.count > 1 && $0.contains(where: self.isLetter) }
  }

  private static func text(_ word: ArraySlice<UInt8>) -> String {
    String(decoding: word, as: UTF8.self).lowercased()
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    StructuredText.isLetter(byte) || byte >= 0x80
  }
}
