/// Why a value of the mail transport was refused, or what was wrong in a peer's bytes.
public struct MailTransportError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Closed and low in number: safe as a metric label.
  public enum Code: String, CaseIterable, Sendable {
    /// A mail address that RFC 5321 does not allow.
    case invalidAddress
    /// A domain or address literal that RFC 5321 does not allow.
    case invalidDomain
    /// A header field, display name, message identifier or zone offset that cannot be written.
    case invalidHeader
    /// A reply that breaks the form of RFC 5321 section 4.2.
    case invalidReply
    /// Message bytes that may not travel in a transaction without extensions.
    case invalidMessage
    /// A server setting that contradicts itself.
    case invalidSetting
    /// Something longer than its bound.
    case tooLong
    /// More of something than its bound.
    case tooMany
  }

  /// The kind of failure.
  public let code: Code
  /// Which part was looked at, such as `recipient`.
  public let place: String
  /// What stood there: cut to 80 bytes, control characters shown as `?`.
  public let found: String
  /// What may stand there.
  public let allowed: String

  /// An error whose `found` is made printable here.
  public init(_ code: Code, place: String, found: String, allowed: String) {
    self.code = code
    self.place = place
    self.found = PrintableText.make(found.utf8, bytesMax: 80)
    self.allowed = allowed
  }

  /// One line: place, code, found, allowed.
  public var description: String {
    "\(self.place): \(self.code.rawValue): found \(self.found), allowed \(self.allowed)"
  }
}
