public import Simulation

/// What a path does to packets, in each direction alike.
public struct PathSettings: Hashable, Sendable {
  /// From one end to the other.
  public var latency = SimDuration.microseconds(200)
  /// Added, up to this much, by chance.
  public var jitter = SimDuration.zero
  /// Bits a second; 0 for no limit.
  public var bandwidthBitsPerSecond: Int64 = 0
  /// Packets lost in a thousand.
  public var lossPermille = 0
  /// Packets doubled in a thousand.
  public var duplicatePermille = 0
  /// Packets held back behind the next ones, in a thousand.
  public var reorderPermille = 0
  /// The largest IP packet; a longer one is fragmented, or dropped with ICMP when it must not be.
  public var maximumTransmissionUnit = 1500

  /// A short, clean path.
  public init() {}
}

/// The way between two hosts.
struct NetworkPath: Sendable {
  /// For the comments of captures, such as `the path to syslog`.
  let name: String
  let near: Int
  let far: Int
  var settings: PathSettings
  var middleboxes: [any Middlebox]
  /// When the link is free again in each direction, toward the far end first.
  private var freeAt: (Int64, Int64) = (0, 0)

  init(
    name: String, near: Int, far: Int, settings: PathSettings, middleboxes: [any Middlebox]
  ) {
    self.name = name
    self.near = near
    self.far = far
    self.settings = settings
    self.middleboxes = middleboxes
  }

  /// When the last bit of a packet has left, on a link with a bandwidth; in nanoseconds.
  mutating func departure(bytes: Int, _ direction: PathDirection, now: Int64) -> Int64 {
    let bandwidth = self.settings.bandwidthBitsPerSecond
    guard bandwidth > 0 else { return now }
    let time = Int64(bytes) * 8 * 1_000_000_000 / bandwidth
    switch direction {
    case .outbound:
      self.freeAt.0 = max(self.freeAt.0, now) + time
      return self.freeAt.0
    case .inbound:
      self.freeAt.1 = max(self.freeAt.1, now) + time
      return self.freeAt.1
    }
  }
}

/// Which way a packet goes on a path.
public enum PathDirection: Hashable, Sendable {
  /// Toward the far end: the server, as the appliance sees it.
  case outbound
  case inbound
}

/// Something on a path that sees each packet and may drop it, change it, or make packets of its
/// own.
///
/// A value: its state is its own, time and chance are handed in. Packets that it makes go on from
/// its place to the host that they are addressed to.
public protocol Middlebox: Sendable {
  /// What the comments of captures call it, such as `silent-drop`.
  var label: String { get }

  /// Looks at a packet.
  mutating func inspect(
    _ packet: inout Packet, _ direction: PathDirection, now: SimInstant,
    using random: inout SeededGenerator
  ) -> MiddleboxAction
}

extension Middlebox {
  /// A device that is no fault of its own.
  public var label: String { "device" }
}

/// What a middlebox does with a packet.
public enum MiddleboxAction: Hashable, Sendable {
  case pass
  case drop
  /// The packet goes on, and these with it.
  case passAndInject([Packet])
  /// The packet ends here, and these go out.
  case dropAndInject([Packet])
  /// The packet goes on that much later.
  case delay(SimDuration)
}
