import ApplianceConfiguration

/// Walks over a text, keeping line, column and the offset in the file's own bytes.
///
/// Complexity: the whole text is walked once, whatever the number of places asked for, because
/// they are asked for in order.
struct SourceCursor {
  /// The next byte of the UTF-8 text.
  private(set) var offset = 0
  /// The same place in the bytes of the file.
  private(set) var fileOffset: Int
  private var line = 1
  private var column = 1
  private let encoding: SourceText.Encoding

  init(_ text: SourceText) {
    self.fileOffset = text.markBytes
    self.encoding = text.encoding
  }

  /// Line and column, both from 1; the column counts bytes of the file but for a byte order mark.
  var position: SourcePosition { SourcePosition(line: self.line, column: self.column) }

  /// Moves forward to `offset` of the UTF-8 text `bytes`.
  mutating func move(to offset: Int, in bytes: borrowing Span<UInt8>) {
    precondition(offset >= self.offset && offset <= bytes.count, "a cursor moves forward only")
    let isLatin1 = self.encoding == .latin1
    for index in self.offset..<offset {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\n") {
        self.line += 1
        self.column = 1
        self.fileOffset += 1
      } else if !isLatin1 || byte & 0xC0 != 0x80 {
        // In ISO-8859-1 a character is one byte of the file, however many it is in UTF-8.
        self.column += 1
        self.fileOffset += 1
      }
    }
    self.offset = offset
  }

  /// The place of a byte in a file that cannot be decoded.
  static func position(
    ofByte index: Int, in bytes: [UInt8], markBytes: Int = 0
  ) -> SourcePosition {
    let before = bytes[..<index]
    let line = before.reduce(into: 1) { $0 += $1 == UInt8(ascii: "\n") ? 1 : 0 }
    let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? markBytes
    return SourcePosition(line: line, column: index - lineStart + 1)
  }
}
