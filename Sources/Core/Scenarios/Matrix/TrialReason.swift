internal import Text

/// Why a log came to its verdict: one cause, or one part of the loss.
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

  /// What is counted.
  public enum Unit: String, Hashable, Sendable {
    case line, datagram, failure
  }

  /// Which cause.
  public let code: Code
  /// How many, of what is lost, waits or failed; `nil` of a cause.
  public let count: UInt64?
  /// What is counted.
  public let unit: Unit?
  /// A sentence without figures, so that the same cause has the same text everywhere; of a count,
  /// the words that follow it.
  public let text: String

  /// A cause.
  init(_ code: Code, _ text: String) {
    self.code = code
    self.count = nil
    self.unit = nil
    self.text = text
  }

  /// So many of something.
  init(_ code: Code, _ count: UInt64, _ unit: Unit, _ text: String) {
    self.code = code
    self.count = count
    self.unit = unit
    self.text = text
  }

  /// Such as `1 line discarded with the queue`.
  public var description: String {
    guard let count, let unit else { return self.text }
    return "\(Plural.counted(count, unit.rawValue)) \(self.text)"
  }
}
