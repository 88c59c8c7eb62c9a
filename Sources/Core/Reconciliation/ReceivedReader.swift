/// Reads the records of a collector's files.
struct ReceivedReader: ~Copyable {
  private let format: ReceivedFormat
  /// The form of the file that is read.
  var form = ReceivedFileForm.lines
  private let journalFields: MessageFields
  private var message: JSONMessage
  private var text: [UInt8] = []
  private var tag: [UInt8] = []
  private var level: [UInt8] = []
  /// Why the last record cannot be read; `nil` when it can.
  private(set) var refusal: RefusedForm?
  /// What the last JSON record has that holds no line.
  private(set) var withoutText: String?

  init(format: ReceivedFormat) {
    self.format = format
    self.journalFields = MessageFields(format.forms, family: .journal)
    self.message = JSONMessage(fields: MessageFields(format.forms, family: .json))
  }

  /// Gives `body` what is read of a record; `nil` for one that holds no line.
  mutating func read<Result>(
    _ record: UnsafeRawBufferPointer, _ body: (ReadLine?) -> Result
  ) -> Result {
    self.refusal = nil
    self.withoutText = nil
    switch self.form.records {
    case .lines: return self.readLine(record, body)
    case .json: return self.readObject(record, body)
    case .csv(let columns): return self.readRow(record, columns, body)
    case .journal: return self.readEntry(record, body)
    }
  }

  private mutating func readLine<Result>(
    _ line: UnsafeRawBufferPointer, _ body: (ReadLine?) -> Result
  ) -> Result {
    let line = line.withoutMark
    guard let first = line.first else { return body(nil) }
    guard self.format != .plain else { return body(LineHeader.read(line)) }
    if self.form.isOfLines, (0x30...0x39).contains(first) {
      do throws(RefusedForm) {
        if let text = try SplitRecord.containerText(line) {
          return Self.withLine(text, tag: [], body)
        }
      } catch {
        self.refusal = error
        return body(nil)
      }
    }
    switch first {
    // Fast for lines as sent.
    case 0x3C where self.format.reads(.text): return body(LineHeader.read(line))
    case 0x7B, 0x5B, 0x2C, 0x5D, 0x20:
      if self.format.reads(.json), Self.isJSON(line) { return self.readObject(line, body) }
    default:
      if self.format.reads(.json), let start = LineHeader.jsonStart(in: line) {
        return self.readObject(line.from(start), body)
      }
    }
    guard self.format.reads(.text) else {
      if !line.trimmed.isEmpty { self.refusal = .otherFamily(.text) }
      return body(nil)
    }
    return body(LineHeader.read(line))
  }

  /// Whether an object begins, with the bracket or comma of an array before it, or a bracket alone.
  private static func isJSON(_ line: UnsafeRawBufferPointer) -> Bool {
    let text = line.from(line.firstIndex { $0 != 0x20 && $0 != 0x09 } ?? line.count)
    let isArray = text.first == 0x5B || text.first == 0x2C || text.first == 0x5D
    let next = JSONText.next(text, isArray ? 1 : 0)
    return next == 0x7B || isArray && (next == nil || text[0] == 0x5D && next == 0x2C)
  }

  /// A message that was split: its records' texts, one behind the other.
  ///
  /// - Returns: whether each of them holds a text.
  private mutating func readParts(_ record: UnsafeRawBufferPointer) -> Bool {
    self.text.removeAll(keepingCapacity: true)
    for part in record.split(separator: 0x0A) {
      guard self.message.read(UnsafeRawBufferPointer(rebasing: part)) else { return false }
      self.text += self.message.text
    }
    return true
  }

  private mutating func readObject<Result>(
    _ record: UnsafeRawBufferPointer, _ body: (ReadLine?) -> Result
  ) -> Result {
    if self.form.isOfLines, SplitRecord.isSplit(record) {
      let isWhole = self.readParts(record)
      self.refusal = self.message.refusal
      return isWhole ? Self.withLine(self.text, tag: self.message.tag, body) : body(nil)
    }
    let hasText = self.message.read(record)
    self.refusal = self.message.refusal
    guard self.refusal == nil else { return body(nil) }
    guard !hasText else { return Self.withLine(self.message.text, tag: self.message.tag, body) }
    if self.message.lacksText {
      self.refusal = .integrationWithoutText
    } else {
      let instead = self.message.foundInstead(in: record)
      if instead.holdsLine {
        self.refusal = .noTextMember(found: instead.words)
      } else if !instead.words.isEmpty {
        self.withoutText = instead.words
      }
    }
    return body(nil)
  }

  /// A text out of a record, whose tag a member may hold.
  private static func withLine<Result>(
    _ text: [UInt8], tag: [UInt8], _ body: (ReadLine?) -> Result
  ) -> Result {
    text.withUnsafeBytes { text in
      tag.withUnsafeBytes { tag in
        // rsyslog's `msg` begins with the blank behind the tag's colon.
        let line = LineHeader.read(text.first == 0x20 ? text.from(1) : text)
        guard line.tag == nil, !tag.isEmpty else { return body(line) }
        return body(
          ReadLine(body: line.body, stamp: line.stamp, tag: LineHeader.tagName(tag), isKnown: true))
      }
    }
  }

  private mutating func readRow<Result>(
    _ record: UnsafeRawBufferPointer, _ columns: CSVColumns, _ body: (ReadLine?) -> Result
  ) -> Result {
    guard !record.trimmed.isEmpty, !columns.isFirstLine(record) else { return body(nil) }
    var number = 0
    var text: (Range<Int>, Bool) = (0..<0, false)
    self.tag.removeAll(keepingCapacity: true)
    self.level.removeAll(keepingCapacity: true)
    let count = CSVRecord.forEachField(of: record, separator: columns.separator) { range, quoted in
      if number == columns.text { text = (range, quoted) }
      if number == columns.tag { CSVRecord.unquote(record, range, quoted, into: &self.tag) }
      if number == columns.level { CSVRecord.unquote(record, range, quoted, into: &self.level) }
      number += 1
    }
    guard count == columns.count else {
      self.refusal = .columns(found: count, allowed: columns.count)
      return body(nil)
    }
    CSVRecord.unquote(record, text.0, text.1, into: &self.text)
    if columns.level != nil { self.text = JSONMessage.composed(self.text, level: self.level) }
    return Self.withLine(self.text, tag: self.tag, body)
  }

  private mutating func readEntry<Result>(
    _ record: UnsafeRawBufferPointer, _ body: (ReadLine?) -> Result
  ) -> Result {
    guard !record.isEmpty else { return body(nil) }
    var hasText = false
    self.tag.removeAll(keepingCapacity: true)
    let isWhole = JournalEntry.forEachField(of: record) { name, value in
      switch self.journalFields.role(of: name) {
      case .text:
        hasText = true
        self.text.replaceSubrange(0..., with: value)
      case .tag: self.tag.replaceSubrange(0..., with: value)
      case .textWithoutLevel, .level, nil: break
      }
    }
    guard isWhole else {
      self.refusal = .openField
      return body(nil)
    }
    guard hasText else { return body(nil) }
    return Self.withLine(self.text, tag: self.tag, body)
  }
}
