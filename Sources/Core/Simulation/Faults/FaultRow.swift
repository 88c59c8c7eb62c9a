/// One row of the table of faults: what files, command lines, the JSON Schema, docs/FAULTS.md and
/// tests know of a fault beside what it does.
///
/// Each of them is a table of names onto `FaultDescription` that is made from these rows.
public struct FaultRow: Sendable {
  /// Its name in files, in the comments of captures, and in what a proxy reports.
  public let name: String
  /// What it is, in a sentence: what an editor shows.
  public let summary: String
  /// Its section of docs/FAULTS.md.
  public let section: Section
  /// The keys that it has beside those of all faults, in order.
  public let keys: [FaultKey]
  /// Which keys say when it strikes.
  public let window: Window
  /// What its host must have.
  public let place: FaultPlace
  /// What happens, as docs/FAULTS.md says it.
  public let details: String
  /// What becomes of it on real sockets, as docs/FAULTS.md says it.
  public let live: String
  /// Its options on command lines.
  public let options: [FaultOption]
  private let make: @Sendable (FaultValues) -> FaultDescription?

  /// A section of docs/FAULTS.md.
  public enum Section: String, Hashable, Sendable, CaseIterable {
    case server = "The server"
    case firewall = "Firewall and IPS"
    case path = "The path"
    /// Its `host` is a name in DNS.
    case names = "Names"
    /// It is the appliance's own and has no `host`.
    case appliance = "The appliance itself"
  }

  /// Which keys say when a fault strikes: a key that would have no effect is refused.
  public enum Window: Hashable, Sendable {
    /// At one instant.
    case start
    /// For a while, whatever connections there are.
    case time
    /// For a while, and for some connections only.
    case connections

    /// The keys.
    public var keys: [String] {
      switch self {
      case .start: ["from"]
      case .time: ["from", "until"]
      case .connections: ["from", "until", "connections", "connection_permille"]
      }
    }
  }

  init(
    _ name: String, _ summary: String, _ section: Section, keys: [FaultKey] = [],
    window: Window? = nil, at place: FaultPlace = .anywhere, details: String, live: String,
    options: [FaultOption] = [], make: @escaping @Sendable (FaultValues) -> FaultDescription?
  ) {
    self.name = name
    self.summary = summary
    self.section = section
    self.keys = keys
    switch section {
    case .server, .firewall, .path: self.window = window ?? .connections
    case .names, .appliance: self.window = window ?? .time
    }
    self.place = place
    self.details = details
    self.live = live
    self.options = options
    self.make = make
  }

  /// Whether its `host` is a name in DNS.
  public var isOfNames: Bool { self.section == .names }

  /// Whether it is the appliance's own and has no `host`.
  public var isOfAppliance: Bool { self.section == .appliance }

  /// The fault with these values; `nil` when one is missing that it needs.
  public func fault(_ values: FaultValues) -> FaultDescription? { self.make(values) }
}

/// A key of a fault: what may stand there.
public struct FaultKey: Hashable, Sendable {
  /// What a key takes.
  public enum Kind: Hashable, Sendable {
    case integer(ClosedRange<Int>)
    /// So many in a thousand; none is a fault without effect.
    case share
    case duration(orZero: Bool)
    /// A duration with a sign before it, or without one: not nothing.
    case step
    /// What it is when the key is absent.
    case flag(default: Bool)
    /// So many bytes.
    case text(ClosedRange<Int>)
    /// The name of a subscription.
    case subscription
    case address
    case words([String])
  }

  /// When it has to be there.
  public enum Presence: Hashable, Sendable {
    case always
    case optional
    /// Exactly one of all such keys of the fault.
    case oneOf
    /// With this word of another key, and with no other one.
    case with(key: String, word: String)
  }

  /// Its name.
  public let name: String
  /// What it takes.
  public let kind: Kind
  /// What it says, as an editor shows it.
  public let summary: String
  /// When it has to be there.
  public let presence: Presence
  /// A key whose time is at least as long.
  public let within: String?

  init(
    _ name: String, _ kind: Kind, _ summary: String, _ presence: Presence = .always,
    within: String? = nil
  ) {
    self.name = name
    self.kind = kind
    self.summary = summary
    self.presence = presence
    self.within = within
  }

