internal import LogDelivery
public import NIOCore
internal import NIOPosix

/// Hands what a lab's receiver reads on to a real collector, one TCP connection for each of its
/// own.
///
/// So the lab's receiver can stand on the path to a collector, as a firewall does. Bound to one
/// event loop.
public final class CollectorForwarder {
  /// How long the collector may take to answer the end of its connections.
  private static let lastWords = TimeAmount.seconds(2)

  private let loop: any EventLoop
  private let addresses: [SocketAddress]
  private let onProblem: (String) -> Void
  /// The collector took this one before anything was to be forwarded.
  private var first: (any Channel)?
  private var connections: [Int: EventLoopFuture<any Channel>] = [:]
  private var ending: [EventLoopFuture<Void>] = []

  private init(
    loop: any EventLoop, addresses: [SocketAddress], first: any Channel,
    onProblem: @escaping (String) -> Void
  ) {
    self.loop = loop
    self.addresses = addresses
    self.first = first
    self.onProblem = onProblem
  }

  /// Connects to the collector; its name may have several addresses, which are tried in turn.
  ///
  /// - Parameters:
  ///   - onProblem: called on the loop, in words, when something cannot be forwarded later.
  ///   - completion: called once, on the loop: the forwarder, or why there is no connection.
  public static func connect(
    loop: any EventLoop, host: String, port: UInt16, onProblem: @escaping (String) -> Void,
    completion: @escaping (Result<CollectorForwarder, LinkProblem>) -> Void
  ) {
    resolve(host: host, port: port, on: loop).assumeIsolated().whenComplete { result in
      guard case .success(let addresses) = result else {
        return completion(.failure(LinkProblem(words: "host name could not be resolved")))
      }
      self.open(addresses, on: loop).assumeIsolated().whenComplete { result in
        switch result {
        case .success(let channel):
          completion(
            .success(
              CollectorForwarder(
                loop: loop, addresses: addresses, first: channel, onProblem: onProblem)))
        case .failure(let error): completion(.failure(LinkProblem(error)))
        }
      }
    }
  }

  /// Why a collector cannot be reached, or takes no more.
  public struct LinkProblem: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    fileprivate init(words: String) {
      self.description = words
    }

    fileprivate init(_ error: any Error) {
      self.description = "cannot connect: \(SocketProblem(error).linkCause.rawValue)"
    }
  }

  private static func open(
    _ addresses: [SocketAddress], on loop: any EventLoop
  ) -> EventLoopFuture<any Channel> {
    connectInTurn(addresses, on: loop) { ClientBootstrap(group: loop) }
  }

  /// Sends bytes of connection `number`, opening its connection to the collector if there is none.
  public func forward(_ bytes: ByteBuffer, connection number: Int) {
    self.opening(number).assumeIsolated().whenComplete { result in
      switch result {
      case .success(let channel):
        channel.writeAndFlush(bytes).assumeIsolated().whenFailure { error in
          self.onProblem("connection lost: \(SocketProblem(error).linkCause.rawValue)")
        }
      case .failure(let error): self.onProblem(LinkProblem(error).description)
      }
    }
  }

  private func opening(_ number: Int) -> EventLoopFuture<any Channel> {
    if let known = self.connections[number] { return known }
    let opening: EventLoopFuture<any Channel>
    if let first = self.first, first.isActive {
      opening = self.loop.makeSucceededFuture(first)
    } else {
      opening = Self.open(self.addresses, on: self.loop)
    }
    self.first = nil
    self.connections[number] = opening
    return opening
  }

  /// Ends the collector's side of connection `number` by a FIN, behind what was forwarded.
  public func end(connection number: Int) {
    guard let opening = self.connections.removeValue(forKey: number) else { return }
    let loop = self.loop
    let patience = Self.lastWords
    self.ending.append(
      opening.flatMap { channel in
        // What was written goes first; then a collector ends its side too.
        let closed = channel.closeFuture
        channel.close(mode: .output, promise: nil)
        let deadline = loop.scheduleTask(in: patience) { channel.close(promise: nil) }
        return closed.always { _ in deadline.cancel() }
      })
  }

  /// Ends what is open, and waits until everything has gone.
  public func finish() -> EventLoopFuture<Void> {
    self.first?.close(promise: nil)
    self.first = nil
    for number in self.connections.keys.sorted() { self.end(connection: number) }
    return .andAllComplete(self.ending, on: self.loop)
  }
}
