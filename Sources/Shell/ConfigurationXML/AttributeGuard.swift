import ApplianceConfiguration

/// Finds a tag with too many attributes before libxml2 does, in one pass over the bytes.
///
/// libxml2 2.9 compares each attribute of a tag with all before it and reports the tag only when it
/// is complete, so a limit in its callbacks would come after the damage. The guard knows just
/// enough of XML to tell tags from the rest; where a file is malformed, libxml2 stops at that place.
enum AttributeGuard {
  /// The offset of the first tag with more than `attributesMax` attributes or namespaces.
  static func firstExcess(in bytes: borrowing Span<UInt8>, attributesMax: Int) -> Int? {
    var index = 0
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "<") else {
        index += 1
        continue
      }
      let start = index
      let isElement =
        index + 1 < bytes.count && bytes[index + 1] != UInt8(ascii: "!")
        && bytes[index + 1] != UInt8(ascii: "?")
      if isElement {
        if Self.attributes(from: &index, in: bytes) > attributesMax { return start }
      } else if Self.matches("<!--", at: index, in: bytes) {
        index = Self.end(of: "-->", from: index + 4, in: bytes)
      } else if Self.matches("<![CDATA[", at: index, in: bytes) {
        index = Self.end(of: "]]>", from: index + 9, in: bytes)
      } else if Self.matches("<?", at: index, in: bytes) {
        index = Self.end(of: "?>", from: index + 2, in: bytes)
      } else {
        let count = Self.attributes(from: &index, in: bytes)
        if count > attributesMax { return start }
      }
    }
    return nil
  }

  /// Moves `index` behind the tag's `>` and counts the equal signs outside quotation marks.
  private static func attributes(
    from index: inout Int, in bytes: borrowing Span<UInt8>
  ) -> Int {
    var count = 0
    var quote: UInt8?
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if let open = quote {
        if byte == open { quote = nil }
        continue
      }
      switch byte {
      case UInt8(ascii: ">"): return count
      case UInt8(ascii: "="): count += 1
      case UInt8(ascii: "\""), UInt8(ascii: "'"): quote = byte
      default: break
      }
    }
    return count
  }

  private static func matches(
    _ text: StaticString, at index: Int, in bytes: borrowing Span<UInt8>
  ) -> Bool {
    guard bytes.count - index >= text.utf8CodeUnitCount else { return false }
    for offset in 0..<text.utf8CodeUnitCount where bytes[index + offset] != text.utf8Start[offset] {
      return false
    }
    return true
  }

  /// The offset behind the next `text` at or after `from`, or the end of the bytes.
  private static func end(
    of text: StaticString, from: Int, in bytes: borrowing Span<UInt8>
  ) -> Int {
    var index = from
    while index < bytes.count {
      if Self.matches(text, at: index, in: bytes) { return index + text.utf8CodeUnitCount }
      index += 1
    }
    return bytes.count
  }
}
