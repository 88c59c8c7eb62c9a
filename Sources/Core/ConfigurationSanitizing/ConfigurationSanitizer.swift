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
      "the encoding cannot be read: found UTF-16 that is broken or has no byte order "
        + "mark, allowed: UTF-8, ISO-8859-1, US-ASCII, UTF-16 with a mark"
    }
  }

  private let key: SanitizingKey

  /// A sanitizer; two with the same key give the same replacements.
  public init(key: SanitizingKey) {
    self.key = key
  }

  /// A copy, and what to read in it before it is shared.
  public struct Copy: Sendable {
    public let bytes: [UInt8]
    /// Elements and attributes that kept their text, by their paths.
    public let kept: [KeptText]
  }

  /// The bytes of the copy of a file.
  public func sanitized(_ bytes: [UInt8]) throws(Refusal) -> [UInt8] {
    try self.copy(of: bytes).bytes
  }

  /// The copy of a file.
  public func copy(of bytes: [UInt8]) throws(Refusal) -> Copy {
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
    let copy = self.sanitized(Array(text.utf8), .utf8)
    let wide = String(decoding: copy.bytes, as: UTF8.self).utf16.flatMap { unit in
      let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xFF))
      return isLittle ? [low, high] : [high, low]
    }
    return Copy(bytes: wide, kept: copy.kept)
  }

  /// What the name of a file or a folder is replaced by: its end in `.xml` stays, and so do names
  /// that tell nothing. A serial number, a host name or an address in it becomes the one that it
  /// becomes in the file.
  public func fileName(_ name: String) -> String {
    let isXML = name.lowercased().hasSuffix(".xml")
    let stem = Array(name.utf8.dropLast(isXML ? 4 : 0))
    let text = TextSanitizer(replacements: Replacements(key: self.key, encoding: .utf8))
    return String(decoding: text.fileName(stem) + name.utf8.suffix(isXML ? 4 : 0), as: UTF8.self)
  }

  private func sanitized(_ bytes: [UInt8], _ encoding: SanitizedEncoding) -> Copy {
    var writer = SanitizingWriter(
      bytes: bytes,
      text: TextSanitizer(replacements: Replacements(key: self.key, encoding: encoding)))
    writer.run()
    return Copy(
      bytes: writer.output, kept: writer.kept.texts.values.sorted { $0.path < $1.path })
  }

  private static func encoding(of bytes: [UInt8]) -> SanitizedEncoding {
    let declaration = bytes.prefix(256).prefix { $0 != UInt8(ascii: ">") }
    let text = String(decoding: declaration, as: UTF8.self).uppercased()
    return text.contains("8859") || text.contains("LATIN") || text.contains("ASCII")
      ? .singleByte : .utf8
  }
}
