public import Simulation

/// What the lab's server wants done, in order.
public enum SMTPServerAction: Hashable, Sendable {
  /// Write these bytes: one or more replies.
  case send([UInt8])
  /// Keep this message. It comes before the `.send` that says so to the client: a runner that
  /// cannot keep it closes the connection and drops the rest.
  case deliver(ReceivedMessage)
  /// Close the connection when all is written.
  case close
}

/// Decides what the lab's mailbox server answers in one session; performs no I/O, reads no clock.
///
/// Commands may be pipelined (RFC 2920). A command line ends with LF, a CR before it is dropped, so
/// that a person can type to it; a message ends strictly (`DotUnstuffer`). Memory is bounded by one
/// command line and one message of `settings.messageBytesMax`; what is sent back is bounded by
/// `settings.errorsMax` and a few times what came in.
///
/// Source: RFC 5321 section 4.
public struct SMTPServerStateMachine: Sendable {
  enum State: Hashable, Sendable {
    /// Can transition to: `greeted`, `refusing`, `closed` (connected).
    case idle
    /// Can transition to: `ready` (EHLO, HELO), `closed`.
    case greeted
    /// The greeting was a refusal: only QUIT is of use (RFC 5321 section 3.1). Can transition to:
    /// `closed`.
    case refusing
    /// Can transition to: `transaction` (MAIL), `closed`.
    case ready
    /// Can transition to: `message` (DATA), `ready` (RSET, EHLO, HELO), `closed`.
    case transaction
    /// Can transition to: `ready` (the message's end), `closed`.
    case message
    /// Nothing leads on.
    case closed
  }

  let settings: SMTPServerSettings
  var state = State.idle
  var greetingName = ""
  var sender: MailAddress?
  var recipients: [MailAddress] = []
  var errors = 0

  private var line: [UInt8] = []
  private var isLineTooLong = false
  private var unstuffer = DotUnstuffer()
  private var content: [UInt8] = []
  private var isContentTooBig = false
  var output = Output()

  /// A session that has not begun.
  public init(settings: SMTPServerSettings) {
    self.settings = settings
  }

  /// How long the client may stay silent; `nil` before and after the session. To be started anew
  /// with each call of `received(_:)`.
  public var timeout: SimDuration? {
    switch self.state {
    case .idle, .closed: nil
    case .greeted, .refusing, .ready, .transaction, .message: self.settings.timeout
    }
  }

  /// A client has connected; returns the greeting.
  public mutating func connected() -> [SMTPServerAction] {
    precondition(self.state == .idle, "connected twice: \(self.state)")
    if let refusal = self.settings.rejection(at: .greeting) {
      self.state = .refusing
      self.reply(refusal)
    } else {
      self.state = .greeted
      self.reply(.greeting(self.settings.name))
    }
    return self.output.take()
  }

  /// Bytes came from the client, in any pieces; returns what they lead to, possibly nothing.
  public mutating func received(_ bytes: some Sequence<UInt8>) -> [SMTPServerAction] {
    precondition(self.state != .idle, "bytes before the connection")
    for byte in bytes {
      switch self.state {
      case .idle, .closed:
        return self.output.take()
      case .message:
        self.consumeContent(byte)
      case .greeted, .refusing, .ready, .transaction:
        self.consumeCommand(byte)
      }
    }
    return self.output.take()
  }

  /// The client was silent for `timeout`; returns 421 and the end, or nothing when it had ended
  /// before.
  public mutating func timeoutElapsed() -> [SMTPServerAction] {
    guard self.timeout != nil else { return [] }
    self.reply(.timedOut(self.settings.name))
    return self.output.take()
  }

  /// The connection is gone. What was not delivered is dropped (RFC 5321 section 4.1.1.4).
  public mutating func connectionClosed() {
    self.state = .closed
    self.content = []
    self.line = []
  }

  private mutating func consumeCommand(_ byte: UInt8) {
    guard byte == ASCII.lineFeed else {
      // The limit counts the LF that is still to come.
      self.isLineTooLong =
        self.isLineTooLong || self.line.count + 1 >= self.settings.commandLineBytesMax
      if !self.isLineTooLong {
        self.line.append(byte)
      }
      return
    }
    if self.line.last == ASCII.carriageReturn {
      self.line.removeLast()
    }
    let command =
      self.isLineTooLong ? SMTPCommand.malformed(.lineTooLong) : SMTPCommand(self.line[...])
    self.line.removeAll(keepingCapacity: true)
    self.isLineTooLong = false
    self.handle(command)
  }

  private mutating func consumeContent(_ byte: UInt8) {
    let isEnd = self.unstuffer.consume(byte, into: &self.content)
    if self.content.count > self.settings.messageBytesMax {
      self.isContentTooBig = true
      self.content.removeAll(keepingCapacity: false)
    }
    if isEnd {
      self.messageEnded()
    }
  }

  private mutating func messageEnded() {
    let hasBareLineEnds = self.unstuffer.sawBareLineEnd
    if let refusal = self.settings.rejection(at: .message) {
      self.reply(refusal)
    } else if self.isContentTooBig {
      self.reply(.messageTooBig)
    } else if hasBareLineEnds && self.settings.rejectsBareLineEnds {
      self.reply(.bareLineEnd)
    } else {
      self.output.deliver(
        ReceivedMessage(
          greetingName: self.greetingName, envelopeSender: self.sender,
          recipients: self.recipients, bytes: self.content, hasBareLineEnds: hasBareLineEnds))
      self.reply(.messageAccepted)
    }
    self.content = []
    self.isContentTooBig = false
    self.unstuffer = DotUnstuffer()
    self.resetTransaction()
  }

  /// Collects the actions of one call; neighbouring replies become one `.send`.
  struct Output: Sendable {
    private var actions: [SMTPServerAction] = []
    private var bytes: [UInt8] = []

    mutating func send(_ reply: SMTPReply) {
      self.bytes += reply.bytes
    }

    mutating func deliver(_ message: ReceivedMessage) {
      self.flush()
      self.actions.append(.deliver(message))
    }

    mutating func close() {
      self.flush()
      self.actions.append(.close)
    }

    mutating func take() -> [SMTPServerAction] {
      self.flush()
      defer { self.actions = [] }
      return self.actions
    }

    private mutating func flush() {
      guard !self.bytes.isEmpty else { return }
      self.actions.append(.send(self.bytes))
      self.bytes = []
    }
  }
}
