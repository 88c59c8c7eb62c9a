/// What a simulated MTA has counted since it began, and what is open now.
public struct MailFlowCounters: Sendable, Hashable, Codable {
  // MARK: Since the start

  /// Connections that got an ICID.
  public var connections: UInt64 = 0
  /// Connections rejected or refused by the Host Access Table.
  public var connectionsRejected: UInt64 = 0
  /// Messages started from outside.
  public var messagesInjected: UInt64 = 0
  /// Of these: received whole.
  public var messagesAccepted: UInt64 = 0
  /// Of these: not received whole.
  public var messagesAborted: UInt64 = 0
  /// Bounce messages started by the appliance itself.
  public var messagesGenerated: UInt64 = 0
  /// Messages finished with at least one recipient delivered.
  public var messagesDelivered: UInt64 = 0
  /// Messages finished with no recipient delivered and at least one bounced.
  public var messagesBounced: UInt64 = 0
  /// Messages dropped by an engine or a filter, or deleted from a quarantine.
  public var messagesDropped: UInt64 = 0
  /// Messages that entered the Policy or the Outbreak quarantine.
  public var messagesQuarantined: UInt64 = 0
  /// Messages that ended in the spam quarantine.
  public var messagesSpamQuarantined: UInt64 = 0
  /// Bytes of the messages received whole.
  public var bytesAccepted: UInt64 = 0
  /// Recipients of the messages received whole.
  public var recipientsAccepted: UInt64 = 0
  /// Recipients refused by the Recipient Access Table.
  public var recipientsRejected: UInt64 = 0
  /// Recipients of bounce messages.
  public var recipientsGenerated: UInt64 = 0
  /// Recipients delivered.
  public var recipientsDelivered: UInt64 = 0
  /// Recipients bounced since the domain does not exist.
  public var bouncesDNS: UInt64 = 0
  /// Recipients bounced by a reply of the remote host.
  public var bouncesReply: UInt64 = 0
  /// Recipients bounced since they were delayed too often.
  public var bouncesExpired: UInt64 = 0
  /// Delays of recipients.
  public var softBounces: UInt64 = 0
  /// Connections opened for delivery.
  public var deliveryConnections: UInt64 = 0

  // MARK: Now

  /// The newest connection, message and delivery connection; 0 when there was none.
  public var icidNewest: UInt32 = 0
  public var midNewest: UInt32 = 0
  public var dcidNewest: UInt32 = 0
  /// Injection connections open.
  public var connectionsOpen: Int = 0
  /// Delivery connections open.
  public var deliveryConnectionsOpen: Int = 0
  /// Messages that are not finished.
  public var messagesOpen: Int = 0
  /// Messages in the work queue.
  public var workQueue: Int = 0
  /// Messages in the Policy or the Outbreak quarantine.
  public var quarantined: Int = 0
  /// Recipients queued for delivery.
  public var recipientsActive: Int = 0
  /// Of these: of messages that no delivery was tried for.
  public var recipientsUnattempted: Int = 0

  /// Nothing counted.
  public init() {}

  /// Recipients bounced for good.
  public var hardBounces: UInt64 { self.bouncesDNS + self.bouncesReply + self.bouncesExpired }
}
