internal import MailTransport
internal import NetworkModel

/// The sessions of the lab's mailboxes.
struct MailServers: Sendable {
  private(set) var sessions: [SocketID: SMTPServerStateMachine] = [:]

  /// A client connected.
  mutating func accepted(_ socket: SocketID, _ settings: SMTPServerSettings) -> [ServerAction] {
    var machine = SMTPServerStateMachine(settings: settings)
    let actions = machine.connected()
    self.sessions[socket] = machine
    return actions.map(ServerAction.init)
  }

  /// Something happened to a session's socket.
  mutating func happened(_ event: SocketEvent, _ socket: SocketID) -> [ServerAction] {
    switch event {
    case .data(let bytes):
      return self.sessions[socket]?.received(bytes).map(ServerAction.init) ?? []
    case .peerClosed:
      self.forget(socket)
      return [.close(note: nil), .forget]
    case .reset, .timedOut, .closed:
      self.forget(socket)
      return [.forget]
    case .accepted, .connected, .connectFailed, .writable, .acknowledged: return []
    }
  }

  /// The session is over.
  mutating func forget(_ socket: SocketID) { self.sessions[socket] = nil }
}

extension ServerAction {
  fileprivate init(_ action: SMTPServerAction) {
    switch action {
    case .send(let bytes): self = .send(bytes)
    case .close: self = .close(note: nil)
    case .deliver(let message): self = .deliver(message.bytes)
    }
  }
}
