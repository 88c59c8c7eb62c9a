import Glibc
import Support
import Testing

/// A TCP listener of loopback that accepts nobody and whose backlog is full.
final class FullListener {
  let port: UInt16
  private var descriptors: [CInt]

  init() throws {
    let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    var address = LoopbackAddress()
    var descriptors = [listener]
    let isFull = address.withAddress { raw, length in
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
    self.descriptors = descriptors
    self.port = address.port
    try #require(isFull)
  }

  deinit {
    for descriptor in self.descriptors { close(descriptor) }
  }
}
