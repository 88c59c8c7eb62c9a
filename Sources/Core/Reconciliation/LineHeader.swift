/// What stands before the text of a syslog line, in any of the forms that collectors write.
enum LineHeader {
  /// Headers before one text: the appliance's, and one of each relay.
  private static let headersMax = 6
  /// Words between a stamp and the tag: host names, the zone, labels.
  private static let wordsMax = 6

  /// What is behind a stamp.
  private enum Rest {
    /// The text, and the tag before it.
    case text(UnsafeRawBufferPointer, tag: UnsafeRawBufferPointer?, isKnown: Bool)
    /// Another header: RFC 3164 section 4.3 lets a relay write its own before the sender's.
    case header(at: Int)
    /// A JSON object: fluentd's files.
    case json(at: Int)
  }

  /// Where the JSON object begins in a line of time, tag and object.
  static func jsonStart(in line: UnsafeRawBufferPointer) -> Int? {
    guard let stamp = LineStamp.read(line) else { return nil }
    guard case .json(let start) = self.rest(line.from(stamp.count)) else { return nil }
    return stamp.count + start
  }

  /// A line in any of the syslog forms, as a file of the appliance, or a text alone.
  static func read(_ line: UnsafeRawBufferPointer) -> ReadLine {
    var rest = line.withoutMark
    var stamp: Int?
    var tag: UnsafeRawBufferPointer?
    var hasHeader = false
    for _ in 0..<self.headersMax {
      if rest.first == 0x3C, let length = self.priorityCount(rest) {
        hasHeader = true
        rest = rest.from(length)
        if StructuredHeader.begins(rest) {
          let header = StructuredHeader.read(rest)
          stamp = header.stamp ?? stamp
          tag = header.tag ?? tag
          guard let text = header.text else {
            return ReadLine(body: rest.upTo(0), stamp: stamp, tag: tag, isKnown: true)
          }
          rest = text
          if self.beginsHeader(rest) { continue }
          return ReadLine(body: rest.trimmed, stamp: stamp, tag: tag, isKnown: true)
        }
      }
      guard let found = LineStamp.read(rest) else { break }
      hasHeader = true
      stamp = found.seconds ?? stamp
      rest = rest.from(found.count)
      guard !found.isOfLogFile else {
        return ReadLine(body: rest.trimmed, stamp: stamp, tag: tag, isKnown: true)
      }
      switch self.rest(rest) {
      case .header(let start): rest = rest.from(start)
      case .json: return ReadLine(body: rest.trimmed, stamp: stamp, tag: nil, isKnown: false)
      case .text(let body, let found, let isKnown):
        return ReadLine(body: body.trimmed, stamp: stamp, tag: found ?? tag, isKnown: isKnown)
      }
    }
    return self.withoutStamp(rest, line, stamp: stamp, tag: tag, hasHeader: hasHeader)
  }

  private static func withoutStamp(
    _ rest: UnsafeRawBufferPointer, _ line: UnsafeRawBufferPointer, stamp: Int?,
    tag: UnsafeRawBufferPointer?, hasHeader: Bool
  ) -> ReadLine {
    // `<2` is what a reset left of a header.
    let isCut =
      hasHeader ? rest.count < LineStamp.bsdCount : line.first == 0x3C && line.count < 5
    if ReadLine.beginsWithLevel(rest) || RepeatedLine.begins(rest) {
      return ReadLine(body: rest.trimmed, stamp: stamp, tag: tag, isKnown: true)
    }
    if case .text(let body, let found?, _) = self.rest(rest),
      ReadLine.beginsWithLevel(body) || RepeatedLine.begins(body)
    {
      return ReadLine(body: body.trimmed, stamp: stamp, tag: found, isKnown: true)
    }
    if isCut { return ReadLine(body: line.upTo(0), stamp: stamp, tag: tag, isKnown: true) }
    return ReadLine(body: rest.trimmed, stamp: stamp, tag: tag, isKnown: hasHeader)
  }

