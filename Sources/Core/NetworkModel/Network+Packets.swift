internal import Simulation

struct FragmentKey: Hashable, Sendable {
  let source: IPv4Address
  let destination: IPv4Address
  let identification: UInt16
}

/// The fragments of one datagram that have arrived.
struct FragmentSet: Sendable {
  var pieces: [Packet] = []
}

/// Packets on their way: from the host that sends, through the middle of the path, to the other
/// host.
extension Network {
  private static let fragmentSetsMax = 64

  /// A host sends a packet.
  mutating func transmit(_ packet: Packet) {
    guard let host = self.hostsByAddress[packet.source.address] else { return }
    var packet = packet
    packet.identification = self.hosts[host].nextIdentification
    self.hosts[host].nextIdentification &+= 1
    packet.serial = self.takeSerial()
    if let note { packet.note = note }
    let due = max(self.now + self.replyDelay, self.hosts[host].lastDeparture)
    guard due > self.now || self.hosts[host].departing > 0 else {
      self.leave(packet, host: host)
      return
    }
    // Packets leave in the order in which the stack made them.
    self.hosts[host].lastDeparture = due
    self.hosts[host].departing += 1
    self.launch(
      TravellingPacket(
        packet: packet, path: 0, direction: .outbound, next: .departure(host: host)),
      at: due)
  }

  private mutating func takeSerial() -> UInt32 {
    defer { self.nextSerial &+= 1 }
    return self.nextSerial
  }

  /// A packet is on the wire of its host.
  private mutating func leave(_ packet: Packet, host: Int) {
    self.record(packet, at: .host(HostID(index: host)))
    guard let target = self.hostsByAddress[packet.destination.address],
      let path = self.paths.firstIndex(where: {
        ($0.near == host && $0.far == target) || ($0.far == host && $0.near == target)
      })
    else {
      self.noRoute(packet, host: host)
      return
    }
    let direction: PathDirection = self.paths[path].near == host ? .outbound : .inbound
    for piece in self.fitted(packet, path: path, host: host) {
      self.enter(piece, path: path, direction)
    }
  }

  /// Nobody has the address: the host's own router says so, at once.
  private mutating func noRoute(_ packet: Packet, host: Int) {
    guard
      let message = Packet.unreachable(.host, about: packet, from: self.hosts[host].address)
    else { return }
    self.record(message, at: .host(HostID(index: host)))
    self.messageArrives(message, host: host)
  }

  /// The packet, its fragments, or nothing when it is too long and must not be fragmented.
  private mutating func fitted(_ packet: Packet, path: Int, host: Int) -> [Packet] {
    let limit = self.paths[path].settings.maximumTransmissionUnit
    guard packet.totalLength > limit else { return [packet] }
    guard !packet.dontFragment else {
      let message = Packet.unreachable(
        .fragmentationNeeded, about: packet, from: packet.destination.address, nextHopMTU: limit)
      if let message {
        self.record(message, at: .host(HostID(index: host)))
        self.messageArrives(message, host: host)
      }
      return []
    }
    let bytes = PacketEncoder.transportBytes(of: packet)
    let share = max(8, (limit - 20) / 8 * 8)
    return stride(from: 0, to: bytes.count, by: share).map { start in
      var piece = packet
      piece.payload = Array(bytes[start..<min(start + share, bytes.count)])
      piece.fragmentOffset = start
      piece.moreFragments = start + share < bytes.count
      return piece
    }
  }

  private mutating func enter(_ packet: Packet, path: Int, _ direction: PathDirection) {
    let settings = self.paths[path].settings
    if self.chance.chance(permille: settings.lossPermille) {
      let name = self.paths[path].name
      self.note("\(name): lost by chance", about: packet)
      return
    }
    let copies = self.chance.chance(permille: settings.duplicatePermille) ? 2 : 1
    for _ in 0..<copies {
      var delay = settings.latency.nanoseconds / 2
      if settings.jitter > .zero {
        delay += Int64(self.chance.uniform(below: UInt64(settings.jitter.nanoseconds) + 1))
      }
      if self.chance.chance(permille: settings.reorderPermille) {
        delay += settings.latency.nanoseconds + 1_000_000
      }
      let departure = self.departure(of: packet, path: path, direction)
      self.launch(
        TravellingPacket(packet: packet, path: path, direction: direction, next: .middle),
        at: departure + delay)
    }
  }

  /// When the last bit has left, on a link with a bandwidth.
  private mutating func departure(
    of packet: Packet, path: Int, _ direction: PathDirection
  ) -> Int64 {
    let bandwidth = self.paths[path].settings.bandwidthBitsPerSecond
    guard bandwidth > 0 else { return self.now }
    let time = Int64(packet.totalLength) * 8 * 1_000_000_000 / bandwidth
    switch direction {
    case .outbound:
      self.paths[path].freeAt.0 = max(self.paths[path].freeAt.0, self.now) + time
      return self.paths[path].freeAt.0
    case .inbound:
      self.paths[path].freeAt.1 = max(self.paths[path].freeAt.1, self.now) + time
      return self.paths[path].freeAt.1
    }
  }

  private mutating func launch(_ packet: TravellingPacket, at due: Int64) {
    let slot: UInt32
    if let free = self.freePackets.popLast() {
      slot = free
      self.travelling[Int(free)] = packet
    } else {
      slot = UInt32(self.travelling.count)
      self.travelling.append(packet)
    }
    self.heap.insert(.packet, slot, at: SimInstant(nanoseconds: due))
  }

