/// References of XML 1.0: which characters of a text become one, and what one means.
///
/// Source: XML 1.0 (fifth edition), sections 2.2, 2.4, 2.11, 3.3.3 and 4.6.
public enum XMLEscape {
  /// Which characters become references, beside `&` and `<`.
  public enum Form: Hashable, Sendable, CaseIterable {
    /// `"`: enough for content and for an attribute between double quotes.
    case least
    /// `"` and `>`.
    case markup
    /// `>`, and the CR that a reader would make a LF.
    case content
    /// As `content`, and `"`, LF and TAB, which a reader would make a blank.
    case attribute
  }

  /// The predefined entities.
  private static let entities: [(name: String, byte: UInt8)] = [
    ("amp", UInt8(ascii: "&")), ("lt", UInt8(ascii: "<")), ("gt", UInt8(ascii: ">")),
    ("quot", UInt8(ascii: "\"")), ("apos", UInt8(ascii: "'")),
  ]

  /// `text` with its references.
  ///
  /// - Parameter other: what is written for a character that XML 1.0 cannot hold, not even as a
  ///   reference; without it such characters stay.
  public static func escaped(
    _ text: String, _ form: Form, other: ((Unicode.Scalar) -> String)? = nil
  ) -> String {
    guard !text.utf8.allSatisfy(self.isPlain) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if let reference = self.reference(to: scalar, form) {
        result += reference
      } else if let other, !self.isCharacter(scalar) {
        result += other(scalar)
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The reference by number, such as `&#233;`; HTML has the same.
  public static func reference(to scalar: Unicode.Scalar) -> String {
    "&#\(scalar.value);"
  }

  /// The reference to a byte that has a name, such as `&lt;`; `nil` for any other byte.
  public static func entity(for byte: UInt8) -> String? {
    self.entities.first { $0.byte == byte }.map { "&\($0.name);" }
  }

  /// What `lt` and the other names mean; `nil` for a name that is not predefined.
  public static func byte(named name: String) -> UInt8? {
    self.entities.first { $0.name == name }?.byte
  }

  /// Whether XML 1.0 can hold the character (section 2.2).
  public static func isCharacter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A, 0x0D, 0x20...0xD7FF, 0xE000...0xFFFD, 0x1_0000...0x10_FFFF: true
    default: false
    }
  }

  /// Whether a byte is the same in each form.
  private static func isPlain(_ byte: UInt8) -> Bool {
    (0x20..<0x80).contains(byte) && byte != UInt8(ascii: "&") && byte != UInt8(ascii: "<")
      && byte != UInt8(ascii: ">") && byte != UInt8(ascii: "\"")
  }

  private static func reference(to scalar: Unicode.Scalar, _ form: Form) -> String? {
    let isNeeded =
      switch scalar {
      case "&", "<": true
      case ">": form != .least
      case "\"": form != .content
      case "\r": form == .content || form == .attribute
      case "\n", "\t": form == .attribute
      default: false
      }
    guard isNeeded else { return nil }
    return self.entity(for: UInt8(scalar.value)) ?? self.reference(to: scalar)
  }
}
