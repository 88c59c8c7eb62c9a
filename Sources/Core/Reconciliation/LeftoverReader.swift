/// Reads the texts of received lines without a match once more.
struct LeftoverReader: ~Copyable {
  private var reader: ReceivedReader
  private let forms: ReceivedForms
  /// The part of a line that was read last and where it begins: a line may have many.
  private var lastPart = (line: -1, part: 0, offset: 0)
  /// Bytes that were looked at.
  private(set) var bytesRead = 0

  init(format: ReceivedFormat, forms: ReceivedForms) {
    self.reader = ReceivedReader(format: format)
    self.forms = forms
  }

  /// Level and text of a record, with a collector's escapes undone.
  mutating func text(
    of record: Int, records: borrowing ReceivedRecords, from source: inout some LineSource
  ) -> [UInt8] {
    let read = self.read(record, records: records, from: &source)
    switch read {
    case .text(let text): return text
    case .repetition:
      guard let origin = records.source(ofRepeat: record),
        case .text(let text) = self.read(origin, records: records, from: &source)
      else { return [] }
      return text
    }
  }

  private enum Read {
    case text([UInt8])
    /// The text is that of the line before.
    case repetition
  }

  private mutating func read(
    _ record: Int, records: borrowing ReceivedRecords, from source: inout some LineSource
  ) -> Read {
    let (line, part) = records.line(of: record)
    let isFollowed = record + 1 < records.count && records.line(of: record + 1).part > 0
    self.reader.form = self.forms.form(ofLine: line)
    return source.withLine(line) { bytes in
      let piece =
        self.reader.form.isOfLines
        ? self.piece(part, of: bytes, line, isFollowed: isFollowed) : bytes
      self.bytesRead += piece.count
      return self.reader.read(piece) { read in
        guard let read else { return .text([]) }
        guard RepeatedLine.begins(read.body), let copies = RepeatedLine(read.body) else {
          return .text(Self.decoded(read.body))
        }
        return copies.text.map { .text(Self.decoded($0)) } ?? .repetition
      }
    }
  }

  private static func decoded(_ text: UnsafeRawBufferPointer) -> [UInt8] {
    guard let decoded = EscapedText.decoded(text) else { return Array(text) }
    return decoded.withUnsafeBytes { Array($0.trimmed) }
  }

  /// Part `part` of a line in which a reset glued several together.
  private mutating func piece(
    _ part: Int, of line: UnsafeRawBufferPointer, _ number: Int, isFollowed: Bool
  ) -> UnsafeRawBufferPointer {
    if self.lastPart.line != number || self.lastPart.part > part {
      self.lastPart = (number, 0, 0)
    }
    while self.lastPart.part < part {
      let rest = line.from(self.lastPart.offset)
      // A line that a collector wrote for several has as many records, and is one piece.
      guard let next = LineHeader.secondLine(in: rest) else { break }
      self.bytesRead += next
      self.lastPart.part += 1
      self.lastPart.offset += next
    }
    let piece = line.from(self.lastPart.offset)
    guard part > 0 || isFollowed, let end = LineHeader.secondLine(in: piece) else { return piece }
    self.bytesRead += end
    return piece.upTo(end)
  }
}
