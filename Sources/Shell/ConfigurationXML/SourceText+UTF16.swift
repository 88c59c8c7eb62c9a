import ApplianceConfiguration
internal import Text

/// UTF-16 with a byte order mark: decoded here, so that each place is known in bytes of the file.
extension SourceText {
  /// Decodes pairs of bytes; an odd byte, half a pair of surrogates or a NUL is a finding.
  static func fromUTF16(_ bytes: [UInt8], _ encoding: Encoding) -> Result<SourceText, FindingError>
  {
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    var place = UTF16Place()
    var index = 2
    while index < bytes.count {
      guard let scalar = Self.scalar(at: index, in: bytes, encoding) else {
        return .failure(
          FindingError(
            .encodingViolated, at: place.position, found: "bytes that are no character",
            allowed: "UTF-16"))
      }
      guard scalar.value != 0 else {
        return .failure(
          FindingError(
            .nulByte, at: place.position, found: "U+0000", allowed: "characters of XML 1.0"))
      }
      if scalar.isASCII { output.append(UInt8(scalar.value)) } else { output += UTF8.bytes(scalar) }
      let length = scalar.value > 0xFFFF ? 4 : 2
      place.pass(scalar, bytes: length)
      index += length
    }
    return Self.checkedDeclaration(output, encoding)
  }

  /// What a file says of its encoding must agree with its mark.
  private static func checkedDeclaration(
    _ text: [UInt8], _ encoding: Encoding
  ) -> Result<SourceText, FindingError> {
    switch Self.declaredEncoding(of: text[...]) {
    case .failure(let problem): return .failure(problem)
    // Without a name in the declaration the mark tells all.
    case .success(let declared) where declared.isUTF16 || !Self.namesEncoding(text):
      return .success(SourceText(utf8: text, encoding: encoding, markBytes: 2))
    case .success:
      return .failure(
        FindingError(
          .encodingViolated, at: SourcePosition(line: 1, column: 1),
          found: "a UTF-16 byte order mark", allowed: #"encoding="UTF-16" after it"#))
    }
  }

  private static func namesEncoding(_ text: [UInt8]) -> Bool {
    let declaration = text.prefix(256).prefix { $0 != UInt8(ascii: ">") }
    return String(decoding: declaration, as: UTF8.self).contains("encoding")
  }

  private static func scalar(
    at index: Int, in bytes: [UInt8], _ encoding: Encoding
  ) -> Unicode.Scalar? {
    guard let unit = Self.unit(at: index, in: bytes, encoding) else { return nil }
    guard UTF16.isLeadSurrogate(unit) else { return Unicode.Scalar(unit) }
    guard let second = Self.unit(at: index + 2, in: bytes, encoding),
      UTF16.isTrailSurrogate(second)
    else { return nil }
    return Unicode.Scalar(
      0x10000 + (UInt32(unit) - 0xD800) << 10 + UInt32(second) - 0xDC00)
  }

  private static func unit(at index: Int, in bytes: [UInt8], _ encoding: Encoding) -> UInt16? {
    guard index + 1 < bytes.count else { return nil }
    let pair = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
    return encoding == .utf16BigEndian ? pair.0 << 8 | pair.1 : pair.1 << 8 | pair.0
  }
}

extension UTF8 {
  fileprivate static func bytes(_ scalar: Unicode.Scalar) -> [UInt8] {
    Self.encode(scalar).map(Array.init) ?? []
  }
}

/// Line and column while a file of UTF-16 is decoded.
private struct UTF16Place {
  private var line = 1
  private var column = 1

  var position: SourcePosition { SourcePosition(line: self.line, column: self.column) }

  mutating func pass(_ scalar: Unicode.Scalar, bytes: Int) {
    if scalar == "\n" {
      self.line += 1
      self.column = 1
    } else {
      self.column += bytes
    }
  }
}

extension SourceText.Encoding {
  /// Text in this encoding; a character that it does not have becomes a reference.
  func bytes(of text: String) -> [UInt8] {
    switch self {
    case .utf8: return Array(text.utf8)
    case .ascii, .latin1:
      let last: UInt32 = self == .latin1 ? 0xFF : 0x7F
      var bytes: [UInt8] = []
      bytes.reserveCapacity(text.utf8.count)
      for scalar in text.unicodeScalars {
        if scalar.value <= last {
          bytes.append(UInt8(scalar.value))
        } else {
          bytes += XMLEscape.reference(to: scalar).utf8
        }
      }
      return bytes
    case .utf16LittleEndian: return text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    case .utf16BigEndian: return text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    }
  }
}
