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
  }

  let port: UInt16
  private let descriptor: CInt

  init(_ kind: Kind) throws {
    let type = kind == .datagrams ? SOCK_DGRAM : SOCK_STREAM
    let descriptor = socket(AF_INET, CInt(type.rawValue), 0)
    var address = LoopbackAddress()
    // A sender that is silent ends the test, instead of holding it up.
    var patience = timeval(tv_sec: 60, tv_usec: 0)
    let isReady = address.withAddress { raw, length in
      bind(descriptor, raw, length) == 0 && getsockname(descriptor, raw, &length) == 0
        && (kind != .listener || listen(descriptor, 1) == 0)
        && setsockopt(
          descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience,
          socklen_t(MemoryLayout<timeval>.size)) == 0
    }
    (self.descriptor, self.port) = (descriptor, address.port)
    try #require(isReady)
  }

  deinit { close(self.descriptor) }

  /// Waits for a datagram and forgets it.
  func receive() -> Bool {
    var buffer: [UInt8] = [0]
    return recv(self.descriptor, &buffer, buffer.count, 0) > 0
  }
}
