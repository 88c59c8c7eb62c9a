public import Simulation

/// A deterministic network in virtual time: hosts, paths between them with middleboxes, TCP and
/// UDP.
///
/// A pure value with one owner, who moves its time by `advance` and hears from it in events. The
/// same calls and seed give the same packets.
public struct Network: Sendable {
  struct Host: Sendable {
    let address: IPv4Address
    let profile: TCPStackProfile
    var nextPort: UInt16
    var nextIdentification: UInt16 = 1
    /// When the last packet leaves that the stack still works on, and how many there are.
    var lastDeparture: Int64 = 0
    var departing = 0
  }

  struct Listener: Sendable {
    let host: Int
    let port: UInt16
    /// What accepted sockets are like.
    var options: SocketOptions
    var isOpen = true
    /// Why it is closed, for the comments of captures.
    var note: String?
    var faults: [ListenFault] = []
  }

  struct DatagramSocket: Sendable {
    let local: Endpoint
    var isOpen = true
  }

  var now: Int64
  /// How many events the network has had: stations of packets, and timers.
  public private(set) var eventCount: UInt64 = 0
  var heap = DueHeap<DueKind>()
  var hosts: [Host] = []
  var paths: [NetworkPath] = []
  var hostsByAddress = SortedTable<IPv4Address, Int>()
  var listeners: [Listener] = []
  var datagramSockets: [DatagramSocket] = []
  var connections = ConnectionTable()
  var travelling = TravellingPackets()
  /// Empty, with buffers that grew.
  var spareOutputs: [TCPOutput] = []
  var reassembly = Reassembly()
  var captures: [PacketCapture] = []
  var nextSerial: UInt32 = 1
  /// What the stack of the host whose turn it is takes to answer.
  var replyDelay: Int64 = 0
  /// The fault behind the packets that leave now.
  var note: String?
  var sequences: SeededGenerator
  var chance: SeededGenerator
  var events: [NetworkEvent] = []
  /// `nil` but in checks.
  var observer: (any TCPStepObserver)?

  /// A network without hosts at `start`.
  public init(seed: UInt64, start: SimInstant) {
    self.now = start.nanoseconds
    self.sequences = SeededGenerator(seed: seed, stream: "network.sequences")
    self.chance = SeededGenerator(seed: seed, stream: "network.chance")
  }

  // MARK: Topology

  /// Adds a host.
  ///
  /// - Parameter firstPort: the local port of its first connection; later ones count up.
  public mutating func addHost(
    _ address: IPv4Address, profile: TCPStackProfile, firstPort: UInt16 = 49_152
  ) -> HostID {
    self.hosts.append(Host(address: address, profile: profile, nextPort: firstPort))
    self.hostsByAddress[address] = self.hosts.count - 1
    return HostID(index: self.hosts.count - 1)
  }

  /// Adds the path between two hosts; middleboxes stand in its middle, the first one nearest to
  /// `near`.
  ///
  /// - Parameter name: for the comments of captures.
  public mutating func addPath(
    between near: HostID, and far: HostID, name: String = "the path", settings: PathSettings,
    middleboxes: [any Middlebox] = []
  ) -> PathID {
    self.paths.append(
      NetworkPath(
        name: name, near: near.index, far: far.index, settings: settings,
        middleboxes: middleboxes))
    return PathID(index: self.paths.count - 1)
  }

  /// Records the packets that pass a place from now on.
  public mutating func capture(_ capture: PacketCapture) -> TapID {
    self.captures.append(capture)
    return TapID(index: self.captures.count - 1)
  }

  /// A capture as it stands.
  public func captured(_ tap: TapID) -> PacketCapture { self.captures[tap.index] }

  /// Comments the last packet of a connection in every capture.
  public mutating func note(_ text: String, lastOf socket: SocketID) {
    guard !self.captures.isEmpty, let slot = self.connections.slot(of: socket) else { return }
    let flow = self.connections.slots[Int(slot)].connection.flow
    for index in self.captures.indices {
      self.captures[index].note(text, lastBetween: flow.local, and: flow.remote)
    }
  }

