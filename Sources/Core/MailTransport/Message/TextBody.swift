/// A text as the body of a message: CRLF lines, as they are where mail allows, else
/// quoted-printable.
///
/// Source: RFC 2045 sections 2.7 (7bit), 6.1 and 6.7 (quoted-printable).
struct TextBody {
  /// The longest quoted-printable line, the `=` of a soft line end included.
  static let encodedLineBytesMax = 76

  /// `us-ascii` or `utf-8`.
  let charset: String
  /// `7bit` or `quoted-printable`.
  let transferEncoding: String
  /// The body as it travels, each line ended by CRLF; empty for an empty text.
  let bytes: [UInt8]

  /// - Parameter text: lines ended by CRLF, LF or CR; a missing last line end is added.
  init(_ text: String) {
    let lines = Self.lines(of: text)
    let isASCII = text.utf8.allSatisfy { $0 < 0x80 }
    let isSevenBit = lines.allSatisfy { line in
      line.count <= HeaderFolding.lineBytesMax
        && line.allSatisfy { ASCII.isPrintable($0) || $0 == ASCII.tab }
    }
    self.charset = isASCII ? "us-ascii" : "utf-8"
    self.transferEncoding = isSevenBit ? "7bit" : "quoted-printable"
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count + 2 * lines.count)
    for line in lines {
      if isSevenBit {
        bytes += line
        bytes += ASCII.endOfLine
      } else {
        Self.encode(line, into: &bytes)
      }
    }
    self.bytes = bytes
  }

  private static func lines(of text: String) -> [ArraySlice<UInt8>] {
    let bytes = Array(text.utf8)
    var lines: [ArraySlice<UInt8>] = []
    var start = 0
    for (index, byte) in bytes.enumerated() {
      if byte == ASCII.lineFeed && index > 0 && bytes[index - 1] == ASCII.carriageReturn {
        start = index + 1  // The CR before has ended the line.
      } else if byte == ASCII.lineFeed || byte == ASCII.carriageReturn {
        lines.append(bytes[start..<index])
        start = index + 1
      }
    }
    if start < bytes.count {
      lines.append(bytes[start...])
    }
    return lines
  }

  /// Appends a line in quoted-printable, softly broken, with its CRLF.
  private static func encode(_ line: ArraySlice<UInt8>, into output: inout [UInt8]) {
    var column = 0
    for (index, byte) in zip(line.indices, line) {
      let isLast = index == line.endIndex - 1
      let isLiteral =
        ASCII.isWhiteSpace(byte) ? !isLast : (0x21...0x7E).contains(byte) && byte != ASCII.equals
      let width = isLiteral ? 1 : 3
      if column + width > Self.encodedLineBytesMax - 1 {
        output.append(ASCII.equals)
        output += ASCII.endOfLine
        column = 0
      }
      if isLiteral {
        output.append(byte)
      } else {
        output.append(ASCII.equals)
        output += Hexadecimal.bytes(byte)
      }
      column += width
    }
    output += ASCII.endOfLine
  }
}
