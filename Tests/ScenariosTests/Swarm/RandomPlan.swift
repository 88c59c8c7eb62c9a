import ApplianceConfiguration
import LabPeers
import LogModel
import Scenarios
import Simulation
import Support

/// Draws a case from a seed.
struct RandomPlan {
  static let missingAddress = IPv4Address(10, 44, 167, 99)
  private static let hostAddresses = [
    IPv4Address(10, 44, 167, 30), IPv4Address(10, 44, 167, 31), IPv4Address(10, 44, 167, 32),
  ]
  private static let relayAddress = IPv4Address(10, 229, 24, 25)

  private let seed: UInt64
  private var random: SeededGenerator

  static func make(seed: UInt64) -> SwarmPlan {
    if let rare = RareCases.plan(seed) { return rare }
    var drawing = RandomPlan(seed: seed)
    return drawing.plan()
  }

  private init(seed: UInt64) {
    self.seed = seed
    self.random = SeededGenerator(seed: seed, stream: "swarm")
  }

  private mutating func number(_ range: ClosedRange<Int>) -> Int { self.random.uniform(in: range) }

  private mutating func chance(_ permille: Int) -> Bool { self.random.chance(permille: permille) }

  private mutating func plan() -> SwarmPlan {
    // Giving a connection up takes a quarter of an hour, so that few cases see it.
    let isLong = self.seed % 20 == 9
    let hostCount = self.number(1...3)
    let initial = self.chance(200) ? self.number(0...40) : 300
    var plan = SwarmPlan(
      seed: self.seed, seconds: isLong ? 1300 : self.number(15...160),
      messagesPerSecond: isLong ? 1 : self.number(1...8), messages: self.number(0...40),
      relay: self.chance(500) ? "relay.example.com" : "\(Self.relayAddress)",
      initialIntervalSeconds: initial, maximumIntervalSeconds: initial == 300 ? 3600 : 300,
      subscriptions: [], hosts: (0..<hostCount).map { self.host($0) }, names: self.names(),
      faults: [])
    plan.hosts.append(self.relay())
    plan.subscriptions = [.init(name: "mail_logs", module: "mail", level: 3)]
    for index in 0..<self.number(1...3) {
      plan.subscriptions.append(self.subscription(index, hosts: hostCount))
    }
    // Of streams of their own, so that the other draws stay what they are.
    if self.seed.isMultiple(of: 5) { self.drawDelivery(&plan) }
    if self.seed % 6 == 4 { self.drawAddresses(&plan) }
    if self.chance(250) { plan.queueBytes = self.number(500...6000) }
    if self.chance(200) { plan.forgedPermille = self.number(5...100) }
    // The first fault goes through all kinds, seed by seed.
    let count = self.number(1...5)
    for index in 0..<count {
      let kinds = self.kinds()
      let place =
        index == 0 ? Int(self.seed % UInt64(kinds.count)) : self.number(0...kinds.count - 1)
      plan.faults.append(self.fault(kinds[place], plan))
    }
    if self.seed.isMultiple(of: 5) { self.drawCloses(&plan) }
    if self.seed % 3 == 1 { self.drawClock(&plan) }
    if self.seed % 4 == 2 { self.drawOthers(&plan) }
    if RandomCommits.draws(self.seed) { RandomCommits.draw(&plan) }
    return plan
  }

  private mutating func host(_ index: Int) -> HostPlan {
    HostPlan(
      name: "log\(index)", address: Self.hostAddresses[index],
      stack: self.chance(500) ? .linux : .documentedServer,
      services: [.syslogTCP(port: 514), .syslogUDP(port: 514), .remoteShell(port: 2514)],
      path: self.path())
  }

  private mutating func relay() -> HostPlan {
    HostPlan(
      name: "relay", address: Self.relayAddress,
      stack: self.chance(500) ? .linux : .documentedServer,
      services: [.mailbox(port: 25)], path: self.chance(300) ? self.path() : PathPlan())
  }

  private func names() -> [NamePlan] {
    [
      NamePlan(name: "log.example.com", addresses: Array(Self.hostAddresses.prefix(1))),
      NamePlan(name: "relay.example.com", addresses: [Self.relayAddress]),
      NamePlan(name: "gone.example.com", addresses: []),
    ]
  }

  /// Names with several addresses: the first ones dead in most cases, all of them in some.
  private func drawAddresses(_ plan: inout SwarmPlan) {
    var random = SeededGenerator(seed: self.seed, stream: "swarm addresses")
    // Nobody is there, or nothing listens there.
    let dead = [Self.missingAddress, IPv4Address(10, 44, 167, 98), plan.hosts[0].address]
    for index in plan.names.indices where !plan.names[index].addresses.isEmpty {
      let isRelay = plan.names[index].name == plan.relay
      let unfit = isRelay ? dead : dead.dropLast() + [Self.relayAddress]
      var addresses = (0..<random.uniform(in: 1...2)).map { _ in
        unfit[random.uniform(in: 0...unfit.count - 1)]
      }
      if random.chance(permille: 750) {
        let place = random.chance(permille: 800) ? addresses.count : 0
        addresses.insert(contentsOf: plan.names[index].addresses, at: place)
      } else if addresses.count == 1 {
        addresses.append(Self.missingAddress)
      }
      plan.names[index].addresses = addresses
    }
    // Somebody asks for them.
    if random.chance(permille: 700) { plan.relay = plan.names[1].name }
    if random.chance(permille: 700) {
      plan.subscriptions[1].push?.host = Setting(plan.names[0].name)
    }
  }

