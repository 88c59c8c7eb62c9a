import Alerting
import ApplianceConfiguration
import BasicContainers
import LogModel
import Simulation

@testable import ApplianceModel
@testable import LogDelivery
@testable import NetworkModel
@testable import Scenarios

/// The addresses of a name are tried in order, one at a time, and all of them before a failure is
/// told.
struct AddressChecker {
  private struct Attempt {
    var sockets: [SocketID] = []
    var tried: [IPv4Address] = []
    /// What the name had when the first of them was tried.
    var allowed: [[IPv4Address]] = []
    var port: UInt16 = 0
  }

  private struct Key: Hashable {
    let subscription: String
    let number: UInt32
  }

  private let record: SwarmRecord
  private let plan: SwarmPlan
  private let tcp: TCPChecker
  /// Calls of earlier steps. An address without a route fails in the step in which it is called.
  private var callsBefore = 0
  private var pushes: [Key: Attempt] = [:]
  private var mails: [UInt32: (attempt: Int, seen: Attempt)] = [:]

  init(record: SwarmRecord, plan: SwarmPlan, tcp: TCPChecker) {
    self.tcp = tcp
    self.record = record
    self.plan = plan
  }

  mutating func check(_ engine: borrowing ScenarioEngine) {
    var open: [String: Int] = [:]
    for role in engine.roles.values {
      switch role {
      case .push(let id, _): open["push \(id)", default: 0] += 1
      case .mailClient(let number): open["mail \(number)", default: 0] += 1
      case .receiver, .mailServer: break
      }
    }
    for (name, count) in open {
      self.record.require(count == 1, .addressesInTurn, "\(name) has \(count) sockets at once")
    }
    for (id, push) in engine.pushes.sockets {
      guard let socket = push.stream, let place = engine.appliance.place(of: id),
        let host = engine.appliance.subscriptions[place].readPush({ $0.endpoint.host })
      else { continue }
      let name = engine.appliance.subscriptions[place].name
      let key = Key(subscription: name, number: push.id.number)
      var seen = self.pushes[key] ?? Attempt()
      self.tries(socket, push.remote, host, &seen)
      self.pushes[key] = seen
    }
    for (number, session) in engine.mails.sessions {
      guard let socket = session.socket, let remote = self.tcp.ends[socket.number]?.flow.remote
      else { continue }
      var known = self.mails[number] ?? (session.mail.attempt, Attempt())
      if known.attempt != session.mail.attempt { known = (session.mail.attempt, Attempt()) }
      self.tries(socket, remote, session.mail.relay.host, &known.seen)
      self.mails[number] = known
    }
    self.callsBefore = self.tcp.calls.count
  }

  /// A push's attempt failed as a whole.
  mutating func happened(_ event: RunEvent) {
    if event.kind == .pushConnecting, let name = event.subscription, let id = event.connection {
      // Another one of the name counts from 1 again.
      self.pushes[Key(subscription: name, number: id.number)] = nil
    }
    guard case .pushFailed(let failure) = event.fact, failure.phase == .connecting,
      failure.cause != .unresolvable, let name = event.subscription,
      let id = event.connection,
      var seen = self.pushes.removeValue(forKey: Key(subscription: name, number: id.number))
    else { return }
    self.addUnseen(before: nil, &seen)
    self.record.require(
      seen.allowed.contains { $0.count == seen.tried.count }, .addressesInTurn,
      "\(name) gave up behind \(seen.tried) of \(seen.allowed)")
    if seen.tried.count > 1 { self.record.saw(.addresses, "all of several failed") }
  }

  private mutating func tries(
    _ socket: SocketID, _ remote: Endpoint, _ host: String, _ seen: inout Attempt
  ) {
    guard !seen.sockets.contains(socket) else { return }
    if seen.allowed.isEmpty { seen.allowed = self.addresses(of: host) }
    seen.port = remote.port
    self.addUnseen(before: remote.address, &seen)
    seen.sockets.append(socket)
    seen.tried.append(remote.address)
    self.record.require(
      seen.allowed.contains { $0.starts(with: seen.tried) }, .addressesInTurn,
      "\(host): \(seen.tried) of \(seen.allowed)")
    if seen.tried.count > 1 { self.record.saw(.addresses, "a later one tried") }
  }

  /// Adds what was called and had failed before anyone could look, as far as it explains `next`.
  private func addUnseen(before next: IPv4Address?, _ seen: inout Attempt) {
    for call in self.tcp.calls[self.callsBefore...] {
      if let next, seen.allowed.contains(where: { $0.starts(with: seen.tried + [next]) }) { return }
      guard call.remote.port == seen.port, self.tcp.ends[call.key]?.isOver == true,
        !seen.sockets.contains(where: { $0.number == call.key }),
        seen.allowed.contains(where: { $0.starts(with: seen.tried + [call.remote.address]) })
      else { continue }
      seen.tried.append(call.remote.address)
    }
  }

  /// What a name may have: what its server knows, or what a fault makes of it.
  private func addresses(of host: String) -> [[IPv4Address]] {
    if let literal = IPv4Address(host) { return [[literal]] }
    let planned = self.plan.names.first { $0.name == host }?.addresses ?? []
    let changed = self.plan.faults.compactMap { fault -> [IPv4Address]? in
      guard case .name(.addressChange(let address)) = fault.kind, fault.host == host else {
        return nil
      }
      return [address]
    }
    return [planned] + changed
  }
}