  mutating func packetArrives(_ slot: UInt32) {
    guard let travelling = self.travelling[Int(slot)] else { return }
    self.travelling[Int(slot)] = nil
    self.freePackets.append(slot)
    switch travelling.next {
    case .departure(let host):
      self.hosts[host].departing -= 1
      self.leave(travelling.packet, host: host)
    case .middle:
      self.passMiddle(travelling)
    case .end:
      let path = self.paths[travelling.path]
      self.arrive(
        travelling.packet, host: travelling.direction == .outbound ? path.far : path.near)
    }
  }

  private mutating func passMiddle(_ travelling: TravellingPacket) {
    var packet = travelling.packet
    let path = travelling.path
    var delay = self.paths[path].settings.latency.nanoseconds / 2
    let count = self.paths[path].middleboxes.count
    let order =
      travelling.direction == .outbound ? Array(0..<count) : Array((0..<count).reversed())
    let sides: (PathSide, PathSide) =
      travelling.direction == .outbound ? (.inside, .outside) : (.outside, .inside)
    self.record(packet, at: .path(PathID(index: path), sides.0))
    for index in order {
      let offered = packet.options.maximumSegmentSize
      let action = self.paths[path].middleboxes[index].inspect(
        &packet, travelling.direction, now: SimInstant(nanoseconds: self.now),
        using: &self.chance)
      if let offered, let now = packet.options.maximumSegmentSize, now != offered {
        self.note(box: index, path, "MSS \(offered) becomes \(now)", about: packet)
      }
      switch action {
      case .pass: continue
      case .drop:
        self.note(box: index, path, "dropped", about: packet)
        return
      case .delay(let more):
        delay += more.nanoseconds
        self.note(box: index, path, "delayed by \(more.nanoseconds / 1000) us", about: packet)
      case .passAndInject(let packets): self.inject(packets, path: path, box: index)
      case .dropAndInject(let packets):
        self.note(box: index, path, "dropped and answered", about: packet)
        self.inject(packets, path: path, box: index)
        return
      }
    }
    self.record(packet, at: .path(PathID(index: path), sides.1))
    self.launch(
      TravellingPacket(
        packet: packet, path: path, direction: travelling.direction, next: .end),
      at: self.now + delay)
  }

  private mutating func inject(_ packets: [Packet], path: Int, box: Int) {
    let delay = self.paths[path].settings.latency.nanoseconds / 2
    let far = self.hosts[self.paths[path].far].address
    for packet in packets {
      var packet = packet
      packet.injectedBy = MiddleboxID(path: PathID(index: path), index: box)
      if !self.captures.isEmpty {
        packet.note =
          "\(self.paths[path].middleboxes[box].label) on \(self.paths[path].name): made here"
      }
      let direction: PathDirection = packet.destination.address == far ? .outbound : .inbound
      self.record(
        packet, at: .path(PathID(index: path), direction == .outbound ? .outside : .inside))
      self.launch(
        TravellingPacket(packet: packet, path: path, direction: direction, next: .end),
        at: self.now + delay)
    }
  }

  private mutating func arrive(_ packet: Packet, host: Int) {
    self.record(packet, at: .host(HostID(index: host)))
    guard let whole = packet.isFragment ? self.reassembled(packet) : packet else { return }
    switch whole.transport {
    case .tcp: self.segmentArrives(whole, host: host)
    case .udp: self.datagramArrives(whole)
    case .icmp: self.messageArrives(whole, host: host)
    }
  }

  /// The datagram, once its last fragment is there; a set that never completes goes when there are
  /// many.
  private mutating func reassembled(_ piece: Packet) -> Packet? {
    let key = FragmentKey(
      source: piece.source.address, destination: piece.destination.address,
      identification: piece.identification)
    if self.fragments.count >= Self.fragmentSetsMax, self.fragments[key] == nil {
      self.fragments.removeAll()
    }
    var set = self.fragments[key] ?? FragmentSet()
    if !set.pieces.contains(where: { $0.fragmentOffset == piece.fragmentOffset }) {
      set.pieces.append(piece)
    }
    set.pieces.sort { $0.fragmentOffset < $1.fragmentOffset }
    var bytes: [UInt8] = []
    for part in set.pieces {
      guard part.fragmentOffset == bytes.count else {
        self.fragments[key] = set
        return nil
      }
      bytes += part.payload
    }
    guard let last = set.pieces.last, !last.moreFragments, bytes.count >= 8 else {
      self.fragments[key] = set
      return nil
    }
    self.fragments[key] = nil
    var whole = last
    whole.fragmentOffset = 0
    whole.moreFragments = false
    // The UDP header stands at the front of the first fragment.
    whole.payload = Array(bytes[8...])
    return whole
  }

  private mutating func record(_ packet: Packet, at place: CapturePlace) {
    for index in self.captures.indices where self.captures[index].place == place {
      self.captures[index].record(packet, time: SimInstant(nanoseconds: self.now))
    }
  }

  /// Says in every capture what a middlebox did with a packet.
  private mutating func note(
    box: Int, _ path: Int, _ deed: @autoclosure () -> String, about packet: Packet
  ) {
    guard !self.captures.isEmpty else { return }
    let place = self.paths[path]
    let text = "\(place.middleboxes[box].label) on \(place.name): \(deed())"
    self.note(text, about: packet)
  }

  mutating func note(_ text: @autoclosure () -> String, about packet: Packet) {
    guard !self.captures.isEmpty else { return }
    let text = text()
    for index in self.captures.indices {
      self.captures[index].note(text, serial: packet.serial)
    }
  }
}
