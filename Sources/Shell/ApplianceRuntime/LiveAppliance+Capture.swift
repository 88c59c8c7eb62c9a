internal import ApplianceConfiguration

/// What is captured: the ports of the pushes and of the alert mails' relays, wherever they lead.
extension LiveAppliance {
  func beginCapture() {
    guard let capture = self.capture else { return }
    var ports: Set<UInt16> = []
    func add(_ host: String, _ port: UInt16, isTCP: Bool) {
      switch self.destination(host, port, isTCP) {
      case nil: ports.insert(port)
      case .address(_, let port): ports.insert(port)
      case .failure: break
      }
    }
    for subscription in self.subscriptions {
      guard case .syslogPush(let push) = subscription.retrieval else { continue }
      add(push.host.value, push.port.value, isTCP: push.transport.value == .tcp)
    }
    for relay in self.relays { add(relay.host, relay.port, isTCP: true) }
    capture.begin(ports: ports, on: self.loop)
  }
}
