public import Alerting
public import LogDelivery
public import Simulation

/// Something that a report tells of a run, in order of time.
public struct RunEvent: Hashable, Sendable, Codable {
  /// What happened.
  public enum Kind: String, Hashable, Sendable, CaseIterable, Codable {
    case applianceStarted, applianceStopped
    case pushConnecting, pushConnected, pushWrote, pushFailed, pushReopened, pushClosed
    /// Several failures in a row have not moved the point from which lines are sent again.
    case pushNotAdvancing
    /// A connection was ended on purpose: its peer closed in order too, or left our FIN unanswered.
    case pushClosedInOrder, pushUnanswered
    /// The peer closes no connection in order: from here on its acknowledgements have to do.
    case pushTakenAtAcknowledgement
    case alertRaised, alertMailStarted, alertMailAccepted, alertMailFailed
    /// A mail that an earlier run did not deliver is taken over.
    case alertMailRestored
    /// `rollovernow`; files that cannot be written, and can be again.
    case fileSent, fileNotSent
    case filesRolledOver, filesFailed, filesRecovered
    /// A log file that somebody deleted or renamed; another one is begun.
    case fileGone
    /// Lines of a disk buffer that a killed run had not written to its log file.
    case logCompleted
    /// A disk buffer that cannot be written, and can be again; one that is full.
    case bufferFailed, bufferRecovered, bufferFull
    /// What an earlier run left cannot be read as a whole.
    case earlierRunDamaged
    /// The wall clock was set by more than a second; it shows a time in which no run can be.
    case clockStepped, clockOutOfRange
    case trafficHeld, trafficResumed, trafficEnded
  }

  /// When, by the appliance's clock.
  public let instant: SimInstant
  /// What.
  public let kind: Kind
  /// The subscription, for what concerns a push.
  public let subscription: String?
  /// The connection, for what concerns one.
  public let connection: ConnectionID?
  /// In words: an address, a reason, a subject.
  public let detail: String

  /// An event of a run.
  public init(
    at instant: SimInstant, _ kind: Kind, subscription: String? = nil,
    connection: ConnectionID? = nil, detail: String = ""
  ) {
    self.instant = instant
    self.kind = kind
    self.subscription = subscription
    self.connection = connection
    self.detail = detail
  }
}

/// What an appliance wants done, in order.
public enum ApplianceAction: Sendable {
  /// Do this in the folder of a subscription.
  case file(subscription: Int, LogFileAction)
  /// Do this in the disk buffer of a subscription.
  case spool(subscription: Int, SpoolAction)
  /// Send this saved file to the server of a subscription.
  case transfer(subscription: Int, name: String)
  /// Open a connection for a subscription's push.
  case connect(subscription: Int, ConnectionID)
  /// Hand lines to a push's connection.
  case write(subscription: Int, ConnectionID, [PushWrite])
  /// Close the sending direction of a push's connection.
  case finish(subscription: Int, ConnectionID)
  /// Close a push's connection.
  case closeConnection(subscription: Int, ConnectionID)
  /// Send an alert mail.
  case sendMail(AlertMail)
  /// Something to report.
  case report(RunEvent)

}
