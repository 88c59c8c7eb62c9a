import LogModel

/// Lines about injection connections (FIDELITY: "Text mail log, injection").
extension LineCursor {
  mutating func write(_ line: InjectionLine, _ texts: borrowing TextView) {
    switch line {
    case .newConnection(
      let icid, let interface, let interfaceAddress, let remote, let reverseDNS, let verified):
      self.write("New SMTP ICID ")
      self.write(icid.value)
      self.write(" interface ")
      self.write(interface, texts)
      self.write(" (")
      self.write(interfaceAddress)
      self.write(") address ")
      self.write(remote)
      self.write(" reverse dns host ")
      self.write(reverseDNS, texts)
      if verified { self.write(" verified yes") } else { self.write(" verified no") }
    case .senderGroup(let icid, let action, let group, let match, let score):
      self.write(icid)
      self.write(action)
      self.write(" SG ")
      self.write(group, texts)
      // A group without a match leaves two blanks here.
      self.write(" match ")
      self.write(match, texts)
      self.write(" SBRS ")
      self.write(score)
    case .tls(let icid, let version, let cipher):
      self.write(icid)
      self.write("TLS success protocol ")
      self.write(version)
      self.write(" cipher ")
      self.write(cipher, texts)
    case .tlsFailed(let icid):
      self.write(icid)
      self.write("TLS failed")
    case .lost(let icid):
      self.write(icid)
      self.write("lost")
    case .closed(let icid):
      self.write(icid)
      self.write("close")
    case .idle(let icid, let remote):
      self.write(icid)
      self.write("disconnected address ")
      self.write(remote)
      self.write(", no messages injected within timeout period")
    case .receivingFailed(let icid, let failure):
      self.write(icid)
      self.write("Receiving Failed: ")
      switch failure {
      case .messageLoop: self.write("Message loop")
      case .messageSizeExceedsLimit: self.write("Message size exceeds limit")
      case .connectionLimitExceeded: self.write("Connection limit exceeded")
      }
    case .senderRejected(let icid, let address, let rejection):
      self.write(icid)
      self.write("Address: <")
      self.write(address, texts)
      self.write("> sender rejected, envelope sender domain ")
      switch rejection {
      case .domainDoesNotExist: self.write("does not exist")
      case .domainCouldNotBeResolved: self.write("could not be resolved")
      }
    }
  }

  @inline(__always)
  private mutating func write(_ icid: ICID) {
    self.write("ICID ")
    self.write(icid.value)
    self.write(byte: 0x20)
  }

  private mutating func write(_ action: HATAction) {
    switch action {
    case .accept: self.write("ACCEPT")
    case .relay: self.write("RELAY")
    case .reject: self.write("REJECT")
    case .throttle: self.write("THROTTLE")
    case .tcpRefuse: self.write("TCPREFUSE")
    }
  }

  private mutating func write(_ score: ReputationScore) {
    switch score {
    case .tenths(let tenths):
      if tenths < 0 { self.write(byte: 0x2D) }
      let magnitude = UInt32(tenths.magnitude)
      self.write(magnitude / 10)
      self.write(byte: 0x2E)
      self.write(magnitude % 10)
    case .none: self.write("None")
    case .rfc1918: self.write("rfc1918")
    case .unableToRetrieve: self.write("unable to retrieve")
    }
  }

  mutating func write(_ version: TLSVersion) {
    switch version {
    case .tls1: self.write("TLSv1")
    case .tls1_1: self.write("TLSv1.1")
    case .tls1_2: self.write("TLSv1.2")
    }
  }
}
