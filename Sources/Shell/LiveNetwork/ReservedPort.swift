internal import CLinuxSockets
internal import Glibc
internal import NIOCore

/// A TCP port that is bound and does not listen: the kernel answers each SYN by a RST.
final class ReservedPort {
  let port: Int
  private let descriptor: CInt

  /// - Returns: `nil` when the port cannot be taken.
  init?(_ address: SocketAddress) {
    let domain = address.protocol == .inet6 ? AF_INET6 : AF_INET
    let descriptor = socket(domain, linux_sockets_stream_type(0), 0)
    guard descriptor >= 0 else { return nil }
    self.descriptor = descriptor
    var one: CInt = 1
    setsockopt(
      descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<CInt>.size))
    let bound = address.withSockAddr { raw, size in
      bind(descriptor, raw, socklen_t(size)) == 0
    }
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let isNamed = withUnsafeMutablePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor, $0, &length) == 0
      }
    }
    // The port stands in the same place, in network order, for both families.
    let port = withUnsafeBytes(of: storage) { Int($0[2]) << 8 | Int($0[3]) }
    self.port = port
    guard bound, isNamed else { return nil }
  }

  deinit {
    Glibc.close(self.descriptor)
  }
}
