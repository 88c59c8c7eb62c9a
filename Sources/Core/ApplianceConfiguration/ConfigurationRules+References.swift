internal import Simulation
import LogModel

/// What one part of a configuration says of another: references, collisions, and pushes that harm
/// themselves.
extension ConfigurationRules {
  func referenceFindings(in configuration: Configuration) -> [Diagnostic] {
    Self.serviceFindings(configuration.interfaces)
      + Self.nameFindings(in: configuration)
      + Self.addressFindings(configuration.network)
      + Self.pushFindings(in: configuration)
      + Self.repeatedTypes(configuration.subscriptions)
  }

  // MARK: Interfaces

  private static func serviceFindings(_ interfaces: [NetworkInterface]) -> [Diagnostic] {
    var findings: [Diagnostic] = []
    var addresses: [IPv4Address: Setting<String>] = [:]
    for interface in interfaces {
      var ports: [Int: String] = [:]
      for service in interface.services where service.port.value > 0 {
        if let other = ports.updateValue(service.name, forKey: service.port.value) {
          findings.append(
            Diagnostic(
              .servicePortTaken, at: service.port.position, found: "\(service.port.value)",
              allowed: "a port other than that of \(other)_port"))
        }
      }
      guard let address = interface.address, address.state == .present else { continue }
      if let other = addresses.updateValue(interface.name, forKey: address.value) {
        findings.append(
          Diagnostic(
            .addressTaken, at: address.position, found: address.value.description,
            allowed: "an address other than that of \(Diagnostic.quote(other.value))"))
      }
    }
    return findings
  }

  // MARK: References by name

  private static func nameFindings(in configuration: Configuration) -> [Diagnostic] {
    var findings: [Diagnostic] = []
    var interfaces = KnownReferences("interface", configuration.interfaces.map(\.name.value))
    // Words of ours for "any": an appliance chooses the interface itself.
    let automatic = ["", "auto", "automatic", "any"]
    if let name = configuration.network.nameInterface,
      !automatic.contains(name.value.lowercased()),
      let finding = interfaces.unresolved(.interfaceUnknown, name)
    {
      findings.append(finding)
    }
    for listener in configuration.listeners {
      if let finding = interfaces.unresolved(.interfaceUnknown, listener.interfaceName) {
        findings.append(finding)
      }
    }
    var profiles = KnownReferences(
      "bounce profile", configuration.bounceProfiles.map(\.name.value))
    for name in configuration.listeners.compactMap(\.bounceProfileName)
    where !["", "default"].contains(name.value.lowercased()) {
      if let finding = profiles.unresolved(.bounceProfileUnknown, name) { findings.append(finding) }
    }
    return findings
  }

  private static func addressFindings(_ network: NetworkSettings) -> [Diagnostic] {
    let addresses =
      network.nameServers.map(\.address) + [network.defaultGateway].compactMap(\.self)
      + network.routes.map(\.gateway)
    return addresses.filter {
      !$0.value.isEmpty && IPv4Address($0.value) == nil && !HostSyntax.isIPv6Address($0.value)
    }.map { Self.finding(.hostAddressInvalid, $0, allowed: "an address such as 10.0.0.1 or ::1") }
  }

  // MARK: Pushes

  private static func pushFindings(in configuration: Configuration) -> [Diagnostic] {
    let own = Self.ownNames(of: configuration)
    let relays = Self.alertRelays(of: configuration)
    var findings: [Diagnostic] = []
    for subscription in configuration.subscriptions {
      guard let host = subscription.retrieval.host else { continue }
      let key = host.value.lowercased()
      // The loopback addresses are a lab's: what listens there is another program on purpose.
      guard !Self.isLoopback(key) else { continue }
      if own.contains(key) {
        findings.append(
          Self.finding(.pushToItself, host, allowed: "a host other than the appliance itself"))
      }
      if case .syslogPush = subscription.retrieval, relays.contains(key) {
        findings.append(
          Self.finding(
            .pushSharesRelay, host,
            allowed: "a host other than the relay of the alert that tells of its failure"))
      }
    }
    return findings + Self.unseenFailure(configuration.subscriptions)
  }

  private static func ownNames(of configuration: Configuration) -> Set<String> {
    var names: Set = [configuration.hostname.value.lowercased()]
    for interface in configuration.interfaces {
      if let address = interface.address { names.insert(address.value.description) }
      if let address = interface.ipv6Address { names.insert(address.value.lowercased()) }
      if let hostname = interface.hostname { names.insert(hostname.value.lowercased()) }
    }
    return names
  }