  private mutating func path() -> PathPlan {
    var path = PathPlan()
    path.latency = .microseconds(Int64(self.number(50...60_000)))
    path.jitter = .microseconds(Int64(self.number(0...2000)))
    path.lossPermille = self.chance(300) ? self.number(0...120) : 0
    path.duplicatePermille = self.chance(300) ? self.number(0...60) : 0
    path.reorderPermille = self.chance(300) ? self.number(0...60) : 0
    path.mtu = self.chance(200) ? self.number(300...1500) : 1500
    path.bandwidthBitsPerSecond = self.chance(150) ? Int64(self.number(32_000...2_000_000)) : 0
    if self.chance(150) { path.mssClamp = UInt16(self.number(536...1400)) }
    return path
  }

  private mutating func subscription(_ index: Int, hosts: Int) -> SwarmPlan.Subscription {
    var host = "\(Self.hostAddresses[index == 0 ? 0 : self.number(0...hosts - 1)])"
    if self.chance(index == 0 ? 400 : 250) { host = "log.example.com" }
    if self.chance(40) { host = "gone.example.com" }
    if self.chance(40) { host = "\(Self.missingAddress)" }
    var port: UInt16 = self.chance(40) ? 515 : 514
    if self.chance(30) { port = 2514 }
    let isTCP = self.chance(index == 0 ? 800 : 600)
    let module = self.chance(800) ? "mail" : ["status", "system", "bounces"][self.number(0...2)]
    return SwarmPlan.Subscription(
      name: "Push_\(index)", module: module, level: self.chance(700) ? 3 : self.number(1...5),
      push: SyslogPushSettings(
        host: Setting(host), port: Setting(port), transport: Setting(isTCP ? .tcp : .udp)))
  }

  private func drawDelivery(_ plan: inout SwarmPlan) {
    var random = SeededGenerator(seed: self.seed, stream: "swarm delivery")
    for index in plan.subscriptions.indices where random.chance(permille: 800) {
      guard plan.subscriptions[index].push?.transport.value == .tcp else { continue }
      var delivery = DeliverySettings()
      delivery.mode = Setting(random.chance(permille: 650) ? .atLeastOnce : .buffered)
      if random.chance(permille: 300) { delivery.bufferBytesMax = Setting(65_536) }
      if random.chance(permille: 500) { delivery.overflow = Setting(.dropOldest) }
      if random.chance(permille: 200) {
        delivery.linesPerSecond = Setting(random.uniform(in: 1...40))
      }
      if random.chance(permille: 300) {
        delivery.sendBufferBytes = Setting(random.uniform(in: 16_384...1_048_576))
      }
      plan.subscriptions[index].push?.delivery = delivery
    }
    // The mail log of one that has more to say than its disk buffer holds.
    if random.chance(permille: 300) { plan.messages += random.uniform(in: 50...400) }
  }

  /// Disk buffers that are smaller than a window, and servers that close in their own way.
  private func drawCloses(_ plan: inout SwarmPlan) {
    var random = SeededGenerator(seed: self.seed, stream: "swarm closes")
    for index in plan.subscriptions.indices where plan.subscriptions[index].isBuffered {
      if random.chance(permille: 400) {
        plan.subscriptions[index].push?.delivery.bufferBytesMax = Setting(65_536)
      }
      guard random.chance(permille: 500) else { continue }
      let address = plan.subscriptions[index].push?.host.value ?? ""
      let host = plan.hosts.first { "\($0.address)" == address } ?? plan.hosts[0]
      var window = FaultWindow()
      if random.chance(permille: 300) { window.connectionsMax = random.uniform(in: 1...3) }
      plan.faults.append(
        PlannedFault(Self.close(by: &random), host: host.name, when: window))
    }
    if random.chance(permille: 200) { plan.messages += random.uniform(in: 50...400) }
  }

  /// One of the ways to close a connection.
  private static func close(by random: inout SeededGenerator) -> FaultDescription {
    let points: [StreamPoint] = [
      .lines(UInt64(random.uniform(in: 1...300))), .bytes(UInt64(random.uniform(in: 1...40_000))),
      .time(.milliseconds(Int64(random.uniform(in: 1...10_000)))),
    ]
    let point = points[random.uniform(in: 0...2)]
    let kinds: [FaultDescription] = [
      .server(.halfClose(point, readsOn: true)), .server(.halfClose(point, readsOn: false)),
      .server(.answerClose(.never)),
      .server(.answerClose(.late(.milliseconds(Int64(random.uniform(in: 1...20_000)))))),
      .server(.answerClose(.reset)),
    ]
    return kinds[random.uniform(in: 0...4)]
  }

