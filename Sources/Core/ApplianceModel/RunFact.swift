public import Alerting
public import LogDelivery
public import MailTransport
public import Simulation

/// What happened in a run, with everything that is known of it.
public enum RunFact: Hashable, Sendable {
  /// What an earlier run left cannot be read as a whole.
  public enum Damage: Hashable, Sendable {
    /// The last line of a log file was torn, and is cut.
    case tornLine(file: String)
    /// What became of that many lines is not known.
    case journal(unknownLines: UInt64)
    /// What became of that many lines is not known.
    case diskBuffer(unknownLines: UInt64)
  }

  /// How a server answers a connection that is closed in order.
  public enum CloseRefusal: String, Hashable, Sendable, CaseIterable {
    case answersWithReset, answersNothing
  }

  case applianceStarted, applianceStopped
  case pushConnecting(PushEndpoint)
  case pushConnected
  case pushWrote(bytes: Int, lines: Int)
  case pushFailed(LinkFailure)
  /// The queue was thrown away and the log opened anew.
  case pushReopened(nextAttemptIn: SimDuration)
  case pushClosed
  /// That many failures in a row have not moved the point from which lines are sent again.
  case pushNotAdvancing(failures: Int)
  /// A connection was ended on purpose, and its peer closed in order too.
  case pushClosedInOrder(unconfirmedLines: UInt64)
  /// A connection was ended on purpose, and its peer left our FIN unanswered.
  case pushUnanswered
  /// The peer closes no connection in order: from here on its acknowledgements have to do.
  case pushTakenAtAcknowledgement(CloseRefusal)
  case alertRaised(Alert)
  case alertMailStarted(recipient: MailAddress, relay: AlertRouter.Relay)
  case alertMailAccepted(recipient: MailAddress)
  case alertMailFailed(recipient: MailAddress, SMTPFate)
  /// A mail that an earlier run did not deliver is taken over.
  case alertMailRestored(recipient: String)
  case fileSent(name: String, host: String)
  /// - Parameter nextAttemptIn: `nil` where none follows, since the file is gone.
  case fileNotSent(
    name: String, host: String, FileTransferFailure, nextAttemptIn: SimDuration?)
  /// `rollovernow`.
  case filesRolledOver
  case filesFailed(reason: String)
  case filesRecovered(linesNotKept: UInt64)
  /// A log file that somebody deleted or renamed; another one is begun.
  case fileGone(name: String)
  /// Lines of a disk buffer that a killed run had not written to its log file.
  case logCompleted(lines: Int)
  case bufferFailed(reason: String)
  case bufferRecovered(linesLost: UInt64)
  case bufferFull(linesDropped: UInt64)
  case earlierRunDamaged(Damage)
  /// The wall clock was set by more than a second.
  case clockStepped(by: SimDuration)
  /// The wall clock shows a time in which no run can be.
  case clockOutOfRange
  /// A commit takes effect; its changes, a line each.
  case committed([String])
  case trafficHeld, trafficResumed, trafficEnded
}

extension RunFact {
  /// The name of a fact without what is known of it, as `report.json` has it.
  public enum Kind: String, Hashable, Sendable, CaseIterable, Codable {
    case applianceStarted, applianceStopped
    case pushConnecting, pushConnected, pushWrote, pushFailed, pushReopened, pushClosed
    case pushNotAdvancing, pushClosedInOrder, pushUnanswered, pushTakenAtAcknowledgement
    case alertRaised, alertMailStarted, alertMailAccepted, alertMailFailed, alertMailRestored
    case fileSent, fileNotSent, filesRolledOver, filesFailed, filesRecovered, fileGone
    case logCompleted, bufferFailed, bufferRecovered, bufferFull, earlierRunDamaged
    case clockStepped, clockOutOfRange, committed
    case trafficHeld, trafficResumed, trafficEnded
  }

  /// Which kind of fact it is.
  public var kind: Kind {
    switch self {
    case .applianceStarted: .applianceStarted
    case .applianceStopped: .applianceStopped
    case .pushConnecting: .pushConnecting
    case .pushConnected: .pushConnected
    case .pushWrote: .pushWrote
    case .pushFailed: .pushFailed
    case .pushReopened: .pushReopened
    case .pushClosed: .pushClosed
    case .pushNotAdvancing: .pushNotAdvancing
    case .pushClosedInOrder: .pushClosedInOrder
    case .pushUnanswered: .pushUnanswered
    case .pushTakenAtAcknowledgement: .pushTakenAtAcknowledgement
    case .alertRaised: .alertRaised
    case .alertMailStarted: .alertMailStarted
    case .alertMailAccepted: .alertMailAccepted
    case .alertMailFailed: .alertMailFailed
    case .alertMailRestored: .alertMailRestored
    case .fileSent: .fileSent
    case .fileNotSent: .fileNotSent
    case .filesRolledOver: .filesRolledOver
    case .filesFailed: .filesFailed
    case .filesRecovered: .filesRecovered
    case .fileGone: .fileGone
    case .logCompleted: .logCompleted
    case .bufferFailed: .bufferFailed
    case .bufferRecovered: .bufferRecovered
    case .bufferFull: .bufferFull
    case .earlierRunDamaged: .earlierRunDamaged
    case .clockStepped: .clockStepped
    case .clockOutOfRange: .clockOutOfRange
    case .committed: .committed
    case .trafficHeld: .trafficHeld
    case .trafficResumed: .trafficResumed
    case .trafficEnded: .trafficEnded
    }
  }
}
