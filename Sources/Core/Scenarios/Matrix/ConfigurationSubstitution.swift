internal import Alerting
public import ApplianceConfiguration
internal import LogModel
internal import MailTransport
public import Simulation
internal import Text

/// A scenario with another configuration in the place of its own.
///
/// Hosts that the configuration names become hosts of the scenario by one rule, and `notes` say
/// what became of each. Source: docs/FIDELITY.md, "Addresses in a matrix".
public struct ConfigurationSubstitution: Sendable {
  /// The scenario with the configuration; without expectations and captures, which belong to its
  /// own.
  public let scenario: Scenario
  /// What became of each part, in the order of the configuration.
  public let notes: [MappingNote]

  /// Puts `configuration` in the place of the scenario's own.
  ///
  /// - Parameter zone: the transitions of the configuration's time zone.
  public init(_ configuration: Configuration, zone: ZoneTransitions, in scenario: Scenario) {
    var mapper = AddressMapper(configuration, roles: ScenarioRoles(scenario), scenario)
    mapper.mapSubscriptions()
    mapper.mapRoutes()
    mapper.addMailExchangers()
    mapper.noteOwnAddresses()
    var changed = scenario
    changed.faults = scenario.faults.map { mapper.mapped($0) }
    changed.configuration = mapper.configuration
    changed.zone = zone
    changed.expectations = []
    changed.capture.places = []
    self.scenario = changed
    self.notes = mapper.notes
  }
}

/// Maps the hosts of a configuration onto those of a scenario.
private struct AddressMapper {
  private(set) var configuration: Configuration
  private(set) var notes: [MappingNote] = []
  private let roles: ScenarioRoles
  private let network: NetworkPlan
  /// The appliance's own names and addresses.
  private let ownNames: Set<String>
  /// Which server each host became.
  private var serverOfHost: [HostKey: Int] = [:]
  /// How many hosts were mapped for the first time by a push of each transport.
  private var hostCount: [SyslogPushSettings.Transport: Int] = [:]
  private var relayOfHost: [HostKey: Int] = [:]

  init(_ configuration: Configuration, roles: ScenarioRoles, _ scenario: Scenario) {
    self.configuration = configuration
    self.roles = roles
    self.network = scenario.network
    self.ownNames = ReferenceRules.ownNames(of: configuration)
  }

  private mutating func note(_ kind: MappingNote.Kind, _ text: String) {
    self.notes.append(MappingNote(kind, text))
  }

  private func isItself(_ key: HostKey) -> Bool {
    self.ownNames.contains(key.text) && !ReferenceRules.isLoopback(key.text)
  }

  // MARK: Pushes

  mutating func mapSubscriptions() {
    var kept: [String] = []
    for index in self.configuration.subscriptions.indices {
      let subscription = self.configuration.subscriptions[index]
      let name = subscription.name.value
      guard subscription.isInEffect else {
        self.configuration.subscriptions[index].retrieval = .notUnderstood(nil)
        self.note(
          .pushNotInEffect,
          "subscription \(name): its type or its method is not understood or cannot work; "
            + "it is not simulated")
        continue
      }
      switch subscription.retrieval {
      case .syslogPush(let push): self.mapPush(push, index)
      case .ftpPush:
        self.note(.fileTransfer, "subscription \(name): the FTP push is not simulated")
      case .scpPush:
        self.note(.fileTransfer, "subscription \(name): the SCP push is not simulated")
      case .manualDownload: kept.append(name)
      case .notUnderstood: break
      }
    }
    guard !kept.isEmpty else { return }
    let count = Plural.counted(kept.count, "subscription stays", "subscriptions stay")
    self.note(.keptOnAppliance, "\(count) on the appliance: \(kept.joined(separator: ", "))")
  }

  private mutating func mapPush(_ push: SyslogPushSettings, _ index: Int) {
    let name = self.configuration.subscriptions[index].name.value
    let transport = push.transport.value
    let lead = "push \(name): \(push.host.value):\(push.port.value) \(transport.rawValue)"
    var mapped = push
    if self.isItself(HostKey(push.host.value)) {
      mapped.host.value = self.network.applianceAddress.description
      self.note(
        .pushToItself,
        "\(lead) is the appliance itself; becomes \(mapped.host.value), where nothing listens")
    } else if let server = self.server(for: HostKey(push.host.value), transport) {
      mapped.host.value = server.peer.spelling(inPlaceOf: push.host.value)
      mapped.port.value = server.port(for: transport)
      self.note(
        .push, "\(lead) becomes \(server.peer.host), \(mapped.host.value):\(mapped.port.value)")
    } else {
      self.configuration.subscriptions[index].retrieval = .notUnderstood(nil)
      self.note(
        .pushNotPlaced, "\(lead): the scenario has no syslog server; the push is not simulated")
      return
    }
    if push.usesTLS.value {
      mapped.usesTLS.value = false
      self.note(.encryption, "push \(name): TLS is not simulated; the push is plain TCP")
    }
    if !self.configuration.subscriptions[index].type.value.hasContent {
      self.note(
        .logWithoutContent, "push \(name): the simulation writes no lines of this log type")
    }
    self.configuration.subscriptions[index].retrieval = .syslogPush(mapped)
  }

