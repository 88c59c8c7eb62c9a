public import Simulation

/// What a path's fault is in the simulated network.
public enum SimulatedPathFault {
  /// A device on the way.
  case device(any Middlebox)
  /// What a SYN meets at the host's ports.
  case port(ListenFault.Answer)
}

extension PathFault {
  /// What it is in the simulated network, where it begins at `start`; one row a fault.
  public func simulated(from start: SimInstant) -> SimulatedPathFault {
    switch self {
    case .refuse, .backlogFull(resets: true): .port(.reset)
    case .backlogFull(resets: false): .port(.drop)
    case .silentDrop: .device(PacketFilter(.drop))
    case .rejectWithReset: .device(PacketFilter(.reset))
    case .rejectWithICMP: .device(PacketFilter(.unreachable))
    case .resetOnPattern(let pattern): .device(IntrusionPrevention(.pattern(pattern)))
    case .resetAfterBytes(let count): .device(IntrusionPrevention(.beyond(bytes: count)))
    case .spoofedReset(let after, let isRight):
      .device(SpoofedReset(after: after, hasRightSequence: isRight))
    case .idleExpiry(let idle): .device(StatefulFirewall(idleExpiry: idle))
    case .blockTCP: .device(PacketFilter(.drop, transport: .tcp))
    case .blockUDP: .device(PacketFilter(.drop, transport: .udp))
    case .rateLimit(let rate): .device(RateLimit(bitsPerSecond: rate))
    case .loss(let permille): .device(PacketLoss(permille: permille))
    case .burstLoss(let every, let length), .linkFlap(let every, let length):
      .device(LinkOutage(start: start, RecurringOutage(every: every, length: length)))
    case .duplication(let permille): .device(PacketDuplication(permille: permille))
    case .reordering(let permille):
      .device(PacketDelay(PathFault.reorderingDelay, permille: permille))
    case .latency(let delay): .device(PacketDelay(delay))
    case .mtuBlackHole(let mtu): .device(MTUBlackHole(maximumTransmissionUnit: mtu))
    }
  }
}

/// Packets are lost, one by one and by chance.
public struct PacketLoss: Middlebox {
  private let permille: Int

  /// So many in a thousand.
  public init(permille: Int) {
    self.permille = permille
  }

  public mutating func inspect(
    _ packet: inout Packet, _ direction: PathDirection, now: SimInstant,
    using random: inout SeededGenerator
  ) -> MiddleboxAction {
    random.chance(permille: self.permille) ? .drop : .pass
  }
}

/// The link is down for a while, again and again; packets meanwhile are lost.
public struct LinkOutage: Middlebox {
  private let start: SimInstant
  private let outage: RecurringOutage

  /// From `start` on the link is down again and again.
  public init(start: SimInstant, _ outage: RecurringOutage) {
    self.start = start
    self.outage = outage
  }

  public mutating func inspect(
    _ packet: inout Packet, _ direction: PathDirection, now: SimInstant,
    using random: inout SeededGenerator
  ) -> MiddleboxAction {
    self.outage.isDown(self.start.duration(to: now)) ? .drop : .pass
  }
}

/// Packets arrive twice, by chance.
public struct PacketDuplication: Middlebox {
  private let permille: Int

  /// So many in a thousand.
  public init(permille: Int) {
    self.permille = permille
  }

  public mutating func inspect(
    _ packet: inout Packet, _ direction: PathDirection, now: SimInstant,
    using random: inout SeededGenerator
  ) -> MiddleboxAction {
    random.chance(permille: self.permille) ? .passAndInject([packet]) : .pass
  }
}

/// Packets are held back, all of them or by chance, so that later ones overtake them.
public struct PacketDelay: Middlebox {
  private let delay: SimDuration
  private let permille: Int

  /// So many in a thousand, that much longer.
  public init(_ delay: SimDuration, permille: Int = 1000) {
    self.delay = delay
    self.permille = permille
  }

  public mutating func inspect(
    _ packet: inout Packet, _ direction: PathDirection, now: SimInstant,
    using random: inout SeededGenerator
  ) -> MiddleboxAction {
    random.chance(permille: self.permille) ? .delay(self.delay) : .pass
  }
}

/// A hop with a smaller MTU that tells nobody: longer packets vanish.
public struct MTUBlackHole: Middlebox {
  private let maximumTransmissionUnit: Int

  /// Packets longer than that vanish.
  public init(maximumTransmissionUnit: Int) {
    self.maximumTransmissionUnit = maximumTransmissionUnit
  }

  public mutating func inspect(
    _ packet: inout Packet, _ direction: PathDirection, now: SimInstant,
    using random: inout SeededGenerator
  ) -> MiddleboxAction {
    packet.totalLength > self.maximumTransmissionUnit ? .drop : .pass
  }
}

/// A policer: what exceeds a rate is dropped. A bucket of a tenth of a second, refilled by time.
public struct RateLimit: Middlebox {
  private let bitsPerSecond: Int64
  private var bits: Int64
  private var last: SimInstant?

  /// So many bits a second, 1 or more.
  public init(bitsPerSecond: Int64) {
    precondition(bitsPerSecond > 0, "a rate limit needs a rate")
    self.bitsPerSecond = bitsPerSecond
    self.bits = max(bitsPerSecond / 10, 1500 * 8)
  }

  public mutating func inspect(
    _ packet: inout Packet, _ direction: PathDirection, now: SimInstant,
    using random: inout SeededGenerator
  ) -> MiddleboxAction {
    if let last = self.last {
      let micros = last.duration(to: now).nanoseconds / 1000
      let refill = micros.multipliedReportingOverflow(by: self.bitsPerSecond)
      let limit = max(self.bitsPerSecond / 10, 1500 * 8)
      let added = refill.overflow ? limit : refill.partialValue / 1_000_000
      if added > 0 || refill.overflow {
        self.bits = min(limit, self.bits + added)
        self.last = now
      }
    } else {
      self.last = now
    }
    let wanted = Int64(packet.totalLength) * 8
    guard self.bits >= wanted else { return .drop }
    self.bits -= wanted
    return .pass
  }
}
