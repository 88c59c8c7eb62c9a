internal import Scenarios
internal import Simulation

/// Reads one fault: its name, its own parameters, and when it strikes.
struct FaultReading {
  /// What a fault may name.
  let hosts: [String]
  let names: [String]
  /// The subscriptions that have files; `nil` when the configuration is not known.
  let subscriptions: [String]?
  /// The scenario's length, when it is known.
  let duration: SimDuration?

  func all(_ top: Fields) -> [PlannedFault] {
    top.list("faults").compactMap { self.fault(Fields($0, .fault, top.findings)) }
  }

  private func fault(_ fields: Fields) -> PlannedFault? {
    let words = FaultTable.rows.map(\.name)
    let row = fields.require(
      "fault", fields.choice("fault", words) { word in FaultTable.rows.first { $0.name == word } })
    // What a fault that is not known may hold cannot be said.
    guard let row else { return nil }
    fields.shape = row.shape
    let host = row.isOfAppliance ? "" : fields.require("host", self.host(of: row, fields))
    let kind = row.read(fields)
    self.check(kind, fields)
    let window = self.window(fields)
    fields.end()
    guard let kind, let host else { return nil }
    return PlannedFault(kind, host: host, when: window)
  }

  /// A rollover of a subscription that there is not would have no effect.
  private func check(_ kind: FaultKind?, _ fields: Fields) {
    guard case .rollOverNow(let name?) = kind, let known = self.subscriptions,
      !known.contains(name)
    else { return }
    fields.fail("subscription", found: name, allowed: known.joined(separator: ", "))
  }

  private func host(of row: FaultTable.Row, _ fields: Fields) -> String? {
    let allowed = row.isOfNames ? self.names : self.hosts
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
