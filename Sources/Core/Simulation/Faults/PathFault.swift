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

  /// What is known of it by its name.
  public var record: FaultRecord {
    switch self {
    case .refuse: FaultRecord("refuse")
    case .backlogFull(let resets): FaultRecord("backlog-full", ["resets": .flag(resets)])
    case .silentDrop: FaultRecord("silent-drop")
    case .rejectWithReset: FaultRecord("reject-with-reset")
    case .rejectWithICMP: FaultRecord("reject-with-icmp")
    case .resetOnPattern(let pattern):
      FaultRecord(
        "reset-on-pattern", ["pattern": .text(String(decoding: pattern, as: UTF8.self))],
        when: .pattern(pattern))
    case .resetAfterBytes(let count):
      FaultRecord(
        "reset-after-bytes", ["bytes": .integer(Int(clamping: count))], when: .beyond(bytes: count))
    case .spoofedReset(let after, let isRight):
      FaultRecord(
        "spoofed-reset", ["after": .duration(after), "wrong_sequence": .flag(!isRight)],
        when: .point(.time(after)))
    case .idleExpiry(let idle):
      FaultRecord("idle-expiry", ["idle": .duration(idle)], when: .idle(idle))
    case .blockTCP: FaultRecord("block-tcp")
    case .blockUDP: FaultRecord("block-udp")
    case .rateLimit(let rate):
      FaultRecord("rate-limit", ["bits_per_second": .integer(Int(clamping: rate))])
    case .loss(let permille): FaultRecord("loss", ["permille": .integer(permille)])
    case .burstLoss(let every, let length):
      FaultRecord("burst-loss", ["every": .duration(every), "length": .duration(length)])
    case .linkFlap(let every, let down):
      FaultRecord("link-flap", ["every": .duration(every), "down": .duration(down)])
    case .duplication(let permille): FaultRecord("duplication", ["permille": .integer(permille)])
    case .reordering(let permille): FaultRecord("reordering", ["permille": .integer(permille)])
    case .latency(let delay): FaultRecord("latency", ["delay": .duration(delay)])
    case .mtuBlackHole(let mtu): FaultRecord("mtu-black-hole", ["mtu": .integer(mtu)])
    }
  }

  /// Its name.
  public var label: String { self.record.name }

  /// What has to happen on a connection first; `nil` when nothing has to.
  public var condition: StreamCondition? { self.record.condition }
}

extension PathFault {
  private static let stands =
    "a SYN is not answered; an open connection is read no more, so the proxy's kernel "
    + "acknowledges until its buffers are full: no retransmission, and no time-out of it"
  private static let byReads =
    "as described; one read stands for one segment. A segment without data (an acknowledgement) "
    + "is none here, and after a forged RST the server gets a FIN, where in the simulation it "
    + "receives nothing"
  private static let hidden = "UDP as described; TCP would hide it anyway"
  private static let inOutages = "UDP as described; TCP waits meanwhile"
  private static let waiting = "as described; TCP waits in place of being dropped"

  /// Those of the way; `refuse` and `backlog-full` are among the server's.
  static let rows = firewall + intrusionPrevention + blocking + way

  private static let firewall = [
    FaultRow(
      "silent-drop", "A firewall drops all packets without a word.", .firewall,
      details: "packets vanish in both directions", live: stands,
      options: [
        .proxy(
          "drop", kind: .connections(counted: false), of: .both, at: 2,
          help: """
            Drop all packets: no SYN is answered, and open connections and datagrams stall.
            """)
      ]
    ) { _ in .path(.silentDrop) },
    FaultRow(
      "reject-with-reset", "A firewall answers with a RST.", .firewall,
      details: "a RST answers each segment toward the server",
      live: """
        as described, by the proxy's port; chosen connections only (`connections`, \
        `connection_permille`) are reset after the handshake, since refused SYNs cannot be counted
        """
    ) { _ in .path(.rejectWithReset) },
    FaultRow(
      "reject-with-icmp", "A firewall answers with ICMP.", .firewall,
      details: """
        ICMP administratively prohibited answers; the appliance calls it unreachable, never refused
        """,
      live: """
        refused with an error, since no program can make a kernel answer a SYN with ICMP: use \
        `appliance simulate`, or a router's rule as `Scripts/interop/70-firewall-namespaces.sh` does
        """
    ) { _ in .path(.rejectWithICMP) },
  ]

