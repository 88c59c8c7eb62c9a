/// What goes wrong: the one description of a fault, on which the simulated network, the lab's
/// servers, the proxy and the appliance act. docs/FAULTS.md describes each by its name.
///
/// When it strikes is a `FaultTrigger`. Scenario files and command lines are tables of names onto
/// it.
public enum FaultDescription: Hashable, Sendable, Codable {
  /// How a syslog server misbehaves on one connection; a proxy plays it in the server's place.
  case server(ReceiverFault)
  /// What goes wrong at a host as a whole.
  case host(HostFault)
  /// What goes wrong between the appliance and a host, or at the host's port.
  case path(PathFault)
  /// What goes wrong with a name.
  case name(NameFault)
  /// What goes wrong at the appliance itself.
  case appliance(ApplianceFault)

  /// Its name in scenario files, in the comments of captures, and in what a proxy reports.
  public var name: String {
    switch self {
    case .server(let fault): fault.label
    case .host(let fault): fault.label
    case .path(let fault): fault.label
    case .name(let fault): fault.label
    case .appliance(let fault): fault.label
    }
  }
}

/// What a server does about a client's FIN.
public enum CloseAnswer: Hashable, Sendable, Codable {
  /// Its own FIN, that much later.
  case late(SimDuration)
  case never
  case reset
}

/// How a syslog server misbehaves on one TCP connection.
public enum ReceiverFault: Hashable, Sendable, Codable {
  /// A RST right behind the handshake.
  case resetAfterHandshake
  /// At the point a RST; what arrives later is not read.
  case resetAfter(StreamPoint)
  /// A RST when nothing arrived for that long.
  case resetWhenIdle(SimDuration)
  /// It accepts and never reads: the window closes.
  case neverRead
  /// It reads that many bytes a second; 1 or more.
  case readSlowly(bytesPerSecond: Int)
  /// At the point a FIN.
  case closeAfter(StreamPoint)
  /// At the point a FIN; it reads on, or leaves all that comes later in its kernel.
  case halfClose(StreamPoint, readsOn: Bool)
  /// How it answers the client's FIN, once it has read all before it.
  case answerClose(CloseAnswer)
  /// A remote shell daemon: it takes the first bytes for an rsh request, finds none, and hangs up.
  /// A service of a host in a scenario file, and no fault.
  case remoteShell

  /// Its name.
  public var label: String {
    switch self {
    case .resetAfterHandshake: "reset-after-handshake"
    case .resetAfter: "reset-after"
    case .resetWhenIdle: "reset-when-idle"
    case .neverRead: "never-read"
    case .readSlowly: "read-slowly"
    case .closeAfter: "close-after"
    case .halfClose: "half-close"
    case .answerClose: "answer-close"
    case .remoteShell: "remote-shell"
    }
  }

  /// What has to happen on the connection first; `nil` when it is struck from its beginning.
  public var condition: StreamCondition? {
    switch self {
    case .resetAfter(let point), .closeAfter(let point), .halfClose(let point, _): .point(point)
    case .resetWhenIdle(let duration): .idle(duration)
    case .resetAfterHandshake, .neverRead, .readSlowly, .answerClose, .remoteShell: nil
    }
  }
}

/// What goes wrong at a host as a whole.
public enum HostFault: Hashable, Sendable, Codable {
  /// It keeps only so many bytes of each datagram.
  case cutDatagrams(bytes: Int)
  /// The server is gone for a while: its connections are reset, its port is closed, then it is
  /// back.
  case crash(backAfter: SimDuration)

  /// Its name.
  public var label: String {
    switch self {
    case .cutDatagrams: "cut-datagrams"
    case .crash: "crash"
    }
  }
}

/// What goes wrong between the appliance and a host: at its port, at a firewall or an IPS, on the
/// way.
///
/// Where a proxy can do less than a device on the path, docs/FAULTS.md says so.
public enum PathFault: Hashable, Sendable, Codable {
  /// The port is closed: a RST answers a SYN. Open connections go on.
  case refuse
  /// The port does not answer a SYN, or does so by a RST. Open connections go on.
  case backlogFull(resets: Bool)
  /// Nobody is told: no SYN is answered, and nothing of open connections is handed on.
  case silentDrop
  /// A RST answers each SYN and whatever else comes from the client.
  case rejectWithReset
  /// ICMP administratively prohibited answers.
  case rejectWithICMP
  /// What holds the text goes no further; both ends get a RST.
  case resetOnPattern([UInt8])
  /// What goes beyond so many bytes goes no further; both ends get a RST.
  case resetAfterBytes(UInt64)
  /// The client gets a RST behind its first bytes that come so long after its connection began;
  /// with a sequence number that it accepts, or not.
  case spoofedReset(after: SimDuration, rightSequence: Bool)
  /// A connection that was idle for that long is handed on no more, and nobody is told.
  case idleExpiry(SimDuration)
  /// One transport is dropped.
  case blockTCP, blockUDP
  /// So many bits a second; a proxy's TCP waits, what else goes beyond is lost.
  case rateLimit(bitsPerSecond: Int64)
  /// So many in a thousand are lost; of a proxy's TCP they come later, as by retransmission.
  case loss(permille: Int)
  /// Nothing passes for `length` at the beginning of each `every`.
  case burstLoss(every: SimDuration, length: SimDuration)
  /// The same, for a link.
  case linkFlap(every: SimDuration, down: SimDuration)
  /// What arrives twice.
  case duplication(permille: Int)
  /// What is held back for `reorderingDelay`.
  case reordering(permille: Int)
  /// Everything takes so much longer.
  case latency(SimDuration)
  /// Longer packets vanish; a proxy's TCP finds its way.
  case mtuBlackHole(mtu: Int)

