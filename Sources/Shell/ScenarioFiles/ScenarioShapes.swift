internal import ApplianceConfiguration
internal import LogDelivery
internal import NetworkModel
internal import Scenarios
internal import Simulation

/// A kind of mapping in a scenario's file: its name in the JSON Schema, and its keys in order.
///
/// Whatever asks a mapping for a key takes it from here, so the schema can be compared with it.
struct Shape: Hashable, Sendable {
  let name: String
  var keys: [String]
  /// Names that keys had in earlier releases, which are still read, and their names now.
  let oldKeys: [String: String]

  init(_ name: String, _ keys: [String], oldKeys: [String: String] = [:]) {
    self.name = name
    self.keys = keys
    self.oldKeys = oldKeys
  }
}

extension Shape {
  static let scenario = Shape(
    "scenario",
    [
      "name", "teaches", "story", "start", "duration", "seed", "configuration", "overrides",
      "traffic", "network", "faults", "capture", "expect",
    ])
  static let story = Shape(
    "story", ["symptom", "cause", "see", "fix", "check"], oldKeys: ["mend": "fix"])
  static let traffic = Shape("traffic", ["rate", "per_hour", "messages"])
  static let network = Shape("network", ["appliance", "hosts", "names"])
  static let appliance = Shape("appliance", ["address", "first_port"])
  static let host = Shape("host", ["name", "address", "stack", "services", "path"])
  static let service = Shape(
    "service", ["syslog-tcp", "syslog-udp", "mailbox", "dns", "remote-shell"])
  static let path = Shape(
    "path",
    [
      "latency", "jitter", "bandwidth", "loss_permille", "duplicate_permille", "reorder_permille",
      "mtu", "mss_clamp",
    ])
  static let nameEntry = Shape("name", ["name", "addresses"])
  static let capture = Shape("capture", ["at", "format", "from", "until", "host", "max_bytes"])
  /// What every fault has; its own parameters follow from its `FaultRow`.
  static let fault = Shape(
    "fault", ["fault", "host", "from", "until", "connections", "connection_permille"])
  static let count = Shape("count", ["min", "max"])
  static let expectation = Shape(
    "expectation",
    [
      "alert", "log_line", "log_order", "elapsed", "delivery", "connections", "failures",
      "received",
    ])
  static let alert = Shape(
    "alert", ["class", "severity", "subject_contains", "count", "from", "until"])
  static let logLine = Shape("log_line", ["subscription", "contains", "count", "from", "until"])
  static let elapsed = Shape("elapsed", ["subscription", "from", "to", "min", "max"])
  static let logOrder = Shape("log_order", ["subscription", "contains"])
  static let delivery = Shape("delivery", ["subscription", "figure", "count"])
  static let connections = Shape("connections", ["subscription", "count", "from", "until"])
  static let failures = Shape("failures", ["subscription", "cause", "count", "from", "until"])
  static let received = Shape("received", ["host", "contains", "count", "from", "until"])

  /// Every mapping but those of the faults.
  static let all = [
    scenario, story, traffic, network, appliance, host, service, path, nameEntry, capture, count,
    expectation, alert, logLine, logOrder, elapsed, delivery, connections, failures, received,
  ]
}

/// The words that a key takes, by the name that they have in the JSON Schema.
enum Choices {
  static let stack = HostPlan.Stack.allCases.map(\.rawValue)
  static let alertClass = AlertClass.allCases.map(\.rawValue)
  static let alertSeverity = AlertSeverity.allCases.map(\.rawValue)
  static let figure = DeliveryFigure.allCases.map(\.rawValue)
  static let captureFormat = CaptureFormat.allCases.map(\.rawValue)
  /// Those that a scenario can bring about: nothing in it is encrypted, and descriptors are the
  /// machine's.
  static let cause = LinkFailure.Cause.allCases.filter { !$0.isOfTLS && $0 != .tooManyFiles }
    .map(\.rawValue)

  static let all =
    ofFaults + [
      (shape: "host", key: "stack", words: stack),
      (shape: "capture", key: "format", words: captureFormat),
      (shape: "alert", key: "class", words: alertClass),
      (shape: "alert", key: "severity", words: alertSeverity),
      (shape: "delivery", key: "figure", words: figure),
      (shape: "failures", key: "cause", words: cause),
    ]

  private static let ofFaults = FaultRow.all.flatMap { row in
    row.keys.compactMap { key -> (shape: String, key: String, words: [String])? in
      guard case .words(let words) = key.kind else { return nil }
      return ("fault-\(row.name)", key.name, words)
    }
  }
}
