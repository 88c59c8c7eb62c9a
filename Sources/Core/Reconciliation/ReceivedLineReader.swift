/// How a collector keeps lines.
///
/// Source: docs/RECONCILE.md, "What is read".
public enum ReceivedFormat: String, Hashable, Sendable, CaseIterable {
  /// Told by each line's first byte.
  case auto
  /// As sent: `<PRI>Mmm dd hh:mm:ss TAG: Level: text`, or RFC 5424's header.
  case wire
  /// rsyslog's templates: `Mmm dd hh:mm:ss HOST TAG: ...`, or an RFC 3339 stamp; the colon is of
  /// the tag, and a tag out of an RFC 5424 header has none.
  case rsyslog
  /// syslog-ng's default template; the same forms.
  case syslogNG = "syslog-ng"
  /// JSON lines of a Splunk export: `_raw`.
  case splunk
  /// JSON lines of an Elastic export: `event.original` or `message`; rsyslog's: `rawmsg` or `msg`.
  case elastic
}

/// Reads the lines of a collector's file.
struct ReceivedLineReader: ~Copyable {
  private let format: ReceivedFormat
  private var message = ExportMessage()
  /// Why the last line is not one record of an export; `nil` when it is, or is of no export.
  private(set) var refusal: RefusedExportLine?

  init(format: ReceivedFormat) {
    self.format = format
  }

  /// Gives `body` what is read of `line`; `nil` when an export's record holds no line.
  mutating func read<Result>(
    _ line: UnsafeRawBufferPointer, _ body: (ReadLine?) -> Result
  ) -> Result {
    self.refusal = nil
    switch self.format {
    case .auto:
      guard let first = line.first, [0x7B, 0x5B, 0x2C, 0x5D].contains(first) else {
        return body(Self.line(line))
      }
      return self.readExport(line, keys: .any, body)
    case .wire: return body(line.first == 0x3C ? Self.line(line) : Self.text(line))
    case .rsyslog, .syslogNG: return body(Self.line(line))
    case .splunk: return self.readExport(line, keys: .splunk, body)
    case .elastic: return self.readExport(line, keys: .elastic, body)
    }
  }

  private mutating func readExport<Result>(
    _ line: UnsafeRawBufferPointer, keys: ExportMessage.Keys, _ body: (ReadLine?) -> Result
  ) -> Result {
    let result = self.message.withMessage(of: line, keys: keys) { message in
      // rsyslog's `msg` begins with the blank behind the tag's colon.
      body(message.map { Self.line($0.first == 0x20 ? $0.from(1) : $0) })
    }
    self.refusal = self.message.refusal
    return result
  }

  /// A line in any of the syslog forms, as a file of the appliance, or a text alone.
  static func line(_ line: UnsafeRawBufferPointer) -> ReadLine {
    guard let first = line.first else { return self.text(line) }
    switch first {
    case 0x3C: return self.wire(line)
    case 0x30...0x39:
      guard let stamp = LineStamp.rfc3339(line) else { return self.text(line) }
      let rest = line.from(LineStamp.rfc3339Count)
      guard let blank = rest.firstIndex(of: 0x20) else { return self.text(line) }
      return self.tagged(rest.from(blank + 1), stamp: stamp)
    default:
      if let stamp = LineStamp.bsd(line) {
        return self.tagged(line.from(LineStamp.bsdCount + 1), stamp: stamp)
      }
      return LineStamp.ctime(line) == nil ? self.text(line) : .logged(line)
    }
  }

  private static func text(_ line: UnsafeRawBufferPointer) -> ReadLine {
    ReadLine(body: line.trimmed, stamp: nil)
  }

  private static func wire(_ line: UnsafeRawBufferPointer) -> ReadLine {
    guard let length = self.priorityCount(line) else {
      // `<2` is what a reset left of a header.
      return line.count < 5 ? self.text(line.upTo(0)) : self.text(line)
    }
    let rest = line.from(length)
    if StructuredHeader.begins(rest) { return StructuredHeader.read(rest) }
    guard let stamp = LineStamp.bsd(rest) else {
      guard LineStamp.rfc3339(rest) != nil else {
        return rest.count < LineStamp.bsdCount ? self.text(line.upTo(0)) : self.text(rest)
      }
      return self.line(rest)
    }
    return self.tagged(rest.from(LineStamp.bsdCount + 1), stamp: stamp)
  }

  /// Bytes of `<22>`.
  static func priorityCount(_ line: UnsafeRawBufferPointer) -> Int? {
    guard line.first == 0x3C else { return nil }
    var offset = 1
    while offset < line.count, offset < 4, (0x30...0x39).contains(line[offset]) { offset += 1 }
    guard offset > 1, offset < line.count, line[offset] == 0x3E else { return nil }
    return offset + 1
  }

  /// Behind the stamp: `TAG: body`, `HOST TAG: body` or `HOST TAG body`; the tag is the word before
  /// the level's.
  private static func tagged(_ rest: UnsafeRawBufferPointer, stamp: Int) -> ReadLine {
    var offset = 0
    var fallback: UnsafeRawBufferPointer?
    for _ in 0..<2 {
      let word = rest.from(offset)
      guard let end = word.firstIndex(of: 0x20) else { break }
      let isTag = end > 0 && word[end - 1] == 0x3A
      let body = word.from(end + 1)
      if ReadLine.beginsWithLevel(body) { return ReadLine(body: body.trimmed, stamp: stamp) }
      if isTag { fallback = fallback ?? body }
      offset += end + 1
    }
    // Cut within the tag, or a line that no appliance wrote.
    let isCutInTag = fallback == nil && offset == 0
    return ReadLine(body: (fallback ?? (isCutInTag ? rest.upTo(0) : rest)).trimmed, stamp: stamp)
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
    LineStamp.bsd(rest) != nil
      || StructuredHeader.begins(rest)
        && LineStamp.rfc3339(rest.from(StructuredHeader.versionCount)) != nil
  }
}
