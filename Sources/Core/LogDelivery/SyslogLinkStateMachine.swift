public import Simulation

/// Names one connection of one push, counted from 1 over its attempts.
public struct ConnectionID: Hashable, Comparable, Sendable, Codable {
  /// 1 for the first attempt.
  public let number: UInt32

  /// The connection with this number.
  public init(_ number: UInt32) {
    self.number = number
  }

  public static func < (lhs: ConnectionID, rhs: ConnectionID) -> Bool { lhs.number < rhs.number }
}

/// Decides when a push connects, fails and waits; performs no I/O and reads no clock.
///
/// UDP goes through the same states: "connecting" is resolving the name and opening the socket.
public struct SyslogLinkStateMachine: Sendable {
  enum State: Hashable, Sendable {
    /// Can transition to: `connecting` (start), `closed` (close).
    case idle
    /// Can transition to: `connected`, `waiting` (connect failed), `connecting` (redirected),
    /// `closed` (close).
    case connecting(ConnectionID)
    /// Can transition to: `waiting` (connection lost), `closedGracefully` (ended in order),
    /// `connecting` (redirected), `closed` (close).
    case connected(ConnectionID)
    /// Can transition to: `connecting` (time is up, redirected), `closed` (close).
    case waiting(until: SimInstant)
    /// Both sides ended the connection in order.
    /// Can transition to: `connecting` (lines wait, redirected), `closed` (close).
    case closedGracefully
    /// The end.
    case closed
  }

  /// What to do on a start or when time is up.
  public enum ConnectAction: Hashable, Sendable {
    case connect(ConnectionID)
    case ignore
  }

  /// What to do when a connection is established.
  public enum ConnectedAction: Hashable, Sendable {
    case startSending
    /// The connection is not wanted any more.
    case close(ConnectionID)
  }

  /// What to do when a connection failed or was lost.
  public enum FailedAction: Hashable, Sendable {
    /// Report the failure, begin the log anew, and connect again at that instant.
    case reopen(retryAt: SimInstant)
    /// It was ended in order, and all of it was read.
    case closedGracefully
    /// The news is about a connection that is no more.
    case ignore
  }

  /// What to do on a close.
  public enum CloseAction: Hashable, Sendable {
    case close(ConnectionID)
    case none
  }

  private(set) var state: State = .idle
  private var failuresInARow = 0
  private var lastConnection: UInt32 = 0
  private let backoff: ExponentialBackoff

  /// A link that has not been started.
  public init(backoff: ExponentialBackoff = ExponentialBackoff()) {
    self.backoff = backoff
  }

  /// The connection on which lines may be sent now.
  public var connectedID: ConnectionID? {
    switch self.state {
    case .connected(let id): id
    case .idle, .connecting, .waiting, .closedGracefully, .closed: nil
    }
  }

  /// Whether the connection was ended in order, and no other has been opened since.
  var isClosedGracefully: Bool { self.state == .closedGracefully }

  /// Whether a connection stands or is being opened.
  public var isUnderWay: Bool {
    switch self.state {
    case .connecting, .connected: true
    case .idle, .waiting, .closedGracefully, .closed: false
    }
  }

  /// When `timeReached` is wanted; `nil` when no time is awaited.
  public var wakeAt: SimInstant? {
    switch self.state {
    case .waiting(let until): until
    case .idle, .connecting, .connected, .closedGracefully, .closed: nil
    }
  }

  /// The owner wants lines to flow.
  public mutating func start() -> ConnectAction {
    switch self.state {
    case .idle:
      return self.connect()
    case .connecting, .connected, .waiting, .closedGracefully, .closed:
      preconditionFailure("a link is started once: \(self.state)")
    }
  }

  /// The connection stands.
  public mutating func connected(_ id: ConnectionID) -> ConnectedAction {
    switch self.state {
    case .connecting(id):
      self.state = .connected(id)
      self.failuresInARow = 0
      return .startSending
    case .connecting, .connected, .waiting, .closedGracefully, .closed:
      return .close(id)  // A close may overtake the connect that it cancelled.
    case .idle:
      preconditionFailure("connected without a connect in flight")
    }
  }

  /// A connect failed, or an established connection was lost.
  public mutating func failed(_ id: ConnectionID, now: SimInstant) -> FailedAction {
    switch self.state {
    case .connecting(id), .connected(id):
      self.failuresInARow += 1
      let retryAt = now.advanced(by: self.backoff.delay(attempt: self.failuresInARow))
      self.state = .waiting(until: retryAt)
      return .reopen(retryAt: retryAt)
    case .connecting, .connected, .waiting, .closedGracefully, .closed:
      return .ignore  // News of an earlier connection.
    case .idle:
      preconditionFailure("a failure without a connect in flight")
    }
  }

  /// Both sides ended the connection in order.
  mutating func closedGracefully(_ id: ConnectionID) {
    switch self.state {
    case .connected(id): self.state = .closedGracefully
    case .idle, .connecting, .connected, .waiting, .closedGracefully, .closed:
      preconditionFailure("only an open connection is closed in order")
    }
  }

  /// Lines wait again behind an end in order.
  mutating func reconnect() -> ConnectAction {
    switch self.state {
    case .closedGracefully: self.connect()
    case .idle, .connecting, .connected, .waiting, .closed: .ignore
    }
  }

  /// Lines are to flow to another server: by a new connection, at once.
  mutating func redirect() -> SyslogPush.Redirection? {
    switch self.state {
    case .connecting(let id), .connected(let id):
      self.failuresInARow = 0
      return SyslogPush.Redirection(closing: id, connecting: self.connect())
    case .waiting, .closedGracefully:
      self.failuresInARow = 0
      return SyslogPush.Redirection(closing: nil, connecting: self.connect())
    case .idle, .closed: return nil
    }
  }

  /// The clock shows `now`.
  public mutating func timeReached(_ now: SimInstant) -> ConnectAction {
    switch self.state {
    case .waiting(let until) where until <= now:
      return self.connect()
    case .idle, .connecting, .connected, .waiting, .closedGracefully, .closed:
      return .ignore  // A timer may fire after what it waited for.
    }
  }

  /// The owner wants no more lines to flow.
  public mutating func close() -> CloseAction {
    switch self.state {
    case .connecting(let id), .connected(let id):
      self.state = .closed
      return .close(id)
    case .idle, .waiting, .closedGracefully, .closed:
      self.state = .closed
      return .none
    }
  }

  private mutating func connect() -> ConnectAction {
    self.lastConnection += 1
    let id = ConnectionID(self.lastConnection)
    self.state = .connecting(id)
    return .connect(id)
  }
}
