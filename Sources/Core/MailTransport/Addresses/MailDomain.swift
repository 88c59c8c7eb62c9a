/// A host's name or address literal as SMTP carries it; printable ASCII without spaces, by
/// construction.
///
/// Source: RFC 5321 section 4.1.2 (`Domain`) and 4.1.3 (`address-literal`). The underscore is let
/// through beside letters, digits and hyphens, because real host names have it.
public struct MailDomain: Hashable, Sendable, CustomStringConvertible {
  /// Such as `mail.example.com`, `[10.229.24.230]` or `[IPv6:2001:db8::1]`; 1 to 255 bytes, as
  /// written.
  public let text: String

  /// The domain that `text` names.
  ///
  /// - Parameter text: labels of 1 to 63 bytes joined by dots, or a literal in square brackets.
  /// - Throws: `.invalidDomain`.
  public init(_ text: String) throws(MailTransportError) {
    try self.init(Array(text.utf8)[...])
  }

  init(_ bytes: ArraySlice<UInt8>) throws(MailTransportError) {
    let isLiteral = bytes.first == UInt8(ascii: "[")
    let isValid = isLiteral ? Self.isLiteral(bytes) : Self.isName(bytes)
    guard (1...255).contains(bytes.count), isValid else {
      throw MailTransportError(
        .invalidDomain, place: "domain", found: String(decoding: bytes, as: UTF8.self),
        allowed: "a host name or an address literal of at most 255 bytes")
    }
    self.text = String(decoding: bytes, as: UTF8.self)
  }

  /// `text`.
  public var description: String { self.text }

  private static func isName(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.split(separator: ASCII.dot, omittingEmptySubsequences: false).allSatisfy { label in
      (1...63).contains(label.count)
        && label.first != ASCII.hyphen && label.last != ASCII.hyphen
        && label.allSatisfy {
          ASCII.isAlphanumeric($0) || $0 == ASCII.hyphen || $0 == ASCII.underscore
        }
    }
  }

  private static func isLiteral(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.count > 2, bytes.last == UInt8(ascii: "]") else { return false }
    let inner = bytes.dropFirst().dropLast()
    guard ASCII.uppercased(inner.prefix(5)) == "IPV6:" else { return Self.isIPv4(inner) }
    return Self.isIPv6(inner.dropFirst(5))
  }

  private static func isIPv4(_ bytes: ArraySlice<UInt8>) -> Bool {
    let parts = bytes.split(separator: ASCII.dot, omittingEmptySubsequences: false)
    return parts.count == 4
      && parts.allSatisfy { part in
        part.count <= 3 && (ASCII.number(part).map { $0 <= 255 } ?? false)
      }
  }

  /// Groups of one to four hexadecimal digits, one `::` at most, an IPv4 tail allowed.
  private static func isIPv6(_ bytes: ArraySlice<UInt8>) -> Bool {
    let groups = bytes.split(separator: ASCII.colon, omittingEmptySubsequences: false)
    guard groups.count >= 3, groups.count <= 9 else { return false }
    var width = 0
    var inner = 0
    for (index, group) in groups.enumerated() {
      let isLast = index == groups.count - 1
      if group.isEmpty {
        // At either end a colon makes an empty group only as half of a double one.
        if index > 0 && !isLast {
          inner += 1
        } else if !(index == 0 ? groups[1].isEmpty : groups[index - 1].isEmpty) {
          return false
        }
      } else if isLast && group.contains(ASCII.dot) {
        guard Self.isIPv4(group) else { return false }
        width += 2
      } else {
        guard group.count <= 4, group.allSatisfy({ ASCII.isHexDigit($0) }) else { return false }
        width += 1
      }
    }
    return inner == 0 ? width == 8 : inner == 1 && width < 8
  }
}
