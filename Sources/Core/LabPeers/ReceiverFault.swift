public import Simulation

/// After how much of a connection a fault strikes.
public enum StreamPoint: Hashable, Sendable {
  /// So many whole lines were read; 1 or more.
  case lines(UInt64)
  /// So many bytes were read; 1 or more.
  case bytes(UInt64)
  /// That long after the connection was accepted.
  case time(SimDuration)
}

/// What a server does about a client's FIN.
public enum CloseAnswer: Hashable, Sendable {
  /// Its own FIN, that much later.
  case late(SimDuration)
  case never
  case reset
}

/// How a syslog server misbehaves on one TCP connection. docs/FAULTS.md describes each.
public enum ReceiverFault: Hashable, Sendable {
  /// A RST right behind the handshake.
  case resetAfterHandshake
  /// At the point a RST; what arrives later is not read.
  case resetAfter(StreamPoint)
  /// A RST when nothing arrived for that long.
  case resetWhenIdle(SimDuration)
  /// It accepts and never reads: the window closes.
  case neverRead
  /// It reads that many bytes a second; 1 or more.
  case readSlowly(bytesPerSecond: Int)
  /// At the point a FIN.
  case closeAfter(StreamPoint)
  /// At the point a FIN; it reads on, or leaves all that comes later in its kernel.
  case halfClose(StreamPoint, readsOn: Bool)
  /// How it answers the client's FIN, once it has read all before it.
  case answerClose(CloseAnswer)
  /// A remote shell daemon: it takes the first bytes for an rsh request, finds none, and hangs up.
  case remoteShell
}

extension ReceiverFault {
  /// Its name in scenario files and in the comments of captures.
  public var label: String {
    switch self {
    case .resetAfterHandshake: "reset-after-handshake"
    case .resetAfter: "reset-after"
    case .resetWhenIdle: "reset-when-idle"
    case .neverRead: "never-read"
    case .readSlowly: "read-slowly"
    case .closeAfter: "close-after"
    case .halfClose: "half-close"
    case .answerClose: "answer-close"
    case .remoteShell: "remote-shell"
    }
  }
}

/// A fault, and which connections it strikes.
public struct ScheduledReceiverFault: Hashable, Sendable {
  /// What happens.
  public var fault: ReceiverFault
  /// Connections accepted from then on; `nil` from the beginning.
  public var from: SimInstant?
  /// Connections accepted before then; `nil` to the end.
  public var until: SimInstant?
  /// Only so many connections, the first ones; `nil` each.
  public var connectionsMax: Int?
  /// Of a thousand connections so many, 0 to 1000.
  public var permille: Int

  /// A fault that strikes each connection, unless told otherwise.
  public init(
    _ fault: ReceiverFault, from: SimInstant? = nil, until: SimInstant? = nil,
    connectionsMax: Int? = nil, permille: Int = 1000
  ) {
    self.fault = fault
    self.from = from
    self.until = until
    self.connectionsMax = connectionsMax
    self.permille = permille
  }

  func covers(_ now: SimInstant) -> Bool {
    self.from.map { now >= $0 } ?? true && self.until.map { now < $0 } ?? true
  }
}