  /// Where mail to those who hear System Critical alerts goes by SMTP routes.
  private static func alertRelays(of configuration: Configuration) -> Set<String> {
    var sources: Set = ["all"]
    for recipient in configuration.alerts.recipients
    where recipient.alertClass == .system && recipient.severity == .critical {
      guard let at = recipient.address.value.utf8.lastIndex(of: UInt8(ascii: "@")) else { continue }
      var domain = recipient.address.value[at...].dropFirst().lowercased()[...]
      sources.insert(String(domain))
      while let dot = domain.dropFirst().firstIndex(of: ".") {
        domain = domain[dot...]
        sources.insert(String(domain))
      }
    }
    var relays: Set<String> = []
    for route in configuration.smtpRoutes where sources.contains(route.source.value.lowercased()) {
      for case .host(let host, _) in route.destinations.map(\.value) {
        relays.insert(host.lowercased())
      }
    }
    return relays
  }

  private static func isLoopback(_ host: String) -> Bool {
    host == "localhost" || host == "::1"
      || IPv4Address(host).map { $0.bits >> 24 == 127 } ?? false
  }

  /// The error of a failed push is a line of the mail logs, and is thrown away with the failed one's
  /// queue: it is lost when each of them is pushed to that server. A datagram's loss is no failure,
  /// and a disk buffer keeps the line.
  ///
  /// Source: docs/FIDELITY.md, "Failure of a push".
  private static func unseenFailure(
    _ subscriptions: [LogSubscriptionSettings]
  ) -> [Diagnostic] {
    let mailLogs = subscriptions.filter { $0.type.value == .textMail }
    let pushes = mailLogs.compactMap { subscription -> SyslogPushSettings? in
      guard case .syslogPush(let push) = subscription.retrieval else { return nil }
      return push
    }
    guard pushes.count == mailLogs.count,
      Set(pushes.map { $0.host.value.lowercased() }).count == 1,
      pushes.allSatisfy({ $0.delivery.mode.value == .asAppliance }),
      let first = pushes.firstIndex(where: { $0.transport.value == .tcp })
    else { return [] }
    return [
      Self.finding(
        .pushFailureUnseen, mailLogs[first].name,
        allowed:
          "one more mail log that is kept in files, or pushed to another server, and says why "
          + "a push failed")
    ]
  }

  /// Source: docs/FIDELITY.md, "Log types".
  private static func repeatedTypes(
    _ subscriptions: [LogSubscriptionSettings]
  ) -> [Diagnostic] {
    subscriptions.filter { $0.type.value == .configurationHistory }.dropFirst().map {
      Self.finding(
        .logTypeRepeated, $0.name,
        allowed: "one subscription of \(LogType.configurationHistory.displayName)")
    }
  }
}

extension LogSubscriptionSettings.Retrieval {
  /// The server that lines or files are pushed to; `nil` where nothing is pushed.
  public var host: Setting<String>? {
    switch self {
    case .manualDownload, .notUnderstood: nil
    case .ftpPush(let transfer), .scpPush(let transfer): transfer.host
    case .syslogPush(let push): push.host
    }
  }
}

/// The names that something may refer to.
struct KnownReferences {
  private static let listedMax = 20
  /// How many names are compared with those known: a hostile file has many.
  private static let hintsMax = 100

  private let names: Set<String>
  private let allowed: String
  private let near: [String]
  private var hintCount = 0

  init(_ kind: String, _ names: [String]) {
    self.names = Set(names)
    let sorted = self.names.sorted()
    self.near = Array(sorted.prefix(100))
    let listed = sorted.prefix(Self.listedMax)
    self.allowed =
      names.isEmpty
      ? "no \(kind) is configured"
      : listed.joined(separator: ", ") + (self.names.count > listed.count ? ", ..." : "")
  }

  /// The finding about a name that nothing has; none where one of those that have names could not
  /// be read.
  mutating func unresolved(_ code: DiagnosticCode, _ name: Setting<String>) -> Diagnostic? {
    guard !self.names.contains(name.value), !self.names.contains("") else { return nil }
    self.hintCount += 1
    let isCompared = self.hintCount <= Self.hintsMax
    return Diagnostic(
      code, at: name.position, found: Diagnostic.quote(name.value), allowed: self.allowed,
      hint: isCompared ? Suggestion.nearest(to: name.value, among: self.near) ?? "" : "")
  }
}
