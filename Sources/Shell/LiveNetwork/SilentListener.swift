internal import CLinuxSockets
internal import Glibc
internal import NIOCore

/// A TCP port of which no SYN is answered: its backlog is full, and nobody accepts.
///
/// A program can make a port silent in no other way without rights over the machine's firewall.
final class SilentListener {
  private var descriptors: [CInt] = []

  /// - Returns: `nil` when the port cannot be taken.
  init?(_ address: SocketAddress) {
    let domain = address.protocol == .inet6 ? AF_INET6 : AF_INET
    let listener = socket(domain, linux_sockets_stream_type(0), 0)
    guard listener >= 0 else { return nil }
    self.descriptors = [listener]
    var one: CInt = 1
    setsockopt(
      listener, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<CInt>.size))
    let isListening = address.withSockAddr { raw, size in
      guard bind(listener, raw, socklen_t(size)) == 0, listen(listener, 0) == 0 else {
        return false
      }
      // A backlog of 0 takes one connection; one more client shows that it is full.
      for _ in 0..<2 { self.fill(domain, raw, socklen_t(size)) }
      return true
    }
    guard isListening else { return nil }
  }

  private func fill(
    _ domain: CInt, _ address: UnsafePointer<sockaddr>, _ length: socklen_t
  ) {
    let client = socket(domain, linux_sockets_stream_type(1), 0)
    guard client >= 0 else { return }
    self.descriptors.append(client)
    _ = Glibc.connect(client, address, length)
  }

  deinit {
    for descriptor in self.descriptors.reversed() { Glibc.close(descriptor) }
  }
}
