public import Simulation

/// What a step does when it is due.
enum StepKind: UInt8, BitwiseCopyable, Sendable {
  /// The next message of an injection connection begins.
  case mailBegins
  /// The data of an injection connection's message are complete.
  case dataEnds
  case injectionCloses
  case injectionLost
  case injectionIdles
  /// A message leaves the work queue.
  case workDone
  case quarantineEnds
  case spamQuarantineEnds
  /// A delayed message is tried again.
  case deliveryRetries
  /// The remote host answers for the message under way on a delivery connection.
  case deliveryDone
  /// A delivery connection may have been unused for long enough.
  case deliveryIdles
}

extension StepKind {
  /// Whether work goes on until then; otherwise somebody only waits.
  var isActive: Bool {
    switch self {
    case .mailBegins, .dataEnds, .injectionCloses, .injectionLost, .workDone, .spamQuarantineEnds,
      .deliveryDone:
      true
    case .injectionIdles, .quarantineEnds, .deliveryRetries, .deliveryIdles: false
    }
  }

  /// Whether a connection that brings messages, or ends at once, waits for it.
  var isOfSession: Bool {
    switch self {
    case .mailBegins, .dataEnds, .injectionCloses, .injectionLost: true
    case .injectionIdles, .workDone, .quarantineEnds, .spamQuarantineEnds, .deliveryRetries,
      .deliveryDone, .deliveryIdles:
      false
    }
  }

  var pendingKind: PendingWork.Kind {
    switch self {
    case .mailBegins, .dataEnds, .injectionCloses, .injectionLost: .sessions
    case .workDone: .workQueue
    case .spamQuarantineEnds, .deliveryDone: .deliveries
    case .deliveryRetries: .retries
    case .quarantineEnds: .quarantines
    case .injectionIdles, .deliveryIdles: .idleConnections
    }
  }
}

/// What of one kind was not done when the traffic ended.
public struct PendingWork: Hashable, Sendable, Codable {
  /// What it is.
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    /// Connections that bring messages.
    case sessions
    /// Messages in the work queue.
    case workQueue
    /// Messages that a remote host, or the spam quarantine, has not answered for.
    case deliveries
    /// Messages that wait for a connection to their destination.
    case awaitingConnection
    /// Delayed messages before their next attempt.
    case retries
    /// Messages in the Policy or the Outbreak quarantine.
    case quarantines
    /// Connections of both directions that nothing is sent over.
    case idleConnections
  }

  /// What it is.
  public let kind: Kind
  /// How many there are; 1 or more.
  public let count: Int
  /// When the first of them would have been done; `nil` where that has no time of its own.
  public let nextDue: SimInstant?

  /// Work that was not done.
  public init(kind: Kind, count: Int, nextDue: SimInstant?) {
    self.kind = kind
    self.count = count
    self.nextDue = nextDue
  }
}
