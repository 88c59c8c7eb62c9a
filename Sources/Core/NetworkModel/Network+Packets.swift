internal import Simulation

/// Packets on their way: from the host that sends, through the middle of the path, to the other
/// host.
extension Network {
  /// A host sends a packet.
  mutating func transmit(_ packet: consuming Packet) {
    guard let host = self.hostsByAddress[packet.source.address] else { return }
    packet.identification = self.hosts[host].nextIdentification
    self.hosts[host].nextIdentification &+= 1
    packet.serial = self.takeSerial()
    if let note { packet.note = note }
    let slot = self.travelling.place(
      TravellingPacket(packet: packet, next: .departure(host: host)))
    let due = max(self.now + self.replyDelay, self.hosts[host].lastDeparture)
    guard due > self.now || self.hosts[host].departing > 0 else {
      self.leave(slot, host: host)
      return
    }
    // Packets leave in the order in which the stack made them.
    self.hosts[host].lastDeparture = due
    self.hosts[host].departing += 1
    self.heap.insert(.packet, slot, at: SimInstant(nanoseconds: due))
  }

  private mutating func takeSerial() -> UInt32 {
    defer { self.nextSerial &+= 1 }
    return self.nextSerial
  }

  /// A packet is on the wire of its host.
  private mutating func leave(_ slot: UInt32, host: Int) {
    self.record(slot, at: .host(HostID(index: host)))
    let address = self.travelling.packets[Int(slot)].packet.destination.address
    guard let target = self.hostsByAddress[address],
      let path = self.path(between: host, and: target)
    else {
      self.noRoute(self.travelling.land(slot), host: host)
      return
    }
    self.travelling.packets[Int(slot)].path = path
    self.travelling.packets[Int(slot)].direction =
      self.paths[path].near == host ? .outbound : .inbound
    self.travelling.packets[Int(slot)].next = .middle
    let length = self.travelling.packets[Int(slot)].packet.totalLength
    if length <= self.paths[path].settings.maximumTransmissionUnit {
      self.enter(slot)
      return
    }
    let whole = self.travelling.packets[Int(slot)]
    for piece in self.fragments(of: self.travelling.land(slot), path: path, host: host) {
      var travelling = whole
      travelling.packet = piece
      self.enter(self.travelling.place(travelling))
    }
  }

