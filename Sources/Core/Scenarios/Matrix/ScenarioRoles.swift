public import ApplianceConfiguration
public import Simulation

/// The hosts of a scenario that stand for the hosts of another configuration.
///
/// A role follows from what the scenario's own configuration uses a host for, and from what listens
/// on it. Source: docs/FIDELITY.md, "Addresses in a matrix".
public struct ScenarioRoles: Hashable, Sendable {
  /// A host with the address and the name under which a configuration can reach it.
  public struct Peer: Hashable, Sendable {
    /// The host's name in the scenario, or how the scenario's configuration spells it where the
    /// network has no such host.
    public var host: String
    /// Its address; `nil` when nobody has the name that the scenario's configuration uses.
    public var address: IPv4Address?
    /// Its name in DNS; `nil` when the scenario has none.
    public var dnsName: String?

    /// How a configuration spells it in the place of `host`: a name for a name if there is one,
    /// else the address.
    func spelling(inPlaceOf host: String) -> String {
      let address = self.address?.description
      if !HostKey(host).isAddress, let dnsName { return dnsName }
      return address ?? self.dnsName ?? self.host
    }
  }

  /// A host that pushes are mapped onto.
  public struct SyslogServer: Hashable, Sendable {
    /// The host.
    public var peer: Peer
    /// The port of each transport: the one that the scenario's configuration pushes to, else the
    /// one where the host listens.
    public var ports: [SyslogPushSettings.Transport: UInt16]

    /// The port for a transport; that of another one where the host has none for it.
    func port(for transport: SyslogPushSettings.Transport) -> UInt16 {
      self.ports[transport] ?? self.ports.values.min() ?? 514
    }
  }

  /// A host that SMTP routes and alert mails are mapped onto.
  public struct Relay: Hashable, Sendable {
    /// The host.
    public var peer: Peer
    /// The port of the scenario's own route, else of the mailbox.
    public var port: UInt16
  }

  /// Servers of the scenario's own pushes in their order, then other hosts with a syslog server.
  public private(set) var servers: [SyslogServer] = []
  /// Destinations of the scenario's own SMTP routes in their order, then hosts with a mailbox.
  public private(set) var relays: [Relay] = []

  /// What the scenario lacks to judge other configurations, in words; empty when it has all.
  public var missing: [String] {
    (self.servers.isEmpty ? ["a syslog server"] : [])
      + (self.relays.isEmpty ? ["a mailbox or an SMTP route"] : [])
  }

  /// The roles of a scenario's hosts.
  public init(_ scenario: Scenario) {
    let network = scenario.network
    for subscription in scenario.configuration.inEffect.subscriptions {
      guard case .syslogPush(let push) = subscription.retrieval else { continue }
      let index = self.indexOfServer(Self.peer(push.host.value, in: network))
      let transport = push.transport.value
      if self.servers[index].ports[transport] == nil {
        self.servers[index].ports[transport] = push.port.value
      }
    }
    for route in scenario.configuration.smtpRoutes {
      for (host, port) in route.destinations.compactMap(\.value.endpoint) {
        self.addRelay(Self.peer(host, in: network), port: port)
      }
    }
    for host in network.hosts { self.addServices(of: host, in: network) }
  }

  private mutating func addServices(of host: HostPlan, in network: NetworkPlan) {
    let peer = Self.peer(host, name: nil, in: network)
    for service in host.services {
      switch service {
      case .syslogTCP(let port): self.addServer(peer, .tcp, port)
      case .syslogUDP(let port): self.addServer(peer, .udp, port)
      case .mailbox(let port): self.addRelay(peer, port: port)
      case .nameServer, .remoteShell: break
      }
    }
  }

  private mutating func addServer(
    _ peer: Peer, _ transport: SyslogPushSettings.Transport, _ port: UInt16
  ) {
    let index = self.indexOfServer(peer)
    if self.servers[index].ports[transport] == nil { self.servers[index].ports[transport] = port }
  }

  private mutating func addRelay(_ peer: Peer, port: UInt16) {
    guard !self.relays.contains(where: { $0.peer.host == peer.host }) else { return }
    self.relays.append(Relay(peer: peer, port: port))
  }

  private mutating func indexOfServer(_ peer: Peer) -> Int {
    if let index = self.servers.firstIndex(where: { $0.peer.host == peer.host }) { return index }
    self.servers.append(SyslogServer(peer: peer, ports: [:]))
    return self.servers.count - 1
  }

  /// The host that a text of the scenario's own configuration means.
  private static func peer(_ text: String, in network: NetworkPlan) -> Peer {
    let key = HostKey(text)
    let name = network.names.first { HostKey($0.name) == key }
    let address = IPv4Address(key.text) ?? name?.addresses.first
    if let host = network.hosts.first(where: { $0.address == address }) {
      return self.peer(host, name: key.isAddress ? nil : key.text, in: network)
    }
    return Peer(host: key.text, address: address, dnsName: key.isAddress ? nil : key.text)
  }

  private static func peer(_ host: HostPlan, name: String?, in network: NetworkPlan) -> Peer {
    let known = network.names.first { $0.addresses.first == host.address }?.name
    return Peer(host: host.name, address: host.address, dnsName: name ?? known)
  }
}

/// One spelling for all those of a host in configurations.
struct HostKey: Hashable {
  /// Without brackets and final dot, in small letters, an IPv6 address in full.
  let text: String
  /// Whether it is an address and no name.
  let isAddress: Bool

  init(_ host: String) {
    var plain = HostSpelling.withoutBrackets(host) ?? host
    if plain.utf8.count > 1, plain.hasSuffix(".") { plain.removeLast() }
    self.text = HostSyntax.canonical(plain)
    self.isAddress = IPv4Address(plain) != nil || HostSyntax.isIPv6Address(plain)
  }
}