  /// How long a packet is held back so that later ones overtake it.
  public static let reorderingDelay = SimDuration.milliseconds(2)

  /// Its name.
  public var label: String {
    switch self {
    case .refuse: "refuse"
    case .backlogFull: "backlog-full"
    case .silentDrop: "silent-drop"
    case .rejectWithReset: "reject-with-reset"
    case .rejectWithICMP: "reject-with-icmp"
    case .resetOnPattern: "reset-on-pattern"
    case .resetAfterBytes: "reset-after-bytes"
    case .spoofedReset: "spoofed-reset"
    case .idleExpiry: "idle-expiry"
    case .blockTCP: "block-tcp"
    case .blockUDP: "block-udp"
    case .rateLimit: "rate-limit"
    case .loss: "loss"
    case .burstLoss: "burst-loss"
    case .linkFlap: "link-flap"
    case .duplication: "duplication"
    case .reordering: "reordering"
    case .latency: "latency"
    case .mtuBlackHole: "mtu-black-hole"
    }
  }

  /// What has to happen on a connection first; `nil` when nothing has to.
  public var condition: StreamCondition? {
    switch self {
    case .resetOnPattern(let pattern): .pattern(pattern)
    case .resetAfterBytes(let count): .beyond(bytes: count)
    case .spoofedReset(let after, _): .point(.time(after))
    case .idleExpiry(let duration): .idle(duration)
    case .refuse, .backlogFull, .silentDrop, .rejectWithReset, .rejectWithICMP, .blockTCP,
      .blockUDP, .rateLimit, .loss, .burstLoss, .linkFlap, .duplication, .reordering, .latency,
      .mtuBlackHole:
      nil
    }
  }

  /// The outages of a path that is down again and again; `nil` for other faults.
  public var outage: RecurringOutage? {
    switch self {
    case .burstLoss(let every, let length), .linkFlap(let every, let length):
      RecurringOutage(every: every, length: length)
    case .refuse, .backlogFull, .silentDrop, .rejectWithReset, .rejectWithICMP, .resetOnPattern,
      .resetAfterBytes, .spoofedReset, .idleExpiry, .blockTCP, .blockUDP, .rateLimit, .loss,
      .duplication, .reordering, .latency, .mtuBlackHole:
      nil
    }
  }
}

/// Something that is down for `length` at the beginning of each `every`.
public struct RecurringOutage: Hashable, Sendable {
  private let every: SimDuration
  private let length: SimDuration

  /// Outages; none with a period of nothing.
  public init(every: SimDuration, length: SimDuration) {
    self.every = every
    self.length = length
  }

  /// Whether it is down, that long after the first outage began.
  public func isDown(_ since: SimDuration) -> Bool {
    since >= .zero && self.every > .zero
      && since.nanoseconds % self.every.nanoseconds < self.length.nanoseconds
  }

  /// How long it stays as it is, that long after the first outage began; `nil` for ever.
  public func untilChange(_ since: SimDuration) -> SimDuration? {
    guard self.every > .zero else { return nil }
    let into = SimDuration(nanoseconds: since.nanoseconds % self.every.nanoseconds)
    return (into < self.length ? self.length : self.every) - into
  }
}

/// What goes wrong with a name that is looked up.
public enum NameFault: Hashable, Sendable, Codable {
  case notFound
  case serverFailure
  /// No answer, for that long.
  case timeout(SimDuration)
  case addressChange(IPv4Address)

  /// Its name.
  public var label: String {
    switch self {
    case .notFound: "name-not-found"
    case .serverFailure: "name-server-failure"
    case .timeout: "name-timeout"
    case .addressChange: "address-change"
    }
  }
}

/// What goes wrong at the appliance itself.
public enum ApplianceFault: Hashable, Sendable, Codable {
  /// Somebody saves the log files being written, of one subscription or of all.
  case rollOverNow(subscription: String?)
  /// The appliance's wall clock is set; negative for back.
  case clockStep(by: SimDuration)
  /// Neither log files nor disk buffers can be written.
  case diskFull

  /// Its name.
  public var label: String {
    switch self {
    case .rollOverNow: "rollovernow"
    case .clockStep: "clock-step"
    case .diskFull: "disk-full"
    }
  }
}

/// As text, such as 192.0.2.7.
extension IPv4Address: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let address = IPv4Address(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "no IPv4 address: \(text)")
    }
    self = address
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(self.description)
  }
}
