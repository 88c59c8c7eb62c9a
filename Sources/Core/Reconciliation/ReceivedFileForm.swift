/// What one file of a collector is made of.
public struct ReceivedFileForm: Hashable, Sendable {
  enum Records: Hashable, Sendable {
    /// Text, or a JSON object, on each line.
    case lines
    /// JSON objects over lines, in arrays, or several a line.
    case json
    case csv(CSVColumns)
    case journal
  }

  let records: Records

  /// Lines of text, or with a JSON object each.
  public static let lines = ReceivedFileForm(records: .lines)

  /// Bytes of a file's beginning that are enough to tell.
  public static let beginningCount = 1 << 20

  /// Whether each line, or text up to a NUL, is a record.
  public var isOfLines: Bool { self.records == .lines }

  private static let binaries: [([UInt8], String)] = [
    ([0xFF, 0xFE], "UTF-16 text"), ([0xFE, 0xFF], "UTF-16 text"),
    (
      Array("LPKSHHRH".utf8),
      "the journal's own file: write it by journalctl --file FILE -o export first"
    ),
    ([0xD4, 0xC3, 0xB2, 0xA1], "a packet capture"), ([0x0A, 0x0D, 0x0D, 0x0A], "a packet capture"),
  ]

  /// The form of a file that begins with `bytes`.
  ///
  /// - Parameter isWhole: whether these are all bytes of the file.
  public static func of(
    _ bytes: UnsafeRawBufferPointer, isWhole: Bool, format: ReceivedFormat
  ) throws(RefusedForm) -> ReceivedFileForm {
    if let compressed = CompressedForm(firstBytes: bytes) {
      throw RefusedForm.binary("\(compressed.rawValue) data; decompress it first")
    }
    for (magic, name) in self.binaries where bytes.starts(with: magic) {
      throw RefusedForm.binary(name)
    }
    guard format != .plain else { return .lines }
    let text = bytes.withoutMark
    let family: ReceivedForm.Family
    let records: Records
    if JournalEntry.begins(text) {
      (family, records) = (.journal, .journal)
    } else if let json = self.json(text, isWhole: isWhole) {
      (family, records) = (.json, json)
    } else if let columns = try self.columns(text, format) {
      (family, records) = (.csv, .csv(columns))
    } else {
      // A line of text may end in JSON: fluentd's.
      guard !text.isEmpty, !format.reads(.text), !format.reads(.json) else { return .lines }
      throw RefusedForm.otherFamily(.text)
    }
    guard format.reads(family) else { throw RefusedForm.otherFamily(family) }
    return ReceivedFileForm(records: records)
  }

  private static func json(_ text: UnsafeRawBufferPointer, isWhole: Bool) -> Records? {
    // A JSON text sequence (RFC 7464) has a mark before each object.
    guard let start = text.firstIndex(where: { !JSONText.isBlank($0) && $0 != 0x1E }) else {
      return nil
    }
    if start > 0, text[start] == 0x7B, text[start - 1] == 0x1E { return .json }
    switch text[start] {
    case 0x5B:
      let next = JSONText.next(text, start + 1)
      return next == 0x7B || next == 0x5D || (next == nil && isWhole) ? .json : nil
    case 0x7B: break
    default: return nil
    }
    // One object on its first line, and nothing else: so are the others.
    let rest = text.from(start)
    let end = rest.firstIndex(of: 0x0A)
    guard end != nil || isWhole else { return .json }
    var splitter = RecordSplitter(form: ReceivedFileForm(records: .json))
    guard let first = splitter.next(in: rest, isLast: isWhole)?.record else { return .json }
    let line = rest.upTo(end ?? rest.count)
    guard first.lowerBound == 0, first.upperBound <= line.count else { return .json }
    let behind = line.from(first.upperBound)
    // Text behind an object is refused where it is met.
    return behind.contains(0x7B) ? .json : .lines
  }

  private static func columns(
    _ text: UnsafeRawBufferPointer, _ format: ReceivedFormat
  ) throws(RefusedForm) -> CSVColumns? {
    var end = text.firstIndex(of: 0x0A) ?? text.count
    var line = text.upTo(end).trimmed
    // Excel's first line.
    if line.starts(with: "sep=") {
      let rest = text.from(end + 1)
      end += 1 + (rest.firstIndex(of: 0x0A) ?? rest.count)
      line = text.upTo(end).from(text.firstIndex(of: 0x0A).map { $0 + 1 } ?? 0).trimmed
    }
    let fields = MessageFields(format.forms, family: .csv)
    if let columns = CSVColumns(firstLine: line, fields: fields),
      columns.count > 1 || end < text.count
    {
      return columns
    }
    // Of another form than the one that is named.
    let all = MessageFields(ReceivedForm.all, family: .csv)
    if format != .auto, let columns = CSVColumns(firstLine: line, fields: all), columns.count > 1 {
      guard format.reads(.csv) else { throw RefusedForm.otherFamily(.csv) }
      throw RefusedForm.noTextColumn(found: FormCensus.printable(line))
    }
    guard line.first == 0x22 || format.forms.allSatisfy({ $0.families == [.csv] }) else {
      return nil
    }
    throw RefusedForm.noTextColumn(found: FormCensus.printable(line))
  }
}
