public import ApplianceConfiguration
public import ApplianceModel
internal import LogModel
public import NetworkModel
public import Simulation

/// One failure, or its absence, that can be run in virtual time, looked at, and checked.
public struct Scenario: Hashable, Sendable {
  /// Unique in a gallery; also the name of its file.
  public var name: String
  /// What it teaches, in a sentence.
  public var teaches: String
  /// What a person on call should learn.
  public var lesson: Lesson
  /// When it begins.
  public var start: SimInstant
  /// How long it runs at most.
  public var duration: SimDuration
  /// Decides everything that is drawn.
  public var seed: UInt64
  /// The appliance, overrides applied.
  public var configuration: Configuration
  /// The configuration's zone; an input, since the core has no zone data.
  public var zone: ZoneTransitions
  /// The mail flow.
  public var traffic: TrafficPlan
  /// Hosts, names and paths.
  public var network: NetworkPlan
  /// What goes wrong, and when.
  public var faults: [PlannedFault]
  /// What is captured.
  public var capture: CapturePlan
  /// What must be true when it has run.
  public var expectations: [Expectation]

  /// A scenario with these parts.
  public init(
    name: String, teaches: String, lesson: Lesson = Lesson(), start: SimInstant,
    duration: SimDuration, seed: UInt64 = 1, configuration: Configuration,
    zone: ZoneTransitions, traffic: TrafficPlan = TrafficPlan(), network: NetworkPlan,
    faults: [PlannedFault] = [], capture: CapturePlan = CapturePlan(),
    expectations: [Expectation] = []
  ) {
    self.name = name
    self.teaches = teaches
    self.lesson = lesson
    self.start = start
    self.duration = duration
    self.seed = seed
    self.configuration = configuration
    self.zone = zone
    self.traffic = traffic
    self.network = network
    self.faults = faults
    self.capture = capture
    self.expectations = expectations
  }
}

/// What a person on call meets, finds, and does; each may be empty.
public struct Lesson: Hashable, Sendable {
  /// What is noticed first.
  public var symptom = ""
  /// What causes it.
  public var cause = ""
  /// How to see it, in order: every device on the path first, the server last.
  public var see: [String] = []
  /// How to fix it.
  public var fix = ""
  /// How to check that it is fixed.
  public var check = ""

  /// Nothing to say.
  public init() {}
}

/// The mail flow of a scenario.
public struct TrafficPlan: Hashable, Sendable {
  /// How fast messages come.
  public var rate = TrafficRate.perSecond(1)
  /// How many come in all; `nil` for as many as fit the scenario's duration, 0 for none.
  public var messagesMax: Int?

  /// A message a second.
  public init() {}
}

/// Hosts, names and paths.
public struct NetworkPlan: Hashable, Sendable {
  /// The appliance's address on the path.
  public var applianceAddress: IPv4Address
  /// The port of the appliance's first connection to a host; later ones count up. `nil`: the stack's choice.
  public var firstEphemeralPort: UInt16?
  /// The other hosts, names unique.
  public var hosts: [HostPlan]
  /// What DNS answers: a name, and its addresses in order.
  public var names: [NamePlan]

  /// A network with these parts.
  public init(
    applianceAddress: IPv4Address, firstEphemeralPort: UInt16? = nil, hosts: [HostPlan] = [],
    names: [NamePlan] = []
  ) {
    self.applianceAddress = applianceAddress
    self.firstEphemeralPort = firstEphemeralPort
    self.hosts = hosts
    self.names = names
  }
}

/// A name in DNS.
public struct NamePlan: Hashable, Sendable {
  /// The host name.
  public var name: String
  /// Its addresses, the first one used.
  public var addresses: [IPv4Address]

  /// A name with its addresses.
  public init(name: String, addresses: [IPv4Address]) {
    self.name = name
    self.addresses = addresses
  }
}

/// A host beside the appliance, and the path to it.
public struct HostPlan: Hashable, Sendable {
  /// Which stack's habits it has.
  public enum Stack: String, Hashable, Sendable, CaseIterable {
    /// The documented server: window 32120, reads each segment just after acknowledging it.
    case documentedServer = "documented-server"
    /// A usual Linux host.
    case linux
  }

  /// Something that listens.
  public enum Service: Hashable, Sendable {
    case syslogTCP(port: UInt16)
    case syslogUDP(port: UInt16)
    case mailbox(port: UInt16)
    /// A DNS server, which knows the scenario's names. The appliance asks port 53.
    case nameServer(port: UInt16)
    /// A remote shell daemon: hangs up on what is no rsh request.
    case remoteShell(port: UInt16)
  }

  /// Names its files and its faults.
  public var name: String
  /// Its address.
  public var address: IPv4Address
  /// Its stack.
  public var stack: Stack
  /// What listens on it.
  public var services: [Service]
  /// The path from the appliance.
  public var path: PathPlan

  /// A host with these parts.
  public init(
    name: String, address: IPv4Address, stack: Stack = .linux, services: [Service] = [],
    path: PathPlan = PathPlan()
  ) {
    self.name = name
    self.address = address
    self.stack = stack
    self.services = services
    self.path = path
  }
}

/// The path between the appliance and a host, the same in both directions.
public struct PathPlan: Hashable, Sendable {
  /// One way.
  public var latency = SimDuration.microseconds(200)
  /// Added to the latency, up to this much.
  public var jitter = SimDuration.zero
  /// Bits a second; 0 for no limit.
  public var bandwidthBitsPerSecond: Int64 = 0
  /// Packets lost in a thousand.
  public var lossPermille = 0
  /// Packets doubled in a thousand.
  public var duplicatePermille = 0
  /// Packets held back behind the next ones, in a thousand.
  public var reorderPermille = 0
  /// The largest IP packet.
  public var mtu = 1500
  /// A middlebox rewrites larger MSS options to this; `nil` for none.
  public var mssClamp: UInt16?

  /// A short, clean path.
  public init() {}
}

/// What is captured, and how it is written.
public struct CapturePlan: Hashable, Sendable {
  /// Where a capture is taken.
  public enum Place: Hashable, Sendable {
    case appliance
    case host(String)
    /// Beside the devices on the path to a host.
    case path(to: String, PathSide)

    /// The name of its file, without the extension: `appliance`, `HOST`, `HOST.inside`.
    public var name: String {
      switch self {
      case .appliance: "appliance"
      case .host(let host): host
      case .path(let host, let side): "\(host).\(side.rawValue)"
      }
    }
  }

  /// Each gives a file; the ladder shows the first one.
  public var places: [Place] = [.appliance]
  /// How the files are written.
  public var format = CaptureFormat.pcap
  /// Whether comments of pcapng name the faults.
  public var hasComments = true
  /// When the capture begins, after the scenario's start.
  public var from = SimDuration.zero
  /// When it ends; `nil` with the scenario.
  public var until: SimDuration?
  /// Only packets of this host; `nil` for all.
  public var host: String?
  /// The largest file.
  public var bytesMax = 100 << 20

  /// Everything at the appliance, up to 100 MB.
  public init() {}
}
