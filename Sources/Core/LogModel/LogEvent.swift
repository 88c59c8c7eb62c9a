public import Simulation

/// One thing that a log may tell: small, flat and without references, so that a batch is one copy.
///
/// Its texts live in the appliance's `TextArena`.
public struct LogEvent: BitwiseCopyable, Sendable {
  /// When it happened, in model time.
  public var instant: SimInstant
  /// What happened.
  public var body: LogEventBody
  /// The type of log that tells it.
  public var type: LogType
  /// How grave it is.
  public var level: LogLevel

  /// An event of the text mail log at level Information, unless told otherwise.
  @inlinable
  public init(
    at instant: SimInstant, _ body: LogEventBody, type: LogType = .textMail,
    level: LogLevel = .information
  ) {
    self.instant = instant
    self.body = body
    self.type = type
    self.level = level
  }
}

/// An envelope address as two texts; a null sender has an empty local part and an empty domain.
@frozen
public struct EnvelopeAddress: Hashable, Sendable, BitwiseCopyable {
  /// Before the `@`.
  public var localPart: TextID
  /// Appended to the local part in decimal when not 0, so that few texts make many mailboxes.
  public var localNumber: UInt32
  /// After the `@`.
  public var domain: TextID

  @inlinable
  public init(localPart: TextID, localNumber: UInt32 = 0, domain: TextID) {
    self.localPart = localPart
    self.localNumber = localNumber
    self.domain = domain
  }
}

/// What the Host Access Table does with a connection.
public enum HATAction: UInt8, BitwiseCopyable, Sendable, CaseIterable {
  case accept, relay, reject, throttle, tcpRefuse
}

/// SenderBase reputation score, −10.0 to 10.0, or why there is none.
@frozen
public enum ReputationScore: BitwiseCopyable, Sendable, Hashable {
  /// In tenths, −100 to 100.
  case tenths(Int16)
  case none
  /// The address is private (RFC 1918).
  case rfc1918
  /// The reputation service did not answer.
  case unableToRetrieve
}

/// Version of TLS as logged by release 8.0.1.
public enum TLSVersion: UInt8, BitwiseCopyable, Sendable, CaseIterable {
  case tls1, tls1_1, tls1_2
}

/// Why the reception of a message failed on a connection that goes on.
public enum ReceivingFailure: UInt8, BitwiseCopyable, Sendable, CaseIterable {
  case messageLoop, messageSizeExceedsLimit, connectionLimitExceeded
}

/// Why MAIL FROM was refused.
public enum SenderRejection: UInt8, BitwiseCopyable, Sendable, CaseIterable {
  case domainDoesNotExist, domainCouldNotBeResolved
}

/// Which table refused a recipient.
public enum RecipientRejection: UInt8, BitwiseCopyable, Sendable, CaseIterable {
  case rat, injectionControl, ldapAccept
}

/// How a message ended before it was whole.
public enum MessageAbort: UInt8, BitwiseCopyable, Sendable, CaseIterable {
  case receivingAborted, injectionAborted
}

/// What became of a message.
public enum MessageEnd: UInt8, BitwiseCopyable, Sendable, CaseIterable {
  /// It was delivered, bounced, dropped or quarantined.
  case done
  /// Its reception was aborted.
  case aborted
}

/// Which policy table a message meets.
public enum MailDirection: UInt8, BitwiseCopyable, Sendable, CaseIterable {
  case inbound, outbound
}

/// What the anti-spam engine says.
public enum SpamVerdict: UInt8, BitwiseCopyable, Sendable, CaseIterable {
  case negative, positive, suspect, marketing, bulk
}

/// An engine that leaves out messages above its size limit.
public enum ScanEngine: UInt8, BitwiseCopyable, Sendable, CaseIterable {
  case antiSpam, outbreakFilters
}

/// How outgoing mail may be signed.
public enum SigningMethod: UInt8, BitwiseCopyable, Sendable, CaseIterable {
  case domainKeys, dkim
}

/// The wording of a remote host's reply to a message that it took.
public enum ResponseForm: UInt8, BitwiseCopyable, Sendable, CaseIterable {
  /// `250 2.0.0 Ok: queued as ID`.
  case enhancedQueued
  /// `250 Ok: queued as ID`.
  case queued
  /// `250 2.0.0 ID Message accepted for delivery`.
  case accepted
}

/// Why a message left a quarantine.
public enum QuarantineEnd: UInt8, BitwiseCopyable, Sendable, CaseIterable {
  case expired, manual, queueFull
}

/// Why a recipient bounced, hard or soft, with the reply that the remote host gave.
public enum BounceReason: UInt8, BitwiseCopyable, Sendable, CaseIterable {
  case unknownAddress, relayingDenied, badDestinationHost, mailboxFull, greylisted
  case networkProblem, connectionRefused, messageTooLarge, deliveryExpired
}

/// Why a delivery connection could not be used.
public enum ConnectionErrorReason: UInt8, BitwiseCopyable, Sendable, CaseIterable {
  case timeout, endOfFile, refused
}

/// Connection to the local spam quarantine.
@frozen
public struct RCID: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// The number as logged.
  public let value: UInt32

  @inlinable
  public init(_ value: UInt32) {
    self.value = value
  }

  @inlinable
  public static func < (lhs: RCID, rhs: RCID) -> Bool { lhs.value < rhs.value }
}
