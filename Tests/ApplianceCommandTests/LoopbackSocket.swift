import Glibc
import Support
import Testing

/// A socket on a port of loopback that the system chose.
final class LoopbackSocket {
  enum Kind {
    /// UDP, to be received from.
    case datagrams
    /// TCP, with a backlog of one.
    case listener
    /// TCP that does not listen: a RST answers each SYN.
    case closed
    /// TCP, connected to a port.
    case client(port: Int)
  }

  let port: UInt16
  private let descriptor: CInt

  init(_ kind: Kind) throws {
    var type = SOCK_STREAM
    var (isListener, peer) = (false, 0)
    switch kind {
    case .datagrams: type = SOCK_DGRAM
    case .listener: isListener = true
    case .closed: break
    case .client(let port): peer = port
    }
    let descriptor = socket(AF_INET, CInt(type.rawValue), 0)
    var address = LoopbackAddress(port: UInt16(peer))
    // A sender that is silent ends the test, instead of holding it up.
    var patience = timeval(tv_sec: 60, tv_usec: 0)
    let isReady = address.withAddress { raw, length in
      (peer > 0 ? connect(descriptor, raw, length) : bind(descriptor, raw, length)) == 0
        && getsockname(descriptor, raw, &length) == 0
        && (!isListener || listen(descriptor, 1) == 0)
        && setsockopt(
          descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience,
          socklen_t(MemoryLayout<timeval>.size)) == 0
    }
    (self.descriptor, self.port) = (descriptor, address.port)
    try #require(isReady)
  }

  deinit { close(self.descriptor) }

  /// Sends all of `text`.
  ///
  /// - Returns: whether the kernel took it.
  func send(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return Glibc.send(self.descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL)) == bytes.count
  }

  /// Ends the sending by a FIN.
  func end() {
    shutdown(self.descriptor, CInt(SHUT_WR))
  }

  /// Waits for a datagram and forgets it.
  func receive() -> Bool {
    var buffer: [UInt8] = [0]
    return recv(self.descriptor, &buffer, buffer.count, 0) > 0
  }
}
