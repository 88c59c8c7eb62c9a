/// A mail system status code such as `5.1.1`.
///
/// Source: RFC 3463 section 2; in SMTP replies RFC 2034 section 4.
public struct EnhancedStatusCode: Hashable, Sendable, CustomStringConvertible {
  /// 2 success, 4 persistent transient failure, 5 permanent failure.
  public let kind: Int
  /// 0 to 999.
  public let subject: Int
  /// 0 to 999.
  public let detail: Int

  /// The code that begins `text`, followed by a space or the end; `nil` when there is none.
  ///
  /// - Parameter kind: the reply code's first digit, which the status code must repeat.
  init?(beginning text: some StringProtocol, kind: Int) {
    let word = Array(text.utf8.prefix { $0 != ASCII.space }.prefix(12))
    let parts = word.split(separator: ASCII.dot, omittingEmptySubsequences: false)
    guard parts.count == 3, parts.allSatisfy({ $0.count <= 3 }),
      let first = ASCII.number(parts[0]), [2, 4, 5].contains(first), first == kind,
      let second = ASCII.number(parts[1]), let third = ASCII.number(parts[2])
    else { return nil }
    self.kind = first
    self.subject = second
    self.detail = third
  }

  /// Such as `5.1.1`.
  public var description: String { "\(self.kind).\(self.subject).\(self.detail)" }
}
