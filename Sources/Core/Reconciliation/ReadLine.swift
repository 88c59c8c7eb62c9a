/// What matters of one line, wherever it was kept.
struct ReadLine {
  /// `Level: text`, without blanks at its end.
  let body: UnsafeRawBufferPointer
  /// Seconds since the year began; `nil` without a stamp.
  let stamp: Int?
  /// The tag: the name of the log's subscription, or what a collector made of it.
  let tag: UnsafeRawBufferPointer?
  /// Whether it has a header, or a level.
  let isKnown: Bool

  /// Of `Begin Logfile`, `Version: ...` and `Time offset from UTC: ...`, with which a log begins:
  /// nobody logged them, and each connection has its own.
  var isHeader: Bool {
    guard self.body.count >= 15, self.body[0] == 0x49, self.body.starts(with: "Info: ") else {
      return false
    }
    let text = self.body.from(6)
    switch text[0] {
    case 0x42: return text.starts(with: "Begin Logfile") && Self.isBlank(text.from(13))
    case 0x56: return text.starts(with: "Version: ")
    case 0x54: return text.starts(with: "Time offset from UTC: ")
    default: return false
    }
  }

  /// Whether a level is in it.
  var holdsLevel: Bool {
    Self.beginsWithLevel(self.body) || Self.level(in: self.body) != nil
  }

  /// Whether nothing is in `text` but what a collector made of a line's end.
  private static func isBlank(_ text: UnsafeRawBufferPointer) -> Bool {
    guard !text.isEmpty else { return true }
    return EscapedText.decoded(text)?.withUnsafeBytes { $0.trimmed.isEmpty } ?? false
  }

  var key: LineKey { LineKey(body: self.body, stamp: self.stamp ?? 0) }

  /// A line of a log file: `Thu Jun 25 08:50:03 2015 Info: text`. One without a stamp is all text.
  static func logged(_ line: UnsafeRawBufferPointer) -> ReadLine {
    guard let stamp = LineStamp.ctime(line) else {
      return ReadLine(body: line.trimmed, stamp: nil, tag: nil, isKnown: false)
    }
    return ReadLine(
      body: line.from(LineStamp.ctimeCount + 1).trimmed, stamp: stamp, tag: nil, isKnown: true)
  }

  /// Whether `body` begins with a level's word.
  static func beginsWithLevel(_ body: UnsafeRawBufferPointer) -> Bool {
    guard let first = body.first else { return false }
    switch first {
    case 0x49: return body.starts(with: "Info: ")
    case 0x57: return body.starts(with: "Warning: ")
    case 0x43: return body.starts(with: "Critical: ")
    case 0x44: return body.starts(with: "Debug: ")
    case 0x54: return body.starts(with: "Trace: ")
    default: return false
    }
  }

  /// Where a level's word ends `tag`, which is more than that: `Info` of `msg=Info`.
  static func levelEnding(_ tag: UnsafeRawBufferPointer) -> Int? {
    let words: [StaticString] = ["Info", "Warning", "Critical", "Debug", "Trace"]
    return words.lazy.map { tag.count - $0.utf8CodeUnitCount }
      .first { $0 > 0 && Self.beginsWithLevelWord(tag.from($0)) }
  }

  /// Whether `word` is a level's word.
  private static func beginsWithLevelWord(_ word: UnsafeRawBufferPointer) -> Bool {
    switch word.count {
    case 4: word.starts(with: "Info")
    case 5: word.starts(with: "Debug") || word.starts(with: "Trace")
    case 7: word.starts(with: "Warning")
    case 8: word.starts(with: "Critical")
    default: false
    }
  }

  /// Where in `text`, behind its first byte, a level's word begins.
  static func level(in text: UnsafeRawBufferPointer) -> Int? {
    var offset = 1
    while offset + 6 <= text.count {
      if self.beginsWithLevel(text.from(offset)) { return offset }
      offset += 1
    }
    return nil
  }
}

/// Lines of a log as a person reads them.
public enum LogLine {
  /// `Thu Jun 25 08:50:03 2015`; `nil` for a line without, which goes on from the one before.
  public static func stamp(of line: UnsafeRawBufferPointer) -> String? {
    guard LineStamp.ctime(line) != nil else { return nil }
    return String(decoding: line.upTo(LineStamp.ctimeCount), as: UTF8.self)
  }

  /// Whether somebody logged it: no header line, and not empty.
  public static func isCounted(_ line: UnsafeRawBufferPointer) -> Bool {
    let read = ReadLine.logged(line)
    return !read.isHeader && !read.body.isEmpty
  }
}
