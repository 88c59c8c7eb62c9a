public import LogDelivery
public import Simulation

/// Something that a report tells of a run, in order of time.
///
/// The fact is complete and has no words of its own; `detail` and `sentence` say it to people
/// (RunEvent+Words.swift), and nothing reads them back.
public struct RunEvent: Hashable, Sendable {
  /// When, by the appliance's clock.
  public let instant: SimInstant
  /// What happened.
  public let fact: RunFact
  /// The subscription, for what concerns one.
  public let subscription: String?
  /// The connection, for what concerns one.
  public let connection: ConnectionID?

  /// An event of a run.
  public init(
    at instant: SimInstant, _ fact: RunFact, subscription: String? = nil,
    connection: ConnectionID? = nil
  ) {
    self.instant = instant
    self.fact = fact
    self.subscription = subscription
    self.connection = connection
  }

  /// What kind of thing happened.
  public var kind: RunFact.Kind { self.fact.kind }
}