  /// A number of 1 or more that nothing else bounds.
  static func amount(_ name: String, _ summary: String) -> Self {
    Self(name, .integer(1...1_000_000_000_000), summary)
  }

  /// A time, more than nothing.
  static func time(_ name: String, _ summary: String, within: String? = nil) -> Self {
    Self(name, .duration(orZero: false), summary, within: within)
  }

  /// A point of a stream.
  static var point: [Self] {
    [
      Self("lines", .integer(1...1_000_000_000), "After this number of lines.", .oneOf),
      Self("bytes", .integer(1...1_000_000_000), "After this number of bytes.", .oneOf),
      Self(
        "time", .duration(orZero: true), "So long after the connection was accepted.", .oneOf),
    ]
  }
}

/// What a host must have, so that a fault changes anything there: the table of faults and kinds of
/// hosts in docs/FAULTS.md. `FaultEffectTests` runs each fault at each kind of host and compares.
public enum FaultPlace: String, Hashable, Sendable, CaseIterable {
  case server = "of the server"
  case tcp = "of TCP"
  case datagrams = "of datagrams"
  case anyService = "of any service"
  /// A SYN to a closed port is answered, and counts.
  case tcpOrNone = "of TCP, services or not"
  case udp = "of UDP"
  /// Packets to ports at which nobody listens are answered too.
  case anywhere = "of packets"

  /// Services of TCP.
  public static let tcpServices = ["syslog-tcp", "mailbox", "remote-shell"]
  /// Services of UDP.
  public static let udpServices = ["syslog-udp", "dns"]

  /// The services that would do; none when nothing is needed.
  public var services: [String] {
    switch self {
    case .server: ["syslog-tcp"]
    case .tcp, .tcpOrNone: Self.tcpServices
    case .datagrams: ["syslog-udp"]
    case .anyService: Self.tcpServices + Self.udpServices
    case .udp: Self.udpServices
    case .anywhere: []
    }
  }

  /// Whether a host with these services has what is needed.
  public func isMet(by services: [String]) -> Bool {
    switch self {
    case .anywhere: true
    case .tcpOrNone: services.isEmpty || services.contains(where: self.services.contains)
    case .server, .tcp, .datagrams, .anyService, .udp:
      services.contains(where: self.services.contains)
    }
  }
}

/// What stands at a fault's keys.
public enum FaultValue: Hashable, Sendable {
  case integer(Int)
  case duration(SimDuration)
  case flag(Bool)
  case text(String)
  case address(IPv4Address)
}

/// The keys of one fault, with what stands there.
public struct FaultValues: Hashable, Sendable, ExpressibleByDictionaryLiteral {
  private var values: [String: FaultValue]

  /// These keys.
  public init(dictionaryLiteral elements: (String, FaultValue)...) {
    self.values = Dictionary(elements) { _, last in last }
  }

  /// A point of a stream.
  init(_ point: StreamPoint) {
    switch point {
    case .lines(let count): self = ["lines": .integer(Int(clamping: count))]
    case .bytes(let count): self = ["bytes": .integer(Int(clamping: count))]
    case .time(let duration): self = ["time": .duration(duration)]
    }
  }

  /// The same with one key more.
  func with(_ key: String, _ value: FaultValue) -> Self {
    var values = self
    values.values[key] = value
    return values
  }

  /// What stands at a key; `nil` when it is absent.
  public subscript(key: String) -> FaultValue? {
    get { self.values[key] }
    set { self.values[key] = newValue }
  }

  func integer(_ key: String) -> Int? {
    guard case .integer(let value)? = self.values[key] else { return nil }
    return value
  }

  func duration(_ key: String) -> SimDuration? {
    guard case .duration(let value)? = self.values[key] else { return nil }
    return value
  }

  func text(_ key: String) -> String? {
    guard case .text(let value)? = self.values[key] else { return nil }
    return value
  }

  func address(_ key: String) -> IPv4Address? {
    guard case .address(let value)? = self.values[key] else { return nil }
    return value
  }

  func flag(_ key: String, default absent: Bool = false) -> Bool {
    guard case .flag(let value)? = self.values[key] else { return absent }
    return value
  }

  var point: StreamPoint? {
    self.integer("lines").map { .lines(UInt64(clamping: $0)) }
      ?? self.integer("bytes").map { .bytes(UInt64(clamping: $0)) }
      ?? self.duration("time").map { .time($0) }
  }
}
