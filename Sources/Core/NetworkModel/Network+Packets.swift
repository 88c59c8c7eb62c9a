internal import Simulation

struct FragmentKey: Hashable, Sendable {
  let source: HostAddress
  let destination: HostAddress
  let identification: UInt16
}

/// The fragments of one datagram that have arrived.
struct FragmentSet: Sendable {
  var pieces: [Packet] = []
}

/// Packets on their way: from the host that sends, through the middle of the path, to the other host.
extension Network {
  private static let fragmentSetsMax = 64

  /// A host sends a packet.
  mutating func transmit(_ packet: Packet) {
    guard let host = self.hostsByAddress[packet.source.address] else { return }
    var packet = packet
    packet.identification = self.hosts[host].nextIdentification
    self.hosts[host].nextIdentification &+= 1
    self.record(packet, at: host)
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
    self.record(message, at: host)
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
        self.record(message, at: host)
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
    if self.chance.chance(permille: settings.lossPermille) { return }
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
        TravellingPacket(packet: packet, path: path, direction: direction, reachesEnd: false),
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
    self.heap.insert(.packet, slot, at: due)
  }

  mutating func packetArrives(_ slot: UInt32) {
    guard let travelling = self.travelling[Int(slot)] else { return }
    self.travelling[Int(slot)] = nil
    self.freePackets.append(slot)
    if travelling.reachesEnd {
      let path = self.paths[travelling.path]
      self.arrive(
        travelling.packet, host: travelling.direction == .outbound ? path.far : path.near)
    } else {
      self.passMiddle(travelling)
    }
  }

  private mutating func passMiddle(_ travelling: TravellingPacket) {
    var packet = travelling.packet
    let path = travelling.path
    var delay = self.paths[path].settings.latency.nanoseconds / 2
    let count = self.paths[path].middleboxes.count
    let order =
      travelling.direction == .outbound ? Array(0..<count) : Array((0..<count).reversed())
    for index in order {
      let action = self.paths[path].middleboxes[index].inspect(
        &packet, travelling.direction, now: SimInstant(nanoseconds: self.now),
        using: &self.chance)
      switch action {
      case .pass: continue
      case .drop: return
      case .delay(let more): delay += more.nanoseconds
      case .passAndInject(let packets): self.inject(packets, path: path, box: index)
      case .dropAndInject(let packets):
        self.inject(packets, path: path, box: index)
        return
      }
    }
    self.launch(
      TravellingPacket(
        packet: packet, path: path, direction: travelling.direction, reachesEnd: true),
      at: self.now + delay)
  }

  private mutating func inject(_ packets: [Packet], path: Int, box: Int) {
    let delay = self.paths[path].settings.latency.nanoseconds / 2
    let far = self.hosts[self.paths[path].far].address
    for packet in packets {
      var packet = packet
      packet.injectedBy = MiddleboxID(path: PathID(index: path), index: box)
      self.launch(
        TravellingPacket(
          packet: packet, path: path,
          direction: packet.destination.address == far ? .outbound : .inbound, reachesEnd: true),
        at: self.now + delay)
    }
  }

  private mutating func arrive(_ packet: Packet, host: Int) {
    self.record(packet, at: host)
    guard let whole = packet.isFragment ? self.reassembled(packet) : packet else { return }
    switch whole.transport {
    case .tcp: self.segmentArrives(whole, host: host)
    case .udp: self.datagramArrives(whole)
    case .icmp: self.messageArrives(whole, host: host)
    }
  }

  /// The datagram, once its last fragment is there; a set that never completes goes when there are many.
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

  private mutating func record(_ packet: Packet, at host: Int) {
    for index in self.captures.indices where self.captures[index].host.index == host {
      self.captures[index].record(packet, time: SimInstant(nanoseconds: self.now))
    }
  }
}
