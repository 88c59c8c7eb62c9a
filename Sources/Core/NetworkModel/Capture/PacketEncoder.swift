internal import Simulation

/// Writes packets as Ethernet frames: headers, lengths and checksums as a network card would see
/// them.
///
/// Source: RFC 791, 792, 768 and 9293 section 3.1. A host's MAC address is 02:00 and its four
/// octets: our choice, locally administered.
public enum PacketEncoder {
  static let ethernetBytes = 14

  /// Appends one frame, without padding and check sequence, as captures at the sending host show
  /// it.
  public static func append(_ packet: Packet, to bytes: inout [UInt8]) {
    bytes.reserveCapacity(bytes.count + self.ethernetBytes + packet.totalLength)
    self.appendHardwareAddress(packet.destination.address, to: &bytes)
    self.appendHardwareAddress(packet.source.address, to: &bytes)
    self.append16(0x0800, to: &bytes)
    self.appendInternetPacket(packet, to: &bytes)
  }

  /// The frame of one packet.
  public static func frame(of packet: Packet) -> [UInt8] {
    var bytes: [UInt8] = []
    self.append(packet, to: &bytes)
    return bytes
  }

  /// The IP packet alone, without a link layer.
  public static func internetPacket(of packet: Packet) -> [UInt8] {
    var bytes: [UInt8] = []
    self.appendInternetPacket(packet, to: &bytes)
    return bytes
  }

  /// What an ICMP error quotes: the IPv4 header and the first 8 bytes behind it (RFC 792).
  static func quotation(of packet: Packet) -> [UInt8] {
    var bytes: [UInt8] = []
    self.appendInternetPacket(packet, to: &bytes)
    return Array(bytes.prefix(28))
  }

  /// The transport header and data of a packet that is no fragment.
  static func transportBytes(of packet: Packet) -> [UInt8] {
    var bytes: [UInt8] = []
    self.appendTransport(packet, to: &bytes)
    return bytes
  }

  private static func appendInternetPacket(_ packet: Packet, to bytes: inout [UInt8]) {
    let start = bytes.count
    bytes.append(0x45)
    bytes.append(0)
    self.append16(packet.totalLength, to: &bytes)
    self.append16(Int(packet.identification), to: &bytes)
    let bits = (packet.dontFragment ? 0x4000 : 0) | (packet.moreFragments ? 0x2000 : 0)
    self.append16(bits | packet.fragmentOffset / 8, to: &bytes)
    bytes.append(packet.timeToLive)
    bytes.append(packet.transport.rawValue)
    self.append16(0, to: &bytes)
    self.append32(packet.source.address.bits, to: &bytes)
    self.append32(packet.destination.address.bits, to: &bytes)
    self.put16(self.checksum(bytes, from: start, initial: 0), at: start + 10, in: &bytes)
    if packet.isFragment {
      bytes.append(contentsOf: packet.payload)
    } else {
      self.appendTransport(packet, to: &bytes)
    }
  }

  private static func appendTransport(_ packet: Packet, to bytes: inout [UInt8]) {
    switch packet.transport {
    case .tcp: self.appendSegment(packet, to: &bytes)
    case .udp: self.appendDatagram(packet, to: &bytes)
    case .icmp: self.appendMessage(packet, to: &bytes)
    }
  }

  private static func appendSegment(_ packet: Packet, to bytes: inout [UInt8]) {
    let start = bytes.count
    self.append16(Int(packet.source.port), to: &bytes)
    self.append16(Int(packet.destination.port), to: &bytes)
    self.append32(packet.sequence, to: &bytes)
    self.append32(packet.acknowledgement, to: &bytes)
    bytes.append(UInt8((20 + packet.options.wireLength) / 4) << 4)
    bytes.append(packet.flags.rawValue)
    self.append16(Int(packet.window), to: &bytes)
    self.append32(0, to: &bytes)
    if let size = packet.options.maximumSegmentSize {
      bytes.append(contentsOf: [2, 4])
      self.append16(Int(size), to: &bytes)
    }
    if let scale = packet.options.windowScale { bytes.append(contentsOf: [1, 3, 3, scale]) }
    if packet.options.sackPermitted { bytes.append(contentsOf: [1, 1, 4, 2]) }
    bytes.append(contentsOf: packet.payload)
    let sum = self.checksum(
      bytes, from: start, initial: self.pseudoHeader(packet, length: bytes.count - start))
    self.put16(sum, at: start + 16, in: &bytes)
  }

  private static func appendDatagram(_ packet: Packet, to bytes: inout [UInt8]) {
    let start = bytes.count
    self.append16(Int(packet.source.port), to: &bytes)
    self.append16(Int(packet.destination.port), to: &bytes)
    self.append16(8 + packet.payload.count, to: &bytes)
    self.append16(0, to: &bytes)
    bytes.append(contentsOf: packet.payload)
    let sum = self.checksum(
      bytes, from: start, initial: self.pseudoHeader(packet, length: bytes.count - start))
    // Zero would mean that there is no checksum (RFC 768).
    self.put16(sum == 0 ? 0xFFFF : sum, at: start + 6, in: &bytes)
  }

  private static func appendMessage(_ packet: Packet, to bytes: inout [UInt8]) {
    let start = bytes.count
    bytes.append(3)
    bytes.append(packet.unreachable?.code.rawValue ?? 0)
    self.append32(0, to: &bytes)
    self.append16(Int(packet.unreachable?.nextHopMTU ?? 0), to: &bytes)
    bytes.append(contentsOf: packet.payload)
    self.put16(self.checksum(bytes, from: start, initial: 0), at: start + 2, in: &bytes)
  }

  private static func pseudoHeader(_ packet: Packet, length: Int) -> UInt64 {
    let source = packet.source.address.bits
    let destination = packet.destination.address.bits
    return UInt64(source >> 16) + UInt64(source & 0xFFFF) + UInt64(destination >> 16)
      + UInt64(destination & 0xFFFF) + UInt64(packet.transport.rawValue) + UInt64(length)
  }

  /// The Internet checksum of the bytes from `start` on.
  ///
  /// Source: RFC 1071.
  static func checksum(_ bytes: [UInt8], from start: Int, initial: UInt64) -> Int {
    var sum = initial
    bytes.withUnsafeBufferPointer { bytes in
      var place = start
      while place + 1 < bytes.count {
        sum += UInt64(bytes[place]) << 8 | UInt64(bytes[place + 1])
        place += 2
      }
      if place < bytes.count { sum += UInt64(bytes[place]) << 8 }
    }
    while sum >> 16 != 0 { sum = (sum & 0xFFFF) + (sum >> 16) }
    return Int(~sum & 0xFFFF)
  }

  private static func appendHardwareAddress(_ address: IPv4Address, to bytes: inout [UInt8]) {
    self.append16(0x0200, to: &bytes)
    self.append32(address.bits, to: &bytes)
  }

  private static func append16(_ number: Int, to bytes: inout [UInt8]) {
    bytes.append(UInt8(truncatingIfNeeded: number >> 8))
    bytes.append(UInt8(truncatingIfNeeded: number))
  }

  private static func append32(_ number: UInt32, to bytes: inout [UInt8]) {
    self.append16(Int(number >> 16), to: &bytes)
    self.append16(Int(number & 0xFFFF), to: &bytes)
  }

  private static func put16(_ number: Int, at place: Int, in bytes: inout [UInt8]) {
    bytes[place] = UInt8(truncatingIfNeeded: number >> 8)
    bytes[place + 1] = UInt8(truncatingIfNeeded: number)
  }
}