  /// Bytes of `<22>`.
  static func priorityCount(_ line: UnsafeRawBufferPointer) -> Int? {
    guard line.first == 0x3C else { return nil }
    var offset = 1
    while offset < line.count, offset < 4, (0x30...0x39).contains(line[offset]) { offset += 1 }
    guard offset > 1, offset < line.count, line[offset] == 0x3E else { return nil }
    return offset + 1
  }

  private static func beginsHeader(_ word: UnsafeRawBufferPointer) -> Bool {
    if let length = self.priorityCount(word) { return self.isStamped(word.from(length)) }
    return LineStamp.bsd(word) != nil || LineStamp.rfc3339(word) != nil
      || LineStamp.ctime(word) != nil
  }

  /// `TAG: body`, `HOST TAG: body` or `HOST TAG body`; the tag is the word before the level's.
  private static func rest(_ rest: UnsafeRawBufferPointer) -> Rest {
    var offset = rest.first == 0x20 || rest.first == 0x09 ? 1 : 0
    var fallback: (tag: UnsafeRawBufferPointer, body: UnsafeRawBufferPointer)?
    var previous: UnsafeRawBufferPointer?
    let start = offset
    for number in 0..<self.wordsMax {
      let word = rest.from(offset)
      if ReadLine.beginsWithLevel(word) {
        return self.text(word, behind: previous, words: number, all: rest.from(start))
      }
      if RepeatedLine.begins(word) {
        return .text(word, tag: fallback?.tag, isKnown: true)
      }
      if self.beginsHeader(word) { return .header(at: offset) }
      if word.count > 1, word[0] == 0x7B, word[1] == 0x22 || word[1] == 0x7D {
        return .json(at: offset)
      }
      guard let end = word.firstIndex(where: { $0 == 0x20 || $0 == 0x09 }) else { break }
      let current = word.upTo(end)
      if current.last == 0x3A, fallback == nil {
        fallback = (self.tagName(current), word.from(end + 1))
      }
      // What a container's runtime writes before a line.
      let isStream =
        number == 0 && (current.starts(with: "stdout") || current.starts(with: "stderr"))
      previous = isStream || current.count == 1 && number == 1 ? nil : current
      offset += end + 1
    }
    if let fallback { return .text(fallback.body, tag: fallback.tag, isKnown: true) }
    // Cut within the tag, or a line that no appliance wrote.
    return .text(offset == start ? rest.upTo(0) : rest.from(start), tag: nil, isKnown: true)
  }

  private static func text(
    _ body: UnsafeRawBufferPointer, behind word: UnsafeRawBufferPointer?, words: Int,
    all: UnsafeRawBufferPointer
  ) -> Rest {
    guard let word else { return .text(body, tag: nil, isKnown: true) }
    let hasColon = word.last == 0x3A
    guard hasColon || words <= 2 else { return .text(all, tag: nil, isKnown: false) }
    // One word without a colon may be the host; a number is none.
    let isName = (hasColon || words == 2) && !self.tagName(word).allSatisfy(self.isDigit)
    return .text(body, tag: isName ? self.tagName(word) : nil, isKnown: true)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  /// `Mail_Log` of `Mail_Log[12]:`.
  static func tagName(_ word: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    let name = word.last == 0x3A ? word.upTo(word.count - 1) : word
    guard name.last == 0x5D, let open = name.lastIndex(of: 0x5B), open > 0 else { return name }
    return name.upTo(open)
  }

  /// Where in a line as sent a second one begins: a reset cuts a line, and the next connection's
  /// first bytes follow it in the file.
  static func secondLine(in line: UnsafeRawBufferPointer) -> Int? {
    guard line.first == 0x3C, line.count > 20 else { return nil }
    var offset = 1
    while offset + 18 <= line.count {
      guard line[offset] == 0x3C, let length = self.priorityCount(line.from(offset)),
        self.isStamped(line.from(offset + length))
      else {
        offset += 1
        continue
      }
      return offset
    }
    return nil
  }

  private static func isStamped(_ rest: UnsafeRawBufferPointer) -> Bool {
    LineStamp.bsd(rest) != nil || LineStamp.rfc3339(rest) != nil
      || StructuredHeader.begins(rest)
        && LineStamp.rfc3339(rest.from(StructuredHeader.versionCount)) != nil
  }
}
