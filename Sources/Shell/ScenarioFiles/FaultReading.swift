internal import ApplianceConfiguration
internal import Scenarios
internal import Simulation

/// Reads one fault: its name, its own parameters, and when it strikes.
struct FaultReading {
  /// What a fault may name.
  let hosts: [NetworkReading.KnownHost]
  let names: [String]
  /// The subscriptions that have files; `nil` when the configuration is not known.
  let subscriptions: [String]?
  /// The names that the configuration's pushes and relays ask for, in small letters.
  let askedNames: Set<String>?
  /// The scenario's length, when it is known.
  let duration: SimDuration?
  /// Whether a fault that changes nothing is refused.
  let refusesIdle: Bool

  init(
    hosts: [NetworkReading.KnownHost], names: [String], configuration: Configuration?,
    duration: SimDuration?, refusesIdle: Bool
  ) {
    self.refusesIdle = refusesIdle
    self.hosts = hosts
    self.names = names
    self.subscriptions = configuration?.subscriptions.map(\.name.value)
    self.askedNames = configuration.map { Self.askedNames(of: $0) }
    self.duration = duration
  }

  private static func askedNames(of configuration: Configuration) -> Set<String> {
    var names: Set<String> = []
    for subscription in configuration.subscriptions {
      if case .syslogPush(let push) = subscription.retrieval { names.insert(push.host.value) }
    }
    for route in configuration.smtpRoutes {
      for (host, _) in route.destinations.compactMap(\.value.endpoint) { names.insert(host) }
    }
    return Set(names.map { $0.lowercased() })
  }

  func all(_ top: Fields) -> [PlannedFault] {
    top.list("faults").compactMap { self.fault(Fields($0, .fault, top.findings)) }
  }

  private func fault(_ fields: Fields) -> PlannedFault? {
    let words = FaultRow.all.map(\.name)
    let row = fields.require("fault", fields.choice("fault", words) { FaultRow.named($0) })
    // What else a fault that is not known may hold cannot be said.
    guard let row else {
      _ = self.window(fields)
      return nil
    }
    fields.shape = row.shape
    let host = row.isOfAppliance ? "" : fields.require("host", self.host(of: row, fields))
    if let host, self.refusesIdle { self.checkEffect(of: row, at: host, fields) }
    let kind = row.read(fields)
    self.check(kind, fields)
    let window = self.window(fields)
    if self.refusesIdle {
      self.checkShares(kind, window, row, fields)
      if let kind { self.checkAmounts(kind, window, row, at: host, fields) }
    }
    fields.end()
    guard let kind, let host else { return nil }
    return PlannedFault(kind, host: host, when: window)
  }

  /// A rollover of a subscription that there is not would have no effect.
  private func check(_ kind: FaultDescription?, _ fields: Fields) {
    guard case .appliance(.rollOverNow(let name?)) = kind, let known = self.subscriptions,
      !known.contains(name)
    else { return }
    fields.fail("subscription", found: name, allowed: known.joined(separator: ", "))
  }

  /// A fault that changes nothing where it is planned is a mistake, not a quiet scenario.
  private func checkEffect(of row: FaultRow, at host: String, _ fields: Fields) {
    if row.isOfNames {
      guard let asked = self.askedNames, !asked.contains(host.lowercased()) else { return }
      fields.fail(
        "host", found: host,
        allowed: "a name that a push or an SMTP route of the configuration "
          + "has; \(row.name) has no effect on a name that nobody asks for")
      return
    }
    guard let services = self.hosts.first(where: { $0.name == host })?.services else { return }
    let found = services.isEmpty ? "\(host) without services" : "\(host) (\(Self.list(services)))"
    guard row.place.isMet(by: services) else {
      fields.fail(
        "host", found: found,
        allowed: "a host with \(row.place.services.joined(separator: " or ")); "
          + "\(row.name) has no effect elsewhere")
      return
    }
    let isOfUDP = row.place == .udp
    guard isOfUDP || !services.isEmpty && !services.contains(where: FaultPlace.tcpServices.contains)
    else { return }
    for key in ["connections", "connection_permille"]
    where row.window == .connections && fields.has(key) {
      fields.fail(
        key, found: isOfUDP ? row.name : found,
        allowed:
          "a fault of TCP at a host with \(FaultPlace.tcpServices.joined(separator: " or ")); "
          + "UDP has no connections to choose from")
    }
  }

  /// A share of none is no fault.
  private func checkShares(
    _ kind: FaultDescription?, _ window: FaultWindow, _ row: FaultRow, _ fields: Fields
  ) {
    var none = row.keys.filter { $0.kind == .share && kind?.record.values[$0.name] == .integer(0) }
      .map(\.name)
    if window.connectionPermille == 0 { none.append("connection_permille") }
    for key in none {
      fields.fail(key, found: "0", allowed: "1 to 1000; \(row.name) has no effect on 0 of 1000")
    }
  }

  /// Nor is one that waits for longer than the scenario lasts, or for packets that no path takes.
  private func checkAmounts(
    _ kind: FaultDescription, _ window: FaultWindow, _ row: FaultRow, at host: String?,
    _ fields: Fields
  ) {
    switch kind.record.condition {
    case .idle(let wait), .point(.time(let wait)):
      guard let duration = self.duration, wait >= duration - window.from else { break }
      for key in row.keys where kind.record.values[key.name] == .duration(wait) {
        fields.fail(
          key.name, found: "a time after the end",
          allowed: "less than what is left of the scenario's duration")
      }
    case .point, .beyond, .pattern, nil: break
    }
    if case .path(.mtuBlackHole(let mtu)) = kind,
      let path = self.hosts.first(where: { $0.name == host })?.mtu, mtu >= path
    {
      fields.fail(
        "mtu", found: "\(mtu)",
        allowed: "less than the path's \(path); \(kind.name) has no effect on packets that are "
          + "never larger")
    }
  }

  private static func list(_ services: [String]) -> String {
    var seen: Set<String> = []
    return services.filter { seen.insert($0).inserted }.joined(separator: ", ")
  }

  private func host(of row: FaultRow, _ fields: Fields) -> String? {
    let allowed = row.isOfNames ? self.names : self.hosts.map(\.name)
    guard !allowed.isEmpty else {
      let what = row.isOfNames ? "a name of network.names" : "a host of network.hosts"
      return fields.value("host", allowed: "\(what), of which there is none") { _ in nil }
    }
    return fields.choice("host", allowed) { word in allowed.contains(word) ? word : nil }
  }

  private func window(_ fields: Fields) -> FaultWindow {
    var window = FaultWindow()
    let keys = fields.shape.keys
    if keys.contains("from") { window.from = fields.duration("from") ?? .zero }
    if keys.contains("until") { window.until = fields.duration("until") }
    if keys.contains("connections") {
      window.connectionsMax = fields.integer("connections", in: 1...1_000_000)
      window.connectionPermille = fields.integer("connection_permille", in: 0...1000) ?? 1000
    }
    if let until = window.until, until <= window.from {
      fields.fail("until", found: "no time after from", allowed: "a time after from")
    }
    if let duration = self.duration, window.from >= duration, fields.has("from") {
      fields.fail(
        "from", found: "a time after the end", allowed: "less than the scenario's duration")
    }
    return window
  }
}
