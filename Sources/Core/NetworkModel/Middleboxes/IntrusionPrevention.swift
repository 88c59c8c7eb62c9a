public import Simulation

/// An IPS that resets both ends of a connection, on a pattern or after so many bytes toward the server.
///
/// The segment that triggers it goes no further, and no other of the connection does.
public struct IntrusionPrevention: Middlebox {
  /// What triggers it.
  public enum Trigger: Hashable, Sendable {
    /// These bytes within one segment toward the server.
    case pattern([UInt8])
    /// More than so many bytes toward the server.
    case bytes(UInt64)
  }

  private static let flowsMax = 4096

  private struct Flow: Sendable {
    var bytes: UInt64 = 0
    var isDead = false
  }

  private let trigger: Trigger
  private var flows: [Endpoint: Flow] = [:]

  /// An IPS with one rule.
  public init(_ trigger: Trigger) {
    self.trigger = trigger
  }

  public mutating func inspect(
    _ packet: inout Packet, _ direction: PathDirection, now: SimInstant,
    using random: inout SeededGenerator
  ) -> MiddleboxAction {
    guard packet.transport == .tcp else { return .pass }
    let client = direction == .outbound ? packet.source : packet.destination
    if packet.flags.contains(.syn), direction == .outbound {
      if self.flows.count >= Self.flowsMax { self.flows.removeAll() }
      self.flows[client] = Flow()
    }
    guard self.flows[client]?.isDead != true else { return .drop }
    guard direction == .outbound, !packet.payload.isEmpty else { return .pass }
    self.flows[client, default: Flow()].bytes += UInt64(packet.payload.count)
    guard self.isTriggered(packet, bytes: self.flows[client]?.bytes ?? 0) else { return .pass }
    self.flows[client]?.isDead = true
    return .dropAndInject(Self.resets(for: packet))
  }

  private func isTriggered(_ packet: Packet, bytes: UInt64) -> Bool {
    switch self.trigger {
    case .bytes(let limit): return bytes > limit
    case .pattern(let pattern):
      guard !pattern.isEmpty, packet.payload.count >= pattern.count else { return false }
      return (0...(packet.payload.count - pattern.count)).contains { start in
        packet.payload[start..<start + pattern.count].elementsEqual(pattern)
      }
    }
  }

  /// A RST to the client and one to the server, with the sequence numbers that each expects next.
  static func resets(for packet: Packet) -> [Packet] {
    [
      .segment(
        from: packet.destination, to: packet.source, flags: [.reset, .acknowledge],
        sequence: packet.acknowledgement, acknowledgement: packet.sequence, window: 0),
      .segment(
        from: packet.source, to: packet.destination, flags: [.reset, .acknowledge],
        sequence: packet.sequence, acknowledgement: packet.acknowledgement, window: 0),
    ]
  }
}
