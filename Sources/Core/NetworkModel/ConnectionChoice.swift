public import Simulation

/// Which connections a trigger has chosen. A connection is its client's endpoint.
public struct ConnectionChoice: Sendable {
  private let trigger: FaultTrigger
  private var flows = FlowMemory<Bool>()
  private var struck = 0

  /// A choice that has met no connection.
  public init(_ trigger: FaultTrigger = FaultTrigger()) {
    self.trigger = trigger
  }

  /// Whether it is the time.
  func covers(_ now: SimInstant) -> Bool { self.trigger.covers(now) }

  /// Whether some connections only are struck.
  var isSelective: Bool { self.trigger.isSelective }

  /// Whether a connection is struck; the choice is made at its SYN, and once.
  mutating func strikes(
    _ client: Endpoint, isSYN: Bool, using random: inout SeededGenerator
  ) -> Bool {
    if let known = self.flows[client] { return known }
    guard isSYN else { return false }
    let isChosen = self.trigger.chooses(afterStriking: self.struck, using: &random)
    if isChosen { self.struck += 1 }
    self.flows.begin(client, isChosen)
    return isChosen
  }
}

/// A port that does not take connections that it should.
public struct ListenFault: Sendable {
  /// What a SYN meets.
  public enum Answer: Hashable, Sendable {
    /// Nothing: the backlog is full.
    case drop
    /// A RST: nobody listens, or a stack that answers so when the backlog is full.
    case reset
  }

  let answer: Answer
  let note: String
  var choice: ConnectionChoice

  /// A fault; `note` is for the comments of captures.
  public init(_ answer: Answer, choice: ConnectionChoice, note: String) {
    self.answer = answer
    self.choice = choice
    self.note = note
  }

  mutating func strikes(
    _ packet: Packet, now: SimInstant, using random: inout SeededGenerator
  ) -> Bool {
    self.choice.covers(now)
      && (!self.choice.isSelective
        || self.choice.strikes(packet.source, isSYN: true, using: &random))
  }
}
