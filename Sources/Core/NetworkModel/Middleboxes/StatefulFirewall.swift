public import Simulation

/// A firewall that forgets a TCP connection when it was idle, and then drops its packets without a word.
public struct StatefulFirewall: Middlebox {
  private let idleExpiry: SimDuration
  private var flows = FlowMemory<StreamWatch>()

  /// A firewall whose states live that long without a packet.
  public init(idleExpiry: SimDuration) {
    self.idleExpiry = idleExpiry
  }

  public mutating func inspect(
    _ packet: inout Packet, _ direction: PathDirection, now: SimInstant,
    using random: inout SeededGenerator
  ) -> MiddleboxAction {
    guard packet.transport == .tcp else { return .pass }
    let client = direction == .outbound ? packet.source : packet.destination
    if packet.flags.contains(.syn), direction == .outbound {
      self.flows.begin(client, StreamWatch(.idle(self.idleExpiry), begunAt: now))
      return .pass
    }
    guard let flow = self.flows[client] else { return .drop }
    guard !flow.isDue(now) else {
      self.flows[client] = nil
      return .drop
    }
    self.flows[client]?.touched(now)
    return .pass
  }
}
