/// The header of RFC 5424 behind `<PRI>`: `1 STAMP HOST TAG PROCID MSGID DATA text`.
enum StructuredHeader {
  /// Bytes of `1 `.
  static let versionCount = 2
  /// HOST, TAG, PROCID and MSGID, each with the blank behind it.
  private static let wordsBehindStamp = 4

  /// Whether `rest`, behind `<PRI>`, is of that form: `1` and a blank.
  static func begins(_ rest: UnsafeRawBufferPointer) -> Bool {
    rest.count >= self.versionCount && rest[0] == 0x31 && rest[1] == 0x20
  }

  /// What matters of a line; of one that ends within its header only the stamp.
  static func read(_ rest: UnsafeRawBufferPointer) -> ReadLine {
    var offset = self.versionCount
    // A sender without a clock writes `-`.
    let stamp = LineStamp.rfc3339(rest.from(offset))
    for _ in 0...self.wordsBehindStamp {
      guard let end = rest.from(offset).firstIndex(of: 0x20) else {
        return ReadLine(body: rest.upTo(0), stamp: stamp)
      }
      offset += end + 1
    }
    guard let end = self.endOfData(rest, offset) else {
      return ReadLine(body: rest.upTo(0), stamp: stamp)
    }
    return ReadLine(body: self.text(rest.from(end)).trimmed, stamp: stamp)
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
    var text = rest.first == 0x20 ? rest.from(1) : rest
    if text.count >= 3, text[0] == 0xEF, text[1] == 0xBB, text[2] == 0xBF { text = text.from(3) }
    return text.first == 0x20 ? text.from(1) : text
  }
}
