public import ApplianceConfiguration
public import LogDelivery

/// What happened to a configuration in a scenario, as far as its verdict depends on it.
///
/// Lines are counted by the ledger's classes (docs/ARCHITECTURE.md, "The ledger"), datagrams by the
/// simulated network; nothing is estimated.
public struct TrialFacts: Hashable, Sendable {
  /// One pushed subscription.
  public struct Push: Hashable, Sendable {
    /// The subscription's name.
    public var subscription: String
    /// How it pushes.
    public var transport: SyslogPushSettings.Transport
    /// Lines of its log.
    public var logged: UInt64 = 0
    /// Lines that passed its filter.
    public var accepted: UInt64 = 0
    /// Lines that the server read; of pushes by TCP.
    public var received: UInt64 = 0
    /// Lines that the server's kernel acknowledged and that the server did not read.
    public var acknowledged: UInt64 = 0
    /// Lines that wait.
    public var queued: UInt64 = 0
    /// Lines that may have been lost at most, by the ledger.
    public var lostAtMost: UInt64 = 0
    /// Lost with the queue of a failed push.
    public var queueDiscarded: UInt64 = 0
    /// Refused by a full queue.
    public var queueFull: UInt64 = 0
    /// Not acknowledged when their connection failed; they may have arrived.
    public var unacknowledged: UInt64 = 0
    /// Dropped from the disk buffer.
    public var bufferDropped: UInt64 = 0
    /// Not in the disk buffer, since it could not be written.
    public var bufferUnwritable: UInt64 = 0
    /// Datagrams that left the appliance, header lines among them.
    public var datagramsSent: UInt64 = 0
    /// Datagrams that the server read.
    public var datagramsRead: UInt64 = 0
    /// How often the push failed, and how.
    public var failures: [LinkFailure: UInt64] = [:]

    /// A push of which nothing is known yet.
    public init(_ subscription: String, _ transport: SyslogPushSettings.Transport) {
      self.subscription = subscription
      self.transport = transport
    }

    /// Lines that the ledger has as lost; those of a connection that only the end of the scenario
    /// cut off are not.
    public var lost: UInt64 {
      self.queueDiscarded + self.queueFull + self.unacknowledged + self.bufferDropped
        + self.bufferUnwritable
    }

    /// Datagrams that left and that the server did not read, at least: the path may double others.
    public var datagramsUnread: UInt64 {
      self.datagramsSent > self.datagramsRead ? self.datagramsSent - self.datagramsRead : 0
    }

    /// How often it failed.
    public var failureCount: UInt64 { self.failures.values.reduce(0, +) }
  }

  /// An alert that was raised and was no duplicate.
  public struct Alert: Hashable, Sendable {
    /// The subscription that it is about.
    public var subscription: String
    /// Whether it is about the subscription's log file and not about its push.
    public var isAboutFile: Bool

    /// An alert.
    public init(subscription: String, isAboutFile: Bool = false) {
      self.subscription = subscription
      self.isAboutFile = isAboutFile
    }
  }

  /// One attempt to send an alert mail.
  public struct Mail: Hashable, Sendable {
    /// How it ended.
    public enum Outcome: Hashable, Sendable {
      /// The scenario's mailbox took it.
      case received
      /// It was not accepted, by the relay and for the reason.
      case failed(relay: String, String)
      /// The scenario ended first.
      case pending
    }

    /// What it is about.
    public var alert: Alert
    /// The address that it is for.
    public var recipient: String
    /// How it ended.
    public var outcome: Outcome

    /// An attempt.
    public init(_ alert: Alert, to recipient: String, _ outcome: Outcome) {
      self.alert = alert
      self.recipient = recipient
      self.outcome = outcome
    }
  }

  /// An address that is to receive alerts about pushes.
  public struct Recipient: Hashable, Sendable {
    /// Why no mail to it is even tried.
    public enum Obstacle: Hashable, Sendable {
      case routeDiscards
      case noRoute(domain: String)
      /// An address or a name that does not fit a mail.
      case mailUnfit(String)
    }

    /// The address.
    public var address: String
    /// Why no mail to it is even tried; `nil` when it is.
    public var obstacle: Obstacle?

    /// A recipient.
    public init(_ address: String, obstacle: Obstacle? = nil) {
      self.address = address
      self.obstacle = obstacle
    }
  }

  /// In file order.
  public var pushes: [Push] = []
  /// Subscriptions that are not simulated, since their type or method is not understood or cannot
  /// work.
  public var pushesNotSimulated: [String] = []
  /// Lines that are in no log file though one was meant for them, of subscriptions without a push.
  public var linesNotInFile: [String: UInt64] = [:]
  /// In order.
  public var alerts: [Alert] = []
  /// In order.
  public var mails: [Mail] = []
  /// Who is to receive System/Critical alerts.
  public var recipients: [Recipient] = []
  /// How many addresses are to receive other alerts alone.
  public var otherRecipients = 0

  /// Nothing happened.
  public init() {}
}
