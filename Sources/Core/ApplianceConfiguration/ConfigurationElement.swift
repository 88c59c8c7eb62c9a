/// One attribute of an element.
public struct ConfigurationAttribute: Hashable, Sendable {
  /// The name, with its prefix.
  public var name: String
  /// The value, with references resolved.
  public var value: String

  /// An attribute.
  public init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

/// One element of a configuration file: its content, and where its bytes stand in the file.
///
/// The model keeps the elements that it does not read as they are, so that nothing is lost.
/// Byte offsets count from the file's first byte, a byte order mark included, so that an export can
/// splice what has changed into the original.
public struct ConfigurationElement: Hashable, Sendable {
  /// The name, with its prefix.
  public var name: String
  /// In file order.
  public var attributes: [ConfigurationAttribute]
  /// All text directly inside, CDATA included, line ends as LF.
  public var text: String
  /// In file order.
  public var children: [ConfigurationElement]
  // A large file has a million elements: places take four bytes each, enough for what is read.
  private var line: UInt32
  private var column: UInt32
  private var bytes: Range<UInt32>
  private var contentBytes: Range<UInt32>

  /// An element.
  public init(
    name: String, attributes: [ConfigurationAttribute] = [], text: String = "",
    children: [ConfigurationElement] = [],
    position: SourcePosition = SourcePosition(line: 1, column: 1), byteRange: Range<Int> = 0..<0,
    contentRange: Range<Int> = 0..<0
  ) {
    self.name = name
    self.attributes = attributes
    self.text = text
    self.children = children
    self.line = UInt32(clamping: position.line)
    self.column = UInt32(clamping: position.column)
    self.bytes = Self.short(byteRange)
    self.contentBytes = Self.short(contentRange)
  }

  /// The start tag's `<`.
  public var position: SourcePosition {
    get { SourcePosition(line: Int(self.line), column: Int(self.column)) }
    set {
      self.line = UInt32(clamping: newValue.line)
      self.column = UInt32(clamping: newValue.column)
    }
  }

  /// From the start tag's `<` to behind the end tag's `>`.
  public var byteRange: Range<Int> {
    get { Int(self.bytes.lowerBound)..<Int(self.bytes.upperBound) }
    set { self.bytes = Self.short(newValue) }
  }

  /// Between the tags; empty and at the end for `<x/>`.
  public var contentRange: Range<Int> {
    get { Int(self.contentBytes.lowerBound)..<Int(self.contentBytes.upperBound) }
    set { self.contentBytes = Self.short(newValue) }
  }

  private static func short(_ range: Range<Int>) -> Range<UInt32> {
    UInt32(clamping: range.lowerBound)..<UInt32(clamping: range.upperBound)
  }

  /// The attribute's value, or `nil` when it is absent.
  public func attribute(_ name: String) -> String? {
    self.attributes.first { $0.name == name }?.value
  }
}

/// White space of XML.
public enum XMLBlank {
  /// Whether a byte of UTF-8 is one of the four characters that are white space.
  ///
  /// Source: XML 1.0, section 2.3.
  public static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }

  /// A text without the white space around it.
  public static func trimmed(_ text: String) -> String {
    // Most texts have none.
    guard let first = text.utf8.first, let last = text.utf8.last,
      self.isBlank(first) || self.isBlank(last)
    else { return text }
    let reversed = text.utf8.drop(while: self.isBlank).reversed()
    return String(decoding: reversed.drop(while: self.isBlank).reversed(), as: UTF8.self)
  }

  /// Whether a character of a text is white space: one of the four, or a line end of two of them.
  public static func isBlank(_ character: Character) -> Bool {
    character.utf8.allSatisfy { self.isBlank($0) }
  }
}
