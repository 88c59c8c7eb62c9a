import ApplianceConfiguration
import ApplianceModel
import LogModel
import NetworkModel
import Scenarios
import Simulation
import TestKit

/// Scenarios and configurations for tests of the matrix.
enum MatrixPlans {
  static let log = IPv4Address(10, 0, 0, 2)
  static let second = IPv4Address(10, 0, 0, 3)
  static let relay = IPv4Address(10, 0, 0, 9)

  /// Two syslog servers, of which the second takes UDP only, and a mailbox.
  static func scenario(
    own: [LogSubscriptionSettings] = [
      Fixtures.files(), Fixtures.pushed(host: "10.0.0.2", transport: .tcp),
    ],
    faults: [PlannedFault] = [], hosts: [HostPlan]? = nil, names: [NamePlan] = [],
    messages: Int = 20
  ) -> Scenario {
    var traffic = TrafficPlan()
    traffic.rate = .perSecond(2)
    traffic.messagesMax = messages
    let route = SMTPRoute(
      source: Setting("ALL"), destinations: [Setting(.host("10.0.0.9", port: 25))])
    return Scenario(
      name: "lab", teaches: "", start: Fixtures.documentedInstant, duration: .seconds(60),
      configuration: Fixtures.configuration(subscriptions: own, routes: [route]),
      zone: Fixtures.johannesburg, traffic: traffic,
      network: NetworkPlan(
        applianceAddress: IPv4Address(10, 229, 24, 230), hosts: hosts ?? self.hosts, names: names),
      faults: faults,
      expectations: [.received(host: "log", contains: "", count: .exactly(0))])
  }

  static let hosts = [
    HostPlan(
      name: "log", address: log, services: [.syslogTCP(port: 514), .syslogUDP(port: 514)]),
    HostPlan(name: "second", address: second, services: [.syslogUDP(port: 1514)]),
    HostPlan(name: "relay", address: relay, services: [.mailbox(port: 25)]),
  ]

  /// An export with these pushes, whose alerts go to one address by a relay of its own.
  static func export(
    _ pushes: [LogSubscriptionSettings], recipient: String = "desk@corp.example",
    routes: [SMTPRoute] = [
      SMTPRoute(
        source: Setting("ALL"), destinations: [Setting(.host("mx.corp.example", port: 2525))])
    ]
  ) -> Configuration {
    Fixtures.configuration(
      hostname: "esa.corp.example", recipient: recipient,
      subscriptions: [Fixtures.files()] + pushes, routes: routes)
  }

  static func substitution(
    _ configuration: Configuration, in scenario: Scenario = scenario()
  ) -> ConfigurationSubstitution {
    ConfigurationSubstitution(configuration, zone: Fixtures.johannesburg, in: scenario)
  }

  static func outcome(
    _ configuration: Configuration, in scenario: Scenario
  ) -> ConfigurationTrial.Outcome {
    ConfigurationTrial(configuration, zone: Fixtures.johannesburg, in: scenario).run()
  }
}

extension Configuration {
  /// Host, port and transport of each push, in order.
  var pushTexts: [String] {
    self.subscriptions.compactMap { subscription in
      guard case .syslogPush(let push) = subscription.retrieval else { return nil }
      return "\(push.host.value):\(push.port.value) \(push.transport.value.rawValue)"
    }
  }

  /// Source and first destination of each SMTP route, in order.
  var routeTexts: [String] {
    self.smtpRoutes.map { route in
      let endpoint = route.destinations.first?.value.endpoint
      return "\(route.source.value) \(endpoint.map { "\($0.host):\($0.port)" } ?? "-")"
    }
  }
}
