public import Simulation

/// A firewall that does not let some packets toward the server through.
public struct PacketFilter: Middlebox {
  /// What becomes of them.
  public enum Verdict: Hashable, Sendable {
    /// Nothing: nobody is told.
    case drop
    /// A RST answers TCP; other packets are dropped.
    case reset
    /// ICMP administratively prohibited answers.
    case unreachable
  }

  private let verdict: Verdict
  private let transport: TransportProtocol?

  /// A filter of one transport protocol, or of all.
  public init(_ verdict: Verdict, transport: TransportProtocol? = nil) {
    self.verdict = verdict
    self.transport = transport
  }

  public mutating func inspect(
    _ packet: inout Packet, _ direction: PathDirection, now: SimInstant,
    using random: inout SeededGenerator
  ) -> MiddleboxAction {
    guard self.transport.map({ $0 == packet.transport }) ?? true else { return .pass }
    guard direction == .outbound else { return self.verdict == .drop ? .drop : .pass }
    switch self.verdict {
    case .drop:
      return .drop
    case .reset:
      return Packet.reset(answering: packet).map { .dropAndInject([$0]) } ?? .drop
    case .unreachable:
      let message = Packet.unreachable(
        .administrativelyProhibited, about: packet, from: packet.destination.address)
      return message.map { .dropAndInject([$0]) } ?? .drop
    }
  }
}
