public import MailTransport

/// The lines about alert mails that were not sent.
///
/// Source: docs/FIDELITY.md, "Internal SMTP" (observed for an unexpected reply; the other reasons
/// are ours).
enum AlertLogText {
  static func failed(_ mail: AlertMail, fate: SMTPFate) -> String {
    let recipient = mail.transaction.envelope.recipients[0]
    return "Internal SMTP Error: Failed to send message to host "
      + "\(mail.relay.host):\(mail.relay.port) for recipient \(recipient): \(fate.reason)"
  }

  static func unfit(recipient: String, error: MailTransportError) -> String {
    "Internal SMTP Error: Failed to send message for recipient \(recipient): \(error)"
  }

  static func noRoute(recipient: String, domain: String) -> String {
    "Internal SMTP Error: Failed to send message for recipient \(recipient): "
      + "no SMTP route leads to \(domain)"
  }

  static func tooMany(recipient: String) -> String {
    "Internal SMTP Error: Failed to send message for recipient \(recipient): "
      + "too many messages under way"
  }

  static func gaveUp(recipient: String, subject: String) -> String {
    "Internal SMTP giving up on message to \(recipient) with subject '\(subject)': "
      + "Unrecoverable error."
  }

  static func unable(_ logName: String, recipient: String, subject: String) -> String {
    "Error while sending alert: Unable to send \(logName) alert to \(recipient) with subject "
      + "\"\(subject)\"."
  }
}

extension SMTPFate {
  /// Why a mail was not accepted, such as `Connection refused at greeting`; empty when it was.
  public var reason: String {
    switch self {
    case .accepted:
      ""
    case .transientFailure(let reply, _), .permanentFailure(let reply, _):
      "Unexpected SMTP response \"\(reply.code)\", expecting code starting with \"2\", "
        + "response was [\(reply.lines.map { "'\($0)'" }.joined(separator: ", "))]."
    case .connectionProblem(let problem, let step):
      "\(Self.words(problem)) at \(step.rawValue)"
    }
  }

  private static func words(_ problem: SMTPConnectionProblem) -> String {
    switch problem {
    case .unresolvable: "Host name could not be resolved"
    case .refused: "Connection refused"
    case .unreachable: "No route to host"
    case .timedOut: "Operation timed out"
    case .reset: "Connection reset by peer"
    case .closed: "Connection closed by peer"
    case .cancelled: "Cancelled"
    case .tooManyFiles: "Too many open files"
    case .malformedReply, .unexpectedReply, .earlyReply: "Unexpected SMTP response"
    }
  }
}
