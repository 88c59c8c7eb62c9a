public import Simulation

/// What the traffic looks like: shares, sizes and delays, as docs/TRAFFIC.md explains them.
///
/// Shares are in permille; one outside of 0...1000 counts as the nearest bound. Delays and sizes
/// are quantiles: equally likely steps with straight lines between them.
public struct TrafficProfile: Sendable, Hashable {
  // MARK: Arrivals

  /// Weights of the 24 hours of the local day; each 1 or more, 24 of them.
  public var hourlyWeights: [UInt32] = [
    28, 24, 22, 21, 23, 30, 48, 82, 124, 145, 150, 142,
    128, 138, 146, 140, 126, 104, 78, 64, 56, 50, 42, 34,
  ]
  /// Of all connections: those from the organisation's own hosts.
  public var outboundPermille = 150
  /// Of connections from outside: refused before a greeting (`ICID 0 TCPREFUSE`).
  public var refusedPermille = 15
  /// Of connections from outside: rejected by the Host Access Table. At most 900 together with
  /// `refusedPermille`, `idlePermille` and `senderRejectedPermille`.
  public var rejectedPermille = 160
  /// Of connections from outside: closed for want of a message.
  public var idlePermille = 4
  /// Of connections from outside: the sender's domain is not found, and no message begins.
  public var senderRejectedPermille = 8
  /// Of connections that bring messages: lost while the last one is received.
  public var lostPermille = 3
  /// Weights of 1, 2, 3, ... messages in a connection.
  public var messagesPerConnectionWeights: [UInt32] = [680, 160, 70, 36, 22, 12, 8, 6, 4, 2]
  /// Of connections that bring messages: encrypted.
  public var injectionTLSPermille = 380
  /// Of connections that bring messages: an attempt to encrypt that fails.
  public var injectionTLSFailedPermille = 3

  // MARK: Messages

  /// Weights of 1, 2, 3, ... recipients; at most 64.
  public var recipientsPerMessageWeights: [UInt32] = [900, 60, 18, 8, 5, 3, 2, 2, 1, 1]
  /// Of recipients from outside: refused by the Recipient Access Table.
  public var recipientRejectedPermille = 12
  /// Of messages: larger than the listener takes.
  public var tooLargePermille = 2
  /// Of messages from outside that are not spam: bounces and notices with a null sender.
  public var nullSenderPermille = 25
  /// Of messages: with an attachment.
  public var attachmentPermille = 180
  /// Size of a message in bytes, by quantiles.
  public var sizeBytes: [Int64] = [
    600, 1_200, 1_800, 2_400, 3_100, 3_900, 4_800, 5_900, 7_200, 8_800, 11_000, 14_000, 18_000,
    23_000, 30_000, 40_000, 54_000, 75_000, 115_000, 210_000, 3_000_000,
  ]

  // MARK: Verdicts

  /// Of connections from outside that bring messages: their messages are spam.
  public var spamPermille = 400
  /// Of connections from outside that bring messages: their messages are suspect, and quarantined.
  public var suspectPermille = 25
  /// Of other messages from outside: marketing.
  public var marketingPermille = 60
  /// Of messages that reach the anti-virus engine: infected, and dropped.
  public var virusPermille = 3
  /// Of messages: dropped by a message filter.
  public var filterDropPermille = 3
  /// Of messages: dropped by a content filter.
  public var contentFilterDropPermille = 4
  /// Of messages: sent back by a content filter.
  public var contentFilterBouncePermille = 1
  /// Of messages: put in the Policy quarantine by a content filter.
  public var policyQuarantinePermille = 3
  /// Of messages from outside: put in the Outbreak quarantine.
  public var outbreakQuarantinePermille = 4
  /// Of quarantined messages: deleted at the end, not released.
  public var quarantineDeletedPermille = 350

  // MARK: Deliveries

  /// Of delivery attempts: one recipient is refused for good.
  public var hardBouncePermille = 14
  /// Of delivery attempts: all recipients are put off.
  public var softBouncePermille = 18
  /// Of delivery attempts: the connection breaks.
  public var connectionBrokenPermille = 2
  /// Of new delivery connections: not established.
  public var connectionFailedPermille = 5
  /// Of mail to other organisations: to a domain that does not exist.
  public var badDomainPermille = 8
  /// Attempts after which a delayed recipient bounces; 1...32.
  public var attemptsMax = 12
  /// The wait before the second attempt; doubled for each further one.
  public var retryDelay = SimDuration.seconds(60)
  /// The longest wait between attempts.
  public var retryDelayMax = SimDuration.seconds(3600)
  /// Messages over one delivery connection at most; 1 or more.
  public var messagesPerDeliveryConnectionMax = 20
  /// Delivery connections to one destination at a time; 1 or more. Further messages wait in order.
  public var connectionsPerDestinationMax = 500
  /// How long an unused delivery connection stays open.
  public var deliveryIdle = SimDuration.seconds(5)

  // MARK: Delays

  /// From a connection's or message's start to the next command, in milliseconds.
  public var commandMilliseconds: [Int64] = [30, 60, 90, 140, 200, 280, 400, 700, 1500]
  /// From the last recipient to the end of the data, in milliseconds.
  public var receptionMilliseconds: [Int64] = [20, 50, 90, 150, 240, 400, 700, 1500, 6000]
  /// In the work queue, in milliseconds.
  public var workQueueMilliseconds: [Int64] = [40, 90, 140, 200, 280, 400, 650, 1200, 4000]
  /// One delivery, in milliseconds.
  public var deliveryMilliseconds: [Int64] = [30, 60, 100, 160, 260, 420, 800, 1900, 8000]
  /// In a quarantine, in seconds.
  public var quarantineSeconds: [Int64] = [300, 1200, 3600, 7200, 14_400, 28_800, 57_600, 86_400]

  /// The default profile: a medium organisation on a working day, about 17 lines a message.
  public init() {}
}
