internal import ApplianceConfiguration
internal import ApplianceModel
internal import LiveNetwork
internal import LogDelivery

/// How the pushes stand.
extension LiveAppliance {
  /// The subscriptions whose push has a connection now.
  public var connectedSubscriptions: [String] {
    self.sockets.keys.sorted().filter { self.appliance.isConnected(subscription: $0) }
      .map { self.subscriptions[$0].name.value }
  }

  /// The window that the peer of each connected TCP push advertised last, in bytes.
  var peerWindows: [String: Int] {
    var windows: [String: Int] = [:]
    for (index, entry) in self.sockets {
      windows[self.subscriptions[index].name.value] = entry.socket.progress()?.windowBytes
    }
    return windows
  }

  /// What each push that is connecting waits for; of a run that has ended, at its end.
  var pushAttempts: [String: PushAttempt] {
    if let last = self.lastAttempts { return last }
    var attempts: [String: PushAttempt] = [:]
    for (index, entry) in self.sockets {
      attempts[self.subscriptions[index].name.value] = entry.socket.attempt
    }
    return attempts
  }
}
