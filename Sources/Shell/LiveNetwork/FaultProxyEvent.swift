/// Lines and bytes from a client.
public struct ProxyCargo: Hashable, Sendable {
  /// Messages, by their framing; one without an end counts.
  public let lines: UInt64
  /// Bytes.
  public let bytes: UInt64

  /// Nothing.
  public static var none: Self { Self(lines: 0, bytes: 0) }

  /// So many lines and bytes.
  public init(lines: UInt64, bytes: UInt64) {
    self.lines = lines
    self.bytes = bytes
  }
}

/// One end of a connection through a proxy.
public enum ProxySide: String, Hashable, Sendable {
  case client, server
}

/// Something that happened at a proxy.
public enum FaultProxyEvent: Hashable, Sendable {
  /// What a SYN meets from now on: `open`, `refusing` or `silent`.
  case door(String)
  /// The port could not be made what it should be now: the fault does not happen, or does not end.
  case doorFailed(String, reason: String)
  /// The process has no descriptor for another client, who waits; or has one again.
  case accepting(Bool)
  /// A client connected; connections are counted from 1. The faults are those that it may meet.
  case accepted(connection: Int, remotePort: Int, faults: [String])
  /// The server took the connection, which it sees coming from `localPort`.
  case connected(connection: Int, remotePort: Int, localPort: Int)
  /// The server could not be reached; the client gets a RST, and `undelivered` is what it had sent.
  case serverUnreachable(connection: Int, reason: String, undelivered: ProxyCargo)
  /// A fault ended the connection; lines and bytes are what came from the client, and `undelivered`
  /// what of it never left for the server.
  case struck(
    connection: Int, fault: String, lines: UInt64, bytes: UInt64, undelivered: ProxyCargo)
  /// Nothing is handed on any more, or again.
  case held(connection: Int, Bool)
  /// The connection ended without a fault.
  case closed(connection: Int, lines: UInt64, bytes: UInt64)
  /// The client or the server reset the connection; the other one gets a RST too. `undelivered` is
  /// what came from the client and never left for the server, which may have read less still.
  case passedReset(
    connection: Int, bySide: ProxySide, lines: UInt64, bytes: UInt64, undelivered: ProxyCargo)
  /// The proxy ended while so much of a connection was under way: lines and bytes from the client,
  /// and bytes of answers to it. Of UDP the connection is 0 and each datagram a line.
  case dropped(connection: Int, lines: UInt64, bytes: UInt64, answerBytes: UInt64)
  /// The proxy ended while so much that it had sent to the server was not acknowledged by it: that
  /// may arrive still, or not.
  case unacknowledged(connection: Int, lines: UInt64, bytes: UInt64)
  /// A datagram came from a client, counted from 1, and is handed on that often.
  case datagram(number: UInt64, bytes: Int, copies: Int)
}
