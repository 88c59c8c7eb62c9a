public import ApplianceConfiguration
public import Simulation

/// How many messages start in how long.
public struct MessageRate: Sendable, Hashable {
  /// Messages in `period`; 1 or more.
  public let messages: Int64
  /// More than zero, and at most 400 days.
  public let period: SimDuration

  /// A rate of `messages` in each `period`.
  ///
  /// - Precondition: both are positive.
  public init(messages: Int64, per period: SimDuration = .seconds(1)) {
    precondition(messages > 0 && period > .zero, "a rate must be positive")
    self.messages = messages
    self.period = period
  }

  /// `millionths` of a message each second.
  public init(millionthsPerSecond millionths: Int64) {
    self.init(messages: millionths, per: .seconds(1_000_000))
  }
}

/// How the rate behaves over the day.
public enum ArrivalPattern: Sendable, Hashable {
  /// The same all day.
  case flat
  /// The rate is the day's mean; the profile's hourly weights shape it.
  case diurnal
}

/// The numbers with which a run begins; each 1 or more, and 0 counts as 1.
public struct FirstIdentifiers: Sendable, Hashable {
  /// The first injection connection.
  public var icid: UInt32
  /// The first message.
  public var mid: UInt32
  /// The first delivery connection.
  public var dcid: UInt32
  /// The first connection to the spam quarantine.
  public var rcid: UInt32

  /// 1 each, as after a fresh installation, unless told otherwise.
  public init(icid: UInt32 = 1, mid: UInt32 = 1, dcid: UInt32 = 1, rcid: UInt32 = 1) {
    self.icid = max(icid, 1)
    self.mid = max(mid, 1)
    self.dcid = max(dcid, 1)
    self.rcid = max(rcid, 1)
  }
}

/// What a simulated MTA does, beside its seed.
public struct MailFlowSettings: Sendable, Hashable {
  /// What the traffic looks like.
  public var profile: TrafficProfile
  /// Messages started from outside, in the long-run mean.
  public var rate: MessageRate
  /// How the rate behaves over the day.
  public var arrivals: ArrivalPattern
  /// How many messages start from outside, exactly; `nil` for no end. Bounce messages do not count.
  public var messageLimit: Int?
  /// The appliance's host name; the part behind its first label is the organisation's domain.
  public var hostname: String
  /// The zone whose hours the hourly weights follow.
  public var zone: ZoneTransitions
  /// IP interfaces.
  public var interfaces: [NetworkInterface]
  /// Listeners: mail from outside comes in by the public ones, mail from inside by the private
  /// ones.
  public var listeners: [Listener]
  /// Which optional lines the mail log has.
  public var logGlobals: LogGlobalSettings
  /// The first numbers.
  public var firstIdentifiers: FirstIdentifiers
  /// The most messages that are open at one time, bounce messages aside, 1...1,000,000; beyond
  /// it injection waits.
  public var openMessagesMax: Int
  /// Whether the traffic ends when nothing is left but what waits: retries, quarantines, idle
  /// connections. If not, it ends when every life cycle has closed.
  public var leavesPending = true

  /// One message a second without an end, unless told otherwise.
  public init(
    hostname: String, profile: TrafficProfile = TrafficProfile(),
    rate: MessageRate = MessageRate(messages: 1), arrivals: ArrivalPattern = .flat,
    messageLimit: Int? = nil, zone: ZoneTransitions = .utc,
    interfaces: [NetworkInterface] = [], listeners: [Listener] = [],
    logGlobals: LogGlobalSettings = LogGlobalSettings(),
    firstIdentifiers: FirstIdentifiers = FirstIdentifiers(), openMessagesMax: Int = 1_000_000
  ) {
    self.profile = profile
    self.rate = rate
    self.arrivals = arrivals
    self.messageLimit = messageLimit
    self.hostname = hostname
    self.zone = zone
    self.interfaces = interfaces
    self.listeners = listeners
    self.logGlobals = logGlobals
    self.firstIdentifiers = firstIdentifiers
    self.openMessagesMax = openMessagesMax
  }
}
