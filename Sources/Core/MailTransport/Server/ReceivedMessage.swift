/// A message that the lab's server took.
public struct ReceivedMessage: Hashable, Sendable {
  /// What the client called itself; printable ASCII, 1 to 255 bytes.
  public let greetingName: String
  /// The reverse path; `nil` is the null path `<>`.
  public let envelopeSender: MailAddress?
  /// The forward paths in the order in which they came; duplicates kept.
  public let recipients: [MailAddress]
  /// Header and body as sent, stuffed dots taken away, nothing added.
  public let bytes: [UInt8]
  /// Whether `bytes` hold a CR or LF alone.
  public let hasBareLineEnds: Bool

  /// A message with its envelope.
  public init(
    greetingName: String, envelopeSender: MailAddress?, recipients: [MailAddress],
    bytes: [UInt8], hasBareLineEnds: Bool
  ) {
    self.greetingName = greetingName
    self.envelopeSender = envelopeSender
    self.recipients = recipients
    self.bytes = bytes
    self.hasBareLineEnds = hasBareLineEnds
  }
}