  /// Somebody sets the clock, of a stream of its own too: by hours and days, or by little.
  private func drawClock(_ plan: inout SwarmPlan) {
    var random = SeededGenerator(seed: self.seed, stream: "swarm clock")
    let isSmall = random.chance(permille: 200)
    for _ in 0..<random.uniform(in: 1...4) {
      let most = isSmall ? 1000 : random.chance(permille: 500) ? 20_000 : 200_000_000
      let size = Int64(random.uniform(in: (isSmall ? 10 : 2001)...most))
      var window = FaultWindow()
      window.from = .milliseconds(Int64(random.uniform(in: 0...plan.seconds * 500)))
      plan.faults.append(
        PlannedFault(
          .appliance(.clockStep(by: .milliseconds(random.chance(permille: 600) ? -size : size))),
          host: "",
          when: window))
    }
  }

  /// The names of those that are drawn with numbers of their own.
  static let drawn: Set<String> = {
    var drawing = RandomPlan(seed: 1)
    return Set(drawing.kinds().map(\.name)).union(["half-close", "answer-close", "clock-step"])
  }()

  /// The faults of packets that nobody has given numbers yet: with those of their cases.
  static let others = FaultCase.all.filter { other in
    let section = FaultRow.named(other.name)?.section
    return !drawn.contains(other.name) && section != .names && section != .appliance
  }

  /// One of them, of a stream of its own, at each host that pushes may have.
  private func drawOthers(_ plan: inout SwarmPlan) {
    var random = SeededGenerator(seed: self.seed, stream: "swarm others")
    guard !Self.others.isEmpty,
      let fault = Self.others[random.uniform(in: 0...Self.others.count - 1)].fault
    else { return }
    for host in plan.hosts { plan.faults.append(PlannedFault(fault, host: host.name)) }
  }

  private mutating func fault(_ kind: FaultDescription, _ plan: SwarmPlan) -> PlannedFault {
    var window = FaultWindow()
    let keys = kind.row?.window.keys ?? []
    if self.chance(500) { window.from = .milliseconds(Int64(self.number(0...14_000))) }
    if keys.contains("until"), self.chance(500) {
      window.until = window.from + .seconds(Int64(self.number(1...120)))
    }
    if keys.contains("connections") {
      if self.chance(300) { window.connectionsMax = self.number(1...3) }
      if self.chance(300) { window.connectionPermille = self.number(200...999) }
    }
    let isOfNames = kind.row?.isOfNames == true
    let places = isOfNames ? plan.names.prefix(2).map(\.name) : plan.hosts.map(\.name)
    let draw = self.number(0...99)
    let host = draw < 55 ? places[0] : draw < 80 ? places[places.count - 1] : nil
    return PlannedFault(
      kind, host: host ?? places[self.number(0...places.count - 1)], when: window)
  }

  private mutating func point() -> StreamPoint {
    switch self.number(0...2) {
    case 0: .lines(UInt64(self.number(1...200)))
    case 1: .bytes(UInt64(self.number(1...20_000)))
    default: .time(.milliseconds(Int64(self.number(1...40_000))))
    }
  }

  private mutating func time() -> SimDuration {
    .milliseconds(Int64(self.number(1...(self.chance(600) ? 5000 : 60_000))))
  }

  /// Each kind, with its own numbers.
  private mutating func kinds() -> [FaultDescription] {
    let patterns = ["MID 3", "From: <", "Log Error", "Begin Logfile"]
    return [
      .path(.refuse), .server(.resetAfterHandshake), .server(.resetAfter(self.point())),
      .server(.resetWhenIdle(self.time())),
      .server(.neverRead), .server(.readSlowly(bytesPerSecond: self.number(10...5000))),
      .path(.backlogFull(resets: self.chance(500))), .server(.closeAfter(self.point())),
      .host(.cutDatagrams(bytes: self.number(1...200))), .host(.crash(backAfter: self.time())),
      .path(.silentDrop),
      .path(.rejectWithReset), .path(.rejectWithICMP),
      .path(.resetOnPattern(Array(patterns[self.number(0...3)].utf8))),
      .path(.resetAfterBytes(UInt64(self.number(1...30_000)))),
      .path(.spoofedReset(after: self.time(), rightSequence: self.chance(600))),
      .path(.idleExpiry(self.time())), .path(.blockTCP), .path(.blockUDP),
      .path(.rateLimit(bitsPerSecond: Int64(self.number(200...200_000)))),
      .path(.loss(permille: self.number(1...400))),
      .path(.burstLoss(every: .seconds(10), length: .milliseconds(Int64(self.number(1...9000))))),
      .path(.duplication(permille: self.number(1...500))),
      .path(.reordering(permille: self.number(1...500))),
      .path(.latency(.milliseconds(Int64(self.number(1...3000))))),
      .path(.mtuBlackHole(mtu: self.number(68...1400))),
      .path(.linkFlap(every: .seconds(20), down: .milliseconds(Int64(self.number(1...15_000))))),
      .name(.notFound), .name(.serverFailure), .name(.timeout(self.time())),
      .name(
        .addressChange(
          self.chance(500) ? Self.missingAddress : Self.hostAddresses[self.number(0...2)])),
    ]
  }
}
