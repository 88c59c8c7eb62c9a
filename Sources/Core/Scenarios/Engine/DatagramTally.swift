internal import LogModel
internal import NetworkModel
internal import Simulation

/// Counts the datagrams of pushes by UDP, from their port to the syslog server that reads them.
struct DatagramTally: Sendable {
  private let appliance: IPv4Address
  private var counts: [SubscriptionID: DatagramCount] = [:]
  private var subscriptions: [UInt16: SubscriptionID] = [:]

  /// - Parameter appliance: the address that they come from.
  init(appliance: IPv4Address) {
    self.appliance = appliance
  }

  /// Whether some have left that nobody has read.
  var areUnderWay: Bool { self.counts.values.contains { $0.read < $0.sent } }

  /// A push sends from this port.
  mutating func opened(port: UInt16, _ subscription: SubscriptionID) {
    self.subscriptions[port] = subscription
  }

  /// So many left.
  mutating func sent(_ count: Int, _ subscription: SubscriptionID) {
    self.counts[subscription, default: DatagramCount()].sent += UInt64(count)
  }

  /// A syslog server read one.
  mutating func read(from: Endpoint) {
    guard from.address == self.appliance, let subscription = self.subscriptions[from.port] else {
      return
    }
    self.counts[subscription, default: DatagramCount()].read += 1
  }

  /// The counts by the name of the subscription.
  func counts(name: (SubscriptionID) -> String) -> [String: DatagramCount] {
    Dictionary(self.counts.map { (name($0.key), $0.value) }, uniquingKeysWith: { $1 })
  }
}
