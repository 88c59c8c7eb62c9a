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
  private var line: Int
  private var column = 1
  private let encoding: SourceText.Encoding

  init(_ text: SourceText) {
    self.fileOffset = text.markBytes
    self.line = text.wrapping == nil ? 1 : 0
    self.encoding = text.encoding
  }

  /// Line and column, both from 1; the column counts bytes of the file but for a mark. What was put
  /// before a text has line 0.
  var position: SourcePosition { SourcePosition(line: self.line, column: self.column) }

  /// Moves forward to `offset` of the UTF-8 text `bytes`.
  mutating func move(to offset: Int, in bytes: borrowing Span<UInt8>) {
    precondition(offset >= self.offset && offset <= bytes.count, "a cursor moves forward only")
    switch self.encoding {
    case .utf8, .ascii: self.move(to: offset, in: bytes) { _ in 1 }
    // A character is one byte of the file, however many it is in UTF-8.
    case .latin1: self.move(to: offset, in: bytes) { $0 & 0xC0 == 0x80 ? 0 : 1 }
    // Two bytes, or four for what is four bytes in UTF-8.
    case .utf16LittleEndian, .utf16BigEndian:
      self.move(to: offset, in: bytes) { $0 & 0xC0 == 0x80 ? 0 : $0 >= 0xF0 ? 4 : 2 }
    }
    self.offset = offset
  }

  /// - Parameter width: the bytes of the file for the first byte of each character, else 0.
  @inline(__always)
  private mutating func move(
    to offset: Int, in bytes: borrowing Span<UInt8>, width: (UInt8) -> Int
  ) {
    for index in self.offset..<offset {
      let byte = bytes[index]
      let count = width(byte)
      self.fileOffset += count
      if byte == UInt8(ascii: "\n") {
        self.line += 1
        self.column = 1
      } else {
        self.column += count
      }
    }
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
