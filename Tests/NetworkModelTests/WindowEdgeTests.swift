import Simulation
import Testing

@testable import NetworkModel

@Suite struct WindowEdgeTests {
  private static let local = Endpoint(IPv4Address(10, 0, 0, 2), 514)
  private static let remote = Endpoint(IPv4Address(10, 0, 0, 1), 50_000)

  private static func segment(
    _ flags: TCPFlags, _ sequence: UInt32, options: TCPOptions = .none, bytes: Int = 0
  ) -> Packet {
    .segment(
      from: self.remote, to: self.local, flags: flags, sequence: sequence,
      acknowledgement: 1001, window: 65_535, options: options,
      payload: Array(repeating: 0x61, count: bytes))
  }

  /// What the first window let in is taken, although scaling rounds the next one down: 64,240 bytes
  /// are 501 units of 128 and 112 bytes (RFC 7323 section 2.4).
  @Test func scaledWindowTakesNothingBack() {
    var options = SocketOptions()
    options.read = .manual
    var connection = TCPConnection(
      flow: TCPConnection.Flow(
        socket: SocketID(slot: 0, generation: 0), local: Self.local, remote: Self.remote,
        listener: ListenerID(index: 0)),
      profile: TCPStackProfile(
        offeredSegmentSize: 1460, offeredWindowScale: 7, receiveBufferBytes: 64_240),
      options: options, initialSequence: 1000)
    var output = TCPOutput()
    let syn = Self.segment(
      .syn, 5000, options: TCPOptions(maximumSegmentSize: 1460, windowScale: 0))
    connection.accept(syn: syn, now: 0, &output)
    let edge = connection.receive.edge
    #expect(edge == 5001 + 64_240)
    connection.segmentArrived(Self.segment(.acknowledge, 5001), now: 1, &output)
    for place in 0..<44 {
      let sequence = UInt32(5001 + place * 1460)
      connection.segmentArrived(
        Self.segment(.acknowledge, sequence, bytes: 1460), now: 2, &output)
      #expect(!connection.receive.edge.isBefore(edge))
    }
    #expect(connection.receive.next == edge)
    #expect(connection.receive.unread.count == 64_240)
  }
}
