internal import LabPeers
internal import LogDelivery
internal import LogModel
internal import NetworkModel
internal import Simulation

/// The appliance's resolver on the simulated network: a question by UDP, asked again without
/// answer.
///
/// Time-out and tries: docs/FIDELITY.md, "Names".
extension ScenarioEngine {
  /// Who wants addresses.
  enum NamePurpose: Hashable, Sendable {
    case push(SubscriptionID, ConnectionID)
    case mail(number: UInt32)
  }

  struct Lookup {
    let purpose: NamePurpose
    let name: String
    let deadline: SimInstant
    var tries = 0
  }

  private static let tryTimeout = SimDuration.seconds(5)
  private static let triesMax: Int64 = 3

  /// Looks a name up; `resolved` follows, later.
  mutating func resolve(_ name: String, _ purpose: NamePurpose) {
    if let address = IPv4Address(name) {
      self.schedule(.resolved(purpose, [address]), at: self.now)
      return
    }
    var id = UInt16(truncatingIfNeeded: self.queryNumbers.next())
    while self.lookups[id] != nil { id &+= 1 }
    let patience =
      self.lab.resolverDeadline(name, now: self.now) ?? Self.tryTimeout * Self.triesMax
    self.lookups[id] = Lookup(
      purpose: purpose, name: name, deadline: self.now.advanced(by: patience))
    self.ask(id)
  }

  /// Sends the question, once more if need be, or gives up.
  mutating func ask(_ id: UInt16) {
    guard let lookup = self.lookups[id] else { return }
    guard self.now < lookup.deadline, let query = DNSMessage.query(id: id, name: lookup.name)
    else {
      self.finishLookup(id, [])
      return
    }
    self.lab.ask(query, serverNumber: lookup.tries, now: self.now)
    self.lookups[id]?.tries += 1
    let next = min(self.now.advanced(by: Self.tryTimeout), lookup.deadline)
    self.schedule(.nameTryEnds(id, tries: lookup.tries + 1), at: next)
  }

  mutating func nameTryEnded(_ id: UInt16, tries: Int) {
    guard self.lookups[id]?.tries == tries else { return }
    self.ask(id)
  }

  /// A datagram came to the appliance's resolver.
  mutating func nameServerAnswered(_ bytes: [UInt8]) {
    guard let (id, answer) = DNSMessage.readResponse(bytes), self.lookups[id] != nil else { return }
    guard case .addresses(let addresses) = answer else {
      self.finishLookup(id, [])
      return
    }
    // All are IPv4 and of one scope, so that RFC 6724 leaves the order of the answer (rule 10).
    self.finishLookup(id, addresses.map { IPv4Address(bits: $0) })
  }

  private mutating func finishLookup(_ id: UInt16, _ addresses: [IPv4Address]) {
    guard let lookup = self.lookups.removeValue(forKey: id) else { return }
    self.resolved(lookup.purpose, addresses)
  }

  mutating func resolved(_ purpose: NamePurpose, _ addresses: [IPv4Address]) {
    switch purpose {
    case .push(let index, let id): self.pushResolved(index, id, addresses)
    case .mail(let number): self.mailResolved(number, addresses)
    }
  }
}