  private func path(between host: Int, and target: Int) -> Int? {
    self.paths.indices.first {
      (self.paths[$0].near == host && self.paths[$0].far == target)
        || (self.paths[$0].far == host && self.paths[$0].near == target)
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

  /// The fragments of a packet that is too long, or nothing when it must not be fragmented.
  private mutating func fragments(of packet: Packet, path: Int, host: Int) -> [Packet] {
    let limit = self.paths[path].settings.maximumTransmissionUnit
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

  /// A packet enters its path, or is lost, or doubled there.
  private mutating func enter(_ slot: UInt32) {
    let path = self.travelling.packets[Int(slot)].path
    let settings = self.paths[path].settings
    if self.chance.chance(permille: settings.lossPermille) {
      let packet = self.travelling.land(slot)
      let name = self.paths[path].name
      self.note("\(name): lost by chance", about: packet)
      return
    }
    let copies = self.chance.chance(permille: settings.duplicatePermille) ? 2 : 1
    for left in (0..<copies).reversed() {
      var delay = settings.latency.nanoseconds / 2
      if settings.jitter > .zero {
        delay += Int64(self.chance.uniform(below: UInt64(settings.jitter.nanoseconds) + 1))
      }
      if self.chance.chance(permille: settings.reorderPermille) {
        delay += settings.latency.nanoseconds + 1_000_000
      }
      let due =
        self.paths[path].departure(
          bytes: self.travelling.packets[Int(slot)].packet.totalLength,
          self.travelling.packets[Int(slot)].direction,
          now: self.now) + delay
      let next = left == 0 ? slot : self.travelling.double(slot)
      self.heap.insert(.packet, next, at: SimInstant(nanoseconds: due))
    }
  }

  mutating func packetArrives(_ slot: UInt32) {
    switch self.travelling.packets[Int(slot)].next {
    case .departure(let host):
      self.hosts[host].departing -= 1
      self.leave(slot, host: host)
    case .middle:
      self.passMiddle(slot)
    case .end:
      let path = self.travelling.packets[Int(slot)].path
      let isOutbound = self.travelling.packets[Int(slot)].direction == .outbound
      let host = isOutbound ? self.paths[path].far : self.paths[path].near
      self.arrive(self.travelling.land(slot), host: host)
    }
  }

  /// The packet stays in its place, where the middleboxes see and change it.
  private mutating func passMiddle(_ slot: UInt32) {
    let path = self.travelling.packets[Int(slot)].path
    let direction = self.travelling.packets[Int(slot)].direction
    let sides: (PathSide, PathSide) =
      direction == .outbound ? (.inside, .outside) : (.outside, .inside)
    var delay = self.paths[path].settings.latency.nanoseconds / 2
    let count = self.paths[path].middleboxes.count
    self.record(slot, at: .path(PathID(index: path), sides.0))
    for turn in 0..<count {
      let index = direction == .outbound ? turn : count - 1 - turn
      switch self.inspect(slot, path: path, box: index, direction) {
      case .pass: continue
      case .drop:
        let packet = self.travelling.land(slot)
        self.note(box: index, path, "dropped", about: packet)
        return
      case .delay(let more):
        delay += more.nanoseconds
        self.note(
          box: index, path, "delayed by \(more.nanoseconds / 1000) us",
          about: self.travelling.packets[Int(slot)].packet)
      case .passAndInject(let packets): self.inject(packets, path: path, box: index)
      case .dropAndInject(let packets):
        let packet = self.travelling.land(slot)
        self.note(box: index, path, "dropped and answered", about: packet)
        self.inject(packets, path: path, box: index)
        return
      }
    }
    self.record(slot, at: .path(PathID(index: path), sides.1))
    self.travelling.packets[Int(slot)].next = .end
    self.heap.insert(.packet, slot, at: SimInstant(nanoseconds: self.now + delay))
  }

  private mutating func inspect(
    _ slot: UInt32, path: Int, box index: Int, _ direction: PathDirection
  ) -> MiddleboxAction {
    let offered = self.travelling.packets[Int(slot)].packet.options.maximumSegmentSize
    let action = self.paths[path].middleboxes[index].inspect(
      &self.travelling.packets[Int(slot)].packet, direction, now: SimInstant(nanoseconds: self.now),
      using: &self.chance)
    let now = self.travelling.packets[Int(slot)].packet.options.maximumSegmentSize
    if let offered, let now, now != offered {
      self.note(
        box: index, path, "MSS \(offered) becomes \(now)",
        about: self.travelling.packets[Int(slot)].packet)
    }
    return action
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
      let slot = self.travelling.place(
        TravellingPacket(packet: packet, path: path, direction: direction, next: .end))
      self.heap.insert(.packet, slot, at: SimInstant(nanoseconds: self.now + delay))
    }
  }

  private mutating func arrive(_ packet: Packet, host: Int) {
    self.record(packet, at: .host(HostID(index: host)))
    guard let whole = packet.isFragment ? self.reassembly.take(packet) : packet else { return }
    switch whole.transport {
    case .tcp: self.segmentArrives(whole, host: host)
    case .udp: self.datagramArrives(whole)
    case .icmp: self.messageArrives(whole, host: host)
    }
  }

  private mutating func record(_ packet: Packet, at place: CapturePlace) {
    for index in self.captures.indices where self.captures[index].place == place {
      self.captures[index].record(packet, time: SimInstant(nanoseconds: self.now))
    }
  }

  private mutating func record(_ slot: UInt32, at capturePlace: CapturePlace) {
    guard !self.captures.isEmpty else { return }
    self.record(self.travelling.packets[Int(slot)].packet, at: capturePlace)
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
