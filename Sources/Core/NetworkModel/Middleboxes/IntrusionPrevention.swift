public import Simulation

/// An IPS that resets both ends of a connection, on a pattern or after so many bytes toward the server.
///
/// The segment that triggers it goes no further, and no other of the connection does.
public struct IntrusionPrevention: Middlebox {
  private struct Flow: Sendable {
    /// A device that does not reassemble: it looks into each segment alone.
    var watch: StreamWatch
    var isDead = false

    init(_ condition: StreamCondition, now: SimInstant) {
      self.watch = StreamWatch(condition, begunAt: now, joinsSegments: false)
    }
  }

  private let condition: StreamCondition
  private var flows = FlowMemory<Flow>()

  /// An IPS with one rule: what triggers it in the bytes toward the server.
  public init(_ condition: StreamCondition) {
    self.condition = condition
  }

  public mutating func inspect(
    _ packet: inout Packet, _ direction: PathDirection, now: SimInstant,
    using random: inout SeededGenerator
  ) -> MiddleboxAction {
    guard packet.transport == .tcp else { return .pass }
    let client = direction == .outbound ? packet.source : packet.destination
    if packet.flags.contains(.syn), direction == .outbound {
      self.flows.begin(client, Flow(self.condition, now: now))
    }
    guard self.flows[client]?.isDead != true else { return .drop }
    guard direction == .outbound, !packet.payload.isEmpty else { return .pass }
    var flow = self.flows[client] ?? Flow(self.condition, now: now)
    let isTriggered = packet.payload.withUnsafeBytes { flow.watch.received($0, now: now) }
    flow.isDead = isTriggered
    self.flows[client] = flow
    return isTriggered ? .dropAndInject(Self.resets(for: packet)) : .pass
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
