/// One line in place of several alike, as collectors write it.
///
/// Source: rsyslog's `$RepeatedMsgReduction`, syslog-ng's `suppress()`, sysklogd, BSD syslogd,
/// metalog.
struct RepeatedLine {
  /// How many more there were.
  let count: Int
  /// Their text; `nil` where it is that of the line before.
  let text: UnsafeRawBufferPointer?

  private static let countDigitsMax = 9

  /// Whether `text` may be one.
  static func begins(_ text: UnsafeRawBufferPointer) -> Bool {
    guard let first = text.first else { return false }
    switch first {
    case 0x6D: return text.starts(with: "message repeated ")
    case 0x6C: return text.starts(with: "last message repeated ")
    case 0x4C:
      return text.starts(with: "Last message ") || text.starts(with: "Last output repeated ")
    case 0x2D: return text.starts(with: "--- last message repeated ")
    default: return false
    }
  }

  /// `message repeated 2 times: [ TEXT]`, `last message repeated 2 times`, `Last message 'TE...'
  /// repeated 2 times, suppressed by syslog-ng on HOST`, `Last output repeated twice`.
  init?(_ text: UnsafeRawBufferPointer) {
    guard Self.begins(text), let start = Self.behindRepeated(text) else { return nil }
    let rest = text.from(start)
    if rest.starts(with: "twice") {
      (self.count, self.text) = (2, nil)
      return
    }
    var offset = 0
    var count = 0
    while offset < rest.count, offset < Self.countDigitsMax, (0x30...0x39).contains(rest[offset]) {
      count = count * 10 + Int(rest[offset]) - 0x30
      offset += 1
    }
    guard offset > 0, rest.from(offset).starts(with: " time") else { return nil }
    self.count = count
    guard text.first == 0x6D else {
      self.text = nil
      return
    }
    guard let open = rest.firstIndex(of: 0x5B) else { return nil }
    var inner = rest.from(open + 1).trimmed
    if inner.last == 0x5D { inner = inner.upTo(inner.count - 1) }
    self.text = (inner.first == 0x20 ? inner.from(1) : inner).trimmed
  }

  /// Where the number is; syslog-ng quotes the text's beginning before it, which may have quotes.
  private static func behindRepeated(_ text: UnsafeRawBufferPointer) -> Int? {
    let word: StaticString = "repeated "
    var offset = 0
    while offset + word.utf8CodeUnitCount <= Swift.min(text.count, 128) {
      if text.from(offset).starts(with: word) { return offset + word.utf8CodeUnitCount }
      offset += 1
    }
    return nil
  }
}
