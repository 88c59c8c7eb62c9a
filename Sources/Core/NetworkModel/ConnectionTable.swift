/// A place for a connection, used again by later ones.
struct ConnectionSlot: Sendable {
  /// Not optional: to read one number through an optional copies the whole connection.
  var connection: TCPConnection
  var isTaken = true
  var generation: UInt32 = 0
  /// When the heap will next wake the connection; `TCPConnection.off` when it will not.
  var scheduledAt = TCPConnection.off
}

/// The connections of a network, by their slots, sockets and ends.
struct ConnectionTable: Sendable {
  /// A connection as one of its ends sees it.
  private struct Ends: Comparable, Sendable {
    let local: UInt64
    let remote: UInt64

    init(_ local: Endpoint, _ remote: Endpoint) {
      self.local = local.number
      self.remote = remote.number
    }

    @inline(__always)
    static func < (one: Ends, other: Ends) -> Bool {
      one.remote == other.remote ? one.local < other.local : one.remote < other.remote
    }
  }

  /// Read and changed in place by the owner.
  var slots: [ConnectionSlot] = []
  private var free: [UInt32] = []
  private var byEnds = SortedTable<Ends, UInt32>()

  /// The slot of a socket; `nil` once its connection is over.
  func slot(of socket: SocketID) -> UInt32? {
    let slot = Int(socket.slot)
    guard slot < self.slots.count, self.slots[slot].generation == socket.generation,
      self.slots[slot].isTaken
    else { return nil }
    return socket.slot
  }

  /// The slot of the connection between two ends.
  func slot(local: Endpoint, remote: Endpoint) -> UInt32? { self.byEnds[Ends(local, remote)] }

  /// Adds the connection that `make` makes for its socket.
  mutating func add(
    local: Endpoint, remote: Endpoint, _ make: (SocketID) -> TCPConnection
  ) -> UInt32 {
    let free = self.free.popLast()
    let slot = free ?? UInt32(self.slots.count)
    let generation = free.map { self.slots[Int($0)].generation + 1 } ?? 0
    let taken = ConnectionSlot(
      connection: make(SocketID(slot: slot, generation: generation)), generation: generation)
    if free == nil { self.slots.append(taken) } else { self.slots[Int(slot)] = taken }
    self.byEnds[Ends(local, remote)] = slot
    return slot
  }

  /// Frees the slot of a connection that is over.
  mutating func forget(_ slot: UInt32) {
    let flow = self.slots[Int(slot)].connection.flow
    self.slots[Int(slot)].isTaken = false
    self.slots[Int(slot)].connection.forgetBytes()
    self.byEnds[Ends(flow.local, flow.remote)] = nil
    self.free.append(slot)
  }
}
