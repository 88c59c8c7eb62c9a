internal import Alerting
internal import ApplianceConfiguration
internal import LogDelivery
internal import MailTransport
internal import Simulation
internal import Text

/// What events say to people: the one place of these words.
extension RunEvent {
  /// What is known beyond the kind, the subscription and the connection: an address, a reason, a
  /// figure; empty where that is nothing.
  public var detail: String {
    switch self.fact {
    case .applianceStarted, .applianceStopped, .pushConnected, .pushClosed, .filesRolledOver,
      .clockOutOfRange, .trafficHeld, .trafficResumed, .trafficEnded:
      ""
    case .pushConnecting(let to): "\(to.host):\(to.port) \(to.transport.rawValue)"
    case .pushWrote(let bytes, let lines): "\(Plural.counted(bytes, "byte")), \(Self.lines(lines))"
    case .pushFailed(let failure): failure.words
    case .pushReopened(let wait): "next attempt in \(Self.milliseconds(wait)) ms"
    case .pushNotAdvancing(let failures): "\(failures) failures in a row"
    case .pushClosedInOrder(unconfirmedLines: 0): "all of it read"
    case .pushClosedInOrder(let count):
      "\(Self.lines(count)) acknowledged, not confirmed as read"
    case .pushUnanswered: "no answer to a FIN"
    case .pushTakenAtAcknowledgement(.answersNothing): "the server answers no FIN"
    case .pushTakenAtAcknowledgement(.answersWithReset):
      "the server answers each FIN with a reset"
    case .alertRaised(let alert): alert.text
    case .alertMailStarted(let recipient, let relay):
      "\(recipient) by \(relay.host):\(relay.port)"
    case .alertMailAccepted(let recipient), .alertMailFailed(let recipient, _): "\(recipient)"
    case .alertMailRestored(let recipient): "\(recipient), of an earlier run"
    case .fileSent(let name, let host): "\(name) to \(host)"
    case .fileNotSent(let name, let host, let failure, let wait?):
      "\(name) to \(host): \(failure.rawValue), next attempt in \(Self.milliseconds(wait)) ms"
    case .fileNotSent(let name, let host, _, nil): "\(name) to \(host): it is gone"
    case .filesFailed(let reason), .bufferFailed(let reason): reason
    case .filesRecovered(let count): "\(Self.lines(count)) not kept so far"
    case .fileGone(let name): name
    case .logCompleted(let count):
      "\(Self.lines(count)) of the disk buffer added to the log file of a killed run"
    case .bufferRecovered(let count): "\(Self.lines(count)) lost so far"
    case .bufferFull(let count): "\(Self.lines(count)) dropped"
    case .earlierRunDamaged(let damage): damage.words
    case .clockStepped(let step): Self.words(ofStep: step)
    case .committed(let changes): changes.joined(separator: "; ")
    }
  }

  /// The event as a line for a terminal, such as `Mail_Log: connection 2 established`; `nil` for
  /// what a run does not report as it goes.
  public var sentence: String? {
    let push = self.subscription ?? ""
    let number = self.connection.map { "\($0.number)" } ?? ""
    let detail = self.detail
    switch self.fact {
    case .applianceStarted: return "appliance started"
    case .applianceStopped: return "appliance stopped"
    case .pushConnecting: return "\(push): connecting to \(detail) (connection \(number))"
    case .pushConnected:
      return self.connection?.number == 1
        ? "\(push): connection \(number) established"
        : "\(push): reconnected, connection \(number) established"
    case .pushFailed: return "\(push): connection \(number) failed: \(detail)"
    case .pushReopened: return "\(push): log reopened, \(detail)"
    case .pushClosed: return "\(push): connection \(number) closed"
    case .pushNotAdvancing: return "\(push): \(detail) made no progress"
    case .pushClosedInOrder: return "\(push): connection \(number) closed gracefully, \(detail)"
    case .pushUnanswered: return "\(push): connection \(number) closed, \(detail)"
    case .pushTakenAtAcknowledgement:
      return "\(push): \(detail); from now on an acknowledgement counts as delivered"
    case .alertRaised: return "alert raised: \(detail)"
    case .alertMailStarted: return "alert mail to \(detail)"
    case .alertMailAccepted: return "alert mail accepted for \(detail)"
    case .alertMailFailed: return "alert mail failed for \(detail)"
    case .alertMailRestored: return "alert mail pending for \(detail)"
    case .trafficEnded: return "traffic ended"
    case .fileSent: return "\(push): sent \(detail)"
    case .fileNotSent: return "\(push): not sent \(detail)"
    case .filesRolledOver: return "\(push): rolled over on demand"
    case .filesFailed, .logCompleted: return "\(push): \(detail)"
    case .fileGone:
      return "\(push): warning: the log file \(detail) was removed or renamed, a new one is begun"
    case .filesRecovered: return "\(push): files are written again, \(detail)"
    case .bufferFailed: return "\(push): disk buffer: \(detail)"
    case .bufferFull: return "\(push): the disk buffer is full, \(detail)"
    case .bufferRecovered: return "\(push): the disk buffer is written again, \(detail)"
    case .earlierRunDamaged: return "\(push): warning: \(detail)"
    case .clockStepped: return "the wall clock was \(detail)"
    case .clockOutOfRange: return Self.outOfTime
    case .committed: return "configuration changed: \(detail)"
    case .pushWrote, .trafficHeld, .trafficResumed: return nil
    }
  }

  /// Why a run with a wall clock far off ends.
  public static let outOfTime =
    "the system clock shows a time that no run can have, allowed: the years 1970 to 2249"

  private static func lines(_ count: some BinaryInteger) -> String {
    Plural.counted(count, "line")
  }

  private static func milliseconds(_ duration: SimDuration) -> Int64 {
    duration.nanoseconds / 1_000_000
  }

  private static func words(ofStep step: SimDuration) -> String {
    let isForward = step > .zero
    let length = isForward ? step : .zero - step
    let seconds = (length.nanoseconds + 500_000_000) / 1_000_000_000
    return "set \(isForward ? "forward" : "back") by \(seconds) s"
  }
}

extension RunFact.Damage {
  fileprivate var words: String {
    switch self {
    case .tornLine(let file): "log file \(file): its last line was torn, and is cut"
    case .journal(let count):
      "journal damaged: the fate of \(Plural.counted(count, "line")) is not known"
    case .diskBuffer(let count):
      "disk buffer damaged: the fate of \(Plural.counted(count, "line")) is not known"
    }
  }
}
