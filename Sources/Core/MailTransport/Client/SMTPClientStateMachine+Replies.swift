/// What each reply leads to. Each function returns the next command, or `nil` to close the
/// connection.
extension SMTPClientStateMachine {
  mutating func replied(_ reply: SMTPReply) -> [UInt8]? {
    guard self.state != .quitting else { return nil }
    guard reply.code != 421 else {
      // The server is about to close; a QUIT would only meet a closed connection (RFC 5321 section
      // 3.8).
      return self.refused(reply, next: nil)
    }
    switch self.state {
    case .greeting:
      return self.expect(.success, reply) { $0.sayHello() }
    case .extendedHello where reply.meaning == .permanentFailure:
      self.state = .hello
      return Self.command("HELO \(self.transaction.envelope.greetingName)")
    case .extendedHello:
      return self.expect(.success, reply) { $0.greeted(by: reply) }
    case .hello:
      return self.expect(.success, reply) { $0.sendMail() }
    case .mail:
      return self.expect(.success, reply) { $0.sendRecipient(0) }
    case .recipient(let index):
      return self.recipientReplied(reply, index: index)
    case .data:
      return self.expect(.intermediate, reply) { $0.sendMessage() }
    case .message:
      return self.expect(.success, reply) { $0.accepted(reply) }
    case .connecting, .quitting, .closed:
      return nil  // `received` lets no reply through in these.
    }
  }

  private mutating func expect(
    _ meaning: SMTPReply.Meaning, _ reply: SMTPReply,
    then next: (inout SMTPClientStateMachine) -> [UInt8]
  ) -> [UInt8]? {
    guard reply.meaning != meaning else { return next(&self) }
    return self.refused(reply, next: Self.command("QUIT"))
  }

  /// Settles all who have no fate by `reply`; goes on with `next` unless the reply makes no sense
  /// here.
  private mutating func refused(_ reply: SMTPReply, next: [UInt8]?) -> [UInt8]? {
    guard let step = self.step else { return nil }
    let fate = Self.fate(of: reply, at: step)
    self.settle(fate)
    if case .connectionProblem = fate { return nil }
    self.state = .quitting
    return next
  }

  private static func fate(of reply: SMTPReply, at step: SMTPStep) -> SMTPFate {
    switch reply.meaning {
    case .transientFailure: .transientFailure(reply, at: step)
    case .permanentFailure: .permanentFailure(reply, at: step)
    case .success, .intermediate: .connectionProblem(.unexpectedReply(reply), at: step)
    }
  }

  private mutating func sayHello() -> [UInt8] {
    self.state = .extendedHello
    return Self.command("EHLO \(self.transaction.envelope.greetingName)")
  }

  /// Each line behind the first is a keyword with parameters (RFC 5321 section 4.1.1.1).
  private mutating func greeted(by reply: SMTPReply) -> [UInt8] {
    self.announcesSize = reply.lines.dropFirst().contains { line in
      ASCII.uppercased(line.utf8.prefix { $0 != ASCII.space }) == "SIZE"
    }
    return self.sendMail()
  }

  /// The size counts line ends but no stuffed dots (RFC 1870 section 5). A message above the
  /// server's limit is announced all the same: the refusal is the server's to word.
  private mutating func sendMail() -> [UInt8] {
    self.state = .mail
    let sender = self.transaction.envelope.sender.map { "\($0)" } ?? ""
    let size = self.announcesSize ? " SIZE=\(self.transaction.message.count)" : ""
    return Self.command("MAIL FROM:<\(sender)>\(size)")
  }

  private mutating func sendRecipient(_ index: Int) -> [UInt8] {
    self.state = .recipient(index)
    return Self.command("RCPT TO:<\(self.transaction.envelope.recipients[index])>")
  }

  private mutating func recipientReplied(_ reply: SMTPReply, index: Int) -> [UInt8]? {
    if reply.meaning == .intermediate {
      return self.refused(reply, next: nil)
    }
    if reply.meaning != .success {
      self.fates[index] = Self.fate(of: reply, at: .recipient)
    }
    guard index + 1 == self.fates.count else { return self.sendRecipient(index + 1) }
    let isAnyoneLeft = self.fates.contains(nil)
    self.state = isAnyoneLeft ? .data : .quitting
    return Self.command(isAnyoneLeft ? "DATA" : "QUIT")
  }

  private mutating func sendMessage() -> [UInt8] {
    self.state = .message
    var stuffer = DotStuffer()
    var bytes: [UInt8] = []
    bytes.reserveCapacity(self.transaction.message.count + 64)
    stuffer.stuff(self.transaction.message, into: &bytes)
    stuffer.finish(into: &bytes)
    return bytes
  }

  private mutating func accepted(_ reply: SMTPReply) -> [UInt8] {
    self.settle(.accepted(reply))
    self.state = .quitting
    return Self.command("QUIT")
  }

  private static func command(_ line: String) -> [UInt8] {
    Array("\(line)\r\n".utf8)
  }
}
