import LabPeers
import Scenarios
import Simulation

/// Faults as scenario files write them, and the names of docs/FAULTS.md.
enum FaultText {
  static func name(_ kind: FaultDescription) -> String {
    String(self.own(kind).prefix { $0 != "," })
  }

  /// Which keys of a window a fault takes.
  enum Window {
    case start, time, connections
  }

  /// Whether its `host` is a name in DNS.
  static func isOfNames(_ kind: FaultDescription) -> Bool {
    switch kind {
    case .name(.notFound), .name(.serverFailure), .name(.timeout), .name(.addressChange): true
    default: false
    }
  }

  static func isOfAppliance(_ kind: FaultDescription) -> Bool {
    switch kind {
    case .appliance(.rollOverNow), .appliance(.clockStep), .appliance(.diskFull): true
    default: false
    }
  }

  static func window(_ kind: FaultDescription) -> Window {
    switch kind {
    case .host(.crash), .appliance(.clockStep): .start
    case .host(.cutDatagrams): .time
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

  private static func own(_ kind: FaultDescription) -> String {
    switch kind {
    case .path(.refuse): "refuse"
    case .server(.resetAfterHandshake): "reset-after-handshake"
    case .server(.resetAfter(let point)): "reset-after, " + self.point(point)
    case .server(.resetWhenIdle(let idle)): "reset-when-idle, idle: \(self.time(idle))"
    case .server(.neverRead): "never-read"
    case .server(.readSlowly(let rate)): "read-slowly, bytes_per_second: \(rate)"
    case .path(.backlogFull(let resets)): "backlog-full, resets: \(resets)"
    case .server(.closeAfter(let point)): "close-after, " + self.point(point)
    case .server(.halfClose(let point, let readsOn)):
      "half-close, " + self.point(point) + ", reads_on: \(readsOn)"
    case .server(.answerClose(.late(let after))):
      "answer-close, answer: late, after: \(self.time(after))"
    case .server(.answerClose(.never)): "answer-close, answer: never"
    case .server(.answerClose(.reset)): "answer-close, answer: reset"
    case .server(.remoteShell): "remote-shell"
    case .host(.cutDatagrams(let count)): "cut-datagrams, bytes: \(count)"
    case .host(.crash(let back)): "crash, back_after: \(self.time(back))"
    case .path(.silentDrop): "silent-drop"
    case .path(.rejectWithReset): "reject-with-reset"
    case .path(.rejectWithICMP): "reject-with-icmp"
    case .path(.resetOnPattern(let bytes)):
      "reset-on-pattern, pattern: \"\(String(decoding: bytes, as: UTF8.self))\""
    case .path(.resetAfterBytes(let count)): "reset-after-bytes, bytes: \(count)"
    case .path(.spoofedReset(let after, let right)):
      "spoofed-reset, after: \(self.time(after)), wrong_sequence: \(!right)"
    case .path(.idleExpiry(let idle)): "idle-expiry, idle: \(self.time(idle))"
    case .path(.blockTCP): "block-tcp"
    case .path(.blockUDP): "block-udp"
    case .path(.rateLimit(let rate)): "rate-limit, bits_per_second: \(rate)"
    case .path(.loss), .path(.burstLoss), .path(.duplication), .path(.reordering), .path(.latency),
      .path(.mtuBlackHole), .path(.linkFlap),
      .name(.notFound), .name(.serverFailure), .name(.timeout), .name(.addressChange),
      .appliance(.rollOverNow), .appliance(.clockStep),
      .appliance(.diskFull):
      self.ownOfPath(kind)
    }
  }

  private static func ownOfPath(_ kind: FaultDescription) -> String {
    switch kind {
    case .path(.loss(let permille)): "loss, permille: \(permille)"
    case .path(.burstLoss(let every, let length)):
      "burst-loss, every: \(self.time(every)), length: \(self.time(length))"
    case .path(.duplication(let permille)): "duplication, permille: \(permille)"
    case .path(.reordering(let permille)): "reordering, permille: \(permille)"
    case .path(.latency(let delay)): "latency, delay: \(self.time(delay))"
    case .path(.mtuBlackHole(let mtu)): "mtu-black-hole, mtu: \(mtu)"
    case .path(.linkFlap(let every, let down)):
      "link-flap, every: \(self.time(every)), down: \(self.time(down))"
    case .name(.notFound): "name-not-found"
    case .name(.serverFailure): "name-server-failure"
    case .name(.timeout(let after)): "name-timeout, after: \(self.time(after))"
    case .name(.addressChange(let address)): "address-change, address: \(address)"
    case .appliance(.rollOverNow): "rollovernow"
    case .appliance(.clockStep(let step)):
      "clock-step, by: \(step < .zero ? "-" : "")\(self.time(step < .zero ? .zero - step : step))"
    case .appliance(.diskFull): "disk-full"
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
