public import Simulation

/// A router that rewrites larger MSS options in SYNs to its own, as tunnels and VPNs do.
public struct MSSClamp: Middlebox {
  /// The largest MSS it lets through.
  public let maximumSegmentSize: UInt16

  /// A clamp to that MSS.
  public init(_ maximumSegmentSize: UInt16) {
    self.maximumSegmentSize = maximumSegmentSize
  }

  public var label: String { "mss-clamp" }

  public mutating func inspect(
    _ packet: inout Packet, _ direction: PathDirection, now: SimInstant,
    using random: inout SeededGenerator
  ) -> MiddleboxAction {
    if let offered = packet.options.maximumSegmentSize {
      packet.options.maximumSegmentSize = min(offered, self.maximumSegmentSize)
    }
    return .pass
  }
}
