import MailTransport

/// The bytes of a text.
func bytes(_ text: String) -> [UInt8] {
  Array(text.utf8)
}

/// The text of bytes.
func text(_ bytes: some Sequence<UInt8>) -> String {
  String(decoding: Array(bytes), as: UTF8.self)
}

/// A transaction with these recipients.
func transaction(
  to recipients: [String] = ["a@example.com"], from sender: String? = "alert@example.com",
  message: String = "Subject: x\r\n\r\nHello\r\n"
) throws -> SMTPTransaction {
  try SMTPTransaction(
    envelope: SMTPEnvelope(
      greetingName: MailDomain("mail.example.com"),
      sender: try sender.map { try MailAddress($0) },
      recipients: try recipients.map { try MailAddress($0) }),
    message: bytes(message))
}

/// A lab server's settings with these refusals.
func serverSettings(
  rejecting rejections: [(SMTPServerStage, Int, String)] = []
) throws -> SMTPServerSettings {
  var settings = SMTPServerSettings(name: try MailDomain("lab.example.com"))
  settings.rejections = try rejections.map { stage, code, text in
    try SMTPServerRejection(at: stage, reply: SMTPReply(code: code, lines: [text]))
  }
  return settings
}

/// One line a recipient, such as `a@example.com permanent 550 no @RCPT`.
func describe(_ outcome: SMTPOutcome) -> String {
  outcome.recipients.map { "\($0.address) \(describe($0.fate))" }.joined(separator: "\n")
}

private func describe(_ fate: SMTPFate) -> String {
  switch fate {
  case .accepted(let reply): "accepted \(reply)"
  case .transientFailure(let reply, let step): "transient \(reply) @\(step.rawValue)"
  case .permanentFailure(let reply, let step): "permanent \(reply) @\(step.rawValue)"
  case .connectionProblem(let problem, let step): "\(describe(problem)) @\(step.rawValue)"
  }
}

private func describe(_ problem: SMTPConnectionProblem) -> String {
  switch problem {
  case .malformedReply(let error): "malformed \(error.code.rawValue)"
  case .unexpectedReply(let reply): "unexpected \(reply)"
  case .unresolvable, .refused, .unreachable, .timedOut, .reset, .closed, .cancelled,
    .tooManyFiles, .earlyReply:
    "\(problem)"
  }
}
