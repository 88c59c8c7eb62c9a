public import Simulation

/// What a ladder shows of one packet.
public struct PacketSummary: Hashable, Sendable {
  /// When it left or arrived.
  public let time: SimInstant
  /// Where it came from.
  public let source: Endpoint
  /// Where it goes.
  public let destination: Endpoint
  /// TCP, UDP or ICMP.
  public let transport: TransportProtocol
  /// TCP's flags.
  public let flags: TCPFlags
  /// TCP's sequence number, absolute.
  public let sequence: UInt32
  /// TCP's acknowledgement number, absolute.
  public let acknowledgement: UInt32
  /// TCP's window field.
  public let window: UInt16
  /// Bytes of data.
  public let length: Int
  /// The first bytes of the data, at most 120.
  public let excerpt: [UInt8]
  /// Whether a middlebox made it.
  public let isInjected: Bool
  /// Which fault made it, or what a fault did with it.
  public internal(set) var notes: [String] = []

  init(_ packet: Packet, time: SimInstant) {
    self.time = time
    self.source = packet.source
    self.destination = packet.destination
    self.transport = packet.transport
    self.flags = packet.flags
    self.sequence = packet.sequence
    self.acknowledgement = packet.acknowledgement
    self.window = packet.window
    self.length = packet.payload.count
    self.excerpt = Array(packet.payload.prefix(120))
    self.isInjected = packet.injectedBy != nil
  }
}
