public import Simulation

/// Lets a middlebox see only what a fault's window covers; everything else passes.
///
/// With a bound on connections, or a share of them, only TCP flows that were chosen at their SYN are
/// seen; a flow is its client's endpoint. At most 4096 flows are remembered, then the choice starts anew.
public struct FaultGate: Middlebox {
  private static let flowsMax = 4096

  public let label: String
  private var box: any Middlebox
  private let from: SimInstant?
  private let until: SimInstant?
  private let connectionsMax: Int?
  private let permille: Int
  private var flows: [Endpoint: Bool] = [:]
  private var struck = 0

  /// A gate before `box`.
  ///
  /// - Parameters:
  ///   - label: the fault's name.
  ///   - connectionsMax: only so many connections, the first ones; `nil` each.
  ///   - permille: of a thousand connections so many.
  public init(
    _ box: any Middlebox, label: String = "fault", from: SimInstant? = nil,
    until: SimInstant? = nil,
    connectionsMax: Int? = nil, permille: Int = 1000
  ) {
    self.label = label
    self.box = box
    self.from = from
    self.until = until
    self.connectionsMax = connectionsMax
    self.permille = permille
  }

  public mutating func inspect(
    _ packet: inout Packet, _ direction: PathDirection, now: SimInstant,
    using random: inout SeededGenerator
  ) -> MiddleboxAction {
    guard self.from.map({ now >= $0 }) ?? true, self.until.map({ now < $0 }) ?? true,
      self.chooses(packet, direction, using: &random)
    else { return .pass }
    return self.box.inspect(&packet, direction, now: now, using: &random)
  }

  private mutating func chooses(
    _ packet: Packet, _ direction: PathDirection, using random: inout SeededGenerator
  ) -> Bool {
    guard self.connectionsMax != nil || self.permille < 1000 else { return true }
    guard packet.transport == .tcp else { return false }
    let client = direction == .outbound ? packet.source : packet.destination
    if let known = self.flows[client] { return known }
    guard packet.flags.contains(.syn) else { return false }
    if self.flows.count >= Self.flowsMax { self.flows.removeAll() }
    let isChosen =
      self.connectionsMax.map { self.struck < $0 } ?? true
      && random.chance(permille: self.permille)
    if isChosen { self.struck += 1 }
    self.flows[client] = isChosen
    return isChosen
  }
}
