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

  /// In words, such as `reset while established`.
  public var words: String { "\(self.cause.rawValue) while \(self.phase.rawValue)" }
}

extension LinkFailure.Cause {
  /// Why, as a log line says it. Source: docs/FIDELITY.md, "Log Error texts".
  public var reason: String {
    switch self {
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
