public import Simulation

/// The control bits of a TCP segment.
///
/// Source: RFC 9293 section 3.1.
@frozen
public struct TCPFlags: OptionSet, Hashable, Sendable, BitwiseCopyable {
  public let rawValue: UInt8

  @inlinable
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let fin = TCPFlags(rawValue: 1)
  public static let syn = TCPFlags(rawValue: 2)
  public static let reset = TCPFlags(rawValue: 4)
  public static let push = TCPFlags(rawValue: 8)
  public static let acknowledge = TCPFlags(rawValue: 16)
}

/// The TCP options that a segment carries; only segments with SYN have any.
@frozen
public struct TCPOptions: Hashable, Sendable, BitwiseCopyable {
  /// The maximum segment size offered.
  public var maximumSegmentSize: UInt16?
  /// The shift of the window, 0 to 14.
  public var windowScale: UInt8?
  public var sackPermitted: Bool

  /// The options given; by default none.
  @inlinable
  public init(
    maximumSegmentSize: UInt16? = nil, windowScale: UInt8? = nil, sackPermitted: Bool = false
  ) {
    self.maximumSegmentSize = maximumSegmentSize
    self.windowScale = windowScale
    self.sackPermitted = sackPermitted
  }

  public static let none = TCPOptions()
}

/// The transport protocols of the simulated network, by their number in the IPv4 header.
@frozen
public enum TransportProtocol: UInt8, Hashable, Sendable, BitwiseCopyable {
  case icmp = 1
  case tcp = 6
  case udp = 17
}

/// What an ICMP destination-unreachable message says.
///
/// Source: RFC 792; RFC 1812 section 5.2.7.1 for code 13; RFC 1191 for code 4.
@frozen
public enum UnreachableCode: UInt8, Hashable, Sendable, BitwiseCopyable {
  case network = 0
  case host = 1
  case port = 3
  case fragmentationNeeded = 4
  case administrativelyProhibited = 13
}

/// An ICMP destination-unreachable message, with what it quotes of the packet that it is about.
@frozen
public struct ICMPUnreachable: Hashable, Sendable, BitwiseCopyable {
  public var code: UnreachableCode
  /// The next hop's MTU for `fragmentationNeeded`, else 0.
  public var nextHopMTU: UInt16
  public var quotedProtocol: TransportProtocol
  public var quotedSource: Endpoint
  public var quotedDestination: Endpoint
  public var quotedSequence: UInt32
}

/// One IPv4 packet; the fields of the protocols that it does not carry are zero.
///
/// Flat on purpose: a middlebox reads and rewrites fields without unwrapping.
@frozen
public struct Packet: Hashable, Sendable {
  public var source: Endpoint
  public var destination: Endpoint
  public var transport: TransportProtocol
  /// Set when the packet leaves its host.
  public var identification: UInt16 = 0
  public var timeToLive: UInt8 = 64
  public var dontFragment: Bool = true
  /// Of a fragment: where its bytes begin in the datagram, a multiple of 8.
  public var fragmentOffset: Int = 0
  public var moreFragments: Bool = false

  public var flags: TCPFlags = []
  public var sequence: UInt32 = 0
  public var acknowledgement: UInt32 = 0
  /// The window field as on the wire, before any shift.
  public var window: UInt16 = 0
  public var options: TCPOptions = .none

  /// For ICMP only.
  public var unreachable: ICMPUnreachable?

  /// TCP's or UDP's data; for ICMP the bytes quoted; for a fragment its share of the datagram, with
  /// the UDP header at the front of the first.
  public var payload: [UInt8]

  /// A middlebox that made the packet; `nil` when a host did.
  public var injectedBy: MiddleboxID?
  /// The fault that made somebody send it, for the comments of captures.
  public var note: String?
  /// Counts the packets of a network; fragments and copies keep their packet's.
  var serial: UInt32 = 0

  /// A packet of `transport` with every other field zero.
  public init(
    _ transport: TransportProtocol, from source: Endpoint, to destination: Endpoint,
    payload: [UInt8] = []
  ) {
    self.transport = transport
    self.source = source
    self.destination = destination
    self.payload = payload
  }

