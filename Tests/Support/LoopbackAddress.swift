public import Glibc

/// 127.0.0.1 and a port as the kernel wants it, byte by byte.
///
/// The members of `sockaddr_in` belong to whichever module the compiler met first, and that differs
/// from build to build.
public struct LoopbackAddress {
  private var bytes: [UInt8]

  /// With port 0 the system chooses.
  public init(port: UInt16 = 0) {
    // Family in the machine's order, port and address in the network's.
    let family = withUnsafeBytes(of: UInt16(AF_INET)) { Array($0) }
    let port = [UInt8(port >> 8), UInt8(port & 0xFF)]
    self.bytes = family + port + [127, 0, 0, 1] + Array(repeating: 0, count: 8)
  }

  /// The port, which `getsockname` fills in.
  public var port: UInt16 { UInt16(self.bytes[2]) << 8 | UInt16(self.bytes[3]) }

  /// Gives the address to a call of the system.
  public mutating func withAddress<Result>(
    _ body: (UnsafeMutablePointer<sockaddr>, inout socklen_t) -> Result
  ) -> Result {
    self.bytes.withUnsafeMutableBytes { raw in
      var length = socklen_t(raw.count)
      // An array of 16 bytes has a base.
      return raw.withMemoryRebound(to: sockaddr.self) { rebound in
        guard let base = rebound.baseAddress else { preconditionFailure("no bytes") }
        return body(base, &length)
      }
    }
  }
}
