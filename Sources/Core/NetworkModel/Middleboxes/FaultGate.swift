public import Simulation

/// Lets a middlebox see only what a fault's window covers; everything else passes.
///
/// With a choice of connections, only the TCP flows that were chosen at their SYN are seen.
public struct FaultGate: Middlebox {
  public let label: String
  private var box: any Middlebox
  private var choice: ConnectionChoice

  /// A gate before `box`, whose fault has the name `label`.
  public init(
    _ box: any Middlebox, label: String = "fault", choice: ConnectionChoice = ConnectionChoice()
  ) {
    self.label = label
    self.box = box
    self.choice = choice
  }

  public mutating func inspect(
    _ packet: inout Packet, _ direction: PathDirection, now: SimInstant,
    using random: inout SeededGenerator
  ) -> MiddleboxAction {
    guard self.choice.covers(now), self.chooses(packet, direction, using: &random) else {
      return .pass
    }
    return self.box.inspect(&packet, direction, now: now, using: &random)
  }

  private mutating func chooses(
    _ packet: Packet, _ direction: PathDirection, using random: inout SeededGenerator
  ) -> Bool {
    guard self.choice.isSelective else { return true }
    guard packet.transport == .tcp else { return false }
    return self.choice.strikes(
      direction == .outbound ? packet.source : packet.destination,
      isSYN: packet.flags.contains(.syn), using: &random)
  }
}
