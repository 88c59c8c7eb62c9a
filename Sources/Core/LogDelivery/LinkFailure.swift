/// Why a push lost its way to the syslog server.
public struct LinkFailure: Error, Hashable, Sendable, Codable {
  /// How far the connection had come.
  public enum Phase: String, Hashable, Sendable, CaseIterable, Codable {
    /// The name was not resolved or the connection not established.
    case connecting
    /// The connection stood, or datagrams were being sent.
    case established
  }

  /// What the socket reported.
  public enum Cause: String, Hashable, Sendable, CaseIterable, Codable {
    /// The peer answered the SYN with a RST. Nothing else is ever called refused.
    case refused
    /// No answer in time.
    case timedOut
    /// The peer sent a RST on an established connection.
    case reset
    /// The peer sent a FIN: it takes no more lines.
    case endOfFile
    case hostUnreachable
    case networkUnreachable
    /// The server's name has no address.
    case unresolvable
    /// One datagram was larger than the network takes.
    case messageTooLong
    /// The server answers the TLS handshake with something else, or with nothing.
    case tlsNotSpoken
    /// No version of TLS that both sides allow.
    case tlsVersionRefused
    /// No cipher suite that both sides allow.
    case tlsNoSharedCipher
    /// The server's certificate is not valid at this time.
    case certificateExpired
    /// The server's certificate is signed by no authority that is trusted.
    case certificateUntrusted
    /// The server's certificate is for another name.
    case certificateNameMismatch
    /// The server refused the appliance's certificate, or wants one.
    case certificateRefused
    /// A file of certificates or of a key cannot be used.
    case certificateFilesUnusable
    /// Any other error of TLS.
    case tlsOther
    /// This process, or the system, has no descriptor left for a socket.
    case tooManyFiles
    /// Any other error of the socket.
    case other

    /// Whether it is TLS that failed, and not the connection below it.
    public var isOfTLS: Bool {
      switch self {
      case .tlsNotSpoken, .tlsVersionRefused, .tlsNoSharedCipher, .certificateExpired,
        .certificateUntrusted,
        .certificateNameMismatch, .certificateRefused, .certificateFilesUnusable, .tlsOther:
        true
      case .refused, .timedOut, .reset, .endOfFile, .hostUnreachable, .networkUnreachable,
        .unresolvable, .messageTooLong, .tooManyFiles, .other:
        false
      }
    }

    /// Whose failure it is, where a server has several addresses.
    public var scope: AttemptScope {
      switch self {
      case .hostUnreachable, .networkUnreachable: .route
      case .certificateFilesUnusable, .tooManyFiles, .unresolvable: .thisMachine
      default: .server
      }
    }
  }

  /// How far the connection had come.
  public var phase: Phase
  /// What the socket reported.
  public var cause: Cause

  /// A failure in `phase` by `cause`.
  public init(_ phase: Phase, _ cause: Cause) {
    self.phase = phase
    self.cause = cause
  }
}

/// The line about a failed push.
///
/// Source: docs/FIDELITY.md, "Log Error texts".
public enum LogErrorText {
  /// The text behind `Critical: `, such as `Log Error: Subscription Mail_Log: Network error while
  /// sending log data to syslog server`.
  ///
  /// - Parameters:
  ///   - subscription: the subscription's name.
  ///   - host: the server as configured.
  public static func text(
    subscription: String, host: String, failure: LinkFailure
  ) -> String {
    let lead = "Log Error: Subscription \(subscription): "
    switch failure.phase {
    case .established:
      let text = lead + "Network error while sending log data to syslog server"
      // In TLS 1.3 a server refuses a certificate only when the connection stands.
      return failure.cause.isOfTLS ? text + ": " + self.reason(failure.cause) : text
    case .connecting:
      return lead + "Failed to connect to \(host): \(self.reason(failure.cause))"
    }
  }

