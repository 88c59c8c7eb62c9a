/// What a device remembers of TCP connections, by the client's endpoint: at most 4096, then it
/// forgets them all.
struct FlowMemory<State: Sendable>: Sendable {
  private static var flowsMax: Int { 4096 }

  private var flows: [Endpoint: State] = [:]

  /// A connection began.
  mutating func begin(_ client: Endpoint, _ state: State) {
    if self.flows.count >= Self.flowsMax { self.flows.removeAll() }
    self.flows[client] = state
  }

  /// What is remembered of one; `nil` to forget it.
  subscript(client: Endpoint) -> State? {
    get { self.flows[client] }
    _modify { yield &self.flows[client] }
  }
}
