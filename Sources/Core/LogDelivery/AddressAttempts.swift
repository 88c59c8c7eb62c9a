/// Whose failure an attempt at one address was.
public enum AttemptScope: Hashable, Sendable {
  /// The server's at that address: it refused, said nothing, or broke off.
  case server
  /// The network's: no way leads to that address.
  case route
  /// This machine's own: no other address would do better.
  case thisMachine
}

/// Decides which of a server's addresses is tried next, and what is said when all failed; performs
/// no I/O and reads no clock.
///
/// The addresses are tried one after the other in the resolver's order, never two at once; each
/// attempt has a time-out of its own. When all failed, the last failure counts that is a server's:
/// a machine without IPv6 would otherwise call a closed port an unreachable network.
/// Source: docs/FIDELITY.md, "Addresses of a name"; RFC 6724 (order), RFC 5321 section 5.1 (mail).
public struct AddressAttempts<Address: Sendable, Failure: Sendable>: Sendable {
  private enum State: Sendable {
    /// Can transition to: `trying` (resolved), `ended` (no address, failure, cancel).
    case resolving
    /// Can transition to: `trying` the next (failed), `ended` (connected, last one failed, cancel).
    case trying(Int)
    /// Nothing leads on.
    case ended
  }

  /// What to do next.
  public enum Action: Sendable {
    /// Try this address, and nothing else meanwhile.
    case connect(Address)
    /// All failed; this is what is said of it.
    case fail(Failure)
    /// The news is about an attempt that is no more.
    case ignore
  }

  /// The most addresses of one name that are tried.
  public static var addressesMax: Int { 16 }

  private var state = State.resolving
  private var addresses: [Address] = []
  /// What would be said now.
  private var latest: Failure?
  private var hasServerFailed = false

  /// Attempts at a name that is being resolved.
  public init() {}

  /// Whether another address would follow a failure of the present one.
  public var hasNext: Bool {
    if case .trying(let index) = self.state { index + 1 < self.addresses.count } else { false }
  }

  /// The address that is being tried, counted from 1, and how many there are; `nil` when none is.
  public var present: (address: Address, number: Int, count: Int)? {
    guard case .trying(let index) = self.state else { return nil }
    return (self.addresses[index], index + 1, self.addresses.count)
  }

  /// The name has these addresses, in the order in which they are tried.
  ///
  /// - Parameter failure: what is said of a name that has none.
  public mutating func resolved(_ addresses: [Address], orElse failure: Failure) -> Action {
    guard case .resolving = self.state else { return .ignore }
    self.addresses = Array(addresses.prefix(Self.addressesMax))
    guard let first = self.addresses.first else {
      self.state = .ended
      return .fail(failure)
    }
    self.state = .trying(0)
    return .connect(first)
  }

  /// The present attempt failed; or, while the name is being resolved, there will be none.
  public mutating func failed(_ failure: Failure, _ scope: AttemptScope) -> Action {
    switch self.state {
    case .ended: return .ignore
    case .resolving:
      self.state = .ended
      return .fail(failure)
    case .trying(let index):
      if scope != .route || !self.hasServerFailed { self.latest = failure }
      if scope == .server { self.hasServerFailed = true }
      guard scope != .thisMachine, index + 1 < self.addresses.count else {
        self.state = .ended
        return .fail(self.latest ?? failure)
      }
      self.state = .trying(index + 1)
      return .connect(self.addresses[index + 1])
    }
  }

  /// The present attempt succeeded, or nobody wants one any more.
  public mutating func end() {
    self.state = .ended
  }
}
