internal import NetworkModel
internal import Simulation

/// Faults of hosts and of the appliance itself, on their time line.
extension ScenarioEngine {
  /// Faults of hosts come before those of the appliance at the same instant.
  mutating func planFaults() {
    for fault in self.scenario.faults {
      guard case .host(.crash(let backAfter)) = fault.kind,
        let host = self.lab.index(of: fault.host)
      else { continue }
      let down = self.scenario.start.advanced(by: fault.when.from)
      self.schedule(.hostGoesDown(host), at: down)
      self.schedule(.hostComesBack(host), at: down.advanced(by: backAfter))
    }
    for fault in self.scenario.faults {
      guard case .appliance(let kind) = fault.kind else { continue }
      let instant = self.scenario.start.advanced(by: fault.when.from)
      switch kind {
      case .rollOverNow(let name): self.schedule(.rollsOver(subscription: name), at: instant)
      case .clockStep(let step): self.schedule(.clockIsSet(by: step), at: instant)
      case .diskFull: self.disk.fills(during: fault.when)
      }
    }
  }

  /// A program that ended hears nothing of its sockets.
  mutating func forgetLostSockets() {
    let lost = self.roles.keys.filter { self.lab.network.localEndpoint(of: $0) == nil }
    for socket in lost.sorted(by: { $0.number < $1.number }) {
      self.perform(self.receivers.ended(socket), socket)
      self.mailServers.forget(socket)
    }
  }
}
