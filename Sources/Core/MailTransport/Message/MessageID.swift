/// What names one message for all time, such as `<20150625085003.1@mail.example.com>`.
///
/// Source: RFC 5322 section 3.6.4.
public struct MessageID: Hashable, Sendable, CustomStringConvertible {
  /// Atoms joined by dots.
  public let left: String
  /// A host's name or address literal.
  public let right: MailDomain

  /// An identifier of the caller's parts, which has to see that no other message has them.
  ///
  /// - Parameter left: 1 to 200 bytes, atoms joined by dots.
  /// - Throws: `.invalidHeader`.
  public init(left: String, right: MailDomain) throws(MailTransportError) {
    guard left.utf8.count <= 200, ASCII.isDotAtom(left.utf8) else {
      throw MailTransportError(
        .invalidHeader, place: "message identifier", found: left,
        allowed: "atoms joined by dots, at most 200 bytes")
    }
    self.left = left
    self.right = right
  }

  /// With angle brackets.
  public var description: String { "<\(self.left)@\(self.right)>" }
}
