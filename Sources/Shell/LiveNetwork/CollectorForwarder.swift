internal import LogDelivery
public import NIOCore
internal import NIOPosix

/// Hands what a lab's receiver reads on to a real collector, one TCP connection for each of its
/// own.
///
/// So the lab's receiver can stand on the path to a collector, as a firewall does. Bound to one
/// event loop.
public final class CollectorForwarder {
  private let loop: any EventLoop
  private let addresses: [SocketAddress]
  private let name: String
  private let onProblem: (String) -> Void
  private var connections: [Int: EventLoopFuture<any Channel>] = [:]

  private init(
    loop: any EventLoop, addresses: [SocketAddress], name: String,
    onProblem: @escaping (String) -> Void
  ) {
    self.loop = loop
    self.addresses = addresses
    self.name = name
    self.onProblem = onProblem
  }

  /// Resolves the collector's name.
  ///
  /// - Parameter onProblem: told on the loop, in words, when the collector cannot be reached.
  public static func make(
    loop: any EventLoop, host: String, port: UInt16, onProblem: @escaping (String) -> Void,
    onReady: @escaping (CollectorForwarder) -> Void
  ) {
    resolve(host: host, port: port, on: loop).assumeIsolated().whenComplete { result in
      switch result {
      case .success(let addresses):
        onReady(
          CollectorForwarder(
            loop: loop, addresses: addresses, name: "\(host) port \(port)", onProblem: onProblem))
      case .failure:
        onProblem("\(host): host name could not be resolved")
      }
    }
  }

  /// Sends bytes of connection `number`, opening its connection to the collector if there is none.
  public func forward(_ bytes: ByteBuffer, connection number: Int) {
    let loop = self.loop
    let opening =
      self.connections[number]
      ?? connectInTurn(self.addresses, on: loop) { ClientBootstrap(group: loop) }
    self.connections[number] = opening
    opening.assumeIsolated().whenComplete { result in
      switch result {
      case .success(let channel): channel.writeAndFlush(bytes, promise: nil)
      case .failure(let error):
        self.onProblem(
          "\(self.name): cannot connect: \(SocketProblem(error).linkCause.rawValue)")
      }
    }
  }

  /// Ends the collector's side of connection `number` by a FIN, behind what was forwarded.
  public func end(connection number: Int) {
    self.connections.removeValue(forKey: number)?.assumeIsolated().whenSuccess {
      $0.close(promise: nil)
    }
  }
}
