internal import LabPeers
internal import NetworkModel
internal import Simulation

/// The connections of the lab's syslog servers and remote shells.
struct SyslogReceivers: Sendable {
  struct Connection: Sendable {
    let host: String
    /// How long the host's application takes to act.
    let delay: SimDuration
    var machine: SyslogReceiverConnection
  }

  private(set) var connections: [SocketID: Connection] = [:]

  /// A client connected.
  mutating func accepted(_ connection: Connection, _ socket: SocketID) -> [ServerAction] {
    var connection = connection
    let action = connection.machine.accepted()
    self.connections[socket] = connection
    var actions: [ServerAction] = []
    if let fault = connection.machine.fault {
      actions.append(.note("from here: \(fault.label) at \(connection.host)"))
    }
    switch connection.machine.reading {
    case .everything: break
    case .nothing: actions.append(.read(.manual))
    case .paced(let bytesPerSecond):
      actions.append(
        .read(
          .paced(
            bytes: SyslogReceiverConnection.Reading.bytesARead(bytesPerSecond: bytesPerSecond),
            every: .milliseconds(100))))
    }
    return actions + self.follow(action, socket)
  }

  /// Something happened to a connection's socket.
  mutating func happened(
    _ event: SocketEvent, _ socket: SocketID, now: SimInstant
  ) -> [ServerAction] {
    switch event {
    case .data(let bytes): self.received(bytes, socket, now: now)
    case .peerClosed: self.peerClosed(socket, now: now)
    case .reset, .timedOut, .closed: self.ended(socket)
    case .accepted, .connected, .connectFailed, .writable, .acknowledged: []
    }
  }

  private mutating func received(
    _ bytes: [UInt8], _ socket: SocketID, now: SimInstant
  ) -> [ServerAction] {
    var lines: [UInt8] = []
    let action = bytes.withUnsafeBytes {
      self.connections[socket]?.machine.received($0, now: now) { lines += $0 }
    }
    guard let action, let connection = self.connections[socket] else { return [] }
    var actions: [ServerAction] = []
    if !lines.isEmpty { actions.append(.keep(lines, host: connection.host)) }
    actions.append(.confirm(lines: connection.machine.lines))
    return actions + self.follow(action, socket)
  }

  private mutating func peerClosed(_ socket: SocketID, now: SimInstant) -> [ServerAction] {
    guard let action = self.connections[socket]?.machine.peerClosed(now: now) else { return [] }
    // What closes in answer to a FIN is no fault.
    return action == .close
      ? [.close(note: nil)] + self.ended(socket) : self.follow(action, socket)
  }

  /// A time that `wake` asked for.
  mutating func timeReached(_ socket: SocketID, now: SimInstant) -> [ServerAction] {
    guard let action = self.connections[socket]?.machine.timeReached(now) else { return [] }
    return self.follow(action, socket)
  }

  private mutating func follow(
    _ action: SyslogReceiverConnection.Action, _ socket: SocketID
  ) -> [ServerAction] {
    switch action {
    case .goOn: return self.connections[socket]?.machine.wakeAt.map { [.wake(at: $0)] } ?? []
    case .reset, .close, .shutDown:
      guard let delay = self.connections[socket]?.delay else { return [] }
      // What arrives until then is not read any more.
      return delay > .zero
        ? [.read(.manual), .delay(action, delay)] : self.decided(action, socket)
    }
  }

  /// Ends a connection as its machine decided, unless it ended meanwhile.
  mutating func decided(
    _ action: SyslogReceiverConnection.Action, _ socket: SocketID
  ) -> [ServerAction] {
    guard let connection = self.connections[socket], let fault = connection.machine.fault else {
      return []
    }
    let note = "\(fault.label) at \(connection.host)"
    switch action {
    case .goOn: return []
    case .reset: return self.ended(socket) + [.reset(note: note)]
    case .close: return self.ended(socket) + [.close(note: note)]
    case .shutDown(let readsOn):
      return [.read(readsOn ? .automatic : .manual), .shutDown] + self.follow(.goOn, socket)
    }
  }

  /// The connection is over. What was read of a message that did not end on it is a line of its
  /// own.
  mutating func ended(_ socket: SocketID) -> [ServerAction] {
    let rest = self.unfinished(socket)
    self.connections[socket] = nil
    return rest.map { [.keep($0.lines, host: $0.host), .forget] } ?? [.forget]
  }

  /// The run is over, in the middle of connections.
  ///
  /// - Returns: what was read of messages that did not end.
  mutating func unfinished() -> [(lines: [UInt8], host: String)] {
    self.connections.keys.sorted { $0.number < $1.number }.compactMap { self.unfinished($0) }
  }

  private mutating func unfinished(_ socket: SocketID) -> (lines: [UInt8], host: String)? {
    var rest: [UInt8] = []
    _ = self.connections[socket]?.machine.ended { rest += $0 }
    guard !rest.isEmpty, let host = self.connections[socket]?.host else { return nil }
    return (rest, host)
  }
}