  // MARK: TCP

  /// Listens on a port of a host.
  ///
  /// - Parameter faults: the first one that strikes a SYN answers it.
  public mutating func listen(
    on host: HostID, port: UInt16, options: SocketOptions = SocketOptions(),
    faults: [ListenFault] = []
  ) -> ListenerID {
    self.listeners.append(
      Listener(host: host.index, port: port, options: options, faults: faults))
    return ListenerID(index: UInt32(self.listeners.count - 1))
  }

  /// Stops listening, or begins again; connections that were accepted go on.
  ///
  /// - Parameter note: why it is closed, for the comments of captures.
  public mutating func setListening(
    _ isOpen: Bool, _ listener: ListenerID, note: String? = nil
  ) {
    self.listeners[Int(listener.index)].isOpen = isOpen
    self.listeners[Int(listener.index)].note = note
  }

  /// Opens a connection; `connected` or `connectFailed` follows.
  public mutating func connect(
    from host: HostID, to remote: Endpoint, options: SocketOptions = SocketOptions(),
    now: SimInstant
  ) -> SocketID {
    self.moveTime(to: now)
    let local = Endpoint(self.hosts[host.index].address, self.takePort(host.index, to: remote))
    let slot = self.addConnection(
      local: local, remote: remote, host: host.index, options: options, listener: nil)
    self.step(slot) { $0.open(now: $1, &$2) }
    return SocketID(slot: slot, generation: self.connections.slots[Int(slot)].generation)
  }

  /// Gives bytes to a connection.
  ///
  /// - Returns: how many it took; `writable` follows when it took fewer and has room again.
  public mutating func send(_ bytes: [UInt8], on socket: SocketID, now: SimInstant) -> Int {
    self.moveTime(to: now)
    guard let slot = self.connections.slot(of: socket) else { return 0 }
    var taken = 0
    self.step(slot) { taken = $0.write(bytes[...], now: $1, &$2) }
    return taken
  }

  /// Closes the sending direction of a connection: a FIN behind the bytes that wait.
  public mutating func shutdown(_ socket: SocketID, now: SimInstant) {
    self.moveTime(to: now)
    guard let slot = self.connections.slot(of: socket) else { return }
    self.step(slot) { $0.shutdown(now: $1, &$2) }
  }

  /// Closes both directions of a connection, by a FIN where RFC 9293 has one.
  ///
  /// - Parameter note: the fault behind it, for the comments of captures.
  public mutating func close(_ socket: SocketID, now: SimInstant, note: String? = nil) {
    self.moveTime(to: now)
    guard let slot = self.connections.slot(of: socket) else { return }
    self.note = note
    self.step(slot) { $0.close(now: $1, &$2) }
    self.note = nil
  }

  /// Ends a connection by a RST.
  ///
  /// - Parameter note: the fault behind it, for the comments of captures.
  public mutating func abort(_ socket: SocketID, now: SimInstant, note: String? = nil) {
    self.moveTime(to: now)
    guard let slot = self.connections.slot(of: socket) else { return }
    self.note = note
    self.step(slot) { connection, _, output in connection.abort(&output) }
    self.note = nil
  }

  /// Changes how the application reads a connection.
  public mutating func setReadMode(_ mode: ReadMode, of socket: SocketID, now: SimInstant) {
    self.moveTime(to: now)
    guard let slot = self.connections.slot(of: socket) else { return }
    self.step(slot) { connection, now, output in
      connection.options.read = mode
      connection.deliver(now: now, &output)
    }
  }

  /// The connection's own end; `nil` once it is over.
  public func localEndpoint(of socket: SocketID) -> Endpoint? {
    self.connections.slot(of: socket).map { self.connections.slots[Int($0)].connection.flow.local }
  }

  /// The window that the connection's peer advertised last, in bytes; `nil` once it is over.
  public func sendWindow(of socket: SocketID) -> Int? {
    self.connections.slot(of: socket).map { self.connections.slots[Int($0)].connection.send.window }
  }

