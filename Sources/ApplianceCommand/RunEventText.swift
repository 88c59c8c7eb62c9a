import ApplianceModel
import LogDelivery

/// An event of a run as a line on standard error.
enum RunEventText {
  /// Such as `Mail_Log: connection 2 established`; `nil` for what a run does not report as it goes.
  static func line(_ event: RunEvent) -> String? {
    let push = event.subscription ?? ""
    let number = event.connection.map { "\($0.number)" } ?? ""
    switch event.kind {
    case .applianceStarted: return "appliance started"
    case .applianceStopped: return "appliance stopped"
    case .pushConnecting: return "\(push): connecting to \(event.detail) (connection \(number))"
    case .pushConnected:
      return event.connection?.number == 1
        ? "\(push): connection \(number) established"
        : "\(push): reconnected, connection \(number) established"
    case .pushFailed: return "\(push): connection \(number) failed: \(event.detail)"
    case .pushReopened: return "\(push): log reopened, \(event.detail)"
    case .pushClosed: return "\(push): connection \(number) closed"
    case .pushNotAdvancing:
      return "\(push): \(event.detail) made no progress"
    case .pushClosedInOrder:
      return "\(push): connection \(number) closed gracefully, \(event.detail)"
    case .pushUnanswered: return "\(push): connection \(number) closed, \(event.detail)"
    case .pushTakenAtAcknowledgement:
      return "\(push): \(event.detail); from now on an acknowledgement counts as delivered"
    case .alertRaised: return "alert raised: \(event.detail)"
    case .alertMailStarted: return "alert mail to \(event.detail)"
    case .alertMailAccepted: return "alert mail accepted for \(event.detail)"
    case .alertMailFailed: return "alert mail failed for \(event.detail)"
    case .alertMailRestored: return "alert mail pending for \(event.detail)"
    case .trafficEnded: return "traffic ended"
    case .fileSent: return "\(push): sent \(event.detail)"
    case .fileNotSent: return "\(push): not sent \(event.detail)"
    case .filesRolledOver: return "\(push): rolled over on demand"
    case .filesFailed: return "\(push): \(event.detail)"
    case .fileGone:
      return
        "\(push): warning: the log file \(event.detail) was removed or renamed, a new one is begun"
    case .logCompleted: return "\(push): \(event.detail)"
    case .filesRecovered: return "\(push): files are written again, \(event.detail)"
    case .bufferFailed: return "\(push): disk buffer: \(event.detail)"
    case .bufferFull: return "\(push): the disk buffer is full, \(event.detail)"
    case .bufferRecovered: return "\(push): the disk buffer is written again, \(event.detail)"
    case .earlierRunDamaged: return "\(push): warning: \(event.detail)"
    case .clockStepped: return "the wall clock was \(event.detail)"
    case .clockOutOfRange: return OutcomeText.outOfTime
    case .pushWrote, .trafficHeld, .trafficResumed: return nil
    }
  }
}