  /// A TCP segment.
  public static func segment(
    from source: Endpoint, to destination: Endpoint, flags: TCPFlags, sequence: UInt32,
    acknowledgement: UInt32, window: UInt16, options: TCPOptions = .none, payload: [UInt8] = []
  ) -> Packet {
    var packet = Packet(.tcp, from: source, to: destination, payload: payload)
    packet.flags = flags
    packet.sequence = sequence
    packet.acknowledgement = acknowledgement
    packet.window = window
    packet.options = options
    return packet
  }

  /// Whether the packet is a fragment of a datagram.
  @inlinable
  public var isFragment: Bool { self.moreFragments || self.fragmentOffset > 0 }

  /// How much of TCP's sequence space the segment takes: its data, and one each for SYN and FIN.
  @inlinable
  public var sequenceLength: Int {
    self.payload.count + (self.flags.contains(.syn) ? 1 : 0) + (self.flags.contains(.fin) ? 1 : 0)
  }

  /// The bytes of the IPv4 packet, header included.
  public var totalLength: Int {
    if self.isFragment { return 20 + self.payload.count }
    switch self.transport {
    case .tcp: return 40 + self.options.wireLength + self.payload.count
    case .udp, .icmp: return 28 + self.payload.count
    }
  }

  /// The RST that answers a segment for which there is no connection, or which does not fit one.
  ///
  /// Source: RFC 9293 section 3.10.7.1.
  ///
  /// - Returns: `nil` for a RST, which is never answered with another.
  public static func reset(answering segment: Packet) -> Packet? {
    guard segment.transport == .tcp, !segment.flags.contains(.reset) else { return nil }
    if segment.flags.contains(.acknowledge) {
      return .segment(
        from: segment.destination, to: segment.source, flags: .reset,
        sequence: segment.acknowledgement, acknowledgement: 0, window: 0)
    }
    return .segment(
      from: segment.destination, to: segment.source, flags: [.reset, .acknowledge], sequence: 0,
      acknowledgement: segment.sequence &+ UInt32(segment.sequenceLength), window: 0)
  }

  /// The ICMP message that tells `packet`'s source that the packet did not arrive.
  ///
  /// - Parameter reporter: who says so: the destination itself, or a router between.
  /// - Returns: `nil` about ICMP and about a fragment that is not the first (RFC 1122 section
  ///   3.2.2).
  public static func unreachable(
    _ code: UnreachableCode, about packet: Packet, from reporter: IPv4Address, nextHopMTU: Int = 0
  ) -> Packet? {
    guard packet.transport != .icmp, packet.fragmentOffset == 0 else { return nil }
    var message = Packet(
      .icmp, from: Endpoint(reporter, 0), to: Endpoint(packet.source.address, 0),
      payload: PacketEncoder.quotation(of: packet))
    message.dontFragment = false
    message.unreachable = ICMPUnreachable(
      code: code, nextHopMTU: UInt16(clamping: nextHopMTU), quotedProtocol: packet.transport,
      quotedSource: packet.source, quotedDestination: packet.destination,
      quotedSequence: packet.sequence)
    return message
  }
}

extension TCPOptions {
  /// The bytes that the options take in a header, padded to a multiple of 4.
  @inlinable
  public var wireLength: Int {
    var length = 0
    if self.maximumSegmentSize != nil { length += 4 }
    if self.windowScale != nil { length += 4 }
    if self.sackPermitted { length += 4 }
    return length
  }
}

extension UInt32 {
  /// Whether this sequence number comes before `other`, by RFC 9293 section 3.4's comparison.
  @inlinable
  func isBefore(_ other: UInt32) -> Bool { Int32(bitPattern: self &- other) < 0 }

  /// How far this sequence number lies behind `other`; negative when it comes before it.
  @inlinable
  func offset(from other: UInt32) -> Int { Int(Int32(bitPattern: self &- other)) }
}
