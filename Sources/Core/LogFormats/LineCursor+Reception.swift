import LogModel

/// Lines about the reception of messages (FIDELITY: "Text mail log, reception").
extension LineCursor {
  mutating func write(_ line: ReceptionLine, _ texts: borrowing TextView) {
    switch line {
    case .started(let mid, let icid):
      self.write("Start MID ")
      self.write(mid.value)
      self.write(" ICID ")
      self.write(icid.value)
    case .from(let mid, let icid, let address):
      self.write(mid, icid)
      self.write(" From: <")
      self.write(address, texts)
      self.write(byte: 0x3E)
    case .to(let mid, let icid, let rid, let address):
      self.write(mid, icid)
      self.write(" RID ")
      self.write(rid.value)
      self.write(" To: <")
      self.write(address, texts)
      self.write(byte: 0x3E)
    case .identifier(let mid, let token, let domain):
      self.write(mid)
      self.write("Message-ID '<")
      self.writeHex(token, digits: 16)
      self.write(byte: 0x40)
      self.write(domain, texts)
      self.write(">'")
    case .subject(let mid, let text, let number):
      self.write(mid)
      self.write("Subject '")
      self.write(text, texts)
      if number != 0 {
        self.write(byte: 0x20)
        self.write(number)
      }
      self.write(byte: 0x27)
    case .ready(let mid, let bytes, let address):
      self.write(mid)
      self.write("ready ")
      self.write(bytes)
      self.write(" bytes from <")
      self.write(address, texts)
      self.write(byte: 0x3E)
    case .policyMatched(let mid, let policy, let direction):
      self.write(mid)
      self.write("matched all recipients for per-recipient policy ")
      self.write(policy, texts)
      self.write(" in the ")
      self.write(direction)
      self.write(" table")
    case .recipientRejected(let mid, let icid, let address, let rejection):
      self.write(mid, icid)
      self.write(" To: <")
      self.write(address, texts)
      switch rejection {
      case .rat: self.write("> Rejected by RAT")
      case .injectionControl: self.write("> Rejected by Injection Control")
      case .ldapAccept: self.write("> Rejected by LDAPACCEPT")
      }
    case .attachment(let mid, let name):
      self.write(mid)
      self.write("attachment '")
      self.write(name, texts)
      self.write(byte: 0x27)
    case .aborted(let mid, let abort):
      self.write("Message aborted MID ")
      self.write(mid.value)
      switch abort {
      case .receivingAborted: self.write(" Receiving aborted")
      case .injectionAborted: self.write(" Injection aborted")
      }
    case .generatedForBounce(let mid, let original):
      self.write(mid)
      self.write("was generated for bounce of MID ")
      self.write(original.value)
    }
  }

  /// Writes `MID n `.
  @inline(__always)
  mutating func write(_ mid: MID) {
    self.write("MID ")
    self.write(mid.value)
    self.write(byte: 0x20)
  }

  @inline(__always)
  private mutating func write(_ mid: MID, _ icid: ICID) {
    self.write("MID ")
    self.write(mid.value)
    self.write(" ICID ")
    self.write(icid.value)
  }

  mutating func write(_ direction: MailDirection) {
    switch direction {
    case .inbound: self.write("inbound")
    case .outbound: self.write("outbound")
    }
  }
}
