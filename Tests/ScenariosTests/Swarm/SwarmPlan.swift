import ApplianceConfiguration
import LogModel
import ScenarioFiles
import Scenarios
import Simulation
import Support
import TestKit

/// A random case: small enough to shrink, and written as a scenario's file.
struct SwarmPlan: Sendable {
  struct Subscription: Sendable {
    var name: String
    var module: String
    var level: Int
    /// `nil` for files.
    var push: SyslogPushSettings?

    /// Whether its lines wait on disk.
    var isBuffered: Bool {
      self.push.map { $0.transport.value == .tcp && $0.delivery.mode.value != .asAppliance }
        ?? false
    }
  }

  var seed: UInt64
  var seconds: Int
  var messagesPerSecond: Int
  var messages: Int
  var relay: String
  var initialIntervalSeconds: Int
  var maximumIntervalSeconds: Int
  var subscriptions: [Subscription]
  var hosts: [HostPlan]
  var names: [NamePlan]
  var faults: [PlannedFault]
  /// A bound of the push queues that files cannot give; `nil` for the appliance's.
  var queueBytes: Int?
  /// Whether nothing of it keeps lines from the servers, so that each is to have all at the end:
  /// the faults are about how connections are closed.
  var mustGoOn = false
  /// How many segments of a thousand somebody forges another for, which files cannot say either.
  var forgedPermille = 0
  /// What is committed while it runs, those at an instant in its order; no file can say it.
  var commits: [PlannedCommit] = []
  /// When the traffic is stopped and the run drains, after its start; `nil` where it just ends.
  var drainsAt: SimDuration?

  /// Whether `appliance simulate` runs the same as the swarm.
  var isWhollyInYAML: Bool { self.notInYAML.isEmpty }

  /// The rest, a line each.
  var notInYAML: [String] {
    var lines: [String] = []
    if self.queueBytes != nil || self.forgedPermille > 0 {
      lines.append(
        "queue of \(self.queueBytes.map { "\($0)" } ?? "default") bytes, "
          + "\(self.forgedPermille) in 1000 segments forged")
    }
    lines += self.commits.map { "\($0)" }
    if let drainsAt = self.drainsAt { lines.append("drains from \(drainsAt.fileText) on") }
    return lines
  }
}

extension SwarmPlan {
  /// Whether somebody sets the appliance's clock.
  var setsClock: Bool {
    self.faults.contains { if case .appliance(.clockStep) = $0.kind { true } else { false } }
  }

  /// Runs it again.
  var command: String { "make swarm SEEDS=1 FROM=\(self.seed)" }

  var yaml: String {
    var lines = [
      "name: swarm-\(self.seed)", "teaches: A case that the swarm found.",
      "start: 2015-06-25T08:50:03+02:00", "duration: \(self.seconds)s", "seed: \(self.seed)",
      "configuration: sample", "overrides: |",
    ]
    lines += self.overrides.map { "  " + $0 }
    lines += [
      "traffic: { rate: \(self.messagesPerSecond), messages: \(self.messages) }", "network:",
      "  appliance: { address: 10.229.24.230 }", "  hosts:",
    ]
    for host in self.hosts { lines += Self.lines(host) }
    if !self.names.isEmpty {
      lines.append("  names:")
      for name in self.names {
        let addresses = name.addresses.map { "\($0)" }.joined(separator: ", ")
        lines.append("    - { name: \(name.name), addresses: [\(addresses)] }")
      }
    }
    if !self.faults.isEmpty {
      lines.append("faults:")
      lines += self.faults.map { "  - { " + FaultText.yaml($0) + " }" }
    }
    lines.append("capture: { max_bytes: 65536 }")
    return lines.joined(separator: "\n") + "\n"
  }

  private var overrides: [String] {
    [
      "<smtp_routes><smtp_route>", "<route_source_address>ALL</route_source_address>",
      "<route_destination_address>\(self.relay):25</route_destination_address>",
      "</smtp_route></smtp_routes>", "<log_subscriptions>",
    ] + self.subscriptions.map(Self.element) + [
      "</log_subscriptions>", "<alert_email_config>", "<alert_class name=\"system\">",
      "<alert_severity name=\"critical\"><email_address>desk@example.com</email_address>"
        + "</alert_severity>", "</alert_class>",
      "<alert_initial_debounce_interval>\(self.initialIntervalSeconds)"
        + "</alert_initial_debounce_interval>",
      "<alert_maximum_debounce_interval>\(self.maximumIntervalSeconds)"
        + "</alert_maximum_debounce_interval>", "</alert_email_config>",
      "<autosupport_enabled>0</autosupport_enabled>",
    ]
  }

  private static func element(_ subscription: Subscription) -> String {
    let retrieval =
      subscription.push.map {
        "<syslog_push xmlns:sim=\"urn:appliance-sim:delivery:1\"><hostname>\($0.host.value)"
          + "</hostname><port>\($0.port.value)</port>"
          + "<protocol>\($0.transport.value.rawValue)</protocol>\(Self.delivery($0.delivery))"
          + "</syslog_push>"
      } ?? "<ftp_poll><filename>log</filename></ftp_poll>"
    return "<log_text><name>\(subscription.name)</name><module>\(subscription.module)</module>"
      + "<log_level>\(subscription.level)</log_level><retrieval>\(retrieval)</retrieval></log_text>"
  }

  private static func delivery(_ delivery: DeliverySettings) -> String {
    guard delivery != DeliverySettings() else { return "" }
    let sendBuffer = delivery.sendBufferBytes.map {
      "<sim:send_buffer>\($0.value)</sim:send_buffer>"
    }
    return "<sim:mode>\(delivery.mode.value.rawValue)</sim:mode>"
      + "<sim:buffer_bytes>\(delivery.bufferBytesMax.value)</sim:buffer_bytes>"
      + "<sim:overflow>\(delivery.overflow.value.rawValue)</sim:overflow>"
      + "<sim:lines_per_second>\(delivery.linesPerSecond.value)</sim:lines_per_second>"
      + (sendBuffer ?? "")
  }

  private static func lines(_ host: HostPlan) -> [String] {
    let services = host.services.map { service in
      switch service {
      case .syslogTCP(let port): "{ syslog-tcp: \(port) }"
      case .syslogUDP(let port): "{ syslog-udp: \(port) }"
      case .mailbox(let port): "{ mailbox: \(port) }"
      case .nameServer(let port): "{ dns: \(port) }"
      case .remoteShell(let port): "{ remote-shell: \(port) }"
      }
    }
    let path = host.path
    let clamp = path.mssClamp.map { ", mss_clamp: \($0)" } ?? ""
    return [
      "    - name: \(host.name)", "      address: \(host.address)",
      "      stack: \(host.stack.rawValue)",
      "      services: [\(services.joined(separator: ", "))]",
      "      path: { latency: \(path.latency.fileText), jitter: "
        + "\(path.jitter.fileText), bandwidth: \(path.bandwidthBitsPerSecond),",
      "        loss_permille: \(path.lossPermille), duplicate_permille: "
        + "\(path.duplicatePermille), reorder_permille: \(path.reorderPermille),",
      "        mtu: \(path.mtu)\(clamp) }",
    ]
  }

  /// The scenario that the text stands for.
  func scenario() throws -> Scenario {
    try SwarmFiles.reader().read(self.yaml, file: "swarm-\(self.seed).yaml")
  }
}
