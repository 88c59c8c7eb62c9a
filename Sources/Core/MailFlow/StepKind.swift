import Simulation

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
