import LogModel

/// Lines about deliveries and bounces (FIDELITY: "Text mail log, delivery").
extension LineCursor {
  mutating func write(_ line: DeliveryLine, _ texts: borrowing TextView) {
    switch line {
    case .queued(let mid):
      self.write(mid)
      self.write("queued for delivery")
    case .newConnection(let dcid, let interface, let remote, let port):
      self.write("New SMTP DCID ")
      self.write(dcid.value)
      self.write(" interface ")
      self.write(interface)
      self.write(" address ")
      self.write(remote)
      self.write(" port ")
      self.write(UInt32(port))
    case .tls(let dcid, let version, let cipher):
      self.write("DCID ")
      self.write(dcid.value)
      self.write(" TLS success protocol ")
      self.write(version)
      self.write(" cipher ")
      self.write(cipher, texts)
      // Later releases name the domain behind this blank.
      self.write(byte: 0x20)
    case .started(let dcid, let mid, let recipients):
      self.write("Delivery start DCID ")
      self.write(dcid.value)
      self.write(" MID ")
      self.write(mid.value)
      self.write(" to RID ")
      self.write(recipients)
    case .done(let dcid, let mid, let recipients):
      self.write("Message done DCID ")
      self.write(dcid.value)
      self.write(" MID ")
      self.write(mid.value)
      self.write(" to RID ")
      self.write(recipients)
      // Logged headers stand behind this blank; none is configured.
      self.write(byte: 0x20)
    case .response(let mid, let recipients, let form, let queueID):
      self.write(mid)
      self.write("RID ")
      self.write(recipients)
      self.write(" Response '")
      self.write(form, queueID)
      self.write(byte: 0x27)
    case .closed(let dcid):
      self.write("DCID ")
      self.write(dcid.value)
      self.write(" close")
    case .hardBounce(let dcid, let mid, let rid, let reason, let recipient):
      self.write("Bounced: DCID ")
      self.writeBounced(dcid, mid, rid)
      self.write(reason, recipient, texts)
      self.write(" []")
    case .softBounce(let dcid, let mid, let rid, let reason, let recipient):
      self.write("Delayed: DCID ")
      self.writeBounced(dcid, mid, rid)
      self.write(reason, recipient, texts)
      self.write(" []")
    case .doubleBounce(let mid, let rid, let reason, let recipient):
      self.write("Double bounce: MID ")
      self.write(mid.value)
      self.write(" to ")
      self.write(rid.value)
      self.write(" - ")
      self.write(reason.status)
      self.write(byte: 0x20)
      self.write(reason.code)
      self.write("-'")
      self.writeReply(reason, recipient, texts)
      self.write(byte: 0x27)
    case .connectionError(let dcid, let remote, let interface, let reason):
      self.write("Connection Error: ")
      if reason == .timeout { self.write("connection timed out ") }
      self.write("DCID: ")
      self.write(dcid.value)
      self.write(" IP: ")
      self.write(remote)
      self.write(" details: ")
      self.write(reason.details)
      self.write(" interface: ")
      self.write(interface)
      if reason != .timeout { self.write(" reason: network error") }
    }
  }

  private mutating func writeBounced(_ dcid: DCID, _ mid: MID, _ rid: RID) {
    self.write(dcid.value)
    self.write(" MID ")
    self.write(mid.value)
    self.write(" to RID ")
    self.write(rid.value)
    self.write(" - ")
  }

  /// Status and reply, the reply as Python 2 prints a tuple of a string and a list.
  private mutating func write(
    _ reason: BounceReason, _ recipient: EnvelopeAddress, _ texts: borrowing TextView
  ) {
    self.write(reason.status)
    self.write(" ('")
    self.write(reason.code)
    self.write("', ['")
    self.writeReply(reason, recipient, texts)
    self.write("'])")
  }

  private mutating func writeReply(
    _ reason: BounceReason, _ recipient: EnvelopeAddress, _ texts: borrowing TextView
  ) {
    let words = reason.reply
    self.write(words.before)
    guard words.namesRecipient else { return }
    self.write(byte: 0x3C)
    self.write(recipient, texts)
    self.write(byte: 0x3E)
    self.write(words.after)
  }

  private mutating func write(_ form: ResponseForm, _ queueID: UInt64) {
    switch form {
    case .enhancedQueued:
      self.write("2.0.0 Ok: queued as ")
      self.writeHex(queueID, digits: 10)
    case .queued:
      // "250 Ok: queued as": what stands before "queued" is stripped.
      self.write("queued as ")
      self.writeHex(queueID, digits: 10)
    case .accepted:
      self.write("2.0.0 ")
      self.writeHex(queueID, digits: 14)
      self.write(" Message accepted for delivery")
    }
  }
}

extension ConnectionErrorReason {
  /// What stands behind `details: `; errno numbers are FreeBSD's.
  fileprivate var details: StaticString {
    switch self {
    case .timeout: "timeout"
    case .endOfFile: "EOF"
    case .refused: "[Errno 61] Connection refused"
    }
  }
}

extension BounceReason {
  /// The enhanced status and its words.
  fileprivate var status: StaticString {
    switch self {
    case .unknownAddress, .relayingDenied: "5.1.0 - Unknown address error"
    case .badDestinationHost: "5.1.2 - Bad destination host"
    case .messageTooLarge: "5.3.0 - Other mail system problem"
    case .deliveryExpired: "5.4.7 - Delivery expired (message too old)"
    case .mailboxFull, .greylisted: "4.1.0 - Unknown address error"
    case .networkProblem, .connectionRefused: "4.4.0 - Other network problem"
    }
  }

  /// The reply's code; `000` when the remote host gave none.
  fileprivate var code: StaticString {
    switch self {
    case .unknownAddress, .relayingDenied: "550"
    case .messageTooLarge: "552"
    case .mailboxFull: "452"
    case .greylisted: "451"
    case .badDestinationHost, .networkProblem, .connectionRefused, .deliveryExpired: "000"
    }
  }

  /// The reply's text, which may name the recipient in angle brackets.
  fileprivate var reply: (before: StaticString, namesRecipient: Bool, after: StaticString) {
    switch self {
    case .unknownAddress: ("5.1.1 ", true, ": Recipient address rejected: User unknown")
    case .relayingDenied: ("", true, "... Relaying denied")
    case .mailboxFull: ("4.2.2 ", true, ": Mailbox full")
    case .greylisted:
      ("4.7.1 ", true, ": Recipient address rejected: Greylisted, please try again later")
    case .badDestinationHost: ("DNS Hard Error looking up host (MX):  NXDomain", false, "")
    case .messageTooLarge: ("5.3.4 Message size exceeds fixed limit", false, "")
    case .networkProblem: ("[Errno 54] Connection reset by peer", false, "")
    case .connectionRefused: ("[Errno 61] Connection refused", false, "")
    case .deliveryExpired: ("timeout", false, "")
    }
  }
}
