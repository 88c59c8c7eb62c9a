import NetworkModel
import Simulation
import Testing

@Suite struct CaptureTests {
  private static let start = SimInstant(secondsSinceEpoch: 1_435_215_004)
  private static let client = IPv4Address(10, 0, 0, 1)
  private static let server = IPv4Address(10, 0, 0, 2)

  /// A block of a pcapng file.
  private struct Block {
    let type: UInt32
    let body: ArraySlice<UInt8>
  }

  private static func word(_ bytes: ArraySlice<UInt8>, _ place: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(bytes[bytes.startIndex + place + $1]) << (8 * UInt32($1)) }
  }

  /// The blocks, both of whose lengths agree and are whole words.
  private static func blocks(_ file: [UInt8]) throws -> [Block] {
    var blocks: [Block] = []
    var rest = file[...]
    while !rest.isEmpty {
      let length = Int(Self.word(rest, 4))
      try #require(length % 4 == 0 && length >= 12 && length <= rest.count)
      let start = rest.startIndex
      try #require(Self.word(rest, length - 4) == UInt32(length))
      blocks.append(
        Block(type: Self.word(rest, 0), body: rest[(start + 8)..<(start + length - 4)]))
      rest = rest.dropFirst(length)
    }
    return blocks
  }

  /// The comments of an enhanced packet block.
  private static func comments(_ block: Block) -> [String] {
    let frame = Int(Self.word(block.body, 12))
    var rest = block.body.dropFirst(20 + (frame + 3) / 4 * 4)
    var texts: [String] = []
    while rest.count >= 4 {
      let header = Self.word(rest, 0)
      let length = Int(header >> 16)
      rest = rest.dropFirst(4)
      if header & 0xFFFF == 1 { texts.append(String(decoding: rest.prefix(length), as: UTF8.self)) }
      rest = rest.dropFirst((length + 3) / 4 * 4)
    }
    return texts
  }

  /// A client's SYN to a port that is closed, with these devices on the path and taps everywhere.
  private static func refused(
    _ boxes: [any Middlebox], note: String? = nil
  ) -> [String: PacketCapture] {
    var network = Network(seed: 1, start: Self.start)
    let near = network.addHost(Self.client, profile: .appliance)
    let far = network.addHost(Self.server, profile: .documentedServer)
    let path = network.addPath(
      between: near, and: far, name: "the path", settings: PathSettings(), middleboxes: boxes)
    let listener = network.listen(on: far, port: 514)
    network.setListening(false, listener, note: note)
    let places: [(String, CapturePlace)] = [
      ("near", .host(near)), ("far", .host(far)), ("inside", .path(path, .inside)),
      ("outside", .path(path, .outside)),
    ]
    let taps = places.map { ($0.0, network.capture(PacketCapture(at: $0.1))) }
    _ = network.connect(from: near, to: Endpoint(Self.server, 514), now: Self.start)
    var events: [NetworkEvent] = []
    network.advance(to: Self.start.advanced(by: .milliseconds(100)), into: &events)
    var captures: [String: PacketCapture] = [:]
    for (name, tap) in taps { captures[name] = network.captured(tap) }
    return captures
  }

  private static func notes(_ capture: PacketCapture?) -> [String] {
    capture?.notes.map { "\($0.packet): \($0.text)" } ?? []
  }

  @Test func droppedPacketIsSeenInsideOnlyAndSaysWhy() {
    let captures = Self.refused([FaultGate(PacketFilter(.drop), label: "silent-drop")])
    #expect(captures.mapValues(\.packets) == ["near": 1, "inside": 1, "outside": 0, "far": 0])
    #expect(Self.notes(captures["near"]) == ["0: silent-drop on the path: dropped"])
    #expect(Self.notes(captures["inside"]) == ["0: silent-drop on the path: dropped"])
  }

  @Test func packetOfAMiddleboxIsSeenOnItsSideOnly() {
    let captures = Self.refused([FaultGate(PacketFilter(.reset), label: "reject-with-reset")])
    #expect(captures.mapValues(\.packets) == ["near": 2, "inside": 2, "outside": 0, "far": 0])
    #expect(
      Self.notes(captures["near"]) == [
        "0: reject-with-reset on the path: dropped and answered",
        "1: reject-with-reset on the path: made here",
      ])
  }

  @Test func refusalOfTheServerIsSeenEverywhere() {
    let captures = Self.refused([MSSClamp(1350)], note: "refuse at syslog")
    #expect(captures.mapValues(\.packets) == ["near": 2, "inside": 2, "outside": 2, "far": 2])
    let all = ["0: mss-clamp on the path: MSS 1460 becomes 1350", "1: refuse at syslog"]
    #expect(Self.notes(captures["near"]) == all)
    // The server's capture begins behind the device.
    #expect(Self.notes(captures["far"]) == ["1: refuse at syslog"])
  }

  @Test func pcapngHasSectionInterfacePacketsAndComments() throws {
    let capture = try #require(Self.refused([MSSClamp(1350)], note: "refuse at syslog")["near"])
    let file = CaptureFile.bytes(
      of: capture, as: .pcapng, hasComments: true, interface: "appliance")
    let blocks = try Self.blocks(file)
    #expect(blocks.map(\.type) == [0x0A0D_0D0A, 1, 6, 6])
    #expect(
      blocks.dropFirst(2).map(Self.comments) == [
        ["mss-clamp on the path: MSS 1460 becomes 1350"], ["refuse at syslog"],
      ])
    let packet = try #require(blocks.dropFirst(2).first)
    let nanoseconds =
      UInt64(Self.word(packet.body, 4)) << 32 | UInt64(Self.word(packet.body, 8))
    #expect(nanoseconds == 1_435_215_004_000_000_000)
  }

  @Test func studentsFileSaysNothingOfFaults() throws {
    let capture = try #require(Self.refused([MSSClamp(1350)], note: "refuse at syslog")["near"])
    for format in CaptureFormat.allCases {
      let file = CaptureFile.bytes(
        of: capture, as: format, hasComments: false, interface: "appliance")
      let text = String(decoding: file, as: UTF8.self)
      #expect(!text.contains("refuse"))
      #expect(!text.contains("clamp"))
    }
  }

  /// The stack takes 15 us to answer a SYN,ACK and 6 us for others; no packet overtakes another.
  @Test func packetsLeaveInTheOrderInWhichTheStackMadeThem() {
    var network = Network(seed: 1, start: Self.start)
    let near = network.addHost(Self.client, profile: .appliance)
    let far = network.addHost(Self.server, profile: .documentedServer)
    _ = network.addPath(between: near, and: far, settings: PathSettings())
    _ = network.listen(on: far, port: 514)
    let tap = network.capture(PacketCapture(at: .host(near)))
    let socket = network.connect(from: near, to: Endpoint(Self.server, 514), now: Self.start)
    let end = Self.start.advanced(by: .milliseconds(100))
    while let due = network.nextDue, due <= end {
      var events: [NetworkEvent] = []
      network.advance(to: due, into: &events)
      // The application is faster than the stack: its data must not overtake the handshake's ACK.
      for event in events where event.subject == .socket(socket, .connected) {
        _ = network.send([0x61], on: socket, now: due)
      }
    }
    let sent = network.captured(tap).summaries.filter { $0.source.address == Self.client }
    #expect(sent.prefix(3).map(\.length) == [0, 0, 1])
    #expect(sent.map(\.time) == sent.map(\.time).sorted())
  }
}
