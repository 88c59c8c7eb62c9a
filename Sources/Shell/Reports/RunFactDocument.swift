internal import Alerting
internal import ApplianceConfiguration
public import ApplianceModel
internal import LogDelivery
internal import MailTransport
internal import Simulation

/// What is known of an event of `report.json` as named values (docs/REPORT.md).
///
/// Names say their units; a name has one meaning in all kinds.
public struct RunFactDocument: Encodable, Sendable {
  /// A text or a count.
  enum Value: Hashable, Sendable {
    case text(String)
    case count(Int64)
  }

  let fields: [(name: String, value: Value)]

  /// The values of a fact; `nil` for one of which its kind says all.
  public init?(_ fact: RunFact) {
    let fields = Self.fields(of: fact)
    guard !fields.isEmpty else { return nil }
    self.fields = fields
  }

  /// The names of the values, in order.
  public var names: [String] { self.fields.map(\.name) }

  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// An object of the values.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Name.self)
    for (name, value) in self.fields {
      switch value {
      case .text(let text): try container.encode(text, forKey: Name(stringValue: name))
      case .count(let count): try container.encode(count, forKey: Name(stringValue: name))
      }
    }
  }

  private static func fields(of fact: RunFact) -> [(name: String, value: Value)] {
    switch fact {
    case .applianceStarted, .applianceStopped, .pushConnected, .pushClosed, .pushUnanswered,
      .filesRolledOver, .clockOutOfRange, .trafficHeld, .trafficResumed, .trafficEnded:
      []
    case .pushConnecting(let to):
      [
        ("host", .text(to.host)), ("port", .of(to.port)),
        ("transport", .text(to.transport.rawValue)),
      ]
    case .pushWrote(let bytes, let lines): [("bytes", .of(bytes)), ("lines", .of(lines))]
    case .pushFailed(let failure):
      [("phase", .text(failure.phase.rawValue)), ("cause", .text(failure.cause.rawValue))]
    case .pushReopened(let wait): [("nextAttemptMilliseconds", .milliseconds(wait))]
    case .pushNotAdvancing(let failures): [("failures", .of(failures))]
    case .pushClosedInOrder(let lines): [("unconfirmedLines", .of(lines))]
    case .pushTakenAtAcknowledgement(let refusal): [("server", .text(refusal.rawValue))]
    case .alertRaised(let alert): self.fields(of: alert)
    case .alertMailStarted(let recipient, let relay):
      [
        ("recipient", .text(recipient.description)), ("relayHost", .text(relay.host)),
        ("relayPort", .of(relay.port)),
      ]
    case .alertMailAccepted(let recipient): [("recipient", .text(recipient.description))]
    case .alertMailFailed(let recipient, let fate):
      [("recipient", .text(recipient.description)), ("reason", .text(fate.reason))]
    case .alertMailRestored(let recipient): [("recipient", .text(recipient))]
    case .fileSent(let name, let host): [("file", .text(name)), ("host", .text(host))]
    case .fileNotSent(let name, let host, let failure, let wait):
      [("file", .text(name)), ("host", .text(host)), ("cause", .text(failure.rawValue))]
        + (wait.map { [("nextAttemptMilliseconds", .milliseconds($0))] } ?? [])
    case .filesFailed(let reason), .bufferFailed(let reason): [("reason", .text(reason))]
    case .filesRecovered(let lines): [("linesNotKept", .of(lines))]
    case .fileGone(let name): [("file", .text(name))]
    case .logCompleted(let lines): [("lines", .of(lines))]
    case .bufferRecovered(let lines): [("linesLost", .of(lines))]
    case .bufferFull(let lines): [("linesDropped", .of(lines))]
    case .earlierRunDamaged(let damage): self.fields(of: damage)
    case .clockStepped(let step): [("stepMilliseconds", .milliseconds(step))]
    case .committed(let changes): [("changes", .text(changes.joined(separator: "; ")))]
    }
  }

  private static func fields(of alert: Alert) -> [(name: String, value: Value)] {
    let definition = alert.definition
    return [
      ("identifier", .text(definition.identifier)),
      ("class", .text(definition.alertClass.rawValue)),
      ("severity", .text(definition.severity.rawValue)), ("text", .text(alert.text)),
      ("suppressedBefore", .of(alert.suppressedBefore)),
    ] + (alert.event.map { [("alert", .text($0.alert.rawValue))] } ?? [])
  }

  private static func fields(of damage: RunFact.Damage) -> [(name: String, value: Value)] {
    switch damage {
    case .tornLine(let file): [("damaged", .text("log file")), ("file", .text(file))]
    case .journal(let lines): [("damaged", .text("journal")), ("unknownLines", .of(lines))]
    case .diskBuffer(let lines):
      [("damaged", .text("disk buffer")), ("unknownLines", .of(lines))]
    }
  }
}

extension RunFactDocument.Value {
  fileprivate static func of(_ count: some BinaryInteger) -> Self { .count(Int64(clamping: count)) }

  fileprivate static func milliseconds(_ duration: SimDuration) -> Self {
    .count(duration.nanoseconds / 1_000_000)
  }
}