  private static let intrusionPrevention = [
    FaultRow(
      "reset-on-pattern", "An IPS resets both ends when it sees a text.", .firewall,
      keys: [FaultKey("pattern", .text(1...1024), "The text, 1 to 1024 bytes.")], at: .tcp,
      details: """
        the segment toward the server that holds the text ends the connection: a RST to both ends
        """, live: byReads,
      options: [
        .proxy(
          "reset-on-pattern", .text(key: "pattern"), at: 10,
          help: "Reset both ends when TEXT passes, like an IPS.")
      ]
    ) { $0.text("pattern").map { .path(.resetOnPattern(Array($0.utf8))) } },
    FaultRow(
      "reset-after-bytes", "An IPS resets both ends after a number of bytes.", .firewall,
      keys: [.amount("bytes", "How many.")], at: .tcp, details: "the same after that many bytes",
      live: byReads,
      options: [
        .proxy(
          "reset-after-bytes", .count(key: "bytes", as: "N"), at: 7,
          help: "Reset both ends after N bytes, like an IPS.")
      ]
    ) { $0.integer("bytes").map { .path(.resetAfterBytes(UInt64(clamping: $0))) } },
    FaultRow(
      "spoofed-reset", "Someone forges a reset.", .firewall,
      keys: [
        .time("after", "After the connection is established."),
        FaultKey(
          "wrong_sequence", .flag(default: false),
          "Whether its sequence number is wrong, so that nobody accepts it.", .optional),
      ], at: .tcp,
      details: """
        a forged RST to the appliance, after its first packet that passes `after` or longer since \
        the SYN: the forger takes its numbers from it
        """,
      live: byReads
        + "; with `wrong_sequence` not at all: a program without rights over packets cannot"
    ) { values in
      values.duration("after").map {
        .path(.spoofedReset(after: $0, rightSequence: !values.flag("wrong_sequence")))
      }
    },
  ]

  private static let blocking = [
    FaultRow(
      "idle-expiry", "A stateful firewall forgets idle connections.", .firewall,
      keys: [.time("idle", "After how long.")], at: .tcpOrNone,
      details: """
        the state of a connection that was idle for that long is forgotten, its packets dropped
        """, live: stands
    ) { $0.duration("idle").map { .path(.idleExpiry($0)) } },
    FaultRow(
      "block-tcp", "A firewall drops TCP.", .firewall, at: .tcpOrNone,
      details: "TCP is dropped", live: stands
    ) { _ in .path(.blockTCP) },
    FaultRow(
      "block-udp", "A firewall drops UDP.", .firewall, at: .udp, details: "UDP is dropped",
      live: "UDP as described"
    ) { _ in .path(.blockUDP) },
    FaultRow(
      "rate-limit", "The path carries no more than this.", .firewall,
      keys: [.amount("bits_per_second", "How much.")],
      details: "what exceeds the rate is dropped (a bucket of a tenth of a second)", live: waiting
    ) { $0.integer("bits_per_second").map { .path(.rateLimit(bitsPerSecond: Int64($0))) } },
  ]

  private static let permille = [FaultKey("permille", .share, "Packets in a thousand.")]

  private static let way = [
    FaultRow(
      "loss", "Packets are lost.", .path, keys: permille, details: "packets are lost by chance",
      live: "UDP as described; of TCP what was lost comes 200 ms later",
      options: [
        .proxy(
          "loss", .share(key: "permille"), kind: .packets, of: .both, at: 13,
          help: "Lose this percentage of datagrams, such as 10%; of TCP, deliver it 200 ms late.")
      ]
    ) { $0.integer("permille").map { .path(.loss(permille: $0)) } },
    FaultRow(
      "burst-loss", "Packets are lost in bursts.", .path,
      keys: [
        .time("every", "From burst to burst."),
        .time("length", "How long a burst is.", within: "every"),
      ], details: "all packets are lost for `length` at the beginning of each `every`",
      live: inOutages
    ) { values in
      values.duration("every").flatMap { every in
        values.duration("length").map { .path(.burstLoss(every: every, length: $0)) }
      }
    },
    FaultRow(
      "duplication", "Packets are doubled.", .path, keys: permille,
      details: "packets arrive twice", live: hidden,
      options: [
        .proxy(
          "duplicate", .share(key: "permille"), kind: .packets, of: .udp, at: 14,
          help: "Duplicate this percentage of datagrams, such as 0.5%.")
      ]
    ) { $0.integer("permille").map { .path(.duplication(permille: $0)) } },
    FaultRow(
      "reordering", "Packets arrive after the ones that follow them.", .path, keys: permille,
      details: "packets are held back for 2 ms", live: hidden,
      options: [
        .proxy(
          "reorder", .share(key: "permille"), kind: .packets, of: .udp, at: 15,
          help: "Deliver this percentage of datagrams after the one that follows.")
      ]
    ) { $0.integer("permille").map { .path(.reordering(permille: $0)) } },
    FaultRow(
      "latency", "Packets take longer.", .path, keys: [.time("delay", "How much longer.")],
      details: "each packet is delayed by that much", live: waiting
    ) { $0.duration("delay").map { .path(.latency($0)) } },
    FaultRow(
      "mtu-black-hole", "Packets that are too large vanish without ICMP.", .path,
      keys: [FaultKey("mtu", .integer(68...9000), "The largest that passes.")], at: .anyService,
      details: "longer packets vanish silently", live: "UDP only"
    ) { $0.integer("mtu").map { .path(.mtuBlackHole(mtu: $0)) } },
    FaultRow(
      "link-flap", "The link goes down again and again.", .path,
      keys: [
        .time("every", "From outage to outage."),
        .time("down", "How long an outage is.", within: "every"),
      ], details: "the same as `burst-loss`, for a link", live: inOutages
    ) { values in
      values.duration("every").flatMap { every in
        values.duration("down").map { .path(.linkFlap(every: every, down: $0)) }
      }
    },
  ]
}
