public import Simulation

/// Somebody on the path who forges a RST of the server's, some time after a connection began.
public struct SpoofedReset: Middlebox {
  private let after: SimDuration
  private let hasRightSequence: Bool
  private var begun: [Endpoint: SimInstant] = [:]

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
      if self.begun.count >= 4096 { self.begun.removeAll() }
      self.begun[packet.source] = now
      return .pass
    }
    guard let start = self.begun[packet.source], start.duration(to: now) >= self.after,
      packet.flags.contains(.acknowledge)
    else { return .pass }
    self.begun[packet.source] = nil
    let sequence = packet.acknowledgement &+ (self.hasRightSequence ? 0 : 1_000_000_000)
    return .passAndInject([
      .segment(
        from: packet.destination, to: packet.source, flags: .reset, sequence: sequence,
        acknowledgement: 0, window: 0)
    ])
  }
}