  /// The stack that the connection's own end has; `nil` once it is over.
  public func profile(of socket: SocketID) -> TCPStackProfile? {
    self.connections.slot(of: socket).map { self.connections.slots[Int($0)].connection.profile }
  }

  /// The connection's other end; `nil` once it is over.
  public func remoteEndpoint(of socket: SocketID) -> Endpoint? {
    self.connections.slot(of: socket).map { self.connections.slots[Int($0)].connection.flow.remote }
  }

  // MARK: UDP

  /// Binds a UDP port of a host; 0 takes the next free one.
  public mutating func bind(_ host: HostID, port: UInt16) -> DatagramSocketID {
    let address = self.hosts[host.index].address
    let local = Endpoint(
      address, port == 0 ? self.takePort(host.index, to: Endpoint(address, 0)) : port)
    self.datagramSockets.append(DatagramSocket(local: local))
    return DatagramSocketID(index: UInt32(self.datagramSockets.count - 1))
  }

  /// Sends a datagram.
  ///
  /// - Parameter note: the fault behind it, for the comments of captures.
  public mutating func send(
    _ bytes: [UInt8], from socket: DatagramSocketID, to remote: Endpoint, now: SimInstant,
    note: String? = nil
  ) {
    self.moveTime(to: now)
    let local = self.datagramSockets[Int(socket.index)].local
    var packet = Packet(.udp, from: local, to: remote, payload: bytes)
    packet.dontFragment = false
    packet.note = note
    self.transmit(packet)
  }

  /// The UDP port that a socket is bound to.
  public func port(of socket: DatagramSocketID) -> UInt16 {
    self.datagramSockets[Int(socket.index)].local.port
  }

  /// Closes a UDP port, or opens it again.
  public mutating func setOpen(_ isOpen: Bool, _ socket: DatagramSocketID) {
    self.datagramSockets[Int(socket.index)].isOpen = isOpen
  }

  // MARK: Time

  /// When something happens next; `nil` when nothing will.
  public var nextDue: SimInstant? {
    if !self.events.isEmpty { return SimInstant(nanoseconds: self.now) }
    return self.heap.firstDue == .max ? nil : SimInstant(nanoseconds: self.heap.firstDue)
  }

  /// Moves the time to `limit` and appends what sockets report.
  public mutating func advance(to limit: SimInstant, into events: inout [NetworkEvent]) {
    while self.heap.firstDue <= limit.nanoseconds {
      let entry = self.heap.removeFirst()
      self.eventCount += 1
      self.now = max(self.now, entry.due)
      switch entry.kind {
      case .packet: self.packetArrives(entry.slot)
      case .timer: self.timerFires(entry.slot)
      }
    }
    self.now = max(self.now, limit.nanoseconds)
    events += self.events
    self.events.removeAll(keepingCapacity: true)
  }

  private mutating func moveTime(to now: SimInstant) {
    precondition(now.nanoseconds >= self.now, "the network's time does not go back")
    precondition(
      self.heap.firstDue >= now.nanoseconds, "the network was not advanced to the present")
    self.now = now.nanoseconds
  }

  /// The next local port that has no connection to `remote`; ports below 1024 are left out.
  private mutating func takePort(_ host: Int, to remote: Endpoint) -> UInt16 {
    let address = self.hosts[host].address
    for _ in 0..<64_512 {
      let port = self.hosts[host].nextPort
      self.hosts[host].nextPort = port == .max ? 1024 : port + 1
      if self.connections.slot(local: Endpoint(address, port), remote: remote) == nil {
        return port
      }
    }
    return self.hosts[host].nextPort
  }
}

extension Network {
  /// Ends each connection of a host by a RST, as when its process dies and its kernel goes on.
  public mutating func abortAll(at host: HostID, now: SimInstant, note: String? = nil) {
    let address = self.hosts[host.index].address
    for slot in self.connections.slots where slot.isTaken {
      guard slot.connection.flow.local.address == address else { continue }
      self.abort(slot.connection.flow.socket, now: now, note: note)
    }
  }
}
