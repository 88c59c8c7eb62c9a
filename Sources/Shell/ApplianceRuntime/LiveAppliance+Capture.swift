internal import ApplianceConfiguration
internal import ApplianceModel
internal import LogDelivery
internal import LiveNetwork
internal import NIOCore

/// What is captured: the ports of the pushes and of the alert mails' relays, wherever they lead.
extension LiveAppliance {
  func beginCapture() {
    guard let capture = self.capture else { return }
    var ports: Set<UInt16> = []
    func add(_ host: String, _ port: UInt16, isTCP: Bool) {
      guard let destination = self.destination(host, port, isTCP) else {
        ports.insert(port)
        return
      }
      for case .socket(let address) in destination.addresses {
        if let port = address.port { ports.insert(UInt16(clamping: port)) }
      }
    }
    for push in self.appliance.pushEndpoints {
      add(push.host, push.port, isTCP: push.transport == .tcp)
    }
    for relay in self.relays { add(relay.host, relay.port, isTCP: true) }
    capture.begin(ports: ports, on: self.loop)
  }
}
