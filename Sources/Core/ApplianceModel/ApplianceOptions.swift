public import Alerting
internal import ApplianceConfiguration
public import LogDelivery
internal import MailFlow
internal import Simulation

/// How fast the simulated MTA takes messages in.
public enum TrafficRate: Hashable, Sendable {
  /// As fast as the pushes allow: the model has a time of its own.
  case maximum
  /// So many messages in a million seconds, on average; 1 or more.
  case perMillionSeconds(Int)

  /// So many messages a second.
  public static func perSecond(_ count: Int) -> TrafficRate {
    .perMillionSeconds(count * 1_000_000)
  }
}

/// What a run of an appliance is given besides its configuration.
public struct ApplianceOptions: Sendable {
  /// Decides the mail flow.
  public var seed: UInt64 = 1
  /// How fast messages come.
  public var rate = TrafficRate.perSecond(5)
  /// The traffic ends with so many messages, and with what is under way of them; `nil` for no end.
  public var messagesMax: Int?
  /// Whether a pushed subscription keeps a record of what it logged.
  public var keepsRecord = true
  /// Whether at `.maximum` lines are stamped by the wall clock, whatever the model's time; for
  /// benchmarks.
  public var stampsByWall = false
  /// Whether at `--rate N` mail that is due waits a moment for a disk buffer without room, since
  /// what came in a burst leaves by real sockets only in between.
  public var waitsForRoom = false
  /// Lines for files may wait until so many bytes have gathered, and may leave by a push before:
  /// only for runs in virtual time, whose process may die without a loss. 0 writes each line before
  /// it leaves.
  public var fileBytesMin = 0
  /// Whether saved files are sent to the servers of FTP and SCP pushes; if not, they stay.
  public var sendsFiles = false
  /// Waits of FTP and SCP pushes.
  public var transferBackoff = ExponentialBackoff(initial: .seconds(10), maximum: .seconds(900))
  /// Waits of the pushes.
  public var backoff = ExponentialBackoff()
  /// Bounds of the pushes.
  public var limits = PushLimits()
  /// Attempts of alert mails.
  public var mailPolicy = AlertMailPolicy()

  /// The defaults.
  public init() {}
}

extension MailFlowSettings {
  /// The parts of a configuration and of a run's options that the mail flow needs.
  init(_ configuration: Configuration, zone: ZoneTransitions, options: ApplianceOptions) {
    let rate: MessageRate
    switch options.rate {
    // Of the model's own time.
    case .maximum: rate = MessageRate(messages: 100)
    case .perMillionSeconds(let millionths):
      rate = MessageRate(millionthsPerSecond: Int64(millionths))
    }
    self.init(
      hostname: configuration.hostname.value, rate: rate, messageLimit: options.messagesMax,
      zone: zone, interfaces: configuration.interfaces, listeners: configuration.listeners,
      logGlobals: configuration.logGlobals)
  }
}
