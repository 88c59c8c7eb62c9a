internal import Simulation

/// The table of connections, and what their machines want done.
extension Network {
  func slot(of socket: SocketID) -> UInt32? {
    let slot = Int(socket.slot)
    guard slot < self.generations.count, self.generations[slot] == socket.generation,
      self.connections[slot] != nil
    else { return nil }
    return socket.slot
  }

  mutating func addConnection(
    local: Endpoint, remote: Endpoint, host: Int, options: SocketOptions, listener: ListenerID?
  ) -> UInt32 {
    let slot: UInt32
    if let free = self.freeSlots.popLast() {
      slot = free
      self.generations[Int(free)] += 1
    } else {
      slot = UInt32(self.connections.count)
      self.connections.append(nil)
      self.generations.append(0)
    }
    let socket = SocketID(slot: slot, generation: self.generations[Int(slot)])
    self.connections[Int(slot)] = TCPConnection(
      socket: socket, local: local, remote: remote, profile: self.hosts[host].profile,
      options: options, listener: listener,
      initialSequence: UInt32(truncatingIfNeeded: self.sequences.next()))
    self.slotsByFlow[FlowKey(local: local, remote: remote)] = slot
    return slot
  }

  /// Runs one call of a connection and carries out what it wants.
  mutating func step(
    _ slot: UInt32, arriving: Packet? = nil,
    _ body: (inout TCPConnection, Int64, inout TCPOutput) -> Void
  ) {
    guard var connection = self.connections[Int(slot)] else { return }
    // Taken out, so that the machine changes in place.
    self.connections[Int(slot)] = nil
    var output = TCPOutput()
    if let observer = self.observer {
      let before = TCPNumbers(connection)
      body(&connection, self.now, &output)
      observer.stepped(connection, from: before, arriving: arriving, output, now: self.now)
    } else {
      body(&connection, self.now, &output)
    }
    let isOver = connection.state == .closed
    if !isOver {
      let due = connection.firstTimer
      if due < connection.scheduledAt {
        connection.scheduledAt = due
        self.heap.insert(.timer, slot, at: SimInstant(nanoseconds: max(due, self.now)))
      }
      self.connections[Int(slot)] = connection
    } else {
      self.slotsByFlow.removeValue(
        forKey: FlowKey(local: connection.local, remote: connection.remote))
      self.freeSlots.append(slot)
    }
    for segment in output.segments { self.transmit(segment) }
    for event in output.events {
      self.events.append(
        NetworkEvent(
          time: SimInstant(nanoseconds: self.now), subject: .socket(connection.socket, event)))
    }
  }

  mutating func timerFires(_ slot: UInt32) {
    guard let connection = self.connections[Int(slot)] else { return }
    // A timer may have moved since; an entry of a slot's earlier connection does no harm either.
    self.connections[Int(slot)]?.scheduledAt = TCPConnection.off
    guard connection.firstTimer <= self.now else {
      self.step(slot) { _, _, _ in }
      return
    }
    self.step(slot) { $0.timeReached(now: $1, &$2) }
  }

  mutating func segmentArrives(_ packet: Packet, host: Int) {
    let profile = self.hosts[host].profile
    let delay = packet.flags.contains(.syn) ? profile.handshakeDelay : profile.segmentDelay
    self.replyDelay = delay.nanoseconds
    self.respond(to: packet, host: host)
    self.replyDelay = 0
  }

  private mutating func respond(to packet: Packet, host: Int) {
    let key = FlowKey(local: packet.destination, remote: packet.source)
    if let slot = self.slotsByFlow[key] {
      guard self.connections[Int(slot)]?.givesWay(to: packet) == true else {
        self.step(slot, arriving: packet) { $0.segmentArrived(packet, now: $1, &$2) }
        return
      }
      // A new connection takes the place of one that only waits for late segments.
      self.step(slot) { connection, _, output in
        connection.tellOwedEnd(&output)
        connection.state = .closed
      }
    }
    let isOpening =
      packet.flags.contains(.syn) && !packet.flags.contains(.acknowledge)
      && !packet.flags.contains(.reset)
    let listener = self.listeners.firstIndex {
      $0.host == host && $0.port == packet.destination.port
    }
    if isOpening, let listener, self.listeners[listener].isOpen {
      self.synArrives(packet, host: host, listener: listener)
      return
    }
    guard var reset = Packet.reset(answering: packet) else { return }
    reset.note = listener.flatMap { self.listeners[$0].note }
    self.transmit(reset)
  }

  private mutating func synArrives(_ packet: Packet, host: Int, listener index: Int) {
    let options = self.listeners[index].options
    if self.meetsFault(packet, listener: index) { return }
    let slot = self.addConnection(
      local: packet.destination, remote: packet.source, host: host, options: options,
      listener: ListenerID(index: UInt32(index)))
    self.step(slot) { $0.accept(syn: packet, now: $1, &$2) }
  }

  /// Whether a fault of the port keeps a SYN from being taken; it is answered then, or not.
  private mutating func meetsFault(_ packet: Packet, listener index: Int) -> Bool {
    let now = SimInstant(nanoseconds: self.now)
    for place in self.listeners[index].faults.indices {
      guard self.listeners[index].faults[place].strikes(packet, now: now, using: &self.chance)
      else { continue }
      let fault = self.listeners[index].faults[place]
      switch fault.answer {
      case .drop: self.note("\(fault.note): the SYN is dropped", about: packet)
      case .reset:
        guard var reset = Packet.reset(answering: packet) else { return true }
        reset.note = fault.note
        self.transmit(reset)
      }
      return true
    }
    return false
  }

  mutating func messageArrives(_ packet: Packet, host: Int) {
    guard let message = packet.unreachable else { return }
    switch message.quotedProtocol {
    case .tcp:
      let key = FlowKey(local: message.quotedSource, remote: message.quotedDestination)
      guard let slot = self.slotsByFlow[key] else { return }
      self.step(slot) { $0.unreachable(message, now: $1, &$2) }
    case .udp:
      guard let index = self.openDatagramSocket(at: message.quotedSource) else { return }
      self.events.append(
        NetworkEvent(
          time: SimInstant(nanoseconds: self.now),
          subject: .datagramUnreachable(
            DatagramSocketID(index: index), to: message.quotedDestination, message.code)))
    case .icmp:
      return
    }
  }

  mutating func datagramArrives(_ packet: Packet) {
    if let index = self.openDatagramSocket(at: packet.destination) {
      self.events.append(
        NetworkEvent(
          time: SimInstant(nanoseconds: self.now),
          subject: .datagram(
            DatagramSocketID(index: index), from: packet.source, packet.payload)))
    } else if let message = Packet.unreachable(
      .port, about: packet, from: packet.destination.address)
    {
      self.transmit(message)
    }
  }

  private func openDatagramSocket(at local: Endpoint) -> UInt32? {
    self.datagramSockets.firstIndex { $0.local == local && $0.isOpen }.map { UInt32($0) }
  }
}
