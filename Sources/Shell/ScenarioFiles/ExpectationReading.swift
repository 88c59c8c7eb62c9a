internal import ApplianceConfiguration
internal import LogDelivery
internal import Scenarios

/// Reads what a scenario expects.
enum ExpectationReading {
  private static let kinds = [
    "alert", "log_line", "log_order", "delivery", "connections", "failures", "received",
  ]

  static func all(_ top: Fields) -> [Expectation] {
    top.list("expect").compactMap { self.one(Fields($0, top.findings)) }
  }

  private static func one(_ entry: Fields) -> Expectation? {
    guard let kind = self.kinds.first(where: { entry.has($0) }),
      let fields = entry.fields(kind)
    else {
      entry.fail(
        entry.place, "an expectation is one of \(self.kinds.joined(separator: ", "))")
      return nil
    }
    entry.end()
    defer { fields.end() }
    switch kind {
    case "alert": return self.alert(fields)
    case "log_line":
      return self.pair(fields, "subscription").map {
        .logLine(subscription: $0.0, contains: $0.1, count: fields.count("count"))
      }
    case "received":
      return self.pair(fields, "host").map {
        .received(host: $0.0, contains: $0.1, count: fields.count("count"))
      }
    case "log_order":
      let subscription = fields.require("subscription", fields.string("subscription"))
      let texts = fields.strings("contains")
      return subscription.map { .logOrder(subscription: $0, contains: texts) }
    case "delivery": return self.delivery(fields)
    case "connections":
      let subscription = fields.require("subscription", fields.string("subscription"))
      let count = fields.count("count")
      return subscription.map { .connections(subscription: $0, count: count) }
    default:
      return self.failures(fields)
    }
  }

  private static func pair(_ fields: Fields, _ key: String) -> (String, String)? {
    let name = fields.require(key, fields.string(key))
    let text = fields.require("contains", fields.string("contains"))
    guard let name, let text else { return nil }
    return (name, text)
  }

  private static func alert(_ fields: Fields) -> Expectation {
    let alertClass = fields.value(
      "class", allowed: AlertClass.allCases.map(\.rawValue).joined(separator: ", ")
    ) { AlertClass(rawValue: $0) }
    let severity = fields.value(
      "severity", allowed: AlertSeverity.allCases.map(\.rawValue).joined(separator: ", ")
    ) { AlertSeverity(rawValue: $0) }
    return .alert(
      alertClass: alertClass, severity: severity,
      subjectContains: fields.string("subject_contains") ?? "", count: fields.count("count"))
  }

  private static func delivery(_ fields: Fields) -> Expectation? {
    let subscription = fields.require("subscription", fields.string("subscription"))
    let allowed = DeliveryFigure.allCases.map(\.rawValue).joined(separator: ", ")
    let figure = fields.require(
      "figure", fields.value("figure", allowed: allowed) { DeliveryFigure(rawValue: $0) })
    let count = fields.count("count")
    guard let subscription, let figure else { return nil }
    return .delivery(subscription: subscription, figure: figure, count: count)
  }

  private static func failures(_ fields: Fields) -> Expectation? {
    let subscription = fields.require("subscription", fields.string("subscription"))
    let allowed = LinkFailure.Cause.allCases.map(\.rawValue).joined(separator: ", ")
    let cause = fields.value("cause", allowed: allowed) { LinkFailure.Cause(rawValue: $0) }
    let count = fields.count("count")
    return subscription.map { .failures(subscription: $0, cause: cause, count: count) }
  }
}
