import Glibc
import NIOPosix
import Support
import Testing

/// A TCP client of loopback by the system's calls, which sees what its kernel sees.
final class LoopbackClient: Sendable {
  /// What the peer said.
  enum Heard: Hashable {
    case nothing, bytes, end, reset, unknown
  }

  private let descriptor: CInt

  init(port: Int) throws {
    let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    var address = LoopbackAddress(port: UInt16(port))
    // A peer that is silent ends the test, instead of holding it up.
    var patience = timeval(tv_sec: 60, tv_usec: 0)
    let isConnected = address.withAddress { raw, length in
      connect(descriptor, raw, length) == 0
        && setsockopt(
          descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience,
          socklen_t(MemoryLayout<timeval>.size)) == 0
    }
    self.descriptor = descriptor
    try #require(isConnected)
  }

  deinit { close(self.descriptor) }

  /// Sends all of `text`, and a FIN behind it.
  func sendAndEnd(_ text: String) throws {
    let bytes = Array(text.utf8)
    let sent = send(self.descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL))
    try #require(sent == bytes.count)
    let hasEnded = shutdown(self.descriptor, CInt(SHUT_WR)) == 0
    try #require(hasEnded)
  }

  /// What has come so far.
  var heard: Heard { self.receive(CInt(MSG_DONTWAIT)) }

  /// Waits for what comes, on a thread that may wait.
  func wait() async throws -> Heard {
    try await NIOThreadPool.singleton.runIfActive { self.receive(0) }
  }

  private func receive(_ flags: CInt) -> Heard {
    var byte: UInt8 = 0
    switch recv(self.descriptor, &byte, 1, flags) {
    case 1: return .bytes
    case 0: return .end
    default: return errno == ECONNRESET ? .reset : errno == EAGAIN ? .nothing : .unknown
    }
  }
}
