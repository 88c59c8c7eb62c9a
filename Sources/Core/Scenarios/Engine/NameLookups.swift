internal import LabPeers
internal import LogDelivery
internal import LogModel
internal import NetworkModel
internal import Simulation

/// The appliance's resolver: its questions under way, each asked again without an answer.
///
/// Time-out and tries: docs/FIDELITY.md, "Names".
struct NameLookups: Sendable {
  /// Who wants addresses.
  enum Purpose: Hashable, Sendable {
    case push(SubscriptionID, ConnectionID)
    case mail(number: UInt32)
  }

  /// One sending of a question.
  struct Question: Hashable, Sendable {
    let id: UInt16
    let bytes: [UInt8]
    /// Which name server is asked, from 0; there may be fewer servers than tries.
    let serverNumber: Int
    /// `tryEnded` is called with this number.
    let tries: Int
    let endsAt: SimInstant
  }

  /// What to do about a name.
  enum Action: Hashable, Sendable {
    case ask(Question)
    /// The lookup is over; a name without addresses has none here.
    case finish(Purpose, [IPv4Address])
    /// An address, which is no question: report it with the next event, as every answer comes
    /// after the call.
    case finishLater(Purpose, [IPv4Address])
    /// About a lookup that is over.
    case ignore
  }

  private struct Lookup {
    let purpose: Purpose
    let name: String
    let deadline: SimInstant
    var tries = 0
  }

  private static let tryTimeout = SimDuration.seconds(5)
  private static let triesMax: Int64 = 3

  /// By the number of their question.
  private var lookups: [UInt16: Lookup] = [:]
  private var numbers: SeededGenerator

  /// No lookups.
  init(seed: UInt64) {
    self.numbers = SeededGenerator(seed: seed, stream: "resolver")
  }

  /// Begins a lookup.
  ///
  /// - Parameter patience: how long the resolver tries; `nil` for its own time.
  mutating func begin(
    _ name: String, _ purpose: Purpose, patience: SimDuration?, now: SimInstant
  ) -> Action {
    if let address = IPv4Address(name) { return .finishLater(purpose, [address]) }
    var id = UInt16(truncatingIfNeeded: self.numbers.next())
    while self.lookups[id] != nil { id &+= 1 }
    let patience = patience ?? Self.tryTimeout * Self.triesMax
    self.lookups[id] = Lookup(purpose: purpose, name: name, deadline: now.advanced(by: patience))
    return self.ask(id, now: now)
  }

  /// A question had no answer until its `endsAt`.
  mutating func tryEnded(_ id: UInt16, tries: Int, now: SimInstant) -> Action {
    guard self.lookups[id]?.tries == tries else { return .ignore }
    return self.ask(id, now: now)
  }

  /// A datagram came to the resolver's port.
  mutating func received(_ bytes: [UInt8]) -> Action {
    guard let (id, answer) = DNSMessage.readResponse(bytes) else { return .ignore }
    guard case .addresses(let addresses) = answer else { return self.finish(id, []) }
    // All are IPv4 and of one scope, so that RFC 6724 leaves the order of the answer (rule 10).
    return self.finish(id, addresses.map { IPv4Address(bits: $0) })
  }

  /// Asks, once more if need be, or gives up.
  private mutating func ask(_ id: UInt16, now: SimInstant) -> Action {
    guard let lookup = self.lookups[id] else { return .ignore }
    guard now < lookup.deadline, let query = DNSMessage.query(id: id, name: lookup.name) else {
      return self.finish(id, [])
    }
    self.lookups[id]?.tries += 1
    return .ask(
      Question(
        id: id, bytes: query, serverNumber: lookup.tries, tries: lookup.tries + 1,
        endsAt: min(now.advanced(by: Self.tryTimeout), lookup.deadline)))
  }

  private mutating func finish(_ id: UInt16, _ addresses: [IPv4Address]) -> Action {
    guard let lookup = self.lookups.removeValue(forKey: id) else { return .ignore }
    return .finish(lookup.purpose, addresses)
  }
}