  /// The first host becomes the first server that takes its transport, the second one the second,
  /// and after the last one the first again. A host stays what it became.
  private mutating func server(
    for key: HostKey, _ transport: SyslogPushSettings.Transport
  ) -> ScenarioRoles.SyslogServer? {
    let all = self.roles.servers
    let fitting = all.indices.filter { all[$0].ports[transport] != nil }
    let candidates = fitting.isEmpty ? Array(all.indices) : fitting
    guard !candidates.isEmpty else { return nil }
    if let known = self.serverOfHost[key], candidates.contains(known) { return all[known] }
    let count = self.hostCount[transport, default: 0]
    self.hostCount[transport] = count + 1
    let chosen = candidates[count % candidates.count]
    self.serverOfHost[key] = chosen
    return all[chosen]
  }

  // MARK: Mail

  mutating func mapRoutes() {
    for index in self.configuration.smtpRoutes.indices {
      let route = self.configuration.smtpRoutes[index]
      let lead = "SMTP route \(route.source.value):"
      for (place, destination) in route.destinations.enumerated() {
        guard let (host, port) = destination.value.endpoint else { continue }
        let mapped = self.mappedRelay(host, port, lead)
        self.configuration.smtpRoutes[index].destinations[place].value = mapped
      }
    }
  }

  private mutating func mappedRelay(
    _ host: String, _ port: UInt16, _ lead: String
  ) -> SMTPRoute.Destination {
    let key = HostKey(host)
    if self.isItself(key) {
      let own = self.network.applianceAddress.description
      self.note(
        .relayToItself,
        "\(lead) \(host):\(port) is the appliance itself; becomes \(own), where nothing listens")
      return .host(own, port: port)
    }
    guard !self.roles.relays.isEmpty else {
      self.note(.relayNotPlaced, "\(lead) \(host):\(port): the scenario has no mailbox host")
      // RFC 2606: nobody has such a name, so the mail fails and the log says so.
      return .host("mailbox.invalid", port: port)
    }
    let number = self.relayOfHost[key] ?? self.relayOfHost.count
    self.relayOfHost[key] = number
    let relay = self.roles.relays[number % self.roles.relays.count]
    let spelling = relay.peer.spelling(inPlaceOf: host)
    self.note(
      .relay, "\(lead) \(host):\(port) becomes \(relay.peer.host), \(spelling):\(relay.port)")
    return .host(spelling, port: relay.port)
  }

  /// Where no SMTP route leads to a recipient of the alert about a push, an appliance asks DNS for
  /// the domain's mail exchanger; the scenario's first mailbox host stands for it.
  mutating func addMailExchangers() {
    let recipients = AlertRouter(settings: self.configuration.alerts, routes: [])
      .recipients(of: .logError)
    for recipient in recipients {
      // What is no address gets no mail, wherever a route leads; the verdict says so.
      guard let address = try? MailAddress(recipient) else { continue }
      let router = AlertRouter(
        settings: self.configuration.alerts, routes: self.configuration.smtpRoutes)
      guard router.path(to: address) == .none else { continue }
      let domain = address.domain.text.lowercased()
      guard let relay = self.roles.relays.first else {
        self.note(
          .relayNotPlaced, "alert mails to \(domain): the scenario has no mailbox host")
        continue
      }
      let host = relay.peer.spelling(inPlaceOf: domain)
      let route = SMTPRoute(
        source: Setting(domain),
        destinations: [Setting(.host(host, port: relay.port))])
      // Of two routes of one source the first counts.
      self.configuration.smtpRoutes.insert(route, at: 0)
      self.note(
        .mailExchanger,
        "alert mails to \(domain): no SMTP route leads there; \(relay.peer.host), "
          + "\(host):\(relay.port), stands for its mail exchanger")
    }
  }

  // MARK: The rest

  mutating func noteOwnAddresses() {
    let own = self.network.applianceAddress.description
    let addresses = self.configuration.interfaces
      .compactMap { interface in interface.address.map { (interface.name.value, $0.value) } }
      .filter { $0.1 != self.network.applianceAddress }
    if !addresses.isEmpty {
      let listed = addresses.map { "\($0.1) (\($0.0))" }.joined(separator: ", ")
      self.note(.ownAddress, "connections leave from \(own) in place of \(listed)")
    }
    let servers = self.configuration.network.nameServers.map(\.address.value)
    if !servers.isEmpty {
      self.note(
        .nameServer,
        "names are resolved by the scenario's name server in place of "
          + servers.joined(separator: ", "))
    }
  }

  /// A fault of a subscription that the configuration does not have is one of all subscriptions.
  mutating func mapped(_ fault: PlannedFault) -> PlannedFault {
    guard case .appliance(.rollOverNow(let name?)) = fault.kind,
      !self.configuration.subscriptions.contains(where: { $0.name.value == name })
    else { return fault }
    self.note(
      .fault, "fault \(fault.kind.name) of subscription \(name): is one of all subscriptions")
    var fault = fault
    fault.kind = .appliance(.rollOverNow(subscription: nil))
    return fault
  }
}
