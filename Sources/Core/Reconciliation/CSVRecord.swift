/// Where the line is in a CSV file's records.
struct CSVColumns: Hashable, Sendable {
  /// `,` `;` `|` or a tab.
  let separator: UInt8
  /// How many columns each record has.
  let count: Int
  /// The column that holds the line, or the line without its level.
  let text: Int
  /// The column that holds the line's level, where the line is without.
  let level: Int?
  let tag: Int?
  private let firstLine: [UInt8]

  private static let separators: [UInt8] = [0x2C, 0x3B, 0x09, 0x7C]

  /// The columns that a first line names; `nil` when none is known to hold a line.
  init?(firstLine line: UnsafeRawBufferPointer, fields: MessageFields) {
    var best: (separator: UInt8, roles: [MessageFields.Role?])?
    for separator in Self.separators {
      let roles = Self.names(line, separator: separator).map { Self.role(of: $0, fields) }
      let isBetter = roles.count > best?.roles.count ?? 0
      if isBetter, roles.contains(where: Self.holdsText) { best = (separator, roles) }
    }
    guard let (separator, roles) = best else { return nil }
    self.separator = separator
    self.firstLine = Array(line)
    self.count = roles.count
    func lowest(_ rank: (MessageFields.Role) -> Int?) -> Int? {
      roles.enumerated().compactMap { index, role in
        role.flatMap(rank).map { (rank: $0, index: index) }
      }.min { $0.rank < $1.rank }?.index
    }
    let whole = lowest { if case .text(let rank) = $0 { rank } else { nil } }
    let split = roles.firstIndex(of: .textWithoutLevel)
    let level = roles.firstIndex(of: .level)
    guard let text = whole ?? (level == nil ? nil : split) else { return nil }
    self.text = text
    self.level = whole == nil ? level : nil
    self.tag = lowest { if case .tag(let rank) = $0 { rank } else { nil } }
  }

  /// Whether `record` is the line with the columns' names: a file may be several, one behind the
  /// other.
  func isFirstLine(_ record: UnsafeRawBufferPointer) -> Bool {
    let line = record.withoutMark.trimmed
    return line.count == self.firstLine.count && line.elementsEqual(self.firstLine)
      || line.starts(with: "sep=")
  }

  private static func holdsText(_ role: MessageFields.Role?) -> Bool {
    switch role {
    case .text, .textWithoutLevel: true
    case .level, .tag, nil: false
    }
  }

  /// A record's name may stand before that of the column: `_source.message`.
  private static func role(of name: [UInt8], _ fields: MessageFields) -> MessageFields.Role? {
    name.withUnsafeBytes { name in
      if let role = fields.role(of: name) { return role }
      guard let dot = name.firstIndex(of: 0x2E), fields.isWrapper(name.upTo(dot)) else {
        return nil
      }
      return fields.role(of: name.from(dot + 1))
    }
  }

  /// The fields of a line.
  static func names(_ line: UnsafeRawBufferPointer, separator: UInt8) -> [[UInt8]] {
    var names: [[UInt8]] = []
    CSVRecord.forEachField(of: line, separator: separator) { range, isQuoted in
      var name: [UInt8] = []
      CSVRecord.unquote(line, range, isQuoted, into: &name)
      names.append(name)
    }
    return names
  }
}

/// Fields of one CSV record.
///
/// Source: RFC 4180; quotes within quotes are doubled.
enum CSVRecord {
  /// Gives `body` where each field is, without its quotes, and whether it had some.
  ///
  /// - Returns: how many there are.
  @discardableResult
  static func forEachField(
    of record: UnsafeRawBufferPointer, separator: UInt8, _ body: (Range<Int>, Bool) -> Void
  ) -> Int {
    var end = record.count
    if end > 0, record[end - 1] == 0x0D { end -= 1 }
    var offset = 0
    var count = 0
    while true {
      let isQuoted = offset < end && record[offset] == 0x22
      var start = offset
      if isQuoted {
        start += 1
        offset = self.closingQuote(record, start, end: end)
        body(start..<offset, true)
        while offset < end, record[offset] != separator { offset += 1 }
      } else {
        while offset < end, record[offset] != separator { offset += 1 }
        body(start..<offset, false)
      }
      count += 1
      guard offset < end else { return count }
      offset += 1
    }
  }

  private static func closingQuote(
    _ record: UnsafeRawBufferPointer, _ start: Int, end: Int
  ) -> Int {
    var offset = start
    while offset < end {
      guard record[offset] == 0x22 else {
        offset += 1
        continue
      }
      guard offset + 1 < end, record[offset + 1] == 0x22 else { return offset }
      offset += 2
    }
    return end
  }

  /// Doubled quotes become one.
  static func unquote(
    _ record: UnsafeRawBufferPointer, _ range: Range<Int>, _ isQuoted: Bool,
    into bytes: inout [UInt8]
  ) {
    bytes.removeAll(keepingCapacity: true)
    guard isQuoted else {
      bytes.append(contentsOf: record[range])
      return
    }
    var offset = range.lowerBound
    while offset < range.upperBound {
      bytes.append(record[offset])
      offset += record[offset] == 0x22 ? 2 : 1
    }
  }
}
