/// A mailbox's address; printable ASCII by construction, so that it can inject no command or
/// header.
///
/// Source: RFC 5321 section 4.1.2 (`Mailbox`), lengths from section 4.5.3.1. Addresses beyond ASCII
/// (RFC 6531) are refused.
public struct MailAddress: Hashable, Sendable, CustomStringConvertible {
  /// The part before the at sign as written, quotation marks included; 1 to 64 bytes.
  public let localPart: String
  /// The part after the at sign.
  public let domain: MailDomain

  /// The address that `text` names.
  ///
  /// - Parameter text: such as `alert@mail.example.com`, without angle brackets; at most 254 bytes.
  /// - Throws: `.invalidAddress`.
  public init(_ text: String) throws(MailTransportError) {
    try self.init(Array(text.utf8)[...])
  }

  /// A local part that is known to be good.
  init(trustedLocalPart: StaticString, domain: MailDomain) {
    self.localPart = "\(trustedLocalPart)"
    self.domain = domain
  }

  init(_ bytes: ArraySlice<UInt8>) throws(MailTransportError) {
    guard bytes.count <= 254, let split = bytes.lastIndex(of: ASCII.at),
      let domain = try? MailDomain(bytes[bytes.index(after: split)...]),
      Self.isLocalPart(bytes[..<split])
    else {
      throw MailTransportError(
        .invalidAddress, place: "address", found: String(decoding: bytes, as: UTF8.self),
        allowed: "local-part@domain in printable ASCII, at most 64 bytes before the at sign")
    }
    self.localPart = String(decoding: bytes[..<split], as: UTF8.self)
    self.domain = domain
  }

  /// Such as `alert@mail.example.com`.
  public var description: String { "\(self.localPart)@\(self.domain.text)" }

  private static func isLocalPart(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard (1...64).contains(bytes.count) else { return false }
    return bytes.first == ASCII.quote ? Self.isQuotedString(bytes) : ASCII.isDotAtom(bytes)
  }

  private static func isQuotedString(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.count >= 2, bytes.last == ASCII.quote else { return false }
    var isEscaped = false
    for byte in bytes.dropFirst().dropLast() {
      guard ASCII.isPrintable(byte) else { return false }
      if isEscaped {
        isEscaped = false
      } else if byte == ASCII.backslash {
        isEscaped = true
      } else if byte == ASCII.quote {
        return false
      }
    }
    return !isEscaped
  }
}
