internal import ApplianceConfiguration
internal import LogModel
internal import Scenarios
internal import Simulation

/// Reads hosts, paths and names.
enum NetworkReading {
  static let hostsMax = 64
  private static let port = 1...65_535

  /// A host that faults and expectations may name, also where something else is wrong with it.
  struct KnownHost {
    let name: String
    /// The kinds of its services; `nil` when they could not all be read.
    let services: [String]?
    /// The largest packet of the path to it, in bytes.
    let mtu: Int
  }

  /// What was read, also where no plan comes of it: one mistake is one finding.
  struct Reading {
    var plan: NetworkPlan?
    var hosts: [KnownHost] = []
    var names: [String] = []
  }

  static func network(_ top: Fields) -> Reading {
    guard let fields = top.require("network", top.fields("network", .network)) else {
      return Reading()
    }
    let appliance = fields.require("appliance", fields.fields("appliance", .appliance))
    let address = appliance.flatMap { $0.require("address", $0.address("address")) }
    let firstPort = appliance?.integer("first_port", in: 1024...65_535)
    appliance?.end()
    var known: [KnownHost] = []
    let hosts = self.hosts(fields, applianceAddress: address, known: &known)
    let names = self.names(fields)
    fields.end()
    let plan = address.map {
      NetworkPlan(
        applianceAddress: $0, firstEphemeralPort: firstPort.map { UInt16($0) }, hosts: hosts,
        names: names)
    }
    return Reading(plan: plan, hosts: known, names: names.map(\.name))
  }

  private static func hosts(
    _ fields: Fields, applianceAddress: IPv4Address?, known: inout [KnownHost]
  ) -> [HostPlan] {
    var names: Set<String> = []
    var addresses: Set<IPv4Address> = []
    if let applianceAddress { addresses.insert(applianceAddress) }
    return fields.list("hosts", max: self.hostsMax).compactMap { value in
      let entry = Fields(value, .host, fields.findings)
      guard let host = self.host(entry, known: &known) else { return nil }
      if host.name == "appliance" {
        entry.fail("name", found: host.name, allowed: "another name than the appliance's")
      }
      if !names.insert(host.name).inserted {
        entry.fail("name", found: "\(host.name) again", allowed: "a name of its own")
      }
      if !addresses.insert(host.address).inserted {
        entry.fail(
          "address", found: "\(host.address) again", allowed: "an address of its own")
      }
      return host
    }
  }

  private static func host(_ fields: Fields, known: inout [KnownHost]) -> HostPlan? {
    let name = fields.require(
      "name",
      fields.value("name", allowed: "1 to 64 letters, digits and hyphens") {
        HostSyntax.isSafeFileName($0) && !$0.contains(".") && !$0.contains("_") ? $0 : nil
      })
    let address = fields.require("address", fields.address("address"))
    let stack = fields.choice("stack", Choices.stack) { HostPlan.Stack(rawValue: $0) }
    let findingsBefore = fields.findings.all.count
    let services = self.services(fields)
    let areServicesRead = fields.findings.all.count == findingsBefore
    let path = fields.fields("path", .path).map { self.path($0) } ?? PathPlan()
    fields.end()
    if let name {
      known.append(
        KnownHost(
          name: name, services: areServicesRead ? services.map(\.key) : nil, mtu: path.mtu))
    }
    guard let name, let address else { return nil }
    return HostPlan(
      name: name, address: address, stack: stack ?? .linux, services: services, path: path)
  }

  private static func services(_ host: Fields) -> [HostPlan.Service] {
    var taken: [HostPlan.Service: String] = [:]
    return host.list("services", max: 64).compactMap { value in
      let fields = Fields(value, .service, host.findings)
      guard let kind = fields.onlyKey("a service") else { return nil }
      let number = fields.integer(kind, in: self.port)
      fields.end()
      guard let port = number.map({ UInt16($0) }) else { return nil }
      let service: HostPlan.Service =
        switch kind {
        case "syslog-tcp": .syslogTCP(port: port)
        case "syslog-udp": .syslogUDP(port: port)
        case "mailbox": .mailbox(port: port)
        case "dns": .nameServer(port: port)
        default: .remoteShell(port: port)
        }
      // Two listeners of TCP cannot share a port; UDP's ports are others.
      let isOfUDP = kind == "syslog-udp" || kind == "dns"
      let key: HostPlan.Service = isOfUDP ? .syslogUDP(port: port) : .syslogTCP(port: port)
      defer { taken[key] = kind }
      if taken[key] != nil {
        let transport = isOfUDP ? "UDP" : "TCP"
        let other = taken[key].map { " by \($0)" } ?? ""
        fields.fail(
          fields.place(of: kind),
          "\(kind): \(transport) port \(port) of this host is already used\(other)")
      }
      return service
    }
  }

  private static func path(_ fields: Fields) -> PathPlan {
    var path = PathPlan()
    path.latency = fields.duration("latency") ?? path.latency
    path.jitter = fields.duration("jitter") ?? path.jitter
    path.bandwidthBitsPerSecond = Int64(
      fields.integer("bandwidth", in: 0...1_000_000_000_000) ?? 0)
    path.lossPermille = fields.integer("loss_permille", in: 0...1000) ?? 0
    path.duplicatePermille = fields.integer("duplicate_permille", in: 0...1000) ?? 0
    path.reorderPermille = fields.integer("reorder_permille", in: 0...1000) ?? 0
    path.mtu = fields.integer("mtu", in: 68...9000) ?? path.mtu
    path.mssClamp = fields.integer("mss_clamp", in: 64...1460).map { UInt16($0) }
    fields.end()
    return path
  }

  private static func names(_ network: Fields) -> [NamePlan] {
    var seen: Set<String> = []
    return network.list("names").compactMap { value in
      let fields = Fields(value, .nameEntry, network.findings)
      let name = fields.require(
        "name",
        fields.value("name", allowed: Allowed.hostName) {
          HostSyntax.isHostName($0) ? $0 : nil
        })
      let addresses = fields.values("addresses", allowed: "IPv4 addresses") { IPv4Address($0) }
      fields.end()
      guard let name else { return nil }
      if !seen.insert(name.lowercased()).inserted {
        fields.fail("name", found: "\(name) again", allowed: "a name once, with all its addresses")
      }
      return NamePlan(name: name, addresses: addresses)
    }
  }
}

extension HostPlan.Service {
  /// The key that stands for it in a file.
  var key: String {
    switch self {
    case .syslogTCP: "syslog-tcp"
    case .syslogUDP: "syslog-udp"
    case .mailbox: "mailbox"
    case .nameServer: "dns"
    case .remoteShell: "remote-shell"
    }
  }
}
