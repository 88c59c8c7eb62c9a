public import Simulation

/// Somebody on the path who forges a RST of the server's, some time after a connection began.
public struct SpoofedReset: Middlebox {
  private let after: SimDuration
  private let hasRightSequence: Bool
  private var flows = FlowMemory<StreamWatch>()

  /// - Parameter hasRightSequence: if not, the number lies outside the window, and a sound stack ignores it.
  public init(after: SimDuration, hasRightSequence: Bool) {
    self.after = after
    self.hasRightSequence = hasRightSequence
  }

  public mutating func inspect(
    _ packet: inout Packet, _ direction: PathDirection, now: SimInstant,
    using random: inout SeededGenerator
  ) -> MiddleboxAction {
    guard packet.transport == .tcp, direction == .outbound else { return .pass }
    if packet.flags.contains(.syn) {
      self.flows.begin(packet.source, StreamWatch(.point(.time(self.after)), begunAt: now))
      return .pass
    }
    guard let flow = self.flows[packet.source], flow.isDue(now), packet.flags.contains(.acknowledge)
    else { return .pass }
    self.flows[packet.source] = nil
    let sequence = packet.acknowledgement &+ (self.hasRightSequence ? 0 : 1_000_000_000)
    return .passAndInject([
      .segment(
        from: packet.destination, to: packet.source, flags: .reset, sequence: sequence,
        acknowledgement: 0, window: 0)
    ])
  }
}
