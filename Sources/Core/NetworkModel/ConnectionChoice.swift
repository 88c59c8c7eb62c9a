public import Simulation

/// When something strikes, and which connections: the first ones, or a share of them.
///
/// A connection is its client's endpoint. At most 4096 are remembered, then the choice starts anew.
public struct ConnectionChoice: Sendable {
  private static let flowsMax = 4096

  private let from: SimInstant?
  private let until: SimInstant?
  private let connectionsMax: Int?
  private let permille: Int
  private var flows: [Endpoint: Bool] = [:]
  private var struck = 0

  /// A choice that has met no connection.
  ///
  /// - Parameters:
  ///   - from: `nil` from the beginning.
  ///   - until: `nil` to the end.
  ///   - connectionsMax: only so many connections, the first ones; `nil` each.
  ///   - permille: of a thousand connections so many.
  public init(
    from: SimInstant? = nil, until: SimInstant? = nil, connectionsMax: Int? = nil,
    permille: Int = 1000
  ) {
    self.from = from
    self.until = until
    self.connectionsMax = connectionsMax
    self.permille = permille
  }

  /// Whether it is the time.
  func covers(_ now: SimInstant) -> Bool {
    self.from.map { now >= $0 } ?? true && self.until.map { now < $0 } ?? true
  }

  /// Whether some connections only are struck.
  var isSelective: Bool { self.connectionsMax != nil || self.permille < 1000 }

  /// Whether a connection is struck; the choice is made at its SYN, and once.
  mutating func strikes(
    _ client: Endpoint, isSYN: Bool, using random: inout SeededGenerator
  ) -> Bool {
    if let known = self.flows[client] { return known }
    guard isSYN else { return false }
    if self.flows.count >= Self.flowsMax { self.flows.removeAll() }
    let isChosen =
      self.connectionsMax.map { self.struck < $0 } ?? true
      && random.chance(permille: self.permille)
    if isChosen { self.struck += 1 }
    self.flows[client] = isChosen
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
