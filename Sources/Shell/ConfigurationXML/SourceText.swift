public import ApplianceConfiguration
import CLibXML2

/// A file's bytes as UTF-8 for libxml2, with the way back to the bytes of the file.
///
/// The text is decoded before parsing, so that a byte offset in the parser costs nothing to find
/// and every place can be given in bytes of the original.
struct SourceText: Sendable {
  /// The encodings that are read.
  enum Encoding: Hashable, Sendable {
    case utf8
    case latin1
    /// US-ASCII, each byte below 0x80.
    case ascii
    /// Two or four bytes a character, the less significant one of two first.
    case utf16LittleEndian
    /// Two or four bytes a character, the more significant one of two first.
    case utf16BigEndian

    var isUTF16: Bool { self == .utf16LittleEndian || self == .utf16BigEndian }
  }

  /// The whole text as UTF-8, without a byte order mark.
  let utf8: [UInt8]
  let encoding: Encoding
  /// Bytes of the file before the text: those of a byte order mark, else 0.
  let markBytes: Int
  /// What was put around the text of the file; `nil` of a file that is a document.
  var wrapping: Wrapping?

  /// Decodes `bytes` by their byte order mark and their XML declaration.
  static func decode(_ bytes: [UInt8]) -> Result<SourceText, FindingError> {
    if bytes.starts(with: [0xFF, 0xFE]) {
      return Self.fromUTF16(bytes, .utf16LittleEndian)
    }
    if bytes.starts(with: [0xFE, 0xFF]) {
      return Self.fromUTF16(bytes, .utf16BigEndian)
    }
    if let nul = bytes.firstIndex(of: 0) {
      let place = SourceCursor.position(ofByte: nul, in: bytes)
      return .failure(
        FindingError(.nulByte, at: place, found: "byte 0x00", allowed: "characters of XML 1.0"))
    }
    let markBytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    switch Self.declaredEncoding(of: bytes.dropFirst(markBytes)) {
    case .failure(let problem): return .failure(problem)
    case .success(.utf8): return Self.checkedUTF8(bytes, markBytes: markBytes)
    case .success where markBytes > 0:
      return .failure(
        FindingError(
          .encodingViolated, at: SourcePosition(line: 1, column: 1),
          found: "a UTF-8 byte order mark", allowed: "no mark before ISO-8859-1 or US-ASCII"))
    case .success(let encoding) where encoding.isUTF16:
      return .failure(
        FindingError(
          .encodingViolated, at: SourcePosition(line: 1, column: 1),
          found: "UTF-16 without a byte order mark", allowed: "a byte order mark before UTF-16"))
    case .success(let encoding): return Self.fromSingleBytes(bytes, encoding)
    }
  }

  private static func checkedUTF8(
    _ bytes: [UInt8], markBytes: Int
  ) -> Result<SourceText, FindingError> {
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      let index = error.byteOffsets.lowerBound
      let place = SourceCursor.position(ofByte: index, in: bytes, markBytes: markBytes)
      return .failure(
        FindingError(
          .encodingViolated, at: place, found: "byte 0x\(hexadecimal(bytes[index]))",
          allowed: "UTF-8"))
    }
    let text = markBytes == 0 ? bytes : Array(bytes[markBytes...])
    return .success(SourceText(utf8: text, encoding: .utf8, markBytes: markBytes))
  }

  /// Decodes by libxml2's own decoder; each byte becomes one or two.
  private static func fromSingleBytes(
    _ bytes: [UInt8], _ encoding: Encoding
  ) -> Result<SourceText, FindingError> {
    let highBytes = bytes.reduce(into: 0) { $0 += $1 >= 0x80 ? 1 : 0 }
    if highBytes == 0 {
      return .success(SourceText(utf8: bytes, encoding: .ascii, markBytes: 0))
    }
    if encoding == .ascii, let index = bytes.firstIndex(where: { $0 >= 0x80 }) {
      let place = SourceCursor.position(ofByte: index, in: bytes)
      return .failure(
        FindingError(
          .encodingViolated, at: place, found: "byte 0x\(hexadecimal(bytes[index]))",
          allowed: "US-ASCII"))
    }
    let capacity = bytes.count + highBytes
    let decoded = [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
      var outputLength = CInt(capacity)
      var inputLength = CInt(bytes.count)
      isolat1ToUTF8(output.baseAddress, &outputLength, bytes, &inputLength)
      count = max(0, Int(outputLength))
    }
    precondition(decoded.count == capacity, "each byte is a character of ISO-8859-1")
    return .success(SourceText(utf8: decoded, encoding: .latin1, markBytes: 0))
  }

  // MARK: The declaration

  /// The encoding that `<?xml version="1.0" encoding="..."?>` names; UTF-8 when it names none.
  static func declaredEncoding(
    of text: ArraySlice<UInt8>
  ) -> Result<Encoding, FindingError> {
    let start = SourcePosition(line: 1, column: 1)
    guard text.starts(with: "<?xml ".utf8) || text.starts(with: "<?xml\t".utf8) else {
      return .failure(
        FindingError(
          .declarationMissing, at: start, found: Self.beginning(of: text),
          allowed: #"<?xml version="1.0" encoding="ISO-8859-1"?> as the first bytes"#))
    }
    let declaration = text.prefix(256).prefix { $0 != UInt8(ascii: ">") }
    guard let name = Self.encodingName(in: String(decoding: declaration, as: UTF8.self)) else {
      return .success(.utf8)
    }
    switch name.uppercased() {
    case "UTF-8", "UTF8": return .success(.utf8)
    case "ISO-8859-1", "ISO_8859-1", "LATIN1", "ISO-LATIN-1": return .success(.latin1)
    case "US-ASCII", "ASCII": return .success(.ascii)
    case "UTF-16", "UTF-16LE": return .success(.utf16LittleEndian)
    case "UTF-16BE": return .success(.utf16BigEndian)
    default: return .failure(Self.unsupported(Diagnostic.quote(name), at: start))
    }
  }

  /// The quoted text after `encoding=`; anything odd is left for libxml2 to refuse.
  private static func encodingName(in declaration: String) -> String? {
    let parts = declaration.split(separator: "encoding", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    let rest = parts[1].drop { $0 == " " || $0 == "=" || $0 == "\t" || $0.isNewline }
    guard let quote = rest.first, quote == "\"" || quote == "'" else { return nil }
    let value = rest.dropFirst()
    guard let end = value.firstIndex(of: quote) else { return nil }
    return String(value[..<end])
  }

  private static func unsupported(_ found: String, at place: SourcePosition) -> FindingError {
    FindingError(
      .encodingUnsupported, at: place, found: found,
      allowed: "ISO-8859-1, US-ASCII, UTF-8 or UTF-16")
  }

  private static func beginning(of text: ArraySlice<UInt8>) -> String {
    Diagnostic.quote(String(decoding: text.prefix(24), as: UTF8.self))
  }
}

/// A finding after which a file cannot be read on.
public struct FindingError: Error {
  /// What is wrong.
  public let diagnostic: Diagnostic

  init(
    _ code: DiagnosticCode, at position: SourcePosition?, found: String, allowed: String = ""
  ) {
    self.diagnostic = Diagnostic(code, at: position, found: found, allowed: allowed)
  }
}

/// Two hexadecimal digits.
private func hexadecimal(_ byte: UInt8) -> String {
  let digits = String(byte, radix: 16, uppercase: true)
  return digits.count == 1 ? "0" + digits : digits
}
