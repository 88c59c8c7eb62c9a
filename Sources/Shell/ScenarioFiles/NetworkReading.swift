internal import LogModel
internal import Scenarios
internal import Simulation

/// Reads hosts, paths, names and faults.
enum NetworkReading {
  static func network(_ fields: Fields?, _ top: Fields) -> NetworkPlan? {
    guard let fields = top.require("network", fields) else { return nil }
    let appliance = fields.require("appliance", fields.fields("appliance"))
    let address = appliance.flatMap { $0.require("address", $0.address("address")) }
    let firstPort = appliance?.integer("first_port", in: 1024...65_535)
    appliance?.end()
    let hosts = fields.list("hosts").compactMap { self.host(Fields($0, fields.findings)) }
    for (index, host) in hosts.enumerated()
    where hosts[..<index].contains(where: { $0.name == host.name }) {
      fields.fail(fields.place, "hosts: the name \(host.name) stands twice")
    }
    let names = fields.list("names").compactMap { self.name(Fields($0, fields.findings)) }
    fields.end()
    return address.map {
      NetworkPlan(
        applianceAddress: $0, firstEphemeralPort: firstPort.map { UInt16($0) }, hosts: hosts,
        names: names)
    }
  }

  private static func name(_ fields: Fields) -> NamePlan? {
    let name = fields.require("name", fields.string("name"))
    let addresses = fields.strings("addresses").compactMap { text in
      if let address = IPv4Address(text) { return address }
      fields.fail(fields.place, "addresses: found \"\(text)\", allowed: IPv4 addresses")
      return nil
    }
    fields.end()
    return name.map { NamePlan(name: $0, addresses: addresses) }
  }

  private static func host(_ fields: Fields) -> HostPlan? {
    let name = fields.require(
      "name",
      fields.value("name", allowed: "letters, digits and -") { text in
        text.isEmpty || text.contains { !$0.isASCII || !($0.isLetter || $0.isNumber || $0 == "-") }
          ? nil : text
      })
    let address = fields.require("address", fields.address("address"))
    let stack = fields.value("stack", allowed: "documented-server, linux") {
      HostPlan.Stack(rawValue: $0)
    }
    let services = fields.list("services").compactMap {
      self.service(Fields($0, fields.findings))
    }
    let path = fields.fields("path").map { self.path($0) } ?? PathPlan()
    fields.end()
    guard let name, let address else { return nil }
    return HostPlan(
      name: name, address: address, stack: stack ?? .linux, services: services, path: path)
  }

  private static func service(_ fields: Fields) -> HostPlan.Service? {
    let kinds: [(String, (UInt16) -> HostPlan.Service)] = [
      ("syslog-tcp", { .syslogTCP(port: $0) }), ("syslog-udp", { .syslogUDP(port: $0) }),
      ("mailbox", { .mailbox(port: $0) }), ("remote-shell", { .remoteShell(port: $0) }),
    ]
    for (name, make) in kinds where fields.has(name) {
      let port = fields.integer(name, in: 1...65_535)
      fields.end()
      return port.map { make(UInt16($0)) }
    }
    fields.fail(
      fields.place, "a service is one of \(kinds.map(\.0).joined(separator: ", ")), with its port")
    return nil
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

  static func faults(_ top: Fields, hosts: [HostPlan]) -> [PlannedFault] {
    top.list("faults").compactMap { self.fault(Fields($0, top.findings), hosts: hosts) }
  }

  private static func fault(_ fields: Fields, hosts: [HostPlan]) -> PlannedFault? {
    let names = FaultTable.rows.map(\.name)
    let row = fields.require(
      "fault",
      fields.value("fault", allowed: names.joined(separator: ", ")) { text in
        FaultTable.rows.first { $0.name == text }
      })
    let host = fields.require("host", fields.string("host"))
    let kind = row.flatMap { $0.read(fields) }
    var window = FaultWindow()
    window.from = fields.duration("from") ?? .zero
    window.until = fields.duration("until")
    window.connectionsMax = fields.integer("connections", in: 1...1_000_000)
    window.connectionPermille = fields.integer("connection_permille", in: 0...1000) ?? 1000
    if row != nil { fields.end() }
    guard let kind, let host else { return nil }
    if !self.isOfNames(kind), !hosts.contains(where: { $0.name == host }) {
      fields.fail(
        fields.place,
        "host: found \"\(host)\", allowed: \(hosts.map(\.name).joined(separator: ", "))")
    }
    return PlannedFault(kind, host: host, when: window)
  }

  private static func isOfNames(_ kind: FaultKind) -> Bool {
    switch kind {
    case .nameNotFound, .nameServerFailure, .nameTimeout, .addressChange: true
    default: false
    }
  }
}
