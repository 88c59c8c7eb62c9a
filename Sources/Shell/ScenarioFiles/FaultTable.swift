internal import LabPeers
internal import LogModel
internal import Scenarios
internal import Simulation

/// The faults by name, and how each is read: a new fault is one row here and one in the JSON Schema.
enum FaultTable {
  typealias Reading = @Sendable (Fields) -> FaultDescription?

  /// Which keys say when a fault strikes: a key that would have no effect is refused.
  enum Window: Sendable {
    /// At one instant.
    case start
    /// For a while, whatever connections there are.
    case time
    /// For a while, and for some connections only.
    case connections

    var keys: [String] {
      switch self {
      case .start: ["from"]
      case .time: ["from", "until"]
      case .connections: ["from", "until", "connections", "connection_permille"]
      }
    }
  }

  /// What a host must have, so that the fault changes anything: the table of faults and kinds of
  /// hosts.
  ///
  /// `FaultEffectTests` runs each fault at each kind of host and compares.
  enum Need: Hashable, Sendable {
    /// Nothing: packets to ports at which nobody listens are answered too.
    case nothing
    /// One of these services.
    case anyOf([String])
    /// The same, or no service at all: a SYN to a closed port is answered, and counts.
    case anyOfOrNone([String])

    /// Whether a host with these services has what is needed.
    func isMet(by services: [String]) -> Bool {
      switch self {
      case .nothing: true
      case .anyOf(let needed): services.contains(where: needed.contains)
      case .anyOfOrNone(let needed):
        services.isEmpty || services.contains(where: needed.contains)
      }
    }

    /// The services that would do.
    var services: [String] {
      switch self {
      case .nothing: []
      case .anyOf(let needed), .anyOfOrNone(let needed): needed
      }
    }

    static let tcp = ["syslog-tcp", "mailbox", "remote-shell"]
    static let udp = ["syslog-udp", "dns"]
  }

  struct Row: Sendable {
    let name: String
    /// The keys that this fault has beside those of all faults.
    let parameters: [String]
    /// Whether its `host` is a name in DNS.
    let isOfNames: Bool
    /// Whether it is the appliance's own and has no `host`.
    let isOfAppliance: Bool
    let window: Window
    /// What its host must have.
    let need: Need
    let read: Reading

    init(
      _ name: String, _ parameters: [String] = [], isOfNames: Bool = false,
      isOfAppliance: Bool = false, window: Window? = nil, at need: Need = .nothing,
      _ read: @escaping Reading
    ) {
      self.need = need
      self.name = name
      self.parameters = parameters
      self.isOfNames = isOfNames
      self.isOfAppliance = isOfAppliance
      self.window = window ?? (isOfNames ? .time : .connections)
      self.read = read
    }

    var shape: Shape {
      Shape(
        self.name,
        (self.isOfAppliance ? ["fault"] : ["fault", "host"]) + self.parameters + self.window.keys)
    }
  }

  static let rows = server + firewall + path + names + appliance

  private static let pointKeys = ["lines", "bytes", "time"]

  private static let server = [
    Row("refuse", at: .anyOf(Need.tcp)) { _ in .path(.refuse) },
    Row("reset-after-handshake", at: .anyOf(["syslog-tcp"])) { _ in .server(.resetAfterHandshake) },
    Row("reset-after", pointKeys, at: .anyOf(["syslog-tcp"])) {
      point($0).map { .server(.resetAfter($0)) }
    },
    Row("reset-when-idle", ["idle"], at: .anyOf(["syslog-tcp"])) {
      time($0, "idle").map { .server(.resetWhenIdle($0)) }
    },
    Row("never-read", at: .anyOf(["syslog-tcp"])) { _ in .server(.neverRead) },
    Row("read-slowly", ["bytes_per_second"], at: .anyOf(["syslog-tcp"])) {
      amount($0, "bytes_per_second").map { .server(.readSlowly(bytesPerSecond: $0)) }
    },
    Row("backlog-full", ["resets"], at: .anyOf(Need.tcp)) {
      .path(.backlogFull(resets: $0.flag("resets")))
    },
    Row("close-after", pointKeys, at: .anyOf(["syslog-tcp"])) {
      point($0).map { .server(.closeAfter($0)) }
    },
    Row("half-close", pointKeys + ["reads_on"], at: .anyOf(["syslog-tcp"])) { fields in
      let readsOn = !fields.has("reads_on") || fields.flag("reads_on")
      return point(fields).map { .server(.halfClose($0, readsOn: readsOn)) }
    },
    Row("answer-close", ["answer", "after"], at: .anyOf(["syslog-tcp"])) {
      closeAnswer($0).map { .server(.answerClose($0)) }
    },
    Row("cut-datagrams", ["bytes"], window: .time, at: .anyOf(["syslog-udp"])) {
      amount($0, "bytes").map { .host(.cutDatagrams(bytes: $0)) }
    },
    Row("crash", ["back_after"], window: .start, at: .anyOf(Need.tcp + Need.udp)) {
      time($0, "back_after").map { .host(.crash(backAfter: $0)) }
    },
  ]

