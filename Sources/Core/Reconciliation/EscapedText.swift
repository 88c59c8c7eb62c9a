/// What a collector wrote in place of control characters.
enum EscapedText {
  /// The text with rsyslog's `#011` made characters again; `nil` when there are none.
  ///
  /// Source: rsyslog, `$EscapeControlCharactersOnReceive`, `$Escape8BitCharactersOnReceive`.
  static func decoded(_ text: UnsafeRawBufferPointer) -> [UInt8]? {
    guard var next = text.firstIndex(of: 0x23) else { return nil }
    var bytes: [UInt8] = []
    var start = 0
    while next + 4 <= text.count {
      if let byte = self.character(text, next) {
        bytes.append(contentsOf: text[start..<next])
        bytes.append(byte)
        start = next + 4
      }
      let from = max(start, next + 1)
      guard let found = text[from...].firstIndex(of: 0x23) else { break }
      next = found
    }
    guard start > 0 else { return nil }
    bytes.append(contentsOf: text[start...])
    return bytes
  }

  /// A control character or one beyond ASCII; rsyslog leaves all others as they are.
  private static func character(_ text: UnsafeRawBufferPointer, _ offset: Int) -> UInt8? {
    var value = 0
    for digit in text[offset + 1..<offset + 4] {
      guard (0x30...0x37).contains(digit) else { return nil }
      value = value << 3 | Int(digit - 0x30)
    }
    return value < 0x20 || (0x7F...0xFF).contains(value) ? UInt8(value) : nil
  }
}
