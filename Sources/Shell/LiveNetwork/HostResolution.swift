internal import Glibc
internal import LogDelivery
internal import NIOCore
internal import NIOPosix
internal import Simulation

/// Looks a host name up on a thread of its own; an address literal, in brackets or not, needs no
/// look-up.
///
/// - Returns: its addresses with `port`, in the order of RFC 6724; fails with a `SocketProblem`.
func resolve(
  host: String, port: UInt16, on loop: any EventLoop
) -> EventLoopFuture<[SocketAddress]> {
  let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
  let name = isBracketed ? String(host.dropFirst().dropLast()) : host
  if let literal = try? SocketAddress(ipAddress: name, port: Int(port)) {
    return loop.makeSucceededFuture([literal])
  }
  return NIOThreadPool.singleton.runIfActive(eventLoop: loop) {
    try addresses(ofHost: name, port: port)
  }
}

/// The addresses of a server: a lab's, or what the resolver says.
func liveAddresses(
  host: String, port: UInt16, _ destination: LiveDestination?, on loop: any EventLoop,
  _ completion: @escaping (Result<[LiveAddress], any Error>) -> Void
) {
  guard let destination else {
    resolve(host: host, port: port, on: loop).assumeIsolated().whenComplete { result in
      completion(result.map { $0.map { .socket($0) } })
    }
    return
  }
  loop.assumeIsolated().scheduleTask(in: .nanoseconds(destination.lookupTime.nanoseconds)) {
    completion(.success(destination.addresses))
  }
}

/// Blocks until the system's resolver has answered.
private func addresses(ofHost host: String, port: UInt16) throws -> [SocketAddress] {
  var list: UnsafeMutablePointer<addrinfo>?
  guard getaddrinfo(host, String(port), nil, &list) == 0 else {
    // The resolver needs descriptors too, and cannot say that it has none.
    throw SocketProblem.isWithoutDescriptors ? SocketProblem.tooManyFiles : .unresolvable
  }
  defer { freeaddrinfo(list) }
  var found: [SocketAddress] = []
  var next = list
  while let entry = next?.pointee {
    next = entry.ai_next
    guard let raw = UnsafeRawPointer(entry.ai_addr) else { continue }
    let address: SocketAddress
    switch entry.ai_family {
    case AF_INET: address = SocketAddress(raw.loadUnaligned(as: sockaddr_in.self), host: host)
    case AF_INET6: address = SocketAddress(raw.loadUnaligned(as: sockaddr_in6.self), host: host)
    default: continue
    }
    // There is an entry for each kind of socket.
    if !found.contains(address) { found.append(address) }
  }
  return found
}

/// Opens a TCP connection to the first of some addresses that takes one: each in turn, never two at
/// once, with the bootstrap's time for each.
///
/// - Parameter bootstrap: makes one for each attempt.
/// - Returns: the channel; fails with the error that `AddressAttempts` decides for.
func connectInTurn(
  _ addresses: [SocketAddress], on loop: any EventLoop,
  _ bootstrap: @escaping () -> ClientBootstrap
) -> EventLoopFuture<any Channel> {
  let promise = loop.makePromise(of: (any Channel).self)
  var attempts = AddressAttempts<SocketAddress, any Error>()
  func perform(_ action: AddressAttempts<SocketAddress, any Error>.Action) {
    switch action {
    case .connect(let address):
      bootstrap().connect(to: address).assumeIsolated().whenComplete { result in
        switch result {
        case .success(let channel):
          attempts.end()
          promise.succeed(channel)
        case .failure(let error):
          perform(attempts.failed(error, SocketProblem(error).linkCause.scope))
        }
      }
    case .fail(let error): promise.fail(error)
    case .ignore: break
    }
  }
  perform(attempts.resolved(addresses, orElse: SocketProblem.unresolvable))
  return promise.futureResult
}

/// The first of some addresses that datagrams have a way to.
func firstWithRoute(_ addresses: [SocketAddress]) -> Result<SocketAddress, SocketProblem> {
  var attempts = AddressAttempts<SocketAddress, SocketProblem>()
  var action = attempts.resolved(addresses, orElse: .unresolvable)
  while case .connect(let address) = action {
    guard let problem = SocketProblem.ofRoute(to: address) else { return .success(address) }
    action = attempts.failed(problem, problem.linkCause.scope)
  }
  guard case .fail(let problem) = action else { return .failure(.unresolvable) }
  return .failure(problem)
}
