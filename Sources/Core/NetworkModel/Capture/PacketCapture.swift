public import Simulation

/// A capture file in the making: the packets that a host sends and receives, as pcap.
///
/// Bounded; packets beyond the bound are counted. Source: the pcap file format, nanosecond time stamps
/// (magic 0xA1B23C4D), link type Ethernet, little endian.
public struct PacketCapture: Sendable {
  /// Where it is taken.
  public let host: HostID
  /// Packets from then on.
  public let from: SimInstant?
  /// Packets before then.
  public let until: SimInstant?
  /// Only packets from or to this address.
  public let peer: HostAddress?
  /// The largest file.
  public let bytesMax: Int
  /// The file so far.
  public private(set) var bytes: [UInt8]
  /// Packets in it.
  public private(set) var packets = 0
  /// The first packets, for a ladder; at most `summariesMax`.
  public private(set) var summaries: [PacketSummary] = []
  /// Packets that did not fit.
  public private(set) var packetsLeftOut = 0

  /// How many packets a ladder has at the most.
  public static let summariesMax = 2000

  /// A capture that has seen nothing: the file's header.
  public init(
    host: HostID, from: SimInstant? = nil, until: SimInstant? = nil, peer: HostAddress? = nil,
    bytesMax: Int = 100 << 20
  ) {
    self.host = host
    self.from = from
    self.until = until
    self.peer = peer
    self.bytesMax = bytesMax
    self.bytes = []
    for word: UInt32 in [0xA1B2_3C4D, 0x0004_0002, 0, 0, 262_144, 1] { self.append(word) }
  }

  mutating func record(_ packet: Packet, time: SimInstant) {
    guard self.from.map({ time >= $0 }) ?? true, self.until.map({ time < $0 }) ?? true,
      self.peer.map({ packet.source.address == $0 || packet.destination.address == $0 }) ?? true
    else { return }
    let frame = PacketEncoder.frame(of: packet)
    guard self.bytes.count + 16 + frame.count <= self.bytesMax else {
      self.packetsLeftOut += 1
      return
    }
    self.packets += 1
    if self.summaries.count < Self.summariesMax {
      self.summaries.append(PacketSummary(packet, time: time))
    }
    self.append(UInt32(truncatingIfNeeded: time.wholeSeconds))
    self.append(UInt32(time.subsecondNanoseconds))
    self.append(UInt32(frame.count))
    self.append(UInt32(frame.count))
    self.bytes += frame
  }

  private mutating func append(_ word: UInt32) {
    for shift: UInt32 in [0, 8, 16, 24] {
      self.bytes.append(UInt8(truncatingIfNeeded: word >> shift))
    }
  }
}
