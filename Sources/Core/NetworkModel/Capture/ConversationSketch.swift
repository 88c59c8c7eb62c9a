/// The packets of one TCP connection or UDP socket as they may have passed, made of what its
/// program knows: when it connected, what it wrote and read, and how it ended.
///
/// What a program cannot know is not made up: retransmissions, windows, and acknowledgements that
/// the kernel does not tell of. Sequence numbers begin at 0 in both directions, segments are at
/// most 1460 bytes, and a window is always 65535. Source: docs/LIVE-FAULTS.md, "A capture of a live
/// run".
public struct ConversationSketch: Sendable {
  /// What the program learned of its connection.
  public enum Fact: Hashable, Sendable {
    /// It asked for the connection.
    case connecting
    /// The connection stands.
    case connected
    /// A RST answered the SYN.
    case refused
    /// It handed these bytes to the kernel; of UDP, one datagram.
    case sent([UInt8])
    /// The kernel handed it these bytes.
    case received([UInt8])
    /// The peer's kernel has so many bytes of the stream.
    case acknowledged(UInt64)
    /// It closed the connection.
    case closed
    /// The peer sent a FIN.
    case closedByPeer
    /// The peer sent a RST.
    case resetByPeer
  }

  private static let segmentBytesMax = 1460
  private static let window: UInt16 = 65_535

  /// The program's end, as far as it is known.
  public private(set) var localEnd: Endpoint
  private let transport: TransportProtocol
  private let remote: Endpoint
  private var nextSent: UInt32 = 0
  private var nextReceived: UInt32 = 0
  private var acknowledged: UInt64 = 0
  private var hasEnded = false
  private var identification: UInt16 = 0

  /// A connection that has not begun.
  ///
  /// - Parameter local: as far as it is known; a port of 0 stands for one that nobody knows.
  public init(_ transport: TransportProtocol, from local: Endpoint, to remote: Endpoint) {
    self.transport = transport
    self.localEnd = local
    self.remote = remote
  }

  /// The packets that a fact stands for, in order.
  public mutating func packets(of fact: Fact) -> [Packet] {
    guard !self.hasEnded else { return [] }
    if self.transport == .udp {
      guard case .sent(let bytes) = fact else { return [] }
      return [self.numbered(Packet(.udp, from: self.localEnd, to: self.remote, payload: bytes))]
    }
    switch fact {
    case .connecting:
      defer { self.nextSent = 1 }
      return [self.outgoing(.syn)]
    case .connected:
      defer { self.nextReceived = 1 }
      return [self.incoming([.syn, .acknowledge]), self.outgoing(.acknowledge, nextReceived: 1)]
    case .refused:
      self.hasEnded = true
      return [self.incoming([.reset, .acknowledge], window: 0)]
    case .sent(let bytes): return self.segments(bytes)
    case .received(let bytes):
      // Who answers has read what was said; of a push's server nothing is ever received.
      self.acknowledged = UInt64(self.nextSent &- 1)
      var packets: [Packet] = []
      for start in stride(from: 0, to: bytes.count, by: Self.segmentBytesMax) {
        let piece = Array(bytes[start..<min(start + Self.segmentBytesMax, bytes.count)])
        packets.append(self.incoming([.push, .acknowledge], piece))
        self.nextReceived &+= UInt32(piece.count)
      }
      return packets + [self.outgoing(.acknowledge)]
    case .acknowledged(let total):
      guard total > self.acknowledged else { return [] }
      self.acknowledged = total
      return [self.incoming(.acknowledge)]
    case .closed:
      self.hasEnded = true
      return [self.outgoing([.fin, .acknowledge])]
    case .closedByPeer:
      let fin = self.incoming([.fin, .acknowledge])
      self.nextReceived &+= 1
      return [fin, self.outgoing(.acknowledge)]
    case .resetByPeer:
      self.hasEnded = true
      return [self.incoming([.reset, .acknowledge], window: 0)]
    }
  }

  /// The socket has this end from now on.
  public mutating func isAt(_ local: Endpoint) {
    self.localEnd = local
  }

  private mutating func segments(_ bytes: [UInt8]) -> [Packet] {
    var packets: [Packet] = []
    for start in stride(from: 0, to: bytes.count, by: Self.segmentBytesMax) {
      let end = min(start + Self.segmentBytesMax, bytes.count)
      let flags: TCPFlags = end == bytes.count ? [.push, .acknowledge] : .acknowledge
      packets.append(self.outgoing(flags, Array(bytes[start..<end])))
      self.nextSent &+= UInt32(end - start)
    }
    return packets
  }

  private mutating func outgoing(
    _ flags: TCPFlags, nextReceived: UInt32? = nil, _ payload: [UInt8] = []
  ) -> Packet {
    self.numbered(
      .segment(
        from: self.localEnd, to: self.remote, flags: flags, sequence: self.nextSent,
        acknowledgement: flags.contains(.acknowledge) ? nextReceived ?? self.nextReceived : 0,
        window: Self.window, payload: payload))
  }

  private mutating func incoming(
    _ flags: TCPFlags, _ payload: [UInt8] = [], window: UInt16 = Self.window
  ) -> Packet {
    self.numbered(
      .segment(
        from: self.remote, to: self.localEnd, flags: flags, sequence: self.nextReceived,
        // The SYN takes the first number.
        acknowledgement: UInt32(truncatingIfNeeded: self.acknowledged &+ 1), window: window,
        payload: payload))
  }

  private mutating func numbered(_ packet: Packet) -> Packet {
    var packet = packet
    packet.identification = self.identification
    self.identification &+= 1
    return packet
  }
}
