/// The header of RFC 5424 behind `<PRI>`: `1 STAMP HOST TAG PROCID MSGID DATA text`.
struct StructuredHeader {
  /// Seconds since the year began; `nil` for a sender without a clock, which writes `-`.
  var stamp: Int?
  /// `nil` for none, which is `-`.
  var tag: UnsafeRawBufferPointer?
  /// `nil` for a line that ends within its header.
  var text: UnsafeRawBufferPointer?

  /// Bytes of `1 `.
  static let versionCount = 2
  /// Words before the data: the stamp, HOST, TAG, PROCID and MSGID.
  private static let words = 5
  private static let tagWord = 2

  /// Whether `rest`, behind `<PRI>`, is of that form: `1` and a blank.
  static func begins(_ rest: UnsafeRawBufferPointer) -> Bool {
    rest.count >= self.versionCount && rest[0] == 0x31 && rest[1] == 0x20
  }

  static func read(_ rest: UnsafeRawBufferPointer) -> StructuredHeader {
    var offset = self.versionCount
    var header = StructuredHeader(stamp: LineStamp.rfc3339(rest.from(offset)))
    for number in 0..<self.words {
      guard let end = rest.from(offset).firstIndex(of: 0x20) else { return header }
      if number == self.tagWord {
        let word = rest.from(offset).upTo(end)
        header.tag = word.count == 1 && word[0] == 0x2D ? nil : LineHeader.tagName(word)
      }
      offset += end + 1
    }
    guard let end = self.endOfData(rest, offset) else { return header }
    header.text = self.text(rest.from(end))
    return header
  }

  /// RFC 5424 section 6.3: `-`, or elements in brackets, where a `]` in quotes has a backslash.
  private static func endOfData(_ rest: UnsafeRawBufferPointer, _ start: Int) -> Int? {
    guard start < rest.count else { return nil }
    guard rest[start] == 0x5B else {
      return rest[start] == 0x2D ? start + 1 : start
    }
    var offset = start
    var isOpen = false
    while offset < rest.count {
      switch rest[offset] {
      case 0x5C: offset += 1
      case 0x5B: isOpen = true
      case 0x5D: isOpen = false
      default: if !isOpen { return offset }
      }
      offset += 1
    }
    return isOpen || offset > rest.count ? nil : offset
  }

  /// Behind the data's blank; behind UTF-8's mark; and behind the blank that rsyslog keeps from
  /// before the text of an RFC 3164 message.
  private static func text(_ rest: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    let text = (rest.first == 0x20 ? rest.from(1) : rest).withoutMark
    return text.first == 0x20 ? text.from(1) : text
  }
}
