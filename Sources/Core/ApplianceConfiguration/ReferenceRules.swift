internal import Simulation
import LogModel

/// What one part of a configuration says of another: references, collisions, and pushes that harm
/// themselves.
public enum ReferenceRules: RuleSection {
  static func findings(in configuration: Configuration) -> [Diagnostic] {
    Self.serviceFindings(configuration.interfaces)
      + Self.nameFindings(in: configuration)
      + Self.addressFindings(configuration)
      + Self.numberFindings(configuration.network)
      + Self.pushFindings(in: configuration)
      + Self.repeatedTypes(configuration.subscriptions)
  }

  // MARK: Interfaces

  private static func serviceFindings(_ interfaces: [NetworkInterface]) -> [Diagnostic] {
    var findings: [Diagnostic] = []
    var addresses: [String: Setting<String>] = [:]
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
      let own = [
        interface.address.map {
          Setting($0.value.description, at: $0.position, state: $0.state)
        }, interface.ipv6Address,
      ]
      for address in own.compactMap(\.self) where address.state == .present {
        let key = HostSyntax.canonical(address.value)
        guard let other = addresses.updateValue(interface.name, forKey: key) else { continue }
        findings.append(
          Diagnostic(
            .addressTaken, at: address.position, found: address.value,
            allowed: "an address other than that of "
              + (other.isMissing ? "the one without a name" : Diagnostic.quote(other.value))))
      }
    }
    return findings
  }

  // MARK: References by name

  private static func nameFindings(in configuration: Configuration) -> [Diagnostic] {
    var findings: [Diagnostic] = []
    var interfaces = KnownReferences("interface", configuration.interfaces.map(\.name.given))
    // Words of ours for "any": an appliance chooses the interface itself.
    let automatic = ["", "auto", "automatic", "any"]
    // Of the time servers only this says something of another place.
    let sources = configuration.kept.filter { $0.name == "ntp" }.flatMap(\.children)
      .filter { $0.name == "ntp_source_ip_interface" }
      .map { Setting($0.text, at: $0.position) }
    for name in [configuration.network.nameInterface].compactMap(\.self) + sources
    where !automatic.contains(name.value.lowercased()) {
      if let finding = interfaces.unresolved(.interfaceUnknown, name) { findings.append(finding) }
    }
    for listener in configuration.listeners {
      if let finding = interfaces.unresolved(.interfaceUnknown, listener.interfaceName) {
        findings.append(finding)
      }
    }
    var profiles = KnownReferences(
      "bounce profile", configuration.bounceProfiles.map(\.name.given))
    for name in configuration.listeners.compactMap(\.bounceProfileName)
    where !["", "default"].contains(name.value.lowercased()) {
      if let finding = profiles.unresolved(.bounceProfileUnknown, name) { findings.append(finding) }
    }
    return findings
  }

  private static func addressFindings(_ configuration: Configuration) -> [Diagnostic] {
    let network = configuration.network
    let interfaces = configuration.interfaces.compactMap(\.ipv6Address)
      .filter { !$0.value.isEmpty && !HostSyntax.isIPv6Address($0.value) }
      .map {
        Self.finding(
          .hostAddressInvalid, $0, allowed: "an IPv6 address such as 2001:db8::1, without prefix")
      }
    let destinations = network.routes.map(\.destination)
      .filter { !$0.value.isEmpty && !HostSyntax.isNetwork($0.value) }
      .map {
        Self.finding(
          .hostAddressInvalid, $0, allowed: "an address, or a network such as 10.0.0.0/8")
      }
    let addresses =
      network.nameServers.map(\.address) + [network.defaultGateway].compactMap(\.self)
      + network.routes.map(\.gateway)
    return interfaces + destinations
      + addresses.filter {
        !$0.value.isEmpty && IPv4Address($0.value) == nil && !HostSyntax.isIPv6Address($0.value)
      }.map { Self.finding(.hostAddressInvalid, $0, allowed: "an address such as 10.0.0.1 or ::1") }
  }

  private static func numberFindings(_ network: NetworkSettings) -> [Diagnostic] {
    let number = 0...Int(Int32.max)
    var findings: [Diagnostic] = []
    if let timeout = network.reverseLookupTimeout, !timeout.value.isEmpty,
      !HostSyntax.isNumber(timeout.value, in: number)
    {
      findings.append(
        Self.finding(.contentDoubtful, timeout, allowed: "a whole number of seconds"))
    }
    for server in network.nameServers {
      guard let priority = server.priority, !HostSyntax.isNumber(priority, in: number) else {
        continue
      }
      findings.append(
        Diagnostic(
          .contentDoubtful, at: server.address.position,
          found: "priority \(Diagnostic.quote(priority))", allowed: "a whole number"))
    }
    return findings
  }

  // MARK: Pushes

  private static func pushFindings(in configuration: Configuration) -> [Diagnostic] {
    let own = Self.ownNames(of: configuration)
    let relays = Self.alertRelays(of: configuration)
    var findings: [Diagnostic] = []
    for subscription in configuration.subscriptions {
      guard let host = subscription.retrieval.host else { continue }
      let key = HostSyntax.canonical(host.value)
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
            allowed: "a host other than the relay that takes the alert about its failure"))
      }
    }
    return findings + Self.unseenFailure(configuration.subscriptions)
  }

  /// The names and addresses of the appliance itself, each as `HostSyntax.canonical` has it.
  public static func ownNames(of configuration: Configuration) -> Set<String> {
    // A connection to the unspecified address is one to this host.
    var names = ["0.0.0.0", "::", configuration.hostname.value]
    for interface in configuration.interfaces {
      if let address = interface.address { names.append(address.value.description) }
      names += [interface.ipv6Address, interface.hostname].compactMap { $0?.value }
    }
    return Set(names.filter { !$0.isEmpty }.map(HostSyntax.canonical))
  }

  /// Where mail to those who hear System Critical alerts goes by SMTP routes.
  private static func alertRelays(of configuration: Configuration) -> Set<String> {
    var sources: Set = ["all"]
    let grave = AlertKinds(.system, .critical)
    for recipient in configuration.alerts.recipients where recipient.hears.contains(grave) {
      guard let at = recipient.address.value.utf8.lastIndex(of: UInt8(ascii: "@")) else { continue }
      var domain = recipient.address.value[at...].dropFirst().lowercased()[...]
      // So are those above it.
      guard sources.insert(String(domain)).inserted else { continue }
      while let dot = domain.dropFirst().firstIndex(of: ".") {
        domain = domain[dot...]
        sources.insert(String(domain))
      }
    }
    var relays: Set<String> = []
    for route in configuration.smtpRoutes where sources.contains(route.source.value.lowercased()) {
      for (host, _) in route.destinations.compactMap(\.value.endpoint) {
        relays.insert(HostSyntax.canonical(host))
      }
    }
    return relays
  }

  /// Whether a host, as `HostSyntax.canonical` has it, is a loopback address or its name.
  public static func isLoopback(_ host: String) -> Bool {
    host == "localhost" || host == HostSyntax.canonical("::1")
      || IPv4Address(host).map { $0.bits >> 24 == 127 } ?? false
  }

  /// The error of a failed push is a line of the mail logs, and is thrown away with the failed
  /// one's
  /// queue: it is lost when each of them is pushed to that server. A datagram's loss is no failure,
  /// and a disk buffer keeps the line.
  ///
  /// Source: docs/FIDELITY.md, "Failure of a push".
  private static func unseenFailure(
    _ subscriptions: [LogSubscriptionSettings]
  ) -> [Diagnostic] {
    let mailLogs = subscriptions.filter { $0.isInEffect && $0.type.value == .textMail }
    let pushes = mailLogs.compactMap { subscription -> SyslogPushSettings? in
      guard case .syslogPush(let push) = subscription.retrieval else { return nil }
      return push
    }
    guard pushes.count == mailLogs.count,
      Set(pushes.map { HostSyntax.canonical($0.host.value) }).count == 1,
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
    subscriptions.filter {
      $0.isInEffect && $0.type.value == .configurationHistory
    }.dropFirst().map {
      Self.finding(
        .logTypeRepeated, $0.name,
        allowed: "one subscription of \(LogType.configurationHistory.displayName)")
    }
  }
}

extension LogSubscriptionSettings.Retrieval {
  /// The files of the method; `nil` where it keeps none.
  var files: LogFileSettings? {
    switch self {
    case .manualDownload(let files): files
    case .ftpPush(let transfer), .scpPush(let transfer): transfer.files
    case .syslogPush, .notUnderstood: nil
    }
  }

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
  private let near: NearNames
  private var hintCount = 0

  init(_ kind: String, _ names: [String]) {
    self.names = Set(names)
    let sorted = self.names.sorted()
    self.near = NearNames(sorted.prefix(100))
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
      hint: isCompared ? self.near.nearest(to: name.value) ?? "" : "")
  }
}
