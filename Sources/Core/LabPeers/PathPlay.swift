public import Simulation

/// What a proxy makes of a fault of the path: to SYNs, to the bytes of a connection, to datagrams.
///
/// `FaultedPath` and `PathConnection` act on it and know no fault by name.
public struct PathPlay: Hashable, Sendable {
  /// What becomes of an open connection.
  enum Stream: Hashable {
    /// TCP would hide it, or it is a matter of the door alone.
    case untouched
    /// It stands still.
    case held
    /// It stands still when the path is down.
    case heldInOutages(RecurringOutage)
    /// It stands still for good once its condition, an idle time, is met by something that comes.
    case forgotten
    /// Whatever comes from the client goes no further, and both ends get a RST.
    case resetAtOnce
    /// The same for what meets the condition.
    case resetWhenMet
    /// The client gets a RST behind its first bytes when its condition, a time, is met.
    case forgedReset
    /// All that comes is so late.
    case late(SimDuration)
    /// So many reads in a thousand are late by a retransmission.
    case lateByChance(permille: Int)
    case paced(bitsPerSecond: Int64)
  }

  /// What becomes of a datagram.
  enum Datagram: Hashable {
    case passes
    case lost
    case lostInOutages(RecurringOutage)
    case lostByChance(permille: Int)
    /// With more bytes in a packet than these.
    case lostWhenLonger(mtu: Int)
    case doubledByChance(permille: Int)
    case heldBackByChance(permille: Int)
    case late(SimDuration)
    /// A queue of a tenth of a second; what does not fit is lost.
    case paced(bitsPerSecond: Int64)
  }

  /// What is played in its place, which is the fault itself for most; `nil` for what cannot be.
  public let played: PathFault?
  /// Why no program without rights over packets can play it at all, and what can.
  public let refusal: String?
  /// What a SYN meets; `nil` when the port is as ever.
  let door: FaultedPath.Door?
  let stream: Stream
  let datagram: Datagram
  private let warning: String?

  fileprivate init(
    _ played: PathFault?, door: FaultedPath.Door? = nil, stream: Stream = .untouched,
    datagram: Datagram = .passes, warning: String? = nil, refusal: String? = nil
  ) {
    self.played = played
    self.door = door
    self.stream = stream
    self.datagram = datagram
    self.warning = warning
    self.refusal = refusal
  }

  /// Why real sockets behave otherwise than the fault says; `nil` when they do not.
  public func limit(_ when: FaultTrigger) -> String? {
    if when.isSelective, self.rejectsChosen {
      return "a proxy cannot count SYNs: the chosen connections are reset after the handshake"
    }
    return self.refusal ?? self.warning
  }

  /// Whether chosen connections are reset behind their handshake: whoever counts them has let the
  /// SYN in. One that stands still does that in any case.
  var rejectsChosen: Bool { self.door != nil && self.stream != .held }

  /// When an open connection stands still by itself.
  var outage: RecurringOutage? {
    guard case .heldInOutages(let outage) = self.stream else { return nil }
    return outage
  }
}

extension PathFault {
  private static let stands =
    "the proxy's kernel acknowledges until its buffers are full; no retransmission"

  /// What a proxy makes of it; one row a fault.
  public var play: PathPlay {
    switch self {
    case .refuse: PathPlay(self, door: .refusing, datagram: .lost)
    // A proxy does the same about the two, and reports the first.
    case .backlogFull(resets: true): PathPlay(.refuse, door: .refusing, datagram: .lost)
    case .backlogFull(resets: false): PathPlay(self, door: .silent)
    case .silentDrop:
      PathPlay(self, door: .silent, stream: .held, datagram: .lost, warning: Self.stands)
    case .rejectWithReset:
      PathPlay(self, door: .refusing, stream: .resetAtOnce, datagram: .lost)
    case .rejectWithICMP:
      PathPlay(
        nil,
        refusal: """
          no program can make a kernel answer a SYN with ICMP; use `appliance simulate`, or a \
          router's rule such as nftables' `reject with icmp type admin-prohibited`, as \
          Scripts/interop/70-firewall-namespaces.sh does
          """)
    case .resetOnPattern, .resetAfterBytes: PathPlay(self, stream: .resetWhenMet)
    case .spoofedReset(_, rightSequence: true): PathPlay(self, stream: .forgedReset)
    // A proxy's kernel chooses the sequence number.
    case .spoofedReset(_, rightSequence: false):
      PathPlay(nil, warning: "a proxy cannot forge a sequence number; without effect")
    case .idleExpiry: PathPlay(self, stream: .forgotten, warning: Self.stands)
    case .blockTCP: PathPlay(self, door: .silent, stream: .held, warning: Self.stands)
    case .blockUDP: PathPlay(self, datagram: .lost)
    case .rateLimit(let rate):
      PathPlay(
        self, stream: .paced(bitsPerSecond: rate), datagram: .paced(bitsPerSecond: rate))
    case .loss(let permille):
      PathPlay(
        self, stream: .lateByChance(permille: permille),
        datagram: .lostByChance(permille: permille))
    // The same here, and reported by one name.
    case .burstLoss(let every, let length), .linkFlap(let every, let length):
      PathPlay(
        .burstLoss(every: every, length: length),
        stream: .heldInOutages(RecurringOutage(every: every, length: length)),
        datagram: .lostInOutages(RecurringOutage(every: every, length: length)))
    case .duplication(let permille):
      PathPlay(self, datagram: .doubledByChance(permille: permille))
    case .reordering(let permille):
      PathPlay(self, datagram: .heldBackByChance(permille: permille))
    case .latency(let delay): PathPlay(self, stream: .late(delay), datagram: .late(delay))
    case .mtuBlackHole(let mtu):
      PathPlay(
        self, datagram: .lostWhenLonger(mtu: mtu),
        warning: "of TCP nothing is lost: the proxy's segments are its own")
    }
  }
}

