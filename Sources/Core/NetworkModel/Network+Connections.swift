internal import Simulation

/// The table of connections, and what their machines want done.
extension Network {
  mutating func addConnection(
    local: Endpoint, remote: Endpoint, host: Int, options: SocketOptions, listener: ListenerID?
  ) -> UInt32 {
    let sequence = UInt32(truncatingIfNeeded: self.sequences.next())
    let profile = self.hosts[host].profile
    return self.connections.add(local: local, remote: remote) { socket in
      TCPConnection(
        flow: TCPConnection.Flow(
          socket: socket, local: local, remote: remote, listener: listener),
        profile: profile, options: options, initialSequence: sequence)
    }
  }

  /// Runs one call of a connection and carries out what it wants.
  mutating func step(
    _ slot: UInt32, arriving: @autoclosure () -> Packet? = nil,
    _ body: (inout TCPConnection, Int64, inout TCPOutput) -> Void
  ) {
    guard self.connections.slots[Int(slot)].isTaken else { return }
    // The machine changes in its place, and its output reuses the buffers of an earlier step's.
    var output = self.spareOutputs.popLast() ?? TCPOutput()
    if let observer = self.observer {
      let before = TCPNumbers(self.connections.slots[Int(slot)].connection)
      body(&self.connections.slots[Int(slot)].connection, self.now, &output)
      observer.stepped(
        self.connections.slots[Int(slot)].connection, from: before, arriving: arriving(), output,
        now: self.now
      )
    } else {
      body(&self.connections.slots[Int(slot)].connection, self.now, &output)
    }
    self.settle(slot, &output)
    output.segments.removeAll(keepingCapacity: true)
    output.events.removeAll(keepingCapacity: true)
    self.spareOutputs.append(output)
  }

  /// Keeps the connection's timer, or forgets a connection that is over; sends and tells.
  private mutating func settle(_ slot: UInt32, _ output: inout TCPOutput) {
    let flow = self.connections.slots[Int(slot)].connection.flow
    if self.connections.slots[Int(slot)].connection.state == .closed {
      self.connections.forget(slot)
    } else {
      let due = self.connections.slots[Int(slot)].connection.firstTimer
      if due < self.connections.slots[Int(slot)].scheduledAt {
        self.connections.slots[Int(slot)].scheduledAt = due
        self.heap.insert(.timer, slot, at: SimInstant(nanoseconds: max(due, self.now)))
      }
    }
    for segment in output.segments { self.transmit(segment) }
    for event in output.events {
      self.events.append(
        NetworkEvent(
          time: SimInstant(nanoseconds: self.now), subject: .socket(flow.socket, event)))
    }
  }

  mutating func timerFires(_ slot: UInt32) {
    guard self.connections.slots[Int(slot)].isTaken else { return }
    // A timer may have moved since; an entry of a slot's earlier connection does no harm either.
    self.connections.slots[Int(slot)].scheduledAt = TCPConnection.off
    if self.connections.slots[Int(slot)].connection.firstTimer <= self.now {
      self.step(slot) { $0.timeReached(now: $1, &$2) }
    } else {
      self.step(slot) { _, _, _ in }
    }
  }

  mutating func segmentArrives(_ packet: Packet, host: Int) {
    self.replyDelay =
      packet.flags.contains(.syn)
      ? self.hosts[host].profile.handshakeDelay.nanoseconds
      : self.hosts[host].profile.segmentDelay.nanoseconds
    self.respond(to: packet, host: host)
    self.replyDelay = 0
  }

  private mutating func respond(to packet: Packet, host: Int) {
    if let slot = self.connections.slot(local: packet.destination, remote: packet.source) {
      guard self.connections.slots[Int(slot)].connection.state == .timeWait,
        self.connections.slots[Int(slot)].connection.givesWay(to: packet)
      else {
        self.step(slot, arriving: packet) { $0.segmentArrived(packet, now: $1, &$2) }
        return
      }
      // A new connection takes the place of one that only waits for late segments.
      self.step(slot) { connection, _, output in
        connection.notices.tellClosedIfOwed(&output)
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
      guard
        let slot = self.connections.slot(
          local: message.quotedSource, remote: message.quotedDestination)
      else { return }
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
