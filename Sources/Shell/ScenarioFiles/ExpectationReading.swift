internal import ApplianceConfiguration
internal import LogDelivery
internal import Scenarios
internal import Simulation

/// Reads what a scenario expects, of subscriptions and hosts that there are.
struct ExpectationReading {
  /// The names of all subscriptions; `nil` while no configuration could be read.
  let subscriptions: [String]?
  /// The names of those that are pushed.
  let pushed: [String]?
  let hosts: [String]

  init(configuration: Configuration?, hosts: [String]) {
    self.subscriptions = configuration?.subscriptions.map(\.name.value)
    self.pushed = configuration?.subscriptions.filter { subscription in
      if case .syslogPush = subscription.retrieval { true } else { false }
    }
    .map(\.name.value)
    self.hosts = hosts
  }

  func all(_ top: Fields) -> [Expectation] {
    top.list("expect").compactMap { self.one(Fields($0, .expectation, top.findings)) }
  }

  private func one(_ entry: Fields) -> Expectation? {
    guard let kind = entry.onlyKey("an expectation"), let shape = Self.shapes[kind],
      let fields = entry.fields(kind, shape)
    else { return nil }
    entry.end()
    defer { fields.end() }
    let core: Expectation? =
      switch kind {
      case "alert": self.alert(fields)
      case "log_line": self.logLine(fields)
      case "log_order": self.logOrder(fields)
      case "elapsed": self.elapsed(fields)
      case "delivery": self.delivery(fields)
      case "connections": self.connections(fields)
      case "failures": self.failures(fields)
      default: self.received(fields)
      }
    guard shape.keys.contains("until"), let window = self.window(fields) else { return core }
    return core.map { .within(window, $0) }
  }

  /// The part of the time that counts; `nil` for all of it.
  private func window(_ fields: Fields) -> ScenarioWindow? {
    let from = fields.duration("from")
    let until = fields.duration("until")
    guard from != nil || until != nil else { return nil }
    if let until, until <= from ?? .zero {
      fields.fail("until", found: "no time after from", allowed: "a time after from")
    }
    return ScenarioWindow(from: from ?? .zero, until: until)
  }

  private func elapsed(_ fields: Fields) -> Expectation? {
    let subscription = self.name("subscription", among: self.subscriptions, fields)
    let first = fields.require("from", fields.words("from"))
    let last = fields.require("to", fields.words("to"))
    let minimum = fields.duration("min")
    let maximum = fields.duration("max")
    if !fields.has("min"), !fields.has("max") { fields.fail(fields.place, "missing min or max") }
    if let maximum, maximum < minimum ?? .zero {
      fields.fail("max", found: "less than min", allowed: "min or more")
    }
    guard let subscription, let first, let last else { return nil }
    return .elapsed(
      subscription: subscription, from: first, to: last,
      range: DurationRange(minimum: minimum ?? .zero, maximum: maximum))
  }

  private static let shapes = [
    "alert": Shape.alert, "log_line": .logLine, "log_order": .logOrder,
    "elapsed": .elapsed, "delivery": .delivery,
    "connections": .connections, "failures": .failures, "received": .received,
  ]

  private func alert(_ fields: Fields) -> Expectation {
    .alert(
      alertClass: fields.choice("class", Choices.alertClass) { AlertClass(rawValue: $0) },
      severity: fields.choice("severity", Choices.alertSeverity) { AlertSeverity(rawValue: $0) },
      subjectContains: fields.string("subject_contains") ?? "", count: fields.count("count"))
  }

  private func logLine(_ fields: Fields) -> Expectation? {
    let subscription = self.name("subscription", among: self.subscriptions, fields)
    let text = fields.require("contains", fields.words("contains"))
    let count = fields.count("count")
    guard let subscription, let text else { return nil }
    return .logLine(subscription: subscription, contains: text, count: count)
  }

  private func logOrder(_ fields: Fields) -> Expectation? {
    let subscription = self.name("subscription", among: self.subscriptions, fields)
    let texts = fields.values("contains", allowed: "a text that is not empty") { $0 }
    if !fields.has("contains") {
      fields.fail(fields.place, "contains: missing")
    } else if texts.count < 2 {
      fields.fail("contains", found: "\(texts.count) texts", allowed: "2 or more in their order")
    }
    return subscription.map { .logOrder(subscription: $0, contains: texts) }
  }

  private func delivery(_ fields: Fields) -> Expectation? {
    let subscription = self.name("subscription", among: self.pushed, fields)
    let figure = fields.require(
      "figure", fields.choice("figure", Choices.figure) { DeliveryFigure(rawValue: $0) })
    let count = fields.count("count")
    guard let subscription, let figure else { return nil }
    return .delivery(subscription: subscription, figure: figure, count: count)
  }

  private func connections(_ fields: Fields) -> Expectation? {
    let subscription = self.name("subscription", among: self.pushed, fields)
    let count = fields.count("count")
    return subscription.map { .connections(subscription: $0, count: count) }
  }

  private func failures(_ fields: Fields) -> Expectation? {
    let subscription = self.name("subscription", among: self.pushed, fields)
    let cause = fields.choice("cause", Choices.cause) { LinkFailure.Cause(rawValue: $0) }
    let count = fields.count("count")
    return subscription.map { .failures(subscription: $0, cause: cause, count: count) }
  }

  private func received(_ fields: Fields) -> Expectation? {
    let host = self.name("host", among: self.hosts, fields)
    let text = fields.require("contains", fields.words("contains"))
    let count = fields.count("count")
    guard let host, let text else { return nil }
    return .received(host: host, contains: text, count: count)
  }

  /// A name that must be one of `known`, as far as those could be read.
  private func name(_ key: String, among known: [String]?, _ fields: Fields) -> String? {
    guard let known else { return fields.require(key, fields.words(key)) }
    return fields.require(
      key, fields.choice(key, known) { word in known.contains(word) ? word : nil })
  }
}
