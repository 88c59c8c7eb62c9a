internal import ApplianceConfiguration
internal import ApplianceModel
internal import LiveNetwork
internal import LogDelivery
internal import LogModel

/// How the pushes stand.
extension LiveAppliance {
  /// The subscriptions whose push has a connection now.
  public var connectedSubscriptions: [String] {
    self.sockets.keys.sorted().filter { self.appliance.isConnected(subscription: $0) }
      .compactMap { self.open[$0]?.storage.name }
  }

  /// The window that the peer of each connected TCP push advertised last, in bytes.
  var peerWindows: [String: Int] {
    var windows: [String: Int] = [:]
    for (id, entry) in self.sockets {
      guard let name = self.open[id]?.storage.name else { continue }
      windows[name] = entry.socket.progress()?.windowBytes
    }
    return windows
  }

  /// What each push that is connecting waits for; of a run that has ended, at its end.
  var pushAttempts: [String: PushAttempt] {
    if let last = self.lastAttempts { return last }
    var attempts: [String: PushAttempt] = [:]
    for (id, entry) in self.sockets {
      guard let name = self.open[id]?.storage.name else { continue }
      attempts[name] = entry.socket.attempt
    }
    return attempts
  }
}
