public import Simulation

/// Why a connect failed, as the socket reports it.
public enum ConnectFailure: Hashable, Sendable {
  /// A RST answered the SYN.
  case refused
  case timedOut
  case hostUnreachable
  case networkUnreachable
  /// ICMP port unreachable answered the SYN; apart from `refused`, since no RST came.
  case portUnreachable
  /// Every local port is taken.
  case noLocalPort
}

/// What a socket reports to its owner.
public enum SocketEvent: Hashable, Sendable {
  /// A connect succeeded.
  case connected
  case connectFailed(ConnectFailure)
  /// A peer's connection came in; this is the first event of its socket.
  case accepted(by: ListenerID, from: Endpoint)
  /// Bytes that the application has read.
  case data([UInt8])
  /// The send buffer took fewer bytes than given, and has room for this many now.
  case writable(Int)
  /// So many bytes of data since the beginning are acknowledged: taken by the peer's stack, read or not.
  case acknowledged(UInt64)
  /// The peer's FIN, after every byte before it was read.
  case peerClosed
  /// A RST ended the connection.
  case reset
  /// The peer answered no more: data or keep-alive probes were given up.
  case timedOut
  /// Both directions are closed in order, and our FIN is acknowledged.
  case closed
}

/// What the network tells its owner.
public struct NetworkEvent: Hashable, Sendable {
  /// Whom it is about.
  public enum Subject: Hashable, Sendable {
    case socket(SocketID, SocketEvent)
    /// A datagram arrived.
    case datagram(DatagramSocketID, from: Endpoint, [UInt8])
    /// A datagram to this endpoint met ICMP unreachable.
    case datagramUnreachable(DatagramSocketID, to: Endpoint, UnreachableCode)
  }

  public let time: SimInstant
  public let subject: Subject

  /// The event of `subject` at `time`.
  public init(time: SimInstant, subject: Subject) {
    self.time = time
    self.subject = subject
  }
}

/// How the application reads what a socket received.
public enum ReadMode: Hashable, Sendable {
  /// Each segment just after it was queued and, where that is immediate, acknowledged.
  case automatic
  /// Not at all, until the mode is another.
  case manual
  /// At most `bytes` each `interval`, the first time an interval after bytes arrived.
  case paced(bytes: Int, every: SimDuration)
}

/// What an application asks of a TCP socket.
public struct SocketOptions: Hashable, Sendable {
  /// Switches Nagle's algorithm off.
  public var noDelay = false
  public var keepAlive = false
  /// Silence before the first probe, and what else of keep-alive is not the stack's; `nil` for its
  /// own.
  public var keepAliveIdle: SimDuration?
  public var keepAliveInterval: SimDuration?
  public var keepAliveProbesMax: Int?
  /// How long data may go without acknowledgement before the connection is given up (RFC 5482);
  /// `nil` for the stack's own time.
  public var userTimeout: SimDuration?
  public var read: ReadMode = .automatic
  /// How many bytes that are not acknowledged the socket holds.
  public var sendBufferBytes = 65_536

  /// What sockets do when nothing is asked.
  public init() {}
}