extension ReceiverFault {
  /// Why a proxy cannot play the fault in a server's place; `nil` when it can.
  public var proxyRefusal: String? {
    switch self {
    case .halfClose, .answerClose:
      "it is the server's own close that counts; without effect in a proxy"
    case .resetAfterHandshake, .resetAfter, .resetWhenIdle, .neverRead, .readSlowly, .closeAfter,
      .remoteShell:
      nil
    }
  }
}

/// A fault of the path and when it strikes, with what a proxy makes of it.
struct ScheduledPlay: Hashable, Sendable {
  let fault: PathFault
  let play: PathPlay
  let when: FaultTrigger

  init(_ fault: PathFault, when: FaultTrigger) {
    self.fault = fault
    self.play = fault.play
    self.when = when
  }

  /// The same of any fault; `nil` for one that is none of the path.
  init?(_ scheduled: ScheduledPathFault) {
    guard case .path(let fault) = scheduled.fault else { return nil }
    self.init(fault, when: scheduled.when)
  }

  /// Whether an outage is there at `now`.
  func isDown(_ outage: RecurringOutage, now: SimInstant) -> Bool {
    self.when.covers(now) && outage.isDown(self.since(now))
  }

  /// Whether open connections stand still at `now`.
  func holds(_ now: SimInstant) -> Bool {
    switch self.play.stream {
    case .held: self.when.covers(now)
    case .heldInOutages(let outage): self.isDown(outage, now: now)
    case .untouched, .forgotten, .resetAtOnce, .resetWhenMet, .forgedReset, .late, .lateByChance,
      .paced:
      false
    }
  }

  /// When the window or an outage begins or ends next, behind `now`.
  func nextChange(after now: SimInstant) -> SimInstant? {
    let change = self.when.nextChange(after: now)
    guard self.when.covers(now), let rest = self.play.outage?.untilChange(self.since(now)) else {
      return change
    }
    let next = now.advanced(by: rest)
    return change.map { min($0, next) } ?? next
  }

  private func since(_ now: SimInstant) -> SimDuration {
    (self.when.from ?? SimInstant(nanoseconds: 0)).duration(to: now)
  }
}

/// What faults make of one datagram.
struct DatagramFate {
  var isLost = false
  var copies = 1
  var delay = SimDuration.zero
}

extension ScheduledPlay {
  /// Octets of the headers of IP and UDP.
  private static let datagramHeaders = 28

  /// What it makes of a datagram at `now`, which its window covers.
  func strike(
    _ bytes: Int, _ fate: inout DatagramFate, now: SimInstant, line: inout PathLine,
    using random: inout SeededGenerator
  ) {
    switch self.play.datagram {
    case .passes: break
    case .lost: fate.isLost = true
    case .lostInOutages(let outage): fate.isLost = self.isDown(outage, now: now)
    case .lostByChance(let permille): fate.isLost = random.chance(permille: permille)
    case .lostWhenLonger(let mtu): fate.isLost = bytes > mtu - Self.datagramHeaders
    case .paced(let rate):
      fate.isLost = line.backlog(now) > .milliseconds(100)
      if !fate.isLost { line.occupy(bytes: bytes, bitsPerSecond: rate, now: now) }
    case .doubledByChance(let permille):
      if random.chance(permille: permille) { fate.copies += 1 }
    case .heldBackByChance(let permille):
      if random.chance(permille: permille) { fate.delay = fate.delay + PathFault.reorderingDelay }
    case .late(let duration): fate.delay = fate.delay + duration
    }
  }
}

extension PathPlay.Stream {
  /// A lost segment comes again after Linux's shortest retransmission time.
  private static let retransmission = SimDuration.milliseconds(200)

  /// How much later bytes at `now` come by it; what occupies the line delays later ones too.
  func delay(
    _ bytes: Int, line: inout PathLine, now: SimInstant, using random: inout SeededGenerator
  ) -> SimDuration {
    switch self {
    case .late(let delay): return delay
    case .lateByChance(let permille):
      return random.chance(permille: permille) ? Self.retransmission : .zero
    case .paced(let rate):
      line.occupy(bytes: bytes, bitsPerSecond: rate, now: now)
      return .zero
    // They end or stop a connection, or TCP hides them.
    case .untouched, .held, .heldInOutages, .forgotten, .resetAtOnce, .resetWhenMet, .forgedReset:
      return .zero
    }
  }

  /// Whether both ends get a RST at bytes that came.
  ///
  /// - Parameter isMet: whether they meet the fault's condition.
  func resets(isMet: Bool) -> Bool {
    switch self {
    case .resetAtOnce: true
    case .resetWhenMet: isMet
    case .untouched, .held, .heldInOutages, .forgotten, .forgedReset, .late, .lateByChance, .paced:
      false
    }
  }
}
