/// Makes a copy of a configuration file that can be shared: what identifies a site is replaced, the
/// same value by the same, and every other byte stays.
///
/// It needs no well-formed file, and reads none of it by reference: the copy of a file with an
/// error has the same error. docs/CONFIG-CI.md lists what is replaced.
public struct ConfigurationSanitizer: Sendable {
  /// Why there is no copy.
  public enum Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    case encodingNotRead

    public var description: String {
      "the text cannot be told from its encoding: found UTF-16 that is broken or has no byte order "
        + "mark, allowed: UTF-8, ISO-8859-1, US-ASCII, UTF-16 with a mark"
    }
  }

  private let key: SanitizingKey

  /// A sanitizer; two with the same key give the same replacements.
  public init(key: SanitizingKey) {
    self.key = key
  }

  /// The copy of a file.
  public func sanitized(_ bytes: [UInt8]) throws(Refusal) -> [UInt8] {
    let isLittle = bytes.starts(with: [0xFF, 0xFE])
    guard isLittle || bytes.starts(with: [0xFE, 0xFF]) else {
      guard !bytes.prefix(4).contains(0) else { throw .encodingNotRead }
      return self.sanitized(bytes, Self.encoding(of: bytes))
    }
    guard bytes.count.isMultiple(of: 2) else { throw .encodingNotRead }
    let units = stride(from: 0, to: bytes.count, by: 2).map { index in
      isLittle
        ? UInt16(bytes[index]) | UInt16(bytes[index + 1]) << 8
        : UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1])
    }
    guard let text = String(validating: units, as: UTF16.self) else { throw .encodingNotRead }
    let result = String(decoding: self.sanitized(Array(text.utf8), .utf8), as: UTF8.self)
    return result.utf16.flatMap { unit in
      let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xFF))
      return isLittle ? [low, high] : [high, low]
    }
  }

  private func sanitized(_ bytes: [UInt8], _ encoding: SanitizedEncoding) -> [UInt8] {
    var writer = SanitizingWriter(
      bytes: bytes,
      text: TextSanitizer(replacements: Replacements(key: self.key, encoding: encoding)))
    writer.run()
    return writer.output
  }

  private static func encoding(of bytes: [UInt8]) -> SanitizedEncoding {
    let declaration = bytes.prefix(256).prefix { $0 != UInt8(ascii: ">") }
    let text = String(decoding: declaration, as: UTF8.self).uppercased()
    return text.contains("8859") || text.contains("LATIN") || text.contains("ASCII")
      ? .singleByte : .utf8
  }
}
