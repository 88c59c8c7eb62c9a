public import Simulation

/// A firewall that forgets a TCP connection when it was idle, and then drops its packets without a word.
public struct StatefulFirewall: Middlebox {
  private static let flowsMax = 4096

  private let idleExpiry: SimDuration
  private var lastSeen: [Endpoint: SimInstant] = [:]

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
      if self.lastSeen.count >= Self.flowsMax { self.lastSeen.removeAll() }
      self.lastSeen[client] = now
      return .pass
    }
    guard let last = self.lastSeen[client] else { return .drop }
    guard last.duration(to: now) < self.idleExpiry else {
      self.lastSeen[client] = nil
      return .drop
    }
    self.lastSeen[client] = now
    return .pass
  }
}
