import NetworkModel
import Simulation
import Testing

/// Captures of live runs: files that grow, and packets made of what a socket's owner knows.
@Suite struct LiveCaptureFileTests {
  private static let client = Endpoint(IPv4Address(127, 0, 0, 1), 40_000)
  private static let server = Endpoint(IPv4Address(127, 0, 0, 1), 514)
  private static let time = SimInstant(nanoseconds: 1_435_215_004_111_889_001)

  private static func word(_ bytes: [UInt8], _ place: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << (8 * UInt32($1)) }
  }

  @Test func pcapHoldsRawPacketsWithTheirWholeLength() throws {
    var stream = CaptureStream(format: .pcap)
    let beginning = stream.beginning(interface: "any", comment: "said nowhere")
    #expect(beginning.count == 24)
    #expect(Self.word(beginning, 0) == 0xA1B2_3C4D)
    #expect(Self.word(beginning, 20) == 101)
    let made = stream.record([1, 2, 3], length: 9, time: Self.time)
    let record = try #require(made)
    #expect(Self.word(record, 0) == 1_435_215_004)
    #expect(Self.word(record, 4) == 111_889_001)
    #expect(Self.word(record, 8) == 3)
    #expect(Self.word(record, 12) == 9)
    #expect(Array(record[16...]) == [1, 2, 3])
  }

  @Test func pcapngSaysOfTheWholeWhatItIs() throws {
    var stream = CaptureStream(format: .pcapng)
    let beginning = stream.beginning(interface: "any", comment: "made up")
    // An option of code 1 and seven bytes, behind the section's head.
    #expect(Self.word(beginning, 24) == 1 | 7 << 16)
    #expect(Array(beginning[28..<35]) == Array("made up".utf8))
    let made = stream.record([1, 2, 3], length: 3, time: Self.time)
    let record = try #require(made)
    #expect(Self.word(record, 0) == 6)
    #expect(record.count % 4 == 0)
    #expect(Self.word(record, 4) == UInt32(record.count))
  }

  @Test(arguments: CaptureFormat.allCases)
  func whatDoesNotFitIsCounted(_ format: CaptureFormat) {
    var stream = CaptureStream(format: format, bytesMax: 200)
    var bytes = stream.beginning(interface: "any", comment: "").count
    for _ in 0..<10 {
      bytes += stream.record([1, 2, 3, 4], length: 4, time: Self.time)?.count ?? 0
    }
    #expect(bytes <= 200)
    #expect(stream.packets > 0)
    #expect(stream.packets + stream.packetsLeftOut == 10)
  }

  private static func line(_ packet: Packet) -> String {
    let side = packet.source == Self.client ? ">" : "<"
    let names: [(TCPFlags, String)] = [
      (.syn, "S"), (.fin, "F"), (.reset, "R"), (.push, "P"), (.acknowledge, "A"),
    ]
    let flags = names.filter { packet.flags.contains($0.0) }.map(\.1).joined()
    return "\(side)\(flags) \(packet.sequence) \(packet.acknowledgement) \(packet.payload.count)"
  }

  private static func lines(_ facts: [ConversationSketch.Fact]) -> [String] {
    var sketch = ConversationSketch(.tcp, from: self.client, to: self.server)
    return facts.flatMap { sketch.packets(of: $0) }.map(self.line)
  }

  @Test func connectionIsDrawnFromItsFacts() {
    let lines = Self.lines([
      .connecting, .connected, .sent(Array(repeating: 1, count: 2000)), .acknowledged(1460),
      .acknowledged(1000), .sent([2]), .closed, .sent([3]),
    ])
    #expect(
      lines == [
        ">S 0 0 0", "<SA 0 1 0", ">A 1 1 0", ">A 1 1 1460", ">PA 1461 1 540", "<A 1 1461 0",
        ">PA 2001 1 1", ">FA 2002 1 0",
      ])
  }

  /// A RST says no more of what arrived than is known.
  @Test func resetAcknowledgesWhatIsKnownToBe() {
    let lines = Self.lines([
      .connecting, .connected, .sent([1, 2, 3]), .acknowledged(2), .resetByPeer, .closed,
    ])
    #expect(lines.last == "<RA 1 3 0")
  }

  @Test func refusalAnswersTheSYN() {
    #expect(Self.lines([.connecting, .refused]) == [">S 0 0 0", "<RA 0 1 0"])
  }

  @Test func finOfThePeerIsAnswered() {
    let lines = Self.lines([.connecting, .connected, .received([1, 2]), .closedByPeer, .closed])
    #expect(
      lines.dropFirst(3) == ["<PA 1 1 2", ">A 1 3 0", "<FA 3 1 0", ">A 1 4 0", ">FA 1 4 0"])
  }

  @Test func datagramsAreWholeAndNothingElseIs() {
    var sketch = ConversationSketch(.udp, from: Self.client, to: Self.server)
    #expect(sketch.packets(of: .connecting).isEmpty)
    let packets = sketch.packets(of: .sent(Array(repeating: 7, count: 3000)))
    #expect(packets.map(\.payload.count) == [3000])
    #expect(PacketEncoder.internetPacket(of: packets[0]).count == 3028)
  }
}
