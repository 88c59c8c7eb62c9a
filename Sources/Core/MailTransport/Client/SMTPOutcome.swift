/// Where in a session something happened.
public enum SMTPStep: String, CaseIterable, Hashable, Sendable {
  /// The TCP connection is being opened.
  case connect
  /// The server's first reply.
  case greeting
  /// EHLO or HELO.
  case hello = "EHLO"
  /// MAIL FROM.
  case mail = "MAIL"
  /// RCPT TO.
  case recipient = "RCPT"
  /// The DATA command.
  case data = "DATA"
  /// The message and the reply to its end.
  case message
  /// QUIT; by then every recipient's fate is known.
  case quit = "QUIT"
}

/// Why a session ended without the server's word on a recipient.
public enum SMTPConnectionProblem: Hashable, Sendable {
  /// The server's name has no address.
  case unresolvable
  /// The SYN was answered by a RST.
  case refused
  /// The network said that the server cannot be reached.
  case unreachable
  /// Nothing came in the step's time; never called a refusal.
  case timedOut
  /// The connection was reset.
  case reset
  /// The server closed the connection.
  case closed
  /// We gave up, for instance because the program ends.
  case cancelled
  /// This process, or the system, has no descriptor left for a socket.
  case tooManyFiles
  /// The server sent what is no SMTP reply.
  case malformedReply(MailTransportError)
  /// The server sent bytes before the command that they would answer.
  case earlyReply
  /// The server sent a reply that has no place in this step.
  case unexpectedReply(SMTPReply)
}

/// What became of one recipient.
public enum SMTPFate: Hashable, Sendable {
  /// The server took responsibility; its reply to the message's end.
  case accepted(SMTPReply)
  /// A 4yz reply: the same may succeed later.
  case transientFailure(SMTPReply, at: SMTPStep)
  /// A 5yz reply: the same will fail again.
  case permanentFailure(SMTPReply, at: SMTPStep)
  /// No reply decided. To be retried like a transient failure (RFC 5321 section 3.8); at `.message`
  /// the server may have the message all the same.
  case connectionProblem(SMTPConnectionProblem, at: SMTPStep)

  /// Whether a later attempt is worth while.
  public var mayBeRetried: Bool {
    switch self {
    case .accepted, .permanentFailure: false
    case .transientFailure, .connectionProblem: true
    }
  }
}

/// What became of a transaction: one fate a recipient, in the envelope's order.
public struct SMTPOutcome: Hashable, Sendable {
  /// One recipient of the envelope.
  public struct Recipient: Hashable, Sendable {
    /// The recipient.
    public let address: MailAddress
    /// What became of it.
    public let fate: SMTPFate

    /// A recipient with its fate.
    public init(address: MailAddress, fate: SMTPFate) {
      self.address = address
      self.fate = fate
    }
  }

  /// As many as the envelope has, 1 to 100.
  public let recipients: [Recipient]

  /// An outcome of these fates.
  public init(recipients: [Recipient]) {
    self.recipients = recipients
  }

  /// Whether another address of the server is worth an attempt: nobody's mail was taken, refused
  /// for good or perhaps taken without an answer.
  ///
  /// A permanent refusal of the whole session is the address's, no recipient's.
  /// Source: RFC 5321 sections 5.1 and 4.2.4.2.
  public var mayGoToAnotherAddress: Bool {
    self.recipients.allSatisfy {
      switch $0.fate {
      case .accepted: false
      case .permanentFailure(_, let step): step == .greeting
      case .transientFailure: true
      case .connectionProblem(.cancelled, _), .connectionProblem(.tooManyFiles, _): false
      // The server may have the message all the same: a second one now would be sent for nothing.
      case .connectionProblem(_, let step): step != .message
      }
    }
  }

  /// Whether the failure is the network's, and no word of the server's.
  public var isWithoutRoute: Bool {
    self.recipients.allSatisfy { $0.fate == .connectionProblem(.unreachable, at: .connect) }
  }

  /// Whether the server accepted the message for every recipient.
  public var isFullyAccepted: Bool {
    self.recipients.allSatisfy {
      switch $0.fate {
      case .accepted: true
      case .transientFailure, .permanentFailure, .connectionProblem: false
      }
    }
  }
}
