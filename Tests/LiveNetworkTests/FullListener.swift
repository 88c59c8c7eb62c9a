import Glibc
import Testing

/// A TCP listener of loopback that accepts nobody and whose backlog is full.
final class FullListener {
  let port: UInt16
  private var descriptors: [CInt]

  init() throws {
    let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    var descriptors = [listener]
    let isFull = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
        guard bind(listener, raw, length) == 0, listen(listener, 0) == 0,
          getsockname(listener, raw, &length) == 0
        else { return false }
        // A backlog of 0 holds one connection; more clients fill the queue of SYNs.
        for _ in 0..<4 {
          let client = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
          descriptors.append(client)
          _ = connect(client, raw, length)
        }
        return true
      }
    }
    self.descriptors = descriptors
    self.port = UInt16(bigEndian: address.sin_port)
    try #require(isFull)
  }

  deinit {
    for descriptor in self.descriptors { close(descriptor) }
  }
}
