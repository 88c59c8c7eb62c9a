public import LogDelivery

/// Something that happened for which the catalogue has an alert, with its cause as a value.
public enum AlertEvent: Hashable, Sendable {
  /// A push's connection could not be opened, or was lost.
  ///
  /// - Parameter host: the server as configured.
  case pushFailed(subscription: String, host: String, LinkFailure)
  /// A log file cannot be written.
  ///
  /// - Parameter reason: such as `No space left on device`.
  case logFileUnwritable(subscription: String, reason: String)
  /// A disk buffer cannot be written.
  case diskBufferUnwritable(subscription: String, reason: String)
  /// A disk buffer has no room.
  case diskBufferFull(subscription: String, dropsOldest: Bool)
  /// A saved file did not reach its server.
  ///
  /// - Parameter client: the program that sends, such as `curl`.
  case fileNotSent(
    subscription: String, host: String, FileTransferFailure, client: String)

  /// The subscription that it is about.
  public var subscription: String {
    switch self {
    case .pushFailed(let name, _, _), .logFileUnwritable(let name, _),
      .diskBufferUnwritable(let name, _), .diskBufferFull(let name, _),
      .fileNotSent(let name, _, _, _):
      name
    }
  }

  /// Its row of the catalogue.
  public var alert: AlertID {
    switch self {
    case .pushFailed(_, _, let failure):
      switch failure.phase {
      case .connecting: .pushNotConnected
      // In TLS 1.3 a server refuses a certificate only when the connection stands.
      case .established: failure.cause.isOfTLS ? .pushRefusedByTLS : .pushBroken
      }
    case .logFileUnwritable: .logFileUnwritable
    case .diskBufferUnwritable: .diskBufferUnwritable
    case .diskBufferFull: .diskBufferFull
    case .fileNotSent(_, _, .unresolvable, _), .fileNotSent(_, _, .unreachable, _),
      .fileNotSent(_, _, .timedOut, _):
      .fileServerNotReached
    case .fileNotSent: .fileNotSent
    }
  }

  /// What fills the template of its row: a value for each of the row's parameters.
  public var parameters: [AlertParameter: String] {
    switch self {
    case .pushFailed(let name, let host, let failure):
      [.subscription: name, .host: host, .reason: failure.cause.reason]
    case .logFileUnwritable(let name, let reason), .diskBufferUnwritable(let name, let reason):
      [.subscription: name, .reason: reason]
    case .diskBufferFull(let name, let dropsOldest):
      [.subscription: name, .lines: dropsOldest ? "its oldest" : "new"]
    case .fileNotSent(let name, let host, let failure, let client):
      [.subscription: name, .host: host, .reason: failure.reason(client: client)]
    }
  }

  /// What the log line and the mail say, such as `Log Error: Subscription Mail_Log: Network error
  /// while sending log data to syslog server`.
  public var text: String { self.alert.row.template.filled(by: self.parameters) }
}
