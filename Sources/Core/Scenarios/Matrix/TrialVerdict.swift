/// What a configuration comes to in a scenario; the most severe one of its logs, in this order.
public enum TrialVerdict: String, Hashable, Sendable, CaseIterable, Comparable {
  /// No subscription pushes to a syslog server.
  case noPush = "no-push"
  /// No line passed the filter of any push.
  case noLines = "no-lines"
  /// The scenario's server read every line.
  case delivered
  /// A push failed or lost lines, and somebody received an alert about it.
  case alerted
  /// No line is known to be lost and no push failed, but some lines were not read when the scenario
  /// ended.
  case waiting
  /// A push failed, no line is known to be lost, and nobody received an alert about it.
  case unnoticedFailure = "unnoticed-failure"
  /// Lines were lost, and nobody received an alert about it.
  case silentLoss = "silent-loss"

  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rank < rhs.rank }

  /// One letter for a table.
  public var letter: Character {
    switch self {
    case .noPush: "o"
    case .noLines: "-"
    case .delivered: "."
    case .alerted: "A"
    case .waiting: "w"
    case .unnoticedFailure: "u"
    case .silentLoss: "S"
    }
  }

  /// What it means, in words.
  public var meaning: String {
    switch self {
    case .noPush: "no subscription pushes to a syslog server"
    case .noLines: "no line passed the filter of any push"
    case .delivered: "the scenario's server read every line"
    case .alerted: "a push failed or lost lines, and somebody received an alert about it"
    case .waiting: "no line is known to be lost, but some were not read when the scenario ended"
    case .unnoticedFailure:
      "a push failed, no line is known to be lost, nobody received an alert about it"
    case .silentLoss: "lines were lost, and nobody received an alert about it"
    }
  }
}

/// Why a configuration came to its verdict: one cause, or one part of the loss.
public struct TrialReason: Hashable, Sendable {
  /// Which cause.
  public enum Code: String, Hashable, Sendable, CaseIterable {
    // What was lost
    case datagramsUnread = "datagrams-unread"
    case queueDiscarded = "queue-discarded"
    case unacknowledged
    case queueFull = "queue-full"
    case bufferDropped = "buffer-dropped"
    case bufferUnwritable = "buffer-unwritable"
    case notInLogFile = "not-in-log-file"
    // Why nobody was alerted
    case udpDetectsNothing = "udp-detects-nothing"
    case noFailureDetected = "no-failure-detected"
    case noAlertRaised = "no-alert-raised"
    case noRecipient = "no-recipient"
    case routeDiscards = "route-discards"
    case noRoute = "no-route"
    case mailUnfit = "mail-unfit"
    case relayFailed = "relay-failed"
    case mailPending = "mail-pending"
    // Why no line left
    case notPushed = "not-pushed"
    case pushNotSimulated = "push-not-simulated"
    case nothingLogged = "nothing-logged"
    case allFiltered = "all-filtered"
    // What else
    case linesWaiting = "lines-waiting"
    case pushFailed = "push-failed"
  }

  /// Which cause.
  public let code: Code
  /// The subscription that it is about; `nil` for the configuration as a whole.
  public let subscription: String?
  /// What is so, without figures, so that the same cause has the same text everywhere.
  public let text: String
  /// How many lines, datagrams, failures or mails, where it is a count.
  public let count: UInt64?

  /// A reason.
  public init(
    _ code: Code, of subscription: String? = nil, _ text: String, count: UInt64? = nil
  ) {
    self.code = code
    self.subscription = subscription
    self.text = text
    self.count = count
  }

  /// Whether it says what was lost or what failed, and how much; else it says why.
  public var isFigure: Bool {
    switch self.code {
    case .datagramsUnread, .queueDiscarded, .unacknowledged, .queueFull, .bufferDropped,
      .bufferUnwritable, .notInLogFile, .linesWaiting, .pushFailed:
      true
    case .udpDetectsNothing, .noFailureDetected, .noAlertRaised, .noRecipient, .routeDiscards,
      .noRoute, .mailUnfit, .relayFailed, .mailPending, .notPushed, .pushNotSimulated,
      .nothingLogged, .allFiltered:
      false
    }
  }

  /// Such as `Mail_Log: 12 lines discarded with the queue`.
  public var description: String {
    (self.subscription.map { "\($0): " } ?? "") + (self.count.map { "\($0) " } ?? "") + self.text
  }
}
