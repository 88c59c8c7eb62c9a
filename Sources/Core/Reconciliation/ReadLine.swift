/// What matters of one line, wherever it was kept.
struct ReadLine {
  /// `Level: text`, without blanks at its end.
  let body: UnsafeRawBufferPointer
  /// Seconds since the year began; `nil` without a stamp.
  let stamp: Int?

  /// Of `Begin Logfile`, `Version: ...` and `Time offset from UTC: ...`, with which a log begins:
  /// nobody logged them, and each connection has its own.
  var isHeader: Bool {
    guard self.body.count >= 15, self.body[0] == 0x49, self.body.starts(with: "Info: ") else {
      return false
    }
    let text = self.body.from(6)
    switch text[0] {
    case 0x42: return text.starts(with: "Begin Logfile") && text.count == 13
    case 0x56: return text.starts(with: "Version: ")
    case 0x54: return text.starts(with: "Time offset from UTC: ")
    default: return false
    }
  }

  var key: LineKey { LineKey(body: self.body, stamp: self.stamp ?? 0) }

  /// A line of a log file: `Thu Jun 25 08:50:03 2015 Info: text`. One without a stamp is all text.
  static func logged(_ line: UnsafeRawBufferPointer) -> ReadLine {
    guard let stamp = LineStamp.ctime(line) else {
      return ReadLine(body: line.trimmed, stamp: nil)
    }
    return ReadLine(body: line.from(LineStamp.ctimeCount + 1).trimmed, stamp: stamp)
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
}
