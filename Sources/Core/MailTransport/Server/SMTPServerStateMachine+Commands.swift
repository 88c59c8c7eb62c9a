/// What each command leads to.
extension SMTPServerStateMachine {
  mutating func handle(_ command: SMTPCommand) {
    switch command {
    case .quit: self.end(.closing(self.settings.name))
    case .malformed(let reply): self.error(reply)
    case _ where self.state == .refusing: self.error(.noService)
    case .noop: self.reply(.ok)
    case .verify: self.reply(.cannotVerify)
    case .extendedHello(let name):
      self.hello(name, at: .extendedHello, .extendedHello(self.settings))
    case .hello(let name): self.hello(name, at: .hello, .hello(self.settings.name))
    case .reset:
      self.resetTransaction()
      self.reply(.ok)
    case .mail(let sender, let size): self.mail(sender, size: size)
    case .recipient(let recipient): self.recipient(recipient)
    case .data: self.data()
    }
  }

  /// Sends a reply; a 421 ends the session.
  mutating func reply(_ reply: SMTPReply) {
    if reply.code == 421 {
      self.end(reply)
    } else {
      self.output.send(reply)
    }
  }

  /// Forgets sender and recipients; the greeting stays (RFC 5321 section 4.1.1.5).
  mutating func resetTransaction() {
    self.sender = nil
    self.recipients = []
    switch self.state {
    case .transaction, .message: self.state = .ready
    case .idle, .greeted, .refusing, .ready, .closed: break
    }
  }

  private mutating func end(_ reply: SMTPReply) {
    self.output.send(reply)
    self.output.close()
    self.state = .closed
  }

  /// Sends a reply to a command that the client should not have sent, and counts it.
  private mutating func error(_ reply: SMTPReply) {
    self.reply(reply)
    self.errors += 1
    if self.errors > self.settings.errorsMax && self.state != .closed {
      self.end(.tooManyErrors(self.settings.name))
    }
  }

  private mutating func hello(_ name: String, at stage: SMTPServerStage, _ reply: SMTPReply) {
    if let refusal = self.settings.rejection(at: stage) {
      self.reply(refusal)
      return
    }
    self.resetTransaction()
    self.greetingName = name
    self.state = .ready
    self.reply(reply)
  }

  private mutating func mail(_ sender: MailAddress?, size: Int?) {
    guard self.state != .greeted else { return self.error(.helloFirst) }
    guard self.state == .ready else { return self.error(.nestedMail) }
    if let refusal = self.settings.rejection(at: .mail) {
      self.reply(refusal)
    } else if let size, size > self.settings.messageBytesMax {
      self.reply(.messageTooBig)
    } else {
      self.sender = sender
      self.state = .transaction
      self.reply(.senderOk)
    }
  }

  private mutating func recipient(_ recipient: SMTPCommand.Recipient) {
    guard self.state == .transaction else {
      return self.error(self.state == .greeted ? .helloFirst : .mailFirst)
    }
    let address =
      switch recipient {
      case .address(let address): address
      case .postmaster:
        MailAddress(trustedLocalPart: "postmaster", domain: self.settings.name)
      }
    if let refusal = self.settings.rejection(at: .recipient, recipient: address) {
      self.reply(refusal)
    } else if self.recipients.count >= self.settings.recipientsMax {
      self.reply(.tooManyRecipients)
    } else {
      self.recipients.append(address)
      self.reply(.recipientOk)
    }
  }

  private mutating func data() {
    guard self.state == .transaction else {
      return self.error(self.state == .greeted ? .helloFirst : .mailFirst)
    }
    guard !self.recipients.isEmpty else { return self.error(.noRecipients) }
    if let refusal = self.settings.rejection(at: .data) {
      self.reply(refusal)
    } else {
      self.state = .message
      self.reply(.startMessage)
    }
  }
}
