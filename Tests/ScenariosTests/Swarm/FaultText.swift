import LabPeers
import Scenarios
import Simulation

/// Faults as scenario files write them, and the names of docs/FAULTS.md.
enum FaultText {
  static func name(_ kind: FaultKind) -> String {
    String(self.own(kind).prefix { $0 != "," })
  }

  /// Which keys of a window a fault takes.
  enum Window {
    case start, time, connections
  }

  /// Whether its `host` is a name in DNS.
  static func isOfNames(_ kind: FaultKind) -> Bool {
    switch kind {
    case .nameNotFound, .nameServerFailure, .nameTimeout, .addressChange: true
    default: false
    }
  }

  static func isOfAppliance(_ kind: FaultKind) -> Bool {
    switch kind {
    case .rollOverNow, .clockStep, .diskFull: true
    default: false
    }
  }

  static func window(_ kind: FaultKind) -> Window {
    switch kind {
    case .crash, .clockStep: .start
    case .cutDatagrams: .time
    default: self.isOfNames(kind) ? .time : .connections
    }
  }

  static func yaml(_ fault: PlannedFault) -> String {
    var text = "fault: " + self.own(fault.kind)
    if !self.isOfAppliance(fault.kind) { text += ", host: \(fault.host)" }
    let window = self.window(fault.kind)
    text += ", from: \(self.time(fault.when.from))"
    if window == .time || window == .connections, let until = fault.when.until {
      text += ", until: \(self.time(until))"
    }
    if window == .connections {
      if let count = fault.when.connectionsMax { text += ", connections: \(count)" }
      text += ", connection_permille: \(fault.when.connectionPermille)"
    }
    return text
  }

  /// In nanoseconds, so that nothing is rounded.
  static func time(_ duration: SimDuration) -> String {
    let nanoseconds = duration.nanoseconds
    if nanoseconds % 1_000_000_000 == 0 { return "\(nanoseconds / 1_000_000_000)s" }
    return nanoseconds % 1_000_000 == 0
      ? "\(nanoseconds / 1_000_000)ms" : "\(nanoseconds / 1000)us"
  }

  private static func own(_ kind: FaultKind) -> String {
    switch kind {
    case .refuse: "refuse"
    case .resetAfterHandshake: "reset-after-handshake"
    case .resetAfter(let point): "reset-after, " + self.point(point)
    case .resetWhenIdle(let idle): "reset-when-idle, idle: \(self.time(idle))"
    case .neverRead: "never-read"
    case .readSlowly(let rate): "read-slowly, bytes_per_second: \(rate)"
    case .backlogFull(let resets): "backlog-full, resets: \(resets)"
    case .closeAfter(let point): "close-after, " + self.point(point)
    case .halfClose(let point, let readsOn):
      "half-close, " + self.point(point) + ", reads_on: \(readsOn)"
    case .answerClose(.late(let after)): "answer-close, answer: late, after: \(self.time(after))"
    case .answerClose(.never): "answer-close, answer: never"
    case .answerClose(.reset): "answer-close, answer: reset"
    case .cutDatagrams(let count): "cut-datagrams, bytes: \(count)"
    case .crash(let back): "crash, back_after: \(self.time(back))"
    case .silentDrop: "silent-drop"
    case .rejectWithReset: "reject-with-reset"
    case .rejectWithICMP: "reject-with-icmp"
    case .resetOnPattern(let bytes):
      "reset-on-pattern, pattern: \"\(String(decoding: bytes, as: UTF8.self))\""
    case .resetAfterBytes(let count): "reset-after-bytes, bytes: \(count)"
    case .spoofedReset(let after, let right):
      "spoofed-reset, after: \(self.time(after)), wrong_sequence: \(!right)"
    case .idleExpiry(let idle): "idle-expiry, idle: \(self.time(idle))"
    case .blockTCP: "block-tcp"
    case .blockUDP: "block-udp"
    case .rateLimit(let rate): "rate-limit, bits_per_second: \(rate)"
    case .loss, .burstLoss, .duplication, .reordering, .latency, .mtuBlackHole, .linkFlap,
      .nameNotFound, .nameServerFailure, .nameTimeout, .addressChange, .rollOverNow, .clockStep,
      .diskFull:
      self.ownOfPath(kind)
    }
  }

  private static func ownOfPath(_ kind: FaultKind) -> String {
    switch kind {
    case .loss(let permille): "loss, permille: \(permille)"
    case .burstLoss(let every, let length):
      "burst-loss, every: \(self.time(every)), length: \(self.time(length))"
    case .duplication(let permille): "duplication, permille: \(permille)"
    case .reordering(let permille): "reordering, permille: \(permille)"
    case .latency(let delay): "latency, delay: \(self.time(delay))"
    case .mtuBlackHole(let mtu): "mtu-black-hole, mtu: \(mtu)"
    case .linkFlap(let every, let down):
      "link-flap, every: \(self.time(every)), down: \(self.time(down))"
    case .nameNotFound: "name-not-found"
    case .nameServerFailure: "name-server-failure"
    case .nameTimeout(let after): "name-timeout, after: \(self.time(after))"
    case .addressChange(let address): "address-change, address: \(address)"
    case .rollOverNow: "rollovernow"
    case .clockStep(let step):
      "clock-step, by: \(step < .zero ? "-" : "")\(self.time(step < .zero ? .zero - step : step))"
    case .diskFull: "disk-full"
    default: ""
    }
  }

  private static func point(_ point: StreamPoint) -> String {
    switch point {
    case .lines(let count): "lines: \(count)"
    case .bytes(let count): "bytes: \(count)"
    case .time(let duration): "time: \(self.time(duration))"
    }
  }
}