  /// The text about files that cannot be written; ours (docs/FIDELITY.md, "Full disk").
  ///
  /// - Parameter reason: such as `No space left on device`.
  public static func files(subscription: String, reason: String) -> String {
    "Log Error: Subscription \(subscription): Could not write to its log file: \(reason)"
  }

  /// The text about a saved file that was not sent; the reasons are ours.
  ///
  /// - Parameter client: the program that sends, such as `curl`.
  public static func transfer(
    subscription: String, host: String, failure: FileTransferFailure, client: String
  ) -> String {
    let lead = "Log Error: Subscription \(subscription): "
    let reason =
      switch failure {
      case .unresolvable: "Host name could not be resolved"
      case .unreachable: "Connection refused or no route"
      case .timedOut: "Operation timed out"
      case .loginRefused: "Login refused"
      case .hostKeyRefused: "Host key verification failed"
      case .refused: "The server refused the file"
      case .interrupted: "Connection lost"
      case .clientMissing: "The program \(client) is not installed"
      case .fileMissing: "The file is gone"
      case .other: "Unknown error"
      }
    switch failure {
    case .unresolvable, .unreachable, .timedOut:
      return lead + "Failed to connect to \(host): \(reason)"
    default: return lead + "Failed to send a log file to \(host): \(reason)"
    }
  }

  /// The text about files that can be written again.
  ///
  /// - Parameter notKept: such as `12 lines`.
  public static func filesRecovered(subscription: String, notKept: String) -> String {
    "Subscription \(subscription): its log file is written again, \(notKept) not kept so far"
  }

  /// The text about a log file that somebody took away; ours (docs/FIDELITY.md, "A log file that is
  /// gone").
  public static func fileGone(subscription: String, name: String) -> String {
    "Subscription \(subscription): its log file \(name) was removed or renamed, a new one is begun"
  }

  /// The text about a disk buffer that cannot be written; ours, as "Full disk" is.
  public static func buffer(subscription: String, reason: String) -> String {
    "Log Error: Subscription \(subscription): Could not write to its disk buffer: \(reason)"
  }

  /// The text about a disk buffer that is full; ours (docs/FIDELITY.md, "A disk buffer that is
  /// full").
  public static func bufferFull(subscription: String, dropsOldest: Bool) -> String {
    let lead = "Log Error: Subscription \(subscription): The disk buffer is full, "
    return lead + (dropsOldest ? "its oldest lines are dropped" : "new lines are dropped")
  }

  /// The text about a disk buffer that can be written again.
  ///
  /// - Parameter lost: such as `12 lines`.
  public static func bufferRecovered(subscription: String, lost: String) -> String {
    "Subscription \(subscription): its disk buffer is written again, \(lost) lost so far"
  }

  private static func reason(_ cause: LinkFailure.Cause) -> String {
    switch cause {
    case .refused: "Connection refused"
    case .timedOut: "Operation timed out"
    case .reset: "Connection reset by peer"
    case .endOfFile: "Connection closed by peer"
    case .hostUnreachable: "No route to host"
    case .networkUnreachable: "Network is unreachable"
    case .unresolvable: "Host name could not be resolved"
    case .messageTooLong: "Message too long"
    case .tlsNotSpoken: "TLS handshake failed, the server does not speak TLS"
    case .tlsVersionRefused: "TLS handshake failed, no common protocol version"
    case .tlsNoSharedCipher:
      "TLS handshake failed, no shared cipher suite"
    case .certificateExpired: "TLS certificate of the server is expired or not yet valid"
    case .certificateUntrusted: "TLS certificate of the server is signed by an unknown authority"
    case .certificateNameMismatch: "TLS certificate of the server is for another name"
    case .certificateRefused: "TLS client certificate is refused or missing"
    case .certificateFilesUnusable: "TLS certificate or key file cannot be used"
    case .tlsOther: "TLS error"
    case .tooManyFiles: "Too many open files"
    case .other: "Network error"
    }
  }
}
