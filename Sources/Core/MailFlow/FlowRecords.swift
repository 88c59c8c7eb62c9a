import LogModel
import Simulation

/// No slot.
let noSlot = UInt32.max

/// An injection connection that is open and may bring messages.
struct InjectionConnection: BitwiseCopyable, Sendable {
  var icid: ICID
  var remote: IPv4Address
  /// The message under way.
  var message = noSlot
  /// Messages that have not begun.
  var left: UInt32
  var domain: UInt16
  var outbound: Bool
  var verdict: SpamVerdict
  /// Whether it is lost during the last message.
  var endsLost: Bool
}

/// A message that is not finished.
struct MessageRecord: BitwiseCopyable, Sendable {
  var mid: MID
  var bytes: UInt32
  var sender: EnvelopeAddress
  /// Of RID 0; its domain is that of each recipient.
  var recipient: EnvelopeAddress
  /// Makes the recipients' local parts; `nil` for a bounce message, whose only one is `recipient`.
  var recipientKey: UInt32?
  var recipientCount: UInt32 = 0
  /// Recipients that neither were delivered nor bounced.
  var pending = RIDSet(bits: 0)
  /// Where mail to the recipients goes: an index of `MailFlow.destinations`.
  var destination: UInt16
  /// Where a bounce goes.
  var senderDestination: UInt16
  var attempts: UInt32 = 0
  var verdict: SpamVerdict = .negative
  var outbound = false
  var tooLarge = false
  var inOutbreakQuarantine = false
  var hasDelivered = false
  /// When it entered a quarantine.
  var quarantinedAt = SimInstant(nanoseconds: 0)
  var rcid = RCID(0)
  /// The message behind it that waits for the same destination.
  var nextWaiting = noSlot

  var senderIsNull: Bool { self.senderDestination == Destination.none }
}

/// A delivery connection: busy, unused, or closed with a step still to come.
struct DeliveryConnection: BitwiseCopyable, Sendable {
  let dcid: DCID
  let destination: UInt16
  /// The message under way; `noSlot` when unused.
  var message = noSlot
  var served: UInt32 = 0
  var isClosed = false
  /// Whether a step that looks for disuse is to come.
  var idleStepPending = false
  var idleSince = SimInstant(nanoseconds: 0)
  /// Neighbours among the destination's unused connections.
  var idleNext = noSlot
  var idlePrevious = noSlot
}

/// Where mail goes: the organisation's own servers, or another domain's.
struct Destination: BitwiseCopyable, Sendable {
  /// Stands for a null sender.
  static let none = UInt16.max

  let addresses: (IPv4Address, IPv4Address)
  let interface: IPv4Address
  let exists: Bool
  let speaksTLS: Bool
  let form: ResponseForm
  /// Connections that are open.
  var open = 0
  /// The unused connection that was used last.
  var idleFirst = noSlot
  /// Messages that wait for a connection, in order.
  var waitingFirst = noSlot
  var waitingLast = noSlot
}
