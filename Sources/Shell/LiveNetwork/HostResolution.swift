internal import NIOCore
internal import NIOPosix

/// Looks a host name up on a thread of its own; an address literal needs no look-up.
///
/// - Returns: the first address, with `port`; fails with an error that `SocketProblem` calls
///   unresolvable.
func resolve(host: String, port: UInt16, on loop: any EventLoop) -> EventLoopFuture<SocketAddress> {
  if let literal = try? SocketAddress(ipAddress: host, port: Int(port)) {
    return loop.makeSucceededFuture(literal)
  }
  return NIOThreadPool.singleton.runIfActive(eventLoop: loop) {
    try SocketAddress.makeAddressResolvingHost(host, port: Int(port))
  }
}