  private static let firewall = [
    Row("silent-drop") { _ in .path(.silentDrop) },
    Row("reject-with-reset") { _ in .path(.rejectWithReset) },
    Row("reject-with-icmp") { _ in .path(.rejectWithICMP) },
    Row("reset-on-pattern", ["pattern"], at: .anyOf(Need.tcp)) { fields in
      let pattern = fields.value("pattern", allowed: "1 to 1024 bytes of text") {
        (1...1024).contains($0.utf8.count) ? $0 : nil
      }
      return fields.require("pattern", pattern).map { .path(.resetOnPattern(Array($0.utf8))) }
    },
    Row("reset-after-bytes", ["bytes"], at: .anyOf(Need.tcp)) {
      amount($0, "bytes").map { .path(.resetAfterBytes(UInt64($0))) }
    },
    Row("spoofed-reset", ["after", "wrong_sequence"], at: .anyOf(Need.tcp)) { fields in
      let isWrong = fields.flag("wrong_sequence")
      return time(fields, "after").map { .path(.spoofedReset(after: $0, rightSequence: !isWrong)) }
    },
    Row("idle-expiry", ["idle"], at: .anyOfOrNone(Need.tcp)) {
      time($0, "idle").map { .path(.idleExpiry($0)) }
    },
    Row("block-tcp", at: .anyOfOrNone(Need.tcp)) { _ in .path(.blockTCP) },
    Row("block-udp", at: .anyOf(Need.udp)) { _ in .path(.blockUDP) },
    Row("rate-limit", ["bits_per_second"]) {
      amount($0, "bits_per_second").map { .path(.rateLimit(bitsPerSecond: Int64($0))) }
    },
  ]

  private static let path = [
    Row("loss", ["permille"]) { permille($0).map { .path(.loss(permille: $0)) } },
    Row("burst-loss", ["every", "length"]) {
      period($0, "length").map { .path(.burstLoss(every: $0.every, length: $0.length)) }
    },
    Row("duplication", ["permille"]) { permille($0).map { .path(.duplication(permille: $0)) } },
    Row("reordering", ["permille"]) { permille($0).map { .path(.reordering(permille: $0)) } },
    Row("latency", ["delay"]) { time($0, "delay").map { .path(.latency($0)) } },
    Row("mtu-black-hole", ["mtu"], at: .anyOf(Need.tcp + Need.udp)) { fields in
      fields.require("mtu", fields.integer("mtu", in: 68...9000)).map {
        .path(.mtuBlackHole(mtu: $0))
      }
    },
    Row("link-flap", ["every", "down"]) {
      period($0, "down").map { .path(.linkFlap(every: $0.every, down: $0.length)) }
    },
  ]

  private static let names = [
    Row("name-not-found", isOfNames: true) { _ in .name(.notFound) },
    Row("name-server-failure", isOfNames: true) { _ in .name(.serverFailure) },
    Row("name-timeout", ["after"], isOfNames: true) {
      time($0, "after").map { .name(.timeout($0)) }
    },
    Row("address-change", ["address"], isOfNames: true) { fields in
      fields.require("address", fields.address("address")).map { .name(.addressChange($0)) }
    },
  ]

  private static let appliance = [
    Row("rollovernow", ["subscription"], isOfAppliance: true, window: .start) {
      .appliance(.rollOverNow(subscription: $0.string("subscription")))
    },
    Row("clock-step", ["by"], isOfAppliance: true, window: .start) { fields in
      fields.require("by", fields.step("by")).map { .appliance(.clockStep(by: $0)) }
    },
    Row("disk-full", isOfAppliance: true, window: .time) { _ in .appliance(.diskFull) },
  ]

  // MARK: Parameters

  /// `after` goes with `late` and with no other answer.
  private static func closeAnswer(_ fields: Fields) -> CloseAnswer? {
    let answer = fields.require(
      "answer",
      fields.choice("answer", Choices.closeAnswer) { Choices.closeAnswer.contains($0) ? $0 : nil })
    guard let answer else { return nil }
    if answer == "late" { return time(fields, "after").map { .late($0) } }
    guard !fields.has("after") else {
      fields.fail("after", found: "answer: \(answer)", allowed: "answer: late")
      return nil
    }
    return answer == "never" ? .never : .reset
  }

  /// Exactly one of lines, bytes and time.
  private static func point(_ fields: Fields) -> StreamPoint? {
    let given = self.pointKeys.filter(fields.has)
    let lines = fields.integer("lines", in: 1...1_000_000_000)
    let bytes = fields.integer("bytes", in: 1...1_000_000_000)
    let time = fields.duration("time")
    guard given.count == 1 else {
      let found = given.isEmpty ? "" : ": found \(given.joined(separator: ", "))"
      fields.fail(fields.place, "missing one of lines, bytes, time\(found)")
      return nil
    }
    return lines.map { .lines(UInt64($0)) } ?? bytes.map { .bytes(UInt64($0)) }
      ?? time.map { .time($0) }
  }

  private static func time(_ fields: Fields, _ key: String) -> SimDuration? {
    fields.require(key, fields.duration(key, orZero: false))
  }

  private static func amount(_ fields: Fields, _ key: String) -> Int? {
    fields.require(key, fields.integer(key, in: 1...1_000_000_000_000))
  }

  private static func permille(_ fields: Fields) -> Int? {
    fields.require("permille", fields.integer("permille", in: 0...1000))
  }

  private static func period(
    _ fields: Fields, _ key: String
  ) -> (every: SimDuration, length: SimDuration)? {
    let every = self.time(fields, "every")
    let length = self.time(fields, key)
    guard let every, let length else { return nil }
    guard length <= every else {
      fields.fail(key, found: "more than every", allowed: "at most every")
      return nil
    }
    return (every, length)
  }
}
