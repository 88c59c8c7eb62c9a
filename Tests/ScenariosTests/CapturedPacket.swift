import Simulation
import Testing

/// One TCP packet read back out of a capture file, with the relative numbers that analysers show.
struct CapturedPacket {
  let time: SimInstant
  let source: UInt16
  let destination: UInt16
  let flags: UInt8
  let sequence: UInt32
  let acknowledgement: UInt32
  let window: Int
  let maximumSegmentSize: Int?
  let payload: [UInt8]
  private(set) var row = ""

  static func all(in file: [UInt8]) throws -> [CapturedPacket] {
    try #require(file.count >= 24)
    func little(_ place: Int) -> Int {
      (0..<4).reduce(0) { $0 | Int(file[place + $1]) << (8 * $1) }
    }
    try #require(little(0) == 0xA1B2_3C4D)
    var packets: [CapturedPacket] = []
    var place = 24
    while place < file.count {
      let length = little(place + 8)
      let time = SimInstant(
        nanoseconds: Int64(little(place)) * 1_000_000_000 + Int64(little(place + 4)))
      packets.append(CapturedPacket(Array(file[(place + 16)..<(place + 16 + length)]), time: time))
      place += 16 + length
    }
    return Self.withRows(packets)
  }

  private init(_ frame: [UInt8], time: SimInstant) {
    func big(_ place: Int, _ count: Int) -> Int {
      (0..<count).reduce(0) { $0 << 8 | Int(frame[place + $1]) }
    }
    // Ethernet 14 bytes, IPv4 20 bytes, then TCP.
    self.time = time
    self.source = UInt16(big(34, 2))
    self.destination = UInt16(big(36, 2))
    self.sequence = UInt32(big(38, 4))
    self.acknowledgement = UInt32(big(42, 4))
    let header = Int(frame[46] >> 4) * 4
    self.flags = frame[47]
    self.window = big(48, 2)
    self.payload = Array(frame[(34 + header)...])
    // Options begin at byte 54 of the frame; the MSS comes first in a SYN.
    self.maximumSegmentSize = header > 20 && frame[54] == 2 ? big(56, 2) : nil
  }

  private static func withRows(_ packets: [CapturedPacket]) -> [CapturedPacket] {
    var initial: [UInt16: UInt32] = [:]
    return packets.map { packet in
      var packet = packet
      if packet.flags & 2 != 0 { initial[packet.source] = packet.sequence }
      let sequence = packet.sequence &- (initial[packet.source] ?? 0)
      let acknowledgement = packet.acknowledgement &- (initial[packet.destination] ?? 0)
      let names: [(UInt8, String)] = [(32, "U"), (2, "S"), (1, "F"), (4, "R"), (8, "P"), (16, "A")]
      let flags = names.filter { packet.flags & $0.0 != 0 }.map(\.1).joined()
      packet.row =
        "\(packet.source) > \(packet.destination) \(flags) seq=\(sequence) "
        + "ack=\(packet.flags & 16 == 0 ? "-" : "\(acknowledgement)") win=\(packet.window) "
        + "len=\(packet.payload.count)" + (packet.maximumSegmentSize.map { " mss=\($0)" } ?? "")
      return packet
    }
  }
}
